"""A client goes on in a process forked off, and in its parent."""

import json
import subprocess
import sys

from sandbox import PERSON

# A script of its own each, since a fork takes pytest's threads and files with it. It
# has the client, a `verify` and an `in_child` that runs work there and waits for it.
START = """
import asyncio, json, multiprocessing, os, sys, threading, warnings, bankmeta
from concurrent.futures import ThreadPoolExecutor
# From 3.12 on Python warns of forks while threads run; that is what is tried here.
warnings.filterwarnings("ignore", category=DeprecationWarning)
options, person = map(json.loads, sys.argv[1:])
client = bankmeta.Client(**options)
def verify():
    return client.verify(**person).verdict is bankmeta.Verdict.MATCH
def in_child(work):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if work() else 1
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0
"""


def run(script, options):
    arguments = [sys.executable, "-W", "error", "-c", START + script, json.dumps(options), json.dumps(PERSON)]
    subprocess.run(arguments, check=True, timeout=100)


def test_parent_and_child_use_connections_of_their_own(sandbox):
    run(
        """
assert verify()
assert in_child(lambda: verify() and verify() and client.stats().connections_opened == 1)
assert verify()
assert client.stats().connections_opened == 1
""",
        sandbox.options,
    )
    stats = sandbox.admin("stats")
    assert (stats["billed"], stats["connections"]) == (4, 2)


def test_generations_of_children(sandbox):
    run("assert verify() and in_child(lambda: verify() and in_child(verify) and verify())", sandbox.options)
    assert sandbox.admin("stats")["billed"] == 4


def test_workers_of_multiprocessing_fork_share_a_client(sandbox):
    run(
        """
assert verify()
with multiprocessing.get_context("fork").Pool(3) as pool:
    assert all(pool.starmap(verify, [()] * 12))
assert verify()
""",
        sandbox.options,
    )
    assert sandbox.admin("stats")["billed"] == 14


def test_a_fork_while_a_thread_of_the_parent_verifies(sandbox):
    """The child closes the client too: its parent's call is none of its business."""
    sandbox.behave(fault={"kind": "hang", "times": 1})
    run(
        """
with ThreadPoolExecutor(1) as pool:
    call = pool.submit(client.verify, **person)
    while client.stats().connections_opened == 0:
        pass
    assert in_child(lambda: verify() and client.cancel() is None and client.close() is None)
    assert not call.done()
    client.cancel()
    try:
        call.result()
    except bankmeta.CancelledError:
        pass
    else:
        raise AssertionError("the call hangs and was cancelled")
assert verify()
""",
        sandbox.options,
    )


def test_an_async_client_goes_on_in_a_child(sandbox):
    run(
        """
client = bankmeta.AsyncClient(**options)
async def several():
    answers = await asyncio.gather(*[client.verify(**person) for _ in range(4)])
    return all(answer.verdict is bankmeta.Verdict.MATCH for answer in answers)
async def to_the_end():
    result = await several()
    await client.aclose()
    return result
assert asyncio.run(several())
assert in_child(lambda: asyncio.run(to_the_end()))
assert asyncio.run(to_the_end())
""",
        sandbox.options,
    )
    assert sandbox.admin("stats")["billed"] == 12
