"""Alembic's environment: runs migrations in the connection and transaction that `Database.migrate` passes."""

from alembic import context

from app.services.database.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    # SQLite cannot alter a column: Alembic creates a new table and copies the rows.
    render_as_batch=True,
)
context.run_migrations()
