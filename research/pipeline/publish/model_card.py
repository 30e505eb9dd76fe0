"""Write the two documents about the models, every number in them out of the files beside the weights.

`MODEL_CARD.md` is for whoever is about to use a model (Mitchell et al. 2019, https://arxiv.org/abs/1810.03993);
`findings.md` tells what was found on the way.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from app.models.classes import CLASSES, DISCLAIMER, FACTS, TumorClass
from app.models.measured.drift import Delay, DriftEvaluation
from app.models.measured.test_set import PartReport, Proportion, TestSetReport
from app.models.measured.trust import SetReport, TrustReport
from research.pipeline.data.audit import AuditReport
from research.pipeline.data.manifest import UNKNOWN_TUMOR, ImageSource, Split
from research.pipeline.evaluation.quality_report import QualityReport
from research.pipeline.evaluation.views_report import ViewsReport
from research.pipeline.publish.shipped import ShippedModel, shipped_models
from research.pipeline.training.recipe import Recipe, read_recipe
from research.pipeline.trust.scores import SERVED_NONE_ALIKE

_CODES = {facts.file_code: tumor for tumor, facts in FACTS.items()}
_KAGGLE = "https://www.kaggle.com/datasets"
_GENERATED = "*Generated from the files in `models/`, the recipes and the audit of the data; not edited by hand.*"


@dataclass(frozen=True)
class Target:
    """A figure that was set before training.

    Attributes:
        what: is measured.
        measure: takes it out of a report; None where it was not measured.
        goals: by architecture.
        least: whether the goal is the least that is good, else the most.
        count: whether it is a number of images, else a share.
    """

    what: str
    measure: Callable[[TestSetReport], float | None]
    goals: dict[str, float]
    least: bool = True
    count: bool = False

    def row(self, model: ShippedModel, report: TestSetReport) -> list[str]:
        """The target's row of the table for a model that has a goal."""
        goal, value = self.goals[model.metadata.architecture], self.measure(report)
        wanted = f"at {'least' if self.least else 'most'} {self._text(goal)}"
        if value is None:
            return [self.what, wanted, "not measured", "open"]
        met = value >= goal if self.least else value <= goal
        return [self.what, wanted, self._text(value), "met" if met else "**missed**"]

    def _text(self, value: float) -> str:
        return f"{value:.0f}" if self.count else f"{value:.2%}"


TARGETS = (
    Target("accuracy, all test images", lambda report: report.test.accuracy.value, {"xception": 0.992, "cnn": 0.975}),
    Target(
        "accuracy, images without a copy in Training",
        lambda report: report.without_copies.accuracy.value,
        {"xception": 0.989, "cnn": 0.97},
    ),
    Target(
        'tumors called "no tumor"',
        lambda report: report.test.missed_tumors.count,
        {"xception": 2, "cnn": 8},
        least=False,
        count=True,
    ),
    Target(
        "tumors of the other source found",
        lambda report: report.other_source.found.value if report.other_source else None,
        {"xception": 0.97, "cnn": 0.93},
    ),
    Target(
        "expected calibration error, scaled",
        lambda report: report.test.calibrated.ece,
        {"xception": 0.01, "cnn": 0.015},
        least=False,
    ),
    Target("accuracy, mean over the corruptions", lambda report: report.corruption_mean, {"xception": 0.97}),
)


@dataclass(frozen=True)
class _Evaluated:
    """A model with its report."""

    model: ShippedModel
    report: TestSetReport

    @property
    def other_source_found(self) -> Proportion | None:
        """Tumors of the other source that were found."""
        return self.report.other_source.found if self.report.other_source else None


@dataclass(frozen=True)
class _Sources:
    """What the documents are written from."""

    models: list[ShippedModel]
    evaluated: list[_Evaluated]
    audit: AuditReport
    quality: QualityReport | None
    views: list[ViewsReport]
    recipes: dict[str, Recipe]

    @classmethod
    def read(cls, models_dir: Path, audit_report: Path, recipes_dir: Path) -> "_Sources":
        models = shipped_models(models_dir)
        views = [
            ViewsReport.model_validate_json(path.read_bytes())
            for path in sorted(audit_report.parent.glob("views_*.json"))
        ]
        quality = audit_report.with_name("quality.json")
        recipes = [read_recipe(path) for path in sorted(recipes_dir.glob("*.toml"))]
        return cls(
            models=models,
            evaluated=[_Evaluated(model, model.report) for model in models if model.report],
            audit=AuditReport.model_validate_json(audit_report.read_bytes()),
            views=[found for found in views if found.sha256 in {model.metadata.sha256 for model in models}],
            quality=QualityReport.model_validate_json(quality.read_bytes()) if quality.exists() else None,
            recipes={recipe.name: recipe for recipe in recipes},
        )


