"""Makes answers and exceptions of the words and numbers the native module gives."""

from __future__ import annotations

from typing import Any

from bankmeta.answer import Answer, Attempt, Billed, Fate, Phase, Verdict
from bankmeta.errors import CLASS_OF_KIND, BankMetaError


def answer(*, verdict: str, billed: str, attempts: list[dict[str, Any]], **rest: Any) -> Answer:
    return Answer(
        verdict=Verdict(verdict),
        billed=Billed(billed),
        attempts=_attempts(attempts),
        **rest,
    )


def error(
    *,
    text: str,
    kind: str,
    fate: str,
    billed: str,
    attempts: list[dict[str, Any]],
    **rest: Any,
) -> BankMetaError:
    return CLASS_OF_KIND.get(kind, BankMetaError)(
        text,
        kind=kind,
        fate=Fate(fate),
        billed=Billed(billed),
        attempts=_attempts(attempts),
        **rest,
    )


def _attempts(attempts: list[dict[str, Any]]) -> tuple[Attempt, ...]:
    return tuple(_attempt(**fields) for fields in attempts)


def _attempt(*, fate: str, phase: str, **rest: Any) -> Attempt:
    return Attempt(fate=Fate(fate), phase=Phase(phase), **rest)
