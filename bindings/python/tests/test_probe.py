"""Whether all is set up right, seen by one call without factors."""

import asyncio
import dataclasses
import pickle
import signal
import threading

import pytest

import bankmeta
from bankmeta import Billed, Fate


def test_a_probe_is_rejected_and_not_billed(client, sandbox):
    probe = client.probe()
    assert (probe.attempt.fate, probe.attempt.billed) == (Fate.REJECTED, Billed.NO)
    assert probe.attempt.request_id
    stats = sandbox.admin("stats")
    assert (stats["requests"], stats["billed"]) == (1, 0)
    assert pickle.loads(pickle.dumps(probe)) == probe
    with pytest.raises(dataclasses.FrozenInstanceError):
        probe.clock_offset = 0


def test_a_probe_tells_the_clocks_apart(client, sandbox):
    sandbox.behave(clock_offset_seconds=600)
    # The clocks are one; how long the call took is in the difference.
    assert 500 < client.probe().clock_offset < 700


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"access_key_id": "deniedid"}, bankmeta.PermissionDeniedError),
        ({"access_key_secret": "another"}, bankmeta.SignatureError),
        ({"ca_file": None}, bankmeta.TlsError),
        ({"endpoint": "https://127.0.0.1:1"}, bankmeta.ConnectError),
    ],
)
def test_what_is_wrong_is_raised(sandbox, options, error):
    with pytest.raises(error) as caught:
        bankmeta.Client(**{**sandbox.options, **options}).probe()
    assert caught.value.billed is Billed.NO


def test_a_closed_client_probes_nothing(sandbox):
    client = bankmeta.Client(**sandbox.options)
    client.close()
    with pytest.raises(bankmeta.ClosedError):
        client.probe()


def test_a_probe_can_be_awaited(sandbox):
    async def probe():
        async with bankmeta.AsyncClient(**sandbox.options) as client:
            probe = await client.probe()
        with pytest.raises(bankmeta.ClosedError):
            await client.probe()
        return probe

    assert asyncio.run(probe()).attempt.fate is Fate.REJECTED


def test_an_exception_of_a_signal_carries_what_became_of_the_probe(service):
    def interrupt():
        service.take()
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        service.connections[0].close()

    client = service.client()
    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        client.probe()
    thread.join()
    end = caught.value.__context__
    assert isinstance(end, bankmeta.ConnectionLostError)
    assert (end.fate, end.billed) == (Fate.UNKNOWN, Billed.MAYBE)
