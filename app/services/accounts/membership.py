"""Everything about accounts, put together. Imported where `AUTH=on` alone, since SQLAlchemy comes with it."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import select

from app.config.settings import Settings
from app.services.accounts import links
from app.services.accounts.authenticator import Authenticator
from app.services.accounts.keys import Keys
from app.services.accounts.links import LinkKind
from app.services.accounts.mail import Mailer
from app.services.accounts.members import Members
from app.services.accounts.passwords import Passwords
from app.services.accounts.self_service import Accounts
from app.services.accounts.sessions import Sessions
from app.services.database.database import Database
from app.services.database.tables import Account


@dataclass(frozen=True)
class Cookies:
    """How cookies are set.

    Browsers take a `__Host-` cookie only with `Secure`, and send that over TLS alone. So names and flag follow from
    where people reach the service, which the settings tell: nothing in a request can talk the service out of them.

    Attributes:
        secure: whether they are sent over TLS alone: yes, unless `PUBLIC_URL`, or without it a loopback `HOST`, says
            that people reach the service by plain http.
    """

    secure: bool

    @property
    def session(self) -> str:
        """Name of the session's cookie. With the prefix, browsers let no other host and no page without TLS set it."""
        return self._named("session")

    @property
    def device(self) -> str:
        """Name of the cookie by which a browser that has signed in is known again."""
        return self._named("device")

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name


@dataclass(frozen=True)
class Membership:
    """What answers requests about accounts.

    Attributes:
        authenticator: maps session tokens and keys to identities.
        sessions: of browsers.
        accounts: for their owners.
        members: for administrators.
        keys: of programs.
        cookies: how they are set.
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
        """Put together what `AUTH=on` needs."""
        passwords, mailer = Passwords(), Mailer(settings)
        sessions = Sessions(settings, database, passwords)
        secure = settings.public_url.scheme == "https" if settings.public_url else not settings.on_loopback
        return cls(
            Authenticator(settings, database),
            sessions,
            Accounts(settings, database, passwords, sessions, mailer),
            Members(settings, database, mailer),
            Keys(database),
            Cookies(secure),
            database,
            passwords,
            mailer,
        )

    def setup_link(self, settings: Settings) -> str | None:
        """A one-time link that makes the first account, an administrator's; none where there is an account."""
        with self._database.writing() as session:
            if session.scalars(select(Account.id).limit(1)).first():
                return None
            _, token = links.make(session, LinkKind.SETUP, admin=True)
        return links.address(settings, LinkKind.SETUP, token)

    def close(self) -> None:
        """End the threads, once they have finished what they are at."""
        self._passwords.close()
        self._mailer.close()
