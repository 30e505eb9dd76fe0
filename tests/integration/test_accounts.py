"""Sign-up, and changes to the caller's account."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import select, update

from app.services.database.tables import Account, KeyRow, LinkRow, SessionRow
from tests.support.mail_server import MailServer
from tests.support.people import PASSWORD, People, Person, kind, sign_in
from tests.support.server import RunningServer, RunningWorkers, setup_links

ACCOUNTS = "/api/v1/accounts"
CURRENT = "/api/v1/sessions/current"
OTHER_PASSWORD = "another sentence nobody guesses"


def token_of(link: str) -> str:
    """The token in a link's fragment, which browsers do not send to servers."""
    _, _, fragment = link.partition("/sign-in#")
    return fragment.partition("=")[2]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """A service with no accounts yet."""
    with People(tmp_path_factory.mktemp("fresh"), None) as people:
        yield people


class TestSettingUp:
    def test_the_printed_setup_link_creates_the_first_account_once(self, fresh: People):
        [link] = setup_links(fresh.server)
        assert link.startswith(f"{fresh.server.url}/sign-in#")
        given = {"email": "chief@example.org", "password": PASSWORD, "token": token_of(link)}
        with fresh.browser() as browser:
            assert kind(browser.post(ACCOUNTS, json={**given, "password": "password1234"})) == "invalid-parameters"
            assert browser.post(ACCOUNTS, json=given).status_code == 204
            again = browser.post(ACCOUNTS, json={**given, "email": "second@example.org"})
            assert kind(again) == "link-spent"
            signed_in = browser.post("/api/v1/sessions", json={"email": "chief@example.org", "password": PASSWORD})
            assert signed_in.json()["account"]["admin"] is True
            assert "admin" in signed_in.json()["scopes"]
        with RunningServer(wait=False, **fresh.environment) as restarted:
            restarted.wait_for("/health/live")
            assert setup_links(restarted) == []

    def test_two_workers_print_one_link_and_a_restart_another(self, tmp_path: Path):
        environment: dict[str, Any] = {"AUTH": "on", "DATA_DIR": str(tmp_path), "LOG_FORMAT": "json"}
        with RunningWorkers(**environment) as workers:
            [link] = setup_links(workers)
            assert link.startswith(f"{workers.url}/sign-in#")
            assert workers.stop() == 0
            # Every line of the log is JSON.
            assert all(isinstance(json.loads(line), dict) for line in workers.log.splitlines())
        given = {"email": "chief@example.org", "password": PASSWORD}
        with RunningServer(wait=False, **environment) as server, server.client() as client:
            server.wait_for("/health/live")
            [another] = setup_links(server)
            assert kind(client.post(ACCOUNTS, json={**given, "token": token_of(link)})) == "link-spent"
            assert client.post(ACCOUNTS, json={**given, "token": token_of(another)}).status_code == 204


class TestClosed:
    def test_sign_up_is_forbidden(self, people: People):
        with people.browser() as browser:
            answer = browser.post(ACCOUNTS, json={"email": "new@example.org", "password": PASSWORD})
            assert kind(answer) == "forbidden"
            answer = browser.post(ACCOUNTS, json={"email": "a@example.org", "password": PASSWORD, "token": "A" * 43})
            assert kind(answer) == "link-spent"

    def test_invitations_are_forbidden(self, people: People):
        with people.signed_in(people.person(admin=True)) as browser:
            answer = browser.post("/api/v1/invitations", json={"email": "new@example.org"})
            assert kind(answer) == "forbidden"

    def test_password_resets_are_not_found_without_mail(self, people: People):
        with people.browser() as browser:
            answer = browser.post("/api/v1/password-resets", json={"email": people.person().email})
            assert kind(answer) == "not-found"


