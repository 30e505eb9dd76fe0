"""Build the guide: the README, the pages of docs/ and the other documents of the repository as one site.

`make guide` and the container build run it. The documents are copied to a folder with the layout of the repository, so
that a link between two of them is the same in the repository and in the site.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]
# As in zensical.toml.
SOURCE = PROJECT_DIR / "build" / "guide"
SITE = PROJECT_DIR / "app" / "guide"
DOCUMENTS = ("*.md", "docs/**/*.md", "research/documentation/*.md")

STYLE = Path(__file__).with_name("guide.css")

_LINK = re.compile(r"\]\(([^)#\s]+)")


def main() -> int:
    """Build the site; returns the exit code, which is not 0 if a link to a page or an anchor is broken."""
    for folder in (SOURCE, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    for pattern in DOCUMENTS:
        for document in PROJECT_DIR.glob(pattern):
            for file in (document, *_linked(document)):
                copy = SOURCE / file.relative_to(PROJECT_DIR)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
    shutil.copy(STYLE, SOURCE)
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    code = subprocess.run(command, cwd=PROJECT_DIR, check=False).returncode  # noqa: S603
    if code:
        shutil.rmtree(SITE, ignore_errors=True)
    return code


def _linked(document: Path) -> set[Path]:
    """The pictures and other files of the repository that a document links to."""
    targets = ((document.parent / link).resolve() for link in _LINK.findall(document.read_text()))
    return {target for target in targets if target.is_file() and target.is_relative_to(PROJECT_DIR)}


if __name__ == "__main__":
    sys.exit(main())
