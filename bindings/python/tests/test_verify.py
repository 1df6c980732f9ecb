"""Verifications that are answered."""

import dataclasses
import decimal
import pathlib

import pytest

import bankmeta
from bankmeta import Billed, Fate, Phase, Verdict
from sandbox import PERSON

KEYS = list(PERSON)


def factors(count):
    return {key: PERSON[key] for key in KEYS[:count]}


@pytest.mark.parametrize("md5_mode", [False, True])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_factors_of_one_person_match(client, sandbox, count, md5_mode):
    answer = client.verify(**factors(count), md5_mode=md5_mode)
    assert (answer.verdict, answer.biz_code, answer.billed) == (Verdict.MATCH, "1", Billed.YES)
    assert (answer.sub_code, answer.sub_code_name) == ("101", "passed")
    assert answer.sub_code_meaning == "verification passed"
    assert sandbox.admin("stats")["billed"] == 1


def test_an_answer_tells_its_attempts(client):
    answer = client.verify(**PERSON)
    (attempt,) = answer.attempts
    assert (attempt.fate, attempt.phase, attempt.http_status) == (Fate.ANSWERED, Phase.DONE, 200)
    assert attempt.service_code is None
    assert attempt.request_id == answer.request_id
    assert answer.request_id
    assert attempt.duration > 0
    assert (attempt.billed, attempt.resend) == (Billed.YES, False)


def test_another_name_is_a_mismatch_and_billed(client):
    answer = client.verify(**{**PERSON, "name": "李四"})
    assert (answer.verdict, answer.sub_code, answer.billed) == (Verdict.MISMATCH, "201", Billed.YES)
    assert answer.sub_code_name == "details_wrong"


def test_an_unknown_card_has_no_record_and_is_not_billed(client):
    answer = client.verify(**{**PERSON, "card_number": "6222029999999999999"})
    assert (answer.verdict, answer.sub_code, answer.billed) == (Verdict.NO_RECORD, "304", Billed.NO)


def test_unknown_codes_are_kept(client, sandbox):
    answer = client.verify(**{**PERSON, "card_number": sandbox.card(biz_code="9")})
    assert (answer.verdict, answer.biz_code, answer.billed) == (Verdict.UNKNOWN, "9", Billed.MAYBE)
    answer = client.verify(**{**PERSON, "card_number": sandbox.card(sub_code="999")})
    assert (answer.sub_code, answer.sub_code_name, answer.sub_code_meaning) == ("999", None, None)


def test_an_answer_cannot_be_changed(client):
    answer = client.verify(**PERSON)
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.verdict = Verdict.MISMATCH
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.attempts[0].fate = Fate.REJECTED


@pytest.mark.parametrize(
    "options",
    [
        {"signature": "v1"},
        {"placement": "query"},
        {"timeout": 5, "connect_timeout": 1.5},
        {"user_agent": "tests/1"},
        {"access_key_id": "STS.testid", "security_token": "testtoken"},
        {"region": "cn-hongkong", "network": "vpc", "credentials": "explicit"},
        {"retry": "answer_first", "retry_max_extra": 2, "resend_unknown": True, "breaker": False},
        {"retry": "never", "retry_max_extra": 0, "resend_unknown": False, "breaker": True},
        {"max_billable": 10**9, "quota": 1000, "quota_scope": "host", "quota_account": "of the tests"},
        {"quota": 99.5, "quota_scope": "process"},
        {"quota": decimal.Decimal("99.5"), "max_billable": "off"},
        {"quota": "off"},
    ],
)
def test_options_are_taken(sandbox, options):
    with bankmeta.Client(**{**sandbox.options, **options}) as client:
        for lane in (None, "interactive", "bulk"):
            assert client.verify(**PERSON, lane=lane).verdict is Verdict.MATCH


def test_the_ca_file_may_be_a_path(sandbox):
    options = {**sandbox.options, "ca_file": pathlib.Path(sandbox.ca_file)}
    assert bankmeta.Client(**options).verify(**PERSON).verdict is Verdict.MATCH


