"""The block diagrams: the architectures, with names and sizes from the real networks, and the data flow of a scan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import keras
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.services.network.architectures.catalogue import ARCHITECTURES
from research.pipeline.publish.style import ACCENT, ACCENT_PALE, DPI, GRAY, PALE, PANEL, SMALL, WIDTH, bare, figure

_TITLES = {"xception": "Xception, fine-tuned from ImageNet", "cnn": "Compact CNN, trained from scratch"}
_LINE_HEIGHT = 0.16


@dataclass(frozen=True)
class Block:
    """A part of a network.

    Attributes:
        lines: its description; the first line is its name.
        shape: shape of its output, without the batch dimension.
        parameters: number of its parameters.
        read_by_gradcam: whether its output is the feature map for Grad-CAM.
    """

    lines: tuple[str, ...]
    shape: tuple[int, ...]
    parameters: int
    read_by_gradcam: bool = False


def architecture_diagram(names: Sequence[str]) -> Figure:
    """Draw architectures, each as a row of blocks with shapes and numbers of parameters."""
    drawn = figure(1.95 * len(names))
    rows = drawn.subplots(len(names), 1, squeeze=False)[:, 0]
    for axes, name in zip(rows, names, strict=True):
        architecture = ARCHITECTURES[name]
        network = architecture.build(architecture.input.width)
        _draw_network(axes, network_blocks(name, network))
        axes.set_title(f"{_TITLES[name]}: {network.count_params():,} parameters")
    return drawn


def network_blocks(name: str, network: keras.Sequential) -> list[Block]:
    """The blocks of a network from input to output; their parameters add up to those of the network."""
    backbone, hidden, logits = network.layers[0], network.layers[-3], network.layers[-1]
    stages = _xception_stages(backbone) if name == "xception" else _cnn_stages(backbone)
    height, width, channels = backbone.input.shape[1:]
    blocks = [Block(("Scan", "RGB" if channels == 3 else "gray"), (height, width, channels), 0)]
    so_far = 0
    for lines, output in stages:
        total = keras.Model(backbone.input, output).count_params()
        blocks.append(Block(lines, output.shape[1:], total - so_far, read_by_gradcam=output is stages[-1][1]))
        so_far = total
    return [
        *blocks,
        Block(("Pooling", "global max"), backbone.output.shape[1:], backbone.count_params() - so_far),
        Block(("Dense", "ReLU"), (hidden.units,), hidden.count_params()),
        Block(("Dense", "softmax"), (logits.units,), logits.count_params()),
    ]


def flow_diagram(metadata: ModelMetadata) -> Figure:
    """Draw the data flow of a scan through the service, with the shapes of a model."""
    spec = metadata.input
    full_height, width, height, pitch = 4.06, 1.68, 0.98, 2.0
    columns = [0.16 + pitch * column for column in range(4)]
    first, second, third = 2.96, 1.48, 0.12
    between = (second + third) / 2
    boxes: tuple[tuple[float, float, bool, tuple[str, ...]], ...] = (
        (columns[0], first, False, ("Image file", "size and format checked", "before decoding")),
        (columns[1], first, False, ("Scan", "upright 8-bit RGB,", "facts, warnings")),
        (
            columns[2],
            first,
            False,
            ("Input", f"{_shape((spec.height, spec.width, spec.channels))},", "float32 in [0, 1]"),
        ),
        (columns[3], first, True, ("Network", f"{metadata.architecture},", "one forward pass")),
        (columns[0], second, False, ("Logits", "one for each", f"of {len(CLASSES)} classes")),
        (columns[1], second, False, ("Probabilities", "softmax(logits / T),", "calibrated")),
        (columns[2], second, False, ("Explanation", "built-in, or Gemini", "where configured")),
        (columns[0], third, False, ("Feature map", "of the last", "convolution")),
        (columns[1], third, False, ("Grad-CAM", "in closed form,", "no second pass")),
        (columns[2], third, False, ("Overlay", "the heat-map over", "the scan, PNG")),
        (columns[3], between, True, ("Response", "class, probabilities,", "overlay, words")),
    )
    drawn = Figure(figsize=(WIDTH, full_height), dpi=DPI)
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, full_height))
    bare(axes)
    for x, y, marked, lines in boxes:
        _box(axes, x, y, width, height, lines, marked)
    for y, ends in ((first, 4), (second, 3), (third, 3)):
        for column in range(ends - 1):
            _arrow(axes, (columns[column] + width, y + height / 2), (columns[column + 1], y + height / 2))
    turn, margin = (first + second + height) / 2, 0.06
    out = columns[3] + width / 2
    for y in (second, third):
        _arrow(axes, (out, first), (out, turn), (margin, turn), (margin, y + height / 2), (columns[0], y + height / 2))
    for y, entry in ((second, 0.75), (third, 0.25)):
        gap = columns[2] + width + 0.16
        inlet = between + entry * height
        _arrow(axes, (columns[2] + width, y + height / 2), (gap, y + height / 2), (gap, inlet), (columns[3], inlet))
    _arrow(axes, (columns[2] + width / 2, third + height), (columns[2] + width / 2, second))
    return drawn


def _xception_stages(backbone: keras.Model) -> list[tuple[tuple[str, ...], keras.KerasTensor]]:
    middle = sum(layer.name.endswith("_sepconv3") for layer in backbone.layers)
    return [
        (("Entry flow", "blocks 1 to 4"), backbone.get_layer("block5_sepconv1_act").input),
        (("Middle flow", f"{middle} x the same", "block"), backbone.get_layer("block13_sepconv1_act").input),
        (("Exit flow", "blocks 13, 14"), backbone.get_layer("block14_sepconv2_act").output),
    ]


def _cnn_stages(backbone: keras.Model) -> list[tuple[tuple[str, ...], keras.KerasTensor]]:
    stem = backbone.get_layer("stem")
    blocks = [layer for layer in backbone.layers if re.fullmatch(r"stage\d+_block\d+", layer.name)]
    kernel = " x ".join(map(str, stem.kernel_size))
    stages: list[tuple[tuple[str, ...], keras.KerasTensor]] = [
        (("Stem", f"conv {kernel}"), backbone.get_layer("stem_relu").output)
    ]
    for stage, group in groupby(blocks, key=lambda layer: layer.name.partition("_")[0]):
        members = list(group)
        stages.append(((stage.replace("stage", "Stage "), f"{len(members)} residual", "blocks"), members[-1].output))
    return stages


def _draw_network(axes: Axes, blocks: list[Block]) -> None:
    pitch = WIDTH / len(blocks)
    width, height = pitch - 0.17, 0.74
    axes.set(xlim=(0, WIDTH), ylim=(0, 1.4))
    bare(axes)
    for column, block in enumerate(blocks):
        x, y = column * pitch + 0.085, 0.56
        _box(axes, x, y, width, height, block.lines, block.read_by_gradcam)
        if column:
            _arrow(axes, (x - 0.17, y + height / 2), (x, y + height / 2))
        colour = ACCENT if block.read_by_gradcam else GRAY
        below = [_shape(block.shape), f"{block.parameters:,}" if block.parameters else "0"]
        if column == 0:
            below[1] = "parameters:"
        if block.read_by_gradcam:
            below.append("▲ Grad-CAM")
        for row, text in enumerate(below):
            axes.text(x + width / 2, 0.44 - 0.17 * row, text, ha="center", va="center", color=colour, fontsize=8)


def _box(axes: Axes, x: float, y: float, width: float, height: float, lines: tuple[str, ...], marked: bool) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=ACCENT_PALE if marked else PANEL,
            edgecolor=ACCENT if marked else PALE,
            linewidth=0.9,
        )
    )
    name, *others = lines
    top = y + height / 2 + _LINE_HEIGHT * len(others) / 2
    axes.text(x + width / 2, top, name, ha="center", va="center", weight="bold", fontsize=SMALL)
    for row, text in enumerate(others, start=1):
        axes.text(x + width / 2, top - _LINE_HEIGHT * row, text, ha="center", va="center", color=GRAY, fontsize=8)


def _arrow(axes: Axes, *points: tuple[float, float]) -> None:
    """Draw a line through points, with an arrow head at the last one."""
    axes.plot(*zip(*points, strict=True), color=GRAY, linewidth=0.9, solid_joinstyle="round")
    axes.annotate(
        "",
        points[-1],
        points[-2],
        arrowprops={"arrowstyle": "-|>", "color": GRAY, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0},
    )


def _shape(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes))
