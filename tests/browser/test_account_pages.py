"""The pages of a service with accounts, in a real browser."""

import base64
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import delete

from app.config.settings import PROJECT_DIR
from app.services.database.tables import SessionRow
from tests.browser.test_page import ARTEFACTS, GLIOMA, GOOD_SHIFT, MENINGIOMA, layout_shift, violations
from tests.support.browser import CHROMIUM, PATIENCE_MS, is_foreign, running_browser
from tests.support.images import copies
from tests.support.people import PASSWORD, People, Person
from tests.support.server import RunningServer, free_port, setup_links

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make browser")

NEW_PASSWORD = "seven herons on a wire"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    keys = base64.b64encode(secrets.token_bytes(32)).decode()
    with People(
        tmp_path_factory.mktemp("people"), None, SIGN_UP="invitation", KEEP_IMAGES="on", ENCRYPTION_KEYS=keys
    ) as people:
        people.server.wait_for("/health/ready")
        yield people


@pytest.fixture
def context(browser: Browser, people: People) -> Iterator[BrowserContext]:
    """A browser without a session. No request may go to another server, and no script may fail."""
    with watched(browser, people) as context:
        yield context


class watched:  # noqa: N801
    """A separate browser; leaving the `with` block fails if it made a forbidden request or a script failed."""

    def __init__(self, browser: Browser, people: People) -> None:
        self._context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        self._context.set_default_timeout(PATIENCE_MS)
        self._faults: list[str] = []
        self._people = people

    def __enter__(self) -> BrowserContext:
        self._context.on("weberror", lambda error: self._faults.append(str(error.error)))
        self._context.on("request", lambda request: self._look_at(request.url))
        return self._context

    def __exit__(self, *ended: object) -> None:
        self._context.close()
        assert self._faults == []

    def _look_at(self, url: str) -> None:
        if is_foreign(url, self._people.server) or re.search(r"(setup|invitation|reset)=", url.partition("#")[0]):
            self._faults.append(url)


@pytest.fixture
def person(people: People) -> Person:
    return people.person()


def enter(context: BrowserContext, people: People, person: Person) -> None:
    """Give a browser the session of a person."""
    with people.signed_in(person) as client:
        context.add_cookies([{"name": "session", "value": client.cookies["session"], "url": people.server.url}])


def opened(context: BrowserContext, people: People, person: Person, path: str) -> Page:
    """A page with a signed-in person."""
    enter(context, people, person)
    page = context.new_page()
    page.goto(people.server.url + path)
    expect(page.locator(".who")).to_have_text(person.email)
    return page


def sign_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def part(page: Page, heading: str) -> Locator:
    return page.get_by_role("region", name=heading)


def make_key(page: Page, name: str) -> str:
    keys = part(page, "API keys")
    expect(keys).to_be_visible()
    if not keys.get_by_label("Name").is_visible():
        keys.get_by_text("Create a key", exact=True).click()
    keys.get_by_label("Name").fill(name)
    keys.get_by_role("button", name="Create the key").click()
    expect(keys.get_by_text("Copy it now")).to_be_visible()
    return keys.get_by_label("Key", exact=True).input_value()


class TestAWholeDay:
    def test_from_the_first_account_to_signing_out(self, browser: Browser, tmp_path: Path):
        with People(tmp_path, None) as people, watched(browser, people) as context:
            page = context.new_page()
            [link] = setup_links(people.server)
            page.goto(link)
            expect(page.get_by_role("heading", name="Set up the service")).to_be_visible()
            assert page.url == f"{people.server.url}/sign-in"
            page.get_by_label("E-mail").fill("chief@example.org")
            page.get_by_label("New password").fill(PASSWORD)
            page.get_by_role("button", name="Create the account").click()

            expect(page.locator(".who")).to_have_text("chief@example.org")
            expect(page.get_by_role("link", name="Members")).to_be_visible()
            people.server.wait_for("/health/ready")
            page.set_input_files("#files", MENINGIOMA)
            expect(page.locator(".answer")).to_have_text("Meningioma")

            page.get_by_role("link", name="Account").click()
            key = make_key(page, "script")
            assert ask_with(key, people).json()["prediction"]["class"] == "glioma"
            page.get_by_role("button", name="Revoke: script").click()
            page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
            expect(page.get_by_text("Key “script” revoked.")).to_be_visible()
            assert ask_with(key, people).status_code == 401

            page.get_by_role("button", name="Sign out").click()
            expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            page.goto(f"{people.server.url}/account")
            expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            assert context.cookies(people.server.url + "/")[0]["name"] == "device"


