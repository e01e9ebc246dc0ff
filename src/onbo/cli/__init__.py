"""The command line: read -> decide -> show or write -> exit."""
