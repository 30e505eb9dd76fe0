"""Studies: grouping into series, NIfTI volumes, and answers from the real network."""

import gzip
import shutil
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED

import numpy as np
import pytest
from PIL import Image

from app.config.choices import GateChoice
from app.models.acquisition import MriSequence, Plane
from app.models.classes import CLASSES, TumorClass
from app.models.problems import Problem, TooLarge
from app.models.thresholds import Decision
from app.services.imaging.dicom.codecs import decode_stream
from app.services.imaging.dicom.pixels import picture_of
from app.services.imaging.reading import Limits
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Predictor
from app.services.network.classifier import Classifier
from app.services.studies.answering import Step, answer_study
from app.services.studies.bodies import study_response
from app.services.studies.combining import CombiningRule, Pooling, combine, combine_slices
from app.services.studies.contents import open_content
from app.services.studies.files import files_at, files_of
from app.services.studies.results import StudyResult
from app.services.studies.survey import Survey, survey
from app.services.trust.heads import open_heads
from tests.conftest import MODEL_FILE, MODELS, SAMPLES_DIR
from tests.support.dicom import AXIAL, CORONAL, SAGITTAL, dicom, enhanced, head, nifti, sample_slice
from tests.support.heads import OTHER_FROM, with_heads
from tests.support.images import zipped

LIMITS = Limits(10**8, 10**7)


def surveyed(*contents: bytes) -> Survey:
    with ExitStack() as opened:
        sent = [(f"{number}.dcm", BytesIO(content)) for number, content in enumerate(contents)]
        *_, found = survey(files_of(sent, LIMITS, opened, decode_stream), LIMITS)
    assert isinstance(found, Survey)
    return found


def answered(predictor: Predictor, *contents: bytes, pictures: bool = False) -> StudyResult:
    with ExitStack() as opened:
        sent = [(f"{number}", BytesIO(content)) for number, content in enumerate(contents)]
        files = files_of(sent, LIMITS, opened, decode_stream)
        *steps, found = answer_study(files, predictor, LIMITS, pictures=pictures)
    assert all(isinstance(step, Step) for step in steps)
    assert isinstance(found, StudyResult)
    return found


def slice_at(height: float, side: int = 128, **attributes) -> bytes:
    return dicom(head(side), **{"ImagePositionPatient": [0, 0, height], "SliceThickness": 5, **attributes})


