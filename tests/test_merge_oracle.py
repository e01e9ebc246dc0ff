"""The oracle of the merge fuzzer, on small merges whose right and wrong results are known."""

import re
from collections import Counter
from typing import NamedTuple

import pytest

from merges import oracle
from merges.combining import combine
from merges.engines import Merged, git, lf
from merges.mutations import MUTATIONS, Draft, mutants, right_results
from merges.oracle import DUPLICATE, LOSS, MISPLACED, RESURRECTED, Judge
from merges.plans import render, seeded
from merges.reader import Line, Unit, plan_units, read, split
from merges.triples import ALPHABETS, build, make_spec
from onbo.document.parse import parse

TAG = re.compile(r" \{(\d+)\}")


def units(text: str) -> list[Unit]:
    """Units of a text. `{1}` behind what a line says is its identity; other lines are known by what they say."""
    found = read([Line(TAG.sub("", line), "") for line in text.split("\n")])
    tags = {at: TAG.search(line) for at, line in enumerate(text.split("\n"))}
    known: Counter[tuple[object, ...]] = Counter()
    for unit in found:
        key = (unit.kind, unit.text)
        known[key] += 1
        tag = tags[unit.line]
        unit.uid = int(tag[1]) if tag else hash((key, known[key])) | 1 << 62
    return found


def faults(base: str, ours: str, theirs: str, result: str, *, update: bool = False) -> set[str]:
    merged = Merged(result.encode(), "<<<<<<<" in result)
    judge = Judge([units(text) for text in (base, ours, theirs)], merged, update=update)
    return {finding.kind for finding in judge.judge()}


class Case(NamedTuple):
    """A merge of three texts below one heading, its right results, and wrong ones with what is wrong."""

    base: str
    ours: str
    theirs: str
    right: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...] = ()