class TestPassword:
    def test_a_change_replaces_all_sessions_by_a_new_one(self, people: People):
        person = people.person()
        with people.signed_in(person) as browser, people.signed_in(person) as elsewhere:
            before = browser.cookies["session"]
            url = "/api/v1/account/password"
            wrong = browser.put(url, json={"password": "a wrong sentence", "new_password": OTHER_PASSWORD})
            assert kind(wrong) == "wrong-credentials"
            assert elsewhere.get(CURRENT).status_code == 200
            answer = browser.put(url, json={"password": PASSWORD, "new_password": OTHER_PASSWORD})
            assert answer.status_code == 200
            assert browser.cookies["session"] != before
            assert browser.get(CURRENT).status_code == 200
            assert elsewhere.get(CURRENT).status_code == 401
            browser.cookies.set("session", before, domain="127.0.0.1")
        with people.browser() as browser:
            assert sign_in(browser, person).status_code == 401
            assert sign_in(browser, person, OTHER_PASSWORD).status_code == 201

    @pytest.mark.parametrize(
        "password",
        ["", "short", "x" * 129, "password1234", "qwertyuiop12", "123456789012", "aaaaaaaaaaaaaaaa", "hunter2hunter2"],
    )
    def test_a_weak_password_is_rejected_and_not_echoed(self, people: People, password: str):
        with people.signed_in(people.person()) as browser:
            answer = browser.put("/api/v1/account/password", json={"password": PASSWORD, "new_password": password})
        assert answer.status_code == 422
        assert not password or password not in answer.text

    def test_the_own_email_address_is_rejected(self, people: People):
        person = people.person()
        with people.signed_in(person) as browser:
            given = {"password": PASSWORD, "new_password": person.email}
            assert browser.put("/api/v1/account/password", json=given).status_code == 422

    def test_all_characters_are_allowed(self, people: People):
        person = people.person()
        password = "Überraschung, 🧠 und Tee "
        with people.signed_in(person) as browser:
            given = {"password": PASSWORD, "new_password": password}
            assert browser.put("/api/v1/account/password", json=given).status_code == 200
        with people.browser() as browser:
            assert sign_in(browser, person, password).status_code == 201


class TestDeletion:
    def test_deletion_removes_sessions_keys_and_links(self, people: People):
        person = people.person()
        people.key(person, "read")
        with people.signed_in(person) as browser:
            wrong = browser.post("/api/v1/account/deletion", json={"password": "a wrong sentence"})
            assert kind(wrong) == "wrong-credentials"
            assert browser.post("/api/v1/account/deletion", json={"password": PASSWORD}).status_code == 204
            assert browser.get(CURRENT).status_code == 401
        with people.database.reading() as session:
            for table in (SessionRow, KeyRow, LinkRow):
                assert session.scalars(select(table).where(table.account_id == person.id)).all() == []
            assert session.get(Account, person.id) is None


class TestMassAssignment:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", ACCOUNTS, {"email": "x@example.org", "password": PASSWORD, "admin": True}),
            ("PUT", "/api/v1/account/password", {"password": PASSWORD, "new_password": OTHER_PASSWORD, "admin": True}),
            ("POST", "/api/v1/keys", {"name": "x", "scopes": ["read"], "account_id": "0" * 32}),
            ("POST", "/api/v1/account/second-factor", {"password": PASSWORD, "totp_secret": "A" * 32}),
        ],
    )
    def test_unknown_fields_are_rejected(self, people: People, method: str, path: str, body: dict[str, object]):
        with people.signed_in(people.person()) as browser:
            answer = browser.request(method, path, json=body)
        assert answer.status_code == 422
        assert "Extra inputs are not permitted" in answer.text


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[People]:
    """A service with open sign-up and mail."""
    with People(
        tmp_path_factory.mktemp("open"),
        None,
        SIGN_UP="open",
        SMTP_URL=mail.url,
        MAIL_FROM="service@example.org",
        PUBLIC_URL="http://mri.example.org",
    ) as people:
        yield people


