"""Where the real data sets lie that some tests try; they are no part of the repository."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("REGULARS_TEST_DATA") or Path(__file__).parents[1].parent / "shared" / "data")


def real_data(name: str) -> Path:
    """A file or folder of the real data; the test is skipped where they are not on this machine."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"real data {name} is not here: set REGULARS_TEST_DATA to the folder that holds it")
    return path