def model_card(models_dir: Path, audit_report: Path, recipes_dir: Path, out: Path) -> None:
    """Write `MODEL_CARD.md`.

    Args:
        models_dir: metadata and reports.
        audit_report: what `audit` wrote of the data set; what `quality` and `views` wrote is looked for beside it.
        recipes_dir: the TOML files of the training settings.
        out: the file to write.

    Raises:
        OSError, ValueError: a file cannot be read or is not valid.
    """
    sources = _Sources.read(models_dir, audit_report, recipes_dir)
    _write(
        out,
        "# Model card",
        _GENERATED,
        _identity(sources.models),
        _use(),
        _data(sources.audit),
        _split_unit(sources.audit),
        _flaw(sources.audit),
        _training(sources),
        _results(sources.evaluated),
        _per_class(sources.evaluated),
        _calibration(sources.evaluated),
        _corruptions(sources.evaluated),
        _heatmaps(sources.evaluated),
        _trust(sources.models),
        _original_protocol(sources.evaluated),
        _peers(sources.evaluated),
        _origins(sources.evaluated),
        _quality(sources.quality),
        _views(sources.views),
        _drift(sources.models),
        _limits(sources.audit),
    )


def findings(models_dir: Path, audit_report: Path, recipes_dir: Path, out: Path) -> None:
    """Write `findings.md`, which shows the pictures that lie in the same folder; takes what `model_card` takes."""
    sources = _Sources.read(models_dir, audit_report, recipes_dir)
    pictures = out.parent
    _write(
        out,
        "# Findings",
        _GENERATED,
        _picture(pictures, "tumor_classification", "A sample scan of each class, with heat-map and prediction"),
        _copies(sources.audit),
        _disputed(sources),
        _flaw(sources.audit),
        _picture(pictures, "different_types_of_images", "Sample images of each class: the classes differ in source"),
        _networks(sources.models, pictures),
        _training(sources),
        _picture(pictures, "model_training_metrics_over_epochs", "Accuracy and loss over the epochs"),
        _targets(sources.evaluated),
        _tried(),
        _meaning(sources.evaluated),
        _picture(pictures, "confusion_matrix", "Confusion matrices"),
        _picture(pictures, "reliability", "Confidence against accuracy, before and after temperature scaling"),
        _picture(pictures, "risk_coverage", "Errors left, if only the most confident predictions are taken"),
        _picture(pictures, "gate", "Outsiders refused, by kind"),
        _picture(pictures, "set_coverage", "How often the prediction sets hold the true class"),
        _picture(pictures, "corruptions", "Accuracy under each corruption"),
        _drift(sources.models),
        _picture(pictures, "drift", "Scans until drift is found, for each kind of change"),
        _mistakes(sources.evaluated),
        _picture(pictures, "glioma_prediction_result", "A glioma"),
        _picture(pictures, "meningioma_prediction_result", "A meningioma"),
    )


def _identity(models: Sequence[ShippedModel]) -> str:
    rows = []
    for model in models:
        metadata, spec = model.metadata, model.metadata.input
        name = f"`{metadata.name}`" + (" (default)" if metadata.default else "")
        size = f"{spec.height} x {spec.width} x {spec.channels}"
        rows.append([name, metadata.version, size, metadata.description, f"`{metadata.sha256}`"])
    return _table(["model", "version", "input", "what it is", "SHA-256 of the weights"], rows)


def _use() -> str:
    return f"""## Use

**{DISCLAIMER}**

- **Intended**: research and teaching on how a network classifies single brain MRI slices, how sure it is, and what it \
looks at; a second look at images whose reading is already known.
- **Forbidden**: diagnosis, triage, screening, or any decision about a patient, alone or as one of several inputs. The \
models are not validated for it, nor cleared by any authority.
- **Out of scope**: anything but one slice of a brain MRI. The network knows four answers ({_listed(_labels())}) and \
gives one of them to every picture, whatever it shows."""


def _data(audit: AuditReport) -> str:
    labelled = audit.images[ImageSource.TRAINING] + audit.images[ImageSource.TESTING]
    rows = [
        [
            f"[Brain Tumor MRI Dataset]({_KAGGLE}/masoudnickparvar/brain-tumor-mri-dataset), Kaggle",
            f"{labelled:,} images: {audit.images[ImageSource.TRAINING]:,} for training, "
            f"{audit.images[ImageSource.TESTING]:,} for the test",
            "CC0-1.0",
        ]
    ]
    if ImageSource.UNKNOWN_TUMORS in audit.images:
        rows.append(
            [
                f"[Br35H]({_KAGGLE}/ahmedhamada0/brain-tumor-detection), its half with tumors, Kaggle 2020",
                f"{audit.images[ImageSource.UNKNOWN_TUMORS]:,} images of tumors of unrecorded type",
                "as on Kaggle",
            ]
        )
    rows.append(["Xception weights of Keras, trained on ImageNet", "where the fine-tuning starts", "MIT"])
    return "## Data and licences\n\n" + _table(["data", "what", "licence"], rows)


def _split_unit(audit: AuditReport) -> str:
    rows = [
        [split, *(f"{audit.splits[split].get(label, 0):,}" for label in (*CLASSES, UNKNOWN_TUMOR))] for split in Split
    ]
    headers = ["split", *_labels(), "tumor of unrecorded type"]
    return f"""## Unit of the split

The unit is a group of copies: images that are one picture, altered in size, brightness, contrast or quality, mirrored \
or turned. {_audit_result(audit)} A group is never divided between training and validation. The official test part is \
kept as it is, since others are measured on it; results are therefore also given on the test images without a copy in \
the training part.

{_table(headers, rows)}"""


