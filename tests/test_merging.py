"""Merges whose bytes matter: line ends, byte order marks, last lines; what cases cannot show."""

from functools import partial

import pytest

from onbo.effects.line_merge import line_merge
from onbo.errors import OnboError
from onbo.merging import threeway
from workspace import PLAN

BASE = PLAN.encode()
NOTED = BASE.replace(b"Users can log in\n", b"Users can log in\n  > Tip.\n")
TICKED = BASE.replace(b"- [ ] Invite", b"- [x] Invite")
LATER = BASE.replace(b"- [ ] Sponsor", b"- [x] Sponsor")
BOTH = TICKED.replace(b"- [ ] Sponsor", b"- [x] Sponsor")


merge_bytes = partial(threeway.merge_bytes, line_merge=line_merge)


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def clean(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    outcome = merge_bytes(base, ours, theirs)
    assert outcome.conflicts == ()
    return outcome.data


# --- Line ends ---


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_line_ends_of_the_file_stay(end: bytes) -> None:
    versions = [data.replace(b"\n", end) for data in (BASE, TICKED, LATER)]
    assert clean(*versions) == BOTH.replace(b"\n", end)


def test_an_editor_that_changed_every_line_end_changed_nothing_else() -> None:
    assert clean(BASE, crlf(TICKED), LATER) == crlf(BOTH)
    assert clean(BASE, TICKED, crlf(LATER)) == crlf(BOTH)
    assert clean(crlf(BASE), crlf(TICKED), LATER) == BOTH


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_notes_of_both_have_the_line_ends_of_the_file(end: bytes) -> None:
    ours = NOTED.replace(b"  > Tip.\n", b"  > Tip.\n  >\n  > Ann.\n")
    theirs = NOTED.replace(b"  > Tip.\n", b"  > Tip.\n  >\n  > Bob.\n").replace(b"[ ] Users", b"[x] Users")
    merged = NOTED.replace(b"  > Tip.\n", b"  > Tip.\n  >\n  > Ann.\n  >\n  > Bob.\n").replace(
        b"[ ] Users", b"[x] Users"
    )
    versions = [data.replace(b"\n", end) for data in (NOTED, ours, theirs)]
    assert clean(*versions) == merged.replace(b"\n", end)


def test_mixed_line_ends_stay_where_nobody_touched_them() -> None:
    def mixed(data: bytes) -> bytes:
        return data.replace(b"Account Setup\n", b"Account Setup\r\n").replace(b"Configure SSO\n", b"Configure SSO\r\n")

    assert clean(mixed(BASE), mixed(TICKED), mixed(LATER)) == mixed(BOTH)


def test_conflict_markers_have_the_line_ends_of_the_file() -> None:
    ours, theirs = (crlf(BASE.replace(b"**CSM:** Dana Doe", b"**CSM:** " + name)) for name in (b"Ann", b"Bob"))
    data = merge_bytes(crlf(BASE), ours, theirs).data
    assert b"<<<<<<< ours\r\n**CSM:** Ann\r\n||||||| base\r\n**CSM:** Dana Doe\r\n=======\r\n**CSM:** Bob\r\n" in data
    assert data.replace(b"\r\n", b"").count(b"\n") == 0


# --- First and last bytes ---


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [b"", b"\n", b"\n\n\n"])
def test_a_byte_order_mark_and_the_last_line_stay(mark: bytes, last: bytes) -> None:
    base, ours, theirs, both = (mark + data.rstrip(b"\n") + last for data in (BASE, TICKED, LATER, BOTH))
    assert clean(base, ours, theirs) == both


def test_a_last_line_end_put_in_or_taken_away_by_one() -> None:
    assert clean(BASE.rstrip(b"\n"), TICKED, LATER.rstrip(b"\n")) == BOTH
    assert clean(BASE.rstrip(b"\n"), TICKED.rstrip(b"\n"), LATER) == BOTH
    assert clean(BASE, TICKED.rstrip(b"\n"), LATER) == BOTH.rstrip(b"\n")
    assert clean(BASE, TICKED, LATER.rstrip(b"\n")) == BOTH.rstrip(b"\n")


def test_items_added_behind_a_last_line_without_an_end() -> None:
    base = BASE.rstrip(b"\n")
    assert clean(base, base + b"\n- [ ] One", base + b"\n- [x] Two") == base + b"\n- [ ] One\n- [x] Two"


def test_bytes_that_are_no_text_stay() -> None:
    base, ours, theirs, both = (data.replace(b"SSO", b"S\xff\xfeO") for data in (BASE, TICKED, LATER, BOTH))
    assert clean(base, ours, theirs) == both


def test_markers_as_long_as_git_asks_for() -> None:
    ours, theirs = (BASE.replace(b"Dana Doe", name) for name in (b"Ann", b"Bob"))
    data = merge_bytes(BASE, ours, theirs, 12).data
    assert b"<" * 12 + b" ours\n" in data
    assert b"\n" + b"=" * 12 + b"\n" in data


# --- What is refused ---


def test_a_file_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(OnboError):
        merge_bytes(BASE, BASE.decode().encode("utf-16"), TICKED)


def test_a_result_that_swallows_items_is_a_conflict() -> None:
    """One opens a fence above items that the other ticks."""
    ours = BASE.replace(b"## Go-Live Gate\n", b"## Go-Live Gate\n\n```\n")
    assert merge_bytes(BASE, ours, LATER.replace(b"Users can", b"The users can")).conflicts


def test_markers_above_nested_items_swallow_nothing() -> None:
    base = b"- [ ] One\n  - [ ] Two\n    - [ ] Three\n"
    ours, theirs = base.replace(b"[ ] Two", b"[x] Two"), base.replace(b"[ ] Two", b"[~] Two")
    outcome = merge_bytes(base, ours, theirs)
    assert outcome.conflicts == ("Two",)
    assert outcome.data.endswith(b">>>>>>> theirs\n    - [ ] Three\n")


def test_the_engine_takes_an_empty_side() -> None:
    merge = partial(threeway.merge, line_merge=line_merge)
    assert merge(b"", BASE, b"").data == BASE
    assert merge(b"", b"", BASE).data == BASE
    assert merge(BASE, b"", b"").data == b""
