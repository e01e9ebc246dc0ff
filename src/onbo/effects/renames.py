"""Giving files names in one step, so that nobody who dies half way leaves two names or none."""

import errno
import os
from collections.abc import Callable

AT_CWD = -100
NO_REPLACE, SWAP = 1, 2


def exchange(first: str, second: str) -> bool:
    """Swap two files atomically where the system can (Linux's renameat2); False where it cannot."""
    return _rename(first, second, SWAP)


def claim(source: str, target: str) -> None:
    """Rename to a name that nobody has. Raises FileExistsError where somebody has it."""
    if not _rename(source, target, NO_REPLACE):
        try:
            os.link(source, target)
        except FileExistsError:
            if not os.path.samefile(source, target):  # else an earlier one died between these two
                raise
        os.unlink(source)


def _rename(source: str, target: str, flags: int) -> bool:
    rename = _renameat2()
    if rename is None:
        return False
    if rename(AT_CWD, os.fsencode(source), AT_CWD, os.fsencode(target), flags) == 0:
        return True
    import ctypes

    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), target)


def _renameat2() -> "Callable[..., int] | None":
    import ctypes

    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return function
