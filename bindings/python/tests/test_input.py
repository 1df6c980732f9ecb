"""Arguments that are wrong: told by name, never shown, and nothing is sent."""

import pytest

import bankmeta
from bankmeta import Billed, Fate
from sandbox import PERSON

SECRET = "kept-secret-4711"


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("card_number", "6222 0212 3456 7890", "pass the digits alone"),
        ("card_number", "62220212345", "12 to 19 digits"),
        ("name", "", "empty"),
        ("name", "张\n三", "remove it"),
        ("id_number", "110105194912310021", "look for a mistyped digit"),
        ("id_number", "11010519491231002x", "write the check character as X"),
        ("mobile", "+8613800138000", "pass the 11 digits alone"),
        ("id_type", "0" * 33, "32 characters"),
        ("name", "张\ud800三", "decode the text anew"),
        ("lane", "fast", "must be interactive or bulk"),
        ("unchecked", ("card",), "must list card_number, name, id_number or mobile"),
    ],
)
def test_a_broken_rule_names_field_and_remedy_and_shows_no_value(client, sandbox, field, value, remedy):
    with pytest.raises(bankmeta.InvalidInputError) as caught:
        client.verify(**{**PERSON, field: value})
    error = caught.value
    assert error.field == field
    assert remedy in str(error)
    assert str(error).endswith("[invalid_input, fate not_sent, billed no]")
    assert (error.kind, error.fate, error.billed) == ("invalid_input", Fate.NOT_SENT, Billed.NO)
    assert (error.attempts, error.request_id, error.http_status) == ((), None, None)
    for shown in (str(error), repr(error), repr(error.args), repr(vars(error))):
        assert not value or str(value) not in shown
        assert not any(known in shown for known in PERSON.values())
    # A UnicodeEncodeError underneath would hold the whole text.
    assert error.__cause__ is None
    assert error.__context__ is None
    assert sandbox.admin("stats")["requests"] == 0


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("card_number", 6222021234567890128, "card_number must be str, not int"),
        ("name", "张三".encode(), "name must be str, not bytes"),
        ("name", None, "name must be str, not NoneType"),
        ("id_number", ["11010519491231002X"], "id_number must be str, not list"),
        ("mobile", 13800138000, "mobile must be str, not int"),
        ("md5_mode", "13800138000", "md5_mode must be bool, not str"),
        ("lane", 1, "lane must be str, not int"),
        ("unchecked", "name", "unchecked must be a tuple of str, not str"),
        ("unchecked", 13800138000, "unchecked must be a tuple of str, not int"),
        ("unchecked", (13800138000,), "unchecked must be str, not int"),
    ],
)
def test_a_wrong_type_is_told_without_the_value(client, field, value, expected):
    with pytest.raises(TypeError) as caught:
        client.verify(**{**PERSON, field: value})
    assert str(caught.value) == expected


@pytest.mark.parametrize("missing", ["card_number", "name"])
def test_a_missing_factor_is_told_by_name(client, missing):
    with pytest.raises(TypeError, match=missing):
        client.verify(**{key: value for key, value in PERSON.items() if key != missing})


def test_an_unknown_argument_is_told_with_those_there_are(client):
    with pytest.raises(TypeError) as caught:
        client.verify(**PERSON, id_kind="02")
    assert str(caught.value).startswith("unexpected keyword argument 'id_kind'; there are card_number, name, ")
    assert not any(value in str(caught.value) for value in PERSON.values())


