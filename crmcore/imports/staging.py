"""Cleaned rows into a temporary table, by COPY: a batch of columns at a time, never the file as a whole."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from psycopg import Cursor, sql

from crmcore.database.gate import ShopSession
from crmcore.imports.answers import REFUSED, DatesAsked, StatusesAsked
from crmcore.imports.plan import Plan, habits_of
from crmcore.sheets.batches import Batch
from crmcore.sheets.cells import NULL, Cleaner, Moments, copy_text
from crmcore.sheets.choices import CHOICES
from crmcore.sheets.fields import Field, kinds
from crmcore.sheets.headers import squeeze

Progress = Callable[[float], None]  # the part done, from 0 to 1

# The columns of the staging table that a field fills; all others fill the one of their own name.
_STAGED = {
    kinds.PHONE: ("phone", "phone_typed"),
    kinds.BIRTHDAY: ("birth_day", "birth_month", "birth_year"),
    kinds.PERSON: ("rep_id",),
}
_OF_SEVERAL_PHONES = ("{}", "{}_kind", "{}_others", "{}_typed")
_REFUSED = ("refused_column", "refused_value", "refused_reason")
_NOT_REFUSED = "\t".join([NULL] * len(_REFUSED))
_TOO_WIDE = "This row has more cells than there are headers; a cell that holds the separator must stand in quotes."
_TRIES = 3
_SHOWN = 12  # names of columns in a remark
_ASKS_ABOUT_STATUSES = ("leads", "opportunities")  # whose words are another program's
_ASKS_ABOUT_DATES = ("leads", "opportunities")  # where a swapped date would be a deal won before it began


def stage(shop: ShopSession, plan: Plan, table: str, progress: Progress) -> list[str]:
    """Clean all rows of the sheet into the temporary table; return what a person should know about how it was read."""
    said = {squeeze(word): status for word, status in plan.answers.statuses.items() if status != REFUSED}
    cleaners = plan.cleaners(replace(habits_of(shop), dates=plan.answers.dates, statuses=said))
    if (first := plan.sheet.first()) is not None:
        for place, column in cleaners:
            column.assume(first.column(place))
    staged = dict.fromkeys(name for field, _ in plan.fields for name in _staged(field))
    columns = ["row_number", *staged, *_REFUSED]
    cursor = driver_cursor(shop)
    for attempt in range(_TRIES):
        said_of_seconds = _copy_all(cursor, plan, table, columns, cleaners, progress, may_stop=attempt == 0)
        mistaken = [column for _, column in cleaners if column.mistaken]
        if not mistaken:
            break
        cursor.execute(sql.SQL("truncate {}").format(sql.Identifier(table)))
        for column in mistaken:
            column.reconsider()
    _ask_about_statuses(plan, cleaners)
    if _read_unclear_dates(plan, cleaners):
        cursor.execute(sql.SQL("truncate {}").format(sql.Identifier(table)))
        _copy_all(cursor, plan, table, columns, cleaners, progress, may_stop=False)
    remarks = [*_other_sheets(plan), *_left_out(plan), *said_of_seconds]
    return [*remarks, *(remark for _, column in cleaners if (remark := column.remark))]


def _ask_about_statuses(plan: Plan, cleaners: Sequence[tuple[int, Cleaner]]) -> None:
    """Raise StatusesAsked for words of a status that no list knows and nobody answered for."""
    if plan.noun not in _ASKS_ABOUT_STATUSES:
        return
    answered = {squeeze(word) for word in plan.answers.statuses}
    for _, column in cleaners:
        if column.field.key == "status":
            unknown = {word.strip(): None for word in column.refused if squeeze(word) not in answered}
            if unknown:
                known = dict.fromkeys(CHOICES[column.field.choices].values())
                raise StatusesAsked(column.header, list(unknown), list(known))


def _read_unclear_dates(plan: Plan, cleaners: Sequence[tuple[int, Cleaner]]) -> list[Moments]:
    """Columns whose dates show neither order are read as the other dates of the sheet; where these show none either, a
    person is asked. Return the columns to be read again. Raises DatesAsked."""
    if plan.noun not in _ASKS_ABOUT_DATES:
        return []
    dated = [column for _, column in cleaners if isinstance(column, Moments)]
    unclear = [(column, example) for column in dated if (example := column.unclear)]
    if not unclear:
        return []
    shown = {column.shown_order for column in dated} - {None}
    if len(shown) != 1:
        raise DatesAsked(unclear[0][0].header, unclear[0][1])
    (order,) = shown
    turned = [column for column, _ in unclear if column.order != order]
    for column, _ in unclear:
        column.read_as(str(order))
    return turned


def _other_sheets(plan: Plan) -> list[str]:
    others = [name for name in plan.sheet.sheets if name != plan.sheet.name]
    if not others:
        return []
    return [f"Only the sheet {plan.sheet.name} is read; the workbook also has {', '.join(others)}."]


def _left_out(plan: Plan) -> list[str]:
    """Which columns hold something that does not come in."""
    used = {place for _, place in plan.fields} | set(plan.seconds.values())
    names = [header for place, header in enumerate(plan.sheet.headers) if place not in used]
    if not names:
        return []
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return [f"Not read: {', '.join(names[:_SHOWN])}{more}."]


def copy_rows(shop: ShopSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY plain rows into a temporary table."""
    with driver_cursor(shop).copy(_copy_statement(table, columns)) as copy:
        for row in rows:
            copy.write_row(row)


