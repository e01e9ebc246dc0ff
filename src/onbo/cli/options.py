"""Options that several commands share, with the same words everywhere."""

from typing import Annotated

import typer

DryRun = Annotated[bool, typer.Option("-n", "--dry-run", help="Show the change as a diff and write nothing.")]
Commit = Annotated[bool, typer.Option("--commit", help="Commit only the files it wrote; git hooks run.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Whole = Annotated[bool, typer.Option("--all", help="Take a section whole.")]
Finished = Annotated[bool, typer.Option("--done", help="With --all, include done and n/a items.")]
Expect = Annotated[
    str | None, typer.Option("--expect", metavar="TEXT", help="Refuse (exit 4) unless this is the item's text.")
]
CustomerAndItems = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CUSTOMER] ITEM...", help="Numbers (1.2.3, 1.1-1.4, gate.3), ids, or words; - reads stdin."
    ),
]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=0, help="At most N rows; 0 for all.")]
Force = Annotated[bool, typer.Option("--force", help="Write it even where its rule says no.")]
