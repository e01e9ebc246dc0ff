"""What agents and scripts need to know, in a page of Markdown."""

from collections.abc import Iterable, Mapping, Sequence

GUIDE = """\
# Onboarding checklists: use onbo

Customer onboarding plans live in `customers/*.md` as Markdown checklists. The files are the only state. People edit
them too, so read before you write, and write through `onbo`: it changes exactly the bytes it was asked to change.

Look first:

```sh
onbo status --json               # every customer: state, why, counts, phases
onbo show acme --json            # every item with its number, text, state, owner and due date; every field
onbo next --json                 # what to do next, with the reason
onbo gate acme --json            # what stands between a customer and completion
```

Then write, one thing a command:

```sh
onbo check acme 1.3.2 --expect "Configure SSO/authentication if applicable"
onbo skip acme 1.3.4 --why "nothing to import"
onbo wait acme 1.3.3 --on customer
onbo assign acme 1.3.1 @ann
onbo due acme 1.3.1 2026-12-18
onbo set acme "Activation Rate=85"
onbo note acme 1.3 "Their IT is on leave until Monday"
onbo risk add acme "No admin named" --impact High --mitigation "Ask the sponsor"
onbo lint acme --json            # after an edit by hand, too
```

Rules:

- Take `--json` and read the object, not the text. Fields are only ever added. An error is an object of kind `error`
  with `message`, `hint` and `choices`; `hint` says what to do, and often the word that was meant.
- Item numbers change when items are added. Take them from `onbo show --json` right before you write, and add
  `--expect TEXT`: it refuses, with exit status 4, where the item says something else. Never write numbers into the file.
- `--dry-run` shows a write as a diff and writes nothing. `onbo undo` takes the last command back.
- `--no-input` forbids questions. Without a terminal there are none: what is missing is an error that says which option
  gives it.
- `-C DIR` names the workspace, `--today 2026-12-12` the day. `--commit` commits the file that was written, and no
  other; `-m TEXT` adds the reason to its message. If the commit fails, the file is still saved: do as the error says.
- Do not use `--force` unless a person has told you to: it overrides a rule that somebody wrote on purpose.
- To write a text that begins with a dash, put `--` before it.
- Never change the front matter or the files in `.onbo/`. If you must edit a checklist by hand, change no line you were
  not asked about, and run `onbo lint` afterwards.
"""


def guide(topics: Iterable[tuple[str, Sequence[tuple[str, str]]]], statuses: Mapping[int, str]) -> str:
    """The guide, with the commands by topic and what exit statuses mean."""
    lines = ["", "Exit status:", ""]
    lines += [f"- {status}: {means}" for status, means in statuses.items()]
    lines += ["", "Commands; `onbo COMMAND --help` has examples:", ""]
    for topic, commands in topics:
        lines += [f"- {topic}:", *(f"  - `onbo {name}`: {summary}" for name, summary in commands)]
    return GUIDE + "\n".join(lines) + "\n"
