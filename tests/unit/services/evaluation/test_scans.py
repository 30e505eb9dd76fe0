import os
from pathlib import Path

import pytest

from app.models.classes import TumorClass
from app.services.evaluation.scans import LabelledScans, UnusableScans, class_named, read_labelled


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"scan")


def reasons(found: LabelledScans) -> dict[str, str]:
    return {left_out.scan: left_out.reason for left_out in found.left_out}


class TestNames:
    @pytest.mark.parametrize("name", ["notumor", "no_tumor", "No Tumor", "NO-TUMOUR", "no tumour"])
    def test_no_tumor_is_recognized_in_any_spelling(self, name):
        assert class_named(name) is TumorClass.NOTUMOR

    @pytest.mark.parametrize("name", ["pituitary", "Pituitary tumor", "pituitary_tumour"])
    def test_the_word_tumor_is_optional(self, name):
        assert class_named(name) is TumorClass.PITUITARY

    @pytest.mark.parametrize("name", ["", "tumor", "gliomas", "yes"])
    def test_unknown_names_are_no_class(self, name):
        assert class_named(name) is None


class TestFolder:
    def test_classes_and_patients_are_folders(self, tmp_path: Path):
        put(tmp_path, "Glioma_tumor/b.png", "Glioma_tumor/p1/a.png", "notumor/p1/series/c.png", "notumor/.hidden")
        put(tmp_path, "metastasis/d.png", "list.txt", ".DS_Store", "Other/e.png")
        found = read_labelled(tmp_path)
        assert [(scan.name, scan.tumor, scan.patient) for scan in found.scans] == [
            ("Glioma_tumor/b.png", "glioma", None),
            ("Glioma_tumor/p1/a.png", "glioma", "p1"),
            ("Other/e.png", "other", None),
            ("notumor/p1/series/c.png", "notumor", "p1"),
        ]
        assert reasons(found) == {
            "list.txt": "It is not in the folder of a class.",
            "metastasis/": "Unknown class; accepted: glioma, meningioma, notumor, pituitary; other for scans that show "
            "none of these.",
        }

    def test_a_folder_without_known_classes_is_rejected(self, tmp_path: Path):
        put(tmp_path, "cats/a.png")
        with pytest.raises(UnusableScans, match=r"sub-folder for each class.*cats/: Unknown class"):
            read_labelled(tmp_path)

    def test_a_folder_with_only_other_scans_is_rejected(self, tmp_path: Path):
        put(tmp_path, "other/a.png")
        with pytest.raises(UnusableScans, match="no scan of a known class"):
            read_labelled(tmp_path)

    def test_a_missing_source_is_rejected(self, tmp_path: Path):
        with pytest.raises(UnusableScans, match="nowhere: No such file"):
            read_labelled(tmp_path / "nowhere")


class TestCsv:
    def read(self, folder: Path, text: str | bytes) -> LabelledScans:
        table = folder / "scans.csv"
        table.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_labelled(table)

    def test_columns_may_be_in_any_order_among_others(self, tmp_path: Path):
        put(tmp_path, "a.png", "sub/b, c.png")
        found = self.read(
            tmp_path, '\ufeffClass,note,FILE,Patient\r\nglioma,x,a.png,7\r\nNo tumor,,"sub/b, c.png",\r\n\r\n'
        )
        assert [(scan.name, scan.tumor, scan.patient) for scan in found.scans] == [
            ("a.png", "glioma", "7"),
            ("sub/b, c.png", "notumor", None),
        ]
        assert found.left_out == []

    def test_semicolons_separate_columns(self, tmp_path: Path):
        put(tmp_path, "a.png")
        assert len(self.read(tmp_path, "file;class\na.png;glioma\n").scans) == 1

    def test_file_names_may_have_bytes_that_are_not_utf_8(self, tmp_path: Path):
        put(tmp_path, os.fsdecode(b"caf\xe9.png"))
        found = self.read(tmp_path, b"file,class,patient\ncaf\xe9.png,glioma,M\xfcller\nM\xfcller.png,glioma,\n")
        [scan] = found.scans
        assert (scan.name, scan.patient, scan.path.is_file()) == ("caf\\xe9.png", "M\\xfcller", True)
        assert "CSV UTF-8" in reasons(found)["M\\xfcller.png"]

    def test_bad_rows_are_left_out_with_a_reason(self, tmp_path: Path):
        put(tmp_path, "in/a.png", "in/b.png", "in/c.png", "secret.png")
        (tmp_path / "in" / "link.png").symlink_to(tmp_path / "secret.png")
        rows = [
            "a.png,glioma",
            "a.png,Glioma",
            "b.png,glioma",
            "b.png,pituitary",
            "c.png,sarcoma",
            "gone.png,glioma",
            "../secret.png,glioma",
            f"{tmp_path}/secret.png,glioma",
            "link.png,glioma",
            "x\0.png,glioma",
            f"{'x' * 5000}.png,glioma",
            ",glioma",
            "c.png",
        ]
        found = self.read(tmp_path / "in", "file,class\n" + "\n".join(rows))
        assert [scan.name for scan in found.scans] == ["a.png"]
        why = reasons(found)
        assert why["a.png"] == "Line 3 lists it again; it counts once."
        assert why["b.png"] == "It is listed with different classes."
        assert "Unknown class ''" in why["c.png"]
        assert why["gone.png"] == "The file does not exist."
        outside = "Its path is invalid or outside the folder of the CSV file."
        assert why["../secret.png"] == why["link.png"] == why[f"{tmp_path}/secret.png"] == outside
        assert len(found.left_out) == 11

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "exactly one column 'file'"),
            ("name,class\na.png,glioma\n", "exactly one column 'file'.*It has: name, class"),
            ("file,class,class\n", "exactly one column 'class'"),
            ("file,class".encode("utf-16"), "not a CSV file in UTF-8"),
            ('file,class\n"' + "x" * 200_000 + '",glioma', "not a CSV file"),
            ("file,class\n", "no scan of a known class"),
        ],
    )
    def test_an_unreadable_table_is_rejected(self, tmp_path: Path, text, words):
        with pytest.raises(UnusableScans, match=words):
            self.read(tmp_path, text)
