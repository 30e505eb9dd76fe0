"""Feedback over HTTP: permissions, storage and statistics."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.services.database.audit import Event, verify
from app.services.database.tables import AuditRow, FeedbackRow
from tests.conftest import SAMPLES_DIR
from tests.support.images import copies
from tests.support.people import UNKNOWN_ID, People, Person, kind
from tests.support.server import RunningServer

HISTORY = "/api/v1/history"
STATISTICS = "/api/v1/monitoring/feedback"
COPIES = copies((SAMPLES_DIR / "Te-gl_0014.jpg").read_bytes())


@pytest.fixture(scope="module", autouse=True)
def ready(people: People) -> None:
    people.server.wait_for("/health/ready")


@pytest.fixture
def person(people: People) -> Person:
    return people.person()


@pytest.fixture
def browser(people: People, person: Person) -> Iterator[httpx.Client]:
    with people.signed_in(person) as browser:
        yield browser


def predict(client: httpx.Client) -> str:
    """Classify a glioma that was not sent before; returns the prediction's id."""
    answer = client.post("/api/v1/predictions", params={"heatmap": "false"}, files={"file": ("x.jpg", next(COPIES))})
    answer.raise_for_status()
    return str(answer.json()["id"])


def give(client: httpx.Client, record: str, verdict: Any, **more: Any) -> httpx.Response:
    return client.post(f"/api/v1/predictions/{record}/feedback", json={"verdict": verdict, **more})


def entries(people: People, record: str) -> list[dict[str, Any]]:
    """The audit entries of feedback on a record, after verifying the trail."""
    with people.database.reading() as session:
        verify(session)
        rows = select(AuditRow.details).where(AuditRow.event == Event.FEEDBACK_GIVEN.value, AuditRow.subject == record)
        return [json.loads(details) for details in session.scalars(rows.order_by(AuditRow.sequence))]


class TestGiving:
    def test_feedback_is_stored_with_the_record(self, browser: httpx.Client):
        record = predict(browser)
        assert browser.get(f"{HISTORY}/{record}").json()["feedback"] is None
        given = give(browser, record, "agree", note="Biopsie bestätigt: ≥ Grad 2\n(8. 12.)")
        assert given.status_code == 200
        assert given.json()["confirmed"] == "glioma"
        assert browser.get(f"{HISTORY}/{record}").json()["feedback"] == given.json()
        exported = browser.get(f"{HISTORY}/export").json()["records"]
        assert [one["feedback"] for one in exported] == [given.json()]
        assert "agree,glioma" in browser.get(f"{HISTORY}/export", params={"format": "csv"}).text

    def test_new_feedback_replaces_old_and_both_are_audited(self, people: People, browser: httpx.Client):
        record = predict(browser)
        give(browser, record, "agree", note="sure")
        assert give(browser, record, "meningioma").json()["note"] is None
        kept = browser.get(f"{HISTORY}/{record}").json()["feedback"]
        assert (kept["verdict"], kept["confirmed"]) == ("meningioma", "meningioma")
        assert entries(people, record) == [
            {"confirmed": "glioma"},
            {"confirmed": "meningioma", "replaced": "glioma"},
        ]

    def test_repeated_feedback_changes_nothing(self, people: People, browser: httpx.Client):
        record = predict(browser)
        first, second = give(browser, record, "agree"), give(browser, record, "agree")
        assert first.json() == second.json()
        assert len(entries(people, record)) == 1

    def test_concurrent_feedback_is_serialized(self, people: People, person: Person):
        with people.signed_in(person) as one, people.signed_in(person) as other, ThreadPoolExecutor(8) as pool:
            record = predict(one)
            verdicts = ["meningioma", "notumor", "pituitary", "glioma"] * 4
            given = list(
                pool.map(lambda pair: give(pair[0], record, pair[1]), zip([one, other] * 8, verdicts, strict=True))
            )
            assert {answer.status_code for answer in given} == {200}
            kept = one.get(f"{HISTORY}/{record}").json()["feedback"]["confirmed"]
        trail = entries(people, record)
        assert trail[-1]["confirmed"] == kept
        # Each feedback replaced the previous feedback.
        assert [entry.get("replaced") for entry in trail] == [None, *(entry["confirmed"] for entry in trail[:-1])]

    def test_feedback_is_deleted_with_its_record(self, people: People, browser: httpx.Client):
        record = predict(browser)
        give(browser, record, "agree")
        assert browser.delete(f"{HISTORY}/{record}").status_code == 204
        assert give(browser, record, "agree").status_code == 404
        with people.database.reading() as session:
            assert record not in map(str, session.scalars(select(FeedbackRow.record_id)))

    @pytest.mark.parametrize(
        ("verdict", "more"),
        [
            ("cat", {}),
            (None, {}),
            ("agree", {"note": "x" * 1001}),
            ("agree", {"note": "a\x00b"}),
            ("agree", {"note": 5}),
            ("agree", {"by": "somebody"}),
        ],
    )
    def test_invalid_feedback_is_rejected(self, browser: httpx.Client, verdict: Any, more: dict[str, Any]):
        answer = give(browser, UNKNOWN_ID, verdict, **more)
        assert answer.status_code == 422
        assert kind(answer) == "invalid-parameters"

    def test_a_huge_body_is_rejected_unread(self, browser: httpx.Client):
        assert give(browser, UNKNOWN_ID, "agree", note="x" * 20_000).status_code == 413

    def test_a_sample_takes_no_feedback(self, browser: httpx.Client):
        record = browser.post("/api/v1/samples/Te-gl_0014.jpg/predictions").json()["id"]
        answer = give(browser, record, "agree")
        assert answer.status_code == 409
        assert kind(answer) == "conflict"