def _audit_result(audit: AuditReport) -> str:
    copied = sum(audit.test_images_with_copy_in_training.values())
    images = sum(audit.test_images.values())
    return (
        f"Copies differ in at most {audit.max_distance} bits of a difference hash of 256. The audit found "
        f"{audit.groups:,} groups among {sum(audit.images.values()):,} images (the largest holds "
        f"{audit.largest_group}), and for {copied:,} of the {images:,} test images ({copied / images:.0%}) a copy in "
        "the training part."
    )


def _flaw(audit: AuditReport) -> str:
    notumor = sum(audit.splits[split].get(TumorClass.NOTUMOR, 0) for split in Split)
    remedy = ""
    if ImageSource.UNKNOWN_TUMORS in audit.images:
        trained, held_out = (audit.splits[split].get(UNKNOWN_TUMOR, 0) for split in (Split.TRAIN, Split.TEST))
        remedy = f"""

The remedy: the other half of Br35H, the tumors, takes part in the training. Their type was never recorded, so that \
their label is partial: any of the three tumors. The loss is minus the logarithm of the sum of the three tumors' \
probabilities. {trained:,} of these images are for training; {held_out:,}, in groups of copies of their own, are held \
out, and "tumors of the other source found" is the share of them that is called any tumor."""
    return f"""## The flaw of this data set

1,500 of the {notumor:,} "no tumor" images are the tumor-free half of another collection, Br35H, whose half with \
tumors is not in the set. A network can therefore tell "no tumor" by where a picture comes from, its contrast, framing \
and size, without looking for a tumor. No accuracy on this data set shows it, neither on the test part nor in \
cross-validation, however near to 100 % it comes.{remedy}"""


def _training(sources: _Sources) -> str:
    parts = ["## Training"]
    for model in sources.models:
        metadata = model.metadata
        recipe = sources.recipes.get(metadata.name)
        parts.append(f"### `{metadata.name}` {metadata.version}")
        if recipe and recipe.version == metadata.version:
            parts.append(_recipe(recipe))
        else:
            parts.append(f"{metadata.description} No recipe of this version is in the repository.")
    return "\n\n".join(parts)


def _recipe(recipe: Recipe) -> str:
    optimizer, augmentation = recipe.optimizer, recipe.augmentation
    stages = _listed(
        f"{stage.epochs} epoch{'s' if stage.epochs > 1 else ''} at {stage.side} px"
        + (f", restarted at {stage.restart:g}" if stage.restart else "")
        + (f" with pictures blended in pairs (mixup, alpha {stage.mixup:g})" if stage.mixup else "")
        for stage in recipe.stages
    )
    low, high = augmentation.gamma
    return f"""{recipe.description}

{stages}, in batches of {recipe.batch_size}, of which {recipe.unknown_tumors_per_batch} are tumors of unrecorded type. \
AdamW (learning rate {optimizer.learning_rate:g}, {optimizer.warm_up_steps} steps of warm-up, then cosine to zero; \
weight decay {optimizer.weight_decay:g}), label smoothing {recipe.loss.label_smoothing:g}, a moving average of the \
weights (momentum {optimizer.ema_momentum:g}), batch statistics measured anew at full size, temperature fitted on \
validation. Pictures are turned by up to {augmentation.rotation:g}°, shifted, scaled, sheared, mirrored, changed in \
gamma ({low:g} to {high:g}), contrast and brightness, and lose resolution, sharpness and quality at random. Seed \
{recipe.seed}. All settings: `research/pipeline/training/recipes/{recipe.name}.toml`."""


def _results(evaluated: Sequence[_Evaluated]) -> str:
    if not evaluated:
        return "## Results\n\nNone of the models was evaluated yet."
    rows = [
        ["accuracy, all test images", *(_proportion(e.report.test.accuracy) for e in evaluated)],
        ["accuracy, without a copy in Training", *(_proportion(e.report.without_copies.accuracy) for e in evaluated)],
        ["accuracy, where no label is disputed", *(_proportion(e.report.undisputed.accuracy) for e in evaluated)],
        ['tumors called "no tumor"', *(_proportion(e.report.test.missed_tumors) for e in evaluated)],
        [
            "the same, without a copy in Training",
            *(_proportion(e.report.without_copies.missed_tumors) for e in evaluated),
        ],
    ]
    if any(e.report.other_source for e in evaluated):
        rows.append(["tumors of the other source found", *(_proportion(e.other_source_found) for e in evaluated)])
    rows.append(["mean F1 of the classes", *(f"{e.report.test.macro_f1:.2%}" for e in evaluated)])
    first = evaluated[0].report
    return _joined(
        "## Results",
        f"Measured on: {first.dataset}, {first.evaluated_on}. In brackets: Wilson's 95 % interval.",
        _table(["", *_names(evaluated)], rows),
        _all_copies(first),
        _called(evaluated),
    )


def _all_copies(report: TestSetReport) -> str:
    """Which classes the images without copies say nothing of; empty where they hold every class."""
    missing = [FACTS[tumor].label for tumor, found in report.without_copies.per_class.items() if found.images == 0]
    if not missing:
        return ""
    return (
        f"Every test image of the class {_listed(missing)} has a copy in Training: the figures without copies say "
        "nothing of how often it is recognised."
    )


def _called(evaluated: Sequence[_Evaluated]) -> str | None:
    """What the tumors of the other source were called."""
    rows = [
        [f"`{e.model.metadata.name}`", *(str(e.report.other_source.called.get(tumor, 0)) for tumor in CLASSES)]
        for e in evaluated
        if e.report.other_source
    ]
    if not rows:
        return None
    introduction = "What the tumors of the other source, whose type nobody recorded, were called:"
    return _joined(introduction, _table(["model", *_labels()], rows))