def driver_cursor(shop: ShopSession) -> Cursor[Any]:
    """A psycopg cursor in the gate's own transaction, for COPY."""
    connection = shop.connection.connection.driver_connection
    assert connection is not None
    return connection.cursor()


def _staged(field: Field) -> tuple[str, ...]:
    if field.holds in (kinds.MOMENT, kinds.DAY):
        moment = field.key.rpartition("_")[0]
        return (f"{moment}_at", f"{moment}_on")
    if field.holds in (kinds.PHONES, kinds.MORE_PHONES):
        return tuple(name.format(field.key) for name in _OF_SEVERAL_PHONES)
    return ("custom",) if field.own else _STAGED.get(field.holds, (field.key.removeprefix("customer_"),))


def _copy_statement(table: str, columns: Sequence[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names)


def _copy_all(
    cursor: Cursor[Any],
    plan: Plan,
    table: str,
    columns: Sequence[str],
    cleaners: Sequence[tuple[int, Cleaner]],
    progress: Progress,
    may_stop: bool,
) -> list[str]:
    """Feed the rows until the end; the first time only until a cleaner finds that it reads its column wrongly. Return
    what is to be said of columns that fill another one."""
    done = 0
    seconds = {place: _Second(plan, place, other) for place, other in plan.seconds.items()}
    with cursor.copy(_copy_statement(table, columns)) as copy:
        for batch in plan.sheet.batches():
            copy.write(_lines(batch, cleaners, seconds))
            if may_stop and any(column.mistaken for _, column in cleaners):
                return []
            done += batch.rows
            progress(min(1.0, done / max(plan.sheet.expected_rows, 1)))
    return [remark for second in seconds.values() if (remark := second.remark)]


class _Second:
    """A column that is read where the first one is empty, as programs keep “Mobile” beside “Phone”."""

    def __init__(self, plan: Plan, place: int, other: int) -> None:
        self.other = other
        self.headers = plan.sheet.headers[place], plan.sheet.headers[other]
        self.both = 0

    def fill(self, cells: Sequence[str], batch: Batch) -> list[str]:
        seconds = batch.column(self.other)
        self.both += sum(
            bool(cell.strip() and second.strip() and squeeze(cell) != squeeze(second))
            for cell, second in zip(cells, seconds, strict=True)
        )
        return [cell if cell.strip() else second for cell, second in zip(cells, seconds, strict=True)]

    @property
    def remark(self) -> str | None:
        if not self.both:
            return None
        first, other = self.headers
        rows = "1 row has" if self.both == 1 else f"{self.both:,} rows have"
        return f"{rows} another number under {other} than under {first}: that of {first} is taken."


def _lines(batch: Batch, cleaners: Sequence[tuple[int, Cleaner]], seconds: Mapping[int, _Second]) -> str:
    """The batch as COPY reads it."""
    cleaned: list[list[str]] = []
    own: list[list[str]] = []
    refused: dict[int, str] = {}
    for place, column in cleaners:
        cells = batch.column(place)
        if place in seconds:
            cells = seconds[place].fill(cells, batch)
        (own if column.field.own else cleaned).append(column.clean(cells))
        if column.refused:
            for index, cell in enumerate(cells):
                if cell in column.refused:
                    _refuse(refused, index, column.field.key, cell.strip(), column.refused[cell])
    if batch.is_ragged:
        for index, beyond in enumerate(batch.overflow):
            if beyond.strip():
                _refuse(refused, index, None, beyond.strip(), _TOO_WIDE)
    if own:
        cleaned.append([_together(entries) for entries in zip(*own, strict=True)])
    verdicts = [_NOT_REFUSED] * batch.rows
    for index, verdict in refused.items():
        verdicts[index] = verdict
    return "\n".join(map("\t".join, zip(batch.numbers, *cleaned, verdicts, strict=True))) + "\n"


def _together(entries: Iterable[str]) -> str:
    """The entries of a row's own fields as one JSON object; without any, nothing."""
    told = ", ".join(filter(None, entries))
    return f"{{{told}}}" if told else NULL


def _refuse(refused: dict[int, str], index: int, field: str | None, value: str, reason: str) -> None:
    """The first thing wrong with a row is what it is refused for."""
    refused.setdefault(index, "\t".join((field or NULL, copy_text(value), copy_text(reason))))
