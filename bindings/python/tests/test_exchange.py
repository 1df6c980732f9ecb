"""Signed here, sent by the test's own HTTP stack, decoded here."""

import http.client
import json
import traceback
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import bankmeta
from bankmeta import Billed, Fate, Phase, Verdict
from sandbox import PERSON
from test_copies import WAYS

KEY = {"access_key_id": "id", "access_key_secret": "secret"}
ANSWERED = b'{"Code":"200","ResultObject":{"BizCode":"1","SubCode":"101"}}'


@pytest.fixture
def request_(sandbox):
    return bankmeta.Exchange(**sandbox.options).sign(**PERSON)


def send(request, context):
    """What the service replies, as the arguments of `decode`."""
    url = urlsplit(request.url)
    connection = http.client.HTTPSConnection(url.hostname, url.port, context=context, timeout=60)
    target = url.path + (f"?{url.query}" if url.query else "")
    connection.request(request.method, target, request.body, dict(request.headers))
    with connection.getresponse() as reply:
        told = reply.status, reply.headers, reply.read()
    connection.close()
    return told


def verify(sandbox, person=PERSON, **options):
    request = bankmeta.Exchange(**{**sandbox.options, **options}).sign(**person)
    return request.decode(*send(request, sandbox.context))


@pytest.mark.parametrize("signature", ["acs3", "v1"])
@pytest.mark.parametrize("placement", [None, "body", "query"])
def test_a_request_is_answered(sandbox, signature, placement):
    answer = verify(sandbox, signature=signature, placement=placement)
    assert (answer.verdict, answer.billed, answer.sub_code) == (Verdict.MATCH, Billed.YES, "101")
    (attempt,) = answer.attempts
    assert (attempt.fate, attempt.phase, attempt.http_status) == (Fate.ANSWERED, Phase.DONE, 200)
    # How long it took only the program knows.
    assert attempt.duration == 0
    assert answer.request_id
    assert sandbox.admin("stats")["requests"] == 1


def test_the_parts_of_a_request(request_, sandbox):
    assert (request_.method, request_.url) == ("POST", sandbox.endpoint + "/")
    assert PERSON["card_number"].encode() in request_.body
    assert all(type(name) is type(value) is str and name.islower() for name, value in request_.headers)
    with pytest.raises(AttributeError):
        request_.body = b""
    query = bankmeta.Exchange(**sandbox.options, placement="query").sign(**PERSON)
    assert PERSON["card_number"] in query.url
    assert query.body == b""


def test_the_same_time_and_nonce_make_the_same_request():
    exchange = bankmeta.Exchange(**KEY)
    fixed = {"unix_seconds": 1_795_478_400, "nonce": "n-1"}
    first, again, other = (exchange.sign(**PERSON, **more) for more in (fixed, fixed, {}))
    assert (first.headers, first.body) == (again.headers, again.body)
    headers, others = dict(first.headers), dict(other.headers)
    assert (headers["x-acs-signature-nonce"], headers["x-acs-date"]) == ("n-1", "2026-11-24T00:00:00Z")
    assert others["x-acs-signature-nonce"] != dict(exchange.sign(**PERSON).headers)["x-acs-signature-nonce"]
    assert others["x-acs-date"] > "2026"


@pytest.mark.parametrize(
    ("features", "options", "error", "fate"),
    [
        ({"code": "Throttling.Api"}, {}, bankmeta.ThrottledError, Fate.REJECTED),
        ({"code": "InternalError"}, {}, bankmeta.ServiceFailureError, Fate.UNKNOWN),
        ({}, {"access_key_secret": "another"}, bankmeta.SignatureError, Fate.REJECTED),
        ({}, {"access_key_id": "deniedid"}, bankmeta.PermissionDeniedError, Fate.REJECTED),
    ],
)
def test_a_failure_raises_what_the_client_would(sandbox, features, options, error, fate):
    person = {**PERSON, "card_number": sandbox.card(**features)} if features else PERSON
    with pytest.raises(error) as by_exchange:
        verify(sandbox, person, **options)
    with pytest.raises(error) as by_client:
        bankmeta.Client(**{**sandbox.options, **options}, retry="never").verify(**person)
    ours, clients = by_exchange.value, by_client.value
    assert (ours.fate, ours.billed, ours.service_code) == (clients.fate, clients.billed, clients.service_code)
    assert (ours.fate, len(ours.attempts)) == (fate, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Acs-Request-Id": "3A5B", "Server": 7},
        [("x-acs-request-id", " 3A5B ")],
        ([b"server", b"\xff"], [b"X-ACS-Request-Id", b"3A5B"]),
        iter([("x-acs-request-id", "3A5B"), ("x-\ud800", "")]),
    ],
)
def test_headers_come_in_many_forms(request_, headers):
    assert request_.decode(200, headers, ANSWERED).request_id == "3A5B"


