"""Threads and processes. The timeouts only bound how long a failing test hangs."""

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import bankmeta
from bankmeta import Verdict
from sandbox import PERSON

BODY = json.dumps(
    {"RequestId": "R-1", "Code": "200", "Message": "success", "ResultObject": {"BizCode": "1", "SubCode": "101"}}
)
REPLY = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n\r\n{BODY}".encode()


class Server:
    """A service played by the test itself, one step at a time."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(60)
        self.endpoint = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def take(self):
        """Waits for a request; returns how to reply to it."""
        connection, _ = self.socket.accept()
        connection.settimeout(60)
        head, _, body = self.received(connection, b"", lambda text: b"\r\n\r\n" in text).partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        self.received(connection, body, lambda text: len(text) >= length)

        def reply():
            connection.sendall(REPLY)
            connection.close()

        return reply

    @staticmethod
    def received(connection, text, enough):
        while not enough(text):
            more = connection.recv(65536)
            assert more, "the request ends too early"
            text += more
        return text


@pytest.fixture
def server():
    server = Server()
    yield server
    server.socket.close()


def client_of(server):
    return bankmeta.Client(
        access_key_id="id", access_key_secret="secret", endpoint=server.endpoint, timeout=20
    )


def test_sixteen_threads_share_a_client(client, sandbox):
    people = [{**PERSON, "name": name} for name in ("张三", "李四")] * 40
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda person: client.verify(**person), people))
    assert [answer.verdict for answer in answers] == [Verdict.MATCH, Verdict.MISMATCH] * 40
    assert len({answer.request_id for answer in answers}) == len(people)
    assert sandbox.admin("stats")["billed"] == len(people)


def test_other_threads_run_while_a_call_waits(server):
    """This thread plays the service: without the GIL it could not, and the call would time out."""
    with ThreadPoolExecutor(1) as pool, client_of(server) as client:
        call = pool.submit(client.verify, **PERSON)
        reply = server.take()
        assert not call.done()
        reply()
        assert call.result().verdict is Verdict.MATCH


def test_closing_lets_calls_under_way_end(server):
    with ThreadPoolExecutor(1) as pool:
        client = client_of(server)
        call = pool.submit(client.verify, **PERSON)
        reply = server.take()
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


FORK = """
import json, os, sys, bankmeta
options, person = map(json.loads, sys.argv[1:])
client = bankmeta.Client(**options)
def verify():
    return client.verify(**person).verdict is bankmeta.Verdict.MATCH
assert verify()
child = os.fork()
if child == 0:
    status = 1
    try:
        status = 0 if verify() and verify() else 1
    finally:
        os._exit(status)
assert os.waitpid(child, 0)[1] == 0
assert verify()
"""


def test_parent_and_child_of_a_fork_use_connections_of_their_own(sandbox):
    run(FORK, json.dumps(sandbox.options), json.dumps(PERSON))
    assert sandbox.admin("stats")["billed"] == 4
