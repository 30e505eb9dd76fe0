"""The reference of all settings, generated from the settings themselves."""

from pathlib import Path

from pydantic.fields import FieldInfo

from app.config.accepted import accepted
from app.config.dicom import DicomSettings
from app.config.settings import Settings


def settings_table() -> str:
    """The reference of all settings, as a Markdown table."""
    rows = ["| variable | default | accepted | meaning |", "| --- | --- | --- | --- |"]
    # Those of a base class would come first.
    own_first = sorted(Settings.model_fields.items(), key=lambda setting: setting[0] in DicomSettings.model_fields)
    for name, field in own_first:
        rows.append(f"| `{name.upper()}` | {_default(field)} | {accepted(field)} | {field.description} |")
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value == ():
        return "not set"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Path):
        return f"`{value.name}/`"
    if isinstance(value, tuple):
        return f"`{','.join(value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
