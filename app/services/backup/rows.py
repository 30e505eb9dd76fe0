"""Rows as lines of JSON, the same for SQLite and PostgreSQL, so that a backup of one restores into the other."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Double, Integer, LargeBinary, Table, Text, Uuid, column, insert, select, table
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.services.backup.schemas import ColumnKind, TableContent
from app.services.database.tables import Instant

_ROWS_AT_A_TIME = 500
_KINDS: dict[type, ColumnKind] = {
    str: ColumnKind.TEXT,
    int: ColumnKind.INTEGER,
    float: ColumnKind.FLOAT,
    bool: ColumnKind.BOOLEAN,
    object: ColumnKind.JSON,
    UUID: ColumnKind.ID,
    datetime: ColumnKind.TIME,
    bytes: ColumnKind.BYTES,
}
_TYPES: dict[ColumnKind, TypeEngine[Any]] = {
    ColumnKind.TEXT: Text(),
    ColumnKind.INTEGER: Integer(),
    ColumnKind.FLOAT: Double(),
    ColumnKind.BOOLEAN: Boolean(),
    ColumnKind.JSON: JSON(),
    ColumnKind.ID: Uuid(),
    ColumnKind.TIME: Instant(),
    ColumnKind.BYTES: LargeBinary(),
}
# Kinds that JSON cannot express.
_ENCODERS: dict[ColumnKind, Callable[[Any], str]] = {
    ColumnKind.ID: str,
    ColumnKind.TIME: datetime.isoformat,
    ColumnKind.BYTES: lambda value: base64.b64encode(value).decode(),
}
_DECODERS: dict[ColumnKind, Callable[[str], object]] = {
    ColumnKind.ID: UUID,
    ColumnKind.TIME: datetime.fromisoformat,
    ColumnKind.BYTES: base64.b64decode,
}


def write_rows(session: Session, source: Table, file: IO[bytes]) -> TableContent:
    """Write all rows of a table, in batches."""
    columns = {each.name: _KINDS[each.type.python_type] for each in source.columns}
    encoders = [_ENCODERS.get(kind) for kind in columns.values()]
    count = 0
    for row in session.execute(select(source).execution_options(yield_per=_ROWS_AT_A_TIME)):
        values = [
            encode(value) if encode and value is not None else value
            for encode, value in zip(encoders, row, strict=True)
        ]
        file.write(json.dumps(values).encode() + b"\n")
        count += 1
    return TableContent(name=source.name, columns=columns, rows=count)


def read_rows(session: Session, content: TableContent, lines: Iterable[bytes]) -> None:
    """Insert the rows of a table.

    Raises:
        ValueError: a line is damaged.
    """
    target = table(content.name, *(column(name, _TYPES[kind]) for name, kind in content.columns.items()))
    for rows in _batches(_decoded(content, line) for line in lines):
        session.execute(insert(target), rows)


def _decoded(content: TableContent, line: bytes) -> dict[str, object]:
    row = {}
    for (name, kind), value in zip(content.columns.items(), json.loads(line), strict=True):
        decode = _DECODERS.get(kind)
        if decode and not isinstance(value, str | None):
            raise ValueError(f"{content.name}.{name} is not text")
        row[name] = decode(value) if decode and value is not None else value
    return row


def _batches(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _ROWS_AT_A_TIME)):
        yield batch
