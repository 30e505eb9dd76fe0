"""What Alembic runs a migration in: the connection, with its transaction, that `services/database.py` hands over."""

from alembic import context

from app.services.database.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    # SQLite cannot alter a column: such a table is made anew, and its rows copied.
    render_as_batch=True,
)
context.run_migrations()
