"""The listener's folder, and what a crash at each of its steps leaves."""

import os
import stat
import sys
from pathlib import Path

import pytest
from pydicom import dcmread

from app.config.settings import ConfigurationError
from app.models.problems import Problem, StorageFull
from app.services.imaging.reading import Limits
from app.services.pacs.inbox import MOST_ATTEMPTS, Inbox
from tests.support.dicom import NAME, PATIENT_ID, dicom

# Events of Python's audit hooks, each before the step.
STEPS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree")
LIMITS = Limits(1_000_000, 1_000_000)
SOURCES = {uid: dicom(SOPInstanceUID=uid, StudyInstanceUID="1.2") for uid in ("1.2.1", "1.2.2")}


RESULTS = [dicom(SOPInstanceUID=f"2.25.{number}", Modality="SR") for number in (1, 2)]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "lock" and path.name[0] != "."]


def receive(inbox: Inbox, uid: str) -> None:
    inbox.receive(uid, [SOURCES[uid]], LIMITS)


def answer(inbox: Inbox, peer: Path) -> list[int]:
    """Answer what is stable and send the results, which the peer appends to a file of its own; returns the sources."""
    counts = []
    inbox.take_stable(0)
    for waiting in inbox.studies():
        study = inbox.begin(waiting)
        assert study
        counts.append(len(list(study.iterdir())))
        inbox.finish(study, RESULTS)
    for sent in inbox.results():
        for each in sent:
            with (peer / dcmread(each).SOPInstanceUID).open("ab") as file:
                file.write(each.read_bytes())
            inbox.remove_result(each)
    inbox.results()
    return counts


@pytest.mark.skipif(sys.platform != "linux", reason="the test forks")
def test_a_crash_at_any_step_loses_no_object_and_gives_each_study_the_same_results(tmp_path: Path):
    steps = 0
    while True:
        folder, peer, acknowledged = (tmp_path / f"{steps}{name}" for name in ("queue", "peer", "acknowledged"))
        peer.mkdir()
        acknowledged.mkdir()
        child = os.fork()
        if not child:
            left = steps

            def crash(event: str, arguments: tuple[object, ...], folder: Path = folder) -> None:
                nonlocal left
                path = str(arguments[0]) if event in STEPS else "/"
                # Names of files in a folder that is deleted are relative.
                if path.startswith(str(folder)) or not path.startswith("/"):
                    left -= 1
                    if left < 0:
                        os._exit(9)

            sys.addaudithook(crash)
            inbox = Inbox(folder, 1_000_000)
            for uid in SOURCES:
                receive(inbox, uid)
                (acknowledged / uid).touch()
            answer(inbox, peer)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        inbox = Inbox(folder, 1_000_000)
        for uid in SOURCES:
            if not (acknowledged / uid).exists():
                receive(inbox, uid)
        assert all(count == len(SOURCES) for count in answer(inbox, peer)), steps
        assert files(folder) == [], steps
        assert sorted(each.name for each in peer.iterdir()) == ["2.25.1", "2.25.2"], steps
        for each in peer.iterdir():
            # Sent again only by a crash between the peer's answer and the removal, and then as it was.
            once = RESULTS[int(each.name[-1]) - 1]
            assert each.read_bytes() in (once, 2 * once), steps
        assert inbox._used == 0, steps
        inbox.close()
        steps += 1
        if os.waitstatus_to_exitcode(status) == 0:
            break
    assert steps > 30


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "queue", 100_000)


def test_only_the_owner_can_read_the_folder_and_names_of_files_tell_nothing(tmp_path: Path, inbox: Inbox):
    receive(inbox, "1.2.1")
    for path in (tmp_path / "queue").rglob("*"):
        if path.is_dir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        for secret in (NAME, PATIENT_ID, "1.2.1"):
            assert secret not in path.name
    assert stat.S_IMODE((tmp_path / "queue").stat().st_mode) == 0o700


def test_an_object_that_comes_again_replaces_itself(inbox: Inbox):
    for _ in range(3):
        receive(inbox, "1.2.1")
    inbox.take_stable(0)
    [study] = inbox.studies()
    assert len(list(study.iterdir())) == 1
    assert inbox._used == len(SOURCES["1.2.1"])


def test_a_study_is_stable_only_after_the_last_object(inbox: Inbox):
    receive(inbox, "1.2.1")
    inbox.take_stable(60)
    assert inbox.studies() == []


def test_objects_that_come_while_their_study_is_answered_become_another_one(inbox: Inbox):
    for uid in SOURCES:
        receive(inbox, uid)
        inbox.take_stable(0)
    assert [len(list(study.iterdir())) for study in inbox.studies()] == [1, 1]


def test_a_full_folder_and_an_object_without_a_study_are_refused_without_a_trace(tmp_path: Path, inbox: Inbox):
    with pytest.raises(StorageFull):
        inbox.receive("1", [bytes(100_001)], LIMITS)
    for content in (b"", b"no object", dicom(StudyInstanceUID=None)):
        with pytest.raises(Problem):
            inbox.receive("1", [content], LIMITS)
    assert files(tmp_path / "queue") == []


def test_a_study_that_ends_the_process_each_time_is_set_aside(inbox: Inbox):
    receive(inbox, "1.2.1")
    inbox.take_stable(0)
    for _ in range(MOST_ATTEMPTS):
        [study] = inbox.studies()
        assert inbox.begin(study)
    inbox.put_back(inbox.studies()[0])
    assert inbox.begin(inbox.studies()[0])
    assert inbox.begin(inbox.studies()[0]) is None
    assert (inbox.studies(), inbox.failed) == ([], 1)


def test_a_folder_of_another_process_or_with_other_files_is_refused(tmp_path: Path, inbox: Inbox):
    with pytest.raises(ConfigurationError, match="another `btc listen`"):
        Inbox(tmp_path / "queue", 1)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    with pytest.raises(ConfigurationError, match="not its own"):
        Inbox(tmp_path / "mine", 1)
