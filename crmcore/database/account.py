"""Acting with the rights of the account that runs the database: our own, or as root somebody with fewer."""

import os
import secrets
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmcore.settings import Account

ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}


@dataclass(frozen=True)
class Said:
    """How a program ended and what it wrote."""

    worked: bool
    text: str


def run(
    account: Account | None,
    folder: Path,
    *command: str,
    given: str = "",
    environment: dict[str, str] | None = None,
) -> Said:
    """Run a program in `folder`, apart from our terminal; it reads `given`."""
    rights: dict[str, Any] = {}
    # Files without a name: the program alone can read them, and unlike a pipe they don't stay open to us
    # for as long as the server runs.
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as output:
        stdin.write(given.encode())
        stdin.seek(0)
        if account:
            os.fchown(stdin.fileno(), account.uid, account.gid)
            rights = {"user": account.uid, "group": account.gid, "extra_groups": []}
        ended = subprocess.run(
            command,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=ENVIRONMENT | (environment or {}),
            start_new_session=True,
            umask=0o077,
            check=False,
            **rights,
        )
        output.seek(0)
        return Said(ended.returncode == 0, output.read().decode(errors="replace"))


def can_enter(account: Account | None, folder: Path) -> bool:
    return account is None or run(account, Path("/"), "/bin/sh", "-c", 'cd -- "$0"', str(folder)).worked


def make_private_folder(account: Account | None, folder: Path) -> Path:
    """A folder for the account alone; one that is there already stays as it is."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return folder
    if account:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    return folder


def write_private_file(account: Account | None, path: Path, text: str) -> None:
    """Replace a file whole. The draft's name is new, so nobody can have laid a link there."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            if account:
                os.fchown(file.fileno(), account.uid, account.gid)
            file.write(text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
