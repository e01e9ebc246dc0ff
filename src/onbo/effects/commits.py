"""Committing the files that a command wrote, and nothing else. The one place that may run a repository's hooks."""

import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from onbo.effects import git, git_process
from onbo.effects.git_causes import IDENTITY
from onbo.errors import SystemFailedError

SAME_COMMAND = "run the same command again"
# What git says of a failure that can be put better, what we say instead, and what to do before trying again.
# `commit --only` refuses to run during a merge, a rebase or a cherry-pick.
KNOWN = (
    (
        r"(?m)^fatal: cannot do a partial commit during a ([a-z -]+)\.$",
        r"a \1 is in progress",
        r"finish the \1, then ",
    ),
    (
        r"(?ms)^(?:Author|Committer) identity unknown\n.*\Z|^fatal: empty ident name .*\Z",
        IDENTITY[0],
        f"{IDENTITY[1]}, then ",
    ),
    (
        r"(?ms)^(?:fatal|error): Unable to create '([^\n]*\.lock)': File exists\.\n.*\Z",
        r"another git process holds \1",
        "wait for it to end (remove that file if no git is running), then ",
    ),
    (
        r"(?ms)^The following paths are ignored by one of your \.gitignore files:\n(.*?)(?:\nhint: .*)?\Z",
        r"\1 is ignored by .gitignore",
        "change .gitignore, then ",
    ),
)
# What git says where another process has just committed the same, or is about to commit.
PASSING = r"(?m)^(?:nothing to commit|nothing added to commit|no changes added to commit)\b|\.lock': File exists|cannot lock ref"
# Seconds to wait before trying again.
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
# A file may be called ":(glob)**": this makes git take a path as it stands.
LITERAL = ":(literal)"
# The hooks whose exit status stops a commit, where git itself says nothing of it.
REFUSING = ("pre-commit", "prepare-commit-msg", "commit-msg")
# What git prints about line ends that it is about to convert, at each commit: no hook said it, and nothing is wrong.
LINE_ENDS = r"warning: .*\b(?:LF|CRLF) will be replaced by (?:LF|CRLF)\b.*"


class CommitFailedError(SystemFailedError):
    """output: what git and the hooks printed, beyond what the message says. hook: the one that refused, if known.

    passing  whether another git process stood in the way for a moment, so that it may work now
    """

    output: tuple[str, ...] = ()
    hook: str | None = None
    passing: bool = False


class Committed(NamedTuple):
    """A commit that was made: its short id, its subject, and what hooks printed."""

    name: str
    subject: str
    output: tuple[str, ...]


class _Files(NamedTuple):
    """Files to be committed, as git takes them: those it knows, and new ones."""

    known: tuple[str, ...]
    new: tuple[str, ...]


def commit(
    root: str, paths: Sequence[str], message: str, *, about: str, again: str = SAME_COMMAND, asked: bool = True
) -> Committed | None:
    """Commit these files alone, as they are in the working tree; None where the last commit has them so already.

    Raises CommitFailedError. The index then records what it recorded before.

    about  the file as the user knows it, for errors
    again  what to do once the cause is gone
    asked  whether the user asked for this commit. If only a settings file did, hooks from the working tree do not run:
           whoever can change the files of a repository could have it run their programs
    """
    try:
        files = _uncommitted(root, paths)
        skipped = None if asked or files is None else _hooks_in_tree(root)
    except git_process.NotInstalledError as error:
        error.hint = "leave out --commit"
        raise
    except SystemFailedError as error:
        first = f"{error.hint}, then " if error.hint else ""
        raise CommitFailedError(error.message, hint=f"{about} is saved but not committed; {first}{again}") from error
    if files is None:
        return None
    for pause in (*PAUSES, None):
        try:
            return _commit(root, files, message, about, again, skipped)
        except CommitFailedError as error:
            if pause is None or not error.passing:
                raise
        time.sleep(pause)
        files = _uncommitted(root, paths)
        if files is None:
            return None  # the other process committed these too
    raise AssertionError("the last try returns or raises")


