"""The Python face: verify in a loop over one client."""

import os

import bankmeta
from measure import measure

client = bankmeta.Client(
    access_key_id="testid",
    access_key_secret="testsecret",
    endpoint=os.environ["BANKMETA_ENDPOINT"],
    ca_file=os.environ["BANKMETA_CA_FILE"],
    quota="off",
)


def call():
    answer = client.verify(
        card_number="6222021234567890128", name="张三", id_number="11010519491231002X", mobile="13800138000"
    )
    assert answer.verdict is bankmeta.Verdict.MATCH


measure(call)
