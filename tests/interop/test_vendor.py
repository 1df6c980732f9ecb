"""The vendor's own SDKs verify cards against the sandbox and get their errors."""

import uuid

import pytest

from vendor import PERSON, CommonRequestCaller, Refused, SdkCaller

MATCH = ("1", "101")


def refused(caller, **arguments):
    with pytest.raises(Refused) as caught:
        caller.verify(**arguments)
    return caught.value


def card(sandbox, **wanted):
    """The number of the test card with these properties."""
    cards = sandbox.admin("test-cards")
    (found,) = [card for card in cards if all(card[name] == value for name, value in wanted.items())]
    return found["card_number"]


def test_four_factors_match(caller, sandbox):
    assert caller.verify() == MATCH
    stats = sandbox.stats()
    assert (stats["requests"], stats["executions"], stats["billed"]) == (1, 1, 1)


@pytest.mark.parametrize("product_type, unused", [
    ("BANK_CARD_2_META", {"identify_num": None, "mobile": None}),
    ("BANK_CARD_3_META", {"mobile": None}),
])
def test_fewer_factors_match(caller, product_type, unused):
    assert caller.verify(product_type=product_type, **unused) == MATCH


def test_a_name_in_another_script(caller):
    assert caller.verify(
        bank_card="6212260000000000034", user_name="阿依古丽·买买提",
        identify_num="650102197908150430", mobile="13600136003",
    ) == MATCH


def test_a_differing_factor_is_a_mismatch(caller):
    assert caller.verify(user_name="李四") == ("2", "201")


def test_an_unknown_card_is_no_record(caller, sandbox):
    assert caller.verify(bank_card="6222021234567890995") == ("3", "304")
    assert sandbox.stats()["billed"] == 0


def test_md5_mode(caller):
    # The masked forms are spelled out: they must not come from the code under test.
    assert caller.verify(
        param_type="md5",
        bank_card="6222021234567" + "68b802b0aca8cdd19f30c0bce5d38a07",
        user_name="6499fc7409049355527ef6a2ba5706b8三",
        identify_num="110105f8817a477938df5a3e7763cadc5a9abb002X",
        mobile="7945bd83237335e5376ff44d62e4f0ae",
    ) == MATCH


def test_a_security_token(caller):
    assert caller.verify(key=("STS.testid", "testsecret", "testtoken")) == MATCH
    error = refused(caller, key=("STS.testid", "testsecret", "wrong"))
    assert error.code == "InvalidSecurityToken.Malformed"


def test_every_sub_code(sandbox):
    caller = SdkCaller(sandbox)
    seen = set()
    for row in sandbox.admin("test-cards"):
        if row["card_number"].startswith("6299001"):
            assert caller.verify(bank_card=row["card_number"]) == (row["biz_code"], row["sub_code"])
            seen.add(row["sub_code"])
    assert len(seen) == 23


def test_a_wrong_secret(caller):
    error = refused(caller, key=("testid", "wrong", None))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 400)


def test_the_echoed_string_to_sign_is_the_vendor_s_own(sandbox):
    # The older SDK changes the code to this one where the string-to-sign in the
    # message equals its own: only the secret can differ then.
    caller = CommonRequestCaller(sandbox, rpc_request=True)
    assert caller.verify() == MATCH
    assert refused(caller, key=("testid", "wrong", None)).code == "InvalidAccessKeySecret"


def test_an_unknown_key(caller):
    error = refused(caller, key=("nobody", "testsecret", None))
    assert (error.code, error.status) == ("InvalidAccessKeyId.NotFound", 404)


def test_a_permission_that_is_lacking(caller):
    error = refused(caller, key=("deniedid", "testsecret", None))
    assert (error.code, error.status) == ("Forbidden.RAMUserAccessDenied", 403)


@pytest.mark.parametrize("offset, code", [
    (16 * 60, "InvalidTimeStamp.Expired"),
    (-16 * 60, "IllegalTimestamp"),
])
def test_a_stale_clock(caller, sandbox, offset, code):
    sandbox.behave(clock_offset_seconds=offset)
    error = refused(caller)
    assert (error.code, error.status) == (code, 400)


def test_a_replay(caller, sandbox):
    nonce = uuid.uuid4().hex
    assert caller.verify(nonce=nonce) == MATCH
    error = refused(caller, nonce=nonce)
    assert (error.code, error.status) == ("SignatureNonceUsed", 400)
    assert sandbox.stats()["billed"] == 1


@pytest.mark.parametrize("field, code", [
    ("product_code", "MissingProductCode"),
    ("param_type", "MissingParamType"),
    ("verify_mode", "MissingVerifyMode"),
    ("product_type", "MissingProductType"),
    ("bank_card", "MissingBankCard"),
    ("user_name", "MissingUserName"),
    ("identify_num", "MissingIdentifyNum"),
    ("mobile", "MissingMobile"),
])
def test_a_missing_parameter(caller, field, code):
    error = refused(caller, **{field: None})
    assert (error.code, error.status) == (code, 400)


def test_throttling(caller, sandbox):
    sandbox.behave(quota=0)
    error = refused(caller)
    assert (error.code, error.status) == ("Throttling.Api", 403)
    assert sandbox.stats()["throttled"] == 1


def test_errors_of_the_service(caller, sandbox):
    error = refused(caller, bank_card=card(sandbox, code="ServiceUnavailable"))
    assert (error.code, error.status) == ("ServiceUnavailable", 503)
    error = refused(caller, bank_card=card(sandbox, code="412"))
    assert (error.code, error.status) == ("412", 200)


def test_where_the_parameters_stand(caller, sandbox):
    caller.verify()
    stats = sandbox.stats()
    in_body = isinstance(caller, CommonRequestCaller) and caller.in_body
    assert (stats["personal_in_query"], stats["personal_in_body"]) == ((0, 1) if in_body else (1, 0))
    assert PERSON["bank_card"] not in str(stats)
