from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from app.models.classes import CLASSES
from app.services.imaging.fingerprints import MAX_DISTANCE
from research.pipeline.__main__ import main
from research.pipeline.data.audit import AuditReport, audit, close_pairs, fingerprint, group
from research.pipeline.data.manifest import ImageSource, ManifestRow, Split, read_manifest, write_manifest

PER_CLASS = 30
UNKNOWN = 450
HEAD_CT = {"Training/pituitary/00.jpg"}
DISPUTED = {"Training/notumor/00.jpg": "a tumor is clearly visible"}


def picture(rng: np.random.Generator) -> Image.Image:
    """Random blobs."""
    return Image.fromarray(rng.integers(0, 255, (9, 9), np.uint8)).resize((180, 200), Image.Resampling.BICUBIC)


ALTERATIONS = {
    "smaller": lambda image: image.resize((90, 100)),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.5),
    "flatter": lambda image: ImageEnhance.Contrast(image).enhance(0.6),
    "mirrored": ImageOps.mirror,
    "upside-down": ImageOps.flip,
    "turned": lambda image: image.rotate(180),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data set in the Kaggle layout, with copies across its parts, and tumors of unrecorded type."""
    rng = np.random.default_rng(5)
    data, unknown = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("unknown")
    for label in CLASSES:
        for part in ("Training", "Testing"):
            (data / part / label).mkdir(parents=True)
        for number in range(PER_CLASS):
            picture(rng).save(data / "Training" / label / f"{number:02}.jpg", quality=80)
        first = Image.open(data / "Training" / label / "00.jpg")
        for name, alter in ALTERATIONS.items():
            alter(first).save(data / "Testing" / label / f"{name}.jpg", quality=70)
        first.save(data / "Training" / label / "again.png")
        for number in range(6):
            picture(rng).save(data / "Testing" / label / f"new{number}.png")
    for number in range(UNKNOWN):
        picture(rng).save(unknown / f"y{number:03}.png")
    ALTERATIONS["mirrored"](Image.open(data / "Training" / CLASSES[0] / "00.jpg")).save(unknown / "copy.png")
    Image.open(data / "Training" / CLASSES[0] / "01.jpg").save(data / "Training" / CLASSES[1] / "conflict.png")
    return data, unknown


@pytest.fixture(scope="module")
def audited(folders: tuple[Path, Path], tmp_path_factory) -> tuple[list[ManifestRow], AuditReport]:
    return audit(*folders, DISPUTED, HEAD_CT, sheet=tmp_path_factory.mktemp("sheet") / "pairs.png", seed=1)


class TestCopies:
    @pytest.mark.parametrize("name", ALTERATIONS)
    def test_an_altered_picture_is_a_copy_of_the_original(self, audited, name):
        rows, _ = audited
        groups = {row.file: row.group for row in rows}
        for label in CLASSES:
            assert groups[f"Testing/{label}/{name}.jpg"] == groups[f"Training/{label}/00.jpg"]

    def test_another_picture_is_not(self, audited):
        rows, _ = audited
        sizes = Counter(row.group for row in rows)
        for row in rows:
            if "new" in row.file:
                assert sizes[row.group] == 1
                assert not row.has_copy_in_training

    def test_the_report_counts_them(self, audited):
        _, report = audited
        assert report.images == {
            ImageSource.TRAINING: 125,
            ImageSource.TESTING: 48,
            ImageSource.UNKNOWN_TUMORS: UNKNOWN + 1,
        }
        assert report.exact_copies == 5
        assert report.test_images_with_copy_in_training == dict.fromkeys(sorted(CLASSES), 6)
        assert report.test_images_with_upright_copy_in_training == dict.fromkeys(sorted(CLASSES), 3)
        assert report.by_max_distance[MAX_DISTANCE] == 24
        assert report.label_conflicts == [("Training/glioma/01.jpg", "Training/meningioma/conflict.png")]

    def test_copies_with_different_or_wrong_labels_are_disputed(self, audited):
        rows, report = audited
        of_group = {row.group for row in rows if row.file in ("Training/notumor/00.jpg", "Training/glioma/01.jpg")}
        assert {row.file for row in rows if row.disputed} == {row.file for row in rows if row.group in of_group}
        assert report.disputed_labels == DISPUTED
        assert report.disputed[Split.TEST] == {"notumor": 6}
        assert sum(sum(report.disputed[split].values()) for split in (Split.TRAIN, Split.VALIDATION)) == 4

    def test_copies_of_ct_are_ct(self, audited):
        rows, report = audited
        [listed] = [row.group for row in rows if row.file in HEAD_CT]
        assert {row.file for row in rows if row.ct} == {row.file for row in rows if row.group == listed}
        assert report.head_ct[Split.TEST] == {"pituitary": 6}

    def test_a_chain_of_copies_is_one_group(self):
        assert group(5, [(0, 1), (1, 4)]) == [0, 0, 1, 2, 0]

    def test_distances_are_in_bits_at_the_best_orientation(self, tmp_path, rng):
        image = picture(rng)
        image.save(tmp_path / "a.png")
        ImageOps.mirror(image).save(tmp_path / "b.png")
        hashes = np.array([fingerprint(tmp_path / name)[1] for name in ("a.png", "b.png", "a.png")])
        pairs = close_pairs(hashes, distance=4)
        assert pairs.first.tolist() == [0, 0, 1]
        assert pairs.second.tolist() == [1, 2, 2]
        assert pairs.orientation.tolist() == [1, 0, 1]
        assert pairs.distance[1] == 0
        assert pairs.up_to(4, upright=True) == [(0, 2)]


class TestSplits:
    def test_no_group_is_in_two_splits(self, audited):
        rows, _ = audited
        for part in (ImageSource.TRAINING, ImageSource.UNKNOWN_TUMORS):
            sides: dict[int, set[Split]] = {}
            for row in rows:
                if row.source is part:
                    sides.setdefault(row.group, set()).add(row.split)
            assert all(len(splits) == 1 for splits in sides.values())

    def test_tumors_reserved_for_testing_have_no_copy_in_another_split(self, audited):
        rows, _ = audited
        tested = {row.group for row in rows if row.source is ImageSource.UNKNOWN_TUMORS and row.split is Split.TEST}
        assert not tested & {row.group for row in rows if row.split is not Split.TEST}

    def test_sizes(self, audited):
        rows, report = audited
        validation = Counter(
            row.label for row in rows if row.source is ImageSource.TRAINING and row.split is Split.VALIDATION
        )
        assert set(validation.values()) <= {2, 3}
        assert report.splits[Split.TEST]["unknown-tumor"] == 300
        assert report.splits[Split.VALIDATION]["unknown-tumor"] >= 100

    def test_the_official_test_part_is_never_trained_on(self, audited):
        rows, _ = audited
        assert {row.split for row in rows if row.source is ImageSource.TESTING} == {Split.TEST}
        assert {row.source for row in rows if row.split is Split.TEST} == {
            ImageSource.TESTING,
            ImageSource.UNKNOWN_TUMORS,
        }

    def test_the_same_seed_gives_the_same_split(self, audited, folders, tmp_path):
        rows, _ = audited
        data, unknown = folders
        assert audit(data, unknown, DISPUTED, HEAD_CT, tmp_path / "pairs.png", seed=1)[0] == rows
        assert audit(data, unknown, DISPUTED, HEAD_CT, tmp_path / "pairs.png", seed=2)[0] != rows


class TestCommand:
    def test_it_writes_manifest_sheet_and_report(self, folders, tmp_path, capsys):
        data, unknown = map(str, folders)
        out, report = tmp_path / "out", tmp_path / "documentation" / "audit.json"
        arguments = ["--data", data, "--unknown-tumors", unknown, "--out", str(out), "--report", str(report)]
        assert main(["audit", *arguments]) == 0
        rows = read_manifest(out / "manifest.csv")
        assert len(rows) == 125 + 48 + UNKNOWN + 1
        assert AuditReport.model_validate_json(report.read_text()).max_distance == MAX_DISTANCE
        with Image.open(out / "pairs.png") as sheet:
            assert sheet.size[0] > 1000

    def test_without_tumors_of_unrecorded_type(self, folders, tmp_path):
        rows, report = audit(folders[0], None, {}, set(), tmp_path / "pairs.png", seed=1)
        assert len(rows) == 173
        assert ImageSource.UNKNOWN_TUMORS not in report.images

    def test_a_missing_folder_is_named(self, tmp_path, capsys):
        assert main(["audit", "--data", str(tmp_path / "nowhere")]) == 1
        assert "nowhere/Training/glioma does not exist" in capsys.readouterr().err

    def test_a_manifest_is_read_as_it_was_written(self, audited, tmp_path):
        rows, _ = audited
        write_manifest(rows, tmp_path / "manifest.csv")
        assert read_manifest(tmp_path / "manifest.csv") == rows
        assert {row.tumor for row in rows} == {*CLASSES, None}