def _per_class(evaluated: Sequence[_Evaluated]) -> str | None:
    def part(report: PartReport) -> str:
        rows = [
            [
                FACTS[tumor].label,
                f"{found.images:,}",
                _short(found.sensitivity),
                _short(found.specificity),
                _short(found.ppv),
                f"{found.f1:.2%}",
                "" if found.auroc is None else f"{found.auroc:.4f}",
            ]
            for tumor, found in report.per_class.items()
        ]
        return _table(["class", "images", "sensitivity", "specificity", "PPV", "F1", "AUROC"], rows)

    return _section(
        "Each class against the rest",
        "All test images; PPV holds for their mix of classes only.",
        [(e, part(e.report.test)) for e in evaluated],
    )


def _calibration(evaluated: Sequence[_Evaluated]) -> str | None:
    rows = [
        [
            f"`{e.model.metadata.name}`, {when}",
            f"{found.temperature:g}",
            f"{found.ece:.2%}",
            f"{found.nll:.4f}",
            f"{found.brier:.4f}",
        ]
        for e in evaluated
        for when, found in (("before scaling", e.report.test.uncalibrated), ("after", e.report.test.calibrated))
    ]
    if not rows:
        return None
    return f"""## Calibration

Temperature scaling, fitted on validation. ECE in 15 bins of equal width.

{_table(["model", "temperature", "ECE", "NLL (nats)", "Brier score"], rows)}"""


def _corruptions(evaluated: Sequence[_Evaluated]) -> str | None:
    def part(report: TestSetReport) -> str:
        rows = [[found.name, _short(found.accuracy), _short(found.missed_tumors)] for found in report.corruptions]
        if report.corruption_mean is not None:
            rows.append(["**mean**", f"**{report.corruption_mean:.2%}**", ""])
        return _table(["corruption", "accuracy", 'tumors called "no tumor"'], rows)

    return _section("Under corruptions", None, [(e, part(e.report)) for e in evaluated if e.report.corruptions])


def _heatmaps(evaluated: Sequence[_Evaluated]) -> str | None:
    def part(report: TestSetReport) -> str | None:
        checks = report.heatmaps
        if checks is None:
            return None
        rows = [[order, f"{checks.deletion[order]:.3f}", f"{checks.insertion[order]:.3f}"] for order in checks.deletion]
        return (
            f"On {checks.images} images. Rank correlation with the maps of a network of random weights: "
            f"{checks.randomised_correlation:.3f}.\n\n"
            f"{_table(['order', 'deletion (lower is better)', 'insertion (higher is better)'], rows)}"
        )

    return _section(
        "Checks of the heat-maps",
        "Whether they depend on what was learnt, which a low correlation shows (Adebayo et al. 2018), and mark what "
        "the prediction rests on: the area under the probability as the hottest cells are taken away, or put back, "
        "first (Petsiuk et al. 2018).",
        [(e, text) for e in evaluated if (text := part(e.report))],
    )


def _trust(models: Sequence[ShippedModel]) -> str | None:
    measured = [(model.metadata.name, model.trust) for model in models if model.trust]
    if not measured:
        return None
    parts = [f"### {name}\n\n{_joined(_gate(report), _sets(report), _decisions(report))}" for name, report in measured]
    return _joined(
        "## What an answer can be trusted with",
        "Three things are decided of each scan: whether it is a brain MRI that the network knows (the gate), which "
        "classes cannot be excluded (the prediction set), and whether the answer stands (the decision). Thresholds are "
        "fitted to training and validation scans, and to outsiders that no test scan is part of. The gate adds up how "
        "far an image is from the training scans, in whichever of several layers, in layout, structure, symmetry or "
        "colour it is furthest, and how far it lies towards outsiders that the gate was shown. Each kind of outsiders "
        "below was judged by a gate that was **not** shown it, and once more by one that was shown none much like it "
        "either (swirled, rippled and squashed scans are alike, as are text, screenshots and plots); which distances "
        "are combined, and how, was settled on all kinds together. Most kinds are made by a program, and are easier or "
        "harder than what people will send; of true brain CT nothing was measured, of MRI of other parts of the body "
        "the few slices below.",
        *parts,
    )


