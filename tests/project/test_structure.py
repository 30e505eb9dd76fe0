"""Rules for the code that no linter checks."""

import ast
from collections import defaultdict
from pathlib import Path

from app.config.settings import PROJECT_DIR

FOLDERS = ("app", "research", "benchmarks", "tools")
MOST_POSITIONAL = 4


def modules() -> dict[Path, ast.Module]:
    paths = [path for folder in FOLDERS for path in sorted((PROJECT_DIR / folder).rglob("*.py"))]
    relative = {path.relative_to(PROJECT_DIR): path for path in paths}
    return {name: ast.parse(path.read_text()) for name, path in relative.items() if "runs" not in name.parts}


def own_classes(tree: ast.Module) -> set[str]:
    """Names of classes that a module defines, or imports from the project."""
    nodes = list(ast.walk(tree))
    defined = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    imported = {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FOLDERS
        for alias in node.names
        if alias.name[0].isupper() and not alias.name.isupper()
    }
    return defined | imported


def test_a_class_name_has_one_meaning_in_the_whole_project():
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                # A leading underscore does not make a name different.
                places[node.name.lstrip("_")].append(f"{path}:{node.lineno}")
    assert [f"{name}: {', '.join(found)}" for name, found in places.items() if len(found) > 1] == []


def test_a_constructor_with_more_than_four_arguments_is_called_with_keywords():
    faults = []
    for path, tree in modules().items():
        classes = own_classes(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes:
                positional = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
                if len(positional) > MOST_POSITIONAL:
                    faults.append(f"{path}:{node.lineno}: {node.func.id}")
    assert faults == []


def test_the_service_writes_csv_in_one_place():
    """Where texts cannot become formulas."""
    writers = [
        str(path)
        for path, tree in modules().items()
        if path.parts[0] == "app"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("writer", "DictWriter")
    ]
    assert writers == ["app/services/reports/spreadsheet.py"]
