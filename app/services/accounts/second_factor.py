"""The second factor: a six-digit code that changes every 30 s (TOTP, RFC 6238), or a one-time recovery code."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.services.accounts.factor_secrets import FactorSecrets
from app.services.database.tables import Account, RecoveryCode
from app.services.database.tokens import hashed

ISSUER = "Brain Tumor Classification"
_STEP_S = 30
# A clock may be 30 s off.
_STEPS = (-1, 0, 1)
_CODES = 10
# More than 112 random bits each: too many to find from an unsalted SHA-256 hash.
_CODE_CHARACTERS = 23
_HALF = 12
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # pragma: allowlist secret


def new_secret() -> str:
    """A secret for an authenticator app."""
    return pyotp.random_base32()


@dataclass(frozen=True)
class Enrolment:
    """A secret for an authenticator app, in three forms.

    Attributes:
        secret: the secret as base32, to type in.
        uri: the URI `otpauth://totp/…`, to open.
        qr_code: the QR code as an SVG data URL, to scan.
    """

    secret: str
    uri: str
    qr_code: str


def enrolment(secret: str, email: str) -> Enrolment:
    """A secret in the forms that authenticator apps accept."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    return Enrolment(secret, uri, segno.make(uri, micro=False).svg_data_uri(scale=4, light="#fff"))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step of a code; None if the code is not valid now."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_S
    # As bytes: it compares texts only if they are ASCII.
    matches = [secrets.compare_digest(totp.generate_otp(current + offset).encode(), code.encode()) for offset in _STEPS]
    return next((current + offset for offset, match in zip(_STEPS, matches, strict=True) if match), None)


def spend(session: Session, account: Account, code: str, now: datetime, factor_secrets: FactorSecrets) -> bool:
    """Whether a code is valid for an account. Each code is accepted once.

    Raises:
        DatabaseUnavailable: the secret cannot be decrypted. Recovery codes work without it.
    """
    code = code.replace(" ", "").replace("-", "").lower()
    if account.totp_secret is None:
        return False
    if len(code) != _CODE_CHARACTERS:
        step = step_of(factor_secrets.open(account.totp_secret, account.id), code, now)
        if step is None or (account.totp_step is not None and step <= account.totp_step):
            return False
        account.totp_step = step
        return True
    spent = delete(RecoveryCode).where(
        RecoveryCode.account_id == account.id, RecoveryCode.code_hash == _code_hash(account, code)
    )
    return session.connection().execute(spent).rowcount == 1


def new_recovery_codes(session: Session, account: Account) -> list[str]:
    """Replace the recovery codes. Only their hashes are stored."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARACTERS)) for _ in range(_CODES)]
    session.add_all(RecoveryCode(code_hash=_code_hash(account, code), account_id=account.id) for code in codes)
    return [f"{code[:_HALF]}-{code[_HALF:]}" for code in codes]


def remove(session: Session, account: Account) -> None:
    """Remove the second factor."""
    account.totp_secret = account.totp_pending = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _code_hash(account: Account, code: str) -> str:
    return hashed(f"{account.id}:{code}")
