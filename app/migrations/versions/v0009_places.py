"""The decision of records, and where the network sees a tumor.

Revision 0009.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_RECORDS = sa.table(
    "records",
    sa.column("id", sa.Uuid()),
    sa.column("predicted", sa.String()),
    sa.column("decision", sa.String()),
    sa.column("body", sa.Text()),
)


def upgrade() -> None:
    """Apply the revision. Earlier records have no places."""
    op.add_column("records", sa.Column("place", sa.LargeBinary(), nullable=True))
    op.add_column("records", sa.Column("decision", sa.String(length=16), nullable=True))
    connection = op.get_bind()
    for record in connection.scalars(sa.select(_RECORDS.c.id)).all():
        this = _RECORDS.c.id == record
        body = json.loads(connection.scalars(sa.select(_RECORDS.c.body).where(this)).one())
        connection.execute(sa.update(_RECORDS).where(this).values(decision=_decision(body)))
    with op.batch_alter_table("records") as records:
        records.alter_column("decision", existing_type=sa.String(length=16), nullable=False)


def downgrade() -> None:
    """Revert the revision. Earlier versions cannot read the decision `other`, nor the heat-map of a place."""
    op.execute(sa.delete(_RECORDS).where(_RECORDS.c.body.contains('"decision":"other"')))
    connection = op.get_bind()
    places = sa.select(_RECORDS.c.id).where(_RECORDS.c.body.contains('"method":"place"'))
    for record in connection.scalars(places).all():
        this = _RECORDS.c.id == record
        body = json.loads(connection.scalars(sa.select(_RECORDS.c.body).where(this)).one())
        text = json.dumps({**body, "heatmap": None}, separators=(",", ":"), ensure_ascii=False)
        connection.execute(sa.update(_RECORDS).where(this).values(body=text))
    for column in ("decision", "place"):
        op.drop_column("records", column)


def _decision(body: dict[str, Any]) -> str:
    """The decision of a record; before decisions existed, records have a warning if the network was unsure."""
    unsure = any(warning["code"] == "low-confidence" for warning in body["warnings"])
    decision: str | None = body.get("decision")
    return decision or ("uncertain" if unsure else "answer")
