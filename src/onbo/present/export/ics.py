"""Calendars: each item a to-do, and each open one with a due date an event of that whole day too."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from onbo.present.export.exporter import Export, Exporter, Row, Snapshot, ThroughFile
from onbo.present.export.records import ITEMS

if TYPE_CHECKING:
    from icalendar import Component

# Control characters may not stand in calendars, and some readers end a line at U+0085, U+2028 or U+2029.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
STATUS = {"done": "COMPLETED", "n/a": "CANCELLED"}
END = b"END:VCALENDAR\r\n"


def pieces(export: Export, _: ThroughFile) -> Iterator[bytes]:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//onbo//export//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _said(f"Onboarding: {export.snapshot.workspace}"))
    yield calendar.to_ical().removesuffix(END)
    for record in export.records:
        for row in record.items:
            yield from (part.to_ical() for part in _parts(row, export.snapshot))
    yield END


def _parts(row: Row, snapshot: Snapshot) -> "Iterator[Component]":
    from icalendar import Event, Todo

    said: dict[str, Any] = {column.name: value for column, value in zip(ITEMS, row, strict=True)}
    todo = Todo()
    todo.add("status", STATUS.get(said["state"], "NEEDS-ACTION"))
    if said["done"]:
        todo.add("percent-complete", 100)
    if said["due"]:
        todo.add("due", said["due"])
    yield _described(todo, "todo", said, snapshot)
    if said["due"] and said["state"] not in STATUS:
        event = Event()
        event.add("dtstart", said["due"])
        event.add("transp", "TRANSPARENT")
        yield _described(event, "event", said, snapshot)


def _described(part: "Component", kind: str, said: dict[str, Any], snapshot: Snapshot) -> "Component":
    name = said["name"] or said["customer"]
    lines = [" > ".join(dict.fromkeys(title for title in (said["phase"], said["section"]) if title))]
    lines += [f"{label}: {said[label]}" for label in ("number", "owner", "waiting", "reason") if said[label]]
    # The same for the same item in every export, and for nothing else in the world.
    part.add("uid", f"{sha256(said['uid'].encode()).hexdigest()[:32]}-{kind}@onbo")
    part.add("dtstamp", datetime.combine(snapshot.day, time(), UTC))
    part.add("summary", _said(f"{name}: {said['text']}"))
    part.add("description", _said("\n".join(line for line in lines if line)))
    part.add("categories", [_said(name)])
    return part


def _said(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", text)


EXPORTER = Exporter("ics", pieces, needs="icalendar", extra="ics")
