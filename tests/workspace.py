"""Files that tests put into their directory."""

import os
import subprocess
from pathlib import Path

PLAN = """\
# Acme plan

**Customer:** Acme Corp
**Segment:** SMB
**CSM:** Dana Doe

## Account Setup

- [ ] Invite the users <!-- id=invite -->
- [x] Configure SSO
- [~] Import data (n/a: nothing to import)

## Go-Live Gate

- [ ] Users can log in
- [ ] Sponsor confirms
"""
TABLES = """
| Risk | Impact | Status |
|---|---|---|
| [Risk] | [High/Med/Low] | [Open/Resolved] |

| Date | Decision | By |
|---|---|---|
| [Date] | [Decision] | [Name] |
"""


def customer(slug: str = "acme", text: str = PLAN) -> Path:
    return put(f"customers/{slug}.md", text)


def put(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def git(*arguments: str, check: bool = True) -> str:
    """Run git here, as tests do; gives what it prints."""
    done = subprocess.run(["git", *arguments], check=check, capture_output=True, env=dict(os.environ))
    return done.stdout.decode()
