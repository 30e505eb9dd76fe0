"""The second factor: six digits that change every half minute (TOTP, RFC 6238), or a recovery code, once each."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.services.database.tables import Account, RecoveryCode
from app.services.database.tokens import hashed

ISSUER = "Brain Tumor Classification"
_STEP_S = 30
# A clock may be half a minute off.
_STEPS = (-1, 0, 1)
_CODES = 10
# More than 112 random bits each, so that a plain hash hides them.
_CODE_CHARACTERS = 23
_HALF = 12
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """A secret for an authenticator app."""
    return pyotp.random_base32()


@dataclass(frozen=True)
class Begun:
    """What an authenticator app is given.

    Attributes:
        secret: to type in.
        uri: to open.
        qr_code: to scan: an SVG, as a data URL.
    """

    secret: str
    uri: str
    qr_code: str


def begin(secret: str, email: str) -> Begun:
    """A secret in the forms that authenticator apps take."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    return Begun(secret, uri, segno.make(uri, micro=False).svg_data_uri(scale=4, light="#fff"))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code is of, if it is one of now."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_S
    steps = [current + offset for offset in _STEPS]
    return next((step for step in steps if secrets.compare_digest(totp.generate_otp(step), code)), None)


def spend(session: Session, account: Account, code: str, now: datetime) -> bool:
    """Whether a code is good for an account; it is not a second time."""
    code = code.replace(" ", "").replace("-", "").lower()
    if account.totp_secret is None or not code.isascii():
        return False
    step = step_of(account.totp_secret, code, now)
    if step is not None and (account.totp_step is None or step > account.totp_step):
        account.totp_step = step
        return True
    spent = delete(RecoveryCode).where(
        RecoveryCode.account_id == account.id, RecoveryCode.code_hash == _code_hash(account, code)
    )
    return session.connection().execute(spent).rowcount == 1


def new_recovery_codes(session: Session, account: Account) -> list[str]:
    """New codes, which make the old ones worthless; the database has their hashes alone."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARACTERS)) for _ in range(_CODES)]
    session.add_all(RecoveryCode(code_hash=_code_hash(account, code), account_id=account.id) for code in codes)
    return [f"{code[:_HALF]}-{code[_HALF:]}" for code in codes]


def remove(session: Session, account: Account) -> None:
    """Take the second factor away."""
    account.totp_secret = account.totp_pending = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _code_hash(account: Account, code: str) -> str:
    return hashed(f"{account.id}:{code}")
