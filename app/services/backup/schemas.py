"""The table of contents of a backup."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from app.models.strict import Strict


class ColumnKind(StrEnum):
    """How a column's values are written."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    JSON = "json"
    ID = "id"
    TIME = "time"
    BYTES = "bytes"


class TableContent(Strict):
    """A table: its name, its columns in the order of the values in a row, and its number of rows."""

    name: str
    columns: dict[str, ColumnKind]
    rows: int = Field(ge=0)


class Manifest(Strict):
    """The table of contents of a backup.

    Attributes:
        format: version of this layout.
        service: version of the service that made the backup.
        revision: revision of the database.
        tables: in an order in which rows refer only to earlier ones.
        pictures: number of pictures.
        missing: number of pictures that records name and that could not be found.
        keys: fingerprints of the encryption keys that were configured, and of those that encrypted the pictures.
        audit_head: number and hash of the audit trail's last entry.
    """

    format: Literal[1] = 1
    service: str
    created_at: datetime
    revision: str
    tables: list[TableContent]
    pictures: int = Field(ge=0)
    missing: int = Field(ge=0)
    keys: list[str]
    audit_head: str

    def rows(self, table: str) -> int:
        """The number of rows of a table."""
        return sum(content.rows for content in self.tables if content.name == table)
