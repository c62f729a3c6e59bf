"""What came of the contacts: figures, by upload and by person, and when people pick up the phone."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import streamlit as st

from crmcore import contacts, people
from crmcore.contacts import results
from crmcore.contacts.results import Answering, Result, When
from crmcore.database.gate import ShopSession
from crmcore.metrics import MEASURES
from crmcore.metrics.measure import measure_before
from crmcore.periods import Period
from dashboard.navigation import to
from dashboard.parts import charts
from dashboard.parts.downloads import export_menu
from dashboard.parts.figures import figure_card
from dashboard.parts.layout import note, section
from dashboard.parts.period import choose_period
from dashboard.parts.tables import Columns, table
from dashboard.parts.words import count, day, percent, rate, several

_CARDS = ("contact_conversion", "conversion_value", "average_conversion_value")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COLUMNS: Columns = {
    "name": ("Name", "text"),
    "uploaded": ("Uploaded", "count"),
    "pending": ("Pending", "count"),
    "contacted": ("Contacted", "count"),
    "yellow": ("Did not buy", "count"),
    "converted": ("Converted", "count"),
    "rate": ("Rate", "text"),
    "value": ("Value", "money"),
    "average": ("Average", "money"),
}


def show_results(shop: ShopSession) -> None:
    """The report on the contacts uploaded in a period, of one sheet or one person if they are chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="result-choices"):
        period = choose_period(shop.today, default="year")
        upload = _choose("Sheet", "results-upload", _sheets(shop), 210)
        person = _choose("Who has them", "results-person", _team(shop), 170)
        export_menu(
            "contact-results",
            shop.who,
            lambda gate: results.results_table(gate, period, upload=upload, assigned_to=person),
            "For paper: print this page from your browser",
        )
    with st.container(key="on-paper"):
        note(_told_of(period, upload, person, shop))
    if upload is None and person is None:
        _cards(shop, period)
    by_upload = results.by_upload(shop, period, upload=upload, assigned_to=person)
    by_person = results.by_person(shop, period, upload=upload, assigned_to=person)
    if not by_upload:
        note(f"No contacts were uploaded in these days ({period.in_words(shop.today)}). Choose other days.")
    else:
        _funnel(results.in_all(by_upload))
        _table("By upload", "upload", by_upload, shop)
        _table("By person", "assigned", by_person, shop)
    _when_to_call(results.answering(shop, period), period, shop)


def _cards(shop: ShopSession, period: Period) -> None:
    now = {key: MEASURES[key](shop, period) for key in _CARDS}
    told = now["contact_conversion"].rows[0]
    bases = {
        "contact_conversion": f"{count(told['converted'])} of {count(told['uploaded'])}; "
        f"{rate(told['converted'], told['contacted'])} of those contacted",
        "conversion_value": f"first orders of {several(told['converted'], 'contact')}",
        "average_conversion_value": "a converted contact",
    }
    with st.grid(3, min_column_width=158, gap=(12, 12)):
        for key in _CARDS:
            figure_card(
                now[key], measure_before(shop, key, period), shop.shop, shop.today, basis=bases[key],
                label="Average value" if key == "average_conversion_value" else "",
            )  # fmt: skip


def _funnel(all_: Result) -> None:
    """How far they got: uploaded, in touch, bought; and who came by without buying."""
    section("From the sheet to the sale")
    reached = {
        "Uploaded": all_.uploaded,
        "Contacted, or further": all_.uploaded - all_.pending,
        contacts.STATUSES["yellow"]: all_.yellow,
        "Converted": all_.converted,
    }
    texts = [f"{count(many)} · {rate(many, all_.uploaded, 0)}" for many in reached.values()]
    alt = ", ".join(f"{label} {text}" for label, text in zip(reached, texts, strict=True))
    alt = f"Contacts by how far they got: {alt}."
    charts.bars("contact-funnel", alt, list(reached), list(reached.values()), texts=texts)


