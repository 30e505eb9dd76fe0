"""Sessions: sign-in, cookies, second factor, cross-site requests, guessing."""

from datetime import UTC, datetime, timedelta
from http.cookies import Morsel, SimpleCookie

import httpx
import pyotp
import pytest
from sqlalchemy import select, update

from app.services.database.tables import Account, SessionRow
from tests.support.people import PASSWORD, People, Person, kind, sign_in

SESSIONS = "/api/v1/sessions"
CURRENT = f"{SESSIONS}/current"


def cookie(answer: httpx.Response, name: str) -> Morsel[str]:
    jar: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        jar.load(line)
    return jar[name]


def set_session(people: People, person: Person, **values: datetime) -> None:
    with people.database.writing() as session:
        session.execute(update(SessionRow).where(SessionRow.account_id == person.id).values(**values))


class TestSigningIn:
    def test_sign_in_grants_access_and_sign_out_ends_it(self, people: People):
        person = people.person()
        with people.browser() as browser:
            assert kind(browser.get("/api/v1/classes")) == "sign-in-required"
            answer = sign_in(browser, person)
            assert answer.status_code == 201
            assert answer.json()["complete"] is True
            assert answer.json()["account"]["email"] == person.email
            assert answer.json()["scopes"] == ["predict", "read"]
            assert "password" not in answer.text
            assert browser.get("/api/v1/classes").status_code == 200
            assert browser.get(CURRENT).json() == answer.json()
            ended = browser.delete(CURRENT)
            assert ended.status_code == 204
            assert cookie(ended, "session")["max-age"] == "0"
            browser.cookies.set("session", cookie(answer, "session").value)
            assert kind(browser.get(CURRENT)) == "sign-in-required"

    def test_the_email_address_ignores_case(self, people: People):
        person = people.person()
        with people.browser() as browser:
            given = {"email": f" {person.email.upper()} ", "password": PASSWORD}
            assert browser.post(SESSIONS, json=given).status_code == 201

    def test_unknown_wrong_and_disabled_get_the_same_response(self, people: People):
        known, closed = people.person(), people.person()
        with people.database.writing() as session:
            session.execute(update(Account).where(Account.id == closed.id).values(disabled=True))
        answers = []
        for email, password in (
            (known.email, "a wrong sentence"),
            ("nobody@example.org", "a wrong sentence"),
            ("no e-mail at all", PASSWORD),
            (closed.email, PASSWORD),
        ):
            with people.browser() as browser:
                answer = browser.post(SESSIONS, json={"email": email, "password": password})
            assert "set-cookie" not in answer.headers
            body = answer.json()
            del body["request_id"]
            answers.append((answer.status_code, body, answer.headers["www-authenticate"]))
        assert answers[0][0] == 401
        assert all(answer == answers[0] for answer in answers)

    @pytest.mark.parametrize(
        "body",
        [
            {"email": "x@example.org"},
            {"email": "x@example.org", "password": PASSWORD, "admin": True},
            {"email": "x" * 300, "password": PASSWORD},
            {"email": "x@example.org", "password": "x" * 129},
            {"email": ["x@example.org"], "password": PASSWORD},
            [],
        ],
    )
    def test_a_malformed_body_is_rejected_and_not_echoed(self, people: People, body: object):
        with people.browser() as browser:
            answer = browser.post(SESSIONS, json=body)
        assert answer.status_code == 422
        assert kind(answer) == "invalid-parameters"
        assert PASSWORD not in answer.text
        assert "multipart" not in answer.text

    @pytest.mark.parametrize("text", [r'{"email": "\ud800", "password": "\ud800"}', "{", "", "\x00"])
    def test_text_that_is_not_json_is_rejected(self, people: People, text: str):
        with people.browser() as browser:
            answer = browser.post(SESSIONS, content=text, headers={"Content-Type": "application/json"})
        assert kind(answer) == "invalid-parameters"

    def test_a_huge_body_is_rejected_unread(self, people: People):
        with people.browser() as browser:
            answer = browser.post(SESSIONS, json={"email": "x" * 20_000, "password": PASSWORD})
        assert kind(answer) == "too-large"

    def test_the_log_contains_no_email_password_or_token(self, people: People):
        person = people.person()
        with people.signed_in(person) as browser:
            token = browser.cookies["session"]
        for secret in (person.email, PASSWORD, token):
            assert secret not in people.server.log


