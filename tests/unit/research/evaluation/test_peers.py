import pytest

from app.models.classes import CLASSES, TumorClass
from research.pipeline.data.manifest import UNKNOWN_TUMOR, ImageSource, ManifestRow, Split
from research.pipeline.evaluation.peers import PACKAGES, summarise

GLIOMA, MENINGIOMA, NOTUMOR, PITUITARY = CLASSES


def row(label: TumorClass | str, copied: bool = False) -> ManifestRow:
    source = ImageSource.UNKNOWN_TUMORS if label == UNKNOWN_TUMOR else ImageSource.TESTING
    return ManifestRow(
        file="x.jpg", source=source, label=label, group=0, split=Split.TEST, has_copy_in_training=copied, disputed=False
    )


ROWS = [
    row(GLIOMA),
    row(UNKNOWN_TUMOR),
    row(MENINGIOMA, copied=True),
    row(NOTUMOR, copied=True),
    row(UNKNOWN_TUMOR),
    row(PITUITARY),
    row(NOTUMOR),
    row(UNKNOWN_TUMOR),
]
CALLED = [GLIOMA, PITUITARY, MENINGIOMA, NOTUMOR, NOTUMOR, NOTUMOR, GLIOMA, GLIOMA]


class TestSummary:
    @pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
    def test_counts(self, package):
        peer = summarise(package, ROWS, CALLED)
        assert (peer.name, peer.version) == (package.name, package.version)
        assert (peer.accuracy.count, peer.accuracy.total) == (3, 5)
        assert (peer.accuracy_without_copies.count, peer.accuracy_without_copies.total) == (1, 3)
        assert (peer.missed_tumors.count, peer.missed_tumors.total) == (1, 3)
        assert peer.other_source_found is not None
        assert (peer.other_source_found.count, peer.other_source_found.total) == (2, 3)

    def test_without_the_other_source(self):
        official = [place for place, row in enumerate(ROWS) if row.source is ImageSource.TESTING]
        peer = summarise(PACKAGES[0], [ROWS[place] for place in official], [CALLED[place] for place in official])
        assert peer.accuracy == summarise(PACKAGES[0], ROWS, CALLED).accuracy
        assert peer.other_source_found is None
