"""The environment variables that onbo obeys, as data."""

VARIABLES = {
    "ONBO_TODAY": "the date to take for today, as in 2026-12-12; --today wins over it",
    "ONBO_SEED": "makes the ids of new customers repeatable, for tests and documentation; random without it",
    "ONBO_ACCESSIBLE": "set to anything: plain rows instead of tables and full screens, on a terminal too",
    "ONBO_EDITOR": "your editor, before VISUAL and EDITOR",
    "VISUAL": "your editor, before EDITOR",
    "EDITOR": "your editor",
    "NO_COLOR": "set to anything: no colour; --color wins over it",
    "FORCE_COLOR": "colour in a pipe too; 0 is none; --color wins over it",
    "CLICOLOR_FORCE": "as FORCE_COLOR",
    "ONBO_DEBUG": "set to anything: show where onbo failed, for bug reports",
}
