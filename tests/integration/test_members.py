"""Administrators, and only they, manage members."""

from uuid import uuid4

import httpx
import pyotp
import pytest
from sqlalchemy import update

from app.services.database.tables import Account
from tests.support.people import PASSWORD, People, kind, sign_in

MEMBERS = "/api/v1/members"
CURRENT = "/api/v1/sessions/current"


class TestPermission:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", MEMBERS),
            ("PATCH", f"{MEMBERS}/{{member}}"),
            ("DELETE", f"{MEMBERS}/{{member}}"),
            ("DELETE", f"{MEMBERS}/{{member}}/sessions"),
            ("DELETE", f"{MEMBERS}/{{member}}/second-factor"),
            ("POST", f"{MEMBERS}/{{member}}/password-reset"),
            ("GET", "/api/v1/invitations"),
            ("POST", "/api/v1/invitations"),
            ("DELETE", "/api/v1/invitations/{member}"),
        ],
    )
    def test_only_administrators_may_manage_members(self, people: People, method: str, path: str):
        person = people.person()
        path = path.format(member=person.id)
        with people.signed_in(person) as browser:
            assert kind(browser.request(method, path)) == "forbidden"
        key = people.key(people.person(admin=True), "read", "predict")["key"]
        answer = httpx.request(
            method, people.server.url + path, headers={"Authorization": f"Bearer {key}"}, timeout=120
        )
        assert kind(answer) == "forbidden"

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("PATCH", MEMBERS + "/{id}"),
            ("DELETE", MEMBERS + "/{id}"),
            ("DELETE", MEMBERS + "/{id}/sessions"),
            ("DELETE", MEMBERS + "/{id}/second-factor"),
            ("POST", MEMBERS + "/{id}/password-reset"),
            ("DELETE", "/api/v1/invitations/{id}"),
        ],
    )
    def test_an_unknown_member_is_not_found(self, people: People, method: str, path: str):
        with people.signed_in(people.person(admin=True)) as admin:
            json: dict[str, bool] | None = {} if method == "PATCH" else None
            assert kind(admin.request(method, path.format(id=uuid4()), json=json)) == "not-found"
            assert kind(admin.request(method, path.format(id="0815"), json=json)) == "invalid-parameters"


class TestMembers:
    def test_pages_list_every_member_once(self, people: People):
        made = [people.person() for _ in range(3)]
        found: list[str] = []
        with people.signed_in(people.person(admin=True)) as admin:
            query: dict[str, str] = {"limit": "2"}
            while True:
                page = admin.get(MEMBERS, params=query).json()
                assert len(page["members"]) <= 2
                found += [member["id"] for member in page["members"]]
                if page["next"] is None:
                    break
                query["after"] = page["next"]
            assert admin.get(MEMBERS, params={"after": str(uuid4())}).status_code == 404
            assert admin.get(MEMBERS, params={"limit": "1000"}).status_code == 422
        assert len(found) == len(set(found))
        assert {str(person.id) for person in made} <= set(found)

    def test_a_change_of_rights_ends_sessions(self, people: People):
        person = people.person()
        with people.signed_in(people.person(admin=True)) as admin, people.signed_in(person) as browser:
            answer = admin.patch(f"{MEMBERS}/{person.id}", json={"admin": True})
            assert answer.json()["admin"] is True
            assert browser.get(CURRENT).status_code == 401
            assert "admin" in sign_in(browser, person).json()["scopes"]
            assert admin.patch(f"{MEMBERS}/{person.id}", json={"email": "x@example.org"}).status_code == 422

    def test_a_disabled_account_cannot_sign_in_until_enabled(self, people: People):
        person = people.person()
        with people.signed_in(people.person(admin=True)) as admin, people.browser() as browser:
            assert admin.patch(f"{MEMBERS}/{person.id}", json={"disabled": True}).json()["disabled"] is True
            assert sign_in(browser, person).status_code == 401
            admin.patch(f"{MEMBERS}/{person.id}", json={"disabled": False})
            assert sign_in(browser, person).status_code == 201

    def test_a_member_is_signed_out_and_deleted(self, people: People):
        person = people.person()
        with people.signed_in(people.person(admin=True)) as admin, people.signed_in(person) as browser:
            assert admin.delete(f"{MEMBERS}/{person.id}/sessions").status_code == 204
            assert browser.get(CURRENT).status_code == 401
            sign_in(browser, person)
            assert admin.delete(f"{MEMBERS}/{person.id}").status_code == 204
            assert browser.get(CURRENT).status_code == 401
            assert admin.delete(f"{MEMBERS}/{person.id}").status_code == 404

    def test_an_administrator_removes_a_second_factor(self, people: People):
        person = people.person()
        with people.database.writing() as session:
            session.execute(update(Account).where(Account.id == person.id).values(totp_secret=pyotp.random_base32()))
        with people.signed_in(people.person(admin=True)) as admin, people.browser() as browser:
            assert sign_in(browser, person).json()["complete"] is False
            assert admin.delete(f"{MEMBERS}/{person.id}/second-factor").status_code == 204
            assert sign_in(browser, person).json()["complete"] is True