TWO = "- [ ] One\n- [ ] Two\n"
CASES = {
    "ticks side by side": Case(
        TWO,
        "- [x] One\n- [ ] Two\n",
        "- [ ] One\n- [x] Two\n",
        ("- [x] One\n- [x] Two\n",),
        (("- [x] One\n- [ ] Two\n", LOSS), ("- [x] One\n- [x] Two\n- [ ] Two\n", DUPLICATE)),
    ),
    "a tick and an owner": Case(
        "- [ ] One\n",
        "- [x] One\n",
        "- [ ] One @ann\n",
        ("- [x] One @ann\n",),
        (("- [ ] One @ann\n", LOSS), ("- [x] One\n", LOSS), ("- [x] One @ann @bob\n", MISPLACED)),
    ),
    "an owner on the neighbour": Case(
        TWO,
        "- [ ] One @ann\n- [ ] Two\n",
        "- [x] One\n- [ ] Two\n",
        ("- [x] One @ann\n- [ ] Two\n",),
        (("- [x] One\n- [ ] Two @ann\n", MISPLACED), ("- [ ] One @ann\n- [x] Two\n", MISPLACED)),
    ),
    "unticked": Case(
        "- [x] One\n- [ ] Two\n",
        TWO,
        "- [x] One\n- [x] Two\n",
        ("- [ ] One\n- [x] Two\n",),
        (("- [x] One\n- [x] Two\n", LOSS),),
    ),
    "done and not applicable": Case(
        "- [ ] One\n",
        "- [x] One\n",
        "- [~] One (n/a: no)\n",
        ("<<<<<<< ours\n- [x] One\n||||||| base\n- [ ] One\n=======\n- [~] One (n/a: no)\n>>>>>>> theirs\n",),
        (("- [x] One\n", LOSS), ("- [~] One (n/a: no)\n", LOSS)),
    ),
    "reworded and ticked": Case(
        "- [ ] Call the customer {1}\n",
        "- [ ] Ring the customer {1}\n",
        "- [x] Call the customer {1}\n",
        ("- [x] Ring the customer\n",),
        (
            ("- [ ] Ring the customer\n", LOSS),
            ("- [x] Call the customer\n", LOSS),
            ("- [x] Call the customer\n- [ ] Ring the customer\n", RESURRECTED),
        ),
    ),
    "both reworded": Case(
        "- [ ] Call the customer {1}\n",
        "- [ ] Ring the customer {1}\n",
        "- [ ] Call the sponsor {1}\n",
        (
            "- [ ] Ring the sponsor\n",
            """<<<<<<< ours
- [ ] Ring the customer
||||||| base
- [ ] Call the customer
=======
- [ ] Call the sponsor
>>>>>>> theirs
""",
        ),
        (("- [ ] Ring the customer\n", LOSS), ("- [ ] Call the sponsor\n", LOSS)),
    ),
    "items added by both": Case(
        "- [ ] One\n",
        "- [ ] One\n- [ ] Two\n",
        "- [ ] One\n- [ ] Three\n",
        ("- [ ] One\n- [ ] Two\n- [ ] Three\n", "- [ ] One\n- [ ] Three\n- [ ] Two\n"),
        (("- [ ] One\n- [ ] Two\n", LOSS), ("- [ ] One\n  - [ ] Two\n- [ ] Three\n", MISPLACED)),
    ),
    "the same item added by both": Case(
        "- [ ] One\n",
        "- [ ] One\n- [x] Two {2}\n",
        "- [ ] One\n- [ ] Two {3}\n",
        ("- [ ] One\n- [x] Two\n", "- [ ] One\n- [x] Two\n- [ ] Two\n"),
        (("- [ ] One\n- [ ] Two\n", LOSS), ("- [ ] One\n- [x] Two\n- [ ] Two\n- [ ] Two\n", DUPLICATE)),
    ),
    "an item inserted after One, a sub-item below One": Case(
        TWO,
        "- [ ] One\n- [ ] New\n- [ ] Two\n",
        "- [ ] One\n  - [ ] Sub\n- [ ] Two\n",
        ("- [ ] One\n  - [ ] Sub\n- [ ] New\n- [ ] Two\n",),
        (("- [ ] One\n- [ ] New\n  - [ ] Sub\n- [ ] Two\n", MISPLACED),),
    ),
    "an item moved, its neighbour ticked": Case(
        "- [ ] One\n- [ ] Two\n- [ ] Three\n",
        "- [ ] Two\n- [ ] Three\n- [ ] One\n",
        "- [ ] One\n- [x] Two\n- [ ] Three\n",
        ("- [x] Two\n- [ ] Three\n- [ ] One\n",),
        (("- [ ] One\n- [x] Two\n- [ ] Three\n- [ ] One\n", DUPLICATE), ("- [x] Two\n- [ ] Three\n", LOSS)),
    ),
    "an item moved under another": Case(
        TWO,
        "- [ ] One\n  - [ ] Two\n",
        "- [ ] One\n- [x] Two\n",
        ("- [ ] One\n  - [x] Two\n",),
        (("- [ ] One\n- [x] Two\n", MISPLACED),),
    ),
    "a done item deleted by one": Case(
        "- [x] One\n- [ ] Two\n",
        "- [ ] Two\n",
        "- [x] One\n- [x] Two\n",
        ("- [x] Two\n",),
        (("- [x] One\n- [x] Two\n", RESURRECTED),),
    ),
    "deleted by one and ticked by the other": Case(
        TWO,
        "- [ ] Two\n",
        "- [x] One\n- [ ] Two\n",
        (
            "<<<<<<< ours\n||||||| base\n- [ ] One\n=======\n- [x] One\n>>>>>>> theirs\n- [ ] Two\n",
            "- [x] One\n- [ ] Two\n",
        ),
        (("- [ ] Two\n", LOSS), ("- [ ] One\n- [ ] Two\n", LOSS)),
    ),
    "deleted with what is under it, where the other added a note": Case(
        "- [ ] One\n  - [ ] Sub\n- [ ] Two\n",
        "- [ ] Two\n",
        "- [ ] One\n  - [ ] Sub\n    > A note\n- [ ] Two\n",
        ("- [ ] One\n  - [ ] Sub\n    > A note\n- [ ] Two\n",),
        (("- [ ] Two\n", LOSS), ("- [ ] Two\n  > A note\n", MISPLACED)),
    ),
    "a note by each": Case(
        "- [ ] One\n",
        "- [ ] One\n  > Mine\n",
        "- [ ] One\n  > Yours\n",
        ("- [ ] One\n  > Mine\n  > Yours\n",),
        (("- [ ] One\n  > Mine\n", LOSS), ("- [ ] One\n  > Mine\n  > Yours\n  > Mine\n", DUPLICATE)),
    ),
    "a note on another item": Case(
        TWO,
        "- [ ] One\n  > Mine\n- [ ] Two\n",
        "- [ ] One\n- [x] Two\n",
        ("- [ ] One\n  > Mine\n- [x] Two\n",),
        (("- [ ] One\n- [x] Two\n  > Mine\n", MISPLACED),),
    ),
    "notes in place of the form, and a line more": Case(
        "**Call Notes:**\n> [Document configuration decisions]\n",
        "**Call Notes:**\n> [Document configuration decisions]\n> They want SSO\n",
        "**Call Notes:**\n> Sponsor is new\n",
        ("**Call Notes:**\n> They want SSO\n> Sponsor is new\n",),
        (
            ("**Call Notes:**\n> Sponsor is new\n", LOSS),
            ("**Call Notes:**\n> [Document configuration decisions]\n> They want SSO\n> Sponsor is new\n", RESURRECTED),
        ),
    ),
    "fields side by side": Case(
        "**CSM:** [CSM Name]\n**Owner:** [Name]\n",
        "**CSM:** Ann\n**Owner:** [Name]\n",
        "**CSM:** [CSM Name]\n**Owner:** Bob\n",
        ("**CSM:** Ann\n**Owner:** Bob\n",),
        (("**CSM:** Bob\n**Owner:** Ann\n", LOSS), ("**CSM:** Ann\n**Owner:** [Name]\n", LOSS)),
    ),
    "two values": Case(
        "**CSM:** [CSM Name]\n",
        "**CSM:** Ann\n",
        "**CSM:** Bob\n",
        ("<<<<<<< ours\n**CSM:** Ann\n||||||| base\n**CSM:** [CSM Name]\n=======\n**CSM:** Bob\n>>>>>>> theirs\n",),
        (("**CSM:** Ann\n", LOSS), ("**CSM:** Ann Bob\n", MISPLACED)),
    ),
    "parts of a value": Case(
        "**Health:** [Score]/100 -- [Green/Yellow/Red]\n",
        "**Health:** 80/100 -- [Green/Yellow/Red]\n",
        "**Health:** [Score]/100 -- Red\n",
        ("**Health:** 80/100 -- Red\n",),
        (("**Health:** 80/100 -- [Green/Yellow/Red]\n", LOSS),),
    ),
    "two tables with equal rows": Case(
        "| A | B |\n|---|---|\n| x | 1 |\n\n| A | B |\n|---|---|\n| x | 2 |\n",
        "| A | B |\n|---|---|\n| x | 3 |\n\n| A | B |\n|---|---|\n| x | 2 |\n",
        "| A | B |\n|---|---|\n| x | 1 |\n\n| A | B |\n|---|---|\n| x | 4 |\n",
        ("| A | B |\n|---|---|\n| x | 3 |\n\n| A | B |\n|---|---|\n| x | 4 |\n",),
        (("| A | B |\n|---|---|\n| x | 4 |\n\n| A | B |\n|---|---|\n| x | 3 |\n", LOSS),),
    ),
    "a form's row that both filled": Case(
        "| Risk | Status |\n|---|---|\n| [Risk] | [Status] |\n",
        "| Risk | Status |\n|---|---|\n| Churn | Open |\n",
        "| Risk | Status |\n|---|---|\n| Delay | Open |\n",
        ("| Risk | Status |\n|---|---|\n| Churn | Open |\n| Delay | Open |\n",),
        (
            ("| Risk | Status |\n|---|---|\n| Churn | Open |\n", LOSS),
            ("| Risk | Status |\n|---|---|\n| Churn | Open |\n| Delay | Open |\n| [Risk] | [Status] |\n", RESURRECTED),
        ),
    ),
    "two sub-sections of one title": Case(
        "## A\n\n### Usage\n\n- [ ] One\n\n## B\n\n### Usage\n\n- [ ] One\n",
        "## A\n\n### Usage\n\n- [x] One\n\n## B\n\n### Usage\n\n- [ ] One\n",
        "## A\n\n### Usage\n\n- [ ] One\n\n## B\n\n### Usage\n\n- [ ] One @ann\n",
        ("## A\n\n### Usage\n\n- [x] One\n\n## B\n\n### Usage\n\n- [ ] One @ann\n",),
        (("## A\n\n### Usage\n\n- [ ] One @ann\n\n## B\n\n### Usage\n\n- [x] One\n", LOSS),),
    ),
    "an item into one of two sub-sections of one title": Case(
        "## A\n\n### Usage\n\n- [ ] One\n\n## B\n\n### Usage\n\n- [ ] Two\n",
        "## A\n\n### Usage\n\n- [ ] One\n\n## B\n\n### Usage\n\n- [ ] Two\n- [ ] New\n",
        "## A\n\n### Usage\n\n- [x] One\n\n## B\n\n### Usage\n\n- [ ] Two\n",
        ("## A\n\n### Usage\n\n- [x] One\n\n## B\n\n### Usage\n\n- [ ] Two\n- [ ] New\n",),
        (("## A\n\n### Usage\n\n- [x] One\n- [ ] New\n\n## B\n\n### Usage\n\n- [ ] Two\n", MISPLACED),),
    ),
    "a section that both added": Case(
        "## A\n",
        "## A\n\n## B {2}\n\n- [ ] One {3}\n",
        "## A\n\n## B {4}\n\n- [ ] One {5}\n",
        ("## A\n\n## B\n\n- [ ] One\n",),
        (
            ("## A\n\n<<<<<<< ours\n## B\n\n- [ ] One\n||||||| base\n=======\n## B\n>>>>>>> theirs\n", LOSS),
            ("## A\n\n## B\n", LOSS),
        ),
    ),
    "a section moved, an item in it ticked": Case(
        "## A\n\n- [ ] One\n\n## B\n\n- [ ] Two\n",
        "## B\n\n- [ ] Two\n\n## A\n\n- [ ] One\n",
        "## A\n\n- [x] One\n\n## B\n\n- [ ] Two\n",
        ("## B\n\n- [ ] Two\n\n## A\n\n- [x] One\n",),
        (("## B\n\n- [ ] Two\n\n## A\n\n- [ ] One\n", LOSS), ("## B\n\n- [ ] Two\n- [x] One\n\n## A\n", MISPLACED)),
    ),
    "a section renamed, an item added to it": Case(
        "## A {1}\n\n- [ ] One\n\n## B\n",
        "## C {1}\n\n- [ ] One\n\n## B\n",
        "## A {1}\n\n- [ ] One\n- [ ] New\n\n## B\n",
        ("## C\n\n- [ ] One\n- [ ] New\n\n## B\n",),
        (("## C\n\n- [ ] One\n\n## B\n\n- [ ] New\n", MISPLACED), ("## A\n\n- [ ] One\n- [ ] New\n\n## B\n", LOSS)),
    ),
    "prose": Case(
        "Some words.\n\nMore words.\n",
        "Some words.\n",
        "Other words.\n\nMore words.\n",
        ("Other words.\n",),
        (("Other words.\n\nMore words.\n", RESURRECTED), ("Some words.\n", LOSS)),
    ),
    "front matter": Case(
        "---\nteam: red\n---\n",
        "---\nteam: blue\n---\n",
        "---\nteam: red\nlead: Ann\n---\n",
        ("---\nteam: blue\nlead: Ann\n---\n",),
        (("---\nteam: red\nlead: Ann\n---\n", LOSS), ("---\nteam: blue\n---\n", LOSS)),
    ),
}


