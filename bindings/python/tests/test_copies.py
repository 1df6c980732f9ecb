"""Pickle, copy and repr."""

import copy
import pickle
import traceback
from pathlib import Path

import pytest

import bankmeta
from sandbox import PERSON

WAYS = [
    copy.copy,
    copy.deepcopy,
    *[
        lambda value, protocol=protocol: pickle.loads(pickle.dumps(value, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ],
]


@pytest.mark.parametrize("copied", WAYS)
def test_answers_can_be_copied(client, copied):
    answer = client.verify(**PERSON)
    assert copied(answer) == answer
    assert copied(answer.attempts[0]) == answer.attempts[0]
    assert hash(copied(answer)) == hash(answer)
    assert copied(client.stats()) == client.stats()


@pytest.mark.parametrize("copied", WAYS)
@pytest.mark.parametrize("fault", [{"kind": "hang"}, {"kind": "answer", "status": 500, "code": "InternalError"}])
def test_errors_can_be_copied(sandbox, copied, fault):
    sandbox.behave(fault=fault)
    with pytest.raises(bankmeta.BankMetaError) as caught:
        bankmeta.Client(**sandbox.options, timeout=0.2).verify(**PERSON)
    error = caught.value
    error.note_of_the_caller = "kept"
    again = copied(error)
    assert type(again) is type(error)
    assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))


@pytest.mark.parametrize("copied", WAYS)
def test_clients_refuse_to_be_copied(client, copied):
    with pytest.raises(TypeError, match="a Client holds an access key and connections"):
        copied(client)


def test_reprs_hold_no_personal_data_and_no_secret(sandbox):
    client = bankmeta.Client(**sandbox.options)
    answer = client.verify(**PERSON)
    assert repr(client) == "<bankmeta.Client>"
    client.close()
    assert repr(client) == "<bankmeta.Client, closed>"
    assert "Verdict.MATCH" in repr(answer)
    assert not any(value in repr(answer) for value in PERSON.values())


def test_no_frame_of_the_package_stands_in_a_traceback(sandbox):
    """Tools that record local variables would find the factors in it."""
    package = Path(bankmeta.__file__).parent
    sandbox.behave(fault={"kind": "close"})
    with pytest.raises(bankmeta.ConnectionLostError) as caught:
        bankmeta.Client(**sandbox.options).verify(**PERSON)
    files = {Path(frame.f_code.co_filename) for frame, _ in traceback.walk_tb(caught.value.__traceback__)}
    assert Path(__file__) in files
    assert not any(package in file.parents for file in files)
