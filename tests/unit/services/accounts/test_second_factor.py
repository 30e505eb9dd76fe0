"""Codes of authenticator apps."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from app.services.accounts.second_factor import step_of

NOW = datetime(2026, 11, 27, 12, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "valid"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_of_a_clock_that_is_half_a_minute_off_is_accepted(seconds: int, valid: bool):
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds))
    step = (int(NOW.timestamp()) + seconds) // 30
    assert step_of(secret, code, NOW) == (step if valid else None)
