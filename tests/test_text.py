"""Tables as lines: as wide as they are, or fitted to a screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onbo.present.text import Piece, Table, cut, plain_rows, width, wrapped

ROWS = [
    (Piece("acme"), Piece("12"), Piece("Configure SSO and the rest")),
    (Piece("株式会社"), Piece("3"), Piece("Call")),
]
TABLE = Table(("Name", "N", "Next"), tuple(ROWS), frozenset(["N"]), ("Next",))


def lines(columns: int | None) -> list[str]:
    return ["".join(piece.text for piece in line) for line in plain_rows(TABLE, columns)]


def test_as_wide_as_it_is() -> None:
    assert lines(None) == [
        "NAME       N  NEXT",
        "acme      12  Configure SSO and the rest",
        "株式会社   3  Call",
    ]
    assert lines(200) == lines(None)


@pytest.mark.parametrize("columns", [39, 30, 26])
def test_fitted_to_a_screen(columns: int) -> None:
    shown = lines(columns)
    assert shown[1] == cut("acme      12  Configure SSO and the rest", columns)
    assert shown[2] == "株式会社   3  Call"


def test_a_column_for_which_there_is_no_room_is_left_out() -> None:
    assert lines(15) == ["NAME       N", "acme      12", "株式会社   3"]


@pytest.mark.parametrize(
    ("text", "columns", "short"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("abcd", 1, "…"),
        ("abcd", 0, ""),
        ("", 0, ""),
        ("株式会社", 8, "株式会社"),
        ("株式会社", 7, "株式会…"),
        ("株式会社", 6, "株式…"),
    ],
)
def test_cutting(text: str, columns: int, short: str) -> None:
    assert cut(text, columns) == short


def broken(texts: list[str], columns: int) -> list[str]:
    return ["".join(piece.text for piece in row) for row in wrapped([Piece(text) for text in texts], columns)]


def test_a_long_line_is_broken_between_words_and_goes_on_further_in() -> None:
    assert broken(["  1.1 ", "Configure SSO and the rest"], 20) == ["  1.1 Configure SSO", "    and the rest"]
    assert broken(["short"], 20) == ["short"]
    assert broken(["日本 日本 日本"], 10) == ["日本 日本", "  日本"]
    assert broken(["averyveryverylongword and"], 10) == ["averyveryverylongword", "  and"]


def test_pieces_keep_their_roles_when_a_line_is_broken() -> None:
    rows = list(wrapped([Piece("at risk", "warn"), Piece(": six are late")], 12))
    assert [(piece.text, piece.role) for piece in rows[0]] == [
        ("at", "warn"),
        (" risk", "warn"),
        (":", ""),
        (" six", ""),
    ]
    assert [piece.text for piece in rows[1]] == ["  ", "are", " late"]


@given(st.lists(st.text(alphabet="ab 日", max_size=12), max_size=5), st.integers(4, 30))
def test_breaking_loses_no_word(texts: list[str], columns: int) -> None:
    rows = broken(texts, columns)
    assert "".join("".join(rows).split()) == "".join("".join(texts).split())
    assert all(width(row.rstrip()) <= columns or len(row.split()) == 1 for row in rows)
