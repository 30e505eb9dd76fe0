"""What the checklist in docs/explanation/security.md lists beyond the tests of each part: every route, time, and rest."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log2
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import httpx
import pyotp
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import delete, select, update

from app.config.settings import PROJECT_DIR, Settings
from app.main import create_app
from app.models.identity import Scope
from app.routes.guards import Guard
from app.services.accounts import second_factor
from app.services.accounts.passwords import Passwords
from app.services.database.tables import Account, KeyRow, SessionRow, Table
from tests.support.mail_server import MailServer
from tests.support.people import NOBODYS, PASSWORD, People, Person, kind, sign_in

SESSIONS = "/api/v1/sessions"
RESETS = "/api/v1/password-resets"
NEW_PASSWORD = "another sentence nobody guesses"
ROUNDS = 15


@dataclass(frozen=True)
class Route:
    """A route of the API, and what its guards ask for; nothing where it is open."""

    method: str
    path: str
    scopes: frozenset[Scope]


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[Route]:
    app = create_app(Settings(uploads_dir=tmp_path_factory.mktemp("uploads")))
    found = [
        Route(
            method,
            re.sub(r"\{\w+\}", NOBODYS, path),
            frozenset(entry.dependency.scope for entry in route.dependencies if isinstance(entry.dependency, Guard)),
        )
        for context in iter_route_contexts(app.routes)
        if isinstance(route := context.original_route, APIRoute)
        and (path := context.path_format or "").startswith("/api/")
        for method in sorted(context.methods or set())
    ]
    assert len(found) > 30
    return found


def with_session(people: People, person: Person, **values: Any) -> dict[str, str]:
    """What a browser sends whose session has these values."""
    with people.signed_in(person) as browser:
        token = browser.cookies["session"]
    with people.database.writing() as session:
        session.execute(update(SessionRow).where(SessionRow.account_id == person.id).values(**values))
    return {"Cookie": f"session={token}"}


def not_used(people: People, person: Person) -> dict[str, str]:
    return with_session(people, person, used_at=datetime.now(UTC) - timedelta(minutes=61))


def too_old(people: People, person: Person) -> dict[str, str]:
    return with_session(people, person, expires_at=datetime.now(UTC) - timedelta(seconds=1))


def half_signed_in(people: People, person: Person) -> dict[str, str]:
    return with_session(people, person, complete=False)


def closed(people: People, person: Person) -> dict[str, str]:
    sent = with_session(people, person, complete=True)
    with people.database.writing() as session:
        session.execute(update(Account).where(Account.id == person.id).values(disabled=True))
    return sent


def deleted(people: People, person: Person) -> dict[str, str]:
    sent = with_session(people, person, complete=True)
    with people.database.writing() as session:
        session.execute(delete(Account).where(Account.id == person.id))
    return sent


def revoked_key(people: People, person: Person) -> dict[str, str]:
    made = people.key(person, *Scope)
    with people.signed_in(person) as browser:
        assert browser.delete(f"/api/v1/keys/{made['id']}").status_code == 204
    return {"Authorization": f"Bearer {made['key']}"}


def old_key(people: People, person: Person) -> dict[str, str]:
    key = people.key(person, *Scope)["key"]
    with people.database.writing() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(KeyRow).where(KeyRow.account_id == person.id).values(expires_at=past))
    return {"Authorization": f"Bearer {key}"}


class TestEveryRoute:
    @pytest.mark.parametrize(
        "made",
        [not_used, too_old, half_signed_in, closed, deleted, revoked_key, old_key],
        ids=lambda made: made.__name__,
    )
    def test_what_has_ended_opens_none(
        self, people: People, routes: list[Route], made: Callable[[People, Person], dict[str, str]]
    ):
        sent = made(people, people.person(admin=True))
        with people.browser(**sent) as browser:
            for route in routes:
                if route.scopes:
                    answer = browser.request(route.method, route.path)
                    assert (answer.status_code, kind(answer)) == (401, "sign-in-required"), route

    def test_a_key_without_its_scope_opens_none(self, people: People, routes: list[Route]):
        chief = people.person(admin=True)
        with people.browser() as browser:
            for scope in Scope:
                key = people.key(chief, *(set(Scope) - {scope}))["key"]
                for route in routes:
                    if scope in route.scopes:
                        headers = {"Authorization": f"Bearer {key}"}
                        answer = browser.request(route.method, route.path, headers=headers)
                        assert (answer.status_code, kind(answer)) == (403, "forbidden"), route

    def test_none_takes_a_change_from_another_site(self, people: People, routes: list[Route]):
        with people.signed_in(people.person(admin=True)) as browser:
            for route in routes:
                if route.method not in ("GET", "HEAD"):
                    answer = browser.request(route.method, route.path, headers={"Sec-Fetch-Site": "cross-site"})
                    assert (answer.status_code, kind(answer)) == (403, "cross-site-request"), route
            assert browser.get(f"{SESSIONS}/current").status_code == 200

    def test_no_body_takes_more_than_is_described(self, people: People):
        """Mass assignment: the description is made of the models that the service reads bodies with."""
        with people.browser() as browser:
            document = browser.get("/openapi.json").json()
        names = {
            body["schema"]["$ref"].rpartition("/")[2]
            for methods in document["paths"].values()
            for operation in methods.values()
            for media, body in operation.get("requestBody", {"content": {}})["content"].items()
            if media == "application/json"
        }
        assert len(names) >= 10
        for name in names:
            assert document["components"]["schemas"][name]["additionalProperties"] is False, name


class SlowMailServer(MailServer):
    """A mail server that whoever waits for it would notice."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a message, in its own time."""
        await asyncio.sleep(1)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with SlowMailServer() as running:
        yield running


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[People]:
    """A service that everyone may sign up to, and that sends mail."""
    with People(
        tmp_path_factory.mktemp("open"),
        None,
        SIGN_UP="open",
        SMTP_URL=mail.url,
        PUBLIC_URL="http://mri.example.org",
    ) as people:
        yield people


