"""How rows travel from the child to the parent and rest on disk: batches of columns, each column one text.

A column's cells are joined by a control character that no cell may hold, so a batch of thousands of cells is
read back with one split, and a reader who needs three columns of forty decodes three.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

ROWS = 1_000  # more of them at once would not fit the processor's cache: a fifth slower
CELL_MARK = "\x1f"
_FORBIDDEN = str.maketrans({CELL_MARK: " ", "\0": None})
_HEAD = struct.Struct("<cI")
_COUNTS = struct.Struct("<II")

BATCH = b"B"  # rows
ANSWER = b"A"  # json: what the sheet is like
REFUSED = b"R"  # json: field and sentence


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows. `numbers` are row numbers as a spreadsheet program shows them, from 1."""

    rows: int
    parts: Sequence[bytes]

    @property
    def numbers(self) -> list[str]:
        return self._part(0)

    def column(self, index: int) -> list[str]:
        """The cells of one column, "" where empty."""
        return self._part(index + 2)

    @property
    def overflow(self) -> list[str]:
        """What stands right of the last column, which only a broken row of a text file has."""
        return self._part(1)

    @property
    def is_ragged(self) -> bool:
        """Whether any row has an overflow."""
        return bool(self.parts[1])

    @property
    def width(self) -> int:
        return len(self.parts) - 2

    def without_first(self, columns: int) -> "Batch":
        return Batch(self.rows, [*self.parts[:2], *self.parts[2 + columns :]])

    def _part(self, index: int) -> list[str]:
        part = self.parts[index]
        return part.decode().split(CELL_MARK) if part else [""] * self.rows


def pack(numbers: Sequence[int], columns: Sequence[Sequence[str]], overflow: Sequence[str]) -> bytes:
    parts = [CELL_MARK.join(map(str, numbers)).encode()]
    parts += [_joined(cells) for cells in (overflow, *columns)]
    lengths = struct.pack(f"<{len(parts)}I", *map(len, parts))
    return b"".join([_COUNTS.pack(len(numbers), len(parts)), lengths, *parts])


def unpack(packed: bytes) -> Batch:
    rows, count = _COUNTS.unpack_from(packed)
    lengths = struct.unpack_from(f"<{count}I", packed, _COUNTS.size)
    start = _COUNTS.size + 4 * count
    parts = []
    for length in lengths:
        parts.append(packed[start : start + length])
        start += length
    return Batch(rows, parts)


def _joined(cells: Sequence[str]) -> bytes:
    text = CELL_MARK.join(cells)
    if text.count(CELL_MARK) != len(cells) - 1 or "\0" in text:
        text = CELL_MARK.join(cell.translate(_FORBIDDEN) for cell in cells)
    return text.encode(errors="replace") if any(cells) else b""


def write_frame(out: IO[bytes], kind: bytes, body: bytes) -> None:
    out.write(_HEAD.pack(kind, len(body)))
    out.write(body)


def read_frames(source: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Frames until the source ends; a frame cut short by a dying writer is not returned."""
    while len(head := source.read(_HEAD.size)) == _HEAD.size:
        kind, length = _HEAD.unpack(head)
        body = source.read(length)
        if len(body) < length:
            return
        yield kind, body