class TestPermission:
    def test_a_record_of_another_account_is_not_found(self, people: People, browser: httpx.Client):
        record = predict(browser)
        with people.signed_in(people.person(admin=True)) as other:
            answer = give(other, record, "agree")
            assert answer.status_code == 404
            assert answer.json()["detail"] == give(other, UNKNOWN_ID, "agree").json()["detail"].replace(
                UNKNOWN_ID, record
            )
        assert browser.get(f"{HISTORY}/{record}").json()["feedback"] is None

    def test_a_key_needs_the_scope(self, people: People, person: Person, browser: httpx.Client):
        record = predict(browser)
        for scope, status in (("read", 403), ("predict", 200)):
            key = people.key(person, scope)["key"]
            with people.browser(Authorization=f"Bearer {key}") as program:
                assert give(program, record, "agree").status_code == status
                assert program.get(STATISTICS).status_code == (200 if scope == "read" else 403)

    def test_unauthenticated_feedback_is_rejected(self, people: People):
        with people.browser() as nobody:
            assert give(nobody, UNKNOWN_ID, "agree").status_code == 401
            assert nobody.get(STATISTICS).status_code == 401

    def test_only_administrators_see_figures_of_all_accounts(self, people: People, browser: httpx.Client):
        give(browser, predict(browser), "agree")
        assert browser.get(STATISTICS, params={"whose": "all"}).status_code == 403
        with people.signed_in(people.person(admin=True)) as admin:
            assert admin.get(STATISTICS).json()["overall"] is None
            figures = admin.get(STATISTICS, params={"whose": "all"})
            assert figures.json()["overall"]["cases"] >= 1
            assert "note" not in figures.text


class TestStatistics:
    def test_own_cases_are_counted(self, browser: httpx.Client):
        records = [predict(browser) for _ in range(4)]
        for record, verdict in zip(records[:3], ("agree", "glioma", "pituitary"), strict=True):
            give(browser, record, verdict)
        figures = browser.get(STATISTICS, params={"period": "week"}).json()
        assert (figures["selection"]["answers"], figures["selection"]["confirmed"]) == (4, 3)
        assert (figures["selection"]["lowest"], figures["selection"]["highest"]) == (0.5, 0.75)
        overall = figures["overall"]
        assert (overall["cases"], overall["named"]) == (3, 2)
        assert (overall["accuracy"]["count"], overall["accuracy"]["total"]) == (2, 3)
        [model] = figures["models"]
        [period] = figures["periods"]
        assert model["model"] == period["model"]
        assert model["performance"]["accuracy"] == period["performance"]["accuracy"] == overall["accuracy"]
        assert browser.get(STATISTICS, params={"until": "2020-01-01T00:00:00Z"}).json()["overall"] is None

    @pytest.mark.parametrize("query", [{"period": "day"}, {"whose": "theirs"}, {"since": "yesterday"}, {"x": "1"}])
    def test_an_invalid_query_is_rejected(self, browser: httpx.Client, query: dict[str, str]):
        assert browser.get(STATISTICS, params=query).status_code == 422


def test_feedback_is_not_found_without_a_history(server: RunningServer):
    with server.client() as client:
        for answer in (
            give(client, UNKNOWN_ID, "agree"),
            client.get(STATISTICS),
            client.get("/api/v1/monitoring/shadow"),
        ):
            assert answer.status_code == 404
            assert "HISTORY=on" in answer.json()["detail"]


def test_a_report_links_to_feedback(people: People, browser: httpx.Client):
    report = browser.post("/api/v1/reports", files={"file": ("x.jpg", next(COPIES))}, headers={"Accept": "text/html"})
    [record] = browser.get(HISTORY).json()["records"]
    assert f"{people.server.url}/history#{record['id']}" in report.text
