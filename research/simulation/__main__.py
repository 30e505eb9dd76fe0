"""`python -m research.simulation`: choose the settings of Ray Serve, and write the study and its picture."""

from app.config.settings import PROJECT_DIR
from research.pipeline.publish.style import save
from research.simulation.choice import Trials
from research.simulation.picture import draw_day
from research.simulation.study import run_study

_DOCUMENTATION = PROJECT_DIR / "research" / "documentation"


def _show(trials: Trials) -> None:
    print(trials.settings.model_dump_json(), flush=True)
    for kind, result in trials.results.items():
        print(f"  {kind}: {result.model_dump_json()}", flush=True)


def main() -> None:
    """Run the study; takes about ten minutes on one core."""
    study = run_study(_show)
    (_DOCUMENTATION / "autoscaling.json").write_text(study.model_dump_json(indent=2) + "\n")
    save(draw_day(study.chosen, study.measured), _DOCUMENTATION / "autoscaling.png")


if __name__ == "__main__":
    main()
