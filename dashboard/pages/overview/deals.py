"""On the Overview of a shop with a pipeline: what is open, what comes of leads, what to do next, what happened."""

import streamlit as st

from crmcore import customer_list
from crmcore.database.gate import ShopSession
from crmcore.metrics.business import Business
from crmcore.metrics.measure import Number
from dashboard.navigation import to
from dashboard.parts import charts
from dashboard.parts.buyer import name_of
from dashboard.parts.deal_words import line
from dashboard.parts.figures import figure_card
from dashboard.parts.happenings import show_happening
from dashboard.parts.layout import figure_strip, note, section
from dashboard.parts.words import count, escape, several, short_money

# noun, label, icon, query: what is begun from here.
_ACTIONS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("customer", "New customer", "person_add", {}),
    ("leads", "New lead", "person_search", {"new": "1"}),
    ("opportunity", "New opportunity", "handshake", {}),
)
_MOST_FOUND = 6


def quick_actions(shop: ShopSession) -> None:
    """What people come to do, a press each."""
    with st.container(horizontal=True, gap="small", key="quick-actions"):
        for noun, label, icon, query in _ACTIONS:
            if st.button(label, icon=f":material/{icon}:", key=f"quick-{noun}"):
                st.switch_page(to(noun), query_params=query)
        with st.popover("Log a talk", icon=":material/add_call:", key="quick-talk"):
            _with_whom(shop)


def _with_whom(shop: ShopSession) -> None:
    typed = st.text_input(
        "With whom", key="quick-talk-find", type="search", live=True, icon=":material/search:",
        placeholder="Name or phone",
    ).strip()  # fmt: skip
    if not typed:
        return
    found = customer_list.search(shop, typed, _MOST_FOUND)
    for person in found:
        query = {"id": str(person["id"]), "talk": "new"}
        st.page_link(to("customer"), label=escape(name_of(person, shop.shop.region)), query_params=query)
    if not found:
        note("Nobody matches. Try fewer letters or the last digits of the phone.")


def show(shop: ShopSession, facts: Business) -> None:
    """The ten facts of a business, each with what stands behind it."""
    section("Leads and deals")
    _cards(shop, facts)
    figure_strip(
        [
            ("Customers", count(facts.customers), "on file"),
            ("Leads", count(facts.leads), "ever written down"),
            ("Opportunities", count(facts.opportunities), f"{count(facts.open_opportunities)} open"),
        ]
    )
    left, right = st.columns(2, gap="large")
    with left:
        _stages(shop, facts)
        _sources(facts)
    with right:
        _top(shop, facts)
        _latest(shop, facts)


def _cards(shop: ShopSession, facts: Business) -> None:
    now, of_leads = facts.now, int(facts.now["lead_conversion"].whole or 0)
    bases = {
        "pipeline_value": several(facts.open_opportunities, "open opportunity", "open opportunities"),
        "lead_conversion": f"{_number(now['lead_conversion'].part)} of {several(of_leads, 'lead')}",
        "average_deal": f"{_number(now['average_deal'].whole)} won",
        "win_rate": f"{_number(now['win_rate'].part)} won of {_number(now['win_rate'].whole)} closed",
    }
    with st.grid(4, min_column_width=158, gap=(12, 12)):
        for key, basis in bases.items():
            figure_card(now[key], facts.earlier.get(key), shop.shop, shop.today, basis=basis)


def _number(value: Number | None) -> str:
    return count(int(value or 0))


def _stages(shop: ShopSession, facts: Business) -> None:
    section("Pipeline by stage")
    told = [f"{count(one['opportunities'])} · {short_money(one['value'], shop.shop)}" for one in facts.stages]
    names = [one["stage"] for one in facts.stages]
    alt = "; ".join(f"{name}: {text}" for name, text in zip(names, told, strict=True))
    charts.bars("business-stages", f"Open opportunities by stage. {alt}.", names,
                [one["value"] for one in facts.stages], texts=told)  # fmt: skip
    st.page_link(to("pipeline"), label="Open the pipeline", icon=":material/arrow_forward:")


def _sources(facts: Business) -> None:
    section("Leads by source", "Of those that came up in these days")
    if not facts.sources:
        note("No leads came up in these days.")
        return
    rows = facts.sources[:6]
    texts = [f"{count(one['leads'])} · {count(one['converted'])} converted" for one in rows]
    names = [str(one["source"]) for one in rows]
    alt = "; ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True))
    charts.bars("business-sources", f"Leads by source. {alt}.", names, [one["leads"] for one in rows], texts=texts)


def _top(shop: ShopSession, facts: Business) -> None:
    section("Top opportunities", "The open ones worth most, and how likely each is")
    for row in facts.top:
        with st.container(gap=None, key=f"top-{row['id']}"):
            named = escape(row["customer_name"] or row["name"])
            st.page_link(to("opportunity"), label=f"**{named}**", icon="", query_params={"id": str(row["id"])})
            about = f"{row['name']} · " if row["customer_name"] else ""
            st.markdown(f":gray[:small[{escape(about + row['stage_name'])} · {escape(line(row, shop))}]]")
            st.progress(int(row["likelihood"]))
    if not facts.top:
        note("Nothing is open.")


def _latest(shop: ShopSession, facts: Business) -> None:
    section("What happened lately")
    with st.container(gap="xsmall", key="business-latest"):
        for happening in facts.latest:
            show_happening(happening, shop, with_day=True)
    if not facts.latest:
        note("Nothing yet.")
    st.page_link(to("activity"), label="All activity", icon=":material/arrow_forward:")
