"""The Visits page below its cards: visits over time, how far visitors got, when people come, and what for."""

from collections.abc import Mapping

import streamlit as st

from crmcore.database.sql import read_sql
from crmcore.metrics import metric
from crmcore.metrics.visits import VisitFigures
from crmcore.visits import INTERESTS, PURPOSES, VISIT_TYPES
from dashboard.parts import charts, kpi
from dashboard.parts.figures import customers_of
from dashboard.parts.period import address_of
from dashboard.parts.words import count, rate, several

_STEPS = {1: "day", 7: "week", 28: "four weeks"}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_STAGES = {"visited": "Visited", "interested": "Interested", "quoted": "Quoted", "purchased": "Purchased"}
_NOT_SAID = "Nobody said"

Some = Mapping[str, str]


def visits_over_time(shown: VisitFigures, some: Some) -> None:
    step = _STEPS[shown.step_days]
    said = f"{several(shown.visits, 'visit')} {'so far' if shown.is_open else 'in all'}"
    if shown.compared:
        ahead = shown.visits - shown.earlier_visits
        days = shown.compared.in_words(shown.today)
        said += f", {count(abs(ahead))} {'more' if ahead > 0 else 'fewer'} than in {days}" if ahead else ""
    _head(f"Visits by {step}", said, "visits_by_day", [_visits("The visits behind it", shown, some)])
    charts.line(
        "visits-by-day",
        f"Visits by {step}: {said}.",
        [part.period.since for part in shown.line],
        [part.visits for part in shown.line],
        name=shown.period.in_words(shown.today, short=True),
        earlier=[part.visits for part in shown.earlier_line],
        earlier_name=shown.compared.in_words(shown.today, short=True) if shown.compared else "",
        earlier_xs=[part.period.since for part in shown.earlier_line],
        unfinished=shown.is_open,
    )


def funnel(shown: VisitFigures, some: Some) -> None:
    visited, purchased = shown.funnel["visited"], shown.funnel["purchased"]
    said = f"{rate(purchased, visited)} of {several(visited, 'visitor')} purchased"
    days = {"visited_from": str(shown.period.since), "visited_to": str(shown.period.last), **customers_of(some)}
    ways: list[kpi.Way] = [
        (f"{_STAGES[stage]}: {several(visitors, 'customer')}", "customers", days | _stage(stage))
        for stage, visitors in shown.funnel.items()
    ]
    _head("From visit to purchase", said, "visit_funnel", ways)
    told = [f"{count(visitors)} · {rate(visitors, visited, 0)}" for visitors in shown.funnel.values()]
    alt = ", ".join(f"{label} {text}" for label, text in zip(_STAGES.values(), told, strict=True))
    charts.bars("funnel", f"Visitors by how far they got: {alt}.", list(_STAGES.values()), list(shown.funnel.values()),
                texts=told)  # fmt: skip


def _stage(stage: str) -> dict[str, str]:
    return {} if stage == "visited" else {"visit": stage}


def visits_by_hour(shown: VisitFigures) -> None:
    """Hours down and weekdays across: seven columns fit a phone too."""
    if not shown.by_hour:
        return
    (weekday, hour), most = max(shown.by_hour.items(), key=lambda cell: (cell[1], cell[0]))
    said = f"Most come on {_WEEKDAYS[weekday - 1]} at {_clock(hour)}: {several(most, 'visit')}"
    _head("When people come", said, "visits_by_hour", [])
    hours = [hour for _, hour in shown.by_hour]
    rows = [
        (_clock(hour), [shown.by_hour.get((weekday, hour), 0) for weekday in range(1, 8)])
        for hour in range(min(hours), max(hours) + 1)
    ]
    alt = "; ".join(f"{label}: {count(sum(numbers))}" for label, numbers in rows)
    charts.heat_map("visits-by-hour", f"Visits by hour and weekday. {alt}.", _WEEKDAYS, rows)


def kinds(shown: VisitFigures, some: Some) -> None:
    """By type, by interest and by purpose, side by side."""
    told = (
        ("By type", "visits_by_type", "type", shown.by_type, VISIT_TYPES),
        ("By interest", "visits_by_interest", "interest", shown.by_interest, INTERESTS),
        ("By purpose", "visits_by_purpose", "purpose", shown.by_purpose, PURPOSES),
    )
    with st.grid(3, min_column_width=300, gap=(16, 32)):
        for title, key, name, counts, labels in told:
            with st.container():
                _kind(title, key, name, counts, labels, shown, some)


def _kind(
    title: str,
    key: str,
    name: str,
    counts: Mapping[str | None, int],
    labels: Mapping[str, str],
    shown: VisitFigures,
    some: Some,
) -> None:
    short = {value: _NOT_SAID if value is None else labels[value].split(":")[0] for value in counts}
    first = max(counts, key=lambda value: counts[value])
    said = f"{short[first]}: {rate(counts[first], shown.visits, 0)}"
    ways = [
        _visits(f"{short[value]}: {several(visits, 'visit')}", shown, {**some, name: value})
        for value, visits in counts.items()
        if value is not None and visits
    ]
    _head(title, said, key, ways)
    texts = [f"{count(visits)} · {rate(visits, shown.visits, 0)}" for visits in counts.values()]
    alt = ", ".join(f"{short[value]} {text}" for value, text in zip(counts, texts, strict=True))
    charts.bars(key, f"Visits {title.lower()}: {alt}.", list(short.values()), list(counts.values()), texts=texts)


def _visits(label: str, shown: VisitFigures, filters: Some) -> kpi.Way:
    return label, "visits", {"show": "list", **address_of(shown.period), **filters}


def _clock(hour: int) -> str:
    return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"


def _head(title: str, said: str, key: str, ways: list[kpi.Way]) -> None:
    """A chart's heading; what it says in one line opens what it means and who is behind it."""
    known = metric(key)
    with st.container(gap=None):
        st.subheader(title, anchor=False)
        kpi.meaning(
            f"chart-{key}",
            said,
            label=known.label,
            means=known.means,
            formula=known.formula,
            sql=read_sql(f"metrics/{key}"),
            more=ways,
        )
