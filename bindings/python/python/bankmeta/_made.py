"""Makes answers and exceptions of the words and numbers the native module gives."""

from __future__ import annotations

from typing import Any, Optional

from bankmeta.answer import Answer, Attempt, Billed, Fate, Phase, Probe, Stats, Verdict
from bankmeta.errors import CLASS_OF_KIND, BankMetaError, CancelledError


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


def answered(answer: Answer) -> CancelledError:
    """What is told where a call was cancelled when its answer had come."""
    fate, billed = Fate.ANSWERED, answer.billed
    request = f", request id {answer.request_id}" if answer.request_id else ""
    error = CancelledError(
        "the call was cancelled when its answer had come. Read it from `answer` before you "
        f"verify again. [cancelled, fate {fate.value}, billed {billed.value}{request}]",
        kind="cancelled",
        fate=fate,
        billed=billed,
        request_id=answer.request_id,
        attempts=answer.attempts,
    )
    error.answer = answer
    return error


def probe(*, attempt: dict[str, Any], clock_offset: Optional[int]) -> Probe:
    return Probe(attempt=_attempt(**attempt), clock_offset=clock_offset)


def stats(**counts: int) -> Stats:
    return Stats(**counts)


def _attempts(attempts: list[dict[str, Any]]) -> tuple[Attempt, ...]:
    return tuple(_attempt(**fields) for fields in attempts)


def _attempt(*, fate: str, billed: str, phase: str, **rest: Any) -> Attempt:
    return Attempt(fate=Fate(fate), billed=Billed(billed), phase=Phase(phase), **rest)
