"""Counts and dates in the words that are fixed."""

from datetime import date

from onbo.onboarding.counts import Counts


def fraction(counts: Counts) -> str:
    """0 / 30"""
    return f"{counts.done} / {counts.total}"


def done_words(counts: Counts) -> str:
    """0 / 30 done, or 0 / 29 done (1 n/a)"""
    return f"{fraction(counts)} done" + (f" ({counts.na} n/a)" if counts.na else "")


def bar(counts: Counts, cells: int = 10) -> str:
    """Ten cells; full only when all is done, empty only when nothing is."""
    full = counts.done * cells // counts.total if counts.total else 0
    if counts.done and not full:
        full = 1
    return "█" * full + "░" * (cells - full)


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
