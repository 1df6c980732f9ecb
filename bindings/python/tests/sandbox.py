"""The sandbox as a process, and an invented person it knows."""

import json
import os
import ssl
import subprocess
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BANKMETA = os.environ.get("BANKMETA", str(ROOT / "target" / "release" / "bankmeta"))

# The first cardholder of the sandbox, who also holds every test card.
PERSON = {
    "card_number": "6222021234567890128",
    "name": "张三",
    "id_number": "11010519491231002X",
    "mobile": "13800138000",
}


class Sandbox:
    """`bankmeta sandbox` over HTTPS, and its admin path."""

    def __init__(self):
        self.process = subprocess.Popen([BANKMETA, "sandbox", "--quota", "off"], stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError(f"{BANKMETA} sandbox did not start; see its message")
        ready = json.loads(line)
        self.endpoint, self.ca_file = ready["endpoint"], ready["ca_file"]
        self.access_key = {key: ready[key] for key in ("access_key_id", "access_key_secret")}
        self.context = ssl.create_default_context(cafile=self.ca_file)

    @property
    def options(self):
        return {"endpoint": self.endpoint, "ca_file": self.ca_file, **self.access_key}

    @property
    def environment(self):
        """For a process that is to find the sandbox by itself."""
        return {
            **os.environ,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.access_key["access_key_id"],
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.access_key["access_key_secret"],
            "BANKMETA_ENDPOINT": self.endpoint,
            "BANKMETA_CA_FILE": self.ca_file,
        }

    def admin(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_sandbox/{path}", data)
        with urllib.request.urlopen(request, context=self.context) as reply:
            return json.loads(reply.read())

    def behave(self, **behaviour):
        self.admin("behaviour", behaviour)

    def card(self, **features):
        """The number of the test card with these features."""
        return next(
            card["card_number"]
            for card in self.admin("test-cards")
            if features.items() <= card.items()
        )

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()
