"""The full screen: a checklist to live in, and the board of all customers. Needs textual, the extra `tui`.

Nothing here reads, decides or writes: screens ask a Desk, which the command line provides.
"""
