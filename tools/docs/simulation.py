"""The generated parts of the page about autoscaling: settings, what others would change, and the measured times."""

from app.config.settings import PROJECT_DIR
from research.simulation.choice import Trials
from research.simulation.settings import ServeSettings
from research.simulation.study import AutoscalingStudy
from research.simulation.trial import TrialResult

_STUDY = PROJECT_DIR / "research" / "documentation" / "autoscaling.json"


def chosen() -> str:
    """The chosen settings, with their meaning."""
    rows = [
        f"| `{name}` | {getattr(_study().chosen, name):g} | {field.description} |"
        for name, field in ServeSettings.model_fields.items()
    ]
    return "\n".join(["| setting | value | meaning |", "| --- | --- | --- |", *rows])


def alternatives() -> str:
    """The results of the chosen settings, and of others that differ in one."""
    study = _study()
    kinds = [measured.kind for measured in study.measured]
    rows = [
        f"| {_difference(trials, study.chosen)} | {' | '.join(_cells(trials.results[kind], study) for kind in kinds)} |"
        for trials in study.trials
    ]
    columns = [f"{kind}: {what}" for kind in kinds for what in ("wait", "wait in a burst", "refused", "replica hours")]
    return "\n".join([f"| setting | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}", *rows])


def goals() -> str:
    """The goals, as a list."""
    stated = _study().goals
    return (
        f"- 99 % of the single requests wait at most {stated.p99_s:g} s until a replica begins;\n"
        f"- 99 % of the slices that a PACS sends at once wait at most {stated.burst_p99_s:g} s;\n"
        f"- at most {100 * stated.refused:g} % of the requests are refused."
    )


def service() -> str:
    """What was measured of one replica, and what the simulation of one replica gives."""
    study = _study()
    rows = {
        "time of a prediction under load": [f"{1e3 * each.service_s:.0f} ms" for each in study.measured],
        "95th percentile of a prediction, relative to the median": [f"{each.spread:.2f}" for each in study.measured],
        "start of the service": [f"{each.start_s:.1f} s" for each in study.measured],
    }
    for share in study.measured[0].open_loop_p95_s:
        rows[f"95th percentile at {share:.0%} of the throughput, measured"] = [
            f"{1e3 * each.open_loop_p95_s[share]:.0f} ms" for each in study.measured
        ]
        rows["the same, simulated" + f" ({share:.0%})"] = [
            f"{1e3 * study.open_loop_p95_s[each.kind][share]:.0f} ms" for each in study.measured
        ]
    head = " | ".join(each.kind for each in study.measured)
    lines = [f"| {name} | {' | '.join(values)} |" for name, values in rows.items()]
    return "\n".join([f"| | {head} |", f"| --- |{' --- |' * len(study.measured)}", *lines])


def _study() -> AutoscalingStudy:
    return AutoscalingStudy.model_validate_json(_STUDY.read_bytes())


def _difference(trials: Trials, chosen: ServeSettings) -> str:
    changed = [name for name in ServeSettings.model_fields if getattr(trials.settings, name) != getattr(chosen, name)]
    return ", ".join(f"`{name}` {getattr(trials.settings, name):g}" for name in changed) or "**chosen**"


def _cells(result: TrialResult, study: AutoscalingStudy) -> str:
    values = (
        (f"{result.p99_s:.2f} s", result.p99_s > study.goals.p99_s),
        (f"{result.burst_p99_s:.1f} s", result.burst_p99_s > study.goals.burst_p99_s),
        (f"{100 * result.refused:.2f} %", result.refused > study.goals.refused),
        (f"{result.replica_hours:.1f}", False),
    )
    return " | ".join(f"**{text}**" if missed else text for text, missed in values)
