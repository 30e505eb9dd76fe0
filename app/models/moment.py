"""A point in time in a request: ISO 8601 with a time zone, converted to UTC."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

_YEAR = re.compile(r"\d{4}-")


def _written_out(value: object) -> object:
    # Pydantic reads a number as seconds or milliseconds since 1970, depending on its size.
    if isinstance(value, int | float) or (isinstance(value, str) and not _YEAR.match(value)):
        raise ValueError("write a time as in 2026-11-25T00:00:00Z")
    return value


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_utc)]
