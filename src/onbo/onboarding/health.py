"""Health scores and their colours: half-open bands, so that 79.5 has one."""

from decimal import Decimal
from typing import NamedTuple

from onbo.onboarding.answers import Part
from onbo.onboarding.field_types import FieldType
from onbo.onboarding.settings import Bands, Settings


def colour(score: Decimal, bands: Bands) -> str:
    """Green from `bands.green`, Yellow from `bands.yellow`, Red below."""
    if score >= bands.green:
        return "Green"
    return "Yellow" if score >= bands.yellow else "Red"


def bands_for(segment: str | None, settings: Settings) -> Bands:
    return settings.health.get(segment or "") or settings.health.get("") or Bands()


class Score(NamedTuple):
    """A score and the colour beside it, as parts of one field."""

    score: Part
    colour: Part


def score_of(parts: tuple[Part, ...]) -> Score | None:
    """The score and colour of a field that has both."""
    if len(parts) != 2 or parts[0].type.high != 100 or not _is_colour(parts[1].type):
        return None
    return Score(*parts)


def _is_colour(kind: FieldType) -> bool:
    return {"Green", "Yellow", "Red"} <= set(kind.options)
