"""What the tests share."""

import pytest

import bankmeta
from sandbox import Sandbox
from service import Service


@pytest.fixture(scope="session")
def running_sandbox():
    sandbox = Sandbox()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(running_sandbox):
    """Without the faults and counts of the test before."""
    running_sandbox.admin("reset", {})
    return running_sandbox


@pytest.fixture
def client(sandbox):
    with bankmeta.Client(**sandbox.options) as client:
        yield client


@pytest.fixture
def service():
    service = Service()
    yield service
    service.close()
