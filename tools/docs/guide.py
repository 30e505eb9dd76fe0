"""Build the guide: the README, the pages of docs/ and the other documents of the repository as one site.

`make guide` and the image's build run it. The documents are copied to a folder with the layout of the repository, so
that a link between two of them is the same in the repository and in the site.
"""

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]
# As in zensical.toml.
SOURCE = PROJECT_DIR / "build" / "guide"
SITE = PROJECT_DIR / "app" / "guide"
DOCUMENTS = (
    "*.md",
    "LICENSE",
    "docs/**/*.md",
    "docs/**/*.png",
    "research/documentation/*.md",
    "research/documentation/*.png",
)


def main() -> int:
    """Build the site; gives the exit code, which is not 0 where a link or an anchor is broken."""
    for folder in (SOURCE, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    for pattern in DOCUMENTS:
        for document in PROJECT_DIR.glob(pattern):
            copy = SOURCE / document.relative_to(PROJECT_DIR)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(document, copy)
    return subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=PROJECT_DIR, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
