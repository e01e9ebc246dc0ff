"""The gate: what each criterion's evidence says, and whether a person has ticked it."""

from collections.abc import Iterator, Sequence
from typing import Any

from onbo.onboarding.gate import FAIL, PASS, Criterion
from onbo.present.text import Line, Piece, line

ROLES = {PASS: "good", FAIL: "bad"}


def criteria_lines(found: Sequence[Criterion]) -> Iterator[Line]:
    for criterion in found:
        item = criterion.item
        result = Piece(criterion.result.ljust(8), ROLES.get(criterion.result, "warn"))
        yield line(result, f"[{item.mark}] {item.number} {item.text}", Piece(f"  {criterion.evidence}", "muted"))
    passed = sum(criterion.result == PASS for criterion in found)
    done = sum(criterion.item.done for criterion in found)
    yield line(Piece(f"{passed} of {len(found)} pass; {done} / {len(found)} ticked", "strong"))


def criteria_json(found: Sequence[Criterion]) -> list[dict[str, Any]]:
    return [
        {
            "number": criterion.item.number,
            "text": criterion.item.text,
            "result": criterion.result,
            "done": criterion.item.done,
            "evidence": criterion.evidence,
        }
        for criterion in found
    ]


def rules_words(origin: str | None) -> list[str]:
    """Where the rules come from, where that is not the template that the copy was made from."""
    if origin is None:
        return ["no rules: the template that this was made from is not known"]
    return [f"rules from {origin}"]
