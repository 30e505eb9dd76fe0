"""The secrets of second factors: encrypted in the database if the operator has set `ENCRYPTION_KEYS`."""

import base64
import binascii
from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.problems import DatabaseUnavailable
from app.services.database.encryption import CannotDecrypt, Keyring
from app.services.database.tables import Account

_PURPOSE = "second factors"
# A secret that is not encrypted is base32: digits and capitals only.
_SEALED = "sealed:"

log = structlog.get_logger()


class FactorSecrets:
    """Encrypts secrets for the database, each for one account, so that exchanged secrets do not open.

    Args:
        keys: 32 bytes each; the first encrypts, all decrypt. Without a key, secrets are stored unencrypted.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keyring = Keyring.derived(keys, _PURPOSE)

    def seal(self, secret: str, account: UUID) -> str:
        """A secret in the form to store."""
        if not self._keyring:
            return secret
        return _SEALED + base64.b64encode(self._keyring.seal(secret.encode(), str(account))).decode()

    def open(self, stored: str, account: UUID) -> str:
        """A stored secret.

        Raises:
            DatabaseUnavailable: its key is not configured, or it was changed.
        """
        if not stored.startswith(_SEALED):
            return stored
        try:
            return self._keyring.open(_bytes(stored), str(account)).decode()
        except CannotDecrypt as error:
            raise DatabaseUnavailable(
                "The service cannot decrypt the second factor of this account. Use a recovery code, or ask the "
                "operator to add the key that encrypted it to ENCRYPTION_KEYS."
            ) from error

    def renew(self, session: Session) -> None:
        """Encrypt every secret with the first key, and log how many are not encrypted or cannot be read.

        Runs at each start: a first key encrypts what was stored without one, and a new key replaces the old one.
        """
        with_secret = or_(Account.totp_secret.is_not(None), Account.totp_pending.is_not(None))
        accounts = session.scalars(select(Account).where(with_secret).order_by(Account.id).with_for_update()).all()
        unreadable = 0
        for account in accounts:
            try:
                account.totp_secret = self._renewed(account.totp_secret, account.id)
                account.totp_pending = self._renewed(account.totp_pending, account.id)
            except (CannotDecrypt, DatabaseUnavailable):
                unreadable += 1
        if unreadable:
            advice = "add the key that encrypted them to ENCRYPTION_KEYS"
            log.error("second_factors_unreadable", accounts=unreadable, advice=advice)
        elif accounts and not self._keyring:
            log.warning("second_factors_not_encrypted", accounts=len(accounts), advice="set ENCRYPTION_KEYS")

    def _renewed(self, stored: str | None, account: UUID) -> str | None:
        if stored is None or (stored.startswith(_SEALED) and self._keyring.is_current(_bytes(stored))):
            return stored
        return self.seal(self.open(stored, account), account)


def _bytes(stored: str) -> bytes:
    try:
        return base64.b64decode(stored.removeprefix(_SEALED))
    except binascii.Error as error:
        raise CannotDecrypt("it is not base64") from error
