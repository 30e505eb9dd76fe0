"""`python -m tools.prose`: list every occurrence of a phrase in `turns.txt` in the files that people read."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

TURNS = Path(__file__).with_name("turns.txt")
ROOT = TURNS.parents[2]
FOLDERS = ("app", "benchmarks", "clients/typescript", "deploy", "docs", "research", "tests", "tools")
SUFFIXES = {".md", ".py", ".html", ".js", ".ts", ".tsx", ".mjs", ".toml", ".yml", ".yaml", ".cff", ".example"}
# Adopted, generated and built texts, and the list itself.
EXCLUDED = re.compile(
    r"CODE_OF_CONDUCT|app/guide/|clients/typescript/(node_modules|dist|src/schema\.ts)|research/runs/"
    r"|tools/prose/|tests/unit/tools/test_prose"
)
# A phrase may be wrapped in a comment, a quotation or several string literals, or be part of a test's name.
TO_SPACES = str.maketrans(dict.fromkeys("_\"'`#*>|/\n\t", " "))


class Turns:
    """The phrases of a list, combined into one regular expression, which is faster than one search per phrase."""

    def __init__(self, text: str) -> None:
        """Read a list of lines `turn -> what to write instead`."""
        lines = [line.split(" -> ") for line in text.splitlines() if line and not line.startswith("#")]
        branches = (f"(?P<t{number}>{turn.replace(' ', ' +')})" for number, (turn, _) in enumerate(lines))
        self._pattern = re.compile(rf"\b(?:{'|'.join(branches)})\b")
        self._instead = {f"t{number}": instead for number, (_, instead) in enumerate(lines)}

    def find(self, text: str) -> Iterator[tuple[int, str, str]]:
        """Yield line, phrase and replacement for each occurrence in a text."""
        for match in self._pattern.finditer(text.lower().translate(TO_SPACES)):
            [name] = (name for name, found in match.groupdict().items() if found)
            yield text.count("\n", 0, match.start()) + 1, " ".join(match[0].split()), self._instead[name]


def files() -> Iterator[tuple[str, Path]]:
    """The files to check, each with its name in the project."""
    for path in (*ROOT.iterdir(), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))):
        name = path.relative_to(ROOT).as_posix()
        if (path.suffix in SUFFIXES or path.name in {"Makefile", "Dockerfile"}) and not EXCLUDED.match(name):
            yield name, path


def main() -> int:
    """Print the occurrences; returns 1 if there are any, else 0."""
    turns, places = Turns(TURNS.read_text()), 0
    for name, path in files():
        for line, turn, instead in turns.find(path.read_text()):
            print(f"{name}:{line}: {turn} -> {instead}")
            places += 1
    return int(places > 0)


if __name__ == "__main__":
    sys.exit(main())
