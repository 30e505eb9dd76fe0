"""Write the documents about the models from Jinja templates; every number comes from the reports.

The model card follows Mitchell et al. 2019 (https://arxiv.org/abs/1810.03993). `findings.md` describes what the
project found; `gate.md` and `measurements.md` are the card's appendices.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.models.classes import CLASSES, DISCLAIMER, FACTS, TumorClass
from app.models.measured.across import read_across
from app.models.measured.drift import Delay, DriftEvaluation
from app.models.measured.test_set import Proportion, TestSetReport
from app.models.measured.trust import TrustReport
from app.models.model_file import ModelMetadata
from research.pipeline.data.audit import AuditReport
from research.pipeline.data.manifest import UNKNOWN_TUMOR, ImageSource, Split
from research.pipeline.evaluation.peers import PACKAGES
from research.pipeline.evaluation.quality_report import QualityReport
from research.pipeline.evaluation.views_report import ViewsReport
from research.pipeline.publish.renamed import renamed
from research.pipeline.publish.shipped import ShippedModel, shipped_models
from research.pipeline.publish.targets import TargetResult, served_gate, target_results
from research.pipeline.training.across.recipe import RECIPES as ACROSS_RECIPES
from research.pipeline.training.across.recipe import AcrossRecipe, read_across_recipe
from research.pipeline.training.recipe import Recipe, read_recipe
from research.pipeline.trust.scores import SERVED_NONE_ALIKE

TEMPLATES = Path(__file__).with_name("templates")
APPENDICES = ("findings", "gate", "measurements")
_CODES = {facts.file_code: tumor for tumor, facts in FACTS.items()}


@dataclass(frozen=True)
class DocumentedModel:
    """A model in the form that the templates use; a report is None if it was not measured.

    Attributes:
        metadata: name, version, input and weights.
        report: results on the test images.
        trust: results of gate, prediction sets and decisions.
        drift: results of the drift detection.
        views: results of several views.
        recipe, across: the settings of a training on the data set, or across sources; None if the repository does not
            contain those of this version.
        targets: results by the keys of `TARGETS`.
    """

    metadata: ModelMetadata
    report: TestSetReport | None
    trust: TrustReport | None
    drift: DriftEvaluation | None
    views: ViewsReport | None
    recipe: Recipe | None
    across: AcrossRecipe | None
    targets: dict[str, TargetResult]


def write_documents(models_dir: Path, documentation: Path, recipes_dir: Path, card: Path) -> list[Path]:
    """Write the model card and its appendices.

    Args:
        models_dir: metadata and reports of the models, and the default model's measurement at other hospitals.
        documentation: folder of `audit.json` and the pictures; receives the appendices. The reports of `quality` and
            `views` are read there if they exist.
        recipes_dir: the TOML files of the training settings.
        card: file of the model card.

    Returns:
        The files written.

    Raises:
        OSError: a file cannot be read or written.
        ValueError: a file is not valid.
    """
    context = _context(models_dir, documentation, recipes_dir)
    environment = _environment()
    documents = {card: "model_card", **{documentation / f"{name}.md": name for name in APPENDICES}}
    for path, template in documents.items():
        text = environment.get_template(f"{template}.md.j2").render(context)
        path.write_text(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n")
    return list(documents)


def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - the templates are Markdown, and no value comes from a user
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., str]] = {
        "count": lambda number: f"{number:,}",
        "percent": _percent,
        "share": lambda found: _percent(found.value) if found and found.total else "not measured",
        "proportion": _proportion,
        "short": _short,
        "rounded": lambda found: (
            f"{_percent(found.value, 0)} ({100 * found.low:.0f} to {100 * found.high:.0f})" if found.total else "-"
        ),
        "label": lambda tumor: FACTS[TumorClass(tumor)].label,
        "listed": _listed,
        "delay": _delay,
        "renamed": renamed,
    }
    environment.filters.update(filters)
    return environment


def _context(models_dir: Path, documentation: Path, recipes_dir: Path) -> dict[str, Any]:
    audit = AuditReport.model_validate_json((documentation / "audit.json").read_bytes())
    quality = documentation / "quality.json"
    models = _models(models_dir, documentation, recipes_dir)
    default = next(model for model in models if model.metadata.default)
    return {
        "disclaimer": DISCLAIMER,
        "classes": CLASSES,
        "splits": list(Split),
        "unknown_tumor": UNKNOWN_TUMOR,
        "source": ImageSource,
        "models": models,
        "evaluated": [model for model in models if model.report],
        "trusted": [model for model in models if model.trust],
        "watched": [model for model in models if model.drift],
        "viewed": [model for model in models if model.views],
        "across": read_across(models_dir, default.metadata.name),
        "audit": audit,
        "copied": sum(audit.test_images_with_copy_in_training.values()),
        "tested": sum(audit.test_images.values()),
        "no_tumor_images": sum(audit.splits[split].get(TumorClass.NOTUMOR, 0) for split in Split),
        "quality": QualityReport.model_validate_json(quality.read_bytes()) if quality.exists() else None,
        "pictures": {path.stem for path in documentation.glob("*.png")},
        "served_gate": served_gate,
        "gate_without_family": _gate_without_family,
        "set_results": _set_results,
        "packages": {package.name: package.description for package in PACKAGES},
        "prefixes": _prefixes(models),
        "missing_classes": _missing_classes,
    }


def _models(models_dir: Path, documentation: Path, recipes_dir: Path) -> list[DocumentedModel]:
    recipes = {recipe.name: recipe for recipe in map(read_recipe, sorted(recipes_dir.glob("*.toml")))}
    across = [read_across_recipe(path) for path in sorted(ACROSS_RECIPES.glob("*.toml"))]
    views = [ViewsReport.model_validate_json(path.read_bytes()) for path in sorted(documentation.glob("views_*.json"))]

    def documented(model: ShippedModel) -> DocumentedModel:
        metadata = model.metadata
        recipe = recipes.get(metadata.name)
        return DocumentedModel(
            metadata=metadata,
            report=model.report,
            trust=model.trust,
            drift=model.drift,
            views=next((found for found in views if found.sha256 == metadata.sha256), None),
            recipe=recipe if recipe and recipe.version == metadata.version else None,
            across=next(
                (found for found in across if (found.name, found.version) == (metadata.name, metadata.version)), None
            ),
            targets=target_results(model),
        )

    return [documented(model) for model in shipped_models(models_dir)]


def _gate_without_family(trust: TrustReport) -> Any:
    """The results of gates that were each fitted without the judged kind and all similar kinds."""
    return next(method for method in trust.methods if method.name == SERVED_NONE_ALIKE)


def _set_results(trust: TrustReport) -> dict[str, Any]:
    """The results of the deciding prediction sets, by part of the images."""
    return {
        found.part: found
        for found in trust.sets
        if found.method is trust.set_method and found.promised == trust.deciding_coverage
    }


def _prefixes(models: Iterable[DocumentedModel]) -> dict[str, TumorClass | None]:
    """The prefixes of the test images' file names, and the class of each."""
    names = sorted({prefix for model in models if model.report for prefix in model.report.origins})
    return {prefix: _CODES.get(prefix[3:5]) for prefix in names}