def in_plan(text: str) -> str:
    return text if text.startswith("---\n") else f"# Plan\n\n{text}"


@pytest.mark.parametrize("name", CASES)
def test_right_results_pass(name: str) -> None:
    case = CASES[name]
    for result in case.right:
        assert faults(*map(in_plan, (case.base, case.ours, case.theirs, result))) == set(), result
        assert faults(*map(in_plan, (case.base, case.theirs, case.ours, turned(result)))) == set(), result


@pytest.mark.parametrize("name", CASES)
def test_wrong_results_are_found(name: str) -> None:
    case = CASES[name]
    assert case.wrong
    for result, kind in case.wrong:
        assert kind in faults(*map(in_plan, (case.base, case.ours, case.theirs, result))), result
        assert kind in faults(*map(in_plan, (case.base, case.theirs, case.ours, turned(result)))), result


def turned(result: str) -> str:
    """With the parts of conflicts the other way round."""
    return re.sub(
        r"(<<<<<<< ours\n)(.*?)(\|\|\|\|\|\|\| base\n.*?=======\n)(.*?)(>>>>>>> theirs\n)",
        r"\1\4\3\2\5",
        result,
        flags=re.DOTALL,
    )


def test_an_update_keeps_what_is_done() -> None:
    base, copy, template = "- [ ] One\n- [ ] Two\n", "- [x] One\n- [ ] Two\n", "- [ ] Two\n"
    versions = in_plan(base), in_plan(copy), in_plan(template)
    assert faults(*versions, in_plan("- [x] One\n- [ ] Two\n"), update=True) == set()
    assert LOSS in faults(*versions, in_plan("- [ ] Two\n"), update=True)