def _commit(root: str, files: _Files, message: str, about: str, again: str, skipped: str | None) -> Committed:
    without = ("-c", f"core.hooksPath={os.devnull}") if skipped else ()
    try:
        done = _run(root, files, message, about, again, without)
    except BaseException as error:
        if not _take_back(root, files.new, without) and isinstance(error, CommitFailedError):
            error.hint = f"{error.hint}; run `git reset` to unstage it"
        raise
    _adopt(root, files, without)
    name, _, subject = _last(root).partition(" ")
    lines = [line for line in _lines(done) if not re.fullmatch(LINE_ENDS, line)]
    if skipped:
        lines.append(f"the hooks in {skipped} did not run: they are part of the repository; --commit runs them")
    return Committed(name, subject, tuple(lines))


def _hooks_in_tree(root: str) -> str | None:
    """The directory of the hooks that git would run, if any of them is a file of the working tree; else None.

    Hooks in `.git` are the user's own, as no clone or pull brings them; but they may be links into the working tree.
    """
    asked = (["--show-toplevel"], ["--git-common-dir"], ["--git-path", "hooks"])
    said = [git.ask(root, "rev-parse", *words).removesuffix(b"\n") for words in asked]
    top, common, hooks = (os.path.join(root, os.fsdecode(path)) for path in said)
    try:
        places = [hooks, *(os.path.join(hooks, name) for name in os.listdir(hooks))]
    except OSError:
        return None
    inside, apart = os.path.join(os.path.realpath(top), ""), os.path.join(os.path.realpath(common), "")
    real = [os.path.join(os.path.realpath(place), "") for place in places]
    found = any(place.startswith(inside) and not place.startswith(apart) for place in real)
    return os.path.relpath(hooks, root) if found else None


def _run(
    root: str, files: _Files, message: str, about: str, again: str, without: Sequence[str]
) -> git_process.Finished:
    from tempfile import TemporaryDirectory

    if files.new:  # `commit --only` takes no file that the index does not know
        added = git_process.change(root, *without, "add", "--intent-to-add", "--", *_literal(files.new))
        if added.status:
            raise _failure("add", added, None, about, again)
    with TemporaryDirectory(prefix="onbo-") as folder:
        trace, text = os.path.join(folder, "trace"), os.path.join(folder, "message")
        with open(text, "wb") as file:
            file.write(message.encode("utf-8", "replace"))  # an item may be longer than an argument can be
        # `--only` builds an index of its own and leaves the real one alone until the commit is made.
        # Whatever the configuration says, no line of the message is a comment, and it is UTF-8.
        done = git_process.change(
            root,
            *("-c", "i18n.commitEncoding=UTF-8", *without, "commit", "--quiet", "--only", "--cleanup=whitespace"),
            *(f"--file={text}", "--", *_literal(files.known + files.new)),
            trace=trace,
        )
        if done.status:
            raise _failure("commit", done, _refusing_hook(trace), about, again)
    return done


def uncommitted(root: str, paths: Sequence[str]) -> bool:
    """Whether any of these files is not in the last commit as it is in the working tree."""
    return _uncommitted(root, paths) is not None


def is_new(root: str, path: str) -> bool:
    """Whether the last commit has no file of this name."""
    head = git.revision(root, "HEAD")
    return head is None or not git.ask(root, "ls-tree", "--name-only", head, "--", git.relative(root, path))


def removed(root: str, folder: str) -> list[str]:
    """The files below a directory that the last commit has and the working tree has not."""
    head = git.revision(root, "HEAD")
    if head is None:
        return []
    git.refuse_unreadable(root, [os.path.join(folder, "")])
    only = ("--name-only", "--no-renames", "--diff-filter=D", "--no-ext-diff", "--no-textconv", "--relative", "-z")
    found = git.ask(root, "diff", *only, head, "--", git.relative(root, folder))
    return [os.path.join(root, name) for name in sorted(_names(found))]


def _uncommitted(root: str, paths: Sequence[str]) -> _Files | None:
    """Which of these files a commit has to name. None where there is nothing to commit."""
    git.refuse_unreadable(root, paths)
    wanted = list(dict.fromkeys(git.relative(root, path) for path in paths))
    head = git.revision(root, "HEAD")
    known = _names(git.ask(root, "ls-files", "-z", "--", *wanted))
    missing = [path for path in wanted if path not in known]
    if missing and head is not None:  # the index may lack what the last commit has
        known |= _names(git.ask(root, "ls-tree", "-z", "--name-only", head, "--", *missing))
    new = tuple(path for path in wanted if path not in known and os.path.lexists(os.path.join(root, path)))
    tracked = tuple(path for path in wanted if path in known)
    if not new and not (tracked and (head is None or git.differs(root, head, tracked))):
        return None
    return _Files(tracked, new)


