"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60  # seconds until a test stops waiting


def until(happened: Callable[[], Any]) -> Any:
    """What `happened` answers once that is something; fails when it never is."""
    ends = time.monotonic() + PATIENCE
    while not (seen := happened()):
        assert time.monotonic() < ends, "this never happened"
        time.sleep(0.01)
    return seen
