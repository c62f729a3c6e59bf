"""Working a report out: one statement over a view, or a figure of the catalogue for each step of the period."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, DateTime, cast, func, or_, select

from crmcore import metrics, segments
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, NotFound
from crmcore.exports import Table
from crmcore.metrics.catalogue import ROWS
from crmcore.metrics.measure import Measure, Number
from crmcore.periods import BEGINNING, Period
from crmcore.reports import sources
from crmcore.reports.definition import AVERAGE, COUNT, FIGURE, STEPS, SUM, Definition, beginning, steps
from crmcore.reports.sources import DAY, MONEY, NUMBER, TEXT

MOST_ROWS = 500  # of a breakdown, the largest
MOST_CHOICES = 200
NOT_GIVEN = "Not given"


@dataclass(frozen=True)
class Result:
    """A report worked out. `columns`: what stands in each of `rows`: its label and whether it is text, day, money,
    count, number or percent. `value`: the whole in one number, where there is one. `x`, `y`: the columns to draw;
    `step`: a key of STEPS where `x` holds the first days of these.
    `left_off`: how many rows were too many to show. `among`: the name of the segment whose rows alone count."""

    title: str
    period: Period
    columns: dict[str, tuple[str, str]]
    rows: list[dict[str, Any]]
    value: Number | None = None
    unit: str = "count"
    x: str | None = None
    y: str | None = None
    step: str | None = None
    left_off: int = 0
    among: str | None = None


def work_out(shop: ShopSession, report: Definition) -> Result:
    """Work a checked definition out.

    Raises BadInput when it makes too many steps or its segment is gone or can't be read, NotAllowed without figures.
    """
    shop.who.must("see figures")
    period = report.days(shop.today)
    if report.take == FIGURE:
        return _figure(shop, report, period)
    if report.segment is None:
        return _of_rows(shop, report, period, [])
    among = segment_of(shop, report.segment)
    whose = report.source.view.c.customer_id.in_(segments.customer_ids(shop, report.segment))
    return replace(_of_rows(shop, report, period, [whose]), among=among)


def segment_of(shop: ShopSession, segment_id: UUID) -> str:
    """The name of the segment a report is narrowed to. Raises BadInput when it is gone."""
    try:
        return str(segments.get(shop, segment_id)["name"])
    except NotFound as gone:
        raise BadInput("segment", "The segment of this report is not there any more. Choose another one.") from gone


def title(report: Definition) -> str:
    """What the report shows: "Revenue by city", "Win rate by month"."""
    if report.take == FIGURE:
        said = metrics.metric(report.figure or "").label
    elif report.take == COUNT:
        said = report.source.label
    else:
        said = report.source.column(report.column or "", MONEY, NUMBER, field="column").label
        if report.take == AVERAGE:
            said = f"Average {said.lower()} of {report.source.label.lower()}"
    if report.by is None:
        return said
    by = STEPS.get(report.by) or report.source.column(report.by, TEXT, field="by").label
    return f"{said} by {by.lower()}"


def choices(shop: ShopSession, of: str, column: str) -> list[str | None]:
    """The values a column holds, the most frequent first; None where some rows hold none. Raises BadInput."""
    shop.who.must("see figures")
    source = sources.SOURCES.get(of)
    if source is None:
        raise BadInput("of", "Choose what to count.")
    source.column(column, TEXT, field="where")
    value = source.view.c[column]
    query = select(value).where(source.view.c.shop_id == shop.id).group_by(value)
    return list(shop.execute(query.order_by(func.count().desc(), value).limit(MOST_CHOICES)).scalars())


def report_table(shop: ShopSession, report: Definition, name: str = "") -> Table:
    """The rows of a report as a file."""
    result = work_out(shop, report)
    columns = [(label, _reader(key)) for key, (label, _) in result.columns.items()]
    about = {"name": name or result.title, "from": str(result.period.since), "to": str(result.period.last)}
    about |= {"segment": result.among} if result.among else {}
    return Table("report", columns, result.rows, about)


def _reader(key: str) -> Any:
    return lambda row: row[key]


def _of_rows(shop: ShopSession, report: Definition, period: Period, whose: list[ColumnElement[bool]]) -> Result:
    view = report.source.view
    number, unit = _number(report)
    day = view.c[report.day or ""]
    has_no_end = period.is_all_time and report.source.column(report.day or "", DAY, field="day").lies_ahead
    counted = [view.c.shop_id == shop.id, day.is_not(None) if has_no_end else day < period.until, *whose]
    if not period.is_all_time:
        counted.append(day >= period.since)
    for key, values in report.where.items():
        given = [value for value in values if value is not None]
        among = view.c[key].in_(given)
        counted.append(or_(among, view.c[key].is_(None)) if None in values else among)
    said = title(report)
    whole, first, last = shop.execute(select(number, func.min(day), func.max(day)).where(*counted)).one()
    label = report.source.label if report.take == COUNT else said.split(" by ")[0]
    columns = {"value": (label, unit)}
    if report.by is None:
        return Result(said, period, columns, [{"value": whole}], whole, unit, y="value")
    if report.by in STEPS:
        since = (first or shop.today) if period.is_all_time else period.since
        until = max(period.until, last + timedelta(days=1)) if has_no_end and last else period.until
        columns = {"by": (STEPS[report.by], "day"), **columns}
        step = cast(func.date_trunc(report.by, cast(day, DateTime)), Date).label("step")
        found = dict(shop.execute(select(step, number).where(*counted).group_by(step)).all())
        nothing = None if report.take == AVERAGE else 0
        rows = [
            {"by": one.since, "value": found.get(beginning(one.since, report.by), nothing)}
            for one in steps(Period(since, until), report.by)
        ]
        return Result(said, period, columns, rows, whole, unit, x="by", y="value", step=report.by)
    by = report.source.column(report.by, TEXT, field="by")
    columns = {"by": (by.label, "text"), **columns, "rows": (f"Number of {report.source.label.lower()}", "count")}
    if report.take == COUNT:
        del columns["rows"]
    group, spelt = func.lower(view.c[by.key]), func.min(view.c[by.key])  # one whatever its capitals
    query = select(spelt.label("by"), number.label("value"), func.count().label("rows")).where(*counted).group_by(group)
    largest = query.order_by(number.desc().nulls_last(), group).limit(MOST_ROWS)
    rows = [
        {"by": _in_words(row["by"]), "value": row["value"], "rows": row["rows"]}
        for row in shop.execute(largest).mappings()
    ]
    left_off = 0
    if len(rows) == MOST_ROWS:
        groups = select(group).where(*counted).distinct().subquery()
        left_off = shop.scalar(select(func.count()).select_from(groups)) - MOST_ROWS
    return Result(said, period, columns, rows, whole, unit, x="by", y="value", left_off=left_off)


def _number(report: Definition) -> tuple[ColumnElement[Any], str]:
    """What is worked out of each group of rows, and its unit."""
    if report.take == COUNT:
        return func.count(), "count"
    column = report.source.column(report.column or "", MONEY, NUMBER, field="column")
    of = report.source.view.c[column.key]
    if report.take == SUM:
        return func.coalesce(func.sum(of), 0), "money" if column.kind == MONEY else "quantity"
    return func.round(func.avg(of), 2), "money" if column.kind == MONEY else "quantity"


def _in_words(value: str | None) -> str:
    """A value as people read it: what tables keep as quote_given is "Quote given"."""
    if value is None:
        return NOT_GIVEN
    return value.replace("_", " ").capitalize() if value.islower() and value.isascii() and "@" not in value else value


def _figure(shop: ShopSession, report: Definition, period: Period) -> Result:
    known = metrics.metric(report.figure or "")
    measure = metrics.MEASURES[known.key]
    whole = measure(shop, period)
    rows: list[dict[str, Any]]
    said = title(report)
    if known.unit == ROWS:
        return _list(said, whole)
    unit = {"money": "money", "percent": "percent", "count": "count"}.get(known.unit, "quantity")
    if report.by is None:
        rows = [{"value": _rounded(whole.value), "part": whole.part, "whole": whole.whole}]
        columns = {"value": (known.label, unit)}
        if whole.whole is not None:
            columns |= {"part": ("Part", known.part_is), "whole": ("Whole", known.whole_is)}
        return Result(said, period, columns, rows, _rounded(whole.value), unit, y="value")
    if period.since == BEGINNING:
        raise BadInput("period", "A figure step by step needs a first day. Choose other days than all time.")
    measured = [measure(shop, one) for one in steps(period, report.by)]
    rows = [{"by": one.period.since, "value": _rounded(one.value)} for one in measured]
    columns = {"by": (STEPS[report.by], "day"), "value": (known.label, unit)}
    return Result(said, period, columns, rows, _rounded(whole.value), unit, x="by", y="value", step=report.by)


def _list(said: str, measure: Measure) -> Result:
    """A figure that is a list: its own rows, without ids."""
    rows = [{key: _plain(value) for key, value in row.items() if not isinstance(value, UUID)} for row in measure.rows]
    ids = {key for row in measure.rows for key, value in row.items() if isinstance(value, UUID)} | {"id"}
    keys = [key for key in (measure.rows[0] if measure.rows else {}) if key not in ids and not key.endswith("_id")]
    kinds = {key: _kind_of([row.get(key) for row in rows]) for key in keys}
    columns = {key: (key.replace("_", " ").capitalize(), kinds[key]) for key in keys}
    x = next((key for key in keys if kinds[key] in ("text", "day")), None)
    y = next((key for key in keys if kinds[key] in ("count", "quantity")), None)
    return Result(said, measure.period, columns, rows, x=x, y=y)


def _kind_of(values: list[Any]) -> str:
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, bool) for value in there):
        return "text"
    if there and all(isinstance(value, int) for value in there):
        return "count"
    if there and all(isinstance(value, int | float | Decimal) for value in there):
        return "quantity"
    return "day" if there and all(isinstance(value, date) for value in there) else "text"


def _plain(value: Any) -> Any:
    if isinstance(value, list | dict):
        return str(value)
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else value


def _rounded(value: Number | None) -> Number | None:
    return round(value, 2) if isinstance(value, Decimal) else value
