"""What one side of a merge hides from the customer is not on the customer's page of the result."""

import pytest

from onbo.document.parse import parse
from onbo.effects.line_merge import line_merge
from onbo.merging.threeway import merge
from onbo.onboarding.visibility import Rules, Visibility

SECTION = "### Alpha\n\n- [ ] first item\n- [ ] second item\n- [ ] third item\n\n"
BASE = f"# Plan\n\n## One\n\n{SECTION}### Beta\n\n- [ ] beta item\n- [ ] other beta\n\n## Two\n\n### Gamma\n\n- [ ] gamma item\n"
MOVED = f"{BASE.replace(SECTION, '')}\n{SECTION}"


def edited(*replacements: tuple[str, str]) -> str:
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("hiding", "other"),
    [
        (edited(("### Alpha", "<!-- internal -->\n### Alpha")), MOVED),
        (
            edited(
                ("### Alpha", "<!-- internal -->\n\n### Alpha"),
                ("- [ ] other beta", "- [ ] other beta\n\n<!-- /internal -->"),
            ),
            MOVED,
        ),
        (
            edited(("- [ ] first item\n- [ ] second item\n", "- Internal\n  - [ ] first item\n  - [ ] second item\n")),
            edited(("second item", "second item NEW")),
        ),
        (
            edited(("- [ ] first", "**Internal**\n- [ ] first")),
            edited(("- [ ] third item\n", ""), ("- [ ] first", "- [ ] third item\n- [ ] first")),
        ),
        (
            edited(("### Alpha\n", "### Alpha\n<!-- internal -->\n")),
            edited(("- [ ] second item\n", ""), ("- [ ] beta", "- [ ] second item\n- [ ] beta")),
        ),
        (
            edited(("### Alpha\n", "### Alpha\n<!-- internal -->\n")),
            edited(("- [ ] third", "\n### New\n\n- [ ] third")),
        ),
        (f"---\ninternal: [Alpha]\n---\n{BASE}", edited(("### Alpha", "### Renamed"))),
        (edited(("### Alpha", "### Alpha <!-- internal -->")), f"{BASE}\n{SECTION}"),
        (edited(("first item", "first item #internal")), f"{BASE}- [ ] first item\n"),
        (edited(("first item", "Internal: first item")), f"{BASE}\n## Three\n\n- [x] first item @ann\n"),
        (edited(("first item", "**Internal** first item")), f"{BASE}- [ ] first item\n"),
        (edited(("first item", "first item (internal)")), f"{BASE}- [ ] first item\n"),
        (edited(("first item", "first item <!-- internal -->")), f"{BASE}\n## first item\n\n- [ ] more\n"),
        (edited(("first item", "first item - internal")), f"{BASE}\n## first item\n\n- [ ] more\n"),
        (
            edited(("- [ ] second item\n", "- [ ] second item\n  > private words\n")),
            edited(("- [ ] second item\n", "- [ ] second item\n  > for you <!-- shared -->\n")),
        ),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_merge_shows_nothing_that_one_side_hides(hiding: str, other: str, *, swapped: bool) -> None:
    ours, theirs = (other, hiding) if swapped else (hiding, other)
    outcome = merge(BASE.encode(), ours.encode(), theirs.encode(), line_merge=line_merge)
    if outcome.conflicts:
        return  # nothing is shared of a file with conflicts
    hidden = set(shown(BASE)) - set(shown(hiding))
    assert not hidden & set(shown(outcome.data.decode()))
    assert "private words" not in " ".join(shown(outcome.data.decode()))


def shown(text: str) -> list[str]:
    document = parse("x", text.encode())
    visibility = Visibility(document, Rules(names=("Alpha",) if text.startswith("---") else ()))
    items = [item for item in document.items if visibility.item(item)]
    titles = filter(None, map(visibility.section, document.walk()))
    return [*titles, *(item.text for item in items), *(note for item in items for note in visibility.notes(item))]


@pytest.mark.parametrize(
    ("hiding", "other"),
    [
        (edited(("### Alpha", "### Alpha <!-- internal -->")), edited(("second", "2nd"), ("[ ] third", "[x] third"))),
        (edited(("first item", "first item <!-- internal -->")), edited(("gamma item", "gamma item\n- [ ] new item"))),
        (edited(("- [ ] beta", "- Internal\n  - [ ] beta")), edited(("[ ] gamma", "[x] gamma"))),
    ],
)
def test_what_has_nothing_to_do_with_a_mark_merges(hiding: str, other: str) -> None:
    outcome = merge(BASE.encode(), hiding.encode(), other.encode(), line_merge=line_merge)
    assert outcome.conflicts == ()
