"""Text that neither databases nor responses can hold is rejected before a route sees it."""

import json
import re
from urllib.parse import parse_qsl

from app.models.problem_body import FieldFault
from app.models.problems import InvalidParameters

# PostgreSQL stores no NUL, and half of a surrogate pair has no form in UTF-8.
_UNUSABLE = re.compile("[\0\ud800-\udfff]")
_REASON = "the text contains the character NUL or half of a surrogate pair. Send text in UTF-8 without them."


def check_json(text: str) -> None:
    """Check every text in a JSON document, its keys included. Other faults are FastAPI's to report.

    Raises:
        InvalidParameters: a text contains an unusable character.
    """
    # Both can only be escape sequences: text in UTF-8 has no surrogates, and JSON no NUL.
    if "\\u" not in text:
        return
    try:
        pending = [("body", json.loads(text))]
    except (ValueError, RecursionError):
        return
    while pending:
        place, value = pending.pop()
        if isinstance(value, str):
            _check(place, value)
        elif isinstance(value, list):
            pending += [(f"{place}.{index}", entry) for index, entry in enumerate(value)]
        elif isinstance(value, dict):
            for key, entry in value.items():
                _check(place, key)
                pending.append((f"{place}.{key}", entry))


def check_query(query: bytes) -> None:
    """Check every parameter of a query string.

    Raises:
        InvalidParameters: a parameter contains an unusable character.
    """
    if b"%00" in query:
        for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
            _check("query", name)
            _check(f"query.{name}", value)


def _check(place: str, text: str) -> None:
    if _UNUSABLE.search(text):
        raise InvalidParameters(f"{place}: {_REASON}", errors=[FieldFault(location=place, message=_REASON)])
