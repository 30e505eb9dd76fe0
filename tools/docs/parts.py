"""The generated parts of the documents: their content, and its insertion into the documents.

A part is the text between the markers `<!-- name -->` and `<!-- /name -->`. Every part is generated from committed
files, so that a test can compare it with its document.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.main import _parser
from app.config.reference import settings_table
from app.config.settings import PROJECT_DIR
from app.routes.api_docs import EXAMPLES_FILE
from benchmarks.support.plot import summary, tables
from tools.docs import archive, contract, faults, figures, reference, simulation
from tools.supply import licences

README = PROJECT_DIR / "README.md"
_DOCS = PROJECT_DIR / "docs"


def parts() -> dict[Path, dict[str, str]]:
    """The content of every part, by document and name."""
    document = json.loads(contract.DOCUMENT.read_text())
    answer = json.loads(EXAMPLES_FILE.read_text())["create_prediction"]
    made: dict[Path, dict[str, Callable[[], str]]] = {
        README: {
            "answer": lambda: _json(short_answer(answer)),
            "external": figures.external_table,
            "accuracy": figures.accuracy_table,
            "audit": figures.audit_list,
        },
        PROJECT_DIR / "LICENSES.md": {"dependencies": licences.table},
        _DOCS / "tutorials" / "your-own-scans.md": {"copies": figures.copies_paragraph},
        _DOCS / "how-to" / "archive.md": {"columns": archive.columns, "million": archive.million},
        _DOCS / "how-to" / "limits.md": {"connections": reference.connection_limits},
        _DOCS / "reference" / "settings.md": {"settings": settings_table},
        _DOCS / "reference" / "api.md": {"api": lambda: reference.api_reference(document)},
        _DOCS / "reference" / "response.md": {
            "fields": lambda: reference.response_reference(document, "PredictionResponse"),
            "answer": lambda: f"```json\n{json.dumps(answer, indent=2, ensure_ascii=False)}\n```",
        },
        _DOCS / "reference" / "errors.md": {"errors": reference.errors_reference},
        _DOCS / "reference" / "faults.md": {"faults": faults.fault_tables},
        _DOCS / "reference" / "cli.md": {
            "cli": lambda: reference.cli_reference(_parser()).replace("python -m app", "btc")
        },
        _DOCS / "reference" / "measurements.md": {"measurements": tables},
        _DOCS / "explanation" / "benchmarks.md": {"speed": summary},
        PROJECT_DIR / "research" / "documentation" / "autoscaling.md": {
            "chosen": simulation.chosen,
            "goals": simulation.goals,
            "alternatives": simulation.alternatives,
            "service": simulation.service,
        },
    }
    return {path: {name: make() for name, make in inside.items()} for path, inside in made.items()}


def fill(text: str, name: str, content: str) -> str:
    """Replace the content of the part with this name.

    Raises:
        ValueError: the text does not have exactly one part with this name.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    filled, count = pattern.subn(lambda _: f"{start}\n\n{content}\n\n{end}", text)
    if count != 1:
        raise ValueError(f"there are {count} parts named {name}, not one")
    return filled


def filled(path: Path, inside: dict[str, str]) -> str:
    """A document's text with all its parts replaced."""
    text = path.read_text()
    for name, content in inside.items():
        text = fill(text, name, content)
    return text


def short_answer(answer: dict[str, Any]) -> dict[str, Any]:
    """The fields of a prediction that a front end needs first."""
    explanation = answer["explanation"]["text"].partition("\n\n")[0]
    shown = {name: answer["display"][name] for name in ("headline", "decision", "prediction_set", "heatmap")}
    return {
        **{name: answer[name] for name in ("prediction", "decision", "prediction_set")},
        "display": shown,
        "probabilities": {entry["class"]: round(entry["probability"], 4) for entry in answer["probabilities"]},
        "heatmap": {"focus": answer["heatmap"]["focus"], "overlay": answer["heatmap"]["overlay"][:22] + "…"},
        "explanation": {"text": explanation},
        "disclaimer": answer["disclaimer"],
    }


def _json(answer: dict[str, Any]) -> str:
    """A response as JSON with one line for each field."""
    lines = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in answer.items()]
    return "```json\n{\n" + ",\n".join(lines) + "\n}\n```"
