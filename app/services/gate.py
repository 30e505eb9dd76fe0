"""Whether a scan is like those the network was trained on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GateResult:
    """How far a scan is from those of the training, and from where on it is outside."""

    score: float
    threshold: float
    outside: bool