class TestSeries:
    def test_slices_are_in_the_order_of_their_positions_not_of_the_files(self):
        heights = [30, -10, 20, 0, 10]
        [series] = surveyed(*(slice_at(height, InstanceNumber=9 - at) for at, height in enumerate(heights))).series
        assert [each.position for each in series.slices] == sorted(heights)
        assert series.distance == 10
        assert series.sequence is MriSequence.T2
        assert series.orientation is not None
        assert series.orientation.plane is Plane.AXIAL
        assert series.faults == ()

    def test_an_enhanced_object_is_like_its_slices_in_single_files(self):
        heights = [5.0, 0.0, 10.0]
        [many] = surveyed(enhanced(np.stack([head()] * 3), heights)).series
        [single] = surveyed(*map(slice_at, heights)).series
        assert [each.position for each in many.slices] == [each.position for each in single.slices]
        assert (many.orientation, many.rows, many.faults) == (single.orientation, single.rows, ())

    def test_series_of_one_study_are_separate(self):
        found = surveyed(
            *(
                slice_at(height, SeriesInstanceUID=f"1.{number}", SeriesNumber=number)
                for height in (0, 5)
                for number in (7, 2)
            )
        )
        assert [each.number for each in found.series] == [2, 7]

    def test_three_planes_in_one_series_are_a_localizer(self):
        found = surveyed(*(slice_at(0, ImageOrientationPatient=each) for each in (AXIAL, CORONAL, SAGITTAL)))
        assert {fault.code for each in found.series for fault in each.faults} == {"localizer"}

    def test_a_second_picture_of_one_place_is_omitted_and_many_are_a_time_series(self):
        twice = surveyed(*(slice_at(height, TemporalPositionIdentifier=time) for height in (0, 5) for time in (1, 2)))
        [series] = twice.series
        assert (len(series.slices), [reason.code for _, reason in series.omitted]) == (2, ["repeated"] * 2)
        often = surveyed(*(slice_at(height, TemporalPositionIdentifier=time) for height in (0, 5) for time in range(5)))
        assert [fault.code for fault in often.series[0].faults] == ["time-series"]

    @pytest.mark.parametrize(
        ("attributes", "code"),
        [
            ({"side": 64}, "low-resolution"),
            ({"SeriesDescription": "SWI"}, "unknown-sequence"),
            ({"ScanningSequence": "EP"}, "epi"),
            ({"ImageType": ["DERIVED", "PRIMARY", "ADC"]}, "derived-map"),
            ({"Modality": "CT"}, "not-mr"),
        ],
    )
    def test_a_series_that_cannot_be_read_has_its_faults(self, attributes, code):
        [series] = surveyed(slice_at(0, **attributes), slice_at(5, **attributes)).series
        assert code in [fault.code for fault in series.faults]
        assert len(series.slices) == 2 or series.omitted

    def test_other_files_are_named_with_the_reason(self):
        found = surveyed(slice_at(0), b"a text", slice_at(5)[:600], (SAMPLES_DIR / "Te-gl_0014.jpg").read_bytes())
        assert [each.file for each in found.left_out] == [1, 2, 3]
        assert [each.reasons[0].code for each in found.left_out] == [
            "unreadable-image",
            "unreadable-image",
            "unsupported-format",
        ]

    def test_what_a_truncated_object_still_holds_is_read(self, predictor):
        whole = enhanced(np.stack([head()] * 4), [0.0, 5.0, 10.0, 15.0])
        found = answered(predictor, whole[:-20_000])
        [series] = found.series
        assert "truncated" in [notice.code for notice in series.series.notices]
        reasons = [each.reason.code if each.reason else None for each in series.slices]
        assert reasons[-1] == "unreadable-image"
        assert all(each.probabilities is not None for each in series.slices[:3])

    def test_archives_that_unpack_to_too_much_together_are_refused(self):
        archives = [(name, BytesIO(zipped({"a": bytes(300)}))) for name in ("1.zip", "2.zip")]
        with ExitStack() as opened, pytest.raises(TooLarge, match="unpack to 600 bytes"):
            files_of(archives, Limits(100, 100), opened, decode_stream)


class TestNifti:
    def test_a_volume_shows_what_the_same_dicom_slice_shows(self, rng):
        # Voxel (i, j, k) of a volume to the right, front and head; DICOM has the left, the back and the head.
        volume = np.stack([head(100, size) for size in (0.5, 0.6, 0.7)])
        voxels = volume.transpose(2, 1, 0)[::-1, ::-1]
        affine = np.diag([1.0, 1.0, 6.0, 1.0])
        for flips in ((1, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)):
            turned = voxels[:: flips[0], :: flips[1], :: flips[2]]
            matrix = affine @ np.diag([*flips, 1])
            matrix[:3, 3] = [
                (size - 1) * side if flip < 0 else 0
                for size, side, flip in zip(voxels.shape, (1, 1, 6), flips, strict=True)
            ]
            content = open_content(BytesIO(nifti(np.ascontiguousarray(turned), matrix)), LIMITS, decode_stream)
            places = [frame.position or () for frame in content.header.frames]
            frames: dict[float, Any] = {places[number][2]: stored for number, stored in content.frames(range(3))}
            for values, (_, stored) in zip(volume, sorted(frames.items()), strict=True):
                frame = content.header.frames[0]
                found, _ = picture_of(stored, content.header, frame, LIMITS.max_pixels)
                dicom_content = open_content(BytesIO(dicom(values)), LIMITS, decode_stream)
                same: Any = dict(dicom_content.frames([0]))[0]
                expected, _ = picture_of(same, dicom_content.header, dicom_content.header.frames[0], LIMITS.max_pixels)
                assert np.array_equal(np.asarray(found.image), np.asarray(expected.image))

    @pytest.mark.parametrize("shape", [(8, 8), (8, 8, 4, 3)])
    def test_other_shapes_are_refused(self, shape):
        with pytest.raises(Problem, match="shape"):
            open_content(BytesIO(nifti(np.zeros(shape, np.int16), np.eye(4))), LIMITS, decode_stream)

    def test_a_damaged_or_huge_volume_is_refused(self):
        whole = nifti(np.zeros((99, 99, 9), np.int16), np.eye(4))
        for data in (gzip.compress(whole)[:60], gzip.compress(bytes(10**8) + whole), whole[:340]):
            with pytest.raises(Problem):
                open_content(BytesIO(data), LIMITS, decode_stream)


