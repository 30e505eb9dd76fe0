import csv

import numpy as np
import pytest
from PIL import Image

from research.pipeline.data.manifest import ImageSource, ManifestRow, Split
from research.pipeline.data.pack import Folders, read_pack, write_pack
from research.pipeline.data.slices import DATA_SET, slices_of_data_set, slices_of_sources

COLUMNS = ("source", "file", "label", "nature", "sequence", "plane", "patient", "diagnosis", "mask", "nearest_kaggle")


def write_sources(folder):
    """Forty patients with two slices each; the first patient's tumor has a mask."""
    rows = []
    for patient in range(40):
        for number in range(2):
            file = f"near/glioma/p{patient}_{number}_T1C.jpg"
            mask = "yes" if patient == 0 else "no"
            rows.append(("near", file, "glioma", "tumor", "T1C", "axial", f"p{patient}", "glioma", mask, "60"))
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (400, 300), 100 + patient).save(folder / file)
    masks = folder / "near" / "glioma" / "masks"
    masks.mkdir()
    for number in range(2):
        picture = Image.new("1", (400, 300))
        picture.paste(1, (100, 75, 200, 150))
        picture.save(masks / f"p0_{number}_T1C.png")
    with (folder / "labels.csv").open("w", newline="") as table:
        csv.writer(table).writerows([COLUMNS, *rows])


def test_a_patient_is_never_divided_between_the_splits(tmp_path):
    write_sources(tmp_path)
    slices = slices_of_sources(tmp_path)
    splits = {item.group: {other.split for other in slices if other.group == item.group} for item in slices}
    assert all(len(found) == 1 for found in splits.values())
    assert 1 <= sum(found == {Split.VALIDATION} for found in splits.values()) <= 12


def test_disputed_labels_and_ct_are_left_out_except_in_the_test_part():
    row = {"source": ImageSource.TRAINING, "label": "glioma", "group": 1, "has_copy_in_training": False}
    rows = [
        ManifestRow(file=f"{split}{disputed}.jpg", split=split, disputed=disputed, **row)
        for split in (Split.TRAIN, Split.TEST)
        for disputed in (True, False)
    ]
    rows.append(ManifestRow(file="ct.jpg", split=Split.TRAIN, disputed=False, ct=True, **row))
    assert [item.file for item in slices_of_data_set(rows)] == ["trainFalse.jpg", "testTrue.jpg", "testFalse.jpg"]
    assert {item.source for item in slices_of_data_set(rows)} == {DATA_SET}


def test_a_packed_file_returns_table_pictures_and_masks(tmp_path):
    write_sources(tmp_path)
    slices = slices_of_sources(tmp_path)[:4]
    write_pack(slices, Folders(tmp_path, tmp_path, tmp_path), tmp_path / "slices.zip", side=200, quality=90)
    pack = read_pack(tmp_path / "slices.zip")
    assert pack.slices == slices
    assert [picture.shape for picture in pack.pictures] == [(150, 200)] * 4
    assert [int(np.median(picture)) for picture in pack.pictures] == pytest.approx([100, 100, 101, 101], abs=1)
    assert sorted(pack.masks) == [0, 1]
    rows, columns = np.nonzero(pack.masks[0])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == pytest.approx((38, 74, 50, 99), abs=1)
