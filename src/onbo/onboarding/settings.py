"""What `onbo.toml` may say, with its defaults. Unknown keys are named, never ignored."""

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from onbo.errors import UnacceptableError
from onbo.onboarding.near import near_or_all

SETTINGS_FILE = "onbo.toml"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEGMENTS = ("enterprise", "mid-market", "smb")

# Labels with a meaning. `[fields]` renames them: "Kickoff Date" = "Start"
CUSTOMER = "Customer"
SEGMENT = "Segment"
CSM = "CSM"
KICKOFF = "Kickoff Date"
TARGET_GO_LIVE = "Target Go-Live"
GO_LIVE = "Go-Live Date"
TARGET_FIRST_VALUE = "Target First Value Date"
FIRST_VALUE_MILESTONE = "First Value Milestone"
DATE_ACHIEVED = "Date Achieved"
ONBOARDING_STATUS = "Onboarding Status"
COMPLETION_DATE = "Completion Date"
LABELS = (
    CUSTOMER,
    SEGMENT,
    CSM,
    KICKOFF,
    TARGET_GO_LIVE,
    GO_LIVE,
    TARGET_FIRST_VALUE,
    FIRST_VALUE_MILESTONE,
    DATE_ACHIEVED,
    ONBOARDING_STATUS,
    COMPLETION_DATE,
)
DATE_LABELS = (KICKOFF, TARGET_GO_LIVE, GO_LIVE, TARGET_FIRST_VALUE, DATE_ACHIEVED, COMPLETION_DATE)


