"""A small, exact client for one operation of Alibaba Cloud: do a bank card number,
a name, an ID number and a mobile number belong to one person?

Each call costs money and every byte is somebody's private data. So every answer and
every error says whether it was billed and what became of the call, and shows no input.
"""

from typing import TYPE_CHECKING, Any

from bankmeta._native import Client, Exchange, SignedRequest, __version__
from bankmeta.answer import Answer, Attempt, Billed, Fate, Phase, Probe, Stats, Verdict
from bankmeta.errors import (
    AccessKeyError,
    BadReplyError,
    BankMetaError,
    CancelledError,
    CircuitOpenError,
    ClockError,
    ClosedError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    CredentialsError,
    DnsError,
    InternalError,
    InvalidInputError,
    InvalidParameterError,
    MaxBillableError,
    NetworkError,
    NonceUsedError,
    PermissionDeniedError,
    QuotaError,
    RejectedError,
    RepeatedTooOftenError,
    SecurityTokenError,
    ServiceFailureError,
    SignatureError,
    ThrottledError,
    TimeoutError,
    TlsError,
    UnavailableError,
    UnsupportedOperationError,
)

if TYPE_CHECKING:
    from bankmeta.asynchronous import AsyncClient

__all__ = [
    "AccessKeyError",
    "Answer",
    "AsyncClient",
    "Attempt",
    "BadReplyError",
    "BankMetaError",
    "Billed",
    "CancelledError",
    "CircuitOpenError",
    "Client",
    "ClockError",
    "ClosedError",
    "ConfigurationError",
    "ConnectError",
    "ConnectionLostError",
    "CredentialsError",
    "DnsError",
    "Exchange",
    "Fate",
    "InternalError",
    "InvalidInputError",
    "InvalidParameterError",
    "MaxBillableError",
    "NetworkError",
    "NonceUsedError",
    "PermissionDeniedError",
    "Phase",
    "Probe",
    "QuotaError",
    "RejectedError",
    "RepeatedTooOftenError",
    "SecurityTokenError",
    "ServiceFailureError",
    "SignatureError",
    "SignedRequest",
    "Stats",
    "ThrottledError",
    "TimeoutError",
    "TlsError",
    "UnavailableError",
    "UnsupportedOperationError",
    "Verdict",
    "__version__",
]


def __getattr__(name: str) -> Any:
    # asyncio takes longer to import than all of this package, and few need it.
    if name == "AsyncClient":
        from bankmeta.asynchronous import AsyncClient

        globals()[name] = AsyncClient
        return AsyncClient
    raise AttributeError(f"module 'bankmeta' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__