def _names(output: bytes) -> set[str]:
    return {os.fsdecode(name) for name in output.split(b"\0") if name}


def _literal(paths: Sequence[str]) -> list[str]:
    return [f"{LITERAL}{path}" for path in paths]


def _take_back(root: str, new: Sequence[str], without: Sequence[str]) -> bool:
    """Let the index forget new files again, but not those that were committed after all. Gives whether it did."""
    if not new:
        return True
    listing = ("diff-files", "-z", "--relative", "--name-only", "--diff-filter=A")
    try:
        announced = sorted(_names(git.ask(root, *listing, "--", *new)))
    except SystemFailedError:
        return False  # what went wrong before is what the user has to know
    return (
        not announced
        or not git_process.change(root, *without, "update-index", "--force-remove", "--", *announced).status
    )


def _adopt(root: str, files: _Files, without: Sequence[str]) -> None:
    """Let the index have what was committed.

    A hook that formats a file and adds it does so in the index that git made for this commit; in the real one git
    leaves the text from before the hook, staged.
    """
    paths = files.known + files.new
    if git.differs(root, "HEAD", paths, cached=True):
        git_process.change(root, *without, "reset", "--quiet", "--", *_literal(paths))


def _last(root: str) -> str:
    """The short id and the subject of the last commit: a hook may have changed the message."""
    said = git.ask(root, "log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%h %s")
    return said.decode("utf-8", "surrogateescape").rstrip("\n")


def _refusing_hook(trace: str) -> str | None:
    """The hook whose exit status made git give up, as git's own trace tells; None where it does not."""
    import json

    ours: str | None = None
    running: dict[object, str] = {}
    refused = None
    with suppress(FileNotFoundError), open(trace, encoding="utf-8", errors="replace") as file:
        for line in file:
            # Git commands that hooks run write to the same file, with a session id of their own.
            try:
                event = json.loads(line)
            except ValueError:
                continue
            ours = ours or event.get("sid")
            if event.get("sid") != ours:
                continue
            if event.get("event") == "child_start" and event.get("hook_name") in REFUSING:
                running[event.get("child_id")] = event["hook_name"]
            elif event.get("event") == "child_exit" and event.get("child_id") in running:
                hook = running.pop(event.get("child_id"))
                refused = hook if event.get("code") else refused
    return refused


def _failure(command: str, done: git_process.Finished, hook: str | None, about: str, again: str) -> CommitFailedError:
    lines = _lines(done)
    why, first = "", ""
    text = "\n".join(lines)
    for pattern, words, advice in KNOWN:
        if match := re.search(pattern, text):
            why, first = match.expand(words).replace("\n", ", "), match.expand(advice)
            lines = text[: match.start()].rstrip("\n").split("\n") if match.start() else []
            break
    else:
        if hook is not None:
            why, first = f"the {hook} hook refused it", "fix what it reports, then "
        else:
            why = _git_said(lines, done.status)
            if why in "".join(lines) and len(lines) == 1:
                lines = []
    error = CommitFailedError(
        f"git {command} failed: {why}", hint=f"{about} is saved but not committed; {first}{again}"
    )
    error.output, error.hook = tuple(lines), hook
    error.passing = hook is None and re.search(PASSING, text) is not None
    return error


def _git_said(lines: Sequence[str], status: int) -> str:
    """The line that says why: git's first error, else the last that anybody printed."""
    said = [line.strip() for line in lines if line.strip()]
    for line in said:
        if line.startswith(("fatal: ", "error: ")):
            return line.partition(": ")[2].replace(LITERAL, "")
    if said:
        return said[-1]
    return f"it was ended by signal {-status}" if status < 0 else f"it exited with status {status} and said nothing"


def _lines(done: git_process.Finished) -> list[str]:
    lines = done.output.decode("utf-8", "surrogateescape").replace("\r\n", "\n").rstrip("\n").split("\n")
    if done.cut:
        lines.append(f"[output truncated after {git_process.OUTPUT_KEPT >> 20} MB]")
    return lines if lines != [""] else []
