"""Results about the models and the data set, as Markdown, from the committed reports."""

from collections.abc import Callable

from app.config.settings import PROJECT_DIR
from app.models.classes import FACTS
from app.models.measured.external import HospitalsMeasurement, read_external
from research.pipeline.data.audit import AuditReport
from research.pipeline.data.copies import CopiesReport
from research.pipeline.data.manifest import Split
from research.pipeline.publish.shipped import ShippedModel, shipped_models
from research.pipeline.publish.targets import target_results

_DOCUMENTATION = PROJECT_DIR / "research" / "documentation"
_MODELS = PROJECT_DIR / "models"


def _default_model() -> ShippedModel:
    return next(model for model in shipped_models(_MODELS) if model.metadata.default)


def external_table() -> str:
    """The results of the default model at other hospitals."""
    found = read_external(_MODELS, _default_model().metadata.name)
    rows: dict[str, Callable[[HospitalsMeasurement], float]] = {
        "accuracy, all four classes": lambda each: each.accuracy,
        "tumors found": lambda each: each.tumors_found,
        'tumor-free slices called "no tumor"': lambda each: each.tumor_free_clear,
        'slices with `decision: "answer"`': lambda each: each.answered,
        "accuracy of those": lambda each: each.accuracy_of_answers,
        'tumors with the confident answer "no tumor"': lambda each: each.tumors_surely_called_notumor,
    }
    return "\n".join(
        [
            f"| model {found.version} | other patients of known hospitals ({found.patients.slices:,} slices) | "
            f"hospitals left out of shorter trainings ({found.slices:,} slices) |",
            "| --- | --- | --- |",
            *(
                f"| {what} | {100 * measure(found.patients):.0f} % | {100 * measure(found):.0f} % |"
                for what, measure in rows.items()
            ),
        ]
    )


def accuracy_table() -> str:
    """The results of the default model on the data set's test part, with the targets set before the training."""
    model = _default_model()
    evaluation = model.metadata.evaluation
    assert evaluation is not None
    rows = [
        f"| {result.target.what} | {result.limit_text} | {result.value_text}{' **missed**' if result.missed else ''} |"
        for key, result in target_results(model).items()
        if not key.startswith("gate")
    ]
    return "\n".join(
        [
            f"| model {model.metadata.version} on {evaluation.images:,} test images, {evaluation.evaluated_on} "
            "| target | measured |",
            "| --- | --- | --- |",
            *rows,
        ]
    )


def audit_list() -> str:
    """The findings of the data set's audit."""
    found = AuditReport.model_validate_json((_DOCUMENTATION / "audit.json").read_text())
    copied, images = found.test_images_with_copy_in_training, found.test_images
    by_class = ", ".join(f"{FACTS[tumor].label.lower()} {copied.get(tumor, 0)} of {images[tumor]}" for tumor in FACTS)
    disputed = sum(found.disputed[Split.TEST].values())
    return (
        f"- **Copies.** {sum(copied.values())} of the {sum(images.values()):,} test images are near-copies of training "
        f"images ({by_class}).\n"
        f"- **Wrong labels.** {disputed} test images have a label that another copy contradicts or that is visibly "
        f"wrong. They count as they are labelled.\n"
        f"- **CT.** {sum(found.head_ct[Split.TEST].values())} test images, and "
        f"{sum(found.head_ct[Split.TRAIN].values()) + sum(found.head_ct[Split.VALIDATION].values())} of the training "
        f'part, are head CT, not MRI. Most have the label "no tumor".'
    )


def copies_paragraph() -> str:
    """How well the service recognises copies of training scans."""
    found = CopiesReport.model_validate_json((_DOCUMENTATION / "copies.json").read_text())
    altered = "\n".join(
        f"| {name} | {100 * share.value:.1f} % |" for name, share in found.found.items() if share.value is not None
    )
    false = sum(share.count for share in found.false_matches.values())
    others = sum(share.total for share in found.false_matches.values())
    return (
        f"Measured on the {found.scans:,} scans that the networks saw (`python -m research.pipeline copies`):\n\n"
        f"| alteration | recognised |\n| --- | --- |\n{altered}\n\n"
        f"Of {others} scans without a known copy, {false} is wrongly taken for one."
    )