def test_the_access_key_can_come_from_the_environment(sandbox, monkeypatch):
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        monkeypatch.setenv(name, sandbox.environment[name])
    monkeypatch.delenv("ALIBABA_CLOUD_SECURITY_TOKEN", raising=False)
    place = {"endpoint": sandbox.endpoint, "ca_file": sandbox.ca_file}
    client = bankmeta.Client(credentials="environment", **place)
    assert client.verify(**PERSON).verdict is Verdict.MATCH
    with pytest.raises(bankmeta.CredentialsError):
        bankmeta.Client(**place)


def test_a_passport_is_told_by_its_id_type(client):
    passport = {
        "card_number": "6222620000000000103",
        "name": "O'Brien, Seán",
        "id_number": "E12345678",
        "mobile": "19900199010",
    }
    assert client.verify(**passport, id_type="02").verdict is Verdict.MATCH
    with pytest.raises(bankmeta.InvalidInputError):
        client.verify(**passport)


@pytest.mark.parametrize("unchecked", [("id_number",), ["id_number"], {"id_number"}, iter(["id_number"])])
def test_a_check_can_be_left_out(client, unchecked):
    wrong = {**PERSON, "id_number": "110105194912310021"}
    assert client.verify(**wrong, unchecked=unchecked).verdict is Verdict.MISMATCH


def test_two_attempts_are_told(client, sandbox):
    sandbox.behave(ignore_form_bodies=True)
    answer = client.verify(**PERSON)
    assert [attempt.fate for attempt in answer.attempts] == [Fate.REJECTED, Fate.ANSWERED]
    assert answer.attempts[0].service_code.startswith("Missing")


def test_a_connection_is_kept(client, sandbox):
    for _ in range(3):
        client.verify(**PERSON)
    stats = sandbox.admin("stats")
    assert (stats["requests"], stats["connections"]) == (3, 1)


def test_what_was_not_billed_is_repeated_and_what_may_have_been_only_if_asked(sandbox):
    sandbox.behave(fault={"kind": "answer", "status": 403, "code": "Throttling.Api", "times": 1})
    answer = bankmeta.Client(**sandbox.options).verify(**PERSON)
    assert [attempt.billed for attempt in answer.attempts] == [Billed.NO, Billed.YES]
    lost = {"kind": "close", "when": "after", "times": 1}
    sandbox.behave(fault=lost)
    answer = bankmeta.Client(**sandbox.options, retry="answer_first").verify(**PERSON)
    assert [attempt.billed for attempt in answer.attempts] == [Billed.MAYBE, Billed.YES]
    # `billed` of the answer is the worst of its attempts'.
    assert answer.billed is Billed.YES
    sandbox.behave(fault=lost)
    with pytest.raises(bankmeta.ConnectionLostError) as caught:
        bankmeta.Client(**sandbox.options, retry="answer_first", retry_max_extra=0).verify(**PERSON)
    assert [attempt.billed for attempt in caught.value.attempts] == [Billed.MAYBE]


def test_a_resend_is_told(sandbox):
    sandbox.behave(fault={"kind": "close", "times": 1})
    answer = bankmeta.Client(**sandbox.options, resend_unknown=True).verify(**PERSON)
    assert [attempt.resend for attempt in answer.attempts] == [False, True]
    assert [attempt.billed for attempt in answer.attempts] == [Billed.NO, Billed.YES]


def test_no_more_is_spent_than_max_billable(sandbox):
    client = bankmeta.Client(**sandbox.options, max_billable=2)
    for _ in range(2):
        client.verify(**PERSON)
    with pytest.raises(bankmeta.MaxBillableError, match="max_billable is 2"):
        client.verify(**PERSON)
    assert sandbox.admin("stats")["billed"] == 2


def test_a_client_can_be_warmed_up_and_counts_what_it_does(client, sandbox):
    client.warm_up()
    assert sandbox.admin("stats")["requests"] == 0
    client.verify(**PERSON)
    stats = client.stats()
    assert (stats.verifications, stats.answers, stats.billed_yes) == (1, 1, 1)
    assert (stats.connections_opened, stats.connections_reused) == (1, 1)
    counts = dataclasses.asdict(stats)
    assert sum(count for name, count in counts.items() if name.startswith("latency_")) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        stats.answers = 2
