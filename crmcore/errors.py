"""Everything that can go wrong and is not a bug. Each message is one sentence for a person.

CrmError
├── BadInput      what someone typed or uploaded can't be used (names the field)
├── Conflict      the same thing was done or changed meanwhile
├── NotFound      it is not, or no longer, on file in this shop
├── NotAllowed    this person may not do this
├── NotSignedIn   nobody is signed in, or no longer
├── TooManyTries  wrong passwords too often: wait before the next try
└── Unavailable   the database or the disk can't be used right now
"""

import math


class CrmError(Exception):
    """Something went wrong that the person can understand and act on."""


class BadInput(CrmError):
    """Please check what you entered."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class Conflict(CrmError):
    """Someone changed this meanwhile. Open it again to see what it says now."""


class NotFound(CrmError):
    """This is not on file in your shop any more."""


class NotAllowed(CrmError):
    """Your account may not do this. Ask the owner of the shop."""


class NotSignedIn(CrmError):
    """Please sign in again."""


class TooManyTries(CrmError):
    """Too many tries."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        unit, count = ("second", self.seconds) if self.seconds < 100 else ("minute", math.ceil(self.seconds / 60))
        super().__init__(f"Too many tries. Wait {count} {unit}{'' if count == 1 else 's'} and try again.")


class Unavailable(CrmError):
    """The database can't be reached. Nothing was saved."""
