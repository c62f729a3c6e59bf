"""The form of a visit, new or old: who came, what they looked at, what came of it, and what is to be done next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import follow_ups, people, products, visits
from crmcore.database.gate import ShopSession
from crmcore.visits import INTERESTS, OUTCOMES, PURPOSES, VISIT_TYPES, NewVisit, VisitChange
from dashboard.parts import visit_words
from dashboard.parts.buyer import Buyer
from dashboard.parts.cart import currency_sign, decimal
from dashboard.parts.layout import badge, note
from dashboard.parts.words import clock, day, escape, money, several, weekday
from dashboard.parts.work import at_work

WIDTH = 640
_OFFERED, _MOST_FOUND, _EARLIER = 6, 6, 5
_FEW_CATEGORIES = 12
_SOON = timedelta(days=2)
_SHORT_INTERESTS = {value: visit_words.short(label) for value, label in INTERESTS.items()}


@dataclass
class Draft:
    """A visit while somebody writes it down. `key` begins the keys of its fields; `visit`: the one that is changed.

    `shown_for`: whose form it is by now. `on` and `at` None: now. `products`: the ids of those looked at. `offered`:
    all that a press can choose, by id, and `offered_categories` likewise; they only grow, so that no choice moves
    under somebody's finger.
    """

    key: str = field(default_factory=lambda: uuid4().hex)
    buyer: Buyer = field(default_factory=Buyer)
    visit: RowMapping | None = None
    shown_for: UUID | None = None
    visit_type: str = "walk-in"
    purpose: str | None = None
    interest: str | None = None
    products: list[UUID] = field(default_factory=list)
    offered: dict[UUID, str] = field(default_factory=dict)
    found: int = 0
    categories: list[str] = field(default_factory=list)
    offered_categories: list[str] = field(default_factory=list)
    outcome: str | None = None
    value: Decimal | None = None
    notes: str = ""
    on: date | None = None
    at: time | None = None
    handled_by: UUID | None = None
    follows_up: bool = False
    follow_up_on: date | None = None
    follow_up_about: str = ""
    follow_up_by: UUID | None = None
    answers: list[UUID] = field(default_factory=list)

    def fill(self, visit: RowMapping, shop: ShopSession) -> None:
        """Take over a visit as it stands, to be changed."""
        local = visit["visited_at"].astimezone(shop.zone)
        self.visit, self.buyer = visit, Buyer(customer_id=visit["customer_id"])
        self.visit_type, self.purpose, self.interest = visit["visit_type"], visit["purpose"], visit["interest"]
        self.products = list(visit["product_ids"])
        self.offered = dict(zip(visit["product_ids"], visit["products"], strict=True))
        self.categories, self.outcome = list(visit["categories"]), visit["outcome"]
        self.value, self.notes = visit["estimated_value"], visit["notes"] or ""
        self.on, self.at, self.handled_by = visit["visited_on"], _minute(local), visit["handled_by"]

    def as_visit(self, customer_id: UUID, shop: ShopSession) -> NewVisit:
        return NewVisit(customer_id, visited_at=self._moment(shop), **self._told())

    def as_change(self, shop: ShopSession) -> VisitChange:
        assert self.visit is not None
        moment = self._moment(shop) or self.visit["visited_at"]
        return VisitChange(visited_at=moment, **self._told())

    def _moment(self, shop: ShopSession) -> datetime | None:
        """When it was; None for now, and of a visit that is changed for when it was before."""
        if self.visit is not None:
            before = self.visit["visited_at"].astimezone(shop.zone)
            if (self.on, self.at) == (before.date(), _minute(before)):
                return None
        if self.on is None and self.at is None:
            return None
        return visits.moment_on(shop, self.on or shop.today, self.at)

    def _told(self) -> dict[str, Any]:
        return {
            "visit_type": self.visit_type,
            "purpose": self.purpose,
            "interest": self.interest,
            "product_ids": self.products,
            "categories": self.categories,
            "outcome": self.outcome,
            "estimated_value": self.value,
            "notes": self.notes,
            "handled_by": self.handled_by,
            "follow_up_on": self.follow_up_on if self.follows_up else None,
            "follow_up_about": self.follow_up_about if self.follows_up else None,
            "follow_up_by": self.follow_up_by if self.follows_up else None,
            "answers": self.answers,
        }


def earlier_visits(draft: Draft, customer: RowMapping, shop: ShopSession) -> None:
    """What was said the last time, and the times before it behind a press."""
    present = draft.visit["id"] if draft.visit else None
    known = visits.of_customer(shop, customer["id"], limit=_EARLIER + 1)
    earlier = [visit for visit in known if visit["id"] != present]
    if not earlier:
        return
    last, *before = earlier[:_EARLIER]
    with st.container(border=True, gap="xsmall", key=f"{draft.key}-earlier"):
        st.markdown(f":material/history: **Last time, {_when(last, shop)}:** {_said(last, shop)}")
        if before:
            with st.expander(f"{several(len(before), 'visit')} before that", type="compact", key=f"{draft.key}-before"):
                for visit in before:
                    st.markdown(f"**{_when(visit, shop)}:** {_said(visit, shop)}")


def _when(visit: RowMapping, shop: ShopSession) -> str:
    return escape(day(visit["visited_on"], shop.today))


def _said(visit: RowMapping, shop: ShopSession) -> str:
    """What came of it and what was said; failing that, how they came."""
    parts = [visit_words.told(visit, shop), visit["notes"] or ""]
    said = ". ".join(escape(part) for part in parts if part) or escape(VISIT_TYPES[visit["visit_type"]])
    by = visit["handled_by_name"]
    return said + (f" :gray[:small[({escape(by)})]]" if by else "")


def what_happened(draft: Draft, customer: RowMapping | None, shop: ShopSession) -> None:
    """All fields, each as it was left."""
    with st.container(border=True):
        _one_of(draft, "visit_type", "Kind of visit", VISIT_TYPES, required=True)
        _one_of(
            draft, "interest", "Interest", _SHORT_INTERESTS, help="  \n".join(map(escape, INTERESTS.values()))
        )
        _categories(draft, shop)
        _products(draft, shop)
        _one_of(draft, "outcome", "How it ended", OUTCOMES)
        if draft.outcome not in (None, "no_purchase") or draft.value is not None:
            _value(draft, shop)
        draft.notes = st.text_area(
            "Notes",
            draft.notes,
            key=f"{draft.key}-notes",
            max_chars=5000,
            height=96,
            placeholder="What was said, what they liked, what worried them",
        )
        _answers(draft, customer, shop)
        _follow_up(draft, shop)
        _details(draft, shop)


def what_saving_does(draft: Draft, customer: RowMapping | None, shop: ShopSession) -> None:
    """One line below the button: what follows from it by itself."""
    me, team = shop.who.staff_id, {one.staff_id: one for one in people.colleagues(shop)}
    if draft.visit is None:
        does = ["adds the visit to the timeline"]
        handler = team.get(draft.handled_by) if draft.handled_by else None
        if customer is None:
            does.append("puts them on file")
        elif customer["status"] == "lead":
            does.append("makes the lead an active customer")
        if handler is not None and handler.sells and (customer is None or customer["rep_id"] is None):
            does.append(f"makes {'you' if handler.staff_id == me else handler.name} their sales rep, as they have none")
    else:
        does = ["notes on the timeline what changed"]
    if draft.answers:
        does.append(f"ticks off {several(len(draft.answers), 'follow-up')}")
    if draft.follows_up:
        whose = team.get(draft.follow_up_by) if draft.follow_up_by not in (None, me) else None
        does.append(f"puts the follow-up on {f'{whose.name}’s' if whose else 'your'} day")
    *first, last = does
    note(f"Saving also {', '.join(first)}{' and ' if first else ''}{last}.")


def _one_of(
    draft: Draft,
    name: str,
    label: str,
    options: Mapping[str, str],
    *,
    required: bool = False,
    help: str | None = None,
) -> None:
    chosen = st.pills(
        label,
        list(options),
        default=getattr(draft, name),
        required=required,
        format_func=options.__getitem__,
        key=f"{draft.key}-{name}",
        help=help,
        wrap=True,
    )
    setattr(draft, name, chosen)


def _categories(draft: Draft, shop: ShopSession) -> None:
    """What of the catalogue they were interested in, by category."""
    known = list(dict.fromkeys([*draft.offered_categories, *products.categories(shop), *draft.categories]))
    draft.offered_categories = known
    if not known:
        return
    field = f"{draft.key}-categories"
    if len(known) <= _FEW_CATEGORIES:
        draft.categories = st.pills(
            "Interested in", known, selection_mode="multi", default=draft.categories, format_func=escape, key=field,
            wrap=True,
        )  # fmt: skip
    else:
        draft.categories = st.multiselect("Interested in", known, draft.categories, key=field, placeholder="Categories")


def _products(draft: Draft, shop: ShopSession) -> None:
    """Products they looked at: the usual ones a press away, the others found by a few letters."""
    for product in products.often_sold(shop, draft.buyer.customer_id, limit=_OFFERED):
        draft.offered.setdefault(product["id"], product["name"])
    if not draft.offered and not products.find(shop, limit=1)[0]:
        return
    field = f"{draft.key}-find-product"
    typed = st.text_input(
        "Looked at", key=field, type="search", live=True, icon=":material/search:",
        placeholder="Name or code of a product",
    ).strip()  # fmt: skip
    if typed:
        found, _ = products.find(shop, typed, limit=_MOST_FOUND)
        with st.container(gap="xsmall", key=f"{draft.key}-found-products"):
            for product in found:
                st.button(
                    escape(product["name"]),
                    icon=":material/add:",
                    key=f"{draft.key}-product-{product['id']}",
                    width="stretch",
                    on_click=_look_at,
                    args=(draft, product["id"], product["name"], field),
                )
            if not found:
                st.markdown(":gray[:small[Nothing in the catalogue is called that. Write it into the notes.]]")
    if draft.offered:
        draft.products = st.pills(
            "Products",
            list(draft.offered),
            selection_mode="multi",
            default=draft.products,
            key=f"{draft.key}-products-{draft.found}",
            wrap=True,
            format_func=lambda product_id: escape(draft.offered[product_id]),
            label_visibility="collapsed",
        )


def _look_at(draft: Draft, product_id: UUID, name: str, field: str) -> None:
    draft.offered[product_id] = name
    draft.products = list(dict.fromkeys([*draft.products, product_id]))
    draft.found += 1  # a new key, so that the choice shows it as chosen
    st.session_state[field] = ""


def _value(draft: Draft, shop: ShopSession) -> None:
    typed = st.number_input(
        f"Worth about ({escape(currency_sign(shop.shop))})",
        min_value=0.0,
        value=None if draft.value is None else float(draft.value),
        step=1.0,
        format="%.0f",
        placeholder="If you can tell",
        key=f"{draft.key}-amount",
    )
    draft.value = None if typed is None else decimal(typed)
    if draft.value is not None and draft.value >= 1000:
        note(money(draft.value, shop.shop))


def _answers(draft: Draft, customer: RowMapping | None, shop: ShopSession) -> None:
    """What was still to be done for them: a tick says that this visit did it."""
    still_open = follow_ups.open_of_customer(shop, customer["id"]) if customer else []
    if not still_open:
        draft.answers = []
        return
    with st.container(gap="xsmall", key=f"{draft.key}-answers"):
        st.markdown(":small[This visit answers]")
        ticked = []
        for one in still_open:
            late = " " + badge(("late", "red", ":material/schedule:")) if one["due_on"] < shop.today else ""
            whose = f" · {escape(one['assignee'])}" if one["assignee"] else ""
            due = escape(weekday(one["due_on"], shop.today))
            label = f"{escape(one['about'])} :gray[:small[{due}{whose}]]{late}"
            if st.checkbox(label, one["id"] in draft.answers, key=f"{draft.key}-answers-{one['id']}"):
                ticked.append(one["id"])
    draft.answers = ticked


def _follow_up(draft: Draft, shop: ShopSession) -> None:
    draft.follows_up = st.toggle(
        "Follow up later",
        draft.follows_up,
        key=f"{draft.key}-follows-up",
        help="Say when and about what, and it stands on the day’s list of whoever is to do it.",
    )
    if not draft.follows_up:
        return
    with st.container(horizontal=True, wrap=False, gap="small"):
        draft.follow_up_on = st.date_input(
            "On",
            draft.follow_up_on or shop.today + _SOON,
            min_value=shop.today,
            format="DD/MM/YYYY",
            key=f"{draft.key}-follow-up-on",
            width=150,
        )
        team = {one.staff_id: one.name for one in at_work(shop)}
        chosen = draft.follow_up_by or draft.handled_by
        draft.follow_up_by = st.selectbox(
            "For",
            list(team),
            index=list(team).index(chosen) if chosen in team else None,
            format_func=lambda one: f"{team[one]} (you)" if one == shop.who.staff_id else team[one],
            key=f"{draft.key}-follow-up-by",
        )
    draft.follow_up_about = st.text_input(
        "About",
        draft.follow_up_about,
        key=f"{draft.key}-follow-up-about",
        max_chars=follow_ups.LONGEST,
        placeholder="What to ask or to bring, if you like",
    )


def _details(draft: Draft, shop: ShopSession) -> None:
    """What seldom needs a hand: why they came, when, and who was with them."""
    team = _handlers(draft, shop)
    with st.expander(_details_said(draft, team, shop), key=f"{draft.key}-details", type="compact"):
        _one_of(draft, "purpose", "Came for", PURPOSES)
        draft.handled_by = st.selectbox(
            "Handled by",
            list(team),
            index=list(team).index(draft.handled_by),
            format_func=team.__getitem__,
            placeholder=team.get(None, ""),
            key=f"{draft.key}-handled-by",
        )
        with st.container(horizontal=True, gap="small"):
            # The day stands in the key: a form left open overnight means the new day, not the one it was opened on.
            on = st.date_input(
                "Day", draft.on or shop.today, max_value=shop.today, format="DD/MM/YYYY",
                key=f"{draft.key}-on-{shop.today}", width=150,
            )  # fmt: skip
            at = st.time_input("Time", draft.at, step=900, key=f"{draft.key}-at", width=130)
        draft.on = on if isinstance(on, date) and (on != shop.today or draft.on is not None) else None
        draft.at = at


def _handlers(draft: Draft, shop: ShopSession) -> dict[UUID | None, str]:
    """Who may have handled it: the person signed in, everybody who sells, and whoever it was so far."""
    team: dict[UUID | None, str] = {shop.who.staff_id: f"{shop.who.name} (you)"}
    if draft.visit is not None and draft.visit["handled_by"] not in team:
        team[draft.visit["handled_by"]] = draft.visit["handled_by_name"] or "Nobody knows who"
    if not shop.who.sees_own_only:  # others would become the rep of somebody nobody looks after
        team |= {rep.staff_id: rep.name for rep in people.reps(shop) if rep.staff_id not in team}
    return team


def _details_said(draft: Draft, team: Mapping[UUID | None, str], shop: ShopSession) -> str:
    """Today, handled by you."""
    when = "Now" if draft.on is None and draft.at is None else _day_said(draft.on or shop.today, shop.today)
    at = f", {clock(draft.at)}" if draft.at else ""
    by = "you" if draft.handled_by == shop.who.staff_id else team[draft.handled_by]
    why = f" · {PURPOSES[draft.purpose]}" if draft.purpose else ""
    return escape(f"{when}{at} · handled by {by}{why}")


def _minute(when: datetime) -> time:
    """The time of day as a field shows it."""
    return when.time().replace(second=0, microsecond=0)


def _day_said(on: date, today: date) -> str:
    return "Today" if on == today else weekday(on, today)
