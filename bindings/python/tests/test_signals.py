"""Ctrl-C and other signals while the main thread waits. The timeouts only bound how
long a failing test hangs: the calls themselves would wait for 50 seconds."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading

import pytest

import bankmeta
from bankmeta import Billed, Fate
from sandbox import PERSON


class Alarm(Exception):
    pass


@pytest.fixture
def when_sent(service):
    """Runs `then` in another thread when a request has arrived; gives it the reply."""
    threads = []

    def start(then):
        thread = threading.Thread(target=lambda: then(service.take()))
        thread.start()
        threads.append(thread)

    yield start
    for thread in threads:
        thread.join(60)


@pytest.fixture
def handler():
    """Installs a handler of SIGUSR1 for the test."""
    before = signal.getsignal(signal.SIGUSR1)
    yield lambda function: signal.signal(signal.SIGUSR1, function)
    signal.signal(signal.SIGUSR1, before)


def send(number):
    os.kill(os.getpid(), number)


def test_ctrl_c_ends_a_call_and_tells_what_became_of_it(service, when_sent):
    client = service.client()
    when_sent(lambda _: send(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt) as caught:
        client.verify(**PERSON)
    end = caught.value.__context__
    assert isinstance(end, bankmeta.CancelledError)
    assert (end.fate, end.billed) == (Fate.UNKNOWN, Billed.MAYBE)
    assert len(end.attempts) == 1
    assert client.stats().cancelled == 1


SCRIPT = """
import json, sys, bankmeta
options, person = map(json.loads, sys.argv[1:])
bankmeta.Client(**options).verify(**person)
"""


def test_a_script_ended_by_ctrl_c_says_whether_the_call_may_be_billed(service):
    command = [sys.executable, "-c", SCRIPT, json.dumps(service.options), json.dumps(PERSON)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as process:
        service.take()
        process.send_signal(signal.SIGINT)
        shown = process.communicate(timeout=40)[1]
    assert process.returncode == -signal.SIGINT
    assert "[cancelled, fate unknown, billed maybe]" in shown
    assert shown.endswith("KeyboardInterrupt\n")
    assert not any(value in shown for value in PERSON.values())


def test_ctrl_c_ends_the_wait_for_a_turn_too(service):
    client = service.client(quota=0.1)
    first = threading.Thread(target=client.verify, kwargs=PERSON)
    first.start()
    reply = service.take()

    def interrupt():
        while client.stats().verifications < 2:
            pass
        send(signal.SIGINT)

    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        client.verify(**PERSON)
    end = caught.value.__context__
    assert (end.kind, end.fate, end.billed) == ("cancelled", Fate.NOT_SENT, Billed.NO)
    reply()
    for thread in (first, interrupting):
        thread.join(60)


def test_a_signal_that_another_thread_took_loses_no_answer(client, service, when_sent, monkeypatch):
    """The main thread's wait is not cut short by it, so the answer can come first."""
    client.verify(**PERSON)
    client = service.client()
    # With this no Python code follows the call but what makes the answer.
    monkeypatch.setattr(logging.getLogger("bankmeta"), "isEnabledFor", ().__contains__)

    def then(reply):
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        reply()

    when_sent(then)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.verify(**PERSON)
    end = caught.value.__context__
    assert isinstance(end, bankmeta.CancelledError)
    if end.fate is Fate.ANSWERED:
        assert (end.billed, end.answer.verdict) == (Billed.YES, bankmeta.Verdict.MATCH)
    else:
        assert (end.fate, end.billed) == (Fate.UNKNOWN, Billed.MAYBE)


def test_what_was_being_handled_stays_in_the_chain(service, when_sent):
    when_sent(lambda _: send(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt) as caught:
        try:
            raise LookupError
        except LookupError:
            service.client().verify(**PERSON)
    assert isinstance(caught.value.__context__, bankmeta.CancelledError)
    assert isinstance(caught.value.__context__.__context__, LookupError)


def test_what_a_handler_raises_goes_through(service, when_sent, handler):
    alarm = Alarm()

    def raising(*_):
        raise alarm

    handler(raising)
    when_sent(lambda _: send(signal.SIGUSR1))
    with pytest.raises(Alarm) as caught:
        service.client().verify(**PERSON)
    assert caught.value is alarm
    assert alarm.__context__.billed is Billed.MAYBE


def test_a_handler_that_does_not_raise_lets_the_call_go_on(service, when_sent, handler):
    handled = threading.Event()
    handler(lambda *_: handled.set())

    def then(reply):
        send(signal.SIGUSR1)
        assert handled.wait(60), "handlers do not run while the call waits"
        reply()

    when_sent(then)
    assert service.client().verify(**PERSON).verdict is bankmeta.Verdict.MATCH
    assert handled.is_set()


def test_a_handler_may_verify_with_the_same_client(service, when_sent, handler):
    client, inner = service.client(), []
    handler(lambda *_: inner.append(client.verify(**PERSON)))

    def then(reply):
        send(signal.SIGUSR1)
        service.take()()
        reply()

    when_sent(then)
    assert client.verify(**PERSON).verdict is bankmeta.Verdict.MATCH
    assert len(inner) == 1


def test_a_handler_may_cancel(service, when_sent, handler):
    client = service.client()
    handler(lambda *_: client.cancel())
    when_sent(lambda _: send(signal.SIGUSR1))
    with pytest.raises(bankmeta.CancelledError):
        client.verify(**PERSON)


def test_calls_of_other_threads_are_not_interrupted(service, when_sent, handler):
    """Only the main thread runs handlers; the call of another goes on."""

    def raising(*_):
        raise Alarm

    handler(raising)
    answers = []
    client = service.client()
    thread = threading.Thread(target=lambda: answers.append(client.verify(**PERSON)))
    thread.start()
    reply = service.take()
    with pytest.raises(Alarm):
        send(signal.SIGUSR1)
        threading.Event().wait(60)
    reply()
    thread.join(60)
    assert [answer.verdict for answer in answers] == [bankmeta.Verdict.MATCH]
