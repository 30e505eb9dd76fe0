"""Reads single attributes of a data set, of which any may be missing, empty, or break the rules of its type."""

import math
from collections.abc import MutableSequence
from typing import Any

from pydicom.dataset import Dataset

_FEW = 200
# The longest text that DICOM allows in the attributes that are read has 64 characters.
_LONGEST = 256
# One for all, never changed: making one takes 20 us, and a header lacks some 35 of the attributes that are looked up.
NO_ATTRIBUTES = Dataset()


def value_of(item: Dataset, name: str) -> Any:
    """An attribute's value; None if it is missing, empty or cannot be read."""
    try:
        value = item.get(name)
    except Exception:  # pydicom converts a value when it is read, and raises many kinds
        return None
    return None if value is None or value == "" else value


def text_of(item: Dataset, name: str) -> str:
    """An attribute's value or values as text in upper case, separated by spaces; empty if there is none."""
    return " ".join(texts_of(item, name))


def texts_of(item: Dataset, name: str) -> tuple[str, ...]:
    """An attribute's values as texts in upper case."""
    value = value_of(item, name)
    if value is None:
        return ()
    values = value if isinstance(value, MutableSequence) else [value]
    return tuple(str(each)[:_LONGEST].strip().upper() for each in values[:_FEW])


def numbers_of(item: Dataset, name: str, count: int) -> tuple[float, ...] | None:
    """The first values of an attribute as finite numbers; None if there are fewer."""
    value = value_of(item, name)
    try:
        values = value if isinstance(value, MutableSequence) else [value]
        numbers = tuple(float(each) for each in values[:count])
    except Exception:  # no number
        return None
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None


def number_of(item: Dataset, name: str) -> float | None:
    """An attribute's first value as a finite number; None if it is none."""
    found = numbers_of(item, name, 1)
    return found[0] if found else None


def whole_of(item: Dataset, name: str) -> int | None:
    """An attribute's first value as a whole number; None if it is none."""
    found = number_of(item, name)
    return round(found) if found is not None else None


def items_of(item: Dataset, name: str, most: int) -> list[Dataset]:
    """The items of a sequence, at most `most`; none if it is missing, has more or cannot be read."""
    try:
        raw = item.get_item(name)
        value = getattr(raw, "value", None)
        # Before pydicom makes an object of each item: a sequence of empty ones has a million in 10 MB.
        if isinstance(value, bytes) and value.count(b"\xfe\xff\x00\xe0") + value.count(b"\xff\xfe\xe0\x00") > most:
            return []
        items = list(item.get(name) or [])
    except Exception:  # as above
        return []
    return items if len(items) <= most else []


def first_of(item: Dataset, name: str) -> Dataset:
    """The first item of a sequence of few; an empty one if there is none."""
    found = items_of(item, name, _FEW)
    return found[0] if found else NO_ATTRIBUTES
