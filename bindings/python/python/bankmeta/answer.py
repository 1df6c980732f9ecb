"""What the service says, and what became of the calls made for it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Optional


class Verdict(enum.Enum):
    """What the service says of the factors."""

    MATCH = "match"
    """They belong to one person."""
    MISMATCH = "mismatch"
    """They do not."""
    NO_RECORD = "no_record"
    """The source has no record to compare with."""
    UNKNOWN = "unknown"
    """A BizCode this version does not know: see Answer.biz_code."""


class Fate(enum.Enum):
    """What became of an attempt."""

    NOT_SENT = "not_sent"
    """No byte of the request was handed to the socket layer. Not billed."""
    REJECTED = "rejected"
    """The gateway said no before executing. Not billed."""
    ANSWERED = "answered"
    """The service answered; whether that is billed follows from the verdict."""
    UNKNOWN = "unknown"
    """At least one byte was sent and no trustworthy answer came: maybe billed."""


class Billed(enum.Enum):
    """Whether the vendor bills for it."""

    NO = "no"
    MAYBE = "maybe"
    """It cannot be known from here."""
    YES = "yes"


class Phase(enum.Enum):
    """How far an attempt got."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    SEND = "send"
    RECEIVE = "receive"
    DONE = "done"
    """A whole reply was read."""


@dataclass(frozen=True)
class Attempt:
    """One HTTP exchange made for a verification."""

    fate: Fate
    billed: Billed
    """Whether the vendor bills for it, as far as that is known when the verification ends."""
    resend: bool
    """Whether it was the signed request of the attempt before once more (`resend_unknown`)."""
    phase: Phase
    duration: float
    """Seconds from its start to its end."""
    http_status: Optional[int]
    service_code: Optional[str]
    request_id: Optional[str]


@dataclass(frozen=True)
class Answer:
    """The service's reply to a verification. Holds no personal data."""

    verdict: Verdict
    biz_code: str
    """The BizCode as the service gave it."""
    sub_code: Optional[str]
    """The three-digit detail of the verdict, for example '201'."""
    sub_code_name: Optional[str]
    """Its name, for example 'details_wrong'; None if this version does not know it."""
    sub_code_meaning: Optional[str]
    """Its meaning in one line; None if this version does not know it."""
    billed: Billed
    request_id: Optional[str]
    """The vendor's id of the request: quote it in support cases."""
    attempts: tuple[Attempt, ...]
    """Every attempt made, in order; the last is the one answered."""


@dataclass(frozen=True)
class Probe:
    """What a probe found: endpoint, TLS, clock, access key and permission are right."""

    attempt: Attempt
    """The call that was made: rejected before it could be billed."""
    clock_offset: Optional[int]
    """The service's time minus this machine's, in seconds; None if it did not tell."""


@dataclass(frozen=True)
class Stats:
    """What a client has done in this process so far. `dataclasses.asdict` makes a dict of it."""

    verifications: int
    """Verifications begun; those whose input was refused are not among them."""
    answers: int
    attempts_not_sent: int
    attempts_rejected: int
    attempts_answered: int
    attempts_unknown: int
    billed_yes: int
    """Attempts that were billed."""
    billed_no: int
    billed_maybe: int
    throttled: int
    """Attempts rejected because the account's quota was used up."""
    repetitions: int
    """Attempts beyond the first of their verification."""
    connections_opened: int
    connections_reused: int
    """Attempts made on a connection that was there already."""
    quota_wait_us: int
    """Time spent waiting for turns under the quota, in microseconds."""
    quota_refused: int
    cancelled: int
    latency_up_to_1_ms: int
    """Attempts replied to within so long; each attempt is in one of these counts."""
    latency_up_to_2_ms: int
    latency_up_to_5_ms: int
    latency_up_to_10_ms: int
    latency_up_to_20_ms: int
    latency_up_to_50_ms: int
    latency_up_to_100_ms: int
    latency_up_to_200_ms: int
    latency_up_to_500_ms: int
    latency_up_to_1000_ms: int
    latency_up_to_2000_ms: int
    latency_up_to_5000_ms: int
    latency_longer: int
