"""What a file is, told by what stands in it and not by what it is called."""

import codecs
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from crmcore.errors import BadInput


@dataclass(frozen=True)
class FileKind:
    """A kind of file that may be kept: its endings, the usual one first."""

    label: str
    media_type: str
    endings: tuple[str, ...]


_PDF = FileKind("a PDF document", "application/pdf", ("pdf",))
_JPEG = FileKind("a JPEG picture", "image/jpeg", ("jpg", "jpeg", "jfif"))
_PNG = FileKind("a PNG picture", "image/png", ("png",))
_GIF = FileKind("a GIF picture", "image/gif", ("gif",))
_WEBP = FileKind("a WebP picture", "image/webp", ("webp",))
_HEIC = FileKind("a HEIC picture", "image/heic", ("heic", "heif"))
_TEXT = FileKind("a text file", "text/plain", ("txt", "csv"))
_DOCX = FileKind(
    "a Word document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)
)
_XLSX = FileKind("an Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
_ODT = FileKind("an OpenDocument text", "application/vnd.oasis.opendocument.text", ("odt",))
_ODS = FileKind("an OpenDocument table", "application/vnd.oasis.opendocument.spreadsheet", ("ods",))

KINDS = (_PDF, _JPEG, _PNG, _GIF, _WEBP, _HEIC, _TEXT, _DOCX, _XLSX, _ODT, _ODS)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)
ALLOWED = "PDF, pictures (JPG, PNG, GIF, WebP, HEIC), text (TXT, CSV), Word, Excel and OpenDocument"

_BEGINNINGS = ((b"%PDF-", _PDF), (b"\xff\xd8\xff", _JPEG), (b"\x89PNG\r\n\x1a\n", _PNG), (b"GIF87a", _GIF),
               (b"GIF89a", _GIF))  # fmt: skip
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_OPEN_DOCUMENTS = {_ODT.media_type: _ODT, _ODS.media_type: _ODS}
_MARKUP = ("<!doctype", "<html", "<svg", "<?xml", "<script")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_MOST_PARTS = 10_000


def kind_of(name: str, content: bytes) -> FileKind:
    """The kind of a file that may be kept. Raises BadInput for any other, and for an ending that says otherwise."""
    kind = _by_content(content)
    if kind is None:
        raise BadInput("file", f"“{name}” is no file that can be kept here. Allowed are {ALLOWED}.")
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    if ending not in kind.endings:
        right = " or ".join(f".{one}" for one in kind.endings[:2])
        raise BadInput("file", f"“{name}” is {kind.label} by its content: give it the ending {right} first.")
    return kind


def media_type_of(kind: FileKind, name: str) -> str:
    """How the file is named on the wire; text of the ending csv is a table."""
    return "text/csv" if kind is _TEXT and name.lower().endswith(".csv") else kind.media_type


def _by_content(content: bytes) -> FileKind | None:
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return _HEIC
    if content.startswith(b"PK\x03\x04"):
        return _by_parts(content)
    return _TEXT if _is_text(content) else None


def _by_parts(content: bytes) -> FileKind | None:
    """What a packed document is by the parts in it; nothing when it carries macros or can't be looked into."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = set(packed.namelist())
            if len(parts) > _MOST_PARTS or any(PurePosixPath(part).name == "vbaProject.bin" for part in parts):
                return None
            if "mimetype" in parts:
                with packed.open("mimetype") as said:
                    kind = _OPEN_DOCUMENTS.get(said.read(100).decode("latin-1").strip())
                return kind if "content.xml" in parts else None
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError):
        return None
    if "[Content_Types].xml" not in parts:
        return None
    return _DOCX if "word/document.xml" in parts else _XLSX if "xl/workbook.xml" in parts else None


def _is_text(content: bytes) -> bool:
    """Whether all of it can be read as text, and none of it would run in a browser."""
    if not content:
        return False
    marked = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}
    encoding = next((name for mark, name in marked.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            return False
        text = content.decode("latin-1")  # what an older spreadsheet writes
    return not _CONTROL.search(text) and not text[:1000].lstrip().lower().startswith(_MARKUP)
