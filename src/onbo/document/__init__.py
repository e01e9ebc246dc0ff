"""What a file says: bytes -> Source -> Document. Pure."""
