"""The stubs agree with what they describe, and the types with their uses."""

import subprocess
import sys

import pytest

from sandbox import ROOT


def checked(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout


def test_stubs_agree_with_the_module():
    checked("mypy.stubtest", "bankmeta")


@pytest.mark.parametrize(
    "what",
    [
        ("--package", "bankmeta"),
        (str(ROOT / "examples/python/verify.py"),),
        (str(ROOT / "tests/scenarios/runner.py"),),
    ],
    ids=["package", "example", "runner"],
)
def test_types_hold(what, tmp_path):
    checked("mypy", "--strict", "--cache-dir", str(tmp_path), *what)


USE = """
import bankmeta
import http.client
from typing import Optional, Tuple

async def verify(client: bankmeta.AsyncClient) -> bankmeta.Answer:
    await client.warm_up()
    async with bankmeta.AsyncClient(quota="off", max_billable=5, retry="never", breaker=False) as other:
        return await other.verify(card_number="1", name="n", lane="bulk")

def counts(client: bankmeta.Client, error: bankmeta.CancelledError) -> Tuple[int, bool]:
    return client.stats().billed_maybe, error.answer is None and error.attempts[0].resend

def own_stack(exchange: bankmeta.Exchange, sent: http.client.HTTPResponse) -> bankmeta.Answer:
    request = exchange.sign(card_number="1", name="n", unix_seconds=1, nonce="n-1")
    if not request.body:
        raise request.not_answered("tls", handed_over=False)
    request.decode(200, [(b"date", b"")], b"")
    request.decode(200, dict(request.headers), b"")
    return request.decode(sent.status, sent.headers, sent.read())

def offset(client: bankmeta.Client) -> Optional[int]:
    return client.probe().clock_offset
"""

MISUSE = """
import bankmeta

bankmeta.Client(retry="always")
bankmeta.AsyncClient(quota="fast")
bankmeta.AsyncClient(timeuot=1)
bankmeta.Client().verify(card_number="1", name="n", lane="fast")
bankmeta.AsyncClient().verify(card_number="1").verdict
bankmeta.Exchange().sign(card_number="1", name="n").decode(200, {}, "text")
bankmeta.SignedRequest.not_answered("no_reply")
"""


def test_a_program_gets_types(tmp_path):
    use, misuse = tmp_path / "use.py", tmp_path / "misuse.py"
    use.write_text(USE)
    checked("mypy", "--strict", "--cache-dir", str(tmp_path), str(use))
    misuse.write_text(MISUSE)
    with pytest.raises(AssertionError) as caught:
        checked("mypy", "--strict", "--cache-dir", str(tmp_path), str(misuse))
    told = str(caught.value)
    assert [f"misuse.py:{line}: error" in told for line in range(4, 11)] == [True] * 7