def test_an_update_brings_back_nothing() -> None:
    base, copy, template = "- [ ] One {1}\n- [ ] Two\n", "- [ ] Two\n", "- [ ] One more {1}\n- [ ] Two\n"
    versions = in_plan(base), in_plan(copy), in_plan(template)
    assert faults(*versions, in_plan("- [ ] Two\n"), update=True) == set()


# --- What it stands on ---


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_reader_reads_what_the_plan_says(alphabet: str) -> None:
    for seed in range(200):
        triple = build(make_spec(seed, alphabet))
        for plan, data in zip(triple, triple.render(), strict=True):
            there = [(unit.said, unit.parent and unit.parent.said) for unit in read(split(data))]
            assert there == [(unit.said, unit.parent and unit.parent.said) for unit in plan_units(plan)]


def test_onbo_reads_the_same_items() -> None:
    for seed in range(200):
        plan = build(make_spec(seed, "unique")).ours
        items = [unit for unit in plan_units(plan) if unit.kind == "item"]
        there = parse("plan", render(plan)).items
        assert [(item.text, item.mark, len(item.tokens)) for item in there] == [
            (unit.text, unit.mark, len(unit.tokens)) for unit in items
        ]
        parents = {item.number: item.text for item in there}
        assert [parents.get(item.parent or "") for item in there] == [
            unit.parent.text if unit.parent and unit.parent.kind == "item" else None for unit in items
        ]


