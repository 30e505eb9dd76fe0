"""The history on real databases and storages: pages, deletions, sweeps."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from alembic import command
from PIL import Image
from pydantic import SecretStr
from sqlalchemy import insert, inspect

from app.config.settings import Settings
from app.models.classes import CLASSES, FACTS
from app.models.problems import NotFound, SignInRequired
from app.models.thresholds import Decision, HeatmapMethod
from app.services.database.database import Database
from app.services.database.encryption import Keyring
from app.services.database.tables import Account, RecordRow
from app.services.history.pictures import Pictures
from app.services.history.queries import Record
from app.services.history.records import Records, Swept
from app.services.history.scans import NewPrediction
from app.services.history.schemas import PredictionSource, RecordFilter, StoredHeatmap, StoredPrediction
from app.services.history.storage import Bucket, Folder, Storage
from app.services.inference.schemas import (
    ClassProbability,
    ImageInfo,
    ModelRef,
    PredictedClass,
    TimingBody,
    WarningBody,
)
from tests.support.s3_server import S3Server
from tests.unit.services.history.test_storage import all_of, bucket_settings

OLD, NEW = os.urandom(32), os.urandom(32)
PICTURE = Image.new("RGB", (40, 30), "gray")
NOW = datetime.now(UTC)
AT_ONCE = timedelta(0)
ALL = RecordFilter()
HEATMAP = StoredHeatmap(method="grad-cam", layer="", target=CLASSES[0], focus=None)


def prediction(created_at: datetime = NOW) -> StoredPrediction:
    tumor = CLASSES[0]
    return StoredPrediction(
        id=uuid4(),
        source=PredictionSource.UPLOAD,
        model=ModelRef(name="xception", version="0.1.0"),
        prediction=PredictedClass(tumor=tumor, label=FACTS[tumor].label, confidence=1),
        probabilities=[
            ClassProbability(tumor=one, label=FACTS[one].label, probability=one is tumor) for one in CLASSES
        ],
        decision=Decision.ANSWER,
        heatmap=None,
        image=ImageInfo(width=40, height=30, format="PNG", mode="RGB"),
        timing_ms=TimingBody(wait=0, read=0, forward=0, heatmap=0, explanation=0, total=0),
        warnings=[],
        created_at=created_at,
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgresql" else None
    opened = Database.open(Settings(data_dir=tmp_path, database_url=url and SecretStr(url)))
    yield opened
    opened.close()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Folder(tmp_path / "images")


@pytest.fixture
def history(database: Database, storage: Storage) -> Records:
    return history_in(database, storage)


def history_in(database: Database, storage: Storage, *keys: bytes, days: int = 365) -> Records:
    return Records(database, Pictures(storage, Keyring(keys or (OLD,))), store_pictures=True, days=days)


def new(stored: StoredPrediction, content: bytes = b"", weights: str = "a" * 64) -> NewPrediction:
    """A prediction of a file with this content; each file is different without one."""
    heat = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 2, 2)
    content = content or stored.id.bytes
    return NewPrediction(stored=stored, content=content, weights=weights, heat=heat, place=heat[0], picture=PICTURE)


def store(history: Records, *predictions: StoredPrediction, owner: UUID | None = None) -> None:
    asyncio.run(history.store(owner, list(map(new, predictions))))


def ids_in(history: Records, owner: UUID | None = None) -> list[UUID]:
    return [record.stored.id for page in history.pages(owner, ALL) for record in page]


def make_account(database: Database) -> UUID:
    with database.writing() as session:
        account = Account(email=f"{uuid4()}@example.org", admin=False, disabled=False, created_at=NOW)
        session.add(account)
        session.flush()
        return account.id


def test_an_upgrade_takes_the_class_from_records_of_images_outside(database: Database, history: Records):
    record = prediction()
    before = {
        **json.loads(record.model_dump_json(by_alias=True)),
        "decision": "outside",
        "prediction_set": {"coverage": 0.99, "classes": ["glioma"]},
    }
    database.migrate("0006", step=command.downgrade)
    row = {"id": record.id, "created_at": NOW, "model": "xception", "predicted": "glioma"}
    body = json.dumps(before, separators=(",", ":"))
    with database.writing() as session:
        session.execute(insert(RecordRow), [{**row, "body": body}])
    database.migrate()
    [[record_now]] = history.pages(None, ALL)
    kept = record_now.stored
    assert (kept.prediction, kept.prediction_set, kept.heatmap) == (None, None, None)
    assert kept.probabilities == record.probabilities
    assert asyncio.run(history.page(None, RecordFilter(tumor=CLASSES[0]), None, 10)) == ([], None)


def test_an_upgrade_adds_the_decision_that_old_records_read_as(database: Database, history: Records):
    unsure = WarningBody(code="low-confidence", message="")
    records = [
        prediction(),
        prediction().model_copy(update={"decision": None}),
        prediction().model_copy(update={"decision": None, "warnings": [unsure]}),
    ]
    database.migrate("0008", step=command.downgrade)
    with database.writing() as session:
        for record in records:
            body = record.model_dump_json(by_alias=True)
            row = {"id": record.id, "created_at": NOW, "model": "xception", "body": body}
            session.execute(insert(RecordRow), [row])
    database.migrate()
    for decision, count in ((Decision.ANSWER, 2), (Decision.UNCERTAIN, 1), (Decision.OTHER, 0)):
        found, _ = asyncio.run(history.page(None, RecordFilter(decision=decision), None, 10))
        assert len(found) == count


def test_a_downgrade_leaves_what_earlier_versions_can_read(database: Database, history: Records):
    place = HEATMAP.model_copy(update={"method": HeatmapMethod.PLACE, "target": None})
    plain, placed = prediction(), prediction().model_copy(update={"heatmap": place})
    other = prediction().model_copy(update={"decision": Decision.OTHER, "prediction": None, "heatmap": place})
    store(history, plain, placed, other)
    database.migrate("0008", step=command.downgrade)
    database.migrate()
    left = {record.stored.id: record.stored for page in history.pages(None, ALL) for record in page}
    assert left == {plain.id: plain, placed.id: placed.model_copy(update={"heatmap": None})}


def only_record(history: Records, owner: UUID | None = None) -> Record:
    [record] = [record for page in history.pages(owner, ALL) for record in page]
    return record


class TestRepeats:
    def test_a_repeated_scan_updates_its_record(self, history: Records, storage: Storage):
        first = prediction(NOW - timedelta(days=2)).model_copy(update={"heatmap": HEATMAP})
        again = prediction(NOW).model_copy(update={"source": PredictionSource.REPORT})
        ids = [asyncio.run(history.store(None, [new(one, b"scan")])) for one in (first, again)]
        assert ids == [[first.id], [first.id]]
        record = only_record(history)
        assert record.stored == again.model_copy(
            update={"id": first.id, "source": first.source, "heatmap": first.heatmap}
        )
        # The picture of the first request stays, and that of the second is deleted.
        assert [stored.name for stored in all_of(storage)] == [record.picture]

    def test_owners_and_models_have_records_of_their_own(self, database: Database, history: Records):
        owners = [None, make_account(database), make_account(database)]
        for owner in owners:
            for weights in ("a" * 64, "b" * 64):
                asyncio.run(history.store(owner, [new(prediction(), b"scan", weights)]))
        assert [len(ids_in(history, owner)) for owner in owners] == [2, 2, 2]

    def test_a_sample_that_is_uploaded_takes_feedback(self, history: Records):
        for source in (PredictionSource.SAMPLE, PredictionSource.UPLOAD, PredictionSource.SAMPLE):
            one = prediction().model_copy(update={"source": source})
            asyncio.run(history.store(None, [new(one, b"scan")]))
        assert only_record(history).stored.source is PredictionSource.UPLOAD

    def test_a_comparison_attaches_to_the_record_of_the_scan(self, history: Records, storage: Storage):
        made = prediction()
        asyncio.run(history.store(None, [new(made, b"scan")]))
        for confidence in (0.4, 0.6):
            other = prediction().model_copy(
                update={
                    "model": ModelRef(name="cnn", version="1"),
                    "prediction": PredictedClass(tumor=CLASSES[1], label="", confidence=confidence),
                }
            )
            compared = [new(other, b"scan", "b" * 64)]
            assert asyncio.run(history.store(None, compared, comparison=True)) == [made.id]
        record = only_record(history).stored
        assert [(one.model.name, one.prediction and one.prediction.confidence) for one in record.comparisons] == [
            ("cnn", 0.6)
        ]
        assert record.prediction == made.prediction
        assert len(all_of(storage)) == 1
        # It stays when the scan is classified again.
        asyncio.run(history.store(None, [new(prediction(), b"scan")]))
        assert only_record(history).stored.comparisons == record.comparisons

    def test_simultaneous_requests_make_one_record_for_each_scan(self, history: Records, storage: Storage):
        async def request(number: int) -> list[UUID]:
            # Batches with the same scans in a different order, one of them twice, must not wait for each other.
            scans = [b"one", b"two", b"three", b"one"][:: -1 if number % 2 else 1]
            return await history.store(None, [new(prediction(), scan) for scan in scans])

        async def requests() -> list[list[UUID]]:
            return await asyncio.gather(*map(request, range(12)))

        made = asyncio.run(requests())
        assert len({frozenset(ids) for ids in made}) == 1
        assert set(ids_in(history)) == set(made[0])
        assert len(ids_in(history)) == len(all_of(storage)) == 3


class TestPages:
    def test_records_of_the_same_instant_appear_once(self, history: Records):
        made = [prediction() for _ in range(25)]
        store(history, *made)
        found, after = [], None
        while True:
            page, after = asyncio.run(history.page(None, ALL, after, 4))
            found += [record.stored for record in page]
            if after is None:
                break
        assert len(found) == 25
        assert {one.id for one in found} == {one.id for one in made}

    def test_more_than_one_batch_is_exported_and_deleted(self, history: Records, storage: Storage):
        made = [prediction(NOW - timedelta(seconds=number)) for number in range(1, 1101)]
        history_without = Records(history._database, history._pictures, store_pictures=False, days=365)
        store(history_without, *made)
        # Stored while the clock was a day ahead.
        store(history, prediction(NOW + timedelta(days=1)))
        assert ids_in(history)[1:] == [one.id for one in made]
        assert asyncio.run(history.delete_all(None, "127.0.0.1")) == 1101
        assert ids_in(history) == []
        assert all_of(storage) == []


class TestSweep:
    def test_expired_records_are_deleted_with_their_pictures(self, database: Database, storage: Storage):
        history = history_in(database, storage, days=30)
        young = prediction(NOW - timedelta(days=29))
        store(history, young, prediction(NOW - timedelta(days=31)))
        assert history.sweep() == Swept(records=1, pictures=0, missing=0)
        assert ids_in(history) == [young.id]
        assert len(all_of(storage)) == 1

    def test_old_orphan_pictures_are_deleted(self, history: Records, storage: Storage):
        store(history, prediction())
        orphan = "ab" * 32
        storage.put(orphan, b"its record was never written")
        assert history.sweep() == Swept(0, 0, 0)
        assert orphan in [stored.name for stored in all_of(storage)]
        assert history.sweep(AT_ONCE) == Swept(0, 1, 0)
        assert len(all_of(storage)) == 1

    def test_a_missing_picture_is_counted_and_its_record_remains(self, history: Records, storage: Storage):
        made = prediction()
        store(history, made)
        [stored] = all_of(storage)
        storage.delete(stored.name)
        assert history.sweep(AT_ONCE) == Swept(0, 0, 1)
        record = asyncio.run(history.get(None, made.id))
        with pytest.raises(NotFound, match="no longer exists"):
            history.picture(record)

    def test_a_failed_deletion_is_retried(self, database: Database):
        with S3Server() as s3:
            history = history_in(database, Bucket(bucket_settings(s3)))
            made = prediction()
            store(history, made)
            away = history_in(database, Bucket(bucket_settings(s3, s3_bucket="nowhere")))
            asyncio.run(away.delete(None, made.id, "127.0.0.1"))
            assert ids_in(history) == []
            assert history.sweep(AT_ONCE) == Swept(0, 1, 0)
            assert all_of(Bucket(bucket_settings(s3))) == []

    def test_pictures_of_a_deleted_account_are_deleted(self, database: Database, history: Records, storage: Storage):
        account, other = make_account(database), make_account(database)
        store(history, prediction(), prediction(), owner=account)
        store(history, prediction(), owner=other)
        with database.writing() as session:
            session.delete(session.get_one(Account, account))
        assert history.sweep(AT_ONCE) == Swept(0, 2, 0)
        assert len(ids_in(history, other)) == 1
        assert len(all_of(storage)) == 1

    def test_a_prediction_of_a_deleted_account_is_not_stored(
        self, database: Database, history: Records, storage: Storage
    ):
        with pytest.raises(SignInRequired):
            store(history, prediction(), owner=uuid4())
        assert history.sweep(AT_ONCE) == Swept(0, 1, 0)

    def test_two_sweeps_can_run_at_once(self, database: Database, storage: Storage):
        histories = [history_in(database, storage, days=1) for _ in range(2)]
        store(histories[0], *(prediction(NOW - timedelta(days=2)) for _ in range(40)))
        for number in range(20):
            storage.put(f"{number:064x}", b"orphan")

        async def sweep() -> list[Swept]:
            return await asyncio.gather(*(asyncio.to_thread(one.sweep, AT_ONCE) for one in histories))

        swept = asyncio.run(sweep())
        assert sum(one.records for one in swept) >= 40
        assert ids_in(histories[0]) == []
        assert all_of(storage) == []


class TestKeys:
    def test_pictures_can_be_read_until_their_key_is_removed(self, database: Database, storage: Storage):
        made = prediction()
        store(history_in(database, storage, OLD), made)
        for keys, readable in (((NEW, OLD), True), ((NEW,), False)):
            history = history_in(database, storage, *keys)
            record = asyncio.run(history.get(None, made.id))
            if readable:
                assert history.picture(record).startswith(b"\xff\xd8")
            else:
                with pytest.raises(NotFound, match="cannot be decrypted with the configured keys"):
                    history.picture(record)


class TestMigration:
    def test_the_revision_can_be_reverted_and_reapplied(self, database: Database, history: Records):
        account = make_account(database)
        store(history, prediction(), owner=account)
        database.migrate("0001", command.downgrade)
        with database.reading() as session:
            assert session.get_one(Account, account).id == account
            assert "records" not in inspect(session.connection()).get_table_names()
        database.migrate()
        assert ids_in(history, account) == []
        store(history, prediction(), owner=account)
        assert len(ids_in(history, account)) == 1
