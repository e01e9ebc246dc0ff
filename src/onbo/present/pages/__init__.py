"""Pages: one HTML file each, with all it needs inside and nothing that runs but our own script."""
