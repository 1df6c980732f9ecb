import os
from collections.abc import Coroutine, Iterable
from types import TracebackType
from typing import Any, Literal, NoReturn, Protocol, final

from typing_extensions import Self, disjoint_base

from bankmeta.answer import Answer, Probe, Stats
from bankmeta.errors import NetworkError

__all__ = [
    "CONFIG_KEYS",
    "ERROR_KINDS",
    "STATS",
    "VERIFICATION_KEYS",
    "AsyncBase",
    "Call",
    "Client",
    "Exchange",
    "SignedRequest",
    "__version__",
    "panic_inside",
]

__version__: str
CONFIG_KEYS: tuple[str, ...]
VERIFICATION_KEYS: tuple[str, ...]
ERROR_KINDS: tuple[str, ...]
STATS: tuple[str, ...]

class _Headers(Protocol):
    """A mapping, or the headers of an HTTP stack, which need not be one."""

    def items(self) -> Iterable[tuple[str, Any] | tuple[bytes, Any]]: ...

@final
class Client:
    """Asks the service; blocking, usable from any thread; make it once."""

    def __new__(
        cls,
        *,
        credentials: Literal["explicit", "environment"] | None = None,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        region: str | None = None,
        network: Literal["public", "vpc"] | None = None,
        endpoint: str | None = None,
        signature: Literal["acs3", "v1"] | None = None,
        placement: Literal["auto", "body", "query"] | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        user_agent: str | None = None,
        retry: Literal["bill_safe", "answer_first", "never"] | None = None,
        retry_max_extra: int | None = None,
        resend_unknown: bool | None = None,
        max_billable: int | None = None,
        quota: float | Literal["off"] | None = None,
        quota_scope: Literal["process", "host"] | None = None,
        quota_account: str | None = None,
        breaker: bool | None = None,
    ) -> Client: ...
    def verify(
        self,
        *,
        card_number: str,
        name: str,
        id_number: str | None = None,
        mobile: str | None = None,
        id_type: str | None = None,
        md5_mode: bool | None = False,
        unchecked: Iterable[Literal["card_number", "name", "id_number", "mobile"]] | None = (),
        lane: Literal["interactive", "bulk"] | None = "interactive",
    ) -> Answer:
        """Asks the service. Raises BankMetaError if there is no answer."""

    def warm_up(self) -> None:
        """Opens a connection ahead of the first call. Nothing is asked or billed."""

    def probe(self) -> Probe:
        """Makes one signed call without factors, to see whether all is set up right."""

    def stats(self) -> Stats:
        """What this client has done in this process so far."""

    def cancel(self) -> None:
        """Ends the calls under way in all threads; later ones are not touched."""

    def close(self) -> None:
        """Gives up the connections and the access key; later calls raise ClosedError."""

    def __enter__(self) -> Client: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Exchange:
    """Signs requests that your own HTTP stack sends; opens no connection."""

    def __new__(
        cls,
        *,
        credentials: Literal["explicit", "environment"] | None = None,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        region: str | None = None,
        network: Literal["public", "vpc"] | None = None,
        endpoint: str | None = None,
        signature: Literal["acs3", "v1"] | None = None,
        placement: Literal["auto", "body", "query"] | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        user_agent: str | None = None,
        retry: Literal["bill_safe", "answer_first", "never"] | None = None,
        retry_max_extra: int | None = None,
        resend_unknown: bool | None = None,
        max_billable: int | None = None,
        quota: float | Literal["off"] | None = None,
        quota_scope: Literal["process", "host"] | None = None,
        quota_account: str | None = None,
        breaker: bool | None = None,
    ) -> Exchange: ...
    def sign(
        self,
        *,
        card_number: str,
        name: str,
        id_number: str | None = None,
        mobile: str | None = None,
        id_type: str | None = None,
        md5_mode: bool | None = False,
        unchecked: Iterable[Literal["card_number", "name", "id_number", "mobile"]] | None = (),
        lane: Literal["interactive", "bulk"] | None = "interactive",
        unix_seconds: int | None = None,
        nonce: str | None = None,
    ) -> SignedRequest:
        """Signs one request, without sending it. Every attempt needs a new signature."""

    def __reduce__(self) -> NoReturn: ...

@final
class SignedRequest:
    """A signed request, for you to send once. Holds personal data: do not log its parts."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def body(self) -> bytes: ...
    def decode(
        self, http_status: int, headers: _Headers | Iterable[Iterable[str | bytes]] | None, body: bytes | bytearray
    ) -> Answer:
        """What a whole reply means. Raises BankMetaError if there is no answer in it."""

    @staticmethod
    def not_answered(
        kind: Literal["dns", "connect", "tls", "timeout", "connection_lost"], handed_over: bool | None = True
    ) -> NetworkError:
        """The exception to raise if no whole reply came. It may be billed if handed_over."""

    def __reduce__(self) -> NoReturn: ...

@final
class Call:
    def begin(self, client: Client) -> None: ...
    def run(self) -> Answer: ...
    def cancel(self) -> None: ...

@disjoint_base
class AsyncBase:
    def __new__(
        cls,
        *,
        credentials: Literal["explicit", "environment"] | None = None,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        region: str | None = None,
        network: Literal["public", "vpc"] | None = None,
        endpoint: str | None = None,
        signature: Literal["acs3", "v1"] | None = None,
        placement: Literal["auto", "body", "query"] | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        user_agent: str | None = None,
        retry: Literal["bill_safe", "answer_first", "never"] | None = None,
        retry_max_extra: int | None = None,
        resend_unknown: bool | None = None,
        max_billable: int | None = None,
        quota: float | Literal["off"] | None = None,
        quota_scope: Literal["process", "host"] | None = None,
        quota_account: str | None = None,
        breaker: bool | None = None,
    ) -> Self: ...
    def verify(
        self,
        *,
        card_number: str,
        name: str,
        id_number: str | None = None,
        mobile: str | None = None,
        id_type: str | None = None,
        md5_mode: bool | None = False,
        unchecked: Iterable[Literal["card_number", "name", "id_number", "mobile"]] | None = (),
        lane: Literal["interactive", "bulk"] | None = "interactive",
    ) -> Coroutine[Any, Any, Answer]:
        """Asks the service. If the task is cancelled, the call is too."""

    @property
    def _client(self) -> Client: ...
    @property
    def _threads(self) -> dict[int, Any]: ...

def panic_inside(text: str) -> NoReturn: ...
