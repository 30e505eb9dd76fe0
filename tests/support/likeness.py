"""Comparison of responses from two processors, whose numbers differ in their last digits."""

import re

import pytest
from pydantic import JsonValue

_CLOSE = 1e-3
_PERCENT = re.compile(r"\d+\.\d+(?= %)")


def alike(one: JsonValue, other: JsonValue) -> bool:
    """Whether two responses have the same structure, the same texts, and nearly the same numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, abs=_CLOSE)
    if isinstance(one, str) and isinstance(other, str):
        return _PERCENT.sub("…", one) == _PERCENT.sub("…", other)
    return one == other