def test_a_second_factor_can_be_required_of_everyone(tmp_path_factory: pytest.TempPathFactory):
    with People(tmp_path_factory.mktemp("everyone"), None, REQUIRE_SECOND_FACTOR="true") as people:
        for person in (people.person(), people.person(admin=True)):
            with people.signed_in(person) as browser:
                state = browser.get(CURRENT).json()
                assert (state["second_factor_needed"], state["scopes"]) == (True, [])
                for path in ("/api/v1/samples", "/api/v1/history", MEMBERS):
                    refused = browser.get(path)
                    assert kind(refused) == "forbidden"
                    assert "Set one up on the page /account" in refused.json()["detail"]
                assert kind(browser.post("/api/v1/keys", json={"name": "x", "scopes": ["read"]})) == "forbidden"
                assert "<h1>Account</h1>" in browser.get("/").text
                begun = browser.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()
                code = {"code": pyotp.TOTP(begun["secret"]).now()}
                assert browser.post("/api/v1/account/second-factor/confirmation", json=code).status_code == 200
                assert browser.get(CURRENT).json()["second_factor_needed"] is False
                assert "<h1>Account</h1>" not in browser.get("/").text
                key = browser.post("/api/v1/keys", json={"name": "x", "scopes": ["read"]}).json()["key"]
                with people.browser(Authorization=f"Bearer {key}") as program:
                    assert program.get("/api/v1/samples").status_code == 200
                    # Without the second factor, the keys of the account have no effect.
                    removal = browser.post("/api/v1/account/second-factor/removal", json={"password": PASSWORD})
                    assert removal.json()["scopes"] == []
                    assert kind(program.get("/api/v1/samples")) == "forbidden"


def test_the_last_administrator_cannot_be_removed(tmp_path_factory: pytest.TempPathFactory):
    """An administrator who needs a second factor must set it up first."""
    with People(tmp_path_factory.mktemp("last"), None, ADMIN_SECOND_FACTOR="true") as people:
        only = people.person(admin=True)
        with people.signed_in(only) as admin:
            state = admin.get(CURRENT).json()
            assert state["second_factor_needed"] is True
            assert state["scopes"] == ["predict", "read"]
            refused = admin.get(MEMBERS)
            assert kind(refused) == "forbidden"
            assert "second factor" in refused.json()["detail"]
            begun = admin.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()
            code = pyotp.TOTP(begun["secret"]).now()
            assert admin.post("/api/v1/account/second-factor/confirmation", json={"code": code}).status_code == 200
            assert admin.get(CURRENT).json()["second_factor_needed"] is False
            for change in ({"admin": False}, {"disabled": True}):
                assert kind(admin.patch(f"{MEMBERS}/{only.id}", json=change)) == "conflict"
            assert kind(admin.delete(f"{MEMBERS}/{only.id}")) == "conflict"
            assert kind(admin.post("/api/v1/account/deletion", json={"password": PASSWORD})) == "conflict"
            other = people.person(admin=True)
            assert admin.delete(f"{MEMBERS}/{other.id}").status_code == 204
