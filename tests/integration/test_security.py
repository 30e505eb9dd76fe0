"""Requirements of docs/explanation/security.md that span several parts: every route, timing, stored data."""

import asyncio
import json
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
from urllib.parse import quote

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
from app.services.accounts.factor_secrets import FactorSecrets
from app.services.accounts.passwords import Passwords
from app.services.database.tables import Account, KeyRow, SessionRow, Table
from tests.support.mail_server import MailServer
from tests.support.people import PASSWORD, UNKNOWN_ID, People, Person, kind, sign_in

SESSIONS = "/api/v1/sessions"
RESETS = "/api/v1/password-resets"
NEW_PASSWORD = "another sentence nobody guesses"
ROUNDS = 15
HOSTILE = {
    "half a surrogate pair": "\ud800",
    "NUL": "reader@example.org\0",
    "right to left": "\u202e\u05d2\u05dc\u05e7\u05e1\u05d9\u05d4 \u0645\u0631\u062d\u0628\u0627",
    "a megabyte": "x" * 10**6,
}


@dataclass(frozen=True)
class Route:
    """A route of the API and the scopes of its guards: empty if it is open, None if it needs only an account."""

    method: str
    path: str
    scopes: frozenset[Scope | None]


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[Route]:
    app = create_app(Settings(uploads_dir=tmp_path_factory.mktemp("uploads")))
    found = [
        Route(
            method,
            re.sub(r"\{\w+\}", UNKNOWN_ID, path),
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
    """Headers of a browser whose session has these values."""
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
    def test_ended_credentials_give_no_access(
        self, people: People, routes: list[Route], made: Callable[[People, Person], dict[str, str]]
    ):
        sent = made(people, people.person(admin=True))
        with people.browser(**sent) as browser:
            for route in routes:
                if route.scopes:
                    answer = browser.request(route.method, route.path)
                    assert (answer.status_code, kind(answer)) == (401, "sign-in-required"), route

    def test_a_key_without_the_scope_gives_no_access(self, people: People, routes: list[Route]):
        chief = people.person(admin=True)
        with people.browser() as browser:
            for scope in Scope:
                key = people.key(chief, *(set(Scope) - {scope}))["key"]
                for route in routes:
                    if scope in route.scopes:
                        headers = {"Authorization": f"Bearer {key}"}
                        answer = browser.request(route.method, route.path, headers=headers)
                        assert (answer.status_code, kind(answer)) == (403, "forbidden"), route

    def test_no_route_accepts_a_cross_site_change(self, people: People, routes: list[Route]):
        with people.signed_in(people.person(admin=True)) as browser:
            for route in routes:
                if route.method not in ("GET", "HEAD"):
                    answer = browser.request(route.method, route.path, headers={"Sec-Fetch-Site": "cross-site"})
                    assert (answer.status_code, kind(answer)) == (403, "cross-site-request"), route
            assert browser.get(f"{SESSIONS}/current").status_code == 200

    def test_no_body_accepts_unknown_fields(self, people: People):
        """Mass assignment: the OpenAPI document comes from the models that validate bodies."""
        with people.browser() as browser:
            document = browser.get("/openapi.json").json()
        bodies = {
            f"{method} {path}": body["schema"]
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            for media, body in operation.get("requestBody", {"content": {}})["content"].items()
            # Tensors of the Open Inference Protocol have parameters that servers do not know.
            if media == "application/json" and not path.startswith("/v2")
        }
        assert len(bodies) >= 10
        for route, schema in bodies.items():
            name = schema.get("$ref", "").rpartition("/")[2]
            body = document["components"]["schemas"][name] if name else schema
            assert body["additionalProperties"] is False, route

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_no_text_makes_an_error_of_the_service(self, people: People, text: str):
        people.server.wait_for("/health/ready")
        with people.browser() as stranger, people.signed_in(people.person(admin=True)) as admin:
            document = admin.get("/openapi.json").json()
            sent = 0
            for path, methods in document["paths"].items():
                address = re.sub(r"\{\w+\}", UNKNOWN_ID, path)
                for method, operation in methods.items():
                    queries = [
                        parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"
                    ]
                    requests: list[dict[str, Any]] = [
                        {"url": f"{address}?{name}={quote(text[:10_000], errors='surrogatepass')}"} for name in queries
                    ]
                    requests += [
                        {"url": address, "content": json.dumps(body)} for body in bodies(document, operation, text)
                    ]
                    for request in requests:
                        for browser in (stranger, admin):
                            headers = {"Content-Type": "application/json"}
                            answer = browser.request(method.upper(), **request, headers=headers)
                            assert answer.status_code < 500, (method, path, str(request)[:200])
                            sent += 1
            assert sent > 100


def bodies(document: dict[str, Any], operation: dict[str, Any], text: str) -> Iterator[dict[str, Any]]:
    """JSON bodies of an operation, each with a text in one of its fields, the last with a field of this name."""
    usual = {"email": "reader@example.org", "password": PASSWORD, "new_password": NEW_PASSWORD, "code": "123456"}
    for media, body in operation.get("requestBody", {"content": {}})["content"].items():
        if media == "application/json" and "$ref" in body["schema"]:
            schema = document["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
            known = {name: usual[name] for name in schema["properties"] if name in usual}
            for name in (*schema["properties"], text):
                yield {**known, name: text}


class SlowMailServer(MailServer):
    """A mail server that takes a second for each message."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Store a message after a delay."""
        await asyncio.sleep(1)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with SlowMailServer() as running:
        yield running


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[People]:
    """A service with open sign-up and mail."""
    with People(
        tmp_path_factory.mktemp("open"),
        None,
        SIGN_UP="open",
        SMTP_URL=mail.url,
        PUBLIC_URL="http://mri.example.org",
    ) as people:
        yield people


def seconds(people: People, path: str, given: dict[str, str], status: int) -> float:
    """Response time in seconds for a client with its own address and an open connection."""
    with people.browser() as browser:
        browser.get("/health/live")
        started = perf_counter()
        answer = browser.post(path, json=given)
        took = perf_counter() - started
    assert answer.status_code == status
    return took


def medians(attempts: dict[str, Callable[[int], float]]) -> dict[str, float]:
    """Medians of attempts in random order, so that other load affects all of them equally."""
    taken: dict[str, list[float]] = {name: [] for name in attempts}
    chance = Random(20261125)
    for number in range(ROUNDS):
        for name in chance.sample(list(attempts), len(attempts)):
            taken[name].append(attempts[name](number))
    return {name: median(times) for name, times in taken.items()}


class TestTiming:
    """Hashing dominates the response time: without it a response takes a tenth of the time."""

    def test_sign_in_does_not_reveal_accounts(self, opened: People):
        known, closed = opened.person(), opened.person()
        with opened.database.writing() as session:
            # A hash with the service's parameters: other tests use cheap parameters.
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

    def test_sign_up_does_not_reveal_accounts(self, opened: People):
        known = opened.person()

        def attempt(email: str) -> Callable[[int], float]:
            return lambda number: seconds(
                opened, "/api/v1/accounts", {"email": email.format(number), "password": NEW_PASSWORD}, 204
            )

        found = medians({"known": attempt(known.email), "unknown": attempt("new{}@example.org")})
        assert max(found.values()) < 2 * min(found.values()), found

    def test_a_reset_request_does_not_reveal_accounts(self, opened: People):
        """The mail server takes a second for each message; the response does not wait for it."""
        people = [opened.person() for _ in range(ROUNDS)]

        found = medians(
            {
                "known": lambda number: seconds(opened, RESETS, {"email": people[number].email}, 204),
                "unknown": lambda number: seconds(opened, RESETS, {"email": f"not{number}@example.org"}, 204),
            }
        )
        assert abs(found["known"] - found["unknown"]) < 0.5, found


class TestLinks:
    def test_links_ignore_the_host_header(self, opened: People, mail: MailServer):
        """Otherwise an attacker could make another person's link lead to the attacker's page."""
        person = opened.person()
        with opened.browser(Host="localhost", **{"X-Forwarded-Host": "evil.example"}) as browser:
            assert browser.post(RESETS, json={"email": person.email}).status_code == 204
        assert mail.link(person.email).startswith("http://mri.example.org/")

    def test_a_password_change_invalidates_earlier_links(self, people: People):
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

    def test_simultaneous_uses_of_a_link_succeed_once(self, people: People):
        person = people.person()
        with people.signed_in(people.person(admin=True)) as admin:
            link = admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"]
        given = {"token": link.rpartition("=")[2], "password": NEW_PASSWORD}
        statuses = at_once(people, lambda browser: browser.post(f"{RESETS}/completion", json=given))
        assert sorted(statuses) == [204, 410, 410, 410]


def at_once(people: People, ask: Callable[[httpx.Client], httpx.Response]) -> list[int]:
    """Statuses of four simultaneous requests from different browsers."""

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
    def test_simultaneous_uses_of_a_code_succeed_once(self, people: People, recovery: bool):
        person = people.person()
        totp, codes = self.set_up(people, person)
        code = codes[0] if recovery else totp.now()

        def show(browser: httpx.Client) -> httpx.Response:
            sign_in(browser, person)
            return browser.post(f"{SESSIONS}/second-factor", json={"code": code})

        assert sorted(at_once(people, show)) == [200, 401, 401, 401]

    def test_recovery_codes_have_at_least_112_random_bits(self, people: People):
        _, codes = self.set_up(people, people.person())
        letters = [code.replace("-", "") for code in codes]
        assert set("".join(letters)) <= set(second_factor._ALPHABET)
        for code in letters:
            assert len(code) * log2(len(second_factor._ALPHABET)) >= 112

    def test_a_password_reset_does_not_bypass_it(self, people: People):
        person = people.person()
        self.set_up(people, person)
        with people.signed_in(people.person(admin=True)) as admin:
            link = admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"]
        with people.browser() as browser:
            given = {"token": link.rpartition("=")[2], "password": NEW_PASSWORD}
            assert browser.post(f"{RESETS}/completion", json=given).status_code == 204
            assert sign_in(browser, person, NEW_PASSWORD).json()["complete"] is False

    def test_without_the_key_of_a_secret_only_recovery_codes_work(self, people: People):
        person = people.person()
        totp, codes = self.set_up(people, person)
        unknown = FactorSecrets([b"B" * 32]).seal(totp.secret, person.id)
        with people.database.writing() as session:
            session.execute(update(Account).where(Account.id == person.id).values(totp_secret=unknown))
        with people.browser() as browser:
            sign_in(browser, person)
            refused = browser.post(f"{SESSIONS}/second-factor", json={"code": totp.now()})
            assert (refused.status_code, kind(refused)) == (503, "database-unavailable")
            assert "ENCRYPTION_KEYS" in refused.json()["detail"]
            assert browser.post(f"{SESSIONS}/second-factor", json={"code": codes[0]}).status_code == 200


class TestPasswords:
    def test_every_character_of_a_long_password_counts(self, people: People):
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
    def test_forwarded_addresses_of_clients_are_ignored(self, people: People):
        person = people.person()
        with people.browser() as browser:
            for number in range(5):
                browser.headers["X-Forwarded-For"] = f"192.0.2.{number}"
                assert sign_in(browser, person, "a wrong sentence").status_code == 401
            people.have_failed_often()
            browser.headers["X-Forwarded-For"] = "192.0.2.99"
            assert sign_in(browser, person, "a wrong sentence").status_code == 429


class TestAtRest:
    def test_the_database_contains_no_usable_credentials(self, people: People):
        person = people.person()
        totp, codes = TestSecondFactor.set_up(people, person)
        other = people.person()
        key = people.key(other, "read")["key"]
        with people.signed_in(people.person(admin=True)) as admin, people.signed_in(other) as browser:
            pending = browser.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()["secret"]
            link = admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"]
            secrets = [
                PASSWORD,
                key.removeprefix("btc_"),
                link.rpartition("=")[2],
                browser.cookies["session"],
                browser.cookies["device"],
                totp.secret,
                pending,
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
    def test_responses_are_not_cached(self, people: People, path: str):
        with people.signed_in(people.person()) as browser:
            assert browser.get(path).headers["cache-control"] == "no-store"

    def test_pages_store_nothing_in_the_browser(self):
        keeping = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|serviceWorker|\bcaches\.")
        scripts = list((PROJECT_DIR / "app" / "page").glob("*.*"))
        assert scripts
        for script in scripts:
            if script.suffix in (".js", ".html"):
                assert not keeping.search(script.read_text()), script.name
