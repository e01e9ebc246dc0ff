"""Writes docs/lint.md from the rules themselves: `./dev run python docs/make_lint_rules.py`. A test checks it."""

import os
import sys

from onbo.lint.run import all_rules

HEAD = """\
# Lint rules

`onbo lint` reads every customer's file and the workspace's templates and says what is wrong, with the line. It exits
1 where there is an error, 0 where there are warnings only. `onbo lint --fix` mends what has one safe reading, and
nothing else. `--format github` prints annotations for GitHub Actions, `--json` one object.

Codes never change their meaning. This page is made from the rules in the code.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, "| code | severity | what | mended by --fix |", "|---|---|---|---|"]
    cell = "| {0.code} | {0.severity} | {1} | {2} |"
    parts += [cell.format(rule, rule.what.replace("|", "\\|"), "yes" if rule.fix else "no") for rule in all_rules()]
    for rule in all_rules():
        scope = "Customers' files and templates." if rule.templates else "Customers' files."
        parts += ["", f"## {rule.code}", "", rule.what, "", f"Why: {rule.why}"]
        parts += ["", f"`--fix`: {rule.fix}"] if rule.fix else []
        parts += ["", scope]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    target = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "lint.md")
    with open(target, "wb") as file:
        file.write(page().encode())
