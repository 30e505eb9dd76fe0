"""Access keys for programs."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from app.services.database.tables import Account, KeyRow
from tests.support.people import PASSWORD, People, kind

KEYS = "/api/v1/keys"


def send(people: People, key: str, path: str = "/api/v1/classes", method: str = "GET") -> httpx.Response:
    """Send a request as a program does: with a key and without cookies."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.request(method, people.server.url + path, headers=headers, timeout=120)


class TestLife:
    def test_a_key_is_shown_once_and_works_until_revoked(self, people: People):
        with people.signed_in(people.person()) as browser:
            made = browser.post(KEYS, json={"name": "night run", "scopes": ["read", "predict"]})
            assert made.status_code == 201
            key = made.json()["key"]
            assert key.startswith("btc_")
            assert made.json()["scopes"] == ["predict", "read"]
            listed = browser.get(KEYS)
            assert [entry["name"] for entry in listed.json()["keys"]] == ["night run"]
            assert key not in listed.text
            assert listed.json()["keys"][0]["used_at"] is None
            assert send(people, key).status_code == 200
            assert browser.get(KEYS).json()["keys"][0]["used_at"] is not None
            assert browser.delete(f"{KEYS}/{made.json()['id']}").status_code == 204
            assert browser.delete(f"{KEYS}/{made.json()['id']}").status_code == 404
        refused = send(people, key)
        assert kind(refused) == "sign-in-required"
        assert refused.headers["www-authenticate"] == "Bearer"
        assert key not in people.server.log

    @pytest.mark.parametrize("revoke", [False, True])
    def test_the_owner_chooses_whether_a_new_password_revokes_keys(self, people: People, revoke: bool):
        person, other = people.person(), people.person()
        key, unconcerned = people.key(person, "read")["key"], people.key(other, "read")["key"]
        status = 401 if revoke else 200
        new = "another sentence nobody guesses"
        with people.signed_in(person) as browser:
            given = {"password": PASSWORD, "new_password": new, "revoke_keys": revoke}
            assert browser.put("/api/v1/account/password", json=given).status_code == 200
            assert send(people, key).status_code == status
            key = browser.post(KEYS, json={"name": "x", "scopes": ["read"]}).json()["key"]
        with people.signed_in(people.person(admin=True)) as admin:
            link = admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"]
        with people.browser() as browser:
            given = {"token": link.rpartition("=")[2], "password": PASSWORD, "revoke_keys": revoke}
            assert browser.post("/api/v1/password-resets/completion", json=given).status_code == 204
        assert send(people, key).status_code == status
        assert send(people, unconcerned).status_code == 200

    def test_a_link_revokes_keys_unless_the_owner_keeps_them(self, people: People):
        person = people.person()
        key = people.key(person, "read")["key"]
        with people.signed_in(people.person(admin=True)) as admin, people.browser() as browser:
            link = admin.post(f"/api/v1/members/{person.id}/password-reset").json()["link"]
            given = {"token": link.rpartition("=")[2], "password": PASSWORD}
            assert browser.post("/api/v1/password-resets/completion", json=given).status_code == 204
        assert send(people, key).status_code == 401

    def test_the_database_stores_only_a_hash(self, people: People):
        made = people.key(people.person(), "read")
        with people.database.reading() as session:
            row = session.get(KeyRow, UUID(made["id"]))
            assert row is not None
            assert made["key"].removeprefix("btc_") not in str(vars(row))

    def test_an_expired_key_is_rejected(self, people: People):
        made = people.key(people.person(), "read", expires_at=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
        assert send(people, made["key"]).status_code == 200
        with people.database.writing() as session:
            past = datetime.now(UTC) - timedelta(seconds=1)
            session.execute(update(KeyRow).where(KeyRow.id == UUID(made["id"])).values(expires_at=past))
        assert kind(send(people, made["key"])) == "sign-in-required"

    def test_the_last_use_is_stored_once_a_minute(self, people: People):
        made = people.key(people.person(), "read")
        row = KeyRow.id == UUID(made["id"])
        for minutes, noted in ((0.5, False), (2, True)):
            before = datetime.now(UTC) - timedelta(minutes=minutes)
            with people.database.writing() as session:
                session.execute(update(KeyRow).where(row).values(used_at=before))
            assert send(people, made["key"]).status_code == 200
            with people.database.reading() as session:
                used = session.scalars(select(KeyRow.used_at).where(row)).one()
                assert used is not None
                assert (used > before) is noted

    def test_a_key_of_a_disabled_account_is_rejected(self, people: People):
        person = people.person()
        made = people.key(person, "read")
        with people.database.writing() as session:
            session.execute(update(Account).where(Account.id == person.id).values(disabled=True))
        assert kind(send(people, made["key"])) == "sign-in-required"

    def test_other_accounts_cannot_see_or_revoke(self, people: People):
        made = people.key(people.person(), "read")
        with people.signed_in(people.person()) as stranger:
            assert stranger.get(KEYS).json() == {"keys": []}
            assert kind(stranger.delete(f"{KEYS}/{made['id']}")) == "not-found"
        assert send(people, made["key"]).status_code == 200

    def test_an_account_has_at_most_fifty(self, people: People):
        person = people.person()
        with people.database.writing() as session:
            session.add_all(
                KeyRow(
                    account_id=person.id,
                    token_hash=f"{person.id.hex}{number}",
                    name="x",
                    scopes=["read"],
                    created_at=datetime.now(UTC),
                )
                for number in range(50)
            )
        with people.signed_in(person) as browser:
            assert kind(browser.post(KEYS, json={"name": "x"})) == "conflict"


class TestScopes:
    @pytest.mark.parametrize(
        ("scope", "method", "path", "allowed"),
        [
            ("read", "GET", "/api/v1/models", True),
            ("read", "POST", "/api/v1/samples/none/predictions", False),
            ("read", "POST", "/api/v1/reports", False),
            ("read", "POST", "/api/v1/predictions/batch", False),
            ("predict", "GET", "/api/v1/models", False),
            ("predict", "GET", "/api/v1/samples", False),
            ("predict", "POST", "/api/v1/samples/none/predictions", True),
            ("predict", "GET", "/api/v1/members", False),
            ("read", "GET", "/api/v1/members", False),
            ("admin", "GET", "/api/v1/members", True),
            ("admin", "GET", "/api/v1/models", False),
        ],
    )
    def test_a_key_is_limited_to_its_scopes(self, people: People, scope: str, method: str, path: str, allowed: bool):
        made = people.key(people.person(admin=True), scope)
        answer = send(people, made["key"], path, method)
        assert (answer.status_code == 403) is not allowed
        if not allowed:
            assert kind(answer) == "forbidden"
            assert "does not have the scope" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", KEYS),
            ("POST", KEYS),
            ("DELETE", f"{KEYS}/00000000-0000-4000-8000-000000000000"),
            ("GET", "/api/v1/sessions"),
            ("GET", "/api/v1/sessions/current"),
            ("DELETE", "/api/v1/sessions"),
            ("PUT", "/api/v1/account/password"),
            ("POST", "/api/v1/account/second-factor"),
            ("POST", "/api/v1/account/deletion"),
        ],
    )
    def test_account_routes_reject_keys(self, people: People, method: str, path: str):
        made = people.key(people.person(admin=True), "predict", "read", "admin")
        answer = send(people, made["key"], path, method)
        assert kind(answer) == "forbidden"

    def test_a_key_cannot_exceed_its_creators_scopes(self, people: People):
        with people.signed_in(people.person()) as browser:
            assert kind(browser.post(KEYS, json={"name": "x", "scopes": ["admin"]})) == "forbidden"

    def test_a_key_loses_the_scopes_that_its_account_loses(self, people: People):
        person = people.person(admin=True)
        made = people.key(person, "admin")
        assert send(people, made["key"], "/api/v1/members").status_code == 200
        with people.database.writing() as session:
            session.execute(update(Account).where(Account.id == person.id).values(admin=False))
        assert kind(send(people, made["key"], "/api/v1/members")) == "forbidden"


