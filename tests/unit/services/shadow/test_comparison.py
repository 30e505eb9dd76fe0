"""The comparison of two models: against published examples, and on a real database."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from app.config.settings import Settings
from app.models.model_file import ModelMetadata
from app.services.database.database import Database
from app.services.database.tables import FeedbackRow, RecordRow, ShadowRow
from app.services.shadow.comparison import compare_models, paired
from tests.conftest import MODELS
from tests.unit.services.history.test_records import NOW, prediction

XCEPTION, CNN = MODELS["xception"], MODELS["cnn"]


def outcomes(both: int, first: int, second: int, neither: int) -> tuple[list[bool], list[bool]]:
    return (
        [True] * (both + first) + [False] * (second + neither),
        [True] * both + [False] * first + [True] * second + [False] * neither,
    )


class TestPaired:
    def test_published_example(self):
        # Fagerland, Lydersen and Laake 2013, table 2 (Bentur et al. 2009): exact 0.0703, mid-p 0.0391.
        found = paired(*outcomes(1, 1, 7, 12))
        assert (found.only_first, found.only_second) == (1, 7)
        assert round(found.p, 4) == 0.0391
        assert found.difference == pytest.approx(6 / 21)
        # Agresti and Min 2005: (c - b) / (n + 2), with half a case added to each cell.
        assert (found.low + found.high) / 2 == pytest.approx(6 / 23)

    @pytest.mark.parametrize(
        ("first", "second", "p"), [(0, 0, 1), (5, 5, 1), (0, 1, 0.5), (0, 9, 2**-9), (9, 0, 2**-9), (0, 2000, 0)]
    )
    def test_extreme_counts(self, first: int, second: int, p: float):
        assert paired(*outcomes(10, first, second, 3)).p == pytest.approx(p, abs=1e-300)

    def test_the_interval_has_its_nominal_coverage(self, rng: np.random.Generator):
        shares = (0.85, 0.03, 0.08, 0.04)
        held = 0
        for counts in rng.multinomial(120, shares, 1000):
            found = paired(*outcomes(*counts))
            held += found.low <= 0.05 <= found.high
        assert held / 1000 > 0.93


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgresql" else None
    return Settings(data_dir=tmp_path, database_url=url and SecretStr(url))


def add(
    database: Database,
    served: ModelMetadata,
    said: str,
    shadow: ModelMetadata,
    beside: str,
    verdict: str | None,
    version: str | None = None,
) -> None:
    kept = prediction()
    with database.writing() as session:
        session.execute(
            insert(RecordRow).values(
                id=kept.id,
                created_at=NOW,
                model=served.name,
                predicted=said,
                decision=kept.decision,
                body=kept.model_dump_json(by_alias=True),
            )
        )
        session.execute(
            insert(ShadowRow).values(
                record_id=kept.id,
                at=NOW,
                served_version=version or served.version,
                model=shadow.name,
                version=shadow.version,
                predicted=beside,
                confidence=0.9,
            )
        )
        if verdict:
            confirmed = said if verdict == "agree" else verdict
            session.execute(
                insert(FeedbackRow).values(record_id=kept.id, verdict=verdict, confirmed=confirmed, given_at=NOW)
            )


def test_cases_count_whichever_model_was_the_shadow(settings: Settings):
    database = Database.open(settings)
    assert compare_models(settings, XCEPTION, CNN).everywhere is None
    add(database, XCEPTION, "glioma", CNN, "meningioma", "agree")
    add(database, XCEPTION, "glioma", CNN, "meningioma", "meningioma")
    add(database, CNN, "pituitary", XCEPTION, "notumor", "notumor")
    add(database, CNN, "pituitary", XCEPTION, "pituitary", "pituitary")
    add(database, CNN, "pituitary", XCEPTION, "pituitary", None)
    add(database, XCEPTION, "glioma", CNN, "glioma", "agree", version="0.9.0")
    database.close()
    found = compare_models(settings, XCEPTION, CNN)
    assert found.other_versions == 1
    assert found.everywhere is not None
    assert found.named is not None
    assert (found.everywhere.first.count, found.everywhere.second.count, found.everywhere.first.total) == (3, 2, 4)
    assert (found.everywhere.only_first, found.everywhere.only_second) == (2, 1)
    assert (found.named.first.count, found.named.second.count, found.named.first.total) == (2, 2, 3)
    turned = compare_models(settings, CNN, XCEPTION)
    assert turned.everywhere is not None
    assert turned.everywhere.difference == -found.everywhere.difference


def test_two_versions_of_a_model_are_compared(settings: Settings):
    database = Database.open(settings)
    new = XCEPTION.model_copy(update={"version": "9.0.0"})
    add(database, XCEPTION, "glioma", new, "meningioma", "agree")
    add(database, new, "pituitary", XCEPTION, "notumor", "agree")
    add(database, XCEPTION, "glioma", CNN, "glioma", "agree")
    database.close()
    found = compare_models(settings, XCEPTION, new)
    assert found.other_versions == 0
    assert found.everywhere is not None
    assert (found.everywhere.first.count, found.everywhere.second.count, found.everywhere.first.total) == (1, 1, 2)
