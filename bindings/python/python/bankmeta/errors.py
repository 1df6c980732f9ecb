"""Why a verification has no answer: one hierarchy, one class for each kind."""

from __future__ import annotations

import builtins
from typing import Any, Optional

from bankmeta.answer import Answer, Attempt, Billed, Fate


class BankMetaError(Exception):
    """Root of all errors. Its text names the fate and the remedy, and holds no
    personal data and no secret."""

    kind: str
    """The word for what kind of error it is, the same in every language."""
    fate: Fate
    """What became of the verification."""
    billed: Billed
    """Whether the vendor bills for it. Unless NO, repeating it may bill again."""
    field: Optional[str]
    """The argument that broke a rule, for InvalidInputError."""
    service_code: Optional[str]
    """The service's own error code, as in its documentation."""
    http_status: Optional[int]
    request_id: Optional[str]
    """The vendor's id of the last attempt's request: quote it in support cases."""
    attempts: tuple[Attempt, ...]
    """Every attempt made, in order. Empty if the error came before the first."""

    def __init__(
        self,
        text: str,
        *,
        kind: str,
        fate: Fate,
        billed: Billed,
        field: Optional[str] = None,
        service_code: Optional[str] = None,
        http_status: Optional[int] = None,
        request_id: Optional[str] = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(text)
        self.kind = kind
        self.fate = fate
        self.billed = billed
        self.field = field
        self.service_code = service_code
        self.http_status = http_status
        self.request_id = request_id
        self.attempts = attempts

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are rebuilt from their text alone, which is not enough here.
        return _rebuilt, (type(self), str(self), vars(self).copy())


def _rebuilt(cls: type[BankMetaError], text: str, state: dict[str, Any]) -> BankMetaError:
    error = cls(text, kind=state["kind"], fate=state["fate"], billed=state["billed"])
    vars(error).update(state)
    return error


class InvalidInputError(BankMetaError, ValueError):
    """A factor of the verification breaks a rule; `field` says which."""


class ConfigurationError(BankMetaError, ValueError):
    """An option's value is not usable."""


class CredentialsError(BankMetaError):
    """No usable access key."""


class MaxBillableError(BankMetaError):
    """The client has cost what max_billable allows."""


class QuotaError(BankMetaError):
    """The client's own quota has no turn before the deadline; nothing was asked."""


class CancelledError(BankMetaError):
    """The call was cancelled, by `cancel` or by what it is the `__context__` of: a
    KeyboardInterrupt, or asyncio's own CancelledError. It is none of asyncio's, which
    would mean that a task was cancelled. After sending, the call may be billed."""

    answer: Optional[Answer] = None
    """The answer, if it came when the call was being cancelled."""


class NetworkError(BankMetaError):
    """The network failed, before or after the request was sent."""


class DnsError(NetworkError):
    """The host name could not be resolved."""


class ConnectError(NetworkError):
    """No connection could be opened."""


class TlsError(NetworkError):
    """The TLS handshake failed."""


class TimeoutError(NetworkError, builtins.TimeoutError):
    """The deadline passed."""


class ConnectionLostError(NetworkError):
    """The connection broke before a whole reply was read."""


class CircuitOpenError(NetworkError):
    """Connections kept failing, so none is tried for the moment."""


class RejectedError(BankMetaError):
    """The service said no before executing; not billed."""


class InvalidParameterError(RejectedError):
    """The service refused a parameter."""


class PermissionDeniedError(RejectedError):
    """The account or user may not make this call."""


class ThrottledError(RejectedError):
    """The account's quota is used up for the moment."""


class AccessKeyError(RejectedError):
    """The access key is unknown or inactive."""


class SignatureError(RejectedError):
    """The service computed another signature."""


class ClockError(RejectedError):
    """This machine's clock is outside the service's window."""


class NonceUsedError(BankMetaError):
    """The service has seen this request before; that copy may have been billed."""


class SecurityTokenError(RejectedError):
    """The security token is expired or malformed."""


class UnsupportedOperationError(RejectedError):
    """The service does not know the operation or its version."""


class UnavailableError(RejectedError):
    """The service said it is not available, and did not execute."""


class RepeatedTooOftenError(RejectedError):
    """The service refuses because the same data was verified too often."""


class ServiceFailureError(BankMetaError):
    """The service failed, or said something this version does not know."""


class BadReplyError(BankMetaError):
    """The reply was not understood: not HTTP, not whole, or not the documented form."""


class ClosedError(BankMetaError, RuntimeError):
    """The client was closed before the call."""


class InternalError(BankMetaError, RuntimeError):
    """A defect of bankmeta."""


CLASS_OF_KIND: dict[str, type[BankMetaError]] = {
    "invalid_input": InvalidInputError,
    "configuration": ConfigurationError,
    "credentials": CredentialsError,
    "max_billable": MaxBillableError,
    "quota": QuotaError,
    "cancelled": CancelledError,
    "dns": DnsError,
    "connect": ConnectError,
    "tls": TlsError,
    "timeout": TimeoutError,
    "connection_lost": ConnectionLostError,
    "circuit_open": CircuitOpenError,
    "invalid_parameter": InvalidParameterError,
    "permission_denied": PermissionDeniedError,
    "throttled": ThrottledError,
    "access_key": AccessKeyError,
    "signature": SignatureError,
    "clock": ClockError,
    "nonce_used": NonceUsedError,
    "security_token": SecurityTokenError,
    "unsupported_operation": UnsupportedOperationError,
    "unavailable": UnavailableError,
    "repeated_too_often": RepeatedTooOftenError,
    "service_failure": ServiceFailureError,
    "bad_reply": BadReplyError,
    # These two come from the Python face itself, not from the core.
    "closed": ClosedError,
    "internal": InternalError,
}
