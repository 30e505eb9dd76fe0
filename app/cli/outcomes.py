"""The results of `predict` as a table, JSON or CSV."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.cli.support import shown
from app.models.classes import CLASSES, FACTS
from app.services.explanations.result import Result
from app.services.explanations.words import agreement_sentence, headline, percent, position
from app.services.inference.files import readable
from app.services.trust.conformal import PredictionSet
from app.services.trust.gate import GateResult
from app.services.trust.heads import Acquisition

COLUMNS = (
    "file",
    "decision",
    "class",
    "confidence",
    *(f"probability_{tumor.value}" for tumor in CLASSES),
    "prediction_set",
    "sequence",
    "plane",
    "in_distribution",
    "gate_score",
    "focus",
    "heatmap",
    "warnings",
    "error",
)


@dataclass(frozen=True)
class Finding:
    """The printed part of a prediction, without its pictures, so that memory does not grow with the files.

    Attributes:
        result: the numbers that the words are made from.
        sets: the prediction sets, the smallest coverage first.
        gate: the out-of-distribution score; None if the gate is off or was not fitted to the weights.
        heatmap: the file that the heat-map was saved to.
        notices: warnings for the reader.
    """

    result: Result
    sets: tuple[PredictionSet, ...]
    gate: GateResult | None
    heatmap: Path | None
    notices: list[str]


@dataclass(frozen=True)
class Outcome:
    """The result for one file: a finding or an error."""

    path: Path
    finding: Finding | None = None
    error: str | None = None


def summary(outcome: Outcome) -> dict[str, Any]:
    """A result as JSON."""
    finding = outcome.finding
    if finding is None:
        return {"file": readable(outcome.path), "error": outcome.error}
    result = finding.result
    return {
        "file": readable(outcome.path),
        **_class_summary(result),
        "decision": result.decision.value,
        "headline": headline(result),
        "acquisition": _acquisition_summary(result.acquisition) if result.acquisition else None,
        "in_distribution": not finding.gate.outside if finding.gate else None,
        "gate": {"score": finding.gate.score, "threshold": finding.gate.threshold} if finding.gate else None,
        "prediction_set": _set_summary(result.deciding_set) if result.deciding_set else None,
        "prediction_sets": list(map(_set_summary, finding.sets)),
        "probabilities": {tumor.value: probability for tumor, probability in result.ranking},
        "heatmap_method": result.method.value if result.method else None,
        "focus": position(result.focus.x, result.focus.y) if result.focus else None,
        "heatmap": readable(finding.heatmap) if finding.heatmap else None,
        "warnings": finding.notices,
        "agreement": asdict(result.agreement) if result.agreement else None,
    }


def _class_summary(result: Result) -> dict[str, object]:
    if not result.decision.names_class:
        return {"class": None, "confidence": None}
    return {"class": result.predicted.value, "confidence": result.confidence}


def _acquisition_summary(acquisition: Acquisition) -> dict[str, object]:
    return {
        "sequence": acquisition.sequence.value,
        "sequence_probability": acquisition.sequence_probability,
        "plane": acquisition.plane.value,
        "plane_probability": acquisition.plane_probability,
    }


def _set_summary(each: PredictionSet) -> dict[str, object]:
    return {"coverage": each.coverage, "classes": [tumor.value for tumor in each.classes]}


def row(outcome: Outcome) -> list[object]:
    """A result as a row of CSV, in the order of `COLUMNS`."""
    found = summary(outcome)
    probabilities, prediction_set, gate = (found.get(key) for key in ("probabilities", "prediction_set", "gate"))
    cells: dict[str, object] = {
        **found,
        **(found.get("acquisition") or {}),
        **{f"probability_{tumor}": probability for tumor, probability in (probabilities or {}).items()},
        "prediction_set": " ".join(prediction_set["classes"]) if prediction_set else None,
        "gate_score": gate["score"] if gate else None,
        "warnings": " ".join(found.get("warnings", [])),
    }
    return [cells.get(column) for column in COLUMNS]


def table(outcomes: list[Outcome]) -> list[str]:
    """Results as the lines of a table. The names of the files are last, so that no long one moves another column."""
    rows = [("answer", "probability", "runner-up", "file"), *map(_cells, outcomes)]
    answer, probability, runner_up = (max(len(cells[column]) for cells in rows) for column in range(3))
    return [f"{a:<{answer}}  {p:>{probability}}  {r:<{runner_up}}  {name}" for a, p, r, name in rows]


def _cells(outcome: Outcome) -> tuple[str, str, str, str]:
    name = shown(outcome.path)
    if outcome.finding is None:
        return "failed", "", "", name
    result = outcome.finding.result
    if not result.decision.names_class:
        return headline(result), "", "", name
    second, runner_up = result.ranking[1]
    return headline(result), percent(result.confidence), f"{FACTS[second].label} {percent(runner_up)}", name


def notes(outcome: Outcome) -> list[str]:
    """What a reader should know about a result: the error, or the warnings."""
    if outcome.finding is None:
        return [outcome.error or ""]
    agreement = outcome.finding.result.agreement
    return [*outcome.finding.notices, *([agreement_sentence(agreement)] if agreement else [])]
