"""What a thing says in three versions -> what it shall say."""

from onbo.document.model import Field, Item, Row
from onbo.merging.sides import Merged, Side, conflict, unchanged


def merge_chunks(base: Side | None, ours: Side, theirs: Side, *, keep_state: bool) -> Merged:
    """One thing in three versions. keep_state: theirs is a template, which never changes a state."""
    mine, other = ours.chunk.ref, theirs.chunk.ref
    if ours.chunk.text == theirs.chunk.text or (base is not None and theirs.chunk.text == base.chunk.text):
        return Merged(ours.chunk.text)
    items = isinstance(mine, Item) and isinstance(other, Item)
    same = unchanged(base, ours, theirs)
    if same is not None and not (items and keep_state):
        return Merged(same.chunk.text)
    if isinstance(mine, Item) and isinstance(other, Item):
        from onbo.merging.items import merge_items  # rarely needed, and git waits for us at every file

        return merge_items(base, ours, theirs, keep_state=keep_state)
    from onbo.merging.values import merge_fields, merge_rows

    if isinstance(mine, Field) and isinstance(other, Field):
        return merge_fields(base, ours, theirs)
    if isinstance(mine, Row) and isinstance(other, Row):
        return merge_rows(base, ours, theirs)
    return conflict("what it is", base, ours, theirs)
