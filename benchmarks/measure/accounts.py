"""The cost of accounts and history: a prediction with a key, stored in SQLite, against one without accounts.

Two server processes receive requests over real sockets in alternating order. Their caches are off, so that each
prediction is computed.
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
    stored = times[1]
    publish("accounts", times, [Figure(name=f"{stored.name}, ratio", value=stored.ratio, unit="1", target="<= 1.08")])


def asking(url: str, **headers: str) -> Callable[[], None]:
    """A function that requests a prediction over a connection that stays open."""
    client = connect(url)
    request = encoded(IMAGE.read_bytes())
    request.headers.update(headers)
    return lambda: ask(client, PREDICTIONS, request)
