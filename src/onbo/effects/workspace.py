"""Where things are: the workspace, its customers, templates and snapshots."""

import os
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from onbo.document import front_matter
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.document.syntax import has_letter
from onbo.effects import files, git, links, locks, time_limit
from onbo.errors import OnboError, UnacceptableError, UsageError
from onbo.onboarding.near import near_or_all
from onbo.onboarding.settings import CUSTOMER, SETTINGS_FILE, Settings

if TYPE_CHECKING:
    from onbo.onboarding.template import Template

CUSTOMERS = "customers"
ARCHIVE = "archive"
TEMPLATES = "templates"
# What editors, mergers and synchronisers leave beside a file.
LEFTOVERS = (".sync-conflict-", "conflicted copy", "conflict copy", "_backup_", "_base_", "_local_", "_remote_")

# Gets the path of a file that is left out, and why.
Skipped = Callable[[str, OnboError | OSError], None]


class Customer(NamedTuple):
    """slug is the file's stem; path is absolute."""

    slug: str
    path: str


class _Place(NamedTuple):
    root: str
    here: str


class Workspace(_Place):
    """root: where onbo.toml is; here: where the user is. Absolute. One lives as long as a command runs."""

    def path(self, *parts: str) -> str:
        return os.path.join(self.root, *parts)

    def shown(self, path: str) -> str:
        """A path as the user would type it from here."""
        folder, name = os.path.split(path)
        if not name:
            return os.path.relpath(path, self.here)
        if folder not in self._shown:
            shown = os.path.relpath(folder, self.here)
            self._shown[folder] = "" if shown == os.curdir else shown
        return os.path.join(self._shown[folder], name)

    @cached_property
    def _shown(self) -> dict[str, str]:
        """Folders as the user would type them: thousands of files lie in a few."""
        return {}

    def settled(self) -> "Workspace":
        """The same for as long as nothing in it changes."""
        from onbo.effects.settled import SettledWorkspace

        return SettledWorkspace(*self)

    def inside(self, path: str) -> str:
        """A path as git has it: from the workspace, with `/`."""
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def customers(self, *, archived: bool = False) -> list[Customer]:
        """Every customer by slug; those in customers/archive/ only if asked for."""
        top = self.path(CUSTOMERS)
        links.refuse_escape(os.path.join(top, ""), self.root)
        found = [Customer(name[:-3], path) for name, path in _markdown(top)]
        wanted = found if archived else [customer for customer in found if not self.is_archived(customer)]
        return sorted(wanted, key=lambda customer: (customer.slug, customer.path))

    def is_archived(self, customer: Customer) -> bool:
        """Whether it stands below customers/archive/; how the directories above the workspace are called is no matter."""
        return customer.path.startswith(self._archive)

    @cached_property
    def _archive(self) -> str:
        return self.path(CUSTOMERS, ARCHIVE, "")

    def read(self, customer: Customer) -> Document:
        shown = self.shown(customer.path)
        with time_limit.limited(shown):
            data = self.read_bytes(customer.path)
            time_limit.weigh(len(data))
            return parse(shown, data)

    def resolve(self, name: str, settings: Settings) -> Customer | None:
        """The customer meant: a slug, a path, the beginning of one slug, a display name; None for nobody.

        Raises UsageError where several are meant.
        """
        slug = name.casefold()
        straight = self.path(CUSTOMERS, f"{slug}.md")
        if os.sep not in name and is_checklist(f"{slug}.md") and self.has(straight):
            return self._one(name, [Customer(slug, straight), *self._same_below(slug)])
        if (os.sep in name or name.endswith(".md")) and self.has(os.path.join(self.here, name)):
            path = os.path.abspath(os.path.join(self.here, name))
            return Customer(os.path.basename(path).removesuffix(".md"), path)
        everyone = self.customers(archived=True)
        current = [c for c in everyone if not self.is_archived(c)]
        for among in (current, everyone):
            if exact := [c for c in among if c.slug.casefold() == slug]:
                return self._one(name, exact)
        if has_letter(slug) and (near := [c for c in current if c.slug.casefold().startswith(slug)]):
            return self._one(name, near)
        named = [customer for customer in current if self._display_name(customer, settings) == slug]
        return self._one(name, named) if named else None

    def _same_below(self, slug: str) -> list[Customer]:
        """Customers of that slug in folders below, the archive apart. Costs nothing where there are no folders."""
        top = self.path(CUSTOMERS)
        if os.stat(top).st_nlink == 2:  # as Unix counts: itself and its name, no folder below
            return []
        return [c for c in self.customers() if c.slug == slug and os.path.dirname(c.path) != top]

    def _one(self, name: str, found: list[Customer]) -> Customer:
        if len(found) == 1:
            return found[0]
        raise UsageError(
            f"{name!r} could be {len(found)} customers",
            hint="give more of the name, or the path",
            choices=tuple(self.shown(customer.path) for customer in found[:9]),
        )

    def _display_name(self, customer: Customer, settings: Settings) -> str | None:
        from onbo.onboarding.fields import field_meaning

        try:
            field = field_meaning(self.read(customer), settings, CUSTOMER)
        except (OnboError, OSError):
            return None
        return field.value.casefold() if field else None

    def implied(self) -> Customer | None:
        """The customer where none is named: the one that the current directory says, or the only one there is."""
        everyone = self.customers()
        if len(everyone) == 1:
            return everyone[0]
        here = [customer for customer in everyone if os.path.dirname(customer.path) == self.here]
        called = [customer for customer in everyone if customer.slug == os.path.basename(self.here)]
        return here[0] if len(here) == 1 else called[0] if len(called) == 1 else None

    def twin(self, slug: str) -> Customer | None:
        """A customer whose file could not stand beside a new one of this slug on every system."""
        return next((c for c in self.customers(archived=True) if _folded(c.slug) == slug), None)

    def own_templates(self) -> list[Customer]:
        """The templates in the workspace, as files to be looked at."""
        links.refuse_escape(self.path(TEMPLATES, ""), self.root)
        return [Customer(name[:-3], path) for name, path in _markdown(self.path(TEMPLATES), deep=False)]

    def below(self, folder: str) -> list[Customer]:
        """The Markdown files below a directory, as files to be looked at."""
        top = os.path.abspath(os.path.join(self.here, folder))
        return [Customer(name[:-3], path) for name, path in _markdown(top)]

    def template_names(self) -> list[str]:
        return sorted({*(template.slug for template in self.own_templates()), *_built_in()})

    def template(self, name: str) -> "Template":
        """The workspace's own template of that name, else the built-in one. Raises UsageError with the list."""
        from onbo.onboarding.template import BUILT_IN, Template

        known = self.template_names()
        if name not in known:
            raise UsageError(f"there is no template {name!r}", hint=near_or_all(name, known))
        path = self.path(TEMPLATES, f"{name}.md")
        own = self.has(path)
        data = self.read_bytes(path) if own else files.read(_built_in()[name])
        time_limit.weigh(len(data))
        template = Template(name, self.shown(path) if own else BUILT_IN, data)
        if template.values.error:
            raise UnacceptableError(
                template.values.error, path=template.document.source.path, line=template.values.line
            )
        return template

    def readable_template(self, name: str | None) -> "Template | None":
        """Today's template of that name; None where there is none that can be read."""
        try:
            return self.template(name) if name is not None and name in self.template_names() else None
        except (OnboError, OSError):
            return None

    def readable_templates(self, skipped: Skipped) -> "Iterator[Template]":
        """Every template by name, first the workspace's own. skipped: is told of those that cannot be read."""
        built_in = _built_in()
        for name in sorted(self.template_names(), key=lambda name: (name in built_in, name)):
            try:
                template = self.template(name)
            except (OnboError, OSError) as error:
                skipped(self.path(TEMPLATES, f"{name}.md"), error)
            else:
                yield template

    def template_for(self, segment: str | None, settings: Settings, skipped: Skipped) -> "Template":
        """The template for a segment: as settings say, else the one that says it is the default, else 90-day."""
        named = settings.templates.get(segment or "default") or settings.templates.get("default")
        if named:
            return self.template(named)
        if segment is not None:
            for template in self.readable_templates(skipped):
                if segment in template.values.texts("default_for"):
                    return template
        return self.template("90-day")

    def own_files(self) -> list[str]:
        """What tells git which files of `.onbo` are this machine's own."""
        return [self.path(".onbo", name) for name in locks.OWN_FILES]

    def read_bytes(self, path: str) -> bytes:
        return files.read(path, self.root)

    def has(self, path: str) -> bool:
        return os.path.lexists(path)

    def snapshot_path(self, name: str, hash12: str) -> str:
        return self.path(".onbo", "base", f"{name}-{hash12}.md")

    def snapshots(self, name: str) -> list[str]:
        """The paths of the states of a template that copies were made from, the newest first."""
        links.refuse_escape(self.path(".onbo", "base", ""), self.root)
        found = [path for file, path in _markdown(self.path(".onbo", "base"), deep=False) if file[:-16] == name]
        return sorted(found, key=lambda path: (-os.lstat(path).st_mtime_ns, path))

    def template_of(self, base: str) -> str | None:
        """The name of the template that has a snapshot of that hash."""
        end = f"-{base}.md"
        found = [file for file, _ in _markdown(self.path(".onbo", "base"), deep=False) if file.endswith(end)]
        return found[0].removesuffix(end) if found else None

    def built_in(self, name: str) -> "Template | None":
        """The template of that name that comes with the tool."""
        return next((template for template in self.all_built_in() if template.name == name), None)

    def all_built_in(self) -> "Iterator[Template]":
        from onbo.onboarding.template import BUILT_IN, Template

        return (Template(name, BUILT_IN, files.read(path)) for name, path in _built_in().items())

    def snapshot(self, values: front_matter.Values) -> "Template | None":
        """The template that a copy was made from, as it was; None where the copy or the workspace has none."""
        named = _named_snapshot(values)
        return self.read_snapshot(*named) if named else None

    def snapshot_of_any_branch(self, values: front_matter.Values) -> "Template | None":
        """The same while git merges: it writes a file that only the other branch has when all else is merged."""
        from onbo.onboarding.template import Template

        named, found = _named_snapshot(values), self.snapshot(values)
        if named is None or found is not None or git.top_level(self.root) is None:
            return found
        path = self.snapshot_path(*named)
        data = git.newest(self.root, path, files.LARGEST)
        if data is None:
            return None
        time_limit.weigh(len(data))
        return Template(named[0], self.shown(path), data)

    def read_snapshot(self, name: str, base: str) -> "Template | None":
        from onbo.onboarding.template import Template

        path = self.snapshot_path(name, base)
        try:
            data = self.read_bytes(path)
            time_limit.weigh(len(data))
            return Template(name, self.shown(path), data)
        except (OnboError, OSError, ValueError):  # ValueError: no file can have a name with NUL or half a character
            return None


