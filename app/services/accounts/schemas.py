"""What requests and answers about accounts are made of. Requests with anything else in them are refused."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StrictBool

from app.models.identity import Scope
from app.models.moment import Moment

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128


def checked_email(value: str) -> str:
    """An e-mail address in the one form that accounts have: in lower case. A hospital's own domains are good.

    Raises:
        ValueError: it is none.
    """
    # Imported where an e-mail is given: a service without accounts need not have it.
    import email_validator

    if "local" in email_validator.SPECIAL_USE_DOMAIN_NAMES:
        email_validator.SPECIAL_USE_DOMAIN_NAMES.remove("local")
    try:
        return email_validator.validate_email(
            value, check_deliverability=False, globally_deliverable=False
        ).normalized.lower()
    except email_validator.EmailNotValidError as error:
        raise ValueError(str(error)) from None


Email = Annotated[
    str, AfterValidator(checked_email), Field(max_length=254, examples=["reader@example.org"], description="An e-mail.")
]
NewPassword = Annotated[
    SecretStr,
    Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="The password; those that are tried first are refused.",
    ),
]
GivenPassword = Annotated[
    SecretStr, Field(min_length=1, max_length=LONGEST_PASSWORD, description="The present password.")
]
LinkToken = Annotated[SecretStr, Field(min_length=1, max_length=64, description="What stands behind a link's `=`.")]
Code = Annotated[
    SecretStr,
    Field(min_length=6, max_length=24, description="Six digits of the authenticator app, or a recovery code."),
]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$", description="What it is for.")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class SignInRequest(_Request):
    """What signs in."""

    email: str = Field(min_length=1, max_length=254, description="The account's e-mail.")
    password: GivenPassword


class CodeGiven(_Request):
    """What shows the second factor."""

    code: Code


class PasswordGiven(_Request):
    """The password again, for what a browser left alone must not do."""

    password: GivenPassword


class SignUpRequest(_Request):
    """A new account."""

    email: Email
    password: NewPassword
    token: LinkToken | None = Field(None, description="Of a link for setting up or an invitation.")


class PasswordChange(_Request):
    """A new password in the place of the present one."""

    password: GivenPassword
    new_password: NewPassword


class ResetRequest(_Request):
    """Who has forgotten the password."""

    email: Email


class PasswordReset(_Request):
    """A new password by a link."""

    token: LinkToken
    password: NewPassword


class KeyRequest(_Request):
    """A new key."""

    name: Name
    scopes: frozenset[Scope] = Field(
        frozenset({Scope.PREDICT}), min_length=1, description="What it may do; no more than whoever makes it."
    )
    expires_at: Moment | None = Field(None, description="When it ends; never, where absent.")


class MemberChange(_Request):
    """What changes of a member; what is absent stays."""

    admin: StrictBool | None = Field(None, description="Whether it is an administrator.")
    disabled: StrictBool | None = Field(None, description="Whether it is closed.")


class InvitationRequest(_Request):
    """Who is invited."""

    email: Email
    admin: StrictBool = Field(False, description="Whether an administrator is invited.")


class AccountBody(_Answer):
    """An account."""

    id: UUID
    email: str
    admin: bool
    disabled: bool = Field(description="Whether an administrator has closed it.")
    second_factor: bool = Field(description="Whether it has a second factor.")
    created_at: datetime


class MemberList(_Answer):
    """Members."""

    members: list[AccountBody]
    next: UUID | None = Field(description="What to give as `after` for those that follow; null at the end.")


class SessionBody(_Answer):
    """The session that a request came with, or has begun."""

    complete: bool = Field(description="False where the second factor is still to be shown.")
    account: AccountBody | None = Field(description="Whose it is; null while it is not complete.")
    scopes: list[Scope] = Field(description="What it may do.")
    second_factor_needed: bool = Field(description="True for an administrator who must set one up to administer.")
    expires_at: datetime


class SessionInfo(_Answer):
    """A session, as a list shows it."""

    id: UUID
    current: bool = Field(description="Whether it is the one that asks.")
    address: str = Field(description="Where it was begun from.")
    user_agent: str = Field(description="What the browser called itself then.")
    created_at: datetime
    used_at: datetime = Field(description="The last use, to the minute.")
    expires_at: datetime


class SessionList(_Answer):
    """One's sessions."""

    sessions: list[SessionInfo]


class SecondFactorBegun(_Answer):
    """What an authenticator app is given."""

    secret: str
    uri: str = Field(description="The same, as it is in the QR code.")
    qr_code: str = Field(pattern="^data:image/svg", description="The QR code to show, as a data URL of an SVG.")


class RecoveryCodes(_Answer):
    """Codes that sign in once each in the place of the second factor; they are shown this once."""

    recovery_codes: list[str]


class KeyBody(_Answer):
    """A key, without what makes it one."""

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = Field(description="The last use, to the minute.")


class NewKey(KeyBody):
    """A key that was just made."""

    key: str = Field(description="The key itself. It is shown this once.")


class KeyList(_Answer):
    """One's keys."""

    keys: list[KeyBody]


class LinkBody(_Answer):
    """A one-time link that was just made."""

    id: UUID
    link: str = Field(description="The link, to be handed on. It is shown this once.")
    expires_at: datetime


class InvitationBody(_Answer):
    """An invitation that nobody has used yet."""

    id: UUID
    email: str
    admin: bool
    created_at: datetime
    expires_at: datetime


class InvitationList(_Answer):
    """Invitations that nobody has used yet."""

    invitations: list[InvitationBody]
