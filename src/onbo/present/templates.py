"""Templates: listed, as a plan, and compared."""

from collections.abc import Iterator, Sequence
from typing import Any

from onbo.onboarding.comparing import Difference
from onbo.onboarding.forms import Forms
from onbo.onboarding.gate import Rule, read_rules
from onbo.onboarding.instantiate import segments_offered
from onbo.onboarding.schedule import plan_length, ranges
from onbo.onboarding.settings import Settings
from onbo.onboarding.template import Template
from onbo.present.counts import plural
from onbo.present.text import Line, Piece, Table, line

ROLES = {"added": "good", "removed": "bad", "field added": "good", "field removed": "bad"}


def template_table(found: Sequence[Template]) -> Table:
    rows = tuple(
        (
            Piece(template.name, "strong"),
            Piece(template.version or "-"),
            Piece(str(len(template.document.items))),
            Piece(_days(template)),
            Piece(", ".join(segments_offered(template, Settings()))),
            Piece(", ".join(template.values.texts("default_for")), "muted"),
            Piece(template.origin, "muted"),
        )
        for template in found
    )
    columns = ("Template", "Version", "Items", "Days", "Segments", "Default for", "From")
    return Table(columns, rows, frozenset(["Items", "Days"]), ("From", "Default for", "Segments"))


def _days(template: Template) -> str:
    length = plan_length(template.document)
    return str(length) if length is not None else "-"


def template_json(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "version": template.version,
        "title": template.document.title,
        "segments": list(segments_offered(template, Settings())),
        "default_for": list(template.values.texts("default_for")),
        "items": len(template.document.items),
        "length": plan_length(template.document),
        "origin": template.origin,
        "hash": template.hash12,
    }


def plan_lines(template: Template, settings: Settings) -> Iterator[Line]:
    yield line(Piece(template.document.title or template.name, "strong"))
    said = template_json(template)
    days = f", {said['length']} days" if said["length"] else ""
    yield line(f"{template.name} {template.version or ''} ({template.origin}): {plural(said['items'], 'item')}{days}")
    yield line(f"for {', '.join(said['segments']) or 'any segment'}")
    yield []
    for section, span in ranges(template.document):
        if section.number:
            count = sum(1 for _ in section.all_items())
            shown = f"  days {span.first}-{span.last}" if span and section.days else ""
            indent = "  " * section.number.count(".")
            yield line(f"{indent}{section.number} {section.title}", Piece(f"  {plural(count, 'item')}{shown}", "muted"))
    forms = Forms(template.document, template.document, template.declared, settings)
    if template.document.fields:
        yield []
        yield line(Piece("Fields", "strong"))
    for field in template.document.fields:
        yield line(f"  {field.label}", Piece(f"  {forms.type(field).kind}", "muted"))
    rules = read_rules(template.values.values.get("gate"))
    if rules:
        yield []
        yield line(Piece("Gate rules", "strong"))
    for rule in rules:
        yield line(f"  {rule.item}", Piece(f"  {_rule_words(rule)}", "muted"))


def _rule_words(rule: Rule) -> str:
    if rule.ticked is not None:
        return f"when {rule.ticked!r} is ticked"
    if rule.within_days is not None:
        return f"{rule.field} within {rule.within_days} days of kickoff"
    return f"{rule.field} above {rule.above}" if rule.above is not None else f"{rule.field} at least {rule.at_least}"


def plan_json(template: Template, settings: Settings) -> dict[str, Any]:
    forms = Forms(template.document, template.document, template.declared, settings)
    return template_json(template) | {
        "sections": [
            {
                "number": section.number,
                "title": section.title,
                "items": sum(1 for _ in section.all_items()),
                "first": days.first if days else None,
                "last": days.last if days else None,
            }
            for section, days in ranges(template.document)
            if section.number
        ],
        "fields": [
            {"label": field.label, "section": field.section, "type": forms.type(field).kind}
            for field in template.document.fields
        ],
        "gate": [
            {"item": rule.item, "rule": _rule_words(rule)} for rule in read_rules(template.values.values.get("gate"))
        ],
    }


def difference_lines(found: Sequence[Difference]) -> Iterator[Line]:
    for entry in found:
        words = entry.after if entry.before is None else entry.before
        if entry.action == "reworded":
            words = f"{entry.before} -> {entry.after}"
        where = f"  ({entry.section})" if entry.section else ""
        yield line(Piece(f"{entry.action:<13} ", ROLES.get(entry.action, "warn")), words or "", Piece(where, "muted"))
