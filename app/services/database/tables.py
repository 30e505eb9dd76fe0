"""The tables. A change here needs a migration in `app/migrations/versions`."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

EMAIL_LENGTH = 254
# SHA-256 in hexadecimal digits.
HASH_LENGTH = 64


class Instant(TypeDecorator[datetime]):
    """A UTC time. SQLite does not store time zones, so this type restores them."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a value for the database."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a value from the database."""
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC) if value else None


class Table(DeclarativeBase):
    """Base of the tables. Constraints are named, so that migrations can change them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: dict[Any, Any] = {datetime: Instant}  # noqa: RUF012 (the form that SQLAlchemy reads)


class Account(Table):
    """An account.

    Attributes:
        email: the e-mail address in lower case.
        password_hash: Argon2id; None until a password is set with a link.
        totp_secret: secret of the second factor, encrypted if there is a key; None if there is none.
        totp_pending: as `totp_secret`, of a second factor that no code has confirmed yet.
        totp_step: time step of the last accepted code, which is not accepted again.
        disabled: whether an administrator has disabled the account.
    """

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    admin: Mapped[bool]
    disabled: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(String(160))
    totp_pending: Mapped[str | None] = mapped_column(String(160))
    totp_step: Mapped[int | None]
    created_at: Mapped[datetime]


class RecoveryCode(Table):
    """A one-time code that replaces the second factor."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)


class SessionRow(Table):
    """A browser session.

    Attributes:
        complete: False until the second factor is shown, if the account has one.
        failures: number of wrong codes of the second factor.
    """

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    complete: Mapped[bool]
    failures: Mapped[int] = mapped_column(default=0)
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class WrongCodeRow(Table):
    """A wrong code of the second factor that the account's owner is to know of.

    Attributes:
        session_id: the session that it did not complete, which may have been deleted.
        mailed: whether the owner got a mail with it.
    """

    __tablename__ = "wrong_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[UUID]
    at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64))
    mailed: Mapped[bool]


class KeyRow(Table):
    """An access key for a program.

    Attributes:
        scopes: names of scopes.
        used_at: time of the last use, accurate to a minute.
    """

    __tablename__ = "keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class LinkRow(Table):
    """A one-time link: to set up the service, to sign up, or to set a new password.

    Attributes:
        kind: a `LinkKind`.
        account_id: the account whose password the link sets.
        email: the invited e-mail address.
        admin: whether the new account is an administrator's.
    """

    __tablename__ = "links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AttemptRow(Table):
    """Recent failures that delay further attempts, and browsers that are exempt from the delays of others.

    Attributes:
        subject: hash of the account, the address or the browser that the failures count for.
        known: whether the subject is a browser that has signed in to the account before.
    """

    __tablename__ = "attempts"

    subject: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    failures: Mapped[int]
    known: Mapped[bool]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class AuditRow(Table):
    """An entry of the audit trail. Triggers of the database reject changes and deletions.

    Attributes:
        sequence: 1, 2, 3 and so on without a gap.
        actor: the account that acted; it may have been deleted since.
        subject: the account or object that the event concerns.
        hash: SHA-256 of this entry and of the previous entry's hash.
    """

    __tablename__ = "audit"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(40))
    actor: Mapped[UUID | None]
    subject: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    address: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))


class AuditHead(Table):
    """The audit trail's last entry, in a single row. Writers lock it, and it reveals missing entries at the end."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))