def seconds(people: People, path: str, given: dict[str, str], status: int) -> float:
    """How long an answer takes to a visitor from an address of its own, who is connected already."""
    with people.browser() as browser:
        browser.get("/health/live")
        started = perf_counter()
        answer = browser.post(path, json=given)
        took = perf_counter() - started
    assert answer.status_code == status
    return took


def medians(attempts: dict[str, Callable[[int], float]]) -> dict[str, float]:
    """Medians of attempts that take turns in no order, so that whatever else goes on falls on all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in attempts}
    chance = Random(20261125)
    for number in range(ROUNDS):
        for name in chance.sample(list(attempts), len(attempts)):
            taken[name].append(attempts[name](number))
    return {name: median(times) for name, times in taken.items()}


class TestTimeTellsNothing:
    """A password's hash takes most of each answer: without it the answer would come in a tenth of the time."""

    def test_of_who_has_an_account(self, opened: People):
        known, closed = opened.person(), opened.person()
        with opened.database.writing() as session:
            # As the service makes them: those of other tests' people are cheap.
            session.execute(update(Account).values(password_hash=Passwords().hash(PASSWORD)))
            session.execute(update(Account).where(Account.id == closed.id).values(disabled=True))

        def attempt(email: str, password: str) -> Callable[[int], float]:
            return lambda _: seconds(opened, SESSIONS, {"email": email, "password": password}, 401)

        found = medians(
            {
                "known": attempt(known.email, "a wrong sentence"),
                "unknown": attempt("nobody@example.org", "a wrong sentence"),
                "closed": attempt(closed.email, PASSWORD),
            }
        )
        assert max(found.values()) < 2 * min(found.values()), found

    def test_of_who_has_signed_up(self, opened: People):
        known = opened.person()

        def attempt(email: str) -> Callable[[int], float]:
            return lambda number: seconds(
                opened, "/api/v1/accounts", {"email": email.format(number), "password": NEW_PASSWORD}, 204
            )

        found = medians({"known": attempt(known.email), "unknown": attempt("new{}@example.org")})
        assert max(found.values()) < 2 * min(found.values()), found

    def test_of_who_is_sent_a_link(self, opened: People):
        """The mail server takes a second for each message; nobody who asks waits for it."""
        people = [opened.person() for _ in range(ROUNDS)]

        found = medians(
            {
                "known": lambda number: seconds(opened, RESETS, {"email": people[number].email}, 204),
                "unknown": lambda number: seconds(opened, RESETS, {"email": f"not{number}@example.org"}, 204),
            }
        )
        assert abs(found["known"] - found["unknown"]) < 0.5, found