class TestCookies:
    def test_cookies_work_over_http_on_loopback(self, people: People):
        with people.browser() as browser:
            answer = sign_in(browser, people.person())
        for name in ("session", "device"):
            morsel = cookie(answer, name)
            assert morsel["httponly"]
            assert morsel["samesite"] == "lax"
            assert morsel["path"] == "/"
            assert not morsel["domain"]
            assert not morsel["secure"]

    def test_cookies_require_tls_elsewhere(self, tmp_path_factory: pytest.TempPathFactory):
        with People(tmp_path_factory.mktemp("tls"), None, PUBLIC_URL="https://mri.example.org") as people:
            with people.browser() as browser:
                answer = sign_in(browser, people.person())
            for name in ("__Host-session", "__Host-device"):
                morsel = cookie(answer, name)
                assert morsel["httponly"]
                assert morsel["secure"]
                assert morsel["samesite"] == "lax"
                assert morsel["path"] == "/"
                assert not morsel["domain"]
            token = cookie(answer, "__Host-session").value
            with people.browser() as browser:
                for name, status in (("__Host-session", 200), ("session", 401)):
                    assert browser.get(CURRENT, headers={"Cookie": f"{name}={token}"}).status_code == status
            with people.browser() as browser:
                # A proxy may have replaced `Host`.
                del browser.headers["sec-fetch-site"]
                answer = browser.post(SESSIONS, json={}, headers={"Origin": "https://mri.example.org"})
                assert kind(answer) == "invalid-parameters"

    def test_a_token_from_the_browser_is_never_adopted(self, people: People):
        """Session fixation: an attacker gains nothing by planting a token in a browser."""
        planted = "A" * 43
        person = people.person()
        with people.browser() as browser:
            browser.cookies.set("session", planted)
            answer = sign_in(browser, person)
            assert cookie(answer, "session").value != planted
        with people.browser() as attacker:
            attacker.cookies.set("session", planted)
            assert attacker.get(CURRENT).status_code == 401

    def test_sign_in_ends_the_previous_session(self, people: People):
        person = people.person()
        with people.signed_in(person) as browser, people.browser() as old:
            old.cookies.set("session", browser.cookies["session"])
            assert old.get(CURRENT).status_code == 200
            assert sign_in(browser, person).status_code == 201
            assert old.get(CURRENT).status_code == 401

    @pytest.mark.parametrize("length", [42, 44, 4_000, 60_000])
    def test_invalid_cookies_of_any_size_are_rejected(self, people: People, length: int):
        with people.browser() as browser:
            answer = browser.get(CURRENT, headers={"Cookie": f"session={'A' * length}"})
            assert 400 <= answer.status_code < 500
            assert browser.get("/health/live").status_code == 200

    @pytest.mark.parametrize("name", ["token", "access_token", "session", "key", "api_key"])
    def test_a_token_in_the_url_is_ignored(self, people: People, name: str):
        person = people.person()
        key = people.key(person, "read")["key"]
        with people.signed_in(person) as browser:
            token = browser.cookies["session"]
        with people.browser() as stranger:
            for secret in (token, key):
                assert stranger.get("/api/v1/classes", params={name: secret}).status_code == 401

    def test_headers_cannot_be_injected(self, people: People):
        with people.browser(**{"User-Agent": "x\tSet-Cookie: session=planted"}) as browser:
            answer = browser.post(
                SESSIONS, json={"email": "x@example.org\r\nSet-Cookie: a=b", "password": "a wrong sentence\r\nX-A: b"}
            )
            assert answer.status_code == 401
            assert "set-cookie" not in answer.headers
            assert "x-a" not in answer.headers