def _gate(report: TrustReport) -> str:
    served = next(method for method in report.methods if method.served)
    none_alike = next(method for method in report.methods if method.name == SERVED_NONE_ALIKE)
    wanted = [
        ("mean AUROC", "at least 0.99", f"{served.mean_auroc:.4f}", served.mean_auroc >= 0.99),
        (
            "taken for scans where 95 % of scans pass",
            "at most 3%",
            f"{served.mean_taken_for_scans:.2%}",
            served.mean_taken_for_scans <= 0.03,
        ),
        ("outsiders refused", "at least 95%", f"{served.mean_refused:.1%}", served.mean_refused >= 0.95),
        (
            "test scans refused",
            "at most 1.5%",
            _short(served.test_refused),
            (served.test_refused.value or 0) <= 0.015,
        ),
    ]
    return _joined(
        "Targets, over the kinds left out:",
        _table(
            ("measure", "target", "measured", ""),
            [(what, goal, found, "met" if met else "**missed**") for what, goal, found, met in wanted],
        ),
        "Methods, means over the kinds:",
        _table(
            ("method", "AUROC", "taken for scans at 95 %", "outsiders refused", "test scans refused"),
            [
                (
                    f"**{method.name}** (served)" if method.served else method.name,
                    f"{method.mean_auroc:.4f}",
                    f"{method.mean_taken_for_scans:.1%}",
                    f"{method.mean_refused:.1%}",
                    _short(method.test_refused),
                )
                for method in report.methods
            ],
        ),
        "The served gate, by the kind it was not shown:",
        _table(
            ("kind", "images", "AUROC", "taken for scans at 95 %", "refused", "refused, shown none alike"),
            [
                (
                    kind,
                    str(found.images),
                    f"{found.auroc:.4f}",
                    f"{found.taken_for_scans:.1%}",
                    _short(found.refused),
                    _short(none_alike.kinds[kind].refused),
                )
                for kind, found in served.kinds.items()
            ],
        ),
        "Scans that the served gate refuses, though they are brain MRI:",
        _table(
            ("scans", "refused"),
            [
                (name, f"{found.count} of {found.total}: {_short(found)}")
                for name, found in report.scans_refused.items()
            ],
        ),
    )


def _sets(report: TrustReport) -> str:
    def row(each: SetReport) -> tuple[str, ...]:
        return (
            f"{each.method.upper()}, {each.promised:.0%}",
            each.part,
            _short(each.coverage),
            _listed(f"{tumor.value} {_short(found)}" for tumor, found in each.per_class.items()),
            f"{each.mean_size:.3f}",
            _short(each.empty),
            _short(each.several),
        )

    return _joined(
        f"Prediction sets, calibrated class by class on the validation split. Served: {report.set_method.upper()}, and "
        f"the sets of {report.deciding_coverage:.0%} decide. The promise holds for scans like those of the validation "
        "split; what became of it on others:",
        _table(
            ("sets", "images", "coverage", "by class", "mean size", "empty", "of several"), list(map(row, report.sets))
        ),
    )


def _decisions(report: TrustReport) -> str:
    return _joined(
        f"An answer stands where the deciding set has one class and the confidence is at least "
        f"{report.min_confidence:.4f}, from which on 99.5 % of the validation scans were called rightly, those of "
        "other quality among them:",
        _table(
            ("images", "answered", "of these right"),
            [(each.part, _short(each.answered), _short(each.accuracy)) for each in report.decisions],
        ),
    )


def _original_protocol(evaluated: Sequence[_Evaluated]) -> str | None:
    if not evaluated:
        return None
    first = evaluated[0].report.original_protocol
    rows = [["the original network, as published", f"{first.published:.2%}"]]
    for e in evaluated:
        found = e.report.original_protocol
        rows.append([f"`{e.model.metadata.name}`", f"{found.mean:.2%} ({found.low:.2%} to {found.high:.2%})"])
    return f"""## By the original research's protocol

The original research measured on a half of the test part, {first.images} images; the other half chose the epoch. Its \
very half cannot be drawn again, so ours are measured on {first.halves:,} random, stratified halves: mean, and where \
95 % of the halves lie.

{_table(["network", "accuracy"], rows)}"""


def _peers(evaluated: Sequence[_Evaluated]) -> str | None:
    peers = next((e.report.peers for e in evaluated if e.report.peers), ())
    if not peers:
        return None
    rows = [
        [
            f"{peer.name} {peer.version}: {peer.description}",
            _short(peer.accuracy),
            _short(peer.accuracy_without_copies),
            _short(peer.missed_tumors),
            _short(peer.other_source_found),
        ]
        for peer in peers
    ]
    rows += [
        [
            f"`{e.model.metadata.name}` {e.model.metadata.version}",
            _short(e.report.test.accuracy),
            _short(e.report.without_copies.accuracy),
            _short(e.report.test.missed_tumors),
            _short(e.other_source_found),
        ]
        for e in evaluated
    ]
    headers = ["classifier", "accuracy", "without copies", 'tumors called "no tumor"', "other source's tumors found"]
    return f"""## Beside others

Classifiers published as Python packages, called by their own functions on the same images. What they were trained on \
is theirs to say; test images may be among it.

{_table(headers, rows)}"""


def _origins(evaluated: Sequence[_Evaluated]) -> str | None:
    names = sorted({prefix for e in evaluated for prefix in e.report.origins})
    if not names:
        return None
    rows = []
    for prefix in names:
        tumor = _CODES.get(prefix[3:5])
        shares = [_short(e.report.origins.get(prefix)) for e in evaluated]
        meaning = "" if tumor is None else "specificity" if tumor is TumorClass.NOTUMOR else "sensitivity"
        rows.append([f"`{prefix}`", "" if tumor is None else FACTS[tumor].label, meaning, *shares])
    return f"""## By source

The prefix of a file's name is all that is known of its source. Each holds one class, so that the share called rightly \
is the sensitivity for that class, or, for "no tumor", the specificity of the three tumors together. Classes and \
sources go together in this data set: how the network does on a class from another source is known for the tumors \
of the other source alone.

{_table(["prefix", "class", "share is", *_names(evaluated)], rows)}"""