class TestAnswer:
    def test_a_study_is_answered_from_its_slices(self, predictor: Predictor):
        found = answered(predictor, *(sample_slice(height) for height in (0, 5, 10)))
        [series] = found.series
        assert found.conclusion is not None
        assert CLASSES[int(found.conclusion.probabilities.argmax())] is TumorClass.MENINGIOMA
        assert found.conclusion.probabilities.sum() == pytest.approx(1)
        assert [each.deciding for each in series.slices] == [True] * 3
        with (SAMPLES_DIR / "Te-me_0016.jpg").open("rb") as file:
            single = predictor.predict(file).probabilities
        first = series.slices[0].probabilities
        assert first is not None
        assert np.abs(first - single).max() < 0.2

    def test_series_that_disagree_are_reported(self, predictor: Predictor):
        slices = [
            sample_slice(height, name, SeriesInstanceUID=f"1.{number}", SeriesNumber=number)
            for number, name in enumerate(("Te-me_0016.jpg", "Te-no_0023.jpg"))
            for height in (0, 5, 10)
        ]
        found = answered(predictor, *slices)
        classes = [int(each.conclusion.probabilities.argmax()) for each in found.series if each.conclusion]
        assert len(set(classes)) == 2
        [shown] = [notice for notice in found.notices if notice.code == "series-disagree"]
        assert "series 0 (T2): Meningioma; series 1 (T2): No tumor" in shown.message
        assert found.conclusion
        assert found.conclusion.decision is Decision.UNCERTAIN

    def test_a_series_without_a_head_is_refused(self, predictor: Predictor, rng):
        noise = rng.integers(0, 4000, (128, 128)).astype(np.uint16)
        found = answered(predictor, *(dicom(noise, ImagePositionPatient=[0, 0, height]) for height in (0, 5, 10)))
        assert found.conclusion is None
        assert [fault.code for fault in found.series[0].faults] == ["no-head"]
        assert all(each.reason for each in found.series[0].slices)

    def test_pictures_show_every_slice_and_the_heat_of_those_that_decide(self, predictor: Predictor):
        contents = [sample_slice(height) for height in (0, 5, 10)]
        [series] = answered(predictor, *contents, pictures=True).series
        assert series.pictures
        montage = series.pictures.montage
        assert montage.slices == (0, 1, 2)
        with Image.open(BytesIO(montage.png)) as image:
            assert image.size == (3 * montage.side, montage.side)
        assert [each.index for each in series.pictures.deciding] == [0, 1, 2]
        # The heat is the probability of a tumor of any type at each place.
        assert {each.target for each in series.pictures.deciding} == {None}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for path in MODEL_FILE.parent.glob("cnn[._]*"):
        shutil.copy(path, folder)
    return folder


