"""Slices of two sources that can be drawn, packed and trained on within seconds."""

from research.pipeline.data.manifest import UNKNOWN_TUMOR, Split
from research.pipeline.data.slices import BR35H, DATA_SET, OTHER, Slice


def make_slice(number: int, source: str, label: str, **facts: str) -> Slice:
    """A slice with a group of its own, in the training split."""
    nature = {"notumor": "normal", OTHER: "lesion"}.get(label, "tumor")
    named = {"group": f"{source} {number}", "nature": nature, **facts}
    return Slice(file=f"{number}.png", source=source, label=label, split=Split.TRAIN, **named)


def make_slices() -> list[Slice]:
    """Tumor-free slices of many sequences, tumors of one source, other findings, and the data set's own."""
    slices = [
        *(("data set", DATA_SET, label, {}) for label in ("glioma", "meningioma", "notumor", "pituitary")),
        *(("unknown", BR35H, UNKNOWN_TUMOR, {}) for _ in range(2)),
        *(("common", "far", "notumor", {"sequence": "T1"}) for _ in range(90)),
        *(("rare", "near", "notumor", {"sequence": "T2"}) for _ in range(10)),
        *(("tumors", "far", "glioma", {"sequence": "FLAIR"}) for _ in range(5)),
        *(("others", "near", OTHER, {"sequence": "T1"}) for _ in range(5)),
    ]
    return [make_slice(number, source, label, **facts) for number, (_, source, label, facts) in enumerate(slices)]
