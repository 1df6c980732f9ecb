"""The client for asyncio: each call is made in a thread, and can be cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Callable, NoReturn, Optional, TypeVar

from bankmeta import _made
from bankmeta._native import AsyncBase, Call
from bankmeta.answer import Answer, Probe, Stats
from bankmeta.errors import ClosedError

# The quota grants 48 calls a second: a call may take more than two seconds before
# another one has to wait for a thread.
MAX_THREADS = 128

T = TypeVar("T")


class AsyncClient(AsyncBase):
    """The Client for asyncio, with the same options. Make it once; it may be used in
    any event loop."""

    # `verify` stands in the native module, since its frame sees the factors.

    async def _answered(self, call: Call) -> Answer:
        call.begin(self._client)
        try:
            future = self._here().start(call.run, call)
            waiter = asyncio.wrap_future(future)
            return await asyncio.shield(waiter)
        except asyncio.CancelledError as cancelled:
            end = await _end_of(call, future, waiter)
            # As where one exception meets another: what became of the call is not lost.
            end.__context__ = cancelled.__context__
            cancelled.__context__ = end
            raise
        except BaseException:
            # Its own error, and then this does nothing; or a signal's, anywhere in here,
            # as before Python 3.11, and then nobody is left to wait for the call.
            call.cancel()
            raise

    async def warm_up(self) -> None:
        """Opens a connection ahead of the first call. Nothing is asked or billed."""
        client = self._client
        client.stats()  # Tells here if it is closed: the threads are gone by then.
        await asyncio.wrap_future(self._here().start(client.warm_up))

    async def probe(self) -> Probe:
        """Makes one signed call without factors; see Client.probe. If the task is cancelled,
        the call goes on in its thread."""
        client = self._client
        client.stats()
        return await asyncio.wrap_future(self._here().start(client.probe))

    def stats(self) -> Stats:
        """What this client has done in this process so far."""
        return self._client.stats()

    def cancel(self) -> None:
        """Ends the calls under way, from any thread; each raises what became of it, as a
        rule a CancelledError of bankmeta's. Calls that begin later are not touched."""
        # The latest first: those that still wait for a thread must not get one that
        # the end of another sets free. Then what is no verification.
        for call in reversed(list(self._here().calls.values())):
            if call is not None:
                call.cancel()
        with contextlib.suppress(ClosedError):
            self._client.cancel()

    def close(self) -> None:
        """Gives up the connections and the access key. Calls under way end as they
        would, and their threads then; later calls raise ClosedError."""
        self._client.close()
        self._here().pool.shutdown(wait=False)

    async def aclose(self) -> None:
        """The same, and waits for the calls under way and their threads."""
        self.close()
        here = self._here()
        waiters = [asyncio.wrap_future(future) for future in list(here.calls)]
        if waiters:
            await asyncio.wait(waiters)
        for waiter in waiters:
            # Who made the call is told; here its error is only looked at.
            waiter.cancelled() or waiter.exception()
        here.pool.shutdown(wait=True)

    def _here(self) -> Threads:
        """Those of this process, since threads do not survive a fork."""
        here: Optional[Threads] = self._threads.get(os.getpid())
        return here or self._threads.setdefault(os.getpid(), Threads())

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return repr(self._client).replace("Client", "AsyncClient")

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "an AsyncClient holds an access key and connections and cannot be pickled or copied; "
            "make one in each process"
        )


class Threads:
    """The calls of one process under way, and the threads they are made in."""

    def __init__(self) -> None:
        self.pool = _pool()
        self.calls: dict[Future[Any], Optional[Call]] = {}

    def start(self, work: Callable[[], T], call: Optional[Call] = None) -> Future[T]:
        # The context is for log filters that look there for whose request it is.
        try:
            future = self.pool.submit(contextvars.copy_context().run, work)
        except BaseException:
            # A signal's, as before Python 3.11: the pool may have a thread by now that it
            # does not know of, and the interpreter's exit would wait for that for ever.
            self.pool.shutdown(wait=False)
            self.pool = _pool()
            raise
        self.calls[future] = call
        future.add_done_callback(self._ended)
        return future

    def _ended(self, future: Future[Any]) -> None:
        self.calls.pop(future, None)


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="bankmeta")


async def _end_of(call: Call, future: Future[Answer], waiter: asyncio.Future[Answer]) -> BaseException:
    """Cancels the call, waits for its end, and returns what became of it."""
    call.cancel()
    if future.cancel():
        # No thread had time for it. Cancelled as it is, it sends nothing and ends at once.
        try:
            return _made.answered(call.run())
        except Exception as error:
            return error
    while not waiter.done():
        try:
            await asyncio.wait([waiter])
        except asyncio.CancelledError:
            # Cancelled again; the first one is raised when the call has ended.
            pass
    return waiter.exception() or _made.answered(waiter.result())
