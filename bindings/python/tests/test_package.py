"""What is installed, and that its tables agree with the core's."""

import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import bankmeta
from bankmeta import _native, errors


def test_the_installed_wheel_is_tested():
    assert Path(bankmeta.__file__).is_relative_to(sys.prefix)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python 3.9 keeps no signature of such a class")
@pytest.mark.parametrize("taker", [bankmeta.Client, bankmeta.Exchange])
def test_every_option_is_a_keyword_argument_and_no_other(taker):
    parameters = inspect.signature(taker).parameters
    assert tuple(parameters) == _native.CONFIG_KEYS
    for parameter in parameters.values():
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert parameter.default is None


@pytest.mark.parametrize(
    ("taker", "besides"),
    [(bankmeta.Client.verify, ()), (bankmeta.Exchange.sign, ("unix_seconds", "nonce"))],
)
def test_every_part_of_a_verification_is_a_keyword_argument_and_no_other(taker, besides):
    parameters = dict(inspect.signature(taker).parameters)
    del parameters["self"]
    assert tuple(parameters) == (*_native.VERIFICATION_KEYS, *besides)
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert parameters["md5_mode"].default is False
    assert parameters["unchecked"].default == ()
    assert parameters["lane"].default == "interactive"


def test_every_number_of_the_statistics_is_a_field():
    assert tuple(field.name for field in dataclasses.fields(bankmeta.Stats)) == _native.STATS


def test_every_kind_of_error_has_a_class_of_its_own():
    own = {"closed", "internal"}
    assert set(errors.CLASS_OF_KIND) == {*_native.ERROR_KINDS, *own}
    assert len(set(errors.CLASS_OF_KIND.values())) == len(errors.CLASS_OF_KIND)


def test_every_class_can_be_reached_from_the_package():
    for module in (bankmeta.answer, errors):
        for name, value in vars(module).items():
            if inspect.isclass(value) and value.__module__ == module.__name__:
                assert getattr(bankmeta, name) is value
                assert name in bankmeta.__all__


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (bankmeta.InvalidInputError, ValueError),
        (bankmeta.ConfigurationError, ValueError),
        (bankmeta.TimeoutError, TimeoutError),
        (bankmeta.TimeoutError, bankmeta.NetworkError),
        (bankmeta.ThrottledError, bankmeta.RejectedError),
        (bankmeta.CircuitOpenError, bankmeta.NetworkError),
        (bankmeta.ClosedError, RuntimeError),
    ],
)
def test_errors_are_also_what_python_expects(error, base):
    assert issubclass(error, base)
    assert issubclass(error, bankmeta.BankMetaError)


IMPORT = """
import os, signal, sys, warnings
had = set(sys.modules)
def state():
    return (
        dict(os.environ), sys.excepthook, sys.unraisablehook,
        [signal.getsignal(number) for number in signal.valid_signals()],
        sorted(os.listdir("/proc/self/task")), sorted(os.listdir("/proc/self/fd")),
        os.getcwd(), warnings.showwarning, sys.getswitchinterval(),
    )
before = state()
import bankmeta
assert state() == before
# Those who do not need them need not wait for them.
assert not {"asyncio", "concurrent.futures", "logging"} & set(sys.modules) - had
assert "AsyncClient" in dir(bankmeta)
assert bankmeta.AsyncClient is bankmeta.AsyncClient
"""


def test_the_import_changes_nothing():
    subprocess.run([sys.executable, "-W", "error", "-c", IMPORT], check=True)


SUBINTERPRETER = """
import bankmeta
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
other = interpreters.create()
interpreters.run_string(other, '''
try:
    import bankmeta
except ImportError as error:
    print(error, flush=True)
else:
    print("imported", flush=True)
''')
interpreters.destroy(other)
import importlib
del __import__("sys").modules["bankmeta._native"]
importlib.import_module("bankmeta._native")
"""


def test_another_interpreter_of_the_process_is_refused():
    done = subprocess.run(
        [sys.executable, "-c", SUBINTERPRETER], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0 and b"subinterpreters" in done.stdout, done.stdout
