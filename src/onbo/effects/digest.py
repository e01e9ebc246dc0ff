"""A short name for bytes of any length, by which a file or a workspace is known."""


def digest(data: bytes) -> str:
    """40 hexadecimal digits of BLAKE2b."""
    try:
        # hashlib loads OpenSSL, which takes longer than everything else that a tick does with digests.
        from _blake2 import blake2b
    except ImportError:  # pragma: no cover  another Python than CPython or PyPy
        from hashlib import blake2b
    return blake2b(data, digest_size=20).hexdigest()