def _table(title: str, name: str, lines: Sequence[Result], shop: ShopSession) -> None:
    section(title)
    rows = [{**_told(one, shop), "key": one.key} for one in lines]
    if len(lines) > 1:
        rows.append({**_told(results.in_all(lines), shop), "key": None})
    alt = f"{title}: contacts by status, conversion, value and average; press a line to see its contacts"
    chosen = table(
        f"result-lines-{name}", rows, _COLUMNS, shop.shop, alt=alt, selection="open",
        widths={"name": 210, "uploaded": 84, "pending": 80, "contacted": 88, "yellow": 96, "converted": 88, "rate": 72},
    )  # fmt: skip
    if chosen and (key := rows[chosen[0]]["key"]) is not None:
        st.switch_page(to("contacts"), query_params={name: str(key)})


def _told(one: Result, shop: ShopSession) -> dict[str, object]:
    when = f", {day(one.at.astimezone(shop.zone).date(), shop.today)}" if one.at else ""
    return {
        "name": one.name + when,
        "uploaded": one.uploaded,
        "pending": one.pending,
        "contacted": one.contacted,
        "yellow": one.yellow,
        "converted": one.converted,
        "rate": percent(one.rate),
        "value": one.value,
        "average": None if one.average is None else round(one.average, 0),
    }


def _when_to_call(told: Answering, period: Period, shop: ShopSession) -> None:
    """The best hour and weekday, from the shop's own calls; with too few of them, how many are missing."""
    section("When to call", f"From the calls of {period.in_words(shop.today)} whose outcome was written down")
    if told.best_hour is None or told.best_weekday is None:
        missing = max(results.ENOUGH - told.calls, 0)
        more = f"{several(missing, 'more call')} and the best hour stands here" if missing else "No hour has enough yet"
        note(f"{several(told.calls, 'call')} so far: too few to tell. {more}.")
        return
    hour, weekday = told.best_hour, told.best_weekday
    st.markdown(
        f"Most pick up at **{_clock(hour.at)}** ({_share(hour)}), and on **{_WEEKDAYS[weekday.at - 1]}** "
        f"({_share(weekday)}). :gray[Of {several(told.calls, 'call')} in all.]"
    )
    with st.grid(2, min_column_width=300, gap=(16, 32)):
        _bars("by-hour", {_clock(one.at): one for one in told.by_hour})
        _bars("by-weekday", {_WEEKDAYS[one.at - 1]: one for one in told.by_weekday})


def _bars(key: str, times: Mapping[str, When]) -> None:
    shares = [round(100 * one.answered / one.calls) for one in times.values()]
    texts = [f"{share} % of {count(one.calls)}" for share, one in zip(shares, times.values(), strict=True)]
    alt = ", ".join(f"{label} {text}" for label, text in zip(times, texts, strict=True))
    with st.container():
        charts.bars(f"answered-{key}", f"Calls that were answered: {alt}.", list(times), shares, texts=texts)


def _share(one: When) -> str:
    return f"{rate(one.answered, one.calls, 0)} of {several(one.calls, 'call')}"


def _clock(hour: int) -> str:
    return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"


def _choose(label: str, key: str, choices: Mapping[UUID, str], width: int) -> UUID | None:
    everything = "All sheets" if key == "results-upload" else "Everybody"
    return st.selectbox(
        label, list(choices), index=None, placeholder=everything, format_func=choices.__getitem__, key=key, width=width,
        label_visibility="collapsed",
    )  # fmt: skip


def _told_of(period: Period, upload: UUID | None, person: UUID | None, shop: ShopSession) -> str:
    """What the report is of, for paper, where the fields above it are left out."""
    told = [f"Contacts uploaded {period.in_words(shop.today)}"]
    told += [_sheets(shop).get(upload, "one sheet")] if upload else []
    told += [f"with {_team(shop).get(person, 'one person')}"] if person else []
    return " · ".join(told)


def _sheets(shop: ShopSession) -> dict[UUID, str]:
    return {
        one["id"]: f"{one['file_name']}, {day(one['created_at'].astimezone(shop.zone).date(), shop.today)}"
        for one in contacts.uploads(shop)
    }


def _team(shop: ShopSession) -> dict[UUID, str]:
    return {one.staff_id: one.name for one in people.colleagues(shop)}
