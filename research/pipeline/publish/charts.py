"""Charts of the results: training curves, calibration, confusion, trust, corruptions and drift."""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from app.models.classes import CLASSES, FACTS
from app.models.measured.drift import DriftEvaluation
from app.models.measured.test_set import Calibration, Proportion, TestSetReport
from app.models.measured.trust import TrustReport
from research.pipeline.publish.renamed import renamed
from research.pipeline.publish.shipped import Epoch, ShippedModel
from research.pipeline.publish.style import (
    ACCENT,
    GRAY,
    INK,
    LINE,
    PALE,
    SHADES,
    SMALL,
    figure,
    model_colour,
)


def training_curves(models: Sequence[ShippedModel]) -> Figure:
    """Accuracy and loss over the epochs, one row per model."""
    drawn = figure(3 * len(models))
    rows = drawn.subplots(len(models), 2, squeeze=False)
    for model, (accuracy, loss) in zip(models, rows, strict=True):
        epochs = model.training
        _draw_epochs(
            accuracy,
            f"{model.metadata.name}: accuracy (%)",
            epochs,
            [100 * e.accuracy for e in epochs],
            [100 * e.val_accuracy for e in epochs],
        )
        _draw_epochs(
            loss, f"{model.metadata.name}: loss", epochs, [e.loss for e in epochs], [e.val_loss for e in epochs]
        )
        loss.set_ylim(bottom=0)
        loss.legend(loc="upper right")
    return drawn


def _draw_epochs(
    axes: Axes, title: str, epochs: Sequence[Epoch], training: list[float], validation: list[float]
) -> None:
    """Draw two curves over the epochs, and mark the beginning of each stage."""
    numbers = range(1, len(epochs) + 1)
    axes.plot(numbers, training, color=PALE, marker="o", markersize=4, label="training (augmented)")
    axes.plot(numbers, validation, color=ACCENT, marker="o", markersize=4, label="validation")
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0.5, len(epochs) + 0.5)
    axes.grid(axis="y")
    axes.set_title(title, pad=20 if any(epoch.side for epoch in epochs) else None)
    for number, epoch in zip(numbers, epochs, strict=True):
        begins = number == 1 or epoch.side != epochs[number - 2].side
        if epoch.side and begins:
            axes.axvline(number - 0.5, color=LINE, linewidth=1)
            axes.text(
                number - 0.45,
                1.0,
                f"{epoch.side} px",
                transform=axes.get_xaxis_transform(),
                va="bottom",
                color=GRAY,
                fontsize=SMALL,
            )


def confusion_matrices(reports: Sequence[TestSetReport]) -> Figure:
    """Confusion matrices with counts and shares of each true class."""
    drawn = figure(3.9 if len(reports) > 1 else 5.2)
    panels = drawn.subplots(1, len(reports), squeeze=False)[0]
    for axes, report in zip(panels, reports, strict=True):
        counts = np.array(report.test.confusion)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap=SHADES, vmin=0, vmax=1)
        for (row, column), count in np.ndenumerate(counts):
            axes.text(
                column,
                row,
                f"{count}\n{shares[row, column]:.1%}",
                ha="center",
                va="center",
                color="white" if shares[row, column] > 0.5 else INK if count else PALE,
                fontsize=SMALL,
            )
        names = [FACTS[tumor].label.replace(" ", "\n") for tumor in CLASSES]
        axes.set_xticks(range(len(CLASSES)), names)
        axes.set_yticks(range(len(CLASSES)), names)
        axes.set(xlabel="predicted", ylabel="label")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_title(f"{report.model}: {_share(report.test.accuracy)} correct")
    return drawn


def reliability(reports: Sequence[TestSetReport]) -> Figure:
    """Confidence against accuracy, before and after temperature scaling."""
    drawn = figure(3.9 * len(reports))
    parts = drawn.subfigures(len(reports), 1, squeeze=False)[:, 0]
    for part, report in zip(parts, reports, strict=True):
        axes = part.subplots(2, 2, sharex=True, height_ratios=(3, 1))
        for column, (when, calibration) in enumerate(
            (("before", report.test.uncalibrated), ("after", report.test.calibrated))
        ):
            _draw_bins(axes[0, column], axes[1, column], calibration)
            axes[0, column].set_title(f"{report.model} {when} scaling: ECE {calibration.ece:.2%}")
        axes[0, 0].set_ylabel("accuracy")
        axes[1, 0].set_ylabel("images")
    return drawn


def _draw_bins(above: Axes, below: Axes, calibration: Calibration) -> None:
    """Draw the accuracy in each bin of confidence, and below it the number of images."""
    above.plot((0, 1), (0, 1), color=PALE, linewidth=1, linestyle=(0, (4, 3)))
    for part in calibration.bins:
        width, middle = part.high - part.low, (part.low + part.high) / 2
        if part.accuracy is not None:
            above.bar(middle, part.accuracy, width=0.86 * width, color=ACCENT)
            below.bar(middle, part.images, width=0.86 * width, color=PALE)
            below.text(middle, 1.25 * part.images, str(part.images), ha="center", color=GRAY, fontsize=7.5)
    most = max(part.images for part in calibration.bins)
    above.set(xlim=(0, 1), ylim=(0, 1.02))
    below.set(xlim=(0, 1), ylim=(0.6, 8 * most), yscale="log", xlabel="confidence")
    below.minorticks_off()