def test_the_same_seed_makes_the_same_triple() -> None:
    spec = make_spec(7, "colliding")
    assert make_spec(7, "colliding") == spec
    assert build(spec).render() == build(spec).render()


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_git_is_seldom_accused(alphabet: str) -> None:
    """Of texts with words of their own, git's merges are hardly ever wrong."""
    accused = 0
    for seed in range(200):
        triple = build(make_spec(seed, alphabet))
        accused += bool(oracle.judge(triple, git(*triple.render())))
    assert accused <= 4


def test_git_merges_what_is_beyond_doubt_in_the_same_way() -> None:
    merged = same = 0
    for seed in range(200):
        triple = build(make_spec(seed, "unique"))
        plan = combine(triple)
        result = git(*triple.render())
        if plan is not None and not result.conflicts:
            merged += 1
            same += result.data == lf(render(plan))
    assert merged > 40
    assert same >= merged * 0.95


def test_mutants_are_wrong() -> None:
    made: Counter[str] = Counter()
    unseen = 0
    for seed in range(150):
        for right in right_results(seed, "unique"):
            for mutant in mutants(right, seeded(seed), 5):
                made[mutant.name] += 1
                unseen += not mutant.seen
    assert len(made) >= len(MUTATIONS) - 3
    assert unseen <= made.total() * 0.01


def test_a_draft_is_the_text_itself() -> None:
    for data in (b"# Plan\r\n\r\n- [ ] One\r\n", b"# Plan\n\n- [ ] One"):
        assert Draft(data, seeded(0)).data() == data
