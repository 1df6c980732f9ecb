"""Threads. The timeouts only bound how long a failing test hangs."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import bankmeta
from bankmeta import Billed, Fate, Verdict
from sandbox import PERSON

def test_sixteen_threads_share_a_client(client, sandbox):
    people = [{**PERSON, "name": name} for name in ("张三", "李四")] * 40
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda person: client.verify(**person), people))
    assert [answer.verdict for answer in answers] == [Verdict.MATCH, Verdict.MISMATCH] * 40
    assert len({answer.request_id for answer in answers}) == len(people)
    assert sandbox.admin("stats")["billed"] == len(people)


def test_other_threads_run_while_a_call_waits(service):
    """This thread plays the service: without the GIL it could not, and the call would time out."""
    with ThreadPoolExecutor(1) as pool, service.client() as client:
        call = pool.submit(client.verify, **PERSON)
        reply = service.take()
        assert not call.done()
        reply()
        assert call.result().verdict is Verdict.MATCH


def test_closing_lets_calls_under_way_end(service):
    with ThreadPoolExecutor(1) as pool:
        client = service.client()
        call = pool.submit(client.verify, **PERSON)
        reply = service.take()
        client.close()
        with pytest.raises(bankmeta.ClosedError):
            client.verify(**PERSON)
        reply()
        assert call.result().verdict is Verdict.MATCH


def run(script, *arguments):
    """In a process of its own, which is ended if it hangs."""
    subprocess.run([sys.executable, "-W", "error", "-c", script, *arguments], check=True, timeout=60)


CONSTRUCTION = """
import os, sys, tempfile, threading, bankmeta
with tempfile.TemporaryDirectory() as directory:
    pipe = os.path.join(directory, "ca.pem")
    os.mkfifo(pipe)
    made = []
    key = {"access_key_id": "id", "access_key_secret": "secret"}
    thread = threading.Thread(target=lambda: made.append(bankmeta.Client(ca_file=pipe, **key)))
    thread.start()
    # The client waits for this thread to write what it is to trust.
    with open(sys.argv[1]) as ca_file, open(pipe, "w") as writer:
        writer.write(ca_file.read())
    thread.join()
    assert len(made) == 1
"""


def test_other_threads_run_while_a_client_is_made(sandbox):
    run(CONSTRUCTION, sandbox.ca_file)


def test_cancel_ends_the_calls_of_all_threads_and_no_later_one(service):
    with ThreadPoolExecutor(3) as pool, service.client() as client:
        calls = [pool.submit(client.verify, **PERSON) for _ in range(3)]
        for _ in calls:
            service.take()
        client.cancel()
        for call in calls:
            with pytest.raises(bankmeta.CancelledError) as caught:
                call.result(timeout=60)
            error = caught.value
            assert (error.kind, error.fate, error.billed) == ("cancelled", Fate.UNKNOWN, Billed.MAYBE)
            assert [attempt.billed for attempt in error.attempts] == [Billed.MAYBE]
            assert error.answer is None
        later = pool.submit(client.verify, **PERSON)
        service.take()()
        assert later.result(timeout=60).verdict is Verdict.MATCH
        assert client.stats().cancelled == 3


def test_a_closed_client_cannot_cancel_warm_up_or_tell(service):
    client = service.client()
    client.close()
    for method in (client.cancel, client.warm_up, client.stats):
        with pytest.raises(bankmeta.ClosedError):
            method()