@pytest.fixture(scope="module")
def container() -> dict[str, str]:
    """The settings of the container image, and those of the command that the documentation gives."""
    image = re.findall(r"^    ([A-Z_]+)=(\S+)", (PROJECT_DIR / "Dockerfile").read_text().partition("ENV PATH")[2], re.M)
    [command] = re.findall(r"^docker run .+", (PROJECT_DIR / "docs/how-to/deploy.md").read_text(), re.M)
    given = dict(option.split("=", 1) for option in re.findall(r"-e (\S+)", command))
    assert f"-p 127.0.0.1:{urlsplit(given['PUBLIC_URL']).port}:{dict(image)['PORT']}" in command
    return {**dict(image), **given}


class TestContainer:
    """The container's settings, followed from the log of a new installation."""

    def create_account(self, page: Page, link: str) -> None:
        page.goto(link)
        page.get_by_label("E-mail").fill("chief@example.org")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Create the account").click()

    def test_the_documented_command_gives_a_link_that_signs_in(
        self, browser: Browser, container: dict[str, str], tmp_path: Path
    ):
        port = str(free_port())
        settings = {name: value.replace(container["PORT"], port) for name, value in container.items()}
        with RunningServer(wait=False, DATA_DIR=str(tmp_path), **settings) as server:
            server.port, server.url = int(port), settings["PUBLIC_URL"]
            server.wait_for("/health/live")
            assert "public_url_missing" not in server.log
            [link] = setup_links(server)
            page = browser.new_page()
            self.create_account(page, link)
            expect(page.locator(".who")).to_have_text("chief@example.org")
            page.reload()
            expect(page.locator(".who")).to_have_text("chief@example.org")
            page.close()

    def test_over_plain_http_the_page_gives_the_reason_why_sign_in_fails(
        self, browser: Browser, container: dict[str, str], tmp_path: Path
    ):
        settings = {name: value for name, value in container.items() if name not in ("PUBLIC_URL", "PORT")}
        settings |= {"ALLOWED_HOSTS": "mri.test", "DATA_DIR": str(tmp_path)}
        with RunningServer(wait=False, **settings) as server:
            server.wait_for("/health/live")
            assert "public_url_missing" in server.log
            [link] = setup_links(server)
            page = browser.new_page()
            self.create_account(page, link.replace("localhost", "mri.test"))
            alert = page.get_by_role("alert").filter(visible=True)
            expect(alert).to_contain_text("sends its session cookie only over HTTPS")
            expect(alert).to_contain_text(f"PUBLIC_URL=http://mri.test:{server.port}")
            ARTEFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTEFACTS / "cookie-refused.png")
            page.get_by_role("button", name="Sign in").click()
            page.get_by_label("E-mail").fill("chief@example.org")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            expect(alert).to_contain_text("sends its session cookie only over HTTPS")
            # Browsers trust this machine itself.
            page.goto(server.url.replace("127.0.0.1", "localhost"))
            page.get_by_label("E-mail").fill("chief@example.org")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            expect(page.locator(".who")).to_have_text("chief@example.org")
            page.close()


def ask_with(key: str, people: People) -> httpx.Response:
    return httpx.post(
        f"{people.server.url}/api/v1/predictions",
        headers={"Authorization": f"Bearer {key}"},
        files={"file": GLIOMA.read_bytes()},
        timeout=60,
    )


def test_without_accounts_their_pages_do_not_exist(browser: Browser, server: RunningServer):
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(server.url)))
    page.goto(server.url)
    page.wait_for_selector("#samples button")
    paths = (re.sub("/[0-9a-f]{16}/", "/", url) for url in asked)
    assert sorted(path for path in paths if "/samples/" not in path and not path.endswith(".svg")) == [
        "/",
        "/api/v1/classes",
        "/api/v1/models",
        "/api/v1/samples",
        "/static/page/api.js",
        "/static/page/dom.js",
        "/static/page/figures.js",
        "/static/page/index.js",
        "/static/page/menu.js",
        "/static/page/page.css",
        "/static/page/print.css",
        "/static/page/progress.js",
        "/static/page/result.js",
        "/static/page/spreadsheet.js",
        "/static/page/study-files.js",
        "/static/page/study.js",
        "/static/page/table.js",
        "/static/page/unzip.js",
        "/static/page/viewer.js",
        "/static/page/zip.js",
    ]
    # The navigation links to the guide once it was built.
    links = [name for name in page.get_by_role("navigation").get_by_role("link").all_inner_texts() if name != "Guide"]
    assert links == ["Classify", "Evaluate", "Model", "API"]
    for path in ("/account", "/members", "/sign-in"):
        response = page.goto(server.url + path)
        assert response and response.status == 404
    page.close()


