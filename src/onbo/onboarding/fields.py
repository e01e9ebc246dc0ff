"""Fields: what the known ones say."""

from datetime import date
from typing import NamedTuple

from onbo.document.model import Document, Field
from onbo.onboarding import settings as known
from onbo.onboarding.dates import ISO
from onbo.onboarding.settings import Settings

FOLDED = {meaning: meaning.casefold() for meaning in known.LABELS}


def segment_id(text: str) -> str:
    """Mid-Market -> mid-market"""
    return "-".join(text.casefold().split())


class Facts(NamedTuple):
    """What the fields with a meaning say; None where they are missing or unfilled.

    has_go_live, has_achieved  whether there is a Go-Live Date, a Date Achieved field at all
    """

    customer: str | None = None
    segment: str | None = None
    segment_title: str | None = None
    csm: str | None = None
    kickoff: date | None = None
    target_go_live: date | None = None
    go_live: date | None = None
    has_go_live: bool = False
    has_achieved: bool = False
    target_first_value: date | None = None
    achieved: date | None = None
    onboarding_status: str | None = None
    completion: date | None = None


def field_meaning(document: Document, settings: Settings, meaning: str) -> Field | None:
    """The field that holds what is meant: by the name that settings give it, else by its own."""
    return document.find_field(settings.label(meaning)) or document.find_field(meaning)


def facts(document: Document, settings: Settings) -> Facts:
    answers = document.answers
    labels = FOLDED
    if settings.labels:
        own = {meaning: label.casefold() for meaning, label in settings.labels.items()}
        labels = FOLDED | {meaning: label for meaning, label in own.items() if label in answers}

    def text(meaning: str) -> str | None:
        return answers.get(labels[meaning])

    def day(meaning: str) -> date | None:
        value = text(meaning)
        match = ISO.match(value) if value else None
        try:
            return date.fromisoformat(match[0]) if match else None
        except ValueError:
            return None

    segment = text(known.SEGMENT)
    return Facts(
        customer=text(known.CUSTOMER),
        segment=segment_id(segment) if segment else None,
        segment_title=segment,
        csm=text(known.CSM),
        kickoff=day(known.KICKOFF),
        target_go_live=day(known.TARGET_GO_LIVE),
        go_live=day(known.GO_LIVE),
        has_go_live=labels[known.GO_LIVE] in answers,
        has_achieved=labels[known.DATE_ACHIEVED] in answers,
        target_first_value=day(known.TARGET_FIRST_VALUE),
        achieved=day(known.DATE_ACHIEVED),
        onboarding_status=text(known.ONBOARDING_STATUS),
        completion=day(known.COMPLETION_DATE),
    )