class TestForm:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"name": ""},
            {"name": "x" * 81},
            {"name": "a\nb"},
            {"name": "a\x00b"},
            {"name": "x", "scopes": []},
            {"name": "x", "scopes": ["everything"]},
            {"name": "x", "expires_at": "2001-01-01T00:00:00Z"},
            {"name": "x", "expires_at": "2101-01-01T00:00:00"},
            {"name": "x", "expires_at": 4133980800},
        ],
        ids=str,
    )
    def test_an_invalid_key_request_is_rejected(self, people: People, body: dict[str, object]):
        with people.signed_in(people.person()) as browser:
            assert browser.post(KEYS, json=body).status_code == 422

    @pytest.mark.parametrize(
        "authorization",
        [
            "Bearer",
            "Bearer btc_",
            "Bearer btc_" + "A" * 43,
            "Bearer " + "A" * 43,
            "Bearer btc_" + "A" * 50_000,
            "Basic dXNlcjpwYXNz",
            "btc_" + "A" * 43,
        ],
        ids=lambda value: value[:16],
    )
    def test_an_invalid_key_is_rejected(self, people: People, authorization: str):
        answer = httpx.get(people.server.url + "/api/v1/classes", headers={"Authorization": authorization}, timeout=120)
        assert kind(answer) == "sign-in-required"

    def test_a_session_token_is_not_a_key(self, people: People):
        with people.signed_in(people.person()) as browser:
            token = browser.cookies["session"]
        for key in (token, f"btc_{token}"):
            assert send(people, key).status_code == 401
