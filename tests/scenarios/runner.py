"""Runs scenarios for the driver `run.py`: one line of percent-encoded
`config.<key>` and `verification.<key>` fields in, one line of results out."""

import sys
from typing import Any, Dict
from urllib.parse import unquote

import bankmeta

FIELDS = (
    "verdict", "biz_code", "sub_code", "error", "field",
    "service_code", "http_status", "fate", "billed", "attempts",
)


def main() -> None:
    for line in sys.stdin:
        result = {field: "" for field in FIELDS}
        result.update((field, str(value)) for field, value in run(line.rstrip("\n")).items() if value is not None)
        print("\t".join(f"{field}={value}" for field, value in result.items()), flush=True)


def run(line: str) -> Dict[str, Any]:
    config: Dict[str, Any] = {}
    verification: Dict[str, Any] = {}
    for field in filter(None, line.split("\t")):
        key, _, value = field.partition("=")
        group, _, key = key.partition(".")
        (config if group == "config" else verification)[key] = unquote(value, errors="strict")
    try:
        client = bankmeta.Client(**typed_config(config))
    except bankmeta.BankMetaError as error:
        return of_error(error)
    except (TypeError, ValueError):
        return not_sent("configuration")
    with client:
        try:
            return of_answer(client.verify(**typed_verification(verification)))
        except bankmeta.BankMetaError as error:
            return of_error(error)
        except (TypeError, ValueError) as error:
            return not_sent("invalid_input", field_of(error, verification))


# Python takes numbers, truth values and tuples where a line has only text. What does
# not convert is the mistake that the other faces find themselves.


NUMBERS = {"timeout": float, "connect_timeout": float, "retry_max_extra": int, "max_billable": int, "quota": float}
TRUTHS = ("resend_unknown", "breaker")
TRUTH = {"true": True, "on": True, "false": False, "off": False}


def typed_config(config: Dict[str, str]) -> Dict[str, Any]:
    return {key: typed(key, value) for key, value in config.items()}


def typed(key: str, value: str) -> Any:
    if key in NUMBERS and value != "off":
        return NUMBERS[key](value)
    return TRUTH.get(value, value) if key in TRUTHS else value


def typed_verification(verification: Dict[str, str]) -> Dict[str, Any]:
    typed: Dict[str, Any] = dict(verification)
    if "md5_mode" in typed:
        typed["md5_mode"] = {"true": True, "false": False}.get(typed["md5_mode"], typed["md5_mode"])
    if "unchecked" in typed:
        typed["unchecked"] = tuple(typed["unchecked"].split(","))
    return typed


def field_of(error: Exception, verification: Dict[str, str]) -> str:
    """Python itself refuses a call without a required argument."""
    missing = [key for key in ("card_number", "name") if key not in verification]
    if missing:
        return missing[0]
    return "md5_mode" if str(error).startswith("md5_mode") else "verification"


def not_sent(kind: str, field: str = "") -> Dict[str, Any]:
    return {"error": kind, "field": field, "fate": "not_sent", "billed": "no", "attempts": 0}


def of_answer(answer: bankmeta.Answer) -> Dict[str, Any]:
    return {
        "verdict": answer.verdict.value,
        "biz_code": answer.biz_code,
        "sub_code": answer.sub_code,
        "fate": "answered",
        "billed": answer.billed.value,
        "attempts": len(answer.attempts),
    }


def of_error(error: bankmeta.BankMetaError) -> Dict[str, Any]:
    return {
        "error": error.kind,
        "field": error.field,
        "service_code": error.service_code,
        "http_status": error.http_status,
        "fate": error.fate.value,
        "billed": error.billed.value,
        "attempts": len(error.attempts),
    }


if __name__ == "__main__":
    main()
