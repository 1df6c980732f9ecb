"""Every class of error, reached through the sandbox."""

import threading

import pytest

import bankmeta
from bankmeta import Billed, Fate, Phase, _native, errors
from sandbox import PERSON

# kind: features of the test card, options of the client, behaviour of the sandbox.
WAYS = {
    "invalid_input": ({}, {}, {}),
    "configuration": ({}, {"signature": "hmac"}, {}),
    "credentials": ({}, {"access_key_secret": ""}, {}),
    "max_billable": ({}, {"max_billable": 0}, {}),
    "quota": ({}, {"quota": 0.1, "timeout": 1}, {}),
    "cancelled": ({}, {}, {"fault": {"kind": "hang"}}),
    "dns": ({}, {"endpoint": "https://bankmeta.invalid"}, {}),
    "connect": ({}, {"endpoint": "https://127.0.0.1:1"}, {}),
    "tls": ({}, {"ca_file": None}, {}),
    "timeout": ({}, {"timeout": 0.2}, {"fault": {"kind": "hang"}}),
    "connection_lost": ({}, {}, {"fault": {"kind": "close"}}),
    "circuit_open": ({}, {"endpoint": "https://127.0.0.1:1", "retry": "never"}, {}),
    "invalid_parameter": ({"code": "InvalidParameter"}, {}, {}),
    "permission_denied": ({}, {"access_key_id": "deniedid"}, {}),
    "throttled": ({"code": "Throttling.Api"}, {"retry": "never"}, {}),
    "access_key": ({}, {"access_key_id": "nobody"}, {}),
    "signature": ({}, {"access_key_secret": "another"}, {}),
    "clock": ({}, {"retry": "never"}, {"clock_offset_seconds": 1800}),
    "nonce_used": ({"code": "SignatureNonceUsed"}, {}, {}),
    "security_token": ({}, {"access_key_id": "STS.testid", "security_token": "other"}, {}),
    "unsupported_operation": ({"code": "InvalidAction.NotFound"}, {}, {}),
    "unavailable": ({"code": "ServiceUnavailable"}, {}, {}),
    "repeated_too_often": ({"code": "403"}, {}, {}),
    "service_failure": ({"code": "InternalError"}, {}, {}),
    "bad_reply": ({}, {}, {"fault": {"kind": "body", "body": "<<<"}}),
}


def raised(sandbox, kind):
    card, options, behaviour = WAYS[kind]
    person = dict(PERSON)
    if card:
        person["card_number"] = sandbox.card(**card)
    if kind == "invalid_input":
        person["mobile"] = "1"
    sandbox.behave(**behaviour)
    before = BEFORE.get(kind, lambda client, sandbox: None)
    with pytest.raises(bankmeta.BankMetaError) as caught:
        client = bankmeta.Client(**{**sandbox.options, **options})
        before(client, sandbox)
        client.verify(**person)
    return caught.value, person


def cancel_when_sent(client, sandbox):
    def cancel():
        while sandbox.admin("stats")["faults"] == 0:
            pass
        client.cancel()

    threading.Thread(target=cancel).start()


def use_up_the_turns(client, sandbox):
    assert client.verify(**{**PERSON, "card_number": "6222029999999999999"}).billed is Billed.NO


def fail_to_connect_five_times(client, sandbox):
    for _ in range(5):
        with pytest.raises(bankmeta.ConnectError):
            client.verify(**PERSON)


# What some kinds need before the call that raises.
BEFORE = {
    "quota": use_up_the_turns,
    "cancelled": cancel_when_sent,
    "circuit_open": fail_to_connect_five_times,
}


def test_every_kind_is_tried():
    assert tuple(WAYS) == _native.ERROR_KINDS


@pytest.mark.parametrize("kind", WAYS)
def test_each_kind_raises_its_class_and_shows_no_value(sandbox, kind):
    error, person = raised(sandbox, kind)
    assert type(error) is errors.CLASS_OF_KIND[kind]
    assert error.kind == kind
    assert f"[{kind}, fate {error.fate.value}, billed {error.billed.value}" in str(error)
    if error.fate in (Fate.NOT_SENT, Fate.REJECTED):
        assert error.billed is Billed.NO
        assert sandbox.admin("stats")["billed"] == 0
    else:
        assert (error.fate, error.billed) == (Fate.UNKNOWN, Billed.MAYBE)
    for shown in (str(error), repr(error), repr(vars(error))):
        for value in (*person.values(), "testsecret", "another"):
            assert len(value) == 1 or value not in shown


def test_a_rejection_tells_what_the_service_said(sandbox):
    error, _ = raised(sandbox, "throttled")
    assert isinstance(error, bankmeta.RejectedError)
    assert (error.service_code, error.http_status) == ("Throttling.Api", 403)
    (attempt,) = error.attempts
    assert (attempt.fate, attempt.phase) == (Fate.REJECTED, Phase.DONE)
    assert (attempt.billed, attempt.resend) == (Billed.NO, False)
    assert attempt.service_code == "Throttling.Api"
    assert attempt.request_id == error.request_id
    assert error.request_id in str(error)


def test_a_call_after_which_nothing_came_may_be_billed(sandbox):
    sandbox.behave(fault={"kind": "hang", "when": "after"})
    client = bankmeta.Client(**sandbox.options, timeout=0.2)
    with pytest.raises(TimeoutError) as caught:
        client.verify(**PERSON)
    assert (caught.value.fate, caught.value.billed) == (Fate.UNKNOWN, Billed.MAYBE)
    assert caught.value.attempts[0].phase is Phase.RECEIVE
    assert sandbox.admin("stats")["billed"] == 1


def test_a_client_works_on_after_an_error(client, sandbox):
    sandbox.behave(fault={"kind": "close", "times": 1})
    with pytest.raises(bankmeta.ConnectionLostError):
        client.verify(**PERSON)
    assert client.verify(**PERSON).verdict is bankmeta.Verdict.MATCH


def test_a_closed_client_says_so(sandbox):
    with bankmeta.Client(**sandbox.options) as client:
        pass
    client.close()
    with pytest.raises(bankmeta.ClosedError, match="this Client is closed") as caught:
        client.verify(**PERSON)
    assert (caught.value.fate, caught.value.billed) == (Fate.NOT_SENT, Billed.NO)


def test_with_closes_and_lets_errors_through(sandbox):
    client = bankmeta.Client(**sandbox.options)
    with pytest.raises(KeyError):
        with client as entered:
            assert entered is client
            raise KeyError
    with pytest.raises(bankmeta.ClosedError):
        client.verify(**PERSON)


def test_a_panic_becomes_an_ordinary_exception_without_its_text(capfd):
    with pytest.raises(bankmeta.InternalError) as caught:
        _native.panic_inside(PERSON["card_number"])
    assert isinstance(caught.value, (bankmeta.BankMetaError, RuntimeError))
    assert (caught.value.kind, caught.value.billed) == ("internal", Billed.MAYBE)
    assert PERSON["card_number"] not in str(caught.value)
    assert capfd.readouterr() == ("", "")