class Calendar(NamedTuple):
    """Which days are worked. roll: where a due date goes that falls on another: none, back or forward."""

    roll: str = "none"
    weekend: tuple[int, ...] = (5, 6)
    holidays: Container[date] = frozenset()

    def works(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays


class Bands(NamedTuple):
    """Health scores from which a colour holds; half-open, so that 79.5 has one."""

    green: int = 75
    yellow: int = 50


class Settings(NamedTuple):
    """at_risk, off_track  shares of what was due, in ten-thousandths; due_soon, first_value_days  in days.

    country  whose public holidays are kept too, as in "DE"
    health   bands by segment id; "" for all others
    share_waiting  what a customer reads of whom an item waits for: "side" (you, us, a third party) or "full"
    """

    labels: Mapping[str, str] = MappingProxyType({})
    templates: Mapping[str, str] = MappingProxyType({})
    at_risk: int = 2_000
    off_track: int = 6_000
    due_soon: int = 3
    first_value_days: int = 30
    calendar: Calendar = Calendar()
    country: str | None = None
    health: Mapping[str, Bands] = MappingProxyType({})
    commit: bool = False
    share_waiting: str = "side"

    def label(self, meaning: str) -> str:
        return self.labels.get(meaning, meaning)


LineOf = Callable[[str], int | None]


def read_settings(path: str, values: Mapping[str, Any], line_of: LineOf = lambda _: None) -> Settings:
    """Settings from what TOML gave. Raises UnacceptableError naming the key, and its line where `line_of` knows it."""
    reader = _Reader(path, values, line_of)
    settings = Settings(
        labels=reader.labels(),
        templates={key: reader.text("templates", key) for key in reader.table("templates")},
        at_risk=reader.share("status", "at_risk", 2_000),
        off_track=reader.share("status", "off_track", 6_000),
        due_soon=reader.days("status", "due_soon", 3),
        first_value_days=reader.days("status", "first_value_days", 30),
        calendar=reader.calendar(),
        country=reader.country(),
        health=reader.health(),
        commit=reader.flag("git", "commit", default=False),
        share_waiting=reader.word("share", "waiting", ("side", "full")),
    )
    reader.finish()
    return settings


class _Reader:
    """Takes known keys out of the tables, checking each; what is left over is unknown."""

    def __init__(self, path: str, values: Mapping[str, Any], line_of: LineOf) -> None:
        self.path = path
        self.line_of = line_of
        self.tables: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            if not isinstance(value, dict):
                raise self.wrong(name, "is not a setting")
            self.tables[name] = dict(value)
        self.known = {"fields", "templates", "status", "calendar", "health", "share", "git"}

    def wrong(self, key: str, why: str, hint: str | None = None) -> UnacceptableError:
        return UnacceptableError(f"setting {key} {why}", path=self.path, line=self.line_of(key), hint=hint)

    def unknown(self, key: str, word: str, known: Iterable[str]) -> UnacceptableError:
        return self.wrong(key, "is unknown", near_or_all(word, known))

    def table(self, name: str) -> dict[str, Any]:
        return self.tables.get(name, {})

    def take(self, table: str, key: str, default: Any) -> Any:
        return self.tables.get(table, {}).pop(key, default)

    def text(self, table: str, key: str) -> str:
        value = self.table(table)[key]
        if not isinstance(value, str) or not value:
            raise self.wrong(f"{table}.{key}", "must be a text")
        return value

    def labels(self) -> dict[str, str]:
        table = self.table("fields")
        for key in table:
            if key not in LABELS:
                raise self.wrong(f"fields.{key}", "renames no known field", near_or_all(key, LABELS))
        return {key: self.text("fields", key) for key in table}

    def share(self, table: str, key: str, default: int) -> int:
        value = self.take(table, key, None)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.wrong(f"{table}.{key}", "must be a number from 0 to 1")
        return round(value * 10_000)

    def days(self, table: str, key: str, default: int) -> int:
        value = self.take(table, key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 36_500:
            raise self.wrong(f"{table}.{key}", "must be a number of days")
        return value

    def flag(self, table: str, key: str, *, default: bool) -> bool:
        value = self.take(table, key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"{table}.{key}", "must be true or false")
        return value

    def word(self, table: str, key: str, words: tuple[str, ...]) -> str:
        """One of these words; the first is the default."""
        value = self.take(table, key, words[0])
        if value not in words:
            raise self.wrong(f"{table}.{key}", f"must be {' or '.join(map(_quoted, words))}")
        return str(value)

    def calendar(self) -> Calendar:
        roll = self.take("calendar", "roll", "none")
        if roll not in ("none", "back", "forward"):
            raise self.wrong("calendar.roll", 'must be "none", "back" or "forward"')
        weekend = self.take("calendar", "weekend", ["sat", "sun"])
        if not isinstance(weekend, list) or any(day not in WEEKDAYS for day in weekend) or len(set(weekend)) > 6:
            raise self.wrong("calendar.weekend", f"must list at most six of {', '.join(WEEKDAYS)}")
        holidays = self.take("calendar", "holidays", [])
        if not isinstance(holidays, list) or any(not _is_civil(day) for day in holidays):
            raise self.wrong("calendar.holidays", "must list dates, as in [2026-12-25]")
        return Calendar(roll, tuple(WEEKDAYS.index(day) for day in weekend), frozenset(holidays))

    def country(self) -> str | None:
        code = self.take("calendar", "country", None)
        if code is not None and not (isinstance(code, str) and code.isalpha() and len(code) == 2):
            raise self.wrong("calendar.country", 'must be a two-letter code, as in "DE"')
        return code.upper() if code else None

    def health(self) -> dict[str, Bands]:
        """Bands for everybody from `[health]`, for a segment from `[health.smb]`."""
        table = self.tables.pop("health", {})
        own = {segment: bands for segment, bands in table.items() if isinstance(bands, dict)}
        common = {key: value for key, value in table.items() if key not in own}
        default = self._bands("health", common, Bands())
        found = {segment: self._bands(f"health.{segment}", bands, default) for segment, bands in own.items()}
        return found | ({"": default} if common else {})

    def _bands(self, name: str, values: Mapping[str, Any], default: Bands) -> Bands:
        bands = {**default._asdict(), **values}
        numbers = [value for value in bands.values() if isinstance(value, int) and not isinstance(value, bool)]
        if len(bands) > 2 or len(numbers) < 2 or not 0 <= bands["yellow"] <= bands["green"] <= 100:
            raise self.wrong(f"[{name}]", "takes green and yellow, whole numbers with 0 <= yellow <= green <= 100")
        return Bands(**bands)

    def finish(self) -> None:
        for name, table in self.tables.items():
            if name not in self.known:
                raise self.unknown(f"[{name}]", name, sorted(self.known))
            if table and name not in ("fields", "templates"):
                from onbo.onboarding.setting_keys import keys  # only to tell what is wrong

                key = next(iter(table))
                raise self.unknown(f"{name}.{key}", key, keys(name))


def _is_civil(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _quoted(word: str) -> str:
    return f'"{word}"'
