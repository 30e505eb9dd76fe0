"""The account services as one object. Lazy import: only `AUTH=on` needs them, and they import SQLAlchemy."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from sqlalchemy import delete, select

from app.config.settings import Settings
from app.services.accounts import links
from app.services.accounts.authenticator import Authenticator
from app.services.accounts.factor_secrets import FactorSecrets
from app.services.accounts.keys import Keys
from app.services.accounts.links import LinkKind
from app.services.accounts.mail import Mailer
from app.services.accounts.members import Members
from app.services.accounts.passwords import Passwords
from app.services.accounts.self_service import Accounts
from app.services.accounts.sessions import Sessions
from app.services.database import audit
from app.services.database.database import Database
from app.services.database.tables import Account, LinkRow
from app.services.database.tokens import hashed

# Workers of one service start within this time; a restart withdraws the link of the last start.
_TOGETHER = timedelta(minutes=1)


@dataclass(frozen=True)
class Cookies:
    """Names and attributes of the cookies.

    Browsers accept a `__Host-` cookie only with `Secure`, and send a `Secure` cookie only over TLS. Both follow from
    the settings (`PUBLIC_URL`, else `HOST`), so that nothing in a request can weaken them.

    Attributes:
        secure: whether the cookies are sent only over TLS: yes, unless `PUBLIC_URL` (or, without it, a loopback
            `HOST`) shows that people use plain HTTP.
    """

    secure: bool

    @property
    def session(self) -> str:
        """Name of the session cookie. The `__Host-` prefix keeps other hosts and pages without TLS from setting it."""
        return self._named("session")

    @property
    def device(self) -> str:
        """Name of the cookie that identifies a browser which has signed in before."""
        return self._named("device")

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name


@dataclass(frozen=True)
class Membership:
    """The account services.

    Attributes:
        authenticator: maps session tokens and keys to identities.
        sessions: browser sessions.
        accounts: self-service for account owners.
        members: administration of all accounts.
        keys: access keys for programs.
        cookies: names and attributes of the cookies.
    """

    authenticator: Authenticator
    sessions: Sessions
    accounts: Accounts
    members: Members
    keys: Keys
    cookies: Cookies
    _database: Database
    _passwords: Passwords
    _mailer: Mailer

    @classmethod
    def open(cls, settings: Settings, database: Database) -> Self:
        """Build the services from the settings, and encrypt secrets of second factors that are not encrypted yet."""
        passwords = Passwords()
        mailer = Mailer(settings.smtp_url.get_secret_value() if settings.smtp_url else None, settings.mail_from)
        idle = timedelta(minutes=settings.session_idle_minutes)
        factor_secrets = FactorSecrets(settings.encryption_key_bytes)
        with database.writing() as session:
            factor_secrets.renew(session)
        sessions = Sessions(
            database=database,
            passwords=passwords,
            factor_secrets=factor_secrets,
            mailer=mailer,
            base_url=settings.base_url,
            idle=idle,
            longest=timedelta(hours=settings.session_hours),
        )
        return cls(
            authenticator=Authenticator(
                database,
                idle=idle,
                require_second_factor=settings.require_second_factor,
                admin_second_factor=settings.admin_second_factor,
            ),
            sessions=sessions,
            accounts=Accounts(
                database=database,
                passwords=passwords,
                sessions=sessions,
                factor_secrets=factor_secrets,
                mailer=mailer,
                base_url=settings.base_url,
                sign_up=settings.sign_up,
            ),
            members=Members(database, mailer, base_url=settings.base_url, sign_up=settings.sign_up),
            keys=Keys(database),
            cookies=Cookies(settings.secure_cookies),
            _database=database,
            _passwords=passwords,
            _mailer=mailer,
        )

    def setup_link(self, base_url: str) -> str | None:
        """Create a one-time link for the first account, an administrator's.

        Returns:
            The link; None if an account exists, or if a process that started at the same time has made the link.
        """
        with self._database.writing() as session:
            audit.locked_head(session)
            if session.scalars(select(Account.id).limit(1)).first():
                return None
            setup = LinkRow.kind == LinkKind.SETUP.value
            together = LinkRow.created_at > datetime.now(UTC) - _TOGETHER
            if session.scalars(select(LinkRow.id).where(setup, together)).first():
                return None
            session.execute(delete(LinkRow).where(setup))
            _, token = links.make(session, LinkKind.SETUP, admin=True)
        return links.url(base_url, LinkKind.SETUP, token)

    def withdraw_setup_link(self, link: str) -> None:
        """Delete a link that `setup_link` made, unless it has been used."""
        with self._database.writing() as session:
            session.execute(delete(LinkRow).where(LinkRow.token_hash == hashed(link.rpartition("=")[2])))

    def close(self) -> None:
        """Finish queued hashes and mail, then end the threads."""
        self._passwords.close()
        self._mailer.close()
