"""The interpreter's end: objects that outlive the modules may still verify."""

import subprocess
import sys

SCRIPT = """
import os, sys, bankmeta
class Last:
    def __init__(self):
        self.client = bankmeta.Client(
            credentials="environment",
            endpoint=os.environ["BANKMETA_ENDPOINT"],
            ca_file=os.environ["BANKMETA_CA_FILE"],
            quota=20,  # The second call waits for its turn, and then asks for signals.
        )
        self.client.verify(card_number="6222021234567890128", name="\\u5f20\\u4e09")
    def __del__(self, write=os.write):
        answer = self.client.verify(card_number="6222021234567890128", name="\\u5f20\\u4e09")
        write(1, answer.verdict.value.encode())
sys.modules["last"] = Last()
"""


def test_a_call_at_the_very_end_is_answered_in_silence(sandbox):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=sandbox.environment,
    )
    assert (done.returncode, done.stdout) == (0, b"match")
