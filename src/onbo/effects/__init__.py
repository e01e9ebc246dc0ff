"""The world: files, git, settings on disk, the terminal."""
