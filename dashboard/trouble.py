"""When something breaks: a number for the person, everything but personal data for the log."""

import logging
import secrets
import traceback

from sqlalchemy.exc import DBAPIError

log = logging.getLogger("regulars")

# Their messages name code. Others may quote what a customer is called: of those the log gets the type alone.
_ABOUT_CODE = (AttributeError, ImportError, NameError, NotImplementedError, RecursionError, TypeError)


def remember(error: BaseException) -> str:
    """Write the error to the log under a new number and return it."""
    number = secrets.token_hex(4)
    log.error("Error %s\n%s", number, _told(error))
    return number


def sentence(number: str) -> str:
    """What the person reads."""
    return f"Something went wrong. Try again; if it stays so, tell whoever keeps Regulars for you: error {number}."


def _told(error: BaseException) -> str:
    """The traceback with its causes, innermost first, as Python prints it but without values."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{_told(cause)}\n\n" if cause else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{type(error).__qualname__}{_detail(error)}"


def _detail(error: BaseException) -> str:
    diagnosis = getattr(error.orig if isinstance(error, DBAPIError) else error, "diag", None)
    if diagnosis is not None:
        names = (diagnosis.sqlstate, diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name)
        return f": {' '.join(name for name in names if name)}"
    return f": {error}" if isinstance(error, _ABOUT_CODE) else ""
