"""The fault matrix as Markdown tables, one for each part."""

from tests.faults import MATRIX


def fault_tables() -> str:
    """Every part with its faults, what the service does, and the tests that show it."""
    lines = []
    for part, row in MATRIX.items():
        lines += [f"## {part}", "", "| fault | what the service does | tests |", "| --- | --- | --- |"]
        for fault, cell in row.items():
            tests = "<br>".join(f"`{test}`" for test in cell.tests) or "none"
            lines.append(f"| {fault} | {cell.promise} | {tests} |")
        lines.append("")
    return "\n".join(lines).rstrip()