class TestSigningIn:
    @pytest.mark.parametrize("path", ["/", "/model", "/history", "/account", "/members"])
    def test_signing_in_opens_the_page(self, context: BrowserContext, people: People, person: Person, path: str):
        page = context.new_page()
        page.goto(people.server.url + path)
        sign_in(page, person)
        expect(page.locator(".who")).to_have_text(person.email)
        assert page.url == people.server.url + path

    def test_wrong_credentials_are_reported(self, context: BrowserContext, people: People, person: Person):
        page = context.new_page()
        page.goto(people.server.url)
        sign_in(page, person, "not the password")
        expect(page.get_by_role("alert")).to_contain_text("There is no account with this e-mail and password. Check")
        sign_in(page, person)
        expect(page.locator(".who")).to_have_text(person.email)

    def test_signing_in_by_keyboard(self, context: BrowserContext, people: People, person: Person):
        page = context.new_page()
        page.goto(people.server.url)
        expect(page.get_by_label("E-mail")).to_be_focused()
        page.keyboard.type(person.email)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".who")).to_have_text(person.email)

    def test_a_link_sets_the_password(self, browser: Browser, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, people.person(admin=True), "/members")
        page.get_by_role("button", name=f"Change: {person.email}").click()
        page.get_by_role("button", name="Create a password-reset link").click()
        link = page.get_by_label("Link", exact=True).input_value()
        with watched(browser, people) as theirs:
            other = theirs.new_page()
            other.goto(link)
            other.get_by_label("New password").fill("password1234")
            other.get_by_role("button", name="Set the password").click()
            expect(other.get_by_text("too easy to guess")).to_be_visible()
            expect(other.get_by_label("New password")).to_be_focused()
            other.get_by_label("New password").fill(NEW_PASSWORD)
            other.get_by_role("button", name="Set the password").click()
            expect(other.get_by_text("Password changed. Sign in")).to_be_visible()
            sign_in(other, person, NEW_PASSWORD)
            expect(other.locator(".who")).to_have_text(person.email)
            other.goto(link)
            other.get_by_label("New password").fill(NEW_PASSWORD)
            other.get_by_role("button", name="Set the password").click()
            expect(other.get_by_role("alert")).to_contain_text("Ask the sender for a new link.")

    def test_without_mail_an_administrator_resets_passwords(self, context: BrowserContext, people: People):
        page = context.new_page()
        page.goto(people.server.url)
        page.get_by_role("button", name="Forgot your password?").click()
        expect(page.get_by_text("Ask an administrator of this service for a password-reset link")).to_be_visible()
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_label("E-mail")).to_be_focused()