def risk_coverage(reports: Sequence[TestSetReport]) -> Figure:
    """Error rate of the most confident predictions."""
    drawn = figure(3.5)
    axes = drawn.subplots()
    for index, report in enumerate(reports):
        curve = [point for point in report.test.risk_coverage if point.coverage >= 0.5]
        axes.plot(
            [100 * point.coverage for point in curve],
            [100 * point.risk for point in curve],
            color=model_colour(index),
            label=report.model,
            clip_on=False,
        )
    axes.set_title("Error rate of the most confident predictions")
    axes.set(xlabel="most confident images (%)", ylabel="error rate (%)", xlim=(50, 100))
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    axes.legend(loc="upper left")
    return drawn


def gate(reports: Sequence[TrustReport]) -> Figure:
    """Outsiders that the gate rejects, by kind."""
    kinds = [next(method.kinds for method in report.methods if method.served) for report in reports]
    drawn = _dots(reports, [{name: kind.refused for name, kind in found.items()} for found in kinds], 0.24)
    axes = drawn.gca()
    axes.set_title("Outsiders rejected by a gate fitted without their kind")
    axes.set(xlabel="rejected (%)", xlim=(0, 100))
    axes.legend(loc="center left")
    return drawn


def set_coverage(reports: Sequence[TrustReport]) -> Figure:
    """Coverage of the deciding prediction sets, by part of the images."""
    found = [
        {
            each.part: each.coverage
            for each in report.sets
            if each.method is report.set_method and each.promised == report.deciding_coverage
        }
        for report in reports
    ]
    drawn = _dots(reports, found, 0.28)
    axes = drawn.gca()
    axes.axvline(100 * reports[0].deciding_coverage, color=PALE, linewidth=1, linestyle=(0, (4, 3)))
    axes.set_title(f"Coverage of the {100 * reports[0].deciding_coverage:g} % prediction sets")
    axes.set(xlabel="coverage (%)", xlim=(90, 100))
    axes.legend(loc="lower left")
    return drawn


def _dots(reports: Sequence[TrustReport], shares: Sequence[Mapping[str, Proportion]], inches: float) -> Figure:
    """Draw a row for each name, `inches` high, with a dot for the share of each model that has one."""
    names = list(dict.fromkeys(chain.from_iterable(shares)))
    drawn = figure(1.2 + inches * len(names))
    axes = drawn.subplots()
    for index, (report, found) in enumerate(zip(reports, shares, strict=True)):
        places = np.arange(len(names)) + 0.22 * (index - (len(reports) - 1) / 2)
        percents = [_percent(found[name]) if name in found else np.nan for name in names]
        axes.plot(percents, places, "o", color=model_colour(index), label=report.model, clip_on=False)
    axes.set_yticks(np.arange(len(names)), [renamed(name) for name in names])
    axes.set(ylim=(len(names) - 0.5, -0.5))
    axes.grid(axis="x")
    return drawn


def corruptions(reports: Sequence[TestSetReport]) -> Figure:
    """Accuracy under each corruption, with Wilson 95 % intervals."""
    names = [corruption.name for corruption in reports[0].corruptions]
    drawn = figure(1.2 + 0.34 * len(names))
    axes = drawn.subplots()
    for index, report in enumerate(reports):
        rows = np.arange(len(report.corruptions)) + 0.22 * (index - (len(reports) - 1) / 2)
        accuracies = [corruption.accuracy for corruption in report.corruptions]
        values = np.array([_percent(accuracy) for accuracy in accuracies])
        ends = np.array([[100 * accuracy.low, 100 * accuracy.high] for accuracy in accuracies]).T
        axes.errorbar(
            values,
            rows,
            xerr=np.abs(ends - values),
            fmt="o",
            markersize=5,
            elinewidth=1.2,
            color=model_colour(index),
            label=report.model,
        )
        axes.axvline(
            _percent(report.test.accuracy),
            color=model_colour(index),
            linewidth=1,
            linestyle=(0, (4, 3)),
            label=f"{report.model}, unaltered",
        )
    axes.set_yticks(range(len(names)), names, color=INK)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_title("Accuracy under each corruption (%), with 95 % intervals")
    axes.grid(axis="x")
    drawn.legend(loc="outside lower center", ncols=4)
    return drawn


def drift_delays(measured: DriftEvaluation) -> Figure:
    """Draw the scans until the alarm by detector, from the median to the ninth decile of the streams."""
    cases = measured.cases
    drawn = figure(1.6 + 0.36 * len(cases))
    axes = drawn.subplots()
    detectors = [delay.detector for delay in cases[0].delays]
    colours = (ACCENT, GRAY, PALE)
    for index, detector in enumerate(detectors):
        rows = np.arange(len(cases)) + 0.24 * (index - (len(detectors) - 1) / 2)
        for row, case in zip(rows.tolist(), cases, strict=True):
            delay = case.delays[index]
            end = delay.ninth_decile or measured.stream_images
            if delay.median is not None:
                axes.plot((delay.median, end), (row, row), color=colours[index], linewidth=1.2)
                axes.plot(delay.median, row, "o", color=colours[index], markersize=5)
        axes.plot([], [], "o", color=colours[index], label=detector)
    axes.set_yticks(range(len(cases)), [renamed(case.name) for case in cases], color=INK)
    axes.set_ylim(len(cases) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, measured.stream_images)
    axes.grid(axis="x")
    axes.set_title(f"{measured.model}: scans until the drift alarm")
    axes.set_xlabel("scans (dot: median; line: to the ninth decile)")
    drawn.legend(loc="outside lower center", ncols=len(detectors))
    return drawn


def _percent(proportion: Proportion) -> float:
    return 100 * (proportion.value or 0)


def _share(proportion: Proportion) -> str:
    return f"{proportion.count} of {proportion.total}"
