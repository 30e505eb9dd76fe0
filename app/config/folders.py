"""Folders that the service empties: only those that it has marked as its own."""

from pathlib import Path

from app.config.settings import ConfigurationError

MARKER = ".emptied-by-brain-tumor-classification"
_PLACEHOLDER = ".gitkeep"


def claim(folder: Path, setting: str) -> None:
    """Create a folder for this user only, or mark an empty one, as a folder that the service may empty.

    Args:
        folder: the folder.
        setting: the variable that names it.

    Raises:
        ConfigurationError: the folder contains something and was not marked before.
        OSError: the folder cannot be created or written to.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    marker = folder / MARKER
    if marker.exists():
        return
    foreign = entries_of(folder)
    # Another process may have marked it since.
    if foreign and not marker.exists():
        raise ConfigurationError(
            f"{setting}={folder}: the service deletes what is in this folder, but {foreign[0].name!r} is not its own. "
            f"Set {setting} to a new or an empty folder, or delete what is in this one."
        )
    marker.touch()


def entries_of(folder: Path) -> list[Path]:
    """What a folder contains besides its marker."""
    return [entry for entry in folder.iterdir() if entry.name not in (MARKER, _PLACEHOLDER)]
