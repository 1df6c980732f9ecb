"""The vendor's Python SDK, synchronous, with its defaults."""

import os
import warnings

warnings.simplefilter("ignore")

from alibabacloud_cloudauth_intl20220809.client import Client  # noqa: E402
from alibabacloud_cloudauth_intl20220809.models import BankMetaVerifyIntlRequest  # noqa: E402
from alibabacloud_tea_openapi.models import Config  # noqa: E402
from measure import measure  # noqa: E402

client = Client(Config(
    access_key_id="testid",
    access_key_secret="testsecret",
    endpoint=os.environ["BANKMETA_ENDPOINT"].removeprefix("https://"),
    ca=os.environ["BANKMETA_CA_FILE"],
))


def call():
    request = BankMetaVerifyIntlRequest(
        product_code="BANK_CARD_N_META", product_type="BANK_CARD_4_META", param_type="normal",
        verify_mode="VERIFY_BANK_CARD", bank_card="6222021234567890128", user_name="张三",
        identify_num="11010519491231002X", mobile="13800138000",
    )
    assert client.bank_meta_verify_intl(request).body.result_object.biz_code == "1"


measure(call)
