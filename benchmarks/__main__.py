"""The command line: `python -m benchmarks engine`, and so on."""

import argparse
from pathlib import Path

from benchmarks import agreement, engine, load, memory, service, start

# Each with how many rounds it takes to be sure, within a few minutes.
_BENCHMARKS = {
    "engine": (engine, 40),
    "service": (service, 60),
    "load": (load, 3),
    "memory": (memory, 1),
    "start": (start, 5),
}


def main() -> None:
    """Run a benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the service on this machine.")
    commands = parser.add_subparsers(required=True, metavar="BENCHMARK", dest="name")
    for name, (module, rounds) in _BENCHMARKS.items():
        command = commands.add_parser(name, help=(module.__doc__ or "").partition("\n")[0], description=module.__doc__)
        command.add_argument("--rounds", type=int, default=rounds, help="how many (default: %(default)s)")
    command = commands.add_parser("agreement", help=agreement.__doc__, description=agreement.__doc__)
    command.add_argument("--data", type=Path, required=True, help="the data set, in the Kaggle layout")
    command.add_argument("--model", help="name of the model (default: the service's default)")
    options = parser.parse_args()
    if options.name == "agreement":
        agreement.run(options.data, options.model)
    else:
        _BENCHMARKS[options.name][0].run(options.rounds)


if __name__ == "__main__":
    main()
