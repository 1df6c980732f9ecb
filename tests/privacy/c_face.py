"""Everything that a C program can print: each text that the library's functions give,
asked by ctypes. Which functions there are is read from the header, so that a new one
is asked too.

    c_face.py include/bankmeta.h build/lib/libbankmeta.so
"""

import ctypes
import re
import sys
from ctypes import POINTER, byref, c_char_p, c_size_t, c_void_p
from pathlib import Path

from runner import Outputs, serve

NUL = c_size_t(-1).value
HEADER, LIBRARY = Path(sys.argv[1]).read_text(encoding="utf-8"), ctypes.CDLL(sys.argv[2])

# Names of functions that give a text or a number of one handle alone.
TEXTS = {
    handle: re.findall(rf"const char \*(bankmeta_\w+)\(const bankmeta_{handle} \*\w+\);", HEADER)
    for handle in ("answer", "error", "attempt")
}
ATTEMPTS = {
    handle: re.findall(rf"const bankmeta_attempt \*(bankmeta_\w+)\(const bankmeta_{handle} \*", HEADER)
    for handle in ("answer", "error")
}
assert ATTEMPTS["answer"] and ATTEMPTS["error"] and TEXTS["attempt"], (ATTEMPTS, TEXTS)
assert "bankmeta_error_message" in TEXTS["error"] and len(TEXTS["answer"]) >= 5, TEXTS


def function(name, result, *arguments):
    it = getattr(LIBRARY, name)
    it.restype, it.argtypes = result, arguments
    return it


TEXT_FUNCTIONS = {
    handle: [(name, function(name, c_char_p, c_void_p)) for name in names] for handle, names in TEXTS.items()
}
ATTEMPT_FUNCTIONS = {
    handle: [function(name, c_void_p, c_void_p, c_size_t) for name in names] for handle, names in ATTEMPTS.items()
}
COUNTS = {
    handle: function(f"bankmeta_{handle}_attempt_count", c_size_t, c_void_p) for handle in ("answer", "error")
}
config_new = function("bankmeta_config_new", c_void_p)
config_set = function("bankmeta_config_set", ctypes.c_int32, c_void_p, c_char_p, c_char_p, POINTER(c_void_p))
client_new = function("bankmeta_client_new", ctypes.c_int32, c_void_p, POINTER(c_void_p), POINTER(c_void_p))
client_verify = function(
    "bankmeta_client_verify", ctypes.c_int32, c_void_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p)
)
verification_new = function("bankmeta_verification_new", c_void_p)
verification_set = function(
    "bankmeta_verification_set", ctypes.c_int32, c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_void_p)
)


def free(handle, pointer):
    function(f"bankmeta_{handle}_free", None, POINTER(c_void_p))(byref(pointer))


LOG = ctypes.CFUNCTYPE(None, c_void_p, ctypes.c_int32, c_char_p, c_char_p)
set_log = function("bankmeta_config_set_log", ctypes.c_int32, c_void_p, LOG, c_void_p, POINTER(c_void_p))
client_stats = function("bankmeta_client_stats", ctypes.c_int32, c_void_p, POINTER(c_void_p), POINTER(c_void_p))
stats_name = function("bankmeta_stats_name", c_char_p, c_void_p, c_size_t)
stats_value = function("bankmeta_stats_value", ctypes.c_int64, c_void_p, c_size_t)
stats_count = function("bankmeta_stats_count", c_size_t, c_void_p)
cancel = function("bankmeta_client_cancel", None, c_void_p)


class CFace:
    def __init__(self):
        self.outputs = Outputs()
        self.log = LOG(lambda _, level, name, text: self.outputs.add("log", f"{level} {name.decode()} {text.decode()}"))

    def show(self, handle, pointer, place):
        """All that the handle tells, and then frees it."""
        if not pointer:
            return
        self.texts(handle, pointer, place)
        for attempt_of in ATTEMPT_FUNCTIONS[handle]:
            for index in range(COUNTS[handle](pointer)):
                self.texts("attempt", attempt_of(pointer, index), f"{place}, attempt")
        free(handle, pointer)

    def texts(self, handle, pointer, place):
        for name, text in TEXT_FUNCTIONS[handle]:
            value = text(pointer)
            if value is not None:
                self.outputs.add(f"{place}, {name}", value.decode("utf-8"))

    def client(self, config):
        settings, client, error = config_new(), c_void_p(), c_void_p()
        for key, value in config.items():
            config_set(settings, key.encode(), value.encode(), byref(error))
            self.show("error", error, "error of a setting")
        set_log(settings, self.log, None, byref(error))
        client_new(settings, byref(client), byref(error))
        self.show("error", error, "error of a client")
        free("config", c_void_p(settings))
        return client if client else None

    def close(self, client):
        stats, error = c_void_p(), c_void_p()
        client_stats(client, byref(stats), byref(error))
        numbers = [(stats_name(stats, index), stats_value(stats, index)) for index in range(stats_count(stats))]
        self.outputs.add("stats", numbers)
        free("stats", stats)
        free("client", client)

    def cancel(self, client):
        cancel(client)

    def verify(self, client, person):
        verification, answer, error = verification_new(), c_void_p(), c_void_p()
        for key, value in person.items():
            verification_set(verification, key.encode(), value.encode(), NUL, byref(error))
            self.show("error", error, "error of a key")
        client_verify(client, verification, byref(answer), byref(error))
        self.show("answer", answer, "answer")
        self.show("error", error, "error")
        free("verification", c_void_p(verification))

    def plant(self, text):
        self.outputs.add("a text of a function", text)
        self.log(None, 0, b"planted", text.encode())
        print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    serve(CFace())
