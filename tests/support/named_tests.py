"""Finds the tests that documents and tables name."""

import ast
from functools import cache

from app.config.settings import PROJECT_DIR


@cache
def names_in(path: str) -> set[str]:
    """The tests of a file, as pytest names them."""
    found = set()
    for node in ast.parse((PROJECT_DIR / path).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}