class TestTime:
    def test_an_unused_session_ends(self, people: People):
        person = people.person()
        with people.signed_in(person) as browser:
            set_session(people, person, used_at=datetime.now(UTC) - timedelta(minutes=61))
            assert kind(browser.get(CURRENT)) == "sign-in-required"

    def test_every_session_ends_after_its_maximum_time(self, people: People):
        person = people.person()
        with people.signed_in(person) as browser:
            set_session(people, person, expires_at=datetime.now(UTC) - timedelta(seconds=1))
            assert kind(browser.get(CURRENT)) == "sign-in-required"
            answer = browser.post("/api/v1/predictions", files={"file": b""})
            assert kind(answer) == "sign-in-required"

    def test_the_last_use_is_stored_once_a_minute(self, people: People):
        person = people.person()
        query = select(SessionRow.used_at).where(SessionRow.account_id == person.id)
        with people.signed_in(person) as browser:
            for minutes, noted in ((0.5, False), (2, True)):
                before = datetime.now(UTC) - timedelta(minutes=minutes)
                set_session(people, person, used_at=before)
                assert browser.get(CURRENT).status_code == 200
                with people.database.reading() as session:
                    assert (session.scalars(query).one() > before) is noted


class TestList:
    def test_own_sessions_are_listed_and_ended_singly(self, people: People):
        person = people.person()
        with people.signed_in(person) as one, people.signed_in(person) as other:
            listed = one.get(SESSIONS).json()["sessions"]
            assert [entry["current"] for entry in listed].count(True) == 1
            assert len(listed) == 2
            assert all(entry["user_agent"].startswith("python-httpx") for entry in listed)
            [theirs] = [entry["id"] for entry in listed if not entry["current"]]
            assert one.delete(f"{SESSIONS}/{theirs}").status_code == 204
            assert other.get(CURRENT).status_code == 401
            assert one.delete(f"{SESSIONS}/{theirs}").status_code == 404

    def test_all_other_sessions_are_ended_at_once(self, people: People):
        person, stranger = people.person(), people.person()
        with (
            people.signed_in(person) as one,
            people.signed_in(person) as other,
            people.signed_in(stranger) as unconcerned,
        ):
            assert one.delete(SESSIONS).status_code == 204
            assert one.get(CURRENT).status_code == 200
            assert other.get(CURRENT).status_code == 401
            assert unconcerned.get(CURRENT).status_code == 200

    def test_other_accounts_cannot_end_a_session(self, people: People):
        with people.signed_in(people.person()) as mine, people.signed_in(people.person()) as theirs:
            [row] = theirs.get(SESSIONS).json()["sessions"]
            assert kind(mine.delete(f"{SESSIONS}/{row['id']}")) == "not-found"
            assert theirs.get(CURRENT).status_code == 200

    @pytest.mark.parametrize("second_factor", [False, True])
    def test_an_account_has_at_most_fifty_and_half_sign_ins_end_none(self, people: People, second_factor: bool):
        person = people.person()
        with people.database.writing() as session:
            now = datetime.now(UTC)
            session.add_all(
                SessionRow(
                    account_id=person.id,
                    token_hash=f"{person.id.hex}{number}",
                    complete=True,
                    address="",
                    user_agent="",
                    created_at=now - timedelta(minutes=number + 1),
                    used_at=now,
                    expires_at=now + timedelta(hours=1),
                )
                for number in range(60)
            )
            if second_factor:
                session.execute(update(Account).where(Account.id == person.id).values(totp_secret="x"))
        with people.signed_in(person):
            complete = select(SessionRow).where(SessionRow.account_id == person.id, SessionRow.complete)
            with people.database.reading() as session:
                assert len(session.scalars(complete).all()) == (60 if second_factor else 50)


