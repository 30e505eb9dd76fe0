"""Commands for training across sources: `pack`, `across`."""

import argparse
from pathlib import Path

from research.pipeline.cli.arguments import RUNS, Commands, add_data, add_manifest, add_sources
from research.pipeline.data.manifest import Split, read_manifest
from research.pipeline.data.pack import Folders, read_pack, write_pack
from research.pipeline.data.slices import FOLDS, slices_of_data_set, slices_of_sources

PACK = RUNS / "slices.zip"


def add(commands: Commands) -> None:
    """Add the commands of this group."""
    command = commands.add_parser("pack", help="write the slices of all sources into one file")
    add_data(command)
    command.add_argument("--unknown-tumors", type=Path, required=True, help="folder of tumors of unrecorded type")
    add_sources(command)
    add_manifest(command)
    command.add_argument("--side", type=int, default=320, help="longer side of the pictures (default: %(default)s)")
    command.add_argument("--quality", type=int, default=92, help="of the WebP compression (default: %(default)s)")
    command.add_argument("--out", type=Path, default=PACK, help="(default: %(default)s)")
    command.set_defaults(run=_pack)

    command = commands.add_parser("across", help="train on all sources, or on all but those of some folds")
    command.add_argument("recipe", help="name of a recipe in research/pipeline/training/across/recipes")
    command.add_argument(
        "--fold", nargs="+", choices=FOLDS, default=[], help="leave out the sources of these folds, for measurements"
    )
    command.add_argument("--pack", type=Path, default=PACK, help="(default: %(default)s)")
    command.add_argument(
        "--start",
        type=Path,
        required=True,
        help="the first weights: of a version that was trained on none of the sources, or a fold has seen its own",
    )
    command.add_argument("--out", type=Path, help="folder of the run (default: research/runs/across/<folds or `all`>)")
    command.set_defaults(run=_across)


def _pack(options: argparse.Namespace) -> None:
    of_data_set = slices_of_data_set(read_manifest(options.manifest))
    slices = [item for item in of_data_set if item.split is not Split.TEST] + slices_of_sources(options.sources)
    folders = Folders(options.data, options.unknown_tumors, options.sources)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_pack(slices, folders, options.out, options.side, options.quality)
    print(f"{options.out}: {len(slices):,} slices, {options.out.stat().st_size / 1e6:.1f} MB")


def _across(options: argparse.Namespace) -> None:
    # Lazy import: PyTorch and Keras take seconds to import, and most commands do not need them.
    from research.pipeline.training.across.recipe import RECIPES, read_across_recipe
    from research.pipeline.training.across.run import train_across

    recipe = read_across_recipe(RECIPES / f"{options.recipe}.toml")
    left_out = [source for fold in options.fold for source in FOLDS[fold]]
    folder = options.out or RUNS / "across" / ("-".join(options.fold) or "all")
    train_across(recipe, read_pack(options.pack), left_out, options.start, folder)
    print(folder)
