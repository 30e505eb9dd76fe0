"""Benefit and cost of several views of a scan."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from app.config.choices import EngineChoice
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata, read_metadata
from app.services.imaging.preprocessing import to_input
from app.services.measures.classification import negative_log_likelihood
from app.services.measures.intervals import share_of
from app.services.network.classifier import Classifier
from app.services.network.temperature import calibrated_probabilities
from app.services.trust.views import MAX_VIEWS, other_views
from research.pipeline.data.images import path_of, read_image
from research.pipeline.data.manifest import ImageSource, ManifestRow, Split, validation_rows
from research.pipeline.evaluation.views_report import ViewsReport


def measure_views(
    metadata_file: Path, rows: Sequence[ManifestRow], data: Path, report_file: Path, engine: EngineChoice
) -> ViewsReport:
    """Compare one view with all views on the validation and test images; write the report."""
    metadata = read_metadata(metadata_file)
    classifier = Classifier(metadata, metadata_file.parent / metadata.weights, engine)
    validation = [row for row in validation_rows(rows) if row.source is not ImageSource.UNKNOWN_TUMORS]
    test = [row for row in rows if row.split is Split.TEST and row.source is not ImageSource.UNKNOWN_TUMORS]

    chances, _ = _passes(metadata, classifier, validation, data)
    labels = _labels(validation)
    tested, cost = _passes(metadata, classifier, test, data)
    right = tested[:, 0].argmax(axis=-1) == _labels(test)
    answered = tested[:, 0].argmax(axis=-1)
    agreeing = (tested.argmax(axis=-1) == answered[:, np.newaxis]).all(axis=1)
    spread = tested[np.arange(len(tested)), :, answered].std(axis=1)
    report = ViewsReport(
        model=metadata.name,
        sha256=metadata.sha256,
        views=MAX_VIEWS,
        cost=cost,
        validation_images=len(validation),
        single=share_of(chances[:, 0].argmax(axis=-1) == labels),
        mean=share_of(chances.mean(axis=1).argmax(axis=-1) == labels),
        single_nll=negative_log_likelihood(chances[:, 0], labels),
        mean_nll=negative_log_likelihood(chances.mean(axis=1), labels),
        test_agreeing=share_of(agreeing),
        wrong_agreeing=share_of(~right[agreeing]),
        wrong_disagreeing=share_of(~right[~agreeing]),
        spread_right=float(spread[right].mean()),
        spread_wrong=float(spread[~right].mean()) if not right.all() else 0.0,
    )
    report_file.write_text(report.model_dump_json(indent=2) + "\n")
    return report


def _labels(rows: Sequence[ManifestRow]) -> NDArray[np.int_]:
    return np.array([CLASSES.index(row.tumor) for row in rows if row.tumor is not None])


def _passes(
    metadata: ModelMetadata, classifier: Classifier, rows: Sequence[ManifestRow], data: Path
) -> tuple[NDArray[np.float64], float]:
    """Probabilities float64 `[n, views, 4]`, and the time of all views relative to one, including making them."""
    logits, ratios = [], []
    for row in rows:
        scan = to_input(read_image(path_of(row, data, None)), metadata.input)
        started = perf_counter()
        first = classifier.classify(scan).logits
        once = perf_counter()
        others = [classifier.classify(view).logits for view in other_views(scan, MAX_VIEWS)]
        ratios.append((perf_counter() - started) / (once - started))
        logits.append([first, *others])
    return calibrated_probabilities(np.array(logits), metadata.temperature), float(np.median(ratios))
