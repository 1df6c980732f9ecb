"""The example, the scenario runner and every listing of docs/python.md, run."""

import contextlib
import io
import re
import subprocess
import sys
from urllib.parse import quote

import pytest

from sandbox import PERSON, ROOT

GUIDE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


def output(sandbox, script, text):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / script)],
        input=text,
        stdout=subprocess.PIPE,
        env=sandbox.environment,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.splitlines()


def test_the_example_verifies_line_by_line(sandbox):
    two = [PERSON["card_number"], PERSON["name"]]
    lines = [list(PERSON.values()), two, [two[0], "李四"], [*two, "", PERSON["mobile"]], [two[0]]]
    text = "".join("\t".join(line) + "\n" for line in lines)
    shown = output(sandbox, "examples/python/verify.py", text)
    match = r"match  sub code 101 \(verification passed\)  billed yes  request id [\w-]+"
    assert re.fullmatch(match, shown[0])
    assert re.fullmatch(match, shown[1])
    assert shown[2].startswith("mismatch  sub code 201 (cardholder details are wrong)  billed yes")
    assert shown[3].startswith("id_number: is missing")
    assert shown[4].startswith("name: is empty")
    assert len(shown) == len(lines)
    assert not any(value in "".join(shown) for value in PERSON.values())


ANSWERED = "verdict=match\tbiz_code=1\tsub_code=101\terror=\tfield=\tservice_code=\thttp_status=\tfate=answered\tbilled=yes\tattempts=1"


def refused(kind, field=""):
    return (
        f"verdict=\tbiz_code=\tsub_code=\terror={kind}\tfield={field}\tservice_code=\thttp_status=\t"
        "fate=not_sent\tbilled=no\tattempts=0"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ANSWERED),
        ({"verification.md5_mode": "true", "config.timeout": "5", "verification.unchecked": "name,mobile"}, ANSWERED),
        (
            {
                "config.retry": "answer_first",
                "config.retry_max_extra": "2",
                "config.resend_unknown": "true",
                "config.max_billable": "7",
                "config.quota": "100.5",
                "config.quota_scope": "process",
                "config.breaker": "off",
                "verification.lane": "bulk",
            },
            ANSWERED,
        ),
        ({"config.max_billable": "off", "config.quota": "off", "config.breaker": "true"}, ANSWERED),
        ({"config.max_billable": "0"}, refused("max_billable")),
        ({"config.max_billable": "1.5"}, refused("configuration")),
        ({"config.quota": "fast"}, refused("configuration")),
        ({"config.breaker": "maybe"}, refused("configuration")),
        ({"verification.lane": "fast"}, refused("invalid_input", "lane")),
        ({"config.colour": "red"}, refused("configuration")),
        ({"config.timeout": "soon"}, refused("configuration")),
        ({"config.placement": "url"}, refused("configuration")),
        ({"verification.card_number": None}, refused("invalid_input", "card_number")),
        ({"verification.name": None}, refused("invalid_input", "name")),
        ({"verification.mobile": "1"}, refused("invalid_input", "mobile")),
        ({"verification.md5_mode": "yes"}, refused("invalid_input", "md5_mode")),
        ({"verification.colour": "red"}, refused("invalid_input", "verification")),
    ],
)
def test_the_scenario_runner_speaks_the_protocol(sandbox, changes, expected):
    fields = {f"config.{key}": value for key, value in sandbox.options.items()}
    fields.update({f"verification.{key}": value for key, value in PERSON.items()})
    fields.update(changes)
    line = "\t".join(f"{key}={quote(value, safe='')}" for key, value in fields.items() if value is not None)
    assert output(sandbox, "tests/scenarios/runner.py", line + "\n" + line + "\n") == [expected, expected]


def test_every_listing_of_the_guide_prints_what_it_says(sandbox, monkeypatch):
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    assert set(re.findall(r"^```(.*)$", GUIDE, re.M)) == {"python", "text", ""}
    listings = re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", GUIDE, re.M | re.S)
    assert listings
    names = {"__name__": "guide"}
    for source, expected in listings:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(source, names)
        assert printed.getvalue() == expected
