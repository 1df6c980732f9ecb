"""What is logged, to whom, and that it can do no harm."""

import logging
import subprocess
import sys
from urllib.parse import quote

import pytest

import bankmeta
from sandbox import PERSON

LOGGER = logging.getLogger("bankmeta")


class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


class Failing(logging.Handler):
    """logging itself catches what `emit` raises, but not this."""

    def __init__(self, failure):
        super().__init__()
        self.failure = failure

    def handle(self, record):
        raise self.failure


@pytest.fixture
def listen():
    handlers = []

    def add(handler, level=logging.DEBUG):
        handlers.append(handler)
        LOGGER.addHandler(handler)
        LOGGER.setLevel(level)
        return handler

    yield add
    for handler in handlers:
        LOGGER.removeHandler(handler)
    LOGGER.setLevel(logging.NOTSET)


def test_an_attempt_is_logged_in_order_at_its_level(client, listen):
    kept = listen(Kept())
    answer = client.verify(**PERSON)
    levels = [record.levelno for record in kept.records]
    texts = [record.getMessage() for record in kept.records]
    assert levels == [logging.DEBUG, logging.DEBUG]
    assert texts[0].startswith("connection_opened: connected to 127.0.0.1:")
    assert texts[1].startswith("attempt: POST 127.0.0.1:")
    assert f"fate answered, billed yes, phase done, " in texts[1]
    assert texts[1].endswith(f"request id {answer.request_id}")
    assert {record.name for record in kept.records} == {"bankmeta"}
    # Where a call is logged, the line that made it is told.
    assert {record.funcName for record in kept.records} == {"test_an_attempt_is_logged_in_order_at_its_level"}


def test_only_what_is_asked_for_is_logged(client, sandbox, listen):
    kept = listen(Kept(), logging.WARNING)
    client.verify(**PERSON)
    assert kept.records == []
    sandbox.behave(fault={"kind": "close", "times": 1})
    with pytest.raises(bankmeta.ConnectionLostError):
        client.verify(**PERSON)
    (record,) = kept.records
    assert (record.levelno, record.levelname) == (logging.WARNING, "WARNING")
    assert "fate unknown, billed maybe" in record.getMessage()


def test_a_call_asks_once_whether_it_is_listened_to(client, monkeypatch):
    asked = []

    def is_enabled_for(level):
        asked.append(level)
        return False

    client.verify(**PERSON)
    monkeypatch.setattr(LOGGER, "isEnabledFor", is_enabled_for)
    client.verify(**PERSON)
    assert asked == [logging.DEBUG]


def test_no_record_holds_what_was_verified(sandbox, listen):
    kept = listen(Kept())
    people = [PERSON]
    people += [{**PERSON, "card_number": card["card_number"]} for card in sandbox.admin("test-cards")]
    with bankmeta.Client(**sandbox.options, retry="never", quota="off") as client:
        for person in people:
            try:
                client.verify(**person)
            except bankmeta.BankMetaError:
                pass
    assert len(kept.records) >= len(people)
    shown = "\n".join(f"{record.getMessage()} {vars(record)!r}" for record in kept.records)
    secrets = [value for person in people for value in person.values()] + ["testsecret"]
    for value in set(secrets):
        for form in {value, quote(value), quote(quote(value)), value.encode().hex(), ascii(value)[1:-1]}:
            assert form not in shown


@pytest.mark.parametrize("failure", [RuntimeError("a defect of the handler"), MemoryError()])
def test_what_a_log_handler_raises_loses_no_answer(client, listen, monkeypatch, failure):
    listen(Failing(failure))
    unraisable = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: unraisable.append(args.exc_value))
    assert client.verify(**PERSON).verdict is bankmeta.Verdict.MATCH
    assert unraisable == [failure]


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), SystemExit(3)])
def test_what_ends_a_program_goes_through_a_log_handler_with_the_answer(client, listen, failure):
    listen(Failing(failure))
    with pytest.raises(type(failure)) as caught:
        client.verify(**PERSON)
    end = caught.value.__context__
    assert isinstance(end, bankmeta.CancelledError)
    assert (end.fate, end.billed) == (bankmeta.Fate.ANSWERED, bankmeta.Billed.YES)
    assert end.answer.verdict is bankmeta.Verdict.MATCH
    assert end.attempts == end.answer.attempts
    assert str(end).endswith(f"[cancelled, fate answered, billed yes, request id {end.request_id}]")


QUIET = """
import os, bankmeta
client = bankmeta.Client(endpoint="http://127.0.0.1:1", access_key_id="id", access_key_secret="s", retry="never")
for _ in range(7):
    try:
        client.verify(card_number="6222021234567890128", name="n")
    except bankmeta.NetworkError:
        pass
{}
"""


@pytest.mark.parametrize("then", ["import sys; assert 'logging' not in sys.modules", "import logging"])
def test_a_program_that_configures_no_log_sees_none(then):
    script = QUIET.format(then) + QUIET.format("")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert (done.returncode, done.stdout) == (0, b"")
