"""The client for asyncio. The timeouts only bound how long a failing test hangs: the
calls of `service` would wait for 50 seconds."""

import asyncio
import inspect
import json
import pickle
import signal
import subprocess
import sys
import threading

import pytest

import bankmeta
from bankmeta import Billed, Fate, Verdict
from sandbox import PERSON


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 60))


async def taken(service):
    """The next request of `service`, which the event loop must not wait for itself."""
    return await asyncio.get_running_loop().run_in_executor(None, service.take)


def threads():
    return {thread for thread in threading.enumerate() if thread.name.startswith("bankmeta")}


def end_of(error):
    """What became of the call that `error` ended, as the guide has it."""
    while error is not None and not isinstance(error, bankmeta.BankMetaError):
        error = error.__cause__ or error.__context__
    return error


def test_it_verifies_and_gives_up_its_threads(sandbox):
    async def main():
        async with bankmeta.AsyncClient(**sandbox.options) as client:
            await client.warm_up()
            answer = await client.verify(**PERSON)
            assert answer.verdict is Verdict.MATCH
            assert client.stats().connections_opened == 1
            assert client.stats().answers == 1
            assert threads()
        assert not threads()

    run(main())


def test_two_hundred_calls_at_once(sandbox):
    people = [{**PERSON, "name": name} for name in ("张三", "李四")] * 100

    async def main():
        async with bankmeta.AsyncClient(**sandbox.options, quota="off") as client:
            answers = await asyncio.gather(*[client.verify(**person) for person in people])
            assert len(threads()) <= 128
        return answers

    answers = run(main())
    assert [answer.verdict for answer in answers] == [Verdict.MATCH, Verdict.MISMATCH] * 100
    assert sandbox.admin("stats")["billed"] == 200
    assert not threads()


def test_one_client_serves_several_loops(sandbox):
    client = bankmeta.AsyncClient(**sandbox.options)
    for _ in range(2):
        assert run(client.verify(**PERSON)).verdict is Verdict.MATCH
    run(client.aclose())
    assert not threads()


def test_a_cancelled_task_cancels_its_call_alone(service):
    async def main():
        async with bankmeta.AsyncClient(**service.options) as client:
            tasks, replies = [], []
            for _ in range(2):
                tasks.append(asyncio.create_task(client.verify(**PERSON)))
                replies.append(await taken(service))
            tasks[0].cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await tasks[0]
            # The call has ended by now.
            assert client.stats().cancelled == 1
            replies[1]()
            assert (await tasks[1]).verdict is Verdict.MATCH
            assert tasks[0].cancelled()
            return end_of(caught.value)

    end = run(main())
    assert isinstance(end, bankmeta.CancelledError)
    assert (end.fate, end.billed, len(end.attempts)) == (Fate.UNKNOWN, Billed.MAYBE, 1)


def test_a_call_that_no_thread_has_begun_is_cancelled_at_once_and_sends_nothing(service, monkeypatch):
    monkeypatch.setattr("bankmeta.asynchronous.MAX_THREADS", 1)

    async def main():
        async with bankmeta.AsyncClient(**service.options) as client:
            first = asyncio.create_task(client.verify(**PERSON))
            reply = await taken(service)
            second = asyncio.create_task(client.verify(**PERSON))
            await asyncio.sleep(0)
            second.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await second
            assert not first.done()
            reply()
            assert (await first).verdict is Verdict.MATCH
            return end_of(caught.value)

    end = run(main())
    assert (end.kind, end.fate, end.billed) == ("cancelled", Fate.NOT_SENT, Billed.NO)


def test_a_time_limit_of_asyncio_ends_the_call(service):
    async def main():
        async with bankmeta.AsyncClient(**service.options) as client:
            with pytest.raises(asyncio.TimeoutError) as caught:
                await asyncio.wait_for(client.verify(**PERSON), 0.5)
            assert client.stats().cancelled == 1
            if hasattr(asyncio, "timeout"):
                with pytest.raises(TimeoutError) as second:
                    async with asyncio.timeout(0.5):
                        await client.verify(**PERSON)
                assert client.stats().cancelled == 2
                assert isinstance(end_of(second.value), bankmeta.CancelledError)
            return end_of(caught.value)

    assert isinstance(run(main()), bankmeta.CancelledError)


def test_an_answer_that_comes_with_the_cancellation_is_not_lost(service):
    async def main():
        async with bankmeta.AsyncClient(**service.options) as client:
            task = asyncio.create_task(client.verify(**PERSON))
            reply = await taken(service)
            # Without the event loop's knowledge the call ends, and then is cancelled.
            (future,) = client._here().calls
            ended = threading.Event()
            future.add_done_callback(lambda _: ended.set())
            reply()
            assert ended.wait(60)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return end_of(caught.value)

    end = run(main())
    assert (end.kind, end.fate, end.billed) == ("cancelled", Fate.ANSWERED, Billed.YES)
    assert end.answer.verdict is Verdict.MATCH
    assert pickle.loads(pickle.dumps(end)).answer == end.answer


def test_cancelling_twice_still_waits_for_the_end(service):
    async def main():
        async with bankmeta.AsyncClient(**service.options) as client:
            task = asyncio.create_task(client.verify(**PERSON))
            await taken(service)
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert client.stats().cancelled == 1

    run(main())


def test_cancel_ends_all_calls_but_no_task(service, monkeypatch):
    """Also those that no thread has begun."""
    monkeypatch.setattr("bankmeta.asynchronous.MAX_THREADS", 2)

    async def main():
        async with bankmeta.AsyncClient(**service.options) as client:
            tasks = [asyncio.create_task(client.verify(**PERSON)) for _ in range(3)]
            for _ in range(2):
                await taken(service)
            client.cancel()
            return await asyncio.gather(*tasks, return_exceptions=True)

    ends = run(main())
    assert {type(end) for end in ends} == {bankmeta.CancelledError}
    assert sorted(end.billed.value for end in ends) == ["maybe", "maybe", "no"]
    assert not issubclass(bankmeta.CancelledError, asyncio.CancelledError)