class RecordRow(Table):
    """A record of the history.

    Attributes:
        account_id: the owner; None if the prediction was made with accounts off.
        model: name of the model.
        predicted: the predicted class; None if the decision names no class.
        decision: the decision on the image.
        body: a `StoredPrediction` as JSON.
        picture: name of the stored picture; None if there is none.
        scan: hash of the owner and of the file's bytes; None in records that are older than this column.
        weights: SHA-256 of the model's weights; None in records that are older than this column.
        heat: uint8 `[classes, rows, columns]`, the heat-map of each class in the order of `CLASSES`; None in records
            that are older than this column.
        place: uint8 `[rows, columns]`, the probability of a tumor at each place; None in records of models that do not
            compute it.
        label, note: the reader's own.
    """

    __tablename__ = "records"
    __table_args__ = (
        Index("ix_records_history", "account_id", "created_at", "id"),
        # One record for each scan, owner and model.
        Index("ix_records_scan", "scan", "model", "weights", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    model: Mapped[str] = mapped_column(String(80))
    predicted: Mapped[str | None] = mapped_column(String(16))
    decision: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)
    picture: Mapped[str | None] = mapped_column(String(HASH_LENGTH), unique=True)
    scan: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    weights: Mapped[str | None] = mapped_column(String(HASH_LENGTH))
    heat: Mapped[bytes | None] = mapped_column(LargeBinary)
    place: Mapped[bytes | None] = mapped_column(LargeBinary)
    label: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


class FeedbackRow(Table):
    """A reader's feedback on a prediction.

    Attributes:
        verdict: `agree`, or the class that the reader named.
        confirmed: the class of the scan according to the verdict.
        note: free text by the reader.
    """

    __tablename__ = "feedback"

    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    confirmed: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[datetime]


class ShadowRow(Table):
    """The shadow model's prediction for a scan that the served model has classified.

    Attributes:
        record_id: the served prediction.
        at: time of the shadow prediction.
        served_version: version of the served model; the record has its name and prediction.
        model, version: name and version of the shadow model.
        predicted, confidence: the shadow model's class and its probability, in `[0, 1]`.
    """

    __tablename__ = "shadow"

    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    served_version: Mapped[str] = mapped_column(String(80))
    model: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(80))
    predicted: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float] = mapped_column(Double)


class DriftStateRow(Table):
    """Drift of one model relative to one reference. Only the window's descriptors come from single images.

    Attributes:
        model: name of the model.
        reference: SHA-256 of the reference.
        state: the sequential test and the descriptors of the latest predictions, serialized.
        answers: number of predictions counted.
        since: time of the first prediction.
        updated_at: time of the latest prediction.
        log_evidence: logarithm of the test martingale's maximum so far.
        alarm_at: time of the alarm; None if there is none.
        alarm_answers: number of predictions at the alarm.
        alarm_score: the score that caused the alarm.
        next_check_at: time of the next test of the window.
        checked_answers: number of predictions at the last test of the window.
        notify_at: time of the next call of the webhook; None if no call is due.
        notify_attempts: number of attempts to call the webhook.
    """

    __tablename__ = "drift_states"

    model: Mapped[str] = mapped_column(String(80), primary_key=True)
    reference: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    answers: Mapped[int]
    since: Mapped[datetime]
    updated_at: Mapped[datetime]
    log_evidence: Mapped[float]
    alarm_at: Mapped[datetime | None]
    alarm_answers: Mapped[int | None]
    alarm_score: Mapped[str | None] = mapped_column(String(40))
    next_check_at: Mapped[datetime]
    checked_answers: Mapped[int]
    notify_at: Mapped[datetime | None]
    notify_attempts: Mapped[int]


class DriftCheckRow(Table):
    """One test of the window.

    Attributes:
        daily: whether it is the first test of its day; of older days only these are stored.
        answers: number of predictions at the test.
        p_value: p-value of the sequential test at that time.
        smallest: smallest adjusted p-value among the tests of the window.
        body: a `DriftCheck` as JSON.
    """

    __tablename__ = "drift_checks"
    __table_args__ = (Index("ix_drift_checks_history", "model", "reference", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    model: Mapped[str] = mapped_column(String(80))
    reference: Mapped[str] = mapped_column(String(HASH_LENGTH))
    at: Mapped[datetime]
    daily: Mapped[bool]
    answers: Mapped[int]
    p_value: Mapped[float]
    smallest: Mapped[float]
    body: Mapped[str] = mapped_column(Text)
