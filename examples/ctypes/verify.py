"""Verifies one line of standard input, card_number TAB name, with nothing but ctypes.

The access key comes from the environment; BANKMETA_ENDPOINT and BANKMETA_CA_FILE, if set,
lead to a sandbox.
"""

import os
import sys
from ctypes import CDLL, byref, c_char_p, c_void_p

lib = CDLL("libbankmeta.so.0")
lib.bankmeta_config_new.restype = c_void_p
for name in ("bankmeta_error_message", "bankmeta_verdict_name", "bankmeta_billed_name"):
    getattr(lib, name).restype = c_char_p

config, client, answer, error = c_void_p(lib.bankmeta_config_new()), c_void_p(), c_void_p(), c_void_p()
options = {
    b"credentials": b"environment",
    b"endpoint": os.environb.get(b"BANKMETA_ENDPOINT"),
    b"ca_file": os.environb.get(b"BANKMETA_CA_FILE"),
}
card_number, name = sys.stdin.buffer.readline().rstrip(b"\n").split(b"\t")
try:
    # 0 is BANKMETA_OK. `or` goes on as long as that is what the calls return.
    if (
        any(lib.bankmeta_config_set(config, key, value, byref(error)) for key, value in options.items() if value)
        or lib.bankmeta_client_new(config, byref(client), byref(error))
        or lib.bankmeta_verify(client, card_number, name, None, None, byref(answer), byref(error))
    ):
        sys.exit(lib.bankmeta_error_message(error).decode())
    verdict = lib.bankmeta_verdict_name(lib.bankmeta_answer_verdict(answer)).decode()
    print(f"{verdict}, billed {lib.bankmeta_billed_name(lib.bankmeta_answer_billed(answer)).decode()}")
finally:
    lib.bankmeta_error_free(byref(error))
    lib.bankmeta_answer_free(byref(answer))
    lib.bankmeta_client_free(byref(client))
    lib.bankmeta_config_free(byref(config))
