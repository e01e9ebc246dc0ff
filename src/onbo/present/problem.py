"""An error as the one line that users see."""

from onbo.errors import OnboError


def error_words(error: OnboError) -> str:
    """customers/acme.md:12: what is wrong; what to do"""
    where = "".join([error.path or "", f":{error.line}" if error.path and error.line else ""])
    gap = " " if where and error.message.startswith(("is ", "has ", "was ", "cannot ", "holds ", "belongs ")) else ": "
    text = f"{where}{gap}{error.message}" if where else error.message
    return f"{text}; {error.hint}" if error.hint else text