def _named_snapshot(values: front_matter.Values) -> tuple[str, str] | None:
    """The name and hash of the template that a copy says it was made from."""
    name, base = values.text("template"), values.text("base")
    if not name or not base or "/" in name or os.sep in name or not base.isalnum():
        return None
    return name, base


def _built_in() -> dict[str, str]:
    """The paths of the templates that come with the tool, by name."""
    return {name[:-3]: path for name, path in _markdown(_built_in_folder(), deep=False)}


def _built_in_folder() -> str:
    """Inside the installed package; in a checkout that is not installed, beside the sources."""
    package = os.path.dirname(os.path.dirname(__file__))
    inside = os.path.join(package, TEMPLATES)
    return inside if os.path.isdir(inside) else os.path.join(package, "..", "..", TEMPLATES)


def _markdown(folder: str, *, deep: bool = True) -> Iterator[tuple[str, str]]:
    """Name and path of the Markdown files below a folder, nothing that tools leave behind.

    What is no regular file counts too, and so does a directory below it that cannot be listed or is a link to somewhere
    else, which is not followed: they are reported like a file that cannot be read, and the others are still found.
    """
    try:
        left = _listed(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    while left:  # no recursion: a repository may hold a thousand directories, each in the one before
        entry = left.pop()
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            try:
                left += _listed(entry.path) if deep else []
            except OSError:
                yield f"{entry.name}.md", entry.path
        elif is_checklist(entry.name):
            yield entry.name, entry.path
        elif deep and entry.is_symlink() and os.path.isdir(entry.path) and not _is_below(entry.path, folder):
            yield f"{entry.name}.md", entry.path


def _is_below(path: str, folder: str) -> bool:
    """Whether what a link leads to is looked at anyway."""
    return os.path.join(os.path.realpath(path), "").startswith(os.path.join(os.path.realpath(folder), ""))


def _listed(folder: str) -> "list[os.DirEntry[str]]":
    """The entries of a directory, the first by name last."""
    return sorted(os.scandir(folder), key=lambda entry: entry.name, reverse=True)


def is_found(path: str, folder: str) -> bool:
    """Whether a path of git's would be found below a folder of the workspace, were it checked out."""
    *folders, name = path.split("/")
    return folders[:1] == [folder] and is_checklist(name) and not any(part.startswith(".") for part in folders)


def is_checklist(name: str) -> bool:
    folded = name.casefold()
    return (
        folded.endswith(".md")
        and name.endswith(".md")
        and not name.startswith((".", "#", "~"))
        and folded != "readme.md"
        and not any(mark in folded for mark in LEFTOVERS)
    )


def _folded(slug: str) -> str:
    from unicodedata import normalize

    return normalize("NFKC", slug).casefold()


def find_root(here: str) -> str:
    """The nearest directory above that holds onbo.toml, else the git top level, else here."""
    folder = os.path.abspath(here)
    while True:
        if os.path.isfile(os.path.join(folder, SETTINGS_FILE)):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    return git.top_level(here) or os.path.abspath(here)