class TestASessionThatEnds:
    def test_the_chosen_scan_stays(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/")
        page.wait_for_selector("#samples button")
        end_sessions(people, person)
        page.set_input_files("#files", MENINGIOMA)
        dialog = page.get_by_role("dialog", name="Sign in again")
        expect(dialog.get_by_label("E-mail")).to_have_value(person.email)
        expect(dialog.get_by_label("Password", exact=True)).to_be_focused()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".answer")).to_have_text("Meningioma")
        expect(dialog).to_have_count(0)

    def test_declining_to_sign_in_again_shows_an_error(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/")
        page.wait_for_selector("#samples button")
        end_sessions(people, person)
        page.set_input_files("#files", MENINGIOMA)
        page.get_by_role("dialog", name="Sign in again").wait_for()
        page.keyboard.press("Escape")
        expect(page.get_by_role("alert")).to_contain_text("Sign in and try again.")

    def test_another_person_does_not_see_the_scan(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/")
        page.set_input_files("#files", MENINGIOMA)
        page.wait_for_selector(".answer")
        end_sessions(people, person)
        page.set_input_files("#files", GLIOMA)
        page.get_by_role("dialog").wait_for()
        other = people.person()
        sign_in(page, other)
        expect(page.locator(".who")).to_have_text(other.email)
        expect(page.locator("#original")).to_be_hidden()


def end_sessions(people: People, person: Person) -> None:
    with people.database.writing() as session:
        session.execute(delete(SessionRow).where(SessionRow.account_id == person.id))


class TestAccount:
    def test_a_second_factor_from_set_up_to_removal(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/account")
        factor = part(page, "Second factor")
        factor.get_by_text("Set up a second factor").click()
        factor.get_by_label("Confirm with your password").fill("not the password")
        factor.get_by_role("button", name="Start set-up").click()
        expect(factor.get_by_text("Wrong password.")).to_be_visible()
        factor.get_by_label("Confirm with your password").fill(PASSWORD)
        factor.get_by_role("button", name="Start set-up").click()
        picture = factor.get_by_role("img", name="QR code")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") > 0
        totp = pyotp.TOTP(factor.get_by_label("Secret", exact=True).input_value())
        factor.get_by_label("Code").fill(totp.now())
        factor.get_by_role("button", name="Turn on").click()
        expect(factor.get_by_text("The second factor is on")).to_be_visible()
        recovery = factor.locator(".codes li").all_inner_texts()
        assert len(recovery) == 10
        factor.get_by_role("button", name="I have saved them").click()
        expect(factor.get_by_text("On: signing in")).to_be_visible()

        page.get_by_role("button", name="Sign out").click()
        sign_in(page, person)
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("Wrong, used or expired code.")).to_be_visible()
        page.get_by_role("button", name="Use a recovery code instead").click()
        page.get_by_label("Recovery code").fill(recovery[0])
        page.get_by_role("button", name="Continue").click()

        page.get_by_role("link", name="Account").click()
        factor.get_by_text("Turn off the second factor").click()
        remove = factor.locator("form").last
        remove.get_by_label("Confirm with your password").fill(PASSWORD)
        remove.get_by_role("button", name="Turn off").click()
        expect(factor.get_by_text("The second factor is off")).to_be_visible()

    def test_a_required_second_factor_comes_first(self, browser: Browser, tmp_path_factory: pytest.TempPathFactory):
        with (
            People(tmp_path_factory.mktemp("required"), None, REQUIRE_SECOND_FACTOR="true") as people,
            watched(browser, people) as context,
        ):
            page = context.new_page()
            page.goto(people.server.url)
            sign_in(page, people.person())
            factor = part(page, "Second factor")
            expect(factor.get_by_text("This service requires a second factor.")).to_be_visible()
            expect(part(page, "API keys")).to_be_hidden()
            factor.get_by_label("Confirm with your password").fill(PASSWORD)
            factor.get_by_role("button", name="Start set-up").click()
            secret = factor.get_by_label("Secret", exact=True).input_value()
            factor.get_by_label("Code").fill(pyotp.TOTP(secret).now())
            factor.get_by_role("button", name="Turn on").click()
            factor.get_by_role("button", name="I have saved them").click()
            expect(page.locator("#files")).to_be_attached()

    def test_a_code_of_the_app_signs_in(self, context: BrowserContext, people: People, person: Person):
        secret = give_second_factor(people, person)
        page = context.new_page()
        page.goto(people.server.url)
        sign_in(page, person)
        # The code of the next half minute: the current code was already used.
        page.get_by_label("Code").fill(pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)))
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".who")).to_have_text(person.email)

    def test_three_wrong_codes_require_the_password_again(
        self, context: BrowserContext, people: People, person: Person
    ):
        give_second_factor(people, person)
        page = context.new_page()
        page.goto(people.server.url)
        sign_in(page, person)
        for _ in range(4):
            with page.expect_response("**/second-factor"):
                page.get_by_label("Code").fill("000000")
                page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("Sign in with the password first")).to_be_visible()
        expect(page.get_by_label("E-mail")).to_be_focused()

    def test_a_key_is_copied_and_expires(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/account")
        key = make_key(page, "a night's batch")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == key
        entry = page.locator("#keys .entries li")
        expect(entry).to_contain_text("Allowed to classify scans")
        expect(entry).to_contain_text("expires ")
        page.reload()
        expect(entry).to_contain_text("a night's batch")
        expect(page.get_by_label("Key", exact=True)).to_have_count(0)

    def test_other_sessions_are_ended(self, context: BrowserContext, people: People, person: Person):
        with people.signed_in(person) as elsewhere:
            page = context.new_page()
            page.goto(f"{people.server.url}/account")
            sign_in(page, person)
            sessions = part(page, "Active sessions")
            expect(sessions.locator("li")).to_have_count(2)
            sessions.get_by_role("button", name="End:").click()
            expect(sessions.locator("li")).to_have_count(1)
            expect(sessions.locator("li")).to_contain_text("Chrome on Linux")
            expect(sessions.locator("li")).to_contain_text("this session")
            assert elsewhere.get("/api/v1/classes").status_code == 401

    def test_the_password_is_changed(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/account")
        key = make_key(page, "script")
        page.get_by_text("Change the password").first.click()
        page.get_by_label("Current password").fill(PASSWORD)
        page.get_by_label("New password").fill(NEW_PASSWORD)
        page.get_by_label("Revoke all API keys, too").check()
        page.get_by_role("button", name="Change the password").click()
        expect(page.get_by_text("Password changed.")).to_be_visible()
        expect(part(page, "API keys").get_by_text("Copy it now")).to_be_hidden()
        assert ask_with(key, people).status_code == 401
        page.get_by_role("button", name="Sign out").click()
        sign_in(page, person, NEW_PASSWORD)
        expect(page.locator(".who")).to_have_text(person.email)

    def test_the_account_is_deleted(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/account")
        page.get_by_text("Delete the account and all its data").click()
        page.get_by_label("Confirm with your password").last.fill(PASSWORD)
        page.get_by_role("button", name="Delete my account").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        sign_in(page, person)
        expect(page.get_by_role("alert")).to_contain_text("There is no account")


def give_second_factor(people: People, person: Person) -> str:
    """Turn on a person's second factor; returns its secret."""
    with people.signed_in(person) as client:
        begun = client.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()
        code = pyotp.TOTP(begun["secret"]).now()
        answer = client.post("/api/v1/account/second-factor/confirmation", json={"code": code})
        assert answer.status_code == 200
        return str(begun["secret"])


class TestMembers:
    def test_a_member_is_invited_and_suspended(self, browser: Browser, context: BrowserContext, people: People):
        page = opened(context, people, people.person(admin=True), "/members")
        invitations = part(page, "Invitations")
        invitations.get_by_label("E-mail").fill("new@example.org")
        invitations.get_by_role("button", name="Invite").click()
        expect(invitations.get_by_text("new@example.org invited.")).to_be_visible()
        link = invitations.get_by_label("Link", exact=True).input_value()
        with watched(browser, people) as theirs:
            other = theirs.new_page()
            other.goto(link)
            other.get_by_label("E-mail").fill("new@example.org")
            other.get_by_label("New password").fill(PASSWORD)
            other.get_by_role("button", name="Create the account").click()
            expect(other.locator(".who")).to_have_text("new@example.org")
            expect(other.get_by_role("link", name="Members")).to_have_count(0)
            other.goto(f"{people.server.url}/members")
            expect(other.get_by_role("alert")).to_contain_text("Only an administrator may do this.")

            page.reload()
            page.get_by_role("button", name="Change: new@example.org").click()
            page.get_by_role("button", name="Suspend the account").click()
            page.get_by_role("dialog").get_by_role("button", name="Suspend the account").click()
            expect(page.get_by_text("Done: Suspend the account, new@example.org.")).to_be_visible()
            other.reload()
            expect(other.get_by_role("heading", name="Sign in")).to_be_visible()

    def test_an_invitation_is_withdrawn(self, context: BrowserContext, people: People):
        page = opened(context, people, people.person(admin=True), "/members")
        invitations = part(page, "Invitations")
        invitations.get_by_label("E-mail").fill("nobody@example.org")
        invitations.get_by_role("button", name="Invite").click()
        invitations.get_by_role("button", name="Withdraw: nobody@example.org").click()
        expect(invitations.get_by_text("Invitation of nobody@example.org withdrawn.")).to_be_visible()
        expect(invitations.locator("li").filter(has_text="nobody@example.org")).to_have_count(0)


class TestHistory:
    def test_results_are_listed_shown_and_deleted(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/")
        for scan, answer in ((GLIOMA, "Glioma"), (MENINGIOMA, "Meningioma")):
            page.set_input_files("#files", scan)
            expect(page.locator(".answer")).to_have_text(answer)
        page.get_by_role("link", name="History").click()
        entries = page.locator("#history .entries li")
        expect(entries).to_have_count(2)
        expect(entries.first).to_contain_text("Meningioma, 9")
        thumbnail = entries.first.locator("img")
        expect(thumbnail).to_have_js_property("complete", True)
        assert thumbnail.evaluate("image => image.naturalWidth") > 0
        page.locator("select[name=class]").select_option("Glioma")
        expect(entries).to_have_count(1)
        entries.get_by_role("button", name="Show: Glioma").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator(".bars li")).to_have_count(4)
        heat = dialog.get_by_role("img", name="Heat-map of the place of any tumor")
        expect(heat).to_have_js_property("complete", True)
        assert heat.evaluate("image => image.naturalWidth") > 0
        dialog.get_by_label("Heat-map").select_option("none")
        expect(dialog.get_by_role("img", name="The stored scan")).to_be_visible()
        with page.expect_download() as download:
            dialog.get_by_role("button", name="Save as PDF").click()
        assert download.value.path().read_bytes().startswith(b"%PDF")
        dialog.get_by_text("Label and note", exact=True).click()
        dialog.get_by_label("Label").fill("Case 7")
        dialog.get_by_role("button", name="Save label and note").click()
        expect(dialog.get_by_text("Label and note saved.")).to_be_visible()
        expect(entries).to_contain_text("Case 7")
        dialog.get_by_role("button", name="Delete").click()
        dialog.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("Result deleted.")).to_be_visible()
        page.locator("select[name=class]").select_option("any")
        expect(entries).to_have_count(1)
        page.get_by_label("To", exact=True).fill("2020-01-01")
        expect(page.get_by_text("No results match the filters.")).to_be_visible()

    def test_pagination(self, context: BrowserContext, people: People, person: Person):
        fill_history(people, person, 25)
        page = opened(context, people, person, "/history")
        entries = page.locator("#history .entries li")
        expect(entries).to_have_count(20)
        page.get_by_role("button", name="Show more").click()
        expect(entries).to_have_count(25)
        expect(entries.nth(20).get_by_role("button")).to_be_focused()
        expect(page.get_by_role("button", name="Show more")).to_have_count(0)

    def test_the_history_is_exported_and_deleted(self, context: BrowserContext, people: People, person: Person):
        fill_history(people, person, 3)
        page = opened(context, people, person, "/history")
        page.locator("#format").select_option("csv")
        with page.expect_download() as download:
            page.get_by_role("button", name="Export the results listed above").click()
        assert download.value.suggested_filename == "history.csv"
        assert len(download.value.path().read_text().splitlines()) == 4
        page.get_by_role("button", name="Delete the whole history").click()
        page.get_by_role("button", name="Delete everything").click()
        expect(page.get_by_text("3 results deleted.")).to_be_visible()
        expect(page.locator("#history .entries li")).to_have_count(0)

    def test_feedback_is_stored_and_counted(self, context: BrowserContext, people: People, person: Person):
        page = opened(context, people, person, "/")
        page.set_input_files("#files", MENINGIOMA)
        expect(page.locator(".answer")).to_have_text("Meningioma")
        page.get_by_text("Give feedback").click()
        page.get_by_role("button", name="Save feedback").click()
        expect(page.get_by_text("Feedback saved, agreed: Meningioma.")).to_be_visible()
        page.locator(f'[data-name="{GLIOMA.name}"]').click()
        expect(page.locator(".answer")).to_have_text("Glioma")
        expect(page.get_by_text("Give feedback")).to_have_count(0)

        with people.signed_in(person) as client:
            records = client.get("/api/v1/history").json()["records"]
        [record] = [one["id"] for one in records if one["source"] == "upload"]
        page.goto(f"{people.server.url}/history#{record}")
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Give feedback").click()
        dialog.get_by_label("Class of the scan").select_option("Confirmed: Glioma")
        dialog.get_by_label("Note", exact=True).fill("histology")
        dialog.get_by_role("button", name="Save feedback").click()
        expect(dialog.get_by_text("Feedback saved, confirmed: Glioma.")).to_be_visible()
        dialog.get_by_role("button", name="Close").click()
        expect(page.locator("#history .entries li", has_text="confirmed: Glioma")).to_have_count(1)
        confirmed = part(page, "Confirmed cases")
        expect(confirmed.get_by_text("1 of 2 results are confirmed.")).to_be_visible()
        expect(confirmed.locator("tbody tr").first).to_contain_text("0.0 % (0.0 to")
        confirmed.get_by_label("Group by").select_option("week")
        expect(confirmed.locator("tbody tr")).to_have_count(3)

    def test_without_accounts_all_share_one_history(self, browser: Browser, tmp_path: Path):
        with RunningServer(HISTORY="on", DATA_DIR=str(tmp_path)) as server:
            with server.client() as client:
                assert client.post(f"/api/v1/samples/{GLIOMA.name}/predictions").status_code == 200
            page = browser.new_page()
            page.goto(server.url)
            expect(page.get_by_text("stores the result in your history, but neither the image")).to_be_visible()
            page.get_by_role("link", name="History").click()
            expect(page.locator("#history .entries li")).to_have_count(1)
            expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
            page.get_by_role("button", name="Delete the whole history").click()
            page.get_by_role("button", name="Delete everything").click()
            expect(page.get_by_text("1 result deleted.")).to_be_visible()
            page.close()


def fill_history(people: People, person: Person, count: int) -> None:
    """Classify `count` scans."""
    with people.signed_in(person) as client:
        for scan in islice(copies(GLIOMA.read_bytes()), count):
            assert client.post("/api/v1/predictions", files={"file": scan}).status_code == 200


def confirm_one(people: People, person: Person) -> None:
    """Classify a scan and agree with the result."""
    with people.signed_in(person) as client:
        record = client.post("/api/v1/predictions", files={"file": MENINGIOMA.read_bytes()}).json()["id"]
        given = client.post(f"/api/v1/predictions/{record}/feedback", json={"verdict": "agree", "note": "histology"})
        assert given.status_code == 200


class TestAccess:
    """Accessibility: keyboard, contrast, screen readers, phones."""

    @pytest.mark.parametrize("path", ["/sign-in", "/account", "/members"])
    def test_the_layout_is_stable_during_loading(self, context: BrowserContext, people: People, path: str):
        enter(context, people, people.person(admin=True))
        page = context.new_page()
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(people.server.url + path)
        page.wait_for_load_state("networkidle")
        assert layout_shift(page) < GOOD_SHIFT

    @pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
    def test_axe_finds_no_violation_and_nothing_overflows(
        self, context: BrowserContext, people: People, scheme, width: int
    ):
        ARTEFACTS.mkdir(exist_ok=True)
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})

        def look(name: str) -> None:
            page.screenshot(path=ARTEFACTS / f"{name}-{scheme}-{width}.png", full_page=True)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

        person = people.person(admin=True)
        page.goto(people.server.url)
        sign_in(page, person, "not the password")
        page.get_by_role("alert").wait_for()
        look("sign-in")
        fill_history(people, person, 2)
        confirm_one(people, person)
        enter(context, people, person)
        page.goto(f"{people.server.url}/account")
        expect(page.get_by_label("Name", exact=True)).to_be_visible()
        page.get_by_text("Change the password").first.click()
        look("account")
        make_key(page, "script")
        page.get_by_text("Set up a second factor").click()
        factor = part(page, "Second factor")
        factor.get_by_label("Confirm with your password").fill(PASSWORD)
        factor.get_by_role("button", name="Start set-up").click()
        secret = factor.get_by_label("Secret", exact=True).input_value()
        look("second-factor")
        factor.get_by_label("Code").fill(pyotp.TOTP(secret).now())
        factor.get_by_role("button", name="Turn on").click()
        factor.locator(".codes").wait_for()
        look("recovery-codes")
        page.goto(f"{people.server.url}/history")
        page.locator("#history .entries img").last.wait_for()
        part(page, "Confirmed cases").locator("tbody tr").first.wait_for()
        look("history")
        page.get_by_role("button", name="Show: Meningioma").first.click()
        page.get_by_role("dialog").get_by_text("Give feedback").click()
        look("reading")
        page.goto(f"{people.server.url}/members")
        page.get_by_label("E-mail").fill(f"{scheme}{width}@example.org")
        page.get_by_role("button", name="Invite").click()
        page.get_by_label("Link", exact=True).wait_for()
        look("members")
        page.get_by_role("button", name=f"Change: {person.email}").click()
        look("member")
        page.get_by_role("button", name="Suspend the account").click()
        look("confirm")
        page.get_by_role("button", name="Cancel").click()
        end_sessions(people, person)
        page.get_by_role("button", name=f"Change: {person.email}").click()
        page.get_by_role("button", name="Create a password-reset link").click()
        page.get_by_role("dialog", name="Sign in again").wait_for()
        look("sign-in-again")
