"""Runs the table `scenarios.json` through every face and compares the results.

    run.py --bankmeta PATH --face rust=COMMAND --face c=COMMAND ...

Each face is a process that reads one line a scenario and writes one line of
results (see `runner.py`); the command line is run once a scenario. All must
give what the table says, and the sandbox's own counts must agree with `billed`.
"""

import argparse
import json
import os
import shlex
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

TABLE = Path(__file__).with_name("scenarios.json")
FIELDS = (
    "verdict", "biz_code", "sub_code", "error", "field",
    "service_code", "http_status", "fate", "billed", "attempts",
)
BIZ_CODES = {"match": "1", "mismatch": "2", "no_record": "3"}


class Sandbox:
    """The command `bankmeta sandbox`, and its admin path."""

    def __init__(self, bankmeta):
        self.process = subprocess.Popen(
            [bankmeta, "sandbox", "--exit-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        ready = json.loads(self.process.stdout.readline())
        self.endpoint, self.ca_file = ready["endpoint"], ready["ca_file"]
        self.context = ssl.create_default_context(cafile=self.ca_file)

    def admin(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.endpoint}/_sandbox/{path}"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data), context=self.context) as reply:
                return json.loads(reply.read() or b"{}")
        except urllib.error.HTTPError as error:
            sys.exit(f"the sandbox refused {path}: {error.read().decode()}")

    def prepare(self, behaviour):
        self.admin("reset", {})
        if behaviour:
            self.admin("behaviour", behaviour)

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Runner:
    """A face that stays running."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def run(self, config, verification):
        fields = [(f"config.{key}", value) for key, value in config.items()]
        fields += [(f"verification.{key}", value) for key, value in verification.items()]
        line = "\t".join(f"{key}={urllib.parse.quote(value, safe='')}" for key, value in fields)
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n")
        return dict(field.split("=", 1) for field in answer.split("\t"))

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class CommandLine:
    """`bankmeta verify`, once a scenario: secrets by the environment, factors by stdin."""

    VARIABLES = {
        "access_key_id": "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "access_key_secret": "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "security_token": "ALIBABA_CLOUD_SECURITY_TOKEN",
    }

    def __init__(self, bankmeta):
        self.bankmeta = bankmeta

    def run(self, config, verification):
        environment = dict(os.environ)
        arguments = [self.bankmeta, "verify", "--json", "--stdin"]
        for key, value in config.items():
            if key in self.VARIABLES:
                environment[self.VARIABLES[key]] = value
            else:
                arguments.append(f"--{key.replace('_', '-')}={value}")
        done = subprocess.run(
            arguments, input=json.dumps(verification), capture_output=True, env=environment, encoding="utf-8"
        )
        try:
            result = json.loads(done.stdout)
        except ValueError:
            return {"error": f"no JSON: exit {done.returncode} {done.stderr}"}
        result["attempts"] = len(result["attempts"])
        if result.get("error") is None:
            result["fate"] = "answered"
        return {field: "" if result.get(field) is None else str(result[field]) for field in FIELDS}

    def stop(self):
        pass


def card_number(group, code):
    """A test card of the sandbox: see docs/sandbox.md."""
    digits = f"629900{group}{code:04}0000000"
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


def factors_of(row, person):
    keys = ("card_number", "name", "id_number", "mobile")[: row.get("factors", 4)]
    verification = {key: person[key] for key in keys}
    if "card" in row:
        group, code = row["card"].split("/")
        verification["card_number"] = card_number(int(group), int(code))
    verification.update(row.get("verification", {}))
    return {key: value for key, value in verification.items() if value is not None}


def expected_of(row):
    expect = dict.fromkeys(FIELDS, "")
    expect["attempts"] = "1"
    if "answer" in row:
        verdict, sub_code, billed = row["answer"].split()
        expect.update(verdict=verdict, biz_code=BIZ_CODES.get(verdict, ""), sub_code=sub_code)
        expect.update(fate="answered", billed=billed)
    else:
        expect["error"], expect["fate"], expect["billed"] = row["error"].split()
    expect.update({key: str(value) for key, value in row.get("expect", {}).items()})
    return expect


def truth_of(stats, billed):
    """What the sandbox says against what the client claims."""
    really = stats["billed"]
    if billed == "yes" and really != 1:
        return f"claims billed yes, the sandbox billed {really}"
    if billed == "no" and really != 0:
        return f"claims billed no, the sandbox billed {really}"
    return None


def fits(expected, value):
    """A trailing + is for numbers that depend on random pauses: so many at least."""
    if expected.endswith("+"):
        return value.isdecimal() and int(value) >= int(expected[:-1])
    return expected == value


def differences(expected, result):
    return [
        f"{field}: expected {expected[field]!r}, got {result.get(field)!r}"
        for field in FIELDS
        if not fits(expected[field], result.get(field, ""))
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bankmeta", required=True)
    parser.add_argument("--face", action="append", default=[])
    arguments = parser.parse_args()

    sandbox = Sandbox(arguments.bankmeta)
    faces = {name: Runner(command) for name, command in (face.split("=", 1) for face in arguments.face)}
    faces["cli"] = CommandLine(arguments.bankmeta)
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    names = [row["name"] for row in table["rows"]]
    assert len(set(names)) == len(names), "two rows have the same name"

    base = {
        "endpoint": sandbox.endpoint,
        "ca_file": sandbox.ca_file,
        "access_key_id": "testid",
        "access_key_secret": "testsecret",
    }
    failed = 0
    for row in table["rows"]:
        config = {**base, **row.get("config", {})}
        verification, expected = factors_of(row, table["person"]), expected_of(row)
        for name, face in faces.items():
            sandbox.prepare(row.get("behaviour"))
            problems = differences(expected, face.run(config, verification))
            lie = truth_of(sandbox.admin("stats"), expected["billed"])
            problems += [lie] if lie else []
            if problems:
                failed += 1
                print(f"FAILED {name}: {row['name']}: {'; '.join(problems)}")
    for face in faces.values():
        face.stop()
    sandbox.stop()
    total = len(table["rows"]) * len(faces)
    print(f"{len(table['rows'])} scenarios by {', '.join(faces)}")
    print(f"{total - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
