# ruff: noqa: INP001 - a module of the benchmarks
"""Workspaces of as many customers as wanted, the same each time: copies of 90-day with random ticks."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from onbo.document.parse import parse
from onbo.onboarding.instantiate import front_matter_lines
from onbo.onboarding.template import BUILT_IN, Template

TEMPLATES = Path(__file__).parent.parent / "templates"
BOX = re.compile(rb"- \[ \] ")
FRONT = re.compile(rb"\A---\n.*?\n---\n", re.DOTALL)
TODAY = "2026-12-12"
CSMS = ("Ann Meyer", "Ben Okafor", "Chloé Dubois", "Dana Doe", "Emre Aydin")
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
ITEMS = 86


def customers(count: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Slug and bytes of each customer. A third of their items are done, from the top and here and there."""
    random = Random(seed)  # noqa: S311  the same every time, and no secret
    raw = (TEMPLATES / "90-day.md").read_bytes()
    front = "\n".join(["---", *front_matter_lines(Template("90-day", BUILT_IN, raw)), "---", ""]).encode()
    plain = re.sub(rb" *<!-- only=[^>]*-->", b"", FRONT.sub(front, raw))
    for number in range(count):
        yield f"c{number:06}", _ticked(_filled(plain, number, random), random)


def _filled(text: bytes, number: int, random: Random) -> bytes:
    said = {
        "Customer": f"Customer {number}",
        "Segment": random.choice(SEGMENTS),
        "CSM": random.choice(CSMS),
        "Kickoff Date": f"2026-{random.randint(9, 12):02}-{random.randint(1, 28):02}",
    }
    for label, value in said.items():
        line = f"**{label}:** {value}".encode()
        text = re.sub(rb"(?m)^\*\*%b:\*\* .*$" % label.encode(), line, text, count=1)
    return text


def _ticked(text: bytes, random: Random) -> bytes:
    data = bytearray(text)
    boxes = [match.start() + 3 for match in BOX.finditer(text)]
    far = random.randint(0, len(boxes) * 2 // 3)
    for at, box in enumerate(boxes):
        if random.random() < (0.95 if at < far else 0.02):
            data[box] = ord("x")
    return bytes(data)


def write(folder: Path, count: int) -> int:
    """Make a workspace of `count` customers; gives how many items they have."""
    (folder / "customers").mkdir(parents=True)
    (folder / "onbo.toml").write_bytes(b"")
    items = 0
    for slug, data in customers(count):
        (folder / "customers" / f"{slug}.md").write_bytes(data)
        items = items or len(parse("", data).items) * count
    base = folder / ".onbo" / "base"
    base.mkdir(parents=True)
    raw = (TEMPLATES / "90-day.md").read_bytes()
    (base / f"90-day-{Template('90-day', BUILT_IN, raw).hash12}.md").write_bytes(raw)
    return items