def _drift(models: Sequence[ShippedModel]) -> str | None:
    measured = [(model.metadata.name, model.drift) for model in models if model.drift]
    if not measured:
        return None
    first = measured[0][1]
    parts = [(f"**`{name}`**", _drift_table(drift)) for name, drift in measured]
    peer = f" `{first.peer}` watches the same streams, in fewer trials, with its detectors' usual settings."
    return _joined(
        f"""## Drift

With `DRIFT=on` the service ranks each new scan among the validation images and the scans before it: by 32 directions \
of its features, their distance from the training images, confidence, entropy, the gate's score, brightness, \
contrast, sharpness and class. As long as nothing changes these ranks are uniform, and what is bet against that is a \
martingale for each. An alarm is raised when one of them has multiplied its stake so far that by Ville's inequality, \
and Bonferroni's for their number, the probability of it ever happening is at most {first.false_alarm:.0%}, however \
often one looks and for however long.

Measured on test images: in each trial {first.reference_images} of them stand in the reference's place and \
{first.stream_images} are the stream, drawn at random, so that nothing but what is done to the stream tells them \
apart. The change is there from the first scan on. Given is how many scans it takes until the alarm, and in how many \
of the trials it comes before the stream ends.{peer if first.peer else ""}""",
        *chain.from_iterable(parts),
        "Scans of one patient in a row are alike, which the bound does not allow for: they can raise an alarm.",
    )


def _drift_table(drift: DriftEvaluation) -> str:
    rows = [("**nothing changes**", drift.clean), *((case.name, case.delays) for case in drift.cases)]
    detectors = [delay.detector for delay in drift.clean]
    table = _table(
        ["change", *(f"{detector}: median scans (found)" for detector in detectors)],
        [[name, *map(_delay, delays)] for name, delays in rows],
    )
    official = drift.official_test
    return _joined(
        table,
        f"Simulated streams of {drift.long_run_answers:,} scans without change, looked at after each scan, that raise "
        f"an alarm at any time: {_proportion(drift.long_run)}. The official test images themselves, held against the "
        f"validation images that are served as the reference, raise it in {official.found.count} of "
        f"{official.found.total} orders{_after(official)}: to it they are not like those.",
    )


def _delay(delay: Delay) -> str:
    scans = "more" if delay.median is None else f"{delay.median:.0f}"
    return f"{scans} ({delay.found.count} of {delay.found.total})"


def _after(delay: Delay) -> str:
    return "" if delay.median is None else f", after {delay.median:.0f} scans in the median"


def _quality(report: QualityReport | None) -> str | None:
    if report is None:
        return None
    measures = [
        [
            f"`{found.name}`",
            found.meaning,
            f"{'above' if found.high_is_bad else 'below'} {found.bound:.3g}",
            _proportion(found.warned),
        ]
        for found in report.measures
    ]
    damages = [[found.name, f"`{found.warning}`", _short(found.warned)] for found in report.damages]
    return _joined(
        "## Quality of the image",
        f"Before a scan is read, ten things are measured in it. Each bound is what {report.quantile:.1%} of the "
        f"{report.training_images:,} training images keep; beyond it the answer carries a warning that says what to "
        f"do. Of the test images as they are, {_proportion(report.any_warning)} get a warning of any kind.",
        _table(["warning", "what is measured", "warns", "test images warned of"], measures),
        "The same test images, damaged on purpose, and how many of them got the warning that is right:",
        _table(["damage", "right warning", "got it"], damages),
    )


def _views(reports: Sequence[ViewsReport]) -> str | None:
    if not reports:
        return None

    def row(name: str, figure: Callable[[ViewsReport], str]) -> list[str]:
        return [name, *map(figure, reports)]

    rows = [
        row("time, of that of one view", lambda found: f"{found.cost:.1f} times"),
        row("accuracy on validation, one view", lambda found: _proportion(found.single)),
        row("the same, mean of the views", lambda found: _proportion(found.mean)),
        row("NLL on validation (nats), one view", lambda found: f"{found.single_nll:.4f}"),
        row("the same, mean of the views", lambda found: f"{found.mean_nll:.4f}"),
        row("test images whose views all agree", lambda found: _proportion(found.test_agreeing)),
        row("of those, called wrongly", lambda found: _proportion(found.wrong_agreeing)),
        row("of the others, called wrongly", lambda found: _proportion(found.wrong_disagreeing)),
        row("mean spread of the probability, called rightly", lambda found: f"{found.spread_right:.3f}"),
        row("the same, called wrongly", lambda found: f"{found.spread_wrong:.3f}"),
    ]
    return _joined(
        "## Several views",
        f"With `views={reports[0].views}` the network looks at the scan as it is, mirrored, shifted and turned. The "
        "answer and its probability stay those of the scan as it is; whether the other views say the same tells how "
        "far to rely on it.",
        _table(["", *(f"`{found.model}`" for found in reports)], rows),
    )


