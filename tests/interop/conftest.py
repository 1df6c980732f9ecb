"""The sandbox, started once by the command, and what the tests share."""

import json
import os
import ssl
import subprocess
import urllib.request

import pytest

from vendor import CommonRequestCaller, SdkCaller

# Nothing may leave the loopback, and no real account may be found.
for name in list(os.environ):
    if name.upper().endswith("_PROXY") or name.startswith("ALIBABA_CLOUD_"):
        del os.environ[name]


class Sandbox:
    """The command `bankmeta sandbox` and its admin path."""

    def __init__(self, *flags):
        self.process = subprocess.Popen(
            [os.environ["BANKMETA"], "sandbox", "--exit-with-stdin", *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.ready = json.loads(self.process.stdout.readline())
        self.endpoint, self.ca_file = self.ready["endpoint"], self.ready["ca_file"]
        self.host = self.endpoint.split("://")[1]
        self.context = ssl.create_default_context(cafile=self.ca_file)

    def admin(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_sandbox/{path}", data)
        with urllib.request.urlopen(request, context=self.context) as reply:
            return json.load(reply)

    def stats(self):
        return self.admin("stats")

    def behave(self, **behaviour):
        self.admin("behaviour", behaviour)

    def stop(self):
        self.process.stdin.close()
        code = self.process.wait()
        self.process.stdout.close()
        return code


@pytest.fixture(scope="session")
def running():
    sandbox = Sandbox("--quota", "off")
    yield sandbox
    assert sandbox.stop() == 0
    assert not os.path.exists(sandbox.ca_file)


@pytest.fixture
def sandbox(running):
    running.admin("reset", {})
    return running


CALLERS = {
    "acs3": lambda sandbox: SdkCaller(sandbox),
    "acs3-async": lambda sandbox: SdkCaller(sandbox, asynchronous=True),
    "v1": lambda sandbox: SdkCaller(sandbox, signature="v2"),
    "v1-async": lambda sandbox: SdkCaller(sandbox, signature="v2", asynchronous=True),
    "common-request": lambda sandbox: CommonRequestCaller(sandbox),
    "common-request-body": lambda sandbox: CommonRequestCaller(sandbox, in_body=True),
}


@pytest.fixture(params=CALLERS)
def caller(request, sandbox):
    return CALLERS[request.param](sandbox)
