"""What accounts and history cost: a prediction with a key that is kept in SQLite, against one of a service without.

Two server processes, each asked over a real socket in turn. They keep no answers in memory, so that each is computed.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.support.clients import IMAGE, PREDICTIONS, ask, connect, encoded
from benchmarks.support.results import Figure, publish
from benchmarks.support.rounds import take_turns
from tests.support.people import People
from tests.support.server import RunningServer


def run(rounds: int) -> None:
    """Measure and publish."""
    with (
        TemporaryDirectory() as folder,
        RunningServer(CACHE_MB="0", LOG_LEVEL="error") as without,
        People(Path(folder), None, CACHE_MB="0", LOG_LEVEL="error") as people,
    ):
        people.server.wait_for("/health/ready")
        key = people.key(people.person(), "predict")["key"]
        times = take_turns(
            {
                "prediction, accounts off": asking(without.url),
                "the same with a key, stored in SQLite": asking(people.server.url, Authorization=f"Bearer {key}"),
            },
            rounds,
        )
    kept = times[1]
    publish("accounts", times, [Figure(name=f"{kept.name}, ratio", value=kept.ratio, unit="1", target="<= 1.08")])


def asking(url: str, **headers: str) -> Callable[[], None]:
    """Asks a server for a prediction, over one connection that stays open."""
    client = connect(url)
    request = encoded(IMAGE.read_bytes())
    request.headers.update(headers)
    return lambda: ask(client, PREDICTIONS, request)
