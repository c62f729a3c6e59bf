"""What the list of customers shows: its filters, order and page, kept in the address so that a view can be shared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import streamlit as st

from crmcore import customer_list, people, reps, segments, tags
from crmcore.bills import CATEGORIES
from crmcore.customer_fields import STATUSES
from crmcore.customer_list import CAME, FOLLOW_UPS, KINDS, VISITS, Filters
from crmcore.database.gate import ShopSession, Who
from crmcore.lists import NOBODY
from crmcore.reps import NOBODY_IN_PARTICULAR
from dashboard.parts.buyer import product_name
from dashboard.parts.lists import Fields, is_private
from dashboard.parts.words import Markdown, count, day, escape, several

SORTS = {
    "-spent": "Spent most",
    "spent": "Spent least",
    "-last": "Bought last",
    "last": "Longest away",
    "-purchases": "Most purchases",
    "purchases": "Fewest purchases",
    "-first": "Newest customers",
    "first": "Oldest customers",
    "-added": "Added last",
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "city": "City",
    "rep": "Sales rep",
    "email": "E-mail",
    "phone": "Phone",
    "status": "Status",
    "follow-up": "Next follow-up",
}
_SORTS_OF_VISITS = {
    "-visited": "Came by last",
    "visited": "Not here for longest",
    "-visits": "Most visits",
    "visits": "Fewest visits",
}
_FIELDS = Fields("find", Filters, SORTS, private=True)
_DAYS = (30, 60, 90, 180, 365)
_LEFT = "customers-left"
_RECORDS = {"id", "customer"}


@dataclass(frozen=True)
class View:
    """Filters, order and page of the list."""

    filters: Filters = field(default_factory=Filters)
    sort: str = customer_list.DEFAULT_SORT
    page: int = 1

    def address(self) -> dict[str, str]:
        """The ?query of this view. A phone number or an e-mail address that was typed stays out of it."""
        query = self.filters.address()
        if is_private(self.filters.q):
            del query["q"]
        if self.sort != customer_list.DEFAULT_SORT:
            query["sort"] = self.sort
        if self.page > 1:
            query["page"] = str(self.page)
        return query

    @classmethod
    def of_address(cls, query: Mapping[str, str]) -> "View":
        """The view an address names; what can't be read in it stays at its default."""
        sort, page = query.get("sort", ""), query.get("page", "")
        return cls(
            Filters.of_address(query),
            sort if sort.removeprefix("-") in customer_list.SORTS else customer_list.DEFAULT_SORT,
            int(page) if page.isdecimal() and 0 < int(page) < 1_000_000 else 1,
        )


def current(who: Who) -> View:
    """The view the address names: it is what holds, and every field writes its change into it."""
    if _RECORDS & set(st.query_params):  # Back from a record stops here once, with the record's address
        st.query_params.from_dict(left())
    view = _now()
    if view.filters.kind == "hidden" and not who.may("hide customers"):
        view = View()
    st.session_state[_LEFT] = view.address()
    return view


def left() -> dict[str, str]:
    """The ?query of the list as it was seen last, for the way back to it."""
    address: dict[str, str] = st.session_state.get(_LEFT, {})
    return address


def show(view: View) -> None:
    """Choose another view; the run that follows shows it."""
    st.query_params.from_dict(view.address())


