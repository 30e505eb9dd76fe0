"""Space for encrypted secrets of second factors. The service encrypts them at its start: it has the keys.

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = ("totp_secret", "totp_pending")


def upgrade() -> None:
    """Apply the revision."""
    _resize(64, 160)


def downgrade() -> None:
    """Revert the revision. PostgreSQL refuses while there are encrypted secrets."""
    _resize(160, 64)


def _resize(old: int, new: int) -> None:
    with op.batch_alter_table("accounts") as table:
        for column in _COLUMNS:
            table.alter_column(
                column, existing_type=sa.String(length=old), type_=sa.String(length=new), existing_nullable=True
            )
