"""Connections to PostgreSQL, with bounds on how long they wait.

Imported lazily: only PostgreSQL needs its driver.
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

_CONNECT_S = 5
_SILENT_S = 10
# The server ends a statement after this time. So does the client if the server, or a proxy in front of it, hangs.
_ANSWER_S = 30
_POLL_S = 0.1

RV = TypeVar("RV")


class _TimedConnection(psycopg.Connection[TupleRow]):
    """A connection that is closed if a statement has no answer in time.

    Attributes:
        patient: whether to wait without a bound.
    """

    patient = False

    def wait(self, gen: PQGen[RV], interval: float = _POLL_S, timeout: float | None = None) -> RV:
        """Wait for an answer; raises `psycopg.OperationalError` if none comes in time."""
        if timeout is None and not self.patient:
            timeout = _ANSWER_S
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # The next statement would get the answer to this one.
                self.close()
            raise


def postgresql_engine(url: URL, *, lock_s: float, pool_size: int) -> Engine:
    """An engine whose statements fail rather than wait indefinitely.

    Args:
        url: of any PostgreSQL driver.
        lock_s: seconds for which a statement waits for a lock.
        pool_size: number of connections that remain open.
    """
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=pool_size,
        pool_timeout=_CONNECT_S,
        connect_args={
            "connect_timeout": _CONNECT_S,
            # Without them a cut network is noticed after 15 minutes.
            "tcp_user_timeout": _SILENT_S * 1000,
            "keepalives_idle": _SILENT_S,
            "keepalives_interval": _SILENT_S,
            "keepalives_count": 1,
        },
    )

    def connect(_dialect: Dialect, _entry: ConnectionPoolEntry, args: Any, options: Any) -> _TimedConnection:
        return _TimedConnection.connect(*args, **options)

    def prepare(connection: _TimedConnection, _entry: ConnectionPoolEntry) -> None:
        for name, seconds in (("lock_timeout", lock_s), ("statement_timeout", _ANSWER_S)):
            connection.execute(f"SET {name} = '{seconds}s'".encode())
        connection.commit()

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", prepare)
    return engine


def wait_without_bounds(connection: Connection) -> None:
    """Let the statements of this transaction, and the answers on this connection, take as long as they need."""
    connection.connection.dbapi_connection.patient = True  # type: ignore[union-attr]
    for name in ("lock_timeout", "statement_timeout"):
        connection.execute(text(f"SET LOCAL {name} = 0"))
