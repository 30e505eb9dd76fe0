"""Real responses of the operations that need accounts, with constants in place of random values and times."""

import json
import re
import time
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pyotp

from app.config.settings import PROJECT_DIR
from tests.support.people import PASSWORD, People

_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
_SAMPLE = "/api/v1/samples/Te-me_0016.jpg/predictions"
_BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
_TIMES = {"wait": 0.1, "read": 2.8, "forward": 37.2, "heatmap": 2.9, "explanation": 0.1, "total": 43.1}
_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # pragma: allowlist secret
# Patterns of random values, and functions that make reproducible replacements.
_RANDOM: dict[str, Callable[[Random], str]] = {
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}": lambda chance: str(UUID(int=chance.getrandbits(128), version=4)),
    r"(?<=[_=])[\w-]{43}(?=\")": lambda chance: urlsafe_b64encode(chance.randbytes(32)).decode().rstrip("="),
    r"(?<=[\"=])[A-Z2-7]{32}(?=[\"&])": lambda chance: b32encode(chance.randbytes(20)).decode(),
    r"(?<=\")[a-z2-9]{12}-[a-z2-9]{11}(?=\")": lambda chance: "-".join(
        "".join(chance.choices(_CODE_LETTERS, k=length)) for length in (12, 11)
    ),
}


def account_answers() -> dict[str, Any]:
    """A response of each operation that needs accounts or a history and returns JSON, by operation id."""
    answers: dict[str, Any] = {}
    begun = datetime.now(UTC)
    with (
        TemporaryDirectory() as folder,
        People(
            Path(folder), None, SIGN_UP="invitation", SHADOW_MODEL="cnn", SHADOW_SHARE="1", PRECISION="f32"
        ) as people,
        people.browser("127.0.0.1", **{"User-Agent": _BROWSER}) as browser,
    ):
        people.server.wait_for("/health/ready")
        admin, member = people.person(admin=True), people.person()
        paths = browser.get("/openapi.json").json()["paths"]
        places = {
            operation["operationId"]: (method.upper(), path)
            for path, methods in paths.items()
            for method, operation in methods.items()
        }

        def ask(name: str, given: dict[str, Any] | None = None, **ids: str) -> Any:
            method, path = places[name]
            answer = browser.request(method, path.format(**ids), json=given).raise_for_status().json()
            answers[name] = answer
            return answer

        password = {"password": PASSWORD}
        ask("create_session", {"email": admin.email, **password})
        browser.post(_SAMPLE).raise_for_status()
        ask("get_record", record=ask("list_records")["records"][0]["id"])
        ask("export_records")
        scan = {"file": (PROJECT_DIR / "sample_images" / "Te-me_0018.jpg").read_bytes()}
        record = browser.post("/api/v1/predictions", files=scan).raise_for_status().json()["id"]
        ask("change_record", {"label": "Case 12", "note": "Three months after surgery."}, record=record)
        ask("give_feedback", {"verdict": "glioma", "note": "Histology: astrocytoma, grade 3."}, record=record)
        ask("get_feedback_statistics")["periods"][0]["begin"] = "2026-01-01"
        # Wait until the shadow model has classified both scans.
        while sum(pair["disagreement"]["total"] for pair in ask("get_shadow")["pairs"]) < 2:
            time.sleep(0.1)
        expires = (begun + timedelta(days=90)).isoformat()
        ask("reload_models")
        ask("create_key", {"name": "night batch", "scopes": ["predict", "read"], "expires_at": expires})
        ask("list_keys")
        ask("create_invitation", {"email": "reader@example.org"})
        ask("list_invitations")
        ask("create_member_reset", member=str(member.id))
        ask("change_member", {"admin": True}, member=str(member.id))
        ask("list_members")
        secret = ask("begin_second_factor", password)["secret"]
        ask("confirm_second_factor", {"code": pyotp.TOTP(secret).now()})
        codes = ask("create_recovery_codes", password)["recovery_codes"]
        browser.post("/api/v1/sessions", json={"email": admin.email, **password}).raise_for_status()
        browser.post(places["show_second_factor"][1], json={"code": "000000"})
        browser.post("/api/v1/sessions", json={"email": admin.email, **password}).raise_for_status()
        ask("show_second_factor", {"code": codes[0]})
        ask("list_wrong_codes")
        ask("get_account")
        ask("get_session")
        ask("list_sessions")
        ask("remove_second_factor", password)
        ask("change_password", {**password, "new_password": "another sentence nobody guesses"})
        ask("delete_records")
        url = people.server.url
    answers["begin_second_factor"]["qr_code"] = answers["begin_second_factor"]["qr_code"][:48] + "…"
    text = json.dumps(answers, ensure_ascii=False).replace(url, "https://mri.example.org")
    return json.loads(_made_up(text, begun), object_hook=_with_made_up_times)  # type: ignore[no-any-return]


def _made_up(text: str, begun: datetime) -> str:
    """Replace ids, tokens and codes, and shift all times to a fixed start."""
    chance = Random(0)  # noqa: S311
    for pattern, make in _RANDOM.items():
        for found in dict.fromkeys(re.findall(pattern, text)):
            text = text.replace(found, make(chance))

    def moved(time: re.Match[str]) -> str:
        hours = round((datetime.fromisoformat(time[0]) - begun) / timedelta(hours=1))
        return (_BEGUN + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")

    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)", moved, text)


def _with_made_up_times(node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "timing_ms": _TIMES} if "timing_ms" in node else node
