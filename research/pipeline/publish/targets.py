"""The targets, set before the training, and their comparison with the measured values. The only place for both."""

from collections.abc import Callable
from dataclasses import dataclass

from app.models.measured.test_set import TestSetReport
from app.models.measured.trust import MethodReport, TrustReport
from research.pipeline.publish.shipped import ShippedModel


@dataclass(frozen=True)
class Target:
    """A figure and its limit.

    Attributes:
        what: the figure, in words.
        measure: takes the figure from a model's reports; None if it was not measured.
        limits: the limit by architecture; a model without a limit has no such target.
        at_least: whether the limit is the smallest acceptable value, else the largest.
        unit: `%` for a share, `1` for a score, empty for a number of images.
    """

    what: str
    measure: Callable[[ShippedModel], float | None]
    limits: dict[str, float]
    at_least: bool = True
    unit: str = "%"

    def text(self, value: float) -> str:
        """A value of this figure, in words."""
        if self.unit == "%":
            return f"{100 * value:.2f} %"
        return f"{value:.4f}" if self.unit == "1" else f"{value:.0f}"


@dataclass(frozen=True)
class TargetResult:
    """A target and the measured value of one model.

    Attributes:
        target: the figure.
        limit: the model's limit.
        value: the measured value; None if it was not measured.
    """

    target: Target
    limit: float
    value: float | None

    @property
    def missed(self) -> bool:
        """Whether the measured value violates the limit."""
        if self.value is None:
            return False
        return self.value < self.limit if self.target.at_least else self.value > self.limit

    @property
    def mark(self) -> str:
        """The note beside a value that misses its target, in Markdown; empty for any other value."""
        return f" (**missed**, target: {self.limit_text})" if self.missed else ""

    @property
    def limit_text(self) -> str:
        """`at least 99.20 %`."""
        return f"at {'least' if self.target.at_least else 'most'} {self.target.text(self.limit)}"

    @property
    def value_text(self) -> str:
        """`98.86 %`, or `not measured`."""
        return "not measured" if self.value is None else self.target.text(self.value)


def _reported(measure: Callable[[TestSetReport], float | None]) -> Callable[[ShippedModel], float | None]:
    return lambda model: measure(model.report) if model.report else None


def _of_gate(measure: Callable[[MethodReport], float | None]) -> Callable[[ShippedModel], float | None]:
    return lambda model: measure(served_gate(model.trust)) if model.trust else None


def served_gate(trust: TrustReport) -> MethodReport:
    """The gate that the service uses."""
    return next(method for method in trust.methods if method.served)


def _both(limit: float) -> dict[str, float]:
    return {"xception": limit, "cnn": limit}


TARGETS = {
    "accuracy": Target(
        "accuracy, all test images",
        _reported(lambda report: report.test.accuracy.value),
        {"xception": 0.992, "cnn": 0.975},
    ),
    "without_copies": Target(
        "accuracy, test images without a copy in Training",
        _reported(lambda report: report.without_copies.accuracy.value),
        {"xception": 0.989, "cnn": 0.97},
    ),
    "missed_tumors": Target(
        'tumors classified as "no tumor"',
        _reported(lambda report: report.test.missed_tumors.count),
        {"xception": 2, "cnn": 8},
        at_least=False,
        unit="",
    ),
    "other_source": Target(
        "tumors of the other source found",
        _reported(lambda report: report.other_source.found.value if report.other_source else None),
        {"xception": 0.97, "cnn": 0.93},
    ),
    "ece": Target(
        "expected calibration error after temperature scaling",
        _reported(lambda report: report.test.calibrated.ece),
        {"xception": 0.01, "cnn": 0.015},
        at_least=False,
    ),
    "corruptions": Target(
        "accuracy, mean over the corruptions", _reported(lambda report: report.corruption_mean), {"xception": 0.97}
    ),
    "gate_auroc": Target("gate: mean AUROC", _of_gate(lambda gate: gate.mean_auroc), _both(0.99), unit="1"),
    "gate_accepted": Target(
        "gate: outsiders accepted where 95 % of scans are accepted",
        _of_gate(lambda gate: gate.mean_taken_for_scans),
        _both(0.03),
        at_least=False,
    ),
    "gate_rejected": Target("gate: outsiders rejected", _of_gate(lambda gate: gate.mean_refused), _both(0.95)),
    "gate_scans_rejected": Target(
        "gate: test scans rejected", _of_gate(lambda gate: gate.test_refused.value), _both(0.015), at_least=False
    ),
}


def target_results(model: ShippedModel) -> dict[str, TargetResult]:
    """The results of a model's targets, by the keys of `TARGETS`."""
    architecture = model.metadata.architecture
    return {
        key: TargetResult(target, target.limits[architecture], target.measure(model))
        for key, target in TARGETS.items()
        if architecture in target.limits
    }
