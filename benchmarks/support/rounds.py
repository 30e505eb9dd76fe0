"""Timing in alternating order, so that changes of the machine's speed affect all contenders alike."""

from collections.abc import Callable, Mapping
from statistics import median, quantiles
from time import perf_counter

from pydantic import Field
from rich.console import Console
from rich.progress import track

from app.models.strict import Strict

_WARM_UPS = 5


class Timed(Strict):
    """The times of one contender."""

    name: str
    p50_ms: float = Field(description="Median.")
    p95_ms: float
    ratio: float = Field(
        description="Median over the rounds of its time divided by the first contender's in the same round."
    )


def take_turns(contenders: Mapping[str, Callable[[], object]], rounds: int) -> list[Timed]:
    """Time every contender once per round; the first one is the reference for the others."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in track(range(-_WARM_UPS, rounds), description="Measuring", console=Console(stderr=True)):
        for name, contender in contenders.items():
            started = perf_counter()
            contender()
            if number >= 0:
                times[name].append((perf_counter() - started) * 1e3)
    first = next(iter(times.values()))
    return [
        Timed(
            name=name,
            p50_ms=median(own),
            p95_ms=quantiles(own, n=20)[18],
            ratio=median(time / other for time, other in zip(own, first, strict=True)),
        )
        for name, own in times.items()
    ]
