"""The command line: `python -m benchmarks engine`, and so on."""

import argparse
import sys
from pathlib import Path

from benchmarks.measure import (
    accounts,
    agreement,
    archive,
    decoding,
    engine,
    load,
    memory,
    monitoring,
    peers,
    processes,
    quantization,
    quick,
    scale,
    scheduling,
    service,
    size,
    soak,
    start,
    studies,
)

# Each benchmark with the rounds that give a stable result within a few minutes.
_BENCHMARKS = {
    "engine": (engine, 40),
    "service": (service, 60),
    "accounts": (accounts, 100),
    "monitoring": (monitoring, 100),
    "decoding": (decoding, 20),
    "load": (load, 3),
    "memory": (memory, 1),
    "start": (start, 5),
    "scale": (scale, 1),
    "studies": (studies, 3),
    "archive": (archive, 3),
    "scheduling": (scheduling, 10),
    "processes": (processes, 100),
    "peers": (peers, 30),
    "soak": (soak, 100),
}


def main() -> None:
    """Run a benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the service on this machine.")
    commands = parser.add_subparsers(required=True, metavar="BENCHMARK", dest="name")
    for name, (module, rounds) in _BENCHMARKS.items():
        command = commands.add_parser(name, help=(module.__doc__ or "").partition("\n")[0], description=module.__doc__)
        command.add_argument("--rounds", type=int, default=rounds, help="number of rounds (default: %(default)s)")
        command.set_defaults(run=lambda options, run=module.run: run(options.rounds))
    command = commands.add_parser("size", help=size.__doc__, description=size.__doc__)
    command.set_defaults(run=lambda options: size.run())
    command = commands.add_parser("agreement", help=agreement.__doc__, description=agreement.__doc__)
    _add_data(command)
    command.set_defaults(run=lambda options: agreement.run(options.data, options.model))
    help_text = (quantization.__doc__ or "").partition("\n")[0]
    command = commands.add_parser("quantization", help=help_text, description=quantization.__doc__)
    _add_data(command)
    command.add_argument("--manifest", type=Path, required=True, help="the manifest that `audit` writes")
    command.set_defaults(run=lambda options: quantization.run(options.data, options.manifest, options.model))
    command = commands.add_parser("quick", help=(quick.__doc__ or "").partition("\n")[0], description=quick.__doc__)
    command.add_argument("--rounds", type=int, default=40, help="number of rounds (default: %(default)s)")
    command.add_argument("--record", action="store_true", help="add a passing run to the history")
    command.set_defaults(run=lambda options: quick.run(options.rounds, options.record))
    options = parser.parse_args()
    # Only `quick` has an exit status.
    sys.exit(options.run(options))


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, required=True, help="the data set, in the Kaggle layout")
    command.add_argument("--model", help="name of the model (default: the service's default)")


if __name__ == "__main__":
    main()
