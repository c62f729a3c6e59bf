"""What a file is, by its first bytes and never by its name; what can't be a spreadsheet is refused here."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from crmcore.errors import BadInput

_NOT_SHEETS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed (7z) file"),
    (b"Rar!", "a compressed (rar) file"),
    (b"BZh", "a compressed (bzip2) file"),
    (b"\xfd7zXZ", "a compressed (xz) file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"PAR1", "a parquet file"),
)
_WEB_PAGE = (b"<!doctype", b"<html", b"<table", b"<head", b"<body", b"<meta", b"<style")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read at most. Bytes, rows, columns, seconds of work."""

    size: int = 400 * 2**20
    unpacked: int = 2 * 2**30
    ratio: int = 250
    rows: int = 2_000_000
    columns: int = 200
    cell: int = 100_000
    memory: int = 3 * 2**30
    seconds: int = 300


def kind_of(path: Path, file_name: str, limits: Limits) -> str:
    """ "text", "xlsx", "xlsb", "xls" or "ods"; BadInput("file") for anything else."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise BadInput("file", f"{file_name} is empty.")
    if start.startswith(b"PK"):
        return _zipped_kind(path, file_name, limits)
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    for signature, name in _NOT_SHEETS:
        if start.startswith(signature):
            raise _no_sheet(file_name, name)
    beginning = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if beginning.startswith(_WEB_PAGE):
        raise _no_sheet(file_name, "a web page")
    if beginning.startswith(b"<?xml"):
        raise _no_sheet(file_name, "an XML file")
    if beginning.startswith((b"{", b"[{", b"[\n")):
        raise _no_sheet(file_name, "a JSON file")
    if b"\0" in start and not start.startswith(_UTF16) and not _looks_like_utf16(start):
        raise _no_sheet(file_name, "a file of some other program")
    return "text"


def _zipped_kind(path: Path, file_name: str, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            kind = _workbook_kind(archive, {member.filename for member in members})
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise BadInput("file", f"{file_name} is damaged: open it, save it again and retry.") from error
    if kind is None:
        raise _no_sheet(file_name, "a zip archive")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > limits.unpacked or (unpacked > 2**20 * 20 and unpacked > limits.ratio * max(packed, 1)):
        raise BadInput(
            "file",
            f"{file_name} unpacks to {unpacked // 2**20:,} MB, more than a sheet of orders needs: "
            "copy its rows into a new workbook.",
        )
    return kind


def _workbook_kind(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as file:
            return "ods" if b"opendocument.spreadsheet" in file.read(100) else None
    return None


def _looks_like_utf16(start: bytes) -> bool:
    """Every second byte zero: UTF-16 of western text without its byte order mark."""
    return max(start[0::2].count(0), start[1::2].count(0)) > 0.4 * len(start) and b"\0\0" not in start[:200]


def _no_sheet(file_name: str, what: str) -> BadInput:
    return BadInput("file", f"{file_name} is {what}, not a spreadsheet: save it as xlsx or csv and try again.")