def test_factors_are_keyword_only(client):
    with pytest.raises(TypeError) as caught:
        client.verify(*PERSON.values())
    assert not any(value in str(caught.value) for value in PERSON.values())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"timeout": 0}, "timeout must be from 0.001 to 3600 seconds"),
        ({"timeout": float("nan")}, "timeout must be seconds"),
        ({"timeout": float("inf")}, "timeout must be seconds"),
        ({"connect_timeout": -1.0}, "connect_timeout must be seconds"),
        ({"timeout": 1e300}, "timeout must be seconds"),
        ({"signature": SECRET}, "signature must be acs3 | v1"),
        ({"placement": SECRET}, "placement must be auto | body | query"),
        ({"network": SECRET}, "network must be public | vpc"),
        ({"credentials": SECRET}, "credentials must be explicit | environment"),
        ({"endpoint": "http://bankmeta.example"}, "allowed to loopback only"),
        ({"ca_file": "/nonexistent/ca.pem"}, "ca_file"),
        ({"user_agent": "line\nend"}, "user_agent"),
        ({"region": "\ud800"}, "region: holds half of a surrogate pair"),
        ({"credentials": "environment"}, "choose one"),
        ({"retry": "always"}, "retry must be bill_safe | answer_first | never"),
        ({"retry_max_extra": 11}, "retry_max_extra must be from 0 to 10"),
        ({"retry_max_extra": -1}, "retry_max_extra must be"),
        ({"retry_max_extra": 10**100}, "retry_max_extra must be"),
        ({"max_billable": -1}, "max_billable must be"),
        ({"max_billable": 1.5}, "max_billable must be"),
        ({"quota": 0}, "quota must be from 0.1 to 10000"),
        ({"quota": float("nan")}, "quota must be from 0.1 to 10000"),
        ({"quota": SECRET}, "quota must be number | off"),
        ({"quota_scope": SECRET}, "quota_scope must be process | host"),
    ],
)
def test_an_unusable_option_is_a_configuration_error(options, expected):
    with pytest.raises(bankmeta.ConfigurationError) as caught:
        bankmeta.Client(**{"access_key_id": "id", "access_key_secret": "secret", **options})
    assert expected in str(caught.value)
    assert SECRET not in str(caught.value)
    assert (caught.value.fate, caught.value.field) == (Fate.NOT_SENT, None)


@pytest.mark.parametrize(
    "options",
    [{}, {"access_key_id": "id"}, {"access_key_id": "id", "access_key_secret": SECRET + "\n"}],
)
def test_an_unusable_access_key_is_a_credentials_error(options):
    with pytest.raises(bankmeta.CredentialsError) as caught:
        bankmeta.Client(**options)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"timeout": "15"}, "timeout must be float, not str"),
        ({"access_key_secret": SECRET.encode()}, "access_key_secret must be str, not bytes"),
        ({"ca_file": 7}, "ca_file must be str or os.PathLike, not int"),
        ({"timeout": True}, "timeout must be float, not bool"),
        ({"retry": True}, "retry must be str, not bool"),
        ({"retry_max_extra": "1"}, "retry_max_extra must be int, not str"),
        ({"retry_max_extra": 1.0}, "retry_max_extra must be int, not float"),
        ({"retry_max_extra": True}, "retry_max_extra must be int, not bool"),
        ({"resend_unknown": 1}, "resend_unknown must be bool, not int"),
        ({"resend_unknown": "true"}, "resend_unknown must be bool, not str"),
        ({"max_billable": [5]}, "max_billable must be a number or 'off', not list"),
        ({"quota": False}, "quota must be a number or 'off', not bool"),
        ({"quota_account": 1}, "quota_account must be str, not int"),
        ({"breaker": "on"}, "breaker must be bool, not str"),
        ({"timeuot": 15}, "unexpected keyword argument 'timeuot'"),
    ],
)
def test_a_wrong_type_of_option_is_a_type_error(options, expected):
    with pytest.raises(TypeError) as caught:
        bankmeta.Client(**options)
    assert expected in str(caught.value)
    assert SECRET not in str(caught.value)


class WholeNumber:
    """As numpy has them."""

    def __init__(self, number):
        self.number = number

    def __index__(self):
        return self.number


@pytest.mark.parametrize("key", ["retry_max_extra", "max_billable", "timeout", "quota"])
def test_what_counts_as_an_int_is_one(sandbox, key):
    bankmeta.Client(**{**sandbox.options, key: WholeNumber(5)}).close()
    with pytest.raises(bankmeta.ConfigurationError, match=f"^{key} must be"):
        bankmeta.Client(**{**sandbox.options, key: WholeNumber(-5)})


def test_what_a_path_raises_is_not_replaced(sandbox):
    class Interrupted:
        def __fspath__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bankmeta.Client(**{**sandbox.options, "ca_file": Interrupted()})
