"""The fault matrix as Markdown tables, one for each part."""

from pathlib import Path

from tests.faults import MATRIX


def fault_tables() -> str:
    """Every part with its faults, what the service does, and what the tests hold."""
    lines = []
    for part, row in MATRIX.items():
        lines += [f"## {part}", "", "| fault | what the service does | tests |", "| --- | --- | --- |"]
        for fault, cell in row.items():
            tests = "<br>".join(map(_sentence, cell.tests)) or "none"
            lines.append(f"| {fault} | {cell.promise} | {tests} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def _sentence(test: str) -> str:
    """A test's name, which states what holds, as words, with its file."""
    path, _, names = test.partition("::")
    words = names.rpartition("::")[2].removeprefix("test_").replace("_", " ").replace("[", " (").replace("]", ")")
    return f"{words}: `{Path(path).name}`"
