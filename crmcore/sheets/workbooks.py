"""xlsx, xlsb, xls and ods: every cell becomes the text a person would have typed."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from crmcore.errors import BadInput
from crmcore.sheets.headers import LATEST

Cells = list[Any]


def sheet_names(book: CalamineWorkbook) -> list[str]:
    """The sheets that hold cells, those a person sees first."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    sheets.sort(key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    return [sheet.name for sheet in sheets]


def open_book(path: Path, file_name: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise BadInput("file", f"{file_name} is locked with a password: save it without one.") from error
    except (CalamineError, ValueError, OSError) as error:
        raise BadInput("file", f"{file_name} is damaged or no workbook: open it, save it again and retry.") from error


def rows_of(
    book: CalamineWorkbook, file_name: str, wanted: str | None, max_rows: int, max_columns: int
) -> tuple[str, int, Iterator[Cells]]:
    """The name of the sheet that is read, how many rows it has, and its rows, also blank ones above the first cell.

    Without a wanted name it is the first sheet a person sees that holds anything.
    """
    names = sheet_names(book)
    if wanted is not None and wanted not in names:
        known = ", ".join(names)
        raise BadInput("sheet", f"{file_name} has no sheet {wanted}: its sheets are {known}.")
    for name in [wanted] if wanted is not None else names:
        try:
            sheet = book.get_sheet_by_name(name)
        except (CalamineError, WorksheetNotFound) as error:
            raise BadInput("file", f"{file_name} is damaged: its sheet {name} can't be read.") from error
        if sheet.start is None or sheet.end is None:
            continue
        height = sheet.end[0] + 1
        if height > max_rows + LATEST:
            raise BadInput("file", f"Sheet {name} has {height:,} rows, the limit is {max_rows:,}: split it.")
        if sheet.width > max_columns:
            raise BadInput(
                "file",
                f"Sheet {name} has {sheet.width:,} columns, the limit is {max_columns}: keep those you need.",
            )
        return name, height, sheet.iter_rows()
    empty = f"sheet {wanted} of {file_name}" if wanted is not None else file_name
    raise BadInput("file", f"There is nothing in {empty}.")


class _Texts(dict[Any, str]):
    """Text of a cell's value, made once a value."""

    def __missing__(self, value: Any) -> str:
        if len(self) > 200_000:
            self.clear()
        self[value] = text = _TEXT[type(value)](value)
        return text


_texts = _Texts()


def as_text(cells: tuple[Any, ...]) -> tuple[str, ...]:
    """One column's cells as text: 17850.0 is 17850, dates are ISO."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return cells
    if bool in kinds:  # True equals 1, so it may not share the memory of numbers
        return tuple(_TEXT[type(cell)](cell) for cell in cells)
    return tuple(map(_texts.__getitem__, cells))


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return f"{value:f}" if "e" in text and abs(value) >= 1 else text


def _moment(value: datetime) -> str:
    return value.isoformat(" ", "seconds" if not value.microsecond else "auto")


_TEXT: dict[type, Callable[[Any], str]] = {
    str: lambda value: value,
    float: _number,
    int: str,
    bool: lambda value: "yes" if value else "no",
    datetime: _moment,
    date: date.isoformat,
    time: lambda value: value.isoformat("seconds"),
    timedelta: str,
}
