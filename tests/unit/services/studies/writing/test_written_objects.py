"""Results as DICOM objects and FHIR resources: what they say, what they refer to, and that they are valid."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from fhir.resources.R4B.bundle import Bundle
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset

from app.models.classes import CLASSES
from app.models.problems import UnsupportedFormat
from app.services.imaging.dicom.codecs import decode_stream
from app.services.inference.predictor import Predictor
from app.services.studies.answering import answer_study
from app.services.studies.bodies import study_response
from app.services.studies.files import StudyFile, files_of
from app.services.studies.results import StudyResult
from app.services.studies.schemas import StudyObject
from app.services.studies.writing.fhir import fhir_bundle
from app.services.studies.writing.objects import write_objects
from app.services.studies.writing.origin import Origin, origin_of
from tests.support.dicom import BIRTH_DATE, NAME, PATIENT_ID, SAMPLES, STUDY_DATE, enhanced, nifti, sample_slice
from tests.unit.services.studies.test_studies import LIMITS

SPACE = "1.2.3.4.6"
DCIODVFY = shutil.which("dciodvfy")


@dataclass(frozen=True)
class Written:
    """A study, its result and what was written of it."""

    sources: dict[str, Dataset]
    result: StudyResult
    origin: Origin
    objects: dict[str, Dataset]
    contents: dict[str, bytes]

    def of(self, modality: str) -> list[Dataset]:
        return [each for each in self.objects.values() if each.Modality == modality]


def classified(predictor: Predictor, contents: list[bytes], opened: ExitStack) -> tuple[list[StudyFile], StudyResult]:
    sent = [(str(at), BytesIO(content)) for at, content in enumerate(contents)]
    files = files_of(sent, LIMITS, opened, decode_stream)
    *_, result = answer_study(files, predictor, LIMITS, pictures=True)
    assert isinstance(result, StudyResult)
    return files, result


@pytest.fixture(scope="module")
def written(predictor: Predictor) -> Written:
    """A study of a series of three objects, and of one object with three frames."""
    with Image.open(SAMPLES / "Te-me_0016.jpg") as image:
        frame = np.asarray(image.convert("L").resize((256, 256))).astype(np.uint16)
    contents = [sample_slice(5.0 * at, FrameOfReferenceUID=SPACE, InstanceNumber=at + 1) for at in range(3)]
    contents.append(
        enhanced(
            np.stack([frame] * 3),
            [0.0, 5.0, 10.0],
            SeriesInstanceUID="1.2.3.4.7",
            SeriesNumber=4,
            FrameOfReferenceUID=SPACE,
        )
    )
    with ExitStack() as opened:
        files, result = classified(predictor, contents, opened)
        made = {
            each.name: each.content
            for each in write_objects(result, files, LIMITS, predictor.metadata, list(StudyObject))
        }
        origin = origin_of(result, files, LIMITS)
    sources = [dcmread(BytesIO(content)) for content in contents]
    return Written(
        sources={each.SOPInstanceUID: each for each in sources},
        result=result,
        origin=origin,
        objects={name: dcmread(BytesIO(content)) for name, content in made.items()},
        contents=made,
    )


def sample_volume() -> bytes:
    """A sample image as each of four slices of a volume, whose axes point to the right, the front and the head."""
    with Image.open(SAMPLES / "Te-me_0016.jpg") as image:
        values = np.asarray(image.convert("L")).astype(np.int16)
    side = 220 / values.shape[0]
    return nifti(np.stack([values[::-1, ::-1].T] * 4, axis=-1), np.diag([side, side, 5, 1]))


def items(item: Dataset) -> Iterator[Dataset]:
    """Every content item below an item."""
    for each in item.get("ContentSequence", []):
        yield each
        yield from items(each)


def named(item: Dataset, meaning: str) -> list[Dataset]:
    return [each for each in items(item) if each.ConceptNameCodeSequence[0].CodeMeaning == meaning]


class TestBelonging:
    def test_objects_belong_to_the_patient_and_study_and_to_new_series(self, written: Written):
        assert sorted(each.Modality for each in written.objects.values()) == ["DOC", *["OT"] * 6, *["SEG"] * 2, "SR"]
        for each in written.objects.values():
            assert (each.PatientName, each.PatientID, each.PatientBirthDate) == (NAME, PATIENT_ID, BIRTH_DATE)
            assert (each.StudyInstanceUID, each.StudyDate) == ("1.2.3.4", STUDY_DATE)
            assert each.SOPInstanceUID.startswith("2.25.")
            assert each.SeriesInstanceUID not in {source.SeriesInstanceUID for source in written.sources.values()}
        assert len({each.SOPInstanceUID for each in written.objects.values()}) == len(written.objects)
        assert len({(each.SeriesInstanceUID, each.Modality) for each in written.objects.values()}) == 6

    def test_the_same_result_has_the_same_identifiers_and_that_of_more_slices_has_others(self, predictor: Predictor):
        slices = [sample_slice(5.0 * at, FrameOfReferenceUID=SPACE) for at in range(2)]

        def identifiers(contents: list[bytes]) -> set[str]:
            with ExitStack() as opened:
                files, result = classified(predictor, contents, opened)
                made = write_objects(result, files, LIMITS, predictor.metadata, list(StudyObject))
                objects = [dcmread(BytesIO(each.content)) for each in made]
            tracked = {each.UID for report in objects for each in named(report, "Tracking Unique Identifier")}
            return tracked.union(*((each.SeriesInstanceUID, each.SOPInstanceUID) for each in objects))

        first = identifiers(slices[:1])
        assert identifiers(slices[:1]) == first
        assert not identifiers(slices) & first

    @pytest.mark.skipif(DCIODVFY is None, reason="needs dicom3tools: make servers")
    def test_objects_follow_the_standard(self, written: Written, tmp_path: Path):
        for name, content in written.contents.items():
            (tmp_path / name).write_bytes(content)
            found = subprocess.run(["dciodvfy", str(tmp_path / name)], capture_output=True, text=True)
            assert "Error" not in found.stderr, (name, found.stderr)

    def test_values_that_break_the_rules_of_their_type_are_left_empty(self, predictor: Predictor):
        values = {"PatientBirthDate": "yesterday", "PatientSex": "X", "StudyID": "x" * 40, "AccessionNumber": "A1"}
        contents = [sample_slice(0, BurnedInAnnotation="YES", **values)]
        with ExitStack() as opened:
            files, result = classified(predictor, contents, opened)
            made = list(write_objects(result, files, LIMITS, predictor.metadata, list(StudyObject)))
        for each in (dcmread(BytesIO(each.content)) for each in made):
            assert [each[name].value or "" for name in values] == ["", "", "", "A1"]
            assert each.get("BurnedInAnnotation", "YES") == "YES"
        # Without a frame of reference there is no segmentation.
        assert [each.name for each in made] == ["report.dcm", "document.dcm", "heat-map-1-1.dcm"]

    @pytest.mark.parametrize(
        ("contents", "words"),
        [
            ([sample_volume()], "NIfTI"),
            ([sample_slice(0, Modality="CT")], "No series"),
            ([sample_slice(0, SOPInstanceUID=None)], "identifiers"),
            ([sample_slice(0), sample_slice(0, StudyInstanceUID="1.9", SeriesInstanceUID="1.9.1")], "2 studies"),
        ],
        ids=["a volume", "no answer", "no identifier", "two studies"],
    )
    def test_a_study_that_cannot_take_up_results_is_refused_with_the_reason(
        self, predictor: Predictor, contents: list[bytes], words: str
    ):
        with ExitStack() as opened:
            files, result = classified(predictor, contents, opened)
            with pytest.raises(UnsupportedFormat, match=words):
                list(write_objects(result, files, LIMITS, predictor.metadata, [StudyObject.SR]))


class TestReport:
    def test_every_reference_is_to_a_deciding_slice_and_is_in_the_evidence(self, written: Written):
        [report] = written.of("SR")
        [study] = report.CurrentRequestedProcedureEvidenceSequence
        assert study.StudyInstanceUID == "1.2.3.4"
        evidence = {
            (series.SeriesInstanceUID, each.ReferencedSOPInstanceUID, each.ReferencedSOPClassUID)
            for series in study.ReferencedSeriesSequence
            for each in series.ReferencedSOPSequence
        }
        assert evidence == {
            (each.SeriesInstanceUID, each.SOPInstanceUID, each.SOPClassUID) for each in written.sources.values()
        }
        [_, single, many] = named(report, "Measurement Group")
        for group, count in ((single, 3), (many, 1)):
            references = [each.ReferencedSOPSequence[0] for each in items(group) if each.ValueType == "IMAGE"]
            assert len(references) == count
            assert {each.ReferencedSOPInstanceUID for each in references} <= set(written.sources)
        [reference] = [each.ReferencedSOPSequence[0] for each in items(many) if each.ValueType == "IMAGE"]
        assert list(reference.ReferencedFrameNumber) == [1, 2, 3]

    def test_it_has_the_numbers_of_the_response_and_what_made_them(self, written: Written, predictor: Predictor):
        [report] = written.of("SR")
        body = study_response(written.result, [str(at) for at in range(4)], predictor.metadata)
        conclusions = [body.conclusion, *(each.conclusion for each in body.series)]
        for group, conclusion in zip(named(report, "Measurement Group"), conclusions, strict=True):
            stated = [each.MeasuredValueSequence[0] for each in items(group) if each.ValueType == "NUM"]
            assert conclusion.probabilities is not None
            for value, expected in zip(stated, conclusion.probabilities, strict=True):
                assert float(value.NumericValue) == pytest.approx(100 * expected.probability, abs=1e-4)
                assert value.MeasurementUnitsCodeSequence[0].CodeValue == "%"
            [finding] = named(group, "Finding")
            assert conclusion.prediction is not None
            assert conclusion.prediction.label == "Meningioma"
            assert (
                finding.ConceptCodeSequence[0].CodingSchemeDesignator,
                finding.ConceptCodeSequence[0].CodeValue,
            ) == (
                "SCT",
                "302820008",
            )
            [decision] = named(group, "Decision")
            assert decision.ConceptCodeSequence[0].CodeMeaning == "Accepted"
            [parameter] = named(group, "Algorithm Parameters")
            assert predictor.metadata.sha256 in parameter.TextValue

    def test_its_title_is_one_that_ohif_shows_without_coordinates(self, written: Written):
        [report] = written.of("SR")
        assert report.ConceptNameCodeSequence[0].CodeValue == "126001"

    def test_nobody_has_verified_it_and_a_device_observed(self, written: Written):
        [report] = written.of("SR")
        assert (report.VerificationFlag, report.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")
        [observer] = named(report, "Observer Type")
        assert observer.ConceptCodeSequence[0].CodeMeaning == "Device"
        assert not named(report, "Person Observer Name")

    def test_the_document_has_the_answer_without_the_name(self, written: Written):
        [document] = written.of("DOC")
        pages = pdfium.PdfDocument(document.EncapsulatedDocument[: document.EncapsulatedDocumentLength])
        text = "".join(page.get_textpage().get_text_range() for page in pages)
        assert "Meningioma" in text
        assert "Series 3 (T2)" in text
        assert NAME.split("^")[0] not in text


class TestHeatmaps:
    def test_pictures_are_at_the_place_of_their_slice_with_its_pixels(self, written: Written):
        pictures = [each for each in written.of("OT") if "ReferencedFrameNumber" not in each.SourceImageSequence[0]]
        assert len(pictures) == 3
        for each in pictures:
            source = written.sources[each.SourceImageSequence[0].ReferencedSOPInstanceUID]
            for name in ("Rows", "Columns", "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient"):
                assert each[name].value == pytest.approx(source[name].value), name
            assert each.FrameOfReferenceUID == SPACE
            pixels = each.pixel_array.astype(int)
            cold = np.ptp(pixels, axis=-1) == 0
            assert np.corrcoef(pixels[cold][:, 0], source.pixel_array[cold])[0, 1] > 0.99

    def test_segments_cover_the_hottest_pixels_of_the_pictures(self, written: Written):
        pictures = {
            (source.ReferencedSOPInstanceUID, source.get("ReferencedFrameNumber")): each.pixel_array.astype(int)
            for each in written.of("OT")
            for source in each.SourceImageSequence
        }
        for segmentation in written.of("SEG"):
            assert segmentation.FrameOfReferenceUID == SPACE
            [segment] = segmentation.SegmentSequence
            assert segment.SegmentLabel == "Heat-map of the probability of a tumor at each place"
            assert "RecommendedDisplayCIELabValue" in segment
            groups = segmentation.PerFrameFunctionalGroupsSequence
            for mask, group in zip(segmentation.pixel_array.reshape(len(groups), -1) > 0, groups, strict=True):
                [source] = group.DerivationImageSequence[0].SourceImageSequence
                key = source.ReferencedSOPInstanceUID, source.get("ReferencedFrameNumber")
                height = group.PlanePositionSequence[0].ImagePositionPatient[2]
                assert height in (0, 5, 10)
                if key[1] is None:
                    assert height == written.sources[key[0]].ImagePositionPatient[2]
                else:
                    assert height == 5.0 * (key[1] - 1)
                colour = np.ptp(pictures[key], axis=-1).ravel()
                assert 0.005 < mask.mean() < 0.5
                assert mask[colour >= 0.95 * colour.max()].mean() > 0.8
                assert colour[mask].mean() > 3 * colour[~mask].mean()

    def test_a_study_without_a_tumor_has_none(self, predictor: Predictor):
        with ExitStack() as opened:
            contents = [sample_slice(5.0 * at, "Te-no_0023.jpg", FrameOfReferenceUID=SPACE) for at in range(3)]
            files, result = classified(predictor, contents, opened)
            assert result.conclusion is not None
            assert result.conclusion.result.predicted is CLASSES[2]
            assert list(write_objects(result, files, LIMITS, predictor.metadata, [StudyObject.HEATMAPS])) == []


def test_fhir_resources_are_valid_and_have_the_same_numbers(written: Written, predictor: Predictor):
    bundle = fhir_bundle(written.result, written.origin, predictor.metadata)
    text = bundle.model_dump_json(by_alias=True, exclude_none=True)
    # R4B has the same report, observation and device as R4.
    read: Any = Bundle.model_validate_json(text)
    report, study, *series, device = [entry.resource for entry in read.entry]
    assert report.imagingStudy[0].identifier.value == "urn:oid:1.2.3.4"
    assert report.subject.identifier.value == PATIENT_ID
    assert NAME.split("^")[0] not in text
    assert report.conclusionCode[0].coding[0].code == "302820008"
    assert [each.reference for each in report.result] == [entry.fullUrl for entry in read.entry[1:-1]]
    assert device.property[0].valueCode[0].text == predictor.metadata.sha256
    assert len(series) == 2
    assert written.result.conclusion is not None
    numbers = [float(each.valueQuantity.value) for each in study.component if each.valueQuantity]
    assert numbers == pytest.approx(written.result.conclusion.probabilities.tolist())