class TestOtherSites:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1:1"},
        ],
        ids=str,
    )
    def test_cross_site_requests_are_rejected(self, people: People, headers: dict[str, str]):
        person = people.person()
        with people.signed_in(person) as browser:
            del browser.headers["sec-fetch-site"]
            requests: list[tuple[str, str]] = [
                ("DELETE", CURRENT),
                ("POST", SESSIONS),
                ("POST", "/api/v1/accounts"),
                ("POST", "/api/v1/keys"),
                ("POST", "/api/v1/samples/Te-me_0016.jpg/predictions"),
            ]
            for method, path in requests:
                answer = browser.request(method, path, headers=headers)
                assert kind(answer) == "cross-site-request", path
            # Reading is harmless: the other site cannot see the response.
            assert browser.get(CURRENT, headers=headers).status_code == 200

    def test_same_site_requests_and_programs_are_accepted(self, people: People):
        person = people.person()
        with people.signed_in(person) as browser:
            del browser.headers["sec-fetch-site"]
            own = f"http://127.0.0.1:{people.server.port}"
            for headers in ({}, {"Origin": own}, {"Sec-Fetch-Site": "same-origin", "Origin": own}):
                assert browser.delete(SESSIONS, headers=headers).status_code == 204

    def test_requests_with_a_key_may_be_cross_site(self, people: People):
        key = people.key(people.person(), "predict")["key"]
        with people.browser() as browser:
            headers = {"Authorization": f"Bearer {key}", "Sec-Fetch-Site": "cross-site"}
            assert kind(browser.post("/api/v1/samples/none/predictions", headers=headers)) != "cross-site-request"
            # A key does not allow a cross-site sign-in.
            assert kind(browser.post(SESSIONS, headers=headers, json={})) == "cross-site-request"

    def test_cors_does_not_allow_credentials(self, people: People):
        with people.signed_in(people.person()) as browser:
            answer = browser.get(CURRENT, headers={"Origin": "http://localhost:3000"})
            assert "access-control-allow-credentials" not in answer.headers


