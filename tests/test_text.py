"""Tables as lines: as wide as they are, or fitted to a screen."""

import pytest

from onbo.present.text import Piece, Table, cut, plain_rows

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