class TestOpen:
    def test_sign_up_does_not_reveal_existing_accounts(self, opened: People):
        known = opened.person()
        answers = []
        for email in ("fresh@hospital.local", known.email):
            with opened.browser() as browser:
                answer = browser.post(ACCOUNTS, json={"email": email, "password": OTHER_PASSWORD})
            answers.append((answer.status_code, answer.content, sorted(answer.headers)))
        assert answers[0] == answers[1]
        with opened.browser() as browser:
            fresh = Person(known.id, "fresh@hospital.local")
            body = sign_in(browser, fresh, OTHER_PASSWORD).json()
            assert body["account"]["admin"] is False
            assert sign_in(browser, known, OTHER_PASSWORD).status_code == 401
            assert sign_in(browser, known).status_code == 201

    def test_simultaneous_sign_ups_create_one_account(self, opened: People):
        from concurrent.futures import ThreadPoolExecutor

        def sign_up(_: int) -> int:
            with opened.browser() as browser:
                given = {"email": "twin@example.org", "password": OTHER_PASSWORD}
                return browser.post(ACCOUNTS, json=given).status_code

        with ThreadPoolExecutor(6) as threads:
            assert set(threads.map(sign_up, range(6))) == {204}
        with opened.database.reading() as session:
            assert len(session.scalars(select(Account).where(Account.email == "twin@example.org")).all()) == 1

    def test_sign_ups_from_one_address_are_limited(self, opened: People):
        with opened.browser() as browser:
            for number in range(5):
                given = {"email": f"n{number}@example.org", "password": OTHER_PASSWORD}
                assert browser.post(ACCOUNTS, json=given).status_code == 204
            opened.have_failed_often()
            assert kind(browser.post(ACCOUNTS, json=given)) == "too-many-attempts"

    @pytest.mark.parametrize(
        "email", ["nobody", "a@b@c.org", "x@example.org\r\nBcc: y@example.org", "a" * 300 + "@x.org"]
    )
    def test_an_invalid_email_address_is_rejected(self, opened: People, email: str):
        with opened.browser() as browser:
            assert browser.post(ACCOUNTS, json={"email": email, "password": PASSWORD}).status_code == 422

    def test_an_invitation_creates_the_invited_account(self, opened: People, mail: MailServer):
        with opened.signed_in(opened.person(admin=True)) as admin:
            made = admin.post("/api/v1/invitations", json={"email": "Invited@example.org", "admin": True})
            assert made.status_code == 201
            link = made.json()["link"]
            assert link.startswith("http://mri.example.org/sign-in#invitation=")
            assert mail.link("invited@example.org") == link
            [listed] = admin.get("/api/v1/invitations").json()["invitations"]
            assert (listed["email"], listed["admin"]) == ("invited@example.org", True)
            assert token_of(link) not in admin.get("/api/v1/invitations").text
        given = {"email": "invited@example.org", "password": OTHER_PASSWORD, "token": token_of(link)}
        with opened.browser() as browser:
            assert kind(browser.post(ACCOUNTS, json={**given, "email": "other@example.org"})) == "link-spent"
            assert browser.post(ACCOUNTS, json=given).status_code == 204
            assert kind(browser.post(ACCOUNTS, json=given)) == "link-spent"
            answer = browser.post("/api/v1/sessions", json={"email": given["email"], "password": OTHER_PASSWORD})
            assert answer.json()["account"]["admin"] is True

    def test_an_invitation_can_be_withdrawn(self, opened: People):
        with opened.signed_in(opened.person(admin=True)) as admin:
            made = admin.post("/api/v1/invitations", json={"email": "withdrawn@example.org"}).json()
            assert admin.delete(f"/api/v1/invitations/{made['id']}").status_code == 204
            assert admin.delete(f"/api/v1/invitations/{made['id']}").status_code == 404
            given = {"email": "withdrawn@example.org", "password": PASSWORD, "token": token_of(made["link"])}
            assert kind(admin.post(ACCOUNTS, json=given)) == "link-spent"

    def test_an_expired_link_is_rejected(self, opened: People):
        with opened.signed_in(opened.person(admin=True)) as admin:
            made = admin.post("/api/v1/invitations", json={"email": "late@example.org"}).json()
            with opened.database.writing() as session:
                past = datetime.now(UTC) - timedelta(seconds=1)
                session.execute(update(LinkRow).where(LinkRow.email == "late@example.org").values(expires_at=past))
            given = {"email": "late@example.org", "password": PASSWORD, "token": token_of(made["link"])}
            assert kind(admin.post(ACCOUNTS, json=given)) == "link-spent"


