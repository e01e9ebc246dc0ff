#!/usr/bin/env python3
"""Make a git repository of this workspace, with the history that history.txt tells: `python3 replay.py DIR`.

Needs git and nothing else. Days and authors are fixed, so the commits are the same each time. Settings and snapshots
come as they are in the first commit; customers/ is made step by step, and ends as it lies here.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What tells about the workspace, and what onbo and Python leave behind in one.
NOT_OF_IT = ("README.md", "history.txt", "replay.py", "__pycache__", "locks", "undo", "data")
COMMIT = re.compile(r"(?P<day>[\d-]{10}) (?P<time>[\d:]{5}) (?P<author>[^:]+): (?P<message>.+)")


def main() -> None:
    if len(sys.argv) != 2 or os.path.exists(sys.argv[1]):
        sys.exit("usage: replay.py DIR, where DIR is not there yet")
    where = Path(sys.argv[1])
    shutil.copytree(HERE, where, ignore=shutil.ignore_patterns("customers", *NOT_OF_IT))
    git(where, "init", "--quiet", "--initial-branch=main")
    commits = list(told((HERE / "history.txt").read_text(encoding="utf-8")))
    for commit, steps in commits:
        for step in steps:
            take(where / "customers", *step.split(" ", 2))
        git(where, "add", "--all")
        git(where, "commit", "--quiet", "--message", commit["message"], **by(commit))
    sys.stdout.write(f"made {where}: {len(commits)} commits; next: cd {where}, export ONBO_TODAY=2026-12-12\n")


def told(text: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Each commit with its steps."""
    for part in re.split(r"\n{2,}", text):
        first, *steps = part.strip().split("\n")
        if commit := COMMIT.fullmatch(first):
            yield commit, [step.strip() for step in steps]


def by(commit: re.Match[str]) -> dict[str, str]:
    """The author and the moment, as git takes them."""
    moment = f"{commit['day']}T{commit['time']}:00+0100"
    address = f"{commit['author'].split()[0].lower()}@agency.example"
    said = {"NAME": commit["author"], "EMAIL": address, "DATE": moment}
    return {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in said.items()}


def git(where: Path, *arguments: str, **environment: str) -> None:
    """Git as it is out of the box: no settings, hooks or repository of whoever runs this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    bare = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TEMPLATE_DIR": ""}
    subprocess.run(["git", *arguments], cwd=where, env=kept | bare | environment, check=True)


def take(customers: Path, verb: str, slug: str, rest: str = "") -> None:
    """One step of the history."""
    path = customers / f"{slug}.md"
    if verb == "archive":
        (customers / "archive").mkdir()
        path.rename(customers / "archive" / path.name)
    elif verb == "new":
        customers.mkdir(exist_ok=True)
        path.write_bytes(
            copy(rest, (HERE / ".onbo" / "base" / f"{rest}.md").read_bytes().decode(), id_of(slug)).encode()
        )
    else:
        change = {"fill": filled, "done": done, "write": written}[verb]
        path.write_bytes(change(path.read_bytes().decode(), rest).encode())


def id_of(slug: str) -> str:
    """A customer_id that is the same each time; `onbo new` makes random ones."""
    return f"c{hashlib.sha256(slug.encode()).hexdigest()[:7]}"


def copy(snapshot: str, template: str, customer_id: str) -> str:
    """The template with a copy's front matter, without what is for the mid-market alone, and without marks for it."""
    name, _, base = snapshot.rpartition("-")
    body = re.sub(r".* <!-- .*only=mid-market -->\n", "", template.split("---\n", 2)[2])
    return f'---\ntemplate: {name}\nversion: "1.0"\nbase: "{base}"\ncustomer_id: {customer_id}\n---\n{body}'


def filled(text: str, rest: str) -> str:
    label, _, value = rest.partition(" = ")
    return once(text, re.compile(rf"(?<=\*\*{re.escape(label)}:\*\* )\[.*\]"), value)


def done(text: str, words: str) -> str:
    section = re.search(rf"^##+ {re.escape(words)}(?: \(.*\))?\n(?:(?!##).*\n)*", text, re.MULTILINE)
    if section:
        return text[: section.start()] + section[0].replace("- [ ]", "- [x]") + text[section.end() :]
    return once(text, re.compile(rf"(?<=^- \[) (?=\] {re.escape(words)})", re.MULTILINE), "x")


def written(text: str, rest: str) -> str:
    old, _, new = rest.partition(" -> ")
    return once(text, re.compile(re.escape(old)), new)


def once(text: str, wanted: re.Pattern[str], new: str) -> str:
    if len(wanted.findall(text)) != 1:
        sys.exit(f"{wanted.pattern} does not stand there once")
    return wanted.sub(lambda _: new, text)


if __name__ == "__main__":
    main()