@pytest.mark.parametrize("headers", [None, {}, [], [("x-acs-request-id", "\ud800")], {b"\xff": b""}])
def test_headers_may_be_missing_or_senseless(request_, headers):
    assert request_.decode(http.HTTPStatus.OK, headers, bytearray(ANSWERED)).request_id is None


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("200", {}, b""), "http_status must be int, not str"),
        ((True, {}, b""), "http_status must be int, not bool"),
        ((200, 5, b""), "headers must be a mapping or pairs of str, not int"),
        ((200, "date: now", b""), "headers must be a mapping or pairs of str, not str"),
        ((200, [("date", 5)], b""), "headers must be a mapping or pairs of str, not list"),
        ((200, [("date",)], b""), "headers must be a mapping or pairs of str, not list"),
        ((200, {5: "date"}, b""), "headers must be a mapping or pairs of str, not dict"),
        ((200, {}, ANSWERED.decode()), "body must be bytes, not str"),
        ((200, {}, None), "body must be bytes, not NoneType"),
    ],
)
def test_a_reply_of_a_wrong_type_is_told(request_, arguments, expected):
    with pytest.raises(TypeError) as caught:
        request_.decode(*arguments)
    assert str(caught.value) == expected
    # The reply is not lost by that.
    assert request_.decode(200, {}, ANSWERED).verdict is Verdict.MATCH


@pytest.mark.parametrize("status", [0, 99, 600, -200, 2**70])
def test_a_status_that_is_none_does_not_mean_that_nothing_was_sent(request_, status):
    with pytest.raises(bankmeta.InvalidInputError, match="from 100 to 599") as caught:
        request_.decode(status, {}, b"")
    assert (caught.value.field, caught.value.fate) == ("http_status", Fate.UNKNOWN)
    assert caught.value.billed is Billed.MAYBE


@pytest.mark.parametrize(
    ("more", "error", "told"),
    [
        ({"nonce": "a b"}, bankmeta.InvalidInputError, "^nonce: must be 1 to 64"),
        ({"nonce": 5}, TypeError, "nonce must be str, not int"),
        ({"unix_seconds": 1.5}, TypeError, "unix_seconds must be int, not float"),
        ({"unix_seconds": 1_795_478_400_000}, bankmeta.InvalidInputError, "whole seconds since 1970"),
        ({"unix_seconds": -1}, bankmeta.InvalidInputError, "whole seconds since 1970"),
        ({"mobile": "1"}, bankmeta.InvalidInputError, "^mobile: "),
        ({"colour": "red"}, TypeError, "unexpected keyword argument 'colour'"),
    ],
)
def test_what_cannot_be_signed_is_told(more, error, told):
    with pytest.raises(error, match=told) as caught:
        bankmeta.Exchange(**KEY).sign(**{**PERSON, **more})
    assert getattr(caught.value, "fate", Fate.NOT_SENT) is Fate.NOT_SENT
    assert not any(value in str(caught.value) for value in PERSON.values())


def test_options_are_checked_and_the_access_key_is_needed():
    with pytest.raises(bankmeta.ConfigurationError):
        bankmeta.Exchange(signature="hmac")
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        bankmeta.Exchange(colour="red")
    with pytest.raises(bankmeta.CredentialsError):
        bankmeta.Exchange().sign(**PERSON)


CLASSES = {
    "dns": bankmeta.DnsError,
    "connect": bankmeta.ConnectError,
    "tls": bankmeta.TlsError,
    "timeout": bankmeta.TimeoutError,
    "connection_lost": bankmeta.ConnectionLostError,
    "circuit_open": bankmeta.ConnectionLostError,
    "whatever": bankmeta.ConnectionLostError,
    "\ud800": bankmeta.ConnectionLostError,
}


@pytest.mark.parametrize("kind", CLASSES)
def test_without_a_reply_the_bytes_decide(request_, kind):
    for error in (request_.not_answered(kind), bankmeta.SignedRequest.not_answered(kind, handed_over=True)):
        assert (type(error), error.fate, error.billed) == (CLASSES[kind], Fate.UNKNOWN, Billed.MAYBE)
        assert [attempt.phase for attempt in error.attempts] == [Phase.RECEIVE]
    before = request_.not_answered(kind, False)
    assert (type(before), before.fate, before.billed) == (CLASSES[kind], Fate.NOT_SENT, Billed.NO)
    assert before.__traceback__ is None


def test_what_failed_is_told_by_its_word(request_):
    with pytest.raises(TypeError, match="kind must be str, not OSError"):
        request_.not_answered(OSError())
    with pytest.raises(TypeError, match="handed_over must be bool, not int"):
        request_.not_answered("tls", 0)


@pytest.mark.parametrize("copied", WAYS)
def test_what_holds_secrets_or_factors_refuses_to_be_copied(request_, copied):
    with pytest.raises(TypeError, match="holds personal data and cannot be pickled"):
        copied(request_)
    with pytest.raises(TypeError, match="holds an access key and cannot be pickled"):
        copied(bankmeta.Exchange(**KEY))


def test_nothing_of_the_request_is_shown(request_):
    assert repr(request_) == str(request_) == "<bankmeta.SignedRequest>"
    assert repr(bankmeta.Exchange(**KEY)) == "<bankmeta.Exchange>"
    # Not either where the service repeats it.
    card = PERSON["card_number"]
    body = json.dumps({"RequestId": card, "Code": card, "Message": f"card {card} of {PERSON['name']}"})
    with pytest.raises(bankmeta.BankMetaError) as caught:
        request_.decode(400, {"x-acs-request-id": card}, body.encode())
    for shown in (str(caught.value), repr(caught.value), repr(vars(caught.value))):
        assert not any(value in shown for value in PERSON.values())
    package = Path(bankmeta.__file__).parent
    files = {Path(frame.f_code.co_filename) for frame, _ in traceback.walk_tb(caught.value.__traceback__)}
    assert files and not any(package in file.parents for file in files)