def choose_filters(view: View, shop: ShopSession, counts: Mapping[str, int]) -> None:
    """The search field, the order, the pills with their counts, and the rarer filters behind a button."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="customer-filters"):
        _FIELDS.search(view.filters.q, "Name, phone, e-mail or reference", 320)
        _FIELDS.keep("sort", view.sort)
        sorts = SORTS | (_SORTS_OF_VISITS if shop.shop.has("visits") else {})
        st.selectbox(
            "Order",
            list(sorts) if view.sort in sorts else [*sorts, view.sort],
            key="find-sort",
            format_func=lambda sort: sorts.get(sort, sort),
            label_visibility="collapsed",
            width=190,
            on_change=_FIELDS.write,
            args=("sort",),
        )
        more = len(_told(view.filters, shop))
        label = f"Filters · {more}" if more else "Filters"
        with st.popover(label, icon=":material/filter_list:", key="more-filters"):
            _more_filters(view.filters, shop)
    kinds = [kind for kind in KINDS if kind != "hidden" or shop.who.may("hide customers")]
    _FIELDS.keep("kind", view.filters.kind)
    st.pills(
        "Who",
        kinds if view.filters.kind in kinds else [*kinds, view.filters.kind],
        key="find-kind",
        required=True,
        format_func=lambda kind: f"{KINDS[kind]} {count(counts[kind])}" if kind in counts else KINDS[kind],
        label_visibility="collapsed",
        wrap=True,
        on_change=_FIELDS.write,
        args=("kind",),
    )
    _chosen_filters(view.filters, shop)


def clear() -> None:
    """Show everybody again."""
    view = _now()
    st.session_state["find-q"] = ""
    show(replace(view, filters=Filters(), page=1))


def turn_to(page: int) -> None:
    show(replace(_now(), page=page))


def _more_filters(filters: Filters, shop: ShopSession) -> None:
    known: dict[UUID | str, str] = {NOBODY: NOBODY_IN_PARTICULAR}
    known |= {rep.staff_id: rep.label for rep in reps.reps(shop)}
    _choice("Status", "status", filters.status, list(STATUSES), "Any status", STATUSES.__getitem__)
    _choice("Sales rep", "rep", filters.rep, list(known), "Anyone", lambda rep: known.get(rep, "Someone"))
    for key, label, anything in (
        ("city", "City", "Any city"),
        ("source", "Came from", "Anywhere"),
        ("category", "Category", "Any category"),
    ):
        offered = customer_list.choices(shop, key)
        _choice(label, key, getattr(filters, key), offered, anything, lambda value: CATEGORIES.get(value, value))
    _choice("Tag", "tag", filters.tag, [tag["name"] for tag in tags.all_tags(shop)], "Any tag")
    kept = {one["id"]: one["name"] for one in segments.all_of(shop)}
    _choice("Segment", "segment", filters.segment, list(kept), "Any segment", lambda one: kept.get(one, "One removed"))
    _choice("Follow-up", "follow_up", filters.follow_up, list(FOLLOW_UPS), "Any", FOLLOW_UPS.__getitem__)
    _choice("Bought in the last", "within", filters.within, list(_DAYS), "Any time", lambda days: f"{days} days")
    _choice("Not bought in the last", "lapsed", filters.lapsed, list(_DAYS), "Any time", lambda days: f"{days} days")
    if shop.shop.has("visits"):
        _choice("Came by", "came", filters.came, list(CAME), "Ever or never", CAME.__getitem__)
        for key, label in (("visited_within", "Came by in the last"), ("not_visited", "Not here for")):
            _choice(label, key, getattr(filters, key), list(_DAYS), "Any time", lambda days: f"{days} days")
    with st.container(horizontal=True, wrap=False, gap="small"):
        for key, label in (("new_from", "First purchase from"), ("new_to", "to")):
            _FIELDS.keep(key, getattr(filters, key))
            st.date_input(
                label, value=None, max_value=shop.today, format="DD/MM/YYYY", key=_FIELDS.key(key),
                on_change=_FIELDS.write, args=(key,),
            )  # fmt: skip


def _choice(
    label: str, key: str, chosen: Any, options: list[Any], anything: str, words: Callable[[Any], str] = str
) -> None:
    """A select field whose empty choice filters nothing; it keeps a value it does not offer."""
    empty = Filters.__dataclass_fields__[key].default
    _FIELDS.keep(key, chosen)
    known = [empty, *options] if chosen in (empty, *options) else [empty, chosen, *options]
    st.selectbox(
        label,
        [one for one in known if one is not None],
        index=None if empty is None else 0,
        placeholder=anything,
        key=_FIELDS.key(key),
        format_func=lambda value: anything if value == empty else words(value),
        on_change=_FIELDS.write,
        args=(key,),
    )


def _chosen_filters(filters: Filters, shop: ShopSession) -> None:
    """What is filtered besides the pills, each to be taken off with one press."""
    told = _told(filters, shop)
    if not told:
        return
    with st.container(horizontal=True, gap="xsmall", key="chosen-filters"):
        for keys, words in told:
            st.button(words, icon=":material/close:", key=f"without-{keys[0]}", on_click=_without, args=(keys,))
        if len(told) > 1:
            st.button("Clear filters", type="tertiary", key="clear-filters", on_click=clear)


def _told(filters: Filters, shop: ShopSession) -> list[tuple[tuple[str, ...], Markdown]]:
    """Each filter besides text and kind, as the names it goes by and its words."""
    told: list[tuple[tuple[str, ...], str]] = []
    if filters.status:
        told.append((("status",), f"Status: {STATUSES.get(filters.status, filters.status)}"))
    if filters.rep is not None:
        told.append((("rep",), f"Sales rep: {_name_of(filters.rep, shop)}"))
    for key, label in (("city", "City"), ("source", "Came from"), ("category", "Category"), ("tag", "Tag")):
        if getattr(filters, key):
            value = getattr(filters, key)
            told.append(((key,), f"{label}: {CATEGORIES.get(value, value) if key == 'category' else value}"))
    if filters.segment is not None:
        kept = {one["id"]: one["name"] for one in segments.all_of(shop)}
        told.append((("segment",), f"Segment: {kept.get(filters.segment, 'one that is gone')}"))
    if filters.follow_up:
        told.append((("follow_up",), f"Follow-up: {FOLLOW_UPS[filters.follow_up].lower()}"))
    if filters.within is not None:
        told.append((("within",), f"Bought in the last {several(filters.within, 'day')}"))
    if filters.lapsed is not None:
        told.append((("lapsed",), f"Not bought in the last {several(filters.lapsed, 'day')}"))
    if filters.came:
        told.append((("came",), f"Came by: {CAME[filters.came].lower()}"))
    if filters.visited_within is not None:
        told.append((("visited_within",), f"Came by in the last {several(filters.visited_within, 'day')}"))
    if filters.not_visited is not None:
        told.append((("not_visited",), f"Not here for {several(filters.not_visited, 'day')}"))
    spans = (
        ("new_from", "new_to", "First purchase"),
        ("bought_from", "bought_to", "Bought"),
        ("seen_from", "seen_to", "Bought or came by"),
        ("visited_from", "visited_to", "Visited"),
    )
    for start, end, label in spans:
        since, until = getattr(filters, start), getattr(filters, end)
        days = [f"from {day(since, shop.today)}"] if since else []
        days += [f"up to {day(until, shop.today)}"] if until else []
        if days:
            told.append(((start, end), " ".join([label, *days])))
    if filters.second_to is not None:
        told.append((("second_to",), f"Bought twice up to {day(filters.second_to, shop.today)}"))
    if filters.visit:
        told.append((("visit",), VISITS[filters.visit]))
    if filters.handled_by is not None:
        told.append((("handled_by",), f"Visit handled by {_name_of(filters.handled_by, shop)}"))
    if filters.about is not None:
        told.append((("about",), f"Talked about {product_name(shop, filters.about)}"))
    if filters.revisit_to is not None:
        told.append((("revisit_to",), f"Visited twice up to {day(filters.revisit_to, shop.today)}"))
    return [(keys, escape(words)) for keys, words in told]


def _name_of(rep: UUID | str, shop: ShopSession) -> str:
    if rep == NOBODY:
        return NOBODY_IN_PARTICULAR
    return next((one.name for one in people.colleagues(shop) if one.staff_id == rep), "someone no longer in the team")


def _now() -> View:
    return replace(View.of_address(st.query_params.to_dict()), filters=_FIELDS.chosen())


def _without(keys: tuple[str, ...]) -> None:
    view = _now()
    nothing: dict[str, Any] = {key: Filters.__dataclass_fields__[key].default for key in keys}
    show(replace(view, filters=replace(view.filters, **nothing), page=1))