INTERRUPTED = """
import asyncio, json, sys, bankmeta
options, person = map(json.loads, sys.argv[1:])
client = bankmeta.AsyncClient(**options)
try:
    asyncio.run(client.verify(**person))
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_ends_an_event_loop_and_its_call(service):
    """Else the program's exit would wait for the call, or for its thread."""
    command = [sys.executable, "-c", INTERRUPTED, json.dumps(service.options), json.dumps(PERSON)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        service.take()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=40)[0] == b"interrupted\n"


def test_closing_lets_calls_under_way_end(service):
    async def main():
        client = bankmeta.AsyncClient(**service.options)
        task = asyncio.create_task(client.verify(**PERSON))
        reply = await taken(service)
        closing = asyncio.create_task(client.aclose())
        await asyncio.sleep(0)
        assert repr(client) == "<bankmeta.AsyncClient, closed>"
        for late in (client.verify(**PERSON), client.warm_up()):
            with pytest.raises(bankmeta.ClosedError):
                await late
        assert not closing.done()
        reply()
        assert (await task).verdict is Verdict.MATCH
        await closing
        client.close()
        await client.aclose()
        assert not threads()

    run(main())


def test_threads_end_without_closing(sandbox):
    async def main():
        await bankmeta.AsyncClient(**sandbox.options).verify(**PERSON)

    run(main())
    for thread in threads():
        thread.join(60)
    assert not threads()


@pytest.mark.parametrize(
    ("factors", "error", "told"),
    [
        ({**PERSON, "mobile": "1"}, bankmeta.InvalidInputError, "mobile"),
        ({**PERSON, "name": "张\ud800三"}, bankmeta.InvalidInputError, "name"),
        ({**PERSON, "lane": "fast"}, bankmeta.InvalidInputError, "lane"),
        ({**PERSON, "name": None}, TypeError, "name must be str, not NoneType"),
        ({"name": "张三"}, TypeError, "'card_number'"),
        ({**PERSON, "colour": "red"}, TypeError, "'colour'"),
    ],
)
def test_wrong_arguments_are_told_where_the_call_is_awaited(sandbox, factors, error, told):
    async def main():
        async with bankmeta.AsyncClient(**sandbox.options) as client:
            right, wrong = client.verify(**PERSON), client.verify(**factors)
            return await asyncio.gather(right, wrong, return_exceptions=True)

    right, wrong = run(main())
    assert right.verdict is Verdict.MATCH
    assert type(wrong) is error
    assert told in str(wrong)


def test_what_it_returns_is_a_coroutine(sandbox):
    client = bankmeta.AsyncClient(**sandbox.options)
    coroutine = client.verify(**PERSON)
    assert inspect.iscoroutine(coroutine)
    coroutine.close()


def test_options_are_those_of_the_other_client():
    # Python 3.9 keeps no signature of such a class.
    for method in (None, "verify") if sys.version_info >= (3, 10) else ("verify",):
        of = [getattr(cls, method) if method else cls for cls in (bankmeta.Client, bankmeta.AsyncClient)]
        assert inspect.signature(of[0]) == inspect.signature(of[1])
    with pytest.raises(TypeError, match="'timeuot'"):
        bankmeta.AsyncClient(timeuot=1)


def test_async_clients_refuse_to_be_pickled(sandbox):
    with pytest.raises(TypeError, match="an AsyncClient holds an access key and connections"):
        pickle.dumps(bankmeta.AsyncClient(**sandbox.options))


def shown(value, seen, depth=8):
    """Everything a debugger or a tool that records local variables would print."""
    if id(value) in seen or depth == 0:
        return
    seen.add(id(value))
    yield repr(value)
    inner = list(vars(value).values()) if hasattr(value, "__dict__") else []
    if isinstance(value, dict):
        inner += [*value, *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner += value
    for one in inner:
        if not inspect.ismodule(one) and not inspect.isclass(one) and not inspect.isroutine(one):
            yield from shown(one, seen, depth - 1)


def frames_of(error):
    while error is not None:
        traceback = error.__traceback__
        while traceback is not None:
            yield traceback.tb_frame
            traceback = traceback.tb_next
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("how", ["error", "cancelled", "under way"])
def test_no_frame_of_the_package_holds_what_is_verified(service, sandbox, how):
    async def main():
        options = sandbox.options if how == "error" else service.options
        async with bankmeta.AsyncClient(**options) as client:
            if how == "error":
                sandbox.behave(fault={"kind": "close"})
            coroutine = client.verify(**PERSON)
            frames = [coroutine.cr_frame]
            task = asyncio.ensure_future(coroutine)
            if how != "error":
                reply = await taken(service)
            if how == "under way":
                frames += task.get_stack()
                texts = [text for frame in frames for text in shown(dict(frame.f_locals), set())]
                texts += shown(vars(client._here()), set())
                reply()
                await task
                return texts
            if how == "cancelled":
                task.cancel()
            with pytest.raises((bankmeta.BankMetaError, asyncio.CancelledError)) as caught:
                await task
            frames = [frame for frame in frames_of(caught.value) if "tests" not in frame.f_code.co_filename]
            assert any("bankmeta" in frame.f_code.co_filename for frame in frames)
            return [text for frame in frames for text in shown(dict(frame.f_locals), set())]

    texts = run(main())
    assert texts
    for value in PERSON.values():
        assert not any(value in text for text in texts)