class TestLinks:
    def test_where_they_lead_does_not_follow_the_request(self, opened: People, mail: MailServer):
        """Or whoever asks for another's link could have it lead to a page of theirs."""
        person = opened.person()
        with opened.browser(Host="evil.example", **{"X-Forwarded-Host": "evil.example"}) as browser:
            assert browser.post(RESETS, json={"email": person.email}).status_code == 204
        assert mail.link(person.email).startswith("http://mri.example.org/")

    def test_a_change_of_password_makes_those_before_it_worthless(self, people: People):
        person = people.person()
        with people.signed_in(people.person(admin=True)) as admin:
            links = [admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"] for _ in range(3)]
        first, second, third = (link.rpartition("=")[2] for link in links)
        with people.signed_in(person) as browser:
            given = {"token": first, "password": NEW_PASSWORD}
            assert browser.post(f"{RESETS}/completion", json=given).status_code == 204
            assert kind(browser.post(f"{RESETS}/completion", json={**given, "token": second})) == "link-spent"
            assert sign_in(browser, person, NEW_PASSWORD).status_code == 201
            with people.signed_in(people.person(admin=True)) as admin:
                made = admin.post(f"/api/v1/members/{person.id}/password-reset").json()
            change = {"password": NEW_PASSWORD, "new_password": PASSWORD}
            assert browser.put("/api/v1/account/password", json=change).status_code == 200
            for token in (third, made["link"].rpartition("=")[2]):
                assert kind(browser.post(f"{RESETS}/completion", json={**given, "token": token})) == "link-spent"

    def test_one_that_two_use_at_once_is_good_once(self, people: People):
        person = people.person()
        with people.signed_in(people.person(admin=True)) as admin:
            link = admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"]
        given = {"token": link.rpartition("=")[2], "password": NEW_PASSWORD}
        statuses = at_once(people, lambda browser: browser.post(f"{RESETS}/completion", json=given))
        assert sorted(statuses) == [204, 410, 410, 410]


def at_once(people: People, ask: Callable[[httpx.Client], httpx.Response]) -> list[int]:
    """What four browsers are answered that ask at the same time."""

    def one(_: int) -> int:
        with people.browser() as browser:
            return ask(browser).status_code

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(one, range(4)))


