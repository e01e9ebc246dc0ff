"""What `onbo.toml` may say, as data: for the messages, `onbo config` and docs/settings.md."""

from typing import NamedTuple

from onbo.onboarding.settings import LABELS


class Setting(NamedTuple):
    """table.key, where a key in capitals stands for any; its kind; its default as TOML, None for none; what it does.

    example  what `key = ...` may look like, where there is no default
    """

    table: str
    key: str
    kind: str
    default: str | None
    what: str
    example: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}.{self.key}"

    @property
    def open(self) -> bool:
        """Whether the key is the user's own word."""
        return self.key.isupper()


SETTINGS = (
    Setting(
        "templates",
        "SEGMENT",
        "a template's name",
        None,
        "Which template customers of that segment get; `default` is for those without one, and for segments not "
        "listed. Not set: the template that names the segment in `default_for` (your own before the built-in "
        "ones), else 90-day. `--template` on `onbo new` wins over all.",
        'smb = "essentials"',
    ),
    Setting(
        "fields",
        "LABEL",
        "a text",
        None,
        "Your team's word for a label that has a meaning. Your templates must then use it; the built-in ones use "
        f"the label itself, so change your copies of them. The labels are {', '.join(LABELS[:-1])} and {LABELS[-1]}.",
        '"Kickoff Date" = "Start Date"',
    ),
    Setting(
        "status",
        "at_risk",
        "a number from 0 to 1",
        "0.20",
        "The share of the items due so far that are overdue, from which a customer is at risk. A rule of thumb from "
        "practitioners, not a measurement: take what fits your customers.",
    ),
    Setting("status", "off_track", "a number from 0 to 1", "0.60", "The share above which a customer is off track."),
    Setting("status", "due_soon", "a number of days", "3", 'How many days ahead count as "due soon".'),
    Setting(
        "status",
        "first_value_days",
        "a number of days",
        "30",
        "From kickoff to first value, where Target First Value Date is not filled.",
    ),
    Setting(
        "calendar",
        "roll",
        '"none", "back" or "forward"',
        '"none"',
        "Where a due date goes that falls on a day off: it stays, or moves to the working day before or after. "
        "`due:` dates on items stay as written.",
    ),
    Setting(
        "calendar",
        "weekend",
        "at most six of mon, tue, wed, thu, fri, sat, sun",
        '["sat", "sun"]',
        "The days of the week that are off.",
    ),
    Setting("calendar", "holidays", "dates, as in [2026-12-25, 2027-01-01]", "[]", "Other days off."),
    Setting(
        "calendar",
        "country",
        "a two-letter code",
        None,
        "Keep this country's public holidays too. It needs the package holidays: `pipx install 'onbo[holidays]'`, or "
        "`pipx inject onbo holidays`.",
        'country = "DE"',
    ),
    Setting(
        "health",
        "green",
        "a whole number, yellow to 100",
        "75",
        "The score from which health is green. `onbo set` writes the colour that a score means, and `onbo lint` "
        "reports one that differs. `[health.smb]` holds other bands for one segment.",
    ),
    Setting(
        "health",
        "yellow",
        "a whole number, 0 to green",
        "50",
        "The score from which health is yellow; below, it is red. A band begins at its number, so that 74.5 is yellow.",
    ),
    Setting(
        "share",
        "waiting",
        '"side" or "full"',
        '"side"',
        "What `onbo share` shows of whom an item waits for: the side (you, us or a third party), or the words behind "
        "`waiting:`.",
    ),
    Setting(
        "git",
        "commit",
        "true or false",
        "false",
        "Whether every writing command commits the files it wrote and nothing else you have staged, as with "
        "`--commit`. If a commit is refused, the error says what to run next. Commit `onbo.toml` and the two hidden "
        "files in `.onbo/` yourself, once. Unlike everything "
        "else onbo does with git, a commit runs hooks: those in `.git/hooks`, and with `--commit` also those that are "
        "files of the repository itself.",
    ),
)


def tables() -> list[str]:
    return list(dict.fromkeys(setting.table for setting in SETTINGS))


def keys(table: str) -> list[str]:
    """The keys of a table that are fixed."""
    return [setting.key for setting in SETTINGS if setting.table == table and not setting.open]