class TestHeads:
    """What the further heads of a model tell about a study."""

    def study(self, folder: Path, other: float = 0.0, sequence: MriSequence = MriSequence.T1, **attributes):
        metadata = with_heads(MODELS["cnn"], folder, "cnn_heads.npz", other=other, sequence=sequence)
        predictor = Predictor(
            metadata,
            Classifier(metadata, folder / metadata.weights),
            limits=LIMITS,
            cache=AnswerCache(0),
            gate=None,
            gate_choice=GateChoice.OFF,
            heads=open_heads(metadata, folder),
        )
        return answered(predictor, *(sample_slice(height, **attributes) for height in (0, 5, 10)))

    def test_they_tell_the_sequence_where_the_header_is_silent_only(self, folder: Path):
        [silent] = self.study(folder, SeriesDescription=None).series
        assert silent.sequence is MriSequence.T1
        assert [notice.code for notice in silent.notices] == ["sequence-from-pictures"]
        [stated] = self.study(folder).series
        assert (stated.sequence, stated.notices) == (MriSequence.T2, ())
        assert stated.acquisition
        assert stated.acquisition.sequence is MriSequence.T1

    def test_a_series_of_another_sequence_by_its_pictures_is_not_used(self, folder: Path):
        found = self.study(folder, sequence=MriSequence.OTHER, SeriesDescription=None)
        assert found.conclusion is None
        assert [fault.code for fault in found.series[0].faults] == ["unknown-sequence"]

    def test_something_else_is_the_decision_on_slices_series_and_study(self, folder: Path):
        found = self.study(folder, other=OTHER_FROM + 1)
        [series] = found.series
        assert series.conclusion
        assert found.conclusion
        decisions = {each.decision for each in series.slices}
        assert decisions == {series.conclusion.decision} == {found.conclusion.decision} == {Decision.OTHER}
        body = study_response(found, ["a"] * 3, MODELS["cnn"])
        assert (body.conclusion.prediction, body.conclusion.prediction_set) == (None, None)
        assert [reason.code for reason in body.conclusion.reasons] == ["none-of-the-classes"]

    def test_a_zip_and_a_folder_are_read_like_their_files(self, predictor: Predictor, tmp_path: Path):
        contents = {f"DICOM/{number:08}": sample_slice(5.0 * number) for number in range(3)}
        packed = answered(predictor, zipped(contents))
        for name, content in contents.items():
            (tmp_path / Path(name).name).write_bytes(content)
        with ExitStack() as opened:
            paths = [(path.name, path) for path in sorted(tmp_path.iterdir())]
            *_, loose = answer_study(files_at(paths, LIMITS, opened, decode_stream), predictor, LIMITS)
        assert isinstance(loose, StudyResult)
        assert packed.conclusion is not None
        assert loose.conclusion is not None
        assert np.array_equal(packed.conclusion.probabilities, loose.conclusion.probabilities)

    def test_a_volume_in_a_zip_is_read_like_one_outside(self):
        volume = nifti(np.stack([head(128)] * 3), np.diag([1.0, 1.0, 5.0, 1.0]))
        [loose], [packed] = (surveyed(each).series for each in (volume, zipped({"a.nii": volume})))
        assert len(loose.slices) == len(packed.slices) > 0

    def test_a_slice_whose_pixels_are_damaged_in_a_zip_is_not_used(self, predictor: Predictor):
        contents = [sample_slice(5.0 * number) for number in range(3)]
        packed = zipped({str(number): content for number, content in enumerate(contents)}, ZIP_STORED)
        end = packed.index(contents[1]) + len(contents[1])
        [series] = answered(predictor, packed[: end - 1] + b"x" + packed[end:]).series
        assert [each.used for each in series.slices] == [True, False, True]
        reason = series.slices[1].reason
        assert reason
        assert "damaged in the ZIP archive" in reason.message


@pytest.mark.parametrize("pooling", Pooling)
def test_combining_keeps_agreement_and_weighs_the_slices_with_a_tumor(pooling: Pooling):
    rule = CombiningRule(pooling=pooling, share=0.5, least=3, temperature=2)
    one = np.array([[0.1, 0.2, 0.6, 0.1]])
    assert combine(one, rule)[0] == pytest.approx(one[0])
    softer, _ = combine_slices(one, rule)
    assert softer == pytest.approx(np.sqrt(one[0]) / np.sqrt(one[0]).sum())
    some = np.array([[0.01, 0.01, 0.97, 0.01]] * 6 + [[0.9, 0.05, 0.04, 0.01]] * 4)
    combined, chosen = combine(some, rule)
    assert combined.argmax() == 0
    assert combined.sum() == pytest.approx(1)
    assert set(range(6, 10)) <= set(chosen.tolist())
    assert len(chosen) == 5