class TestWrongCodes:
    """Wrong codes of the second factor show the owner that somebody knows the password."""

    CODE = "/api/v1/sessions/second-factor"
    WRONG = "/api/v1/account/wrong-codes"

    def test_the_owner_sees_them_and_gets_one_mail(self, opened: People, mail: MailServer):
        person = opened.person()
        with opened.signed_in(person) as owner:
            begun = owner.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()
            given = {"code": pyotp.TOTP(begun["secret"]).now()}
            codes = owner.post("/api/v1/account/second-factor/confirmation", json=given).json()["recovery_codes"]
            assert owner.get(self.WRONG).json() == {"wrong_codes": []}
            with opened.browser("127.8.0.1") as intruder:
                for _ in range(4):
                    sign_in(intruder, person)
                    assert intruder.post(self.CODE, json={"code": "000000"}).status_code == 401
            with opened.browser() as slip:
                sign_in(slip, person)
                assert slip.post(self.CODE, json={"code": "000000"}).status_code == 401
                assert slip.post(self.CODE, json={"code": codes[0]}).status_code == 200
            noticed = owner.get(self.WRONG).json()["wrong_codes"]
            assert [entry["address"] for entry in noticed] == ["127.8.0.1"] * 4
            assert mail.link(person.email) == "http://mri.example.org/account"
            assert owner.delete(self.WRONG).status_code == 204
            assert owner.get(self.WRONG).json() == {"wrong_codes": []}


class TestReset:
    RESETS = "/api/v1/password-resets"

    def test_a_mailed_link_works_once_and_reveals_no_account(self, opened: People, mail: MailServer):
        person = opened.person()
        with opened.signed_in(person) as session, opened.browser() as browser:
            unknown = browser.post(self.RESETS, json={"email": "not-there@example.org"})
            known = browser.post(self.RESETS, json={"email": person.email})
            # Two requests, one mail.
            again = browser.post(self.RESETS, json={"email": person.email})
            assert unknown.status_code == known.status_code == again.status_code == 204
            assert sorted(unknown.headers) == sorted(known.headers)
            link = mail.link(person.email)
            assert link.startswith("http://mri.example.org/sign-in#reset=")
            given = {"token": token_of(link), "password": OTHER_PASSWORD}
            weak = browser.post(f"{self.RESETS}/completion", json={**given, "password": "password1234"})
            assert kind(weak) == "invalid-parameters"
            assert session.get(CURRENT).status_code == 200
            assert browser.post(f"{self.RESETS}/completion", json=given).status_code == 204
            assert kind(browser.post(f"{self.RESETS}/completion", json=given)) == "link-spent"
            assert session.get(CURRENT).status_code == 401
            assert sign_in(browser, person).status_code == 401
            assert sign_in(browser, person, OTHER_PASSWORD).status_code == 201
        assert token_of(link) not in opened.server.log
        assert person.email not in opened.server.log

    def test_a_link_from_an_administrator_resets_the_password(self, opened: People):
        person = opened.person()
        with opened.signed_in(opened.person(admin=True)) as admin:
            made = admin.post(f"/api/v1/members/{person.id}/password-reset")
            assert made.status_code == 201
        with opened.browser() as browser:
            given = {"token": token_of(made.json()["link"]), "password": OTHER_PASSWORD}
            assert browser.post(f"{self.RESETS}/completion", json=given).status_code == 204
            assert sign_in(browser, person, OTHER_PASSWORD).status_code == 201

    def test_links_work_only_for_their_purpose(self, opened: People):
        with opened.signed_in(opened.person(admin=True)) as admin:
            made = admin.post("/api/v1/invitations", json={"email": "confused@example.org"}).json()
            given = {"token": token_of(made["link"]), "password": OTHER_PASSWORD}
            assert kind(admin.post(f"{self.RESETS}/completion", json=given)) == "link-spent"
