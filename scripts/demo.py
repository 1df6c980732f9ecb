"""Verifies the same cards from Rust, C, C++, Python and the command line, each
against one sandbox over HTTPS, and shows the verdicts side by side."""

import json
import os
import subprocess
import sys
from pathlib import Path

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "release"
BANKMETA = str(TARGET / "bankmeta")
FACES = {
    "Rust": [str(TARGET / "examples" / "verify")],
    "C": ["build/bin/verify_c"],
    "C++": ["build/bin/verify_cpp"],
    "Python": [sys.executable, "examples/python/verify.py"],
}
# Invented people of the sandbox: see docs/sandbox.md.
PERSON = ["张三", "11010519491231002X", "13800138000"]
CARDS = [
    ("right card, 4 factors", ["6222021234567890128", *PERSON]),
    ("right card, 2 factors", ["6222021234567890128", PERSON[0]]),
    ("another name", ["6222021234567890128", "李四", *PERSON[1:]]),
    ("unknown card", ["6222029999999999996", *PERSON]),
    ("card reported lost", ["6299001021000000000", *PERSON]),
    ("mistyped card", ["6222 0212 3456 7890", *PERSON]),
]
FACTORS = ("card_number", "name", "id_number", "mobile")


def luhn(digits):
    """The digits with their last one made to fit."""
    total = 0
    for index, digit in enumerate(reversed(digits[:-1])):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits[:-1] + str(-total % 10)


def by_lines(command, people, environment):
    """A face's example: one person a line in, one verdict a line out."""
    text = "".join("\t".join(person) + "\n" for person in people)
    done = subprocess.run(command, input=text, env=environment, stdout=subprocess.PIPE, encoding="utf-8")
    lines = done.stdout.splitlines()
    if len(lines) != len(people):
        sys.exit(f"demo: {command[-1]} ended with {done.returncode} after {len(lines)} of {len(people)} lines")
    return [summary(line) for line in lines]


def summary(line):
    """`match  sub code 101 (…)  billed yes  …` or an error's text, in short."""
    words = line.split()
    if words[1:3] == ["sub", "code"]:
        return f"{words[0]} {words[3]}, billed {words[words.index('billed') + 1]}"
    kind = line.rsplit("[", 1)[-1].split(",")[0]
    return f"{kind}, billed {line.rsplit('billed ', 1)[-1].split(',')[0].rstrip(']')}"


def by_command(people, environment):
    sandbox = ["--endpoint", environment["BANKMETA_ENDPOINT"], "--ca-file", environment["BANKMETA_CA_FILE"]]
    results = []
    for person in people:
        done = subprocess.run(
            [BANKMETA, "verify", "--stdin", "--json", *sandbox],
            input=json.dumps(dict(zip(FACTORS, person))),
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
        )
        result = json.loads(done.stdout)
        what = result.get("error") or f"{result['verdict']} {result['sub_code']}"
        results.append(f"{what}, billed {result['billed']}")
    return results


def main():
    print(f"demo: {BANKMETA} sandbox")
    sandbox = subprocess.Popen([BANKMETA, "sandbox", "--exit-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    ready = json.loads(sandbox.stdout.readline())
    print(f"demo: it listens at {ready['endpoint']}, its CA is in {ready['ca_file']}")
    environment = {
        **os.environ,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ready["access_key_id"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ready["access_key_secret"],
        "BANKMETA_ENDPOINT": ready["endpoint"],
        "BANKMETA_CA_FILE": ready["ca_file"],
    }
    people = [[luhn(card) if card.isdigit() else card, *rest] for _, (card, *rest) in CARDS]
    columns = {name: by_lines(command, people, environment) for name, command in FACES.items()}
    columns["Shell"] = by_command(people, environment)
    sandbox.stdin.close()
    sandbox.wait()

    rows = [["", *columns], *([what, *results] for (what, _), *results in zip(CARDS, *columns.values()))]
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    if any(len(set(row[1:])) != 1 for row in rows[1:]):
        sys.exit("demo: the faces do not agree")


if __name__ == "__main__":
    main()
