"""Export customers and items: JSON, CSV, calendars, spreadsheets, Parquet."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import typer

from onbo.cli.case import Case
from onbo.cli.choices import one_of
from onbo.cli.commands.status import row_of
from onbo.cli.context import App, of
from onbo.cli.options import Json
from onbo.cli.survey import Unread, survey
from onbo.effects import git, products
from onbo.effects.workspace import Customer
from onbo.errors import UnacceptableError, UsageError
from onbo.present.counts import plural
from onbo.present.export.exporter import Export, Exporter, Record, Snapshot, exporters, whole
from onbo.present.export.records import record
from onbo.present.text import line

EXAMPLES = """\
onbo export -o all.csv  # one row an item; the format is that of the file's name
onbo export --format jsonl  # to stdout
onbo export acme -o acme.ics  # due dates for a calendar
onbo export -o all.csv --bom  # for Excel
"""
EXITS: dict[int, str | None] = {}
STDOUT = "-"


def run(
    context: typer.Context,
    customers: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]...", help="All, if none.")] = None,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="|".join(exporters()), help="As the file's name ends, if not given."),
    ] = None,
    target: Annotated[
        str | None, typer.Option("-o", metavar="PATH", help="Write it there; for parquet, into that directory.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", metavar="NAME", help="Its name in the rows; its directory's, if none.")
    ] = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin a CSV as Excel needs it to read it as UTF-8.")] = False,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Say what would be written and write nothing.")
    ] = False,
    as_json: Json = False,
) -> int:
    app = of(context)
    target = None if target == STDOUT else target
    exporter = _exporter(form, target, as_json=as_json)
    _check(app, exporter, target, bom=bom)
    app.require_settings()
    named = dict.fromkeys(app.customer(name) for name in customers or [])
    gathered = Gathered(app, list(named) or app.workspace.customers())
    root = app.workspace.root
    snapshot = Snapshot(whole(workspace or os.path.basename(root) or "workspace"), git.head(root), app.today)
    export = Export(snapshot, gathered.records(snapshot), bom)
    if target is None:
        app.terminal.document(_pieces(exporter, export), "binary" if exporter.binary else exporter.name)
    else:
        _write(app, exporter, export, os.path.abspath(target), dry_run=dry_run)
        what = "would write" if dry_run else "wrote"
        app.terminal.out([line(f"{what} {target}: {gathered}")])
    return UnacceptableError.status if gathered.unreadable else 0


def _exporter(form: str | None, target: str | None, *, as_json: bool) -> Exporter:
    """By --format or --json, else by the end of the file's name. Raises UsageError where two of them disagree."""
    known = exporters()
    if form is not None:
        one_of("--format", "format", form, known)
    ending = os.path.splitext(target or "")[1].removeprefix(".")
    said = {f"--format {form}": form, "--json": "json" if as_json else None, f"-o {target}": ending}
    asked = {words: name for words, name in said.items() if name in known}
    if len(set(asked.values())) > 1:
        raise UsageError(f"{' and '.join(asked)} are different formats", hint="leave one of them out")
    if not asked:
        raise UsageError("which format?", hint=f"choose {', '.join(known)} with --format")
    return known[next(iter(asked.values())) or ""]


def _check(app: App, exporter: Exporter, target: str | None, *, bom: bool) -> None:
    """Raise UsageError for what this format cannot do here."""
    if bom and exporter.name != "csv":
        raise UsageError(f"--bom: {exporter.name} has none", hint="leave it out")
    if exporter.pieces is None:
        if target is None:
            raise UsageError(f"{exporter.name} makes several files", hint="name a directory with -o")
        if os.path.lexists(target) and not os.path.isdir(target):
            raise UsageError("is no directory", path=target, hint=f"{exporter.name} makes several files")
    elif target is None:
        if exporter.binary and app.terminal.attached:
            raise UsageError(f"{exporter.name} is nothing for a terminal", hint="write it to a file with -o")
    elif not target or os.path.isdir(target) or target.endswith(os.sep):
        raise UsageError(f"-o {target!r}: is a directory", hint=f"name a file, as in all{exporter.suffix}")
    if exporter.needs is not None:
        from importlib import import_module

        try:
            import_module(exporter.needs)
        except ImportError as error:
            raise UsageError(
                f"{exporter.name} needs the {exporter.extra} extra", hint=f"pip install 'onbo[{exporter.extra}]'"
            ) from error


@dataclass
class Gathered:
    """Customers on their way out, counted as they are read."""

    app: App
    wanted: Sequence[Customer]
    customers: int = 0
    items: int = 0
    unreadable: int = 0

    def __str__(self) -> str:
        return f"{plural(self.customers, 'customer')}, {plural(self.items, 'item')}"

    def records(self, snapshot: Snapshot) -> Iterator[Record]:
        """One customer after the other. One that cannot be read is told of and left out."""
        for found in survey(self.app, self.wanted, lambda case: _found(self.app, case, snapshot)):
            if isinstance(found, Unread):
                self.app.terminal.problem(found.said, found.path)
                self.unreadable += 1
                continue
            for text in found.warnings:
                self.app.terminal.warning(text)
            self.customers += 1
            self.items += len(found.record.items)
            yield found.record


class Found(NamedTuple):
    """A customer's record, and what is wrong in its file without stopping it from being read."""

    record: Record
    warnings: tuple[str, ...]


def _found(app: App, case: Case, snapshot: Snapshot) -> Found:
    row, progress = row_of(app, case)
    told = tuple(f"{row.path}{text}" for text in row.warnings)
    path = os.path.relpath(case.customer.path, app.workspace.root).replace(os.sep, "/")
    gate = case.gate()
    numbers = {item.number for item in gate.all_items()} if gate else set()
    return Found(record(snapshot, row._replace(path=path), progress, numbers), told)


def _pieces(exporter: Exporter, export: Export) -> Iterable[bytes]:
    if exporter.pieces is None:
        raise AssertionError("it was checked that this makes one file")
    return exporter.pieces(export, products.through_file)


def _write(app: App, exporter: Exporter, export: Export, path: str, *, dry_run: bool) -> None:
    """Write it all, or for a dry run make it all and write nothing."""
    root = app.workspace.root
    made: Iterable[tuple[str, Iterable[bytes]]]
    if exporter.products is None:
        made = [(path, _pieces(exporter, export))]
    else:
        found = exporter.products(export, products.through_file)
        made = ((os.path.join(path, *product.path.split("/")), [product.data]) for product in found)
    for place, pieces in made:
        if dry_run:
            products.ready(place, exporter.suffix, root)
            for _ in pieces:
                pass
        else:
            products.publish(place, pieces, exporter.suffix, root)
