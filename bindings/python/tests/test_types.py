"""The stubs agree with what they describe, and the types with their uses."""

import subprocess
import sys

import pytest

from sandbox import ROOT


def checked(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout


def test_stubs_agree_with_the_module():
    checked("mypy.stubtest", "bankmeta")


@pytest.mark.parametrize(
    "what",
    [
        ("--package", "bankmeta"),
        (str(ROOT / "examples/python/verify.py"),),
        (str(ROOT / "tests/scenarios/runner.py"),),
    ],
    ids=["package", "example", "runner"],
)
def test_types_hold(what, tmp_path):
    checked("mypy", "--strict", "--cache-dir", str(tmp_path), *what)
