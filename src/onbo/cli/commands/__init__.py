"""One file a command: its first line is its summary in the help, `run` is what it does."""
