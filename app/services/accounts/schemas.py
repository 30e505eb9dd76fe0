"""Request and response bodies of the account routes. Requests with unknown fields are rejected."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, SecretStr, StrictBool

from app.models.identity import Scope
from app.models.moment import Moment
from app.models.strict import Strict

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128


def checked_email(value: str) -> str:
    """An e-mail address in lower case, the form that accounts store. Domains of an intranet are accepted.

    Raises:
        ValueError: the text is not an e-mail address.
    """
    # Lazy import: a service without accounts does not need it.
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
    str,
    AfterValidator(checked_email),
    Field(max_length=254, examples=["reader@example.org"], description="An e-mail address."),
]
NewPassword = Annotated[
    SecretStr,
    Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="The password. Common passwords are not allowed.",
    ),
]
GivenPassword = Annotated[
    SecretStr, Field(min_length=1, max_length=LONGEST_PASSWORD, description="The current password.")
]
LinkToken = Annotated[SecretStr, Field(min_length=1, max_length=64, description="The part of a link after `=`.")]
Code = Annotated[
    SecretStr,
    Field(min_length=6, max_length=24, description="Six digits from the authenticator app, or a recovery code."),
]
RevokeKeys = Annotated[StrictBool, Field(description="Whether to revoke all keys of the account, too.")]
Name = Annotated[
    str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$", description="Purpose of the key.")
]


class SignInRequest(Strict):
    """E-mail address and password."""

    email: str = Field(min_length=1, max_length=254, description="E-mail address of the account.")
    password: GivenPassword


class CodeGiven(Strict):
    """A code of the second factor."""

    code: Code


class PasswordGiven(Strict):
    """The password again, for changes that an unattended browser must not allow."""

    password: GivenPassword


class SignUpRequest(Strict):
    """A new account."""

    email: Email
    password: NewPassword
    token: LinkToken | None = Field(None, description="Token of a setup link or an invitation.")


class PasswordChange(Strict):
    """A new password to replace the current one."""

    password: GivenPassword
    new_password: NewPassword
    revoke_keys: RevokeKeys = False


class ResetRequest(Strict):
    """The account whose password was forgotten."""

    email: Email


class PasswordReset(Strict):
    """A new password, set with a link."""

    token: LinkToken
    password: NewPassword
    # Anyone who knew the old password could have created keys.
    revoke_keys: RevokeKeys = True


class KeyRequest(Strict):
    """A new key."""

    name: Name
    scopes: frozenset[Scope] = Field(
        frozenset({Scope.PREDICT}), min_length=1, description="Permissions of the key; at most its creator's."
    )
    expires_at: Moment | None = Field(None, description="When the key expires; never if absent.")


class MemberChange(Strict):
    """A change to a member. Absent fields stay unchanged."""

    admin: StrictBool | None = Field(None, description="Whether the member is an administrator.")
    disabled: StrictBool | None = Field(None, description="Whether the account is disabled.")


class InvitationRequest(Strict):
    """The person to invite."""

    email: Email
    admin: StrictBool = Field(False, description="Whether the account becomes an administrator's.")


class AccountBody(Strict):
    """An account."""

    id: UUID
    email: str
    admin: bool
    disabled: bool = Field(description="Whether an administrator has disabled the account.")
    second_factor: bool = Field(description="Whether the account has a second factor.")
    created_at: datetime


class MemberList(Strict):
    """A page of members."""

    members: list[AccountBody]
    next: UUID | None = Field(description="Value of `after` for the next page; null on the last page.")


class SessionBody(Strict):
    """The current session."""

    complete: bool = Field(description="False until the second factor is shown.")
    account: AccountBody | None = Field(description="The session's account; null while the session is incomplete.")
    scopes: list[Scope] = Field(description="Permissions of the session.")
    second_factor_needed: bool = Field(
        description="True if the account must set up a second factor first: to do anything but manage itself if "
        "`scopes` is empty, otherwise to administer."
    )
    expires_at: datetime


class SessionInfo(Strict):
    """A session in a list."""

    id: UUID
    current: bool = Field(description="Whether it is the session of this request.")
    address: str = Field(description="Network address that began the session.")
    user_agent: str = Field(description="`User-Agent` of the browser that began the session.")
    created_at: datetime
    used_at: datetime = Field(description="Time of the last use, accurate to a minute.")
    expires_at: datetime


class SessionList(Strict):
    """Sessions of the caller's account."""

    sessions: list[SessionInfo]


class WrongCode(Strict):
    """A wrong code of the second factor: who entered it knows the password."""

    at: datetime
    address: str = Field(description="Network address that sent it.")


class WrongCodeList(Strict):
    """Wrong codes, latest first."""

    wrong_codes: list[WrongCode]


class SecondFactorBegun(Strict):
    """A secret for an authenticator app."""

    secret: str
    uri: str = Field(description="The secret as an `otpauth://` URI, the content of the QR code.")
    qr_code: str = Field(pattern="^data:image/svg", description="The QR code, as a data URL of an SVG.")


class RecoveryCodes(Strict):
    """One-time codes that replace the second factor. They are shown only once."""

    recovery_codes: list[str]


class KeyBody(Strict):
    """A key, without its secret."""

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = Field(description="Time of the last use, accurate to a minute.")


class NewKey(KeyBody):
    """A new key."""

    key: str = Field(description="The key itself. It is shown only once.")


class KeyList(Strict):
    """Keys of the caller's account."""

    keys: list[KeyBody]


class LinkBody(Strict):
    """A new one-time link."""

    id: UUID
    link: str = Field(description="The link, to send to its recipient. It is shown only once.")
    expires_at: datetime


class InvitationBody(Strict):
    """An unused invitation."""

    id: UUID
    email: str
    admin: bool
    created_at: datetime
    expires_at: datetime


class InvitationList(Strict):
    """Unused invitations."""

    invitations: list[InvitationBody]