class TestSecondFactor:
    def set_up(self, people: People, person: Person) -> tuple[pyotp.TOTP, list[str]]:
        with people.signed_in(person) as browser:
            begun = browser.post("/api/v1/account/second-factor", json={"password": PASSWORD})
            assert begun.status_code == 200
            totp = pyotp.TOTP(begun.json()["secret"])
            assert pyotp.parse_uri(begun.json()["uri"]).secret == totp.secret
            before = browser.cookies["session"]
            url = "/api/v1/account/second-factor/confirmation"
            assert kind(browser.post(url, json={"code": "000000"})) == "wrong-credentials"
            codes = browser.post(url, json={"code": totp.now()}).json()["recovery_codes"]
            assert browser.cookies["session"] != before
            assert browser.get(CURRENT).json()["account"]["second_factor"] is True
        with people.database.writing() as session:  # so that the tests need not wait for the next code
            session.execute(update(Account).where(Account.id == person.id).values(totp_step=0))
        return totp, codes

    def test_a_password_without_second_factor_gives_no_access(self, people: People):
        person = people.person()
        totp, _ = self.set_up(people, person)
        with people.browser() as browser:
            answer = sign_in(browser, person)
            assert answer.json()["complete"] is False
            assert answer.json()["account"] is None
            assert browser.get(CURRENT).status_code == 401
            before = browser.cookies["session"]
            code = totp.now()
            shown = browser.post(f"{SESSIONS}/second-factor", json={"code": code})
            assert shown.status_code == 200
            assert browser.cookies["session"] != before
            assert browser.get(CURRENT).status_code == 200
        with people.browser() as browser:
            browser.cookies.set("session", before)
            assert browser.get(CURRENT).status_code == 401
        with people.browser() as browser:
            sign_in(browser, person)
            assert kind(browser.post(f"{SESSIONS}/second-factor", json={"code": code})) == "wrong-credentials"

    def test_a_recovery_code_works_once(self, people: People):
        person = people.person()
        _, codes = self.set_up(people, person)
        assert len(set(codes)) == 10
        for status in (200, 401):
            with people.browser() as browser:
                sign_in(browser, person)
                answer = browser.post(f"{SESSIONS}/second-factor", json={"code": codes[0].upper()})
                assert answer.status_code == status

    def test_three_wrong_codes_end_the_session(self, people: People):
        person = people.person()
        totp, _ = self.set_up(people, person)
        with people.browser() as browser:
            sign_in(browser, person)
            for _ in range(3):
                answer = browser.post(f"{SESSIONS}/second-factor", json={"code": "000000"})
                assert kind(answer) == "wrong-credentials"
            answer = browser.post(f"{SESSIONS}/second-factor", json={"code": totp.now()})
            assert kind(answer) == "sign-in-required"

    def test_guessing_codes_is_slowed_down(self, people: People):
        person = people.person()
        self.set_up(people, person)
        with people.browser() as browser:
            assert [sign_in(browser, person).status_code for _ in range(5)] == [201] * 5
            people.have_failed_often()
            assert sign_in(browser, person).status_code == 429

    def test_a_code_without_password_is_rejected(self, people: People):
        with people.browser() as browser:
            assert kind(browser.post(f"{SESSIONS}/second-factor", json={"code": "000000"})) == "sign-in-required"

    def test_it_can_be_removed_and_its_codes_replaced(self, people: People):
        person = people.person()
        totp, codes = self.set_up(people, person)
        with people.browser() as browser:
            sign_in(browser, person)
            browser.post(f"{SESSIONS}/second-factor", json={"code": totp.now()})
            wrong = browser.post("/api/v1/account/recovery-codes", json={"password": "a wrong sentence"})
            assert kind(wrong) == "wrong-credentials"
            fresh = browser.post("/api/v1/account/recovery-codes", json={"password": PASSWORD}).json()
            assert not set(fresh["recovery_codes"]) & set(codes)
            again = browser.post("/api/v1/account/second-factor", json={"password": PASSWORD})
            assert kind(again) == "conflict"
            removed = browser.post("/api/v1/account/second-factor/removal", json={"password": PASSWORD})
            assert removed.json()["account"]["second_factor"] is False
        with people.browser() as browser:
            assert sign_in(browser, person).json()["complete"] is True


class TestGuessing:
    def guess(self, people: People, browser: httpx.Client, person: Person) -> None:
        """Fail as often as possible without a wait."""
        for _ in range(5):
            assert sign_in(browser, person, "a wrong sentence").status_code == 401
        people.have_failed_often()

    def test_only_the_guesser_waits(self, people: People):
        person = people.person()
        with people.signed_in(person) as known:
            device = known.cookies["device"]
        with people.browser("127.9.0.1") as guesser:
            self.guess(people, guesser, person)
            # At the guesser's address, even the correct password is rejected until the wait is over.
            refused = sign_in(guesser, person)
            assert kind(refused) == "too-many-attempts"
            assert 1 <= int(refused.headers["retry-after"]) <= 60
        with people.browser("127.9.0.1") as neighbour:
            neighbour.cookies.set("device", device)
            assert sign_in(neighbour, person).status_code == 201
        with people.browser("127.9.0.2") as elsewhere:
            assert sign_in(elsewhere, person).status_code == 201

    def test_unknown_accounts_behave_the_same(self, people: People):
        nobody = Person(people.person().id, "nobody-at-all@example.org")
        with people.browser() as guesser:
            self.guess(people, guesser, nobody)
            assert kind(sign_in(guesser, nobody)) == "too-many-attempts"

    def test_guessing_the_current_password_is_slowed_down(self, people: People):
        person = people.person()
        with people.browser() as browser:
            sign_in(browser, person)
            del browser.cookies["device"]
            given = {"password": "a wrong sentence", "new_password": "another sentence, not guessed"}
            for _ in range(5):
                assert browser.put("/api/v1/account/password", json=given).status_code == 401
            people.have_failed_often()
            assert browser.put("/api/v1/account/password", json=given).status_code == 429
