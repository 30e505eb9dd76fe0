"""Draws how the number of replicas follows the load over a day."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from research.pipeline.publish.style import ACCENT, GRAY, STYLE, figure
from research.simulation.measured import ReplicaTimes
from research.simulation.settings import ServeSettings
from research.simulation.trial import loads_of, simulate
from research.simulation.workloads import DAY_S

_BIN_S = 30.0


def draw_day(settings: ServeSettings, measured: Sequence[ReplicaTimes]) -> Figure:
    """The load and the replicas, one panel for each kind of processor."""
    with matplotlib.rc_context(STYLE):
        drawn = figure(2.4 * len(measured))
        for axes, each in zip(drawn.subplots(len(measured), 1, squeeze=False)[:, 0], measured, strict=True):
            load = loads_of(each)[0]
            times, replicas = simulate(settings, each, load).replicas.T
            bins = np.arange(0, DAY_S + _BIN_S, _BIN_S)
            busy, _ = np.histogram(load.arrivals, bins, weights=load.services / _BIN_S)
            axes.step(bins[1:] / 60, busy, color=GRAY, linewidth=1, label="replicas that the load would keep busy")
            axes.step(times / 60, replicas, color=ACCENT, where="post", label="replicas that answer")
            axes.set_title(f"{each.kind}: {1e3 * each.service_s:.0f} ms for a prediction")
            axes.set_xlim(0, DAY_S / 60)
            axes.set_ylim(bottom=0)
            axes.set_xlabel("minutes of the shortened day")
            axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return drawn
