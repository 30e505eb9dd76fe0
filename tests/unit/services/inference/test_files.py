"""Files on the operator's disk."""

import os
from pathlib import Path
from threading import Thread

import pytest

from app.services.evaluation.scans import UnusableScans, read_labelled
from app.services.inference.files import open_regular


def test_only_regular_files_are_opened_and_a_pipe_blocks_nothing(tmp_path: Path):
    pipe, link = tmp_path / "pipe.csv", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    refused = []

    def open_all() -> None:
        for path in (pipe, link, tmp_path, Path(os.devnull)):
            with pytest.raises(OSError, match="Not a regular file"):
                open_regular(path)
            refused.append(path)
        with pytest.raises(UnusableScans, match="Not a regular file"):
            read_labelled(pipe)
        refused.append(pipe)

    opening = Thread(target=open_all, daemon=True)
    opening.start()
    opening.join(20)
    assert len(refused) == 5
    assert open_regular(Path(__file__)).read() == Path(__file__).read_bytes()
