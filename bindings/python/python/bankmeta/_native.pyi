import os
from collections.abc import Iterable
from types import TracebackType
from typing import Literal, NoReturn, final

from bankmeta.answer import Answer

__all__ = [
    "CONFIG_KEYS",
    "ERROR_KINDS",
    "VERIFICATION_KEYS",
    "Client",
    "__version__",
    "panic_inside",
]

__version__: str
CONFIG_KEYS: tuple[str, ...]
VERIFICATION_KEYS: tuple[str, ...]
ERROR_KINDS: tuple[str, ...]

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
    ) -> Client: ...
    def verify(
        self,
        *,
        card_number: str,
        name: str,
        id_number: str | None = None,
        mobile: str | None = None,
        id_type: str | None = None,
        md5_mode: bool = False,
        unchecked: Iterable[Literal["card_number", "name", "id_number", "mobile"]] = (),
    ) -> Answer:
        """Makes one billed call. Raises BankMetaError if there is no answer."""

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

def panic_inside(text: str) -> NoReturn: ...
