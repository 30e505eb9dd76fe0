"""Records of images outside, which name no class.

Revision 0007.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_RECORDS = sa.table(
    "records", sa.column("id", sa.Uuid()), sa.column("predicted", sa.String()), sa.column("body", sa.Text())
)
# Bodies are compact JSON, in which a text cannot contain an unescaped quotation mark.
_OUTSIDE = _RECORDS.c.body.contains('"decision":"outside"')
_NAMES_NO_CLASS: dict[str, object] = {
    "prediction": None,
    "prediction_set": None,
    "prediction_sets": [],
    "heatmap": None,
}


def upgrade() -> None:
    """Apply the revision."""
    with op.batch_alter_table("records") as records:
        records.alter_column("predicted", existing_type=sa.String(length=16), nullable=True)
    connection = op.get_bind()
    for record in connection.scalars(sa.select(_RECORDS.c.id).where(_OUTSIDE)).all():
        this = _RECORDS.c.id == record
        body = json.loads(connection.scalars(sa.select(_RECORDS.c.body).where(this)).one())
        text = json.dumps({**body, **_NAMES_NO_CLASS}, separators=(",", ":"), ensure_ascii=False)
        connection.execute(sa.update(_RECORDS).where(this).values(predicted=None, body=text))


def downgrade() -> None:
    """Revert the revision. Records that name no class are deleted: earlier versions cannot read them."""
    op.execute(sa.delete(_RECORDS).where(_OUTSIDE))
    with op.batch_alter_table("records") as records:
        records.alter_column("predicted", existing_type=sa.String(length=16), nullable=False)
