"""The database's tables. A change here needs a migration in `app/migrations/versions`."""

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
    """A time with its zone, which SQLite does not keep: it is always UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC) if value else None


class Table(DeclarativeBase):
    """Base of the tables. Constraints have names, so that migrations can change them on either database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: dict[Any, Any] = {datetime: Instant}  # noqa: RUF012 (SQLAlchemy reads it so)


class Account(Table):
    """Someone who may sign in.

    Attributes:
        email: in lower case.
        password_hash: Argon2id, or None until a password is set by a link.
        totp_secret: of the second factor, or None where there is none.
        totp_pending: a second factor's secret that no code has confirmed yet.
        totp_step: the time step of the last code that was used: none is taken twice.
        disabled: whether an administrator has closed it.
    """

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    admin: Mapped[bool]
    disabled: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_pending: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int | None]
    created_at: Mapped[datetime]


class RecoveryCode(Table):
    """Signs in once in the place of the second factor."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)


class SessionRow(Table):
    """A browser that is signed in, or is about to be.

    Attributes:
        complete: whether the second factor, where there is one, was shown.
        failures: wrong codes of the second factor so far.
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


class KeyRow(Table):
    """A program's key.

    Attributes:
        scopes: names of scopes.
        used_at: the last use, to the minute.
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
    """A one-time link: to set up the service, to sign up, or to set a password anew.

    Attributes:
        kind: a `LinkKind`.
        account_id: whose password it sets.
        email: who is invited.
        admin: whether who is invited becomes an administrator.
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
    """Failures of late that slow something down, and browsers that need not suffer for the failures of others.

    Attributes:
        subject: what failed, or which browser it is: a hash, since it is made of names and addresses.
        known: whether it is a browser that has signed in to the account before.
    """

    __tablename__ = "attempts"

    subject: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True)
    failures: Mapped[int]
    known: Mapped[bool]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class AuditRow(Table):
    """An entry of the audit trail; the database refuses to change or delete it.

    Attributes:
        sequence: 1, 2, 3 and so on without a gap.
        actor: the account that did it, which may be gone by now.
        subject: what or whom it was done to.
        hash: of this entry and the hash of the one before.
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
    """The audit trail's last entry, in the one row: writers lock it, and it shows when entries at the end are gone."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))


class RecordRow(Table):
    """A prediction of the history.

    Attributes:
        account_id: whose it is; None where it was made with accounts off.
        model: name of the model.
        predicted: the predicted class.
        body: a `StoredPrediction`, as JSON.
        picture: name of the picture in storage, if it was kept.
    """

    __tablename__ = "records"
    __table_args__ = (Index("ix_records_history", "account_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    model: Mapped[str] = mapped_column(String(80))
    predicted: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)
    picture: Mapped[str | None] = mapped_column(String(HASH_LENGTH), unique=True)


class FeedbackRow(Table):
    """What a reader says of a prediction, once the reader knows.

    Attributes:
        verdict: `agree`, or the class that was named.
        confirmed: the class that the scan is of, by that.
        note: the reader's words.
    """

    __tablename__ = "feedback"

    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    confirmed: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[datetime]


class ShadowRow(Table):
    """What the shadow model says of a scan that another model was asked about.

    Attributes:
        record_id: of the prediction that was answered.
        at: when the shadow model came to it.
        served_version: version of the model that answered; its name and answer are the record's.
        model, version: of the shadow model.
        predicted, confidence: its class, and the probability it gives that.
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
    """Drift of one model against one reference. Nothing in it is of a single image but the window's descriptors.

    Attributes:
        model: name of the model.
        reference: which reference it is held against, by its hash.
        state: the sequential test, and the descriptors of the latest answers.
        answers: how many were counted.
        since: since when.
        updated_at: when the latest came.
        log_evidence: logarithm of the greatest wealth that the test has had.
        alarm_at: when an alarm was raised.
        alarm_answers: after how many answers.
        alarm_score: what gave it away.
        next_check_at: when the window is tested again.
        checked_answers: how many answers there were when it was last tested.
        notify_at: when the webhook is told, or told again; None where there is nothing to tell.
        notify_attempts: how often that was tried.
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
    """A test of the window.

    Attributes:
        daily: whether it was the first of its day: of older ones only those are kept.
        answers: how many had been counted.
        p_value: of the sequential test until then.
        smallest: the least adjusted p-value of the window's tests.
        body: a `DriftCheck`, as JSON.
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
