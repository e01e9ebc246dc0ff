"""Show the completion gate: each criterion, with its evidence."""

from collections.abc import Sequence
from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.options import Json
from onbo.errors import UsageError
from onbo.onboarding.forms import Forms
from onbo.onboarding.gate import PASS, Criterion
from onbo.present import gate as present

EXAMPLES = """\
onbo gate acme  # each criterion with its evidence
onbo gate acme --strict  # for scripts: exit 1 unless all pass
"""
EXITS: dict[int, str | None] = {1: "--strict: a criterion does not pass"}


def run(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 unless every criterion passes.")] = False,
    as_json: Json = False,
) -> int:
    app = of(context)
    customer = app.only_customer(name)
    case = app.read_aloud(customer)
    found = case.criteria(app.settings)
    if not found:
        raise UsageError(
            "has no gate", path=case.document.source.path, hint='a gate is a last phase with "gate" in its title'
        )
    if as_json:
        app.envelope("gate", {"customer": customer.slug, "criteria": present.criteria_json(found)})
    else:
        app.terminal.out(present.criteria_lines(found))
        app.terminal.message(*present.rules_words(case.rules_from))
        app.terminal.invite(_following(customer.slug, case.forms(app.settings), found))
    return int(strict and any(criterion.result != PASS for criterion in found))


def _following(slug: str, forms: Forms, found: Sequence[Criterion]) -> str:
    """Tick what passes; then fill what is missing; then look at what is left."""
    left = [criterion.item for criterion in found if not criterion.item.done]
    ready = [criterion.item for criterion in found if criterion.result == PASS and not criterion.item.done]
    if not ready and forms.unfilled():
        return f"onbo fill {slug}"
    return f"onbo check {slug} {(ready or left)[0].number}" if left else f"onbo archive {slug}"
