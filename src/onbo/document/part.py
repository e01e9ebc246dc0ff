"""A file's parts: a heading with what stands below it, up to the next heading.

What a part says is a function of its text alone, so the parts that many copies of a template share are made once and
kept by `plain`. Lines in them are counted from the part's first; `Placed` says where that is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from onbo.document.outline import Block, Heading, Lines, Opaque, Paragraph, Quote, TableLines, Task
from onbo.document.syntax import BLANKS
from onbo.document.words import FieldWords, field_words


class Label(NamedTuple):
    """A field's line, and the quote directly below it that is its value.

    below  how many more lines its paragraph has, up to the next label
    """

    words: FieldWords
    line: int
    notes: Quote | None = None
    below: int = 0


class _Blocks(NamedTuple):
    heading: Heading | None
    blocks: tuple[Block, ...]
    texts: tuple[str, ...]


class Part(_Blocks):
    """heading: on its first line, None before a file's first heading; blocks: those below; texts: its lines."""

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        return tuple([block for block in self.blocks if isinstance(block, Task)])

    @cached_property
    def shape(self) -> tuple[Heading | None, bool]:
        """What the tree of sections depends on: the heading, and whether there are tasks."""
        return self.heading, bool(self.tasks)

    @cached_property
    def marks(self) -> str:
        """The marks of the tasks that carry no token: nearly all, and all of one date."""
        return "".join([task.box.mark for task in self.tasks if not task.box.said.marks])

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Label lines, each a field: those that name the table right below them are left out."""
        return self._labels_and_tables[0]

    @property
    def tables(self) -> tuple[tuple[TableLines, str | None], ...]:
        """Each with the label that names it."""
        return self._labels_and_tables[1]

    @cached_property
    def _labels_and_tables(self) -> tuple[tuple[Label, ...], tuple[tuple[TableLines, str | None], ...]]:
        labels: list[Label] = []
        tables: list[tuple[TableLines, str | None]] = []
        bare: int | None = None  # the line after a paragraph that ends in a label without a value
        for block in self.blocks:
            if isinstance(block, Paragraph):
                bare = self._read_labels(block, labels)
                continue
            below = bare is not None and self._is_directly_below(bare, block.line)
            if isinstance(block, Quote) and below:
                labels[-1] = labels[-1]._replace(notes=block)
            elif isinstance(block, TableLines):
                tables.append((block, labels.pop().words.label if below else None))
            bare = None
        return tuple(labels), tuple(tables)

    def _read_labels(self, paragraph: Paragraph, labels: list[Label]) -> int | None:
        """Add the paragraph's labels. Gives its end where its last line is a label without a value."""
        for line in range(paragraph.line, paragraph.end):
            words = field_words(self.texts[line])
            if words is not None:
                labels.append(Label(words, line))
            elif labels and labels[-1].line >= paragraph.line:
                labels[-1] = labels[-1]._replace(below=line - labels[-1].line)
        last = bool(labels) and labels[-1].line == paragraph.end - 1 and not labels[-1].words.value
        return paragraph.end if last else None

    def _is_directly_below(self, end: int, line: int) -> bool:
        """Whether a block follows at once, or after the one blank line that formatters put in.

        Lists, code, HTML and rules are no blocks here, so what stands between is looked at as text.
        """
        return line == end or (line == end + 1 and not self.texts[end].strip(BLANKS))


class Placed(NamedTuple):
    """A part and its first line in the file, 0-based."""

    line: int
    part: Part


class Outline(NamedTuple):
    parts: tuple[Placed, ...]
    references: Mapping[str, object]
    opaque: tuple[Opaque, ...] = ()


class Tasks(NamedTuple):
    """A section's own tasks; those of subsections are theirs.

    parts   where they stand: nearly always one
    prefix  of their numbers
    path    titles of the section and those it stands in, outermost first
    """

    parts: tuple[Placed, ...]
    prefix: str
    path: tuple[str, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """With their lines as their parts have them."""
        return self.parts[0].part.tasks if len(self.parts) == 1 else tuple(t for p in self.parts for t in p.part.tasks)

    @property
    def marks(self) -> str:
        """As of a part."""
        return self.parts[0].part.marks if len(self.parts) == 1 else "".join(p.part.marks for p in self.parts)

    def numbered(self) -> Iterator[tuple[str, int, Task]]:
        """Each task with its number and the line that its part begins on."""
        place = 0
        for line, part in self.parts:
            numbers: list[str] = []
            children: dict[int, int] = {}
            for task in part.tasks:
                if task.parent is None:
                    place += 1
                    numbers.append(f"{self.prefix}.{place}")
                else:
                    children[task.parent] = children.get(task.parent, 0) + 1
                    numbers.append(f"{numbers[task.parent]}.{children[task.parent]}")
                yield numbers[-1], line, task


def parts(blocks: Iterable[Block], texts: Sequence[str], start: int) -> tuple[Placed, ...]:
    """A file's blocks, whose lines and parents count from the file's first, as parts. start: where its body begins."""
    groups: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Heading):
            groups.append([])
        groups[-1].append(block)
    starts = [start, *(group[0].line for group in groups[1:]), len(texts)]
    placed = []
    before = 0
    for at, group in enumerate(groups):
        first, end = starts[at : at + 2]
        moved = tuple([shifted(block, -first, -before) for block in group])
        before += sum(isinstance(block, Task) for block in group)
        heading = moved[0] if moved and isinstance(moved[0], Heading) else None
        if moved:
            placed.append(Placed(first, Part(heading, moved[1:] if heading else moved, tuple(texts[first:end]))))
    return tuple(placed)


def shifted(block: Block, lines: int, tasks: int = 0) -> Block:
    """A block so many lines further down, its parent so many tasks further on."""
    if isinstance(block, Task):
        return shifted_task(block, lines, tasks)
    if isinstance(block, Heading):
        return block._replace(line=block.line + lines)
    return block._replace(line=block.line + lines, end=block.end + lines)


def shifted_task(task: Task, lines: int, tasks: int = 0) -> Task:
    """As `shifted`."""
    return Task(
        task.line + lines,
        task.box,
        None if task.parent is None else task.parent + tasks,
        Lines(*[line + lines for line in task.lines]) if task.lines else None,
        tuple([Quote(n.line + lines, n.end + lines, n.text, n.quoted) for n in task.notes]) if task.notes else (),
    )
