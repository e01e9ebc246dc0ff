"""The full-screen views, with the extra `tui`."""