def _limits(audit: AuditReport) -> str:
    conflicts = "; ".join(f"`{first}` and `{second}`" for first, second in audit.label_conflicts)
    known = f" The audit found copies with different labels: {conflicts}." if conflicts else ""
    if audit.disputed_labels:
        wrong = "; ".join(f"`{file}` ({reason})" for file, reason in audit.disputed_labels.items())
        known += f" Labels that are wrong to the eye, with all their copies: {wrong}."
    return f"""## Known limits

- **No patient identifiers.** Slices of one patient may be on both sides of the split; only copies are kept together. \
How well the models do on new patients is not known, and likely worse than the figures above.
- **Classes are tied to sources.** Tumors and "no tumor" come from different collections, sequences and scanners.
- **Slices, not volumes.** A slice without a tumor says nothing of the next one; no sequence, no history, no clinical \
data is taken into account.
- **The labels' history.** The set merges older ones; earlier versions are known to have held mislabelled gliomas, \
and nobody documented who labelled the images, nor by what standard.{known}
- **Other diseases.** Metastases, lymphomas, abscesses, bleeding, strokes are none of the four classes and get one of \
them all the same.
- **People.** Age, sex and origin of the patients are not recorded; whether the models treat all alike is not known."""


def _copies(audit: AuditReport) -> str:
    rows = [
        [
            FACTS[tumor].label,
            f"{audit.test_images[tumor]:,}",
            f"{audit.test_images_with_copy_in_training.get(tumor, 0):,}",
            f"{audit.test_images_with_upright_copy_in_training.get(tumor, 0):,}",
        ]
        for tumor in CLASSES
    ]
    distances = [[str(distance), f"{count:,}"] for distance, count in sorted(audit.by_max_distance.items())]
    conflicts = _table(
        ["image", "its copy, of another class"], [[f"`{a}`", f"`{b}`"] for a, b in audit.label_conflicts]
    )
    return f"""## Copies

{audit.exact_copies} images have the very pixels of another. {_audit_result(audit)} Accuracy on all test images is \
therefore partly memory, and is given without them as well.

{_table(["class", "test images", "with a copy in Training", "with one that lies the same way"], rows)}

How many they are depends on what is called a copy. At up to {audit.max_distance} bits nearly every pair looked at is \
one picture; beyond, neighbouring slices of one head turn up.

{_table(["largest distance (bits)", "test images with a copy"], distances)}

{len(audit.label_conflicts)} pairs of copies have different labels; at least one of each pair is wrong.

{conflicts}"""


def _disputed(sources: _Sources) -> str | None:
    """What is known of wrong labels, and what the models say of the images; None where none is known."""
    audit = sources.audit
    if not any(audit.disputed[split] for split in Split):
        return None
    listed = [f"- `{file}`, labelled {file.split('/')[1]}: {why}." for file, why in audit.disputed_labels.items()]
    rows = [
        [split, *(str(audit.disputed[split].get(label, 0)) for label in (*CLASSES, UNKNOWN_TUMOR))] for split in Split
    ]
    called = [
        [f"`{e.model.metadata.name}`", *(str(e.report.disputed.get(tumor, 0)) for tumor in CLASSES)]
        for e in sources.evaluated
    ]
    return _joined(
        "## Wrong labels",
        "Some labels cannot be right: those of copies that disagree, and these, which are wrong to the eye. They were "
        "found by looking at the validation images that two networks, neither of which had seen them, called the same.",
        "\n".join(listed),
        "With all copies of them, they are disputed. The test part keeps them and its labels, so that results can be "
        "held against others'; the validation split, which chooses a model and fits its temperature, leaves them out.",
        _table(["disputed images", *_labels(), "tumor of unrecorded type"], rows),
        "What the models call the disputed test images:" if called else None,
        _table(["model", *_labels()], called) if called else None,
    )


def _networks(models: Sequence[ShippedModel], pictures: Path) -> str:
    lines = [f"- `{model.metadata.name}` {model.metadata.version}: {model.metadata.description}" for model in models]
    return _joined(
        "## The networks",
        "\n".join(lines),
        _picture(pictures, "model_architecture", "The architectures"),
        _picture(pictures, "model_flow", "The way of a scan through the service"),
    )


def _targets(evaluated: Sequence[_Evaluated]) -> str | None:
    parts = []
    for e in evaluated:
        architecture = e.model.metadata.architecture
        rows = [target.row(e.model, e.report) for target in TARGETS if architecture in target.goals]
        parts.append((e, _table(["target", "wanted", "measured", ""], rows)))
    return _section("Targets", "Set before the training.", parts)


def _tried() -> str:
    return """## What was tried

In the order in which it was tried, on two cores without a GPU; each was judged on validation alone.

- **Strong augmentation from the start, few epochs** (wide turns, crops and gamma): slower to learn, and no better at \
the end. The present, milder one was kept.
- **Small pictures alone**: quick, and good on small pictures; but a network that has seen nothing larger is at a loss \
with a head as large as it is at 299 pixels. Hence the last stages at full size, with a learning rate that climbs anew.
- **A network of our own from scratch** (`cnn`): with no pre-training it makes nearly the same mistakes as Xception \
on validation. What two such different networks both get wrong is more likely to lie with the images \
than with either. Looking at those of validation found the wrong labels above.
- **Another cycle at full size with blended pictures** (mixup), when Xception knew its training pictures by heart: a \
lower loss on validation and more tumors of the other source found there. It is the last stage of the recipe.
- **The temperature without the disputed labels**: with them a single scan with a wrong label, in a dozen copies, made \
most of the mistakes on validation, and the temperature too high.

Not tried, since each takes days on two cores: several seeds and their average, distillation, larger inputs, repeated \
splits. What validation has left to tell is little: its images are fewer than the test part's, and nearly all are \
called rightly by now.

Of the gate of Xception, judged on validation scans and on kinds of outsiders that were left out together with all \
much like them:

- **More kinds shown** did most for kinds that were not shown, more than more pictures of each kind, which did \
nothing. This was seen on the test scans first.
- **The direction weighed half as much again** as the layers' alarm: better throughout. Weighed twice, mirrored halves \
get through, which symmetry alone tells.
- **Distances of single patches** of five layers to those of training scans (as PatchCore has them): worse than the \
layers' means and squares, and blind to swirled and laid-over scans, whose patches are those of scans.
- **Products of channels** (Gram matrices), means by ninths of the image, and an earlier layer: a little better on \
some kinds, not worth the time they take in each pass.
- **A hinge loss** in the place of the squared one, and a second direction towards altered scans alone: no better.
- **Kernel ridge regression** (radial, several widths) in the place of the linear one: a little better at the mean \
AUROC, a little worse at the threshold, and all training scans would have to be served with it."""


