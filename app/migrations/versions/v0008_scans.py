"""One record for each scan, owner and model; heat-maps, labels and notes of records.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision. Earlier records stay as they are: the bytes of their files are not known."""
    op.add_column("records", sa.Column("scan", sa.String(length=64), nullable=True))
    op.add_column("records", sa.Column("weights", sa.String(length=64), nullable=True))
    op.add_column("records", sa.Column("heat", sa.LargeBinary(), nullable=True))
    op.add_column("records", sa.Column("label", sa.Text(), nullable=True))
    op.add_column("records", sa.Column("note", sa.Text(), nullable=True))
    op.create_index("ix_records_scan", "records", ["scan", "model", "weights"], unique=True)


def downgrade() -> None:
    """Revert the revision."""
    op.drop_index("ix_records_scan", "records")
    for column in ("note", "label", "heat", "weights", "scan"):
        op.drop_column("records", column)
