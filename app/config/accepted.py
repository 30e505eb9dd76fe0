"""Settings in words, for error messages and for the reference: accepted values, and faults."""

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pydantic import AnyHttpUrl, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails


def accepted(field: FieldInfo) -> str:
    """Describe the accepted values of a setting: its choices, or its type and range."""
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(kind)
    words = {
        bool: "true, false",
        int: "a whole number",
        int | None: "a whole number",
        float: "a number",
        str: "text",
        Path: "a path",
        Path | None: "a path",
        AnyHttpUrl: "a URL",
        AnyHttpUrl | None: "a URL",
        tuple[str, ...]: "a list separated by commas",
        tuple[IPv4Network | IPv6Network, ...]: "networks separated by commas",
    }.get(kind, "text")  # type: ignore[arg-type]
    bounds = {type(limit).__name__.lower(): limit for limit in field.metadata}
    symbols = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    limits = [f"{symbols[name]} {getattr(limit, name):g}" for name, limit in bounds.items() if name in symbols]
    examples = [f"for example {example}" for example in field.examples or []]
    return ", ".join([words, *limits, *examples])


def described(fault: ErrorDetails, fields: Mapping[str, FieldInfo]) -> str:
    """Describe a fault: the variable, its value unless it is a secret, what is wrong and what is accepted."""
    reason = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return reason
    name = str(fault["loc"][0])
    field, value = fields[name], fault["input"]
    shown = ",".join(value) if isinstance(value, tuple) else value
    given = "" if field.annotation == SecretStr | None else f"={shown!r}"
    return f"{name.upper()}{given}: {reason} (accepted: {accepted(field)})"
