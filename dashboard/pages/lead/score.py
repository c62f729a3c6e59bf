"""The score of a lead: total and grade, its three parts, its course, and changing it."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import leads
from crmcore.database.gate import ShopSession, Who
from crmcore.leads import CONVERTED, GRADES, PARTS, rules, scoring
from dashboard.parts import words
from dashboard.parts.layout import note, section
from dashboard.parts.saving import saving
from dashboard.parts.words import Markdown, escape


def show_score(lead: RowMapping, shop: ShopSession) -> None:
    ours = rules.of_shop(shop)
    grade = ours.grade(lead["score"])
    course = leads.scores(shop, lead["id"])
    section("Score")
    with st.container(border=True, key="lead-score"):
        if lead["score"] is None:
            st.markdown(":gray[No score yet. Type its parts, or have them worked out from what is on file.]")
        else:
            st.metric(
                f"Grade {grade} · {GRADES[str(grade)].lower()}",
                f"{lead['score']} of 300",
                None if len(course) < 2 else _change(course[-1]["score"] - course[-2]["score"]),
                delta_color="blue" if len(course) < 2 or course[-1]["score"] >= course[-2]["score"] else "red",
                chart_data=[row["score"] for row in course] if len(course) > 1 else None,
                chart_type="line",
            )
            for part, label in PARTS.items():
                value = lead[part]
                told = words.NOTHING if value is None else str(value)
                st.progress((value or 0) / 100, text=Markdown(f":small[{label}: **{told}**]"))
            last = course[-1] if course else None
            if last is not None:
                how = "Typed" if last["how"] == "typed" else "Worked out"
                note(f"{how} {words.ago(last['scored_on'], shop.today)}. {_thresholds(ours)}")
        if lead["status"] != CONVERTED and shop.who.may("edit leads"):
            _change_it(lead, shop)


def _change(by: int) -> str:
    return f"{by:+d}" if by else "0"


def _thresholds(ours: rules.Rules) -> str:
    return f"A from {ours.a}, B from {ours.b}, C from {ours.c}."


def _change_it(lead: RowMapping, shop: ShopSession) -> None:
    key = f"score-{lead['id']}-{lead['updated_at']}"
    with st.container(horizontal=True, gap="small"):
        with st.popover("Type score", icon=":material/edit:", type="tertiary", key=key):
            parts = {}
            for part, label in PARTS.items():
                parts[part] = st.number_input(label, 0, 100, lead[part], key=f"{key}-{part}", placeholder="0 to 100")
            if st.button("Save score", key=f"{key}-save", width="stretch"):
                with saving(shop.who, "Score saved") as gate:
                    leads.score(gate, lead["id"], parts)
                if gate.saved:
                    st.rerun()
        st.button(
            "Work it out", icon=":material/calculate:", type="tertiary", key=f"{key}-work-out", on_click=_work_out,
            args=(shop.who, lead["id"]), help=escape(" ".join(scoring.RULES.values())),
        )  # fmt: skip


def _work_out(who: Who, lead_id: UUID) -> None:
    with saving(who, "Worked out") as shop:
        leads.work_out(shop, lead_id)