def _meaning(evaluated: Sequence[_Evaluated]) -> str | None:
    return _section("What the results mean", None, [(e, _meaning_of(e.report)) for e in evaluated])


def _meaning_of(report: TestSetReport) -> str:
    everything, fresh = report.test.accuracy, report.without_copies.accuracy
    paragraphs = [
        f"Of the {everything.total:,} test images {_rest(everything):,} are called wrongly, and of the "
        f"{fresh.total:,} without a copy in the training part {_rest(fresh):,}: {_share(everything)} and "
        f"{_share(fresh)}. The second figure is the one to believe, and it is known to between {fresh.low:.1%} and "
        f"{fresh.high:.1%} only; differences within that are chance. {_all_copies(report)}".rstrip(),
        f'{report.test.missed_tumors.count} of {report.test.missed_tumors.total:,} tumors are called "no tumor". '
        "That is less than it seems, since the tumors' source gives them away; see the flaw above.",
    ]
    if report.other_source:
        found = report.other_source.found
        paragraphs.append(
            f'Where the source gives nothing away, on the {found.total} held-out tumors of the source of most "no '
            f'tumor" images, {_rest(found)} are called "no tumor": {_share(found)} are found ({found.low:.1%} to '
            f"{found.high:.1%}). They are of the collection that was trained on; a third hospital's would be harder."
        )
    if report.corruptions and report.corruption_mean is not None:
        worst = min(report.corruptions, key=lambda found: found.accuracy.value or 0)
        paragraphs.append(
            f"Under corruptions the accuracy is {report.corruption_mean:.2%} in the mean, and worst under "
            f"{worst.name}: {_share(worst.accuracy)}."
        )
    before, after = report.test.uncalibrated.ece, report.test.calibrated.ece
    paragraphs.append(
        f"The confidence is off by {after:.2%} on average (ECE; {before:.2%} before temperature scaling). It holds for "
        "images like these, and for no others."
    )
    return "\n\n".join(paragraphs)


def _mistakes(evaluated: Sequence[_Evaluated]) -> str | None:
    def part(report: TestSetReport) -> str:
        rows = [
            [
                f"`{mistake.file}`",
                FACTS[mistake.label].label,
                FACTS[mistake.predicted].label,
                f"{mistake.confidence:.1%}",
                "yes" if mistake.has_copy_in_training else "no",
            ]
            for mistake in report.mistakes
        ]
        return _table(["image", "label", "prediction", "confidence", "copy in Training"], rows)

    return _section(
        "The worst mistakes", "The most confident first.", [(e, part(e.report)) for e in evaluated if e.report.mistakes]
    )


def _write(path: Path, *parts: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_joined(*parts) + "\n")


def _joined(*parts: str | None) -> str:
    """Paragraphs, without those that there are not."""
    return "\n\n".join(part for part in parts if part)


def _section(title: str, introduction: str | None, parts: Sequence[tuple[_Evaluated, str]]) -> str | None:
    """A section with a part for each model, None where there is none."""
    if not parts:
        return None
    texts = [(f"**`{evaluated.model.metadata.name}`**", text) for evaluated, text in parts]
    return _joined(f"## {title}", introduction, *chain.from_iterable(texts))


def _picture(folder: Path, name: str, caption: str) -> str | None:
    """A picture, where it was drawn."""
    return f"![{caption}]({name}.png)" if (folder / f"{name}.png").exists() else None


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _proportion(found: Proportion | None) -> str:
    """`98 of 100: 98.00% (93.00% to 99.45%)`."""
    if found is None or found.value is None:
        return "not measured"
    return f"{found.count:,} of {found.total:,}: {_share(found)} ({found.low:.2%} to {found.high:.2%})"


def _short(found: Proportion | None) -> str:
    """`98.00% (93.0 to 99.5)`."""
    if found is None or found.value is None:
        return "not measured"
    return f"{_share(found)} ({100 * found.low:.1f} to {100 * found.high:.1f})"


def _share(found: Proportion) -> str:
    return "not measured" if found.value is None else f"{found.value:.2%}"


def _rest(found: Proportion) -> int:
    return found.total - found.count


def _names(evaluated: Sequence[_Evaluated]) -> list[str]:
    return [f"`{e.model.metadata.name}`" for e in evaluated]


def _labels() -> list[str]:
    return [FACTS[tumor].label for tumor in CLASSES]


def _listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *others, last = list(words) or [""]
    return f"{', '.join(others)} and {last}" if others else last