class TestSecondFactor:
    @staticmethod
    def set_up(people: People, person: Person) -> tuple[pyotp.TOTP, list[str]]:
        with people.signed_in(person) as browser:
            begun = browser.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()
            totp = pyotp.TOTP(begun["secret"])
            url = "/api/v1/account/second-factor/confirmation"
            codes = browser.post(url, json={"code": totp.now()}).json()["recovery_codes"]
        with people.database.writing() as session:  # so that the tests need not wait for the next code
            session.execute(update(Account).where(Account.id == person.id).values(totp_step=0))
        return totp, codes

    @pytest.mark.parametrize("recovery", [False, True])
    def test_a_code_that_several_show_at_once_is_good_once(self, people: People, recovery: bool):
        person = people.person()
        totp, codes = self.set_up(people, person)
        code = codes[0] if recovery else totp.now()

        def show(browser: httpx.Client) -> httpx.Response:
            sign_in(browser, person)
            return browser.post(f"{SESSIONS}/second-factor", json={"code": code})

        assert sorted(at_once(people, show)) == [200, 401, 401, 401]

    def test_recovery_codes_have_enough_chance_in_them_for_a_plain_hash(self, people: People):
        _, codes = self.set_up(people, people.person())
        letters = [code.replace("-", "") for code in codes]
        assert set("".join(letters)) <= set(second_factor._ALPHABET)
        for code in letters:
            assert len(code) * log2(len(second_factor._ALPHABET)) >= 112

    def test_a_reset_does_not_get_around_it(self, people: People):
        person = people.person()
        self.set_up(people, person)
        with people.signed_in(people.person(admin=True)) as admin:
            link = admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"]
        with people.browser() as browser:
            given = {"token": link.rpartition("=")[2], "password": NEW_PASSWORD}
            assert browser.post(f"{RESETS}/completion", json=given).status_code == 204
            assert sign_in(browser, person, NEW_PASSWORD).json()["complete"] is False


class TestPasswords:
    def test_a_long_one_counts_to_its_last_character(self, people: People):
        person = people.person()
        chosen = ("Seven herons on a wire. " * 6)[:128]
        with people.signed_in(person) as browser:
            given = {"password": PASSWORD, "new_password": chosen}
            assert browser.put("/api/v1/account/password", json=given).status_code == 200
        with people.browser() as browser:
            for wrong in (chosen[:-1], chosen[:-1] + "!", chosen.lower(), f" {chosen[1:]}"):
                assert sign_in(browser, person, wrong).status_code == 401
            assert sign_in(browser, person, chosen).status_code == 201


class TestGuessing:
    def test_an_address_that_a_visitor_claims_to_have_is_not_believed(self, people: People):
        person = people.person()
        with people.browser() as browser:
            for number in range(5):
                browser.headers["X-Forwarded-For"] = f"192.0.2.{number}"
                assert sign_in(browser, person, "a wrong sentence").status_code == 401
            people.have_failed_often()
            browser.headers["X-Forwarded-For"] = "192.0.2.99"
            assert sign_in(browser, person, "a wrong sentence").status_code == 429


class TestAtRest:
    def test_nothing_in_the_database_lets_anyone_in(self, people: People):
        person = people.person()
        _, codes = TestSecondFactor.set_up(people, person)
        other = people.person()
        key = people.key(other, "read")["key"]
        with people.signed_in(people.person(admin=True)) as admin, people.signed_in(other) as browser:
            link = admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"]
            secrets = [
                PASSWORD,
                key.removeprefix("btc_"),
                link.rpartition("=")[2],
                browser.cookies["session"],
                browser.cookies["device"],
                *codes,
                *(code.replace("-", "") for code in codes),
            ]
        with people.database.reading() as session:
            kept = "\n".join(
                str(tuple(row)) for table in Table.metadata.sorted_tables for row in session.execute(select(table))
            )
        assert str(person.email) in kept
        for secret in secrets:
            assert secret not in kept


class TestInTheBrowser:
    @pytest.mark.parametrize("path", ["/api/v1/account", "/api/v1/keys", SESSIONS, f"{SESSIONS}/current", "/"])
    def test_no_answer_is_kept(self, people: People, path: str):
        with people.signed_in(people.person()) as browser:
            assert browser.get(path).headers["cache-control"] == "no-store"

    def test_the_pages_keep_nothing(self):
        keeping = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|serviceWorker|\bcaches\.")
        scripts = list((PROJECT_DIR / "app" / "page").glob("*.*"))
        assert scripts
        for script in scripts:
            if script.suffix in (".js", ".html"):
                assert not keeping.search(script.read_text()), script.name
