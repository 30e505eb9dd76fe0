"""The shadow model's rows on real databases."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.services.database.database import Database
from app.services.database.tables import RecordRow, ShadowRow
from app.services.history.records import Records
from app.services.shadow.runner import disagreements, pairs, trim
from tests.unit.services.history.test_records import NOW, database, history, prediction, storage, store

__all__ = ["database", "history", "storage"]


@pytest.fixture
def thirty(database: Database, history: Records) -> None:
    """Thirty answers; the shadow model disagrees on every third."""
    made = [prediction(NOW - timedelta(days=number)) for number in range(30)]
    store(history, *made)
    rows = [
        {
            "record_id": stored.id,
            "at": stored.created_at,
            "served_version": stored.model.version,
            "model": "cnn",
            "version": "1.0.0",
            "predicted": "glioma" if number % 3 else "notumor",
            "confidence": 0.75,
        }
        for number, stored in enumerate(made)
    ]
    with database.writing() as session:
        session.execute(insert(ShadowRow), rows)


@pytest.mark.usefixtures("thirty")
class TestRows:
    def test_pairs_are_counted_and_newest_disagreements_listed(self, database: Database):
        with database.reading() as session:
            [pair] = pairs(session)
            listed = disagreements(session, 4)
        assert (pair.disagreement.count, pair.disagreement.total) == (10, 30)
        assert {(one.served.value, one.shadow.value): one.count for one in pair.classes} == {
            ("glioma", "glioma"): 20,
            ("glioma", "notumor"): 10,
        }
        assert [one.created_at for one in listed] == [NOW - timedelta(days=number) for number in (0, 3, 6, 9)]
        assert {(one.served.tumor.value, one.shadow.tumor.value, one.shadow.confidence) for one in listed} == {
            ("glioma", "notumor", 0.75)
        }

    def test_the_oldest_rows_are_trimmed(self, database: Database):
        for most, left in ((40, 30), (30, 30), (12, 12), (0, 0)):
            with database.writing() as session:
                trim(session, most)
            with database.reading() as session:
                stored = session.scalars(select(ShadowRow.at).order_by(ShadowRow.at.desc())).all()
                assert len(session.scalars(select(RecordRow.id)).all()) == 30
            assert stored == [NOW - timedelta(days=number) for number in range(left)]

    def test_rows_are_deleted_with_their_records(self, database: Database, history: Records):
        history._days = timedelta(days=9, hours=12)
        history.sweep()
        with database.reading() as session:
            assert len(session.scalars(select(ShadowRow.record_id)).all()) == 10