def _missing_classes(report: TestSetReport) -> list[TumorClass]:
    """Classes without a test image that has no copy in the training part."""
    return [tumor for tumor, found in report.without_copies.per_class.items() if found.images == 0]


def _percent(value: float | None, decimals: int = 2) -> str:
    return "not measured" if value is None else f"{100 * value:.{decimals}f} %"


def _proportion(found: Proportion | None) -> str:
    """`98 of 100: 98.00 % (93.00 to 99.45)`."""
    if found is None or found.value is None:
        return "not measured"
    return (
        f"{found.count:,} of {found.total:,}: {_percent(found.value)} ({100 * found.low:.2f} to {100 * found.high:.2f})"
    )


def _short(found: Proportion | None) -> str:
    """`98.00 % (93.0 to 99.5)`."""
    if found is None or found.value is None:
        return "not measured"
    return f"{_percent(found.value)} ({100 * found.low:.1f} to {100 * found.high:.1f})"


def _delay(found: Delay) -> str:
    """`30 (30 of 30)`: the median in scans, and the streams with an alarm."""
    scans = "no alarm" if found.median is None else f"{found.median:.0f}"
    return f"{scans} ({found.found.count} of {found.found.total})"


def _listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *others, last = list(words) or [""]
    return f"{', '.join(others)} and {last}" if others else last
