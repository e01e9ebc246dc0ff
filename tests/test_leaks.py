"""No word that the documents call hidden is on a customer's page, and none that they allow is missing."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, note, settings

from leaks import MADE, PLANS, Fate, Made, Plan, Written, made, smallest, written
from runner import onbo
from workspace import customer, put

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover


def texts(sections: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What the page says of headings, items and notes, each with its kind."""
    for section in sections:
        yield "heading", section["title"] or ""
        for item in section["items"]:
            yield "item", item["text"]
            for said in item["notes"]:
                yield "note", said
        yield from texts(section["sections"])


def run(*arguments: str) -> str:
    done = onbo("share", "acme", *arguments)
    assert done.status == 0, f"onbo share acme {' '.join(arguments)}: {done.status}: {done.err}"
    return done.out


def check(plan: Written) -> None:
    pages = {" ".join(form) or "html": run(*form) for form in ((), ("--format", "md"), ("--json",))}
    for form, page in pages.items():
        leaked = [word for word in plan.of(Fate.HIDDEN) if word in page]
        missing = [word for word in plan.of(Fate.SHOWN) if word not in page]
        assert not leaked, f"{form}: shown, though hidden by the documents: {leaked}"
        assert not missing, f"{form}: not shown, though allowed: {missing}"
    parts = json.loads(run("--explain", "--json"))["parts"]
    explained(plan, parts, json.loads(pages["--json"]))


def explained(plan: Written, parts: list[dict[str, Any]], page: dict[str, Any]) -> None:
    for part in parts:
        assert part["shown"] == (part["as"] is not None) == (part["because"] is None), part
    shown = [part for part in parts if part["shown"]]
    for word in plan.of(Fate.SHOWN):
        assert any(word in part["as"] for part in shown), f"--explain does not say that this is shown: {word}"
    for word in plan.of(Fate.HIDDEN):
        assert not any(word in part["as"] for part in shown), f"--explain says that this is shown: {word}"
        if word in plan.text:
            line = plan.line(word)
            near = [part for part in parts if part["line"] <= line]
            near = [part for part in near if part["line"] == near[-1]["line"]]
            assert near, f"--explain says nothing of line {line}"
            said = [part for part in near if part["because"] or any(word in left for left in part["left_out"])]
            assert said or word not in plan.named, f"--explain does not say that this is left out: {word}"
    listed = Counter((part["kind"], part["as"]) for part in shown if part["kind"] != "field")
    told = Counter(pair for pair in texts(page["phases"]) if pair[1])
    assert listed == told, f"--explain and the page differ: {listed - told} {told - listed}"


def wrong(plan: Plan) -> str:
    """What is wrong with the pages of a plan, or nothing."""
    try:
        made = written(plan)
    except IndexError:  # a list without items, a note without lines
        return ""
    customer(text=made.text)
    try:
        check(made)
    except AssertionError as error:
        return str(error)
    return ""


@settings(phases=[Phase.generate])  # smallest() makes it small
@given(PLANS)
def test_a_page_holds_what_the_documents_allow_and_nothing_else(plan: Plan) -> None:
    first = wrong(plan)
    if first:
        kind = first.partition("[")[0]
        least = smallest(plan, lambda less: wrong(less).partition("[")[0] == kind)
        raise AssertionError(f"{wrong(least)}\n{least}")


@given(MADE)
def test_what_a_template_lists_stays_off_the_page_of_a_copy_that_was_edited(plan: Made) -> None:
    copy = made(plan)
    put("templates/t.md", copy.template)
    for old in (name for name in os.listdir("customers") if name.endswith(".md")) if os.path.isdir("customers") else ():
        os.remove(f"customers/{old}")
    done = onbo("new", "Acme Corp", "--template", "t", "--slug", "acme", "-q")
    assert done.status == 0, done.err
    with open("customers/acme.md", encoding="utf-8") as file:
        front = file.read().partition("---\n# Plan")[0]
    if plan.since:
        put("templates/t.md", copy.later)
    text = front + "---\n" + copy.body.replace("[Name]", "Acme Corp")
    customer(text=text)
    note(copy.template)
    note(text)
    check(replace(copy.plan, text=text))
