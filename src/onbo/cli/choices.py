"""Words that must be one of a few: options with a choice, and filters that nobody passes."""

from collections.abc import Iterable

from onbo.cli.context import App
from onbo.errors import UsageError
from onbo.onboarding.fields import segment_id
from onbo.onboarding.instantiate import segments_offered
from onbo.onboarding.near import near_or, near_or_all
from onbo.onboarding.settings import SEGMENTS


def one_of(option: str, what: str, word: str, known: Iterable[str]) -> None:
    """Raise UsageError for a word that is not known, with the one that was meant or all of them."""
    names = list(known)
    if word not in names:
        raise UsageError(
            f"{option} {word}: no such {what}",
            hint=near_or(word, names, f"choose {', '.join(names)}"),
        )


def refuse_unknown_segment(app: App, segment: str, present: Iterable[str | None] = ()) -> None:
    """Raise UsageError for a segment that no customer has and no template is for: nobody can ever be of it."""
    place = app.workspace
    templates = [found for name in place.template_names() if (found := place.readable_template(name))]
    offered = [entry for template in templates for entry in segments_offered(template, app.settings)]
    known = dict.fromkeys([*SEGMENTS, *offered, *(entry for entry in present if entry)])
    if segment_id(segment) not in known:
        raise UsageError(f"--segment {segment}: no such segment", hint=near_or_all(segment, known))


def refuse_unknown_template(app: App, template: str, present: Iterable[str | None] = ()) -> None:
    """Raise UsageError for a template that is not there and that no customer was made from."""
    known = dict.fromkeys([*app.workspace.template_names(), *(entry for entry in present if entry)])
    if template not in known:
        raise UsageError(f"--template {template}: no such template", hint=near_or_all(template, known))
