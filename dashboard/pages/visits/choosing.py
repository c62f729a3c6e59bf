"""What the Visits page shows: its part, its filters and order. The address is what holds: a view can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

import streamlit as st

from crmcore import customers, people, products
from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.visit_list import Filters
from crmcore.visits import INTERESTS, OUTCOMES, PURPOSES, VISIT_TYPES
from dashboard.parts.buyer import name_of, product_name
from dashboard.parts.layout import narrowed_to
from dashboard.parts.lists import Fields, choose_part
from dashboard.parts.segmenting import segment_choices

FIGURES, REPS, LIST = "figures", "reps", "list"
PARTS = {FIGURES: "Figures", REPS: "Sales reps", LIST: "All visits"}

REP_SORTS = {
    "purchases": "Most purchases",
    "visits": "Most visits",
    "customers": "Most customers",
    "revenue": "Most revenue",
    "visit_conversion": "Best conversion",
    "name": "Name, A to Z",
}
LIST_SORTS = {
    "-day": "Newest first",
    "day": "Oldest first",
    "interest": "Most interested",
    "outcome": "By what came of it",
    "-value": "Largest value",
    "customer": "By customer",
    "rep": "By who handled it",
}
_SORTS = {FIGURES: {"": ""}, REPS: REP_SORTS, LIST: LIST_SORTS}
FIELDS = {part: Fields("visits", Filters, sorts) for part, sorts in _SORTS.items()}
_CHOICES = {"type": VISIT_TYPES, "purpose": PURPOSES, "interest": INTERESTS, "outcome": OUTCOMES}


@dataclass(frozen=True)
class View:
    """The part of the page, the filters of the visits, and how a list is sorted."""

    part: str
    filters: Filters
    sort: str

    @property
    def some(self) -> dict[str, str]:
        """What the whole page is narrowed to: "rep" and "product", as the address has them."""
        return replace(Filters(), rep=self.filters.rep, product=self.filters.product).address()


def current() -> View:
    """The view the address names; what can't be read in it stays as it usually is."""
    part = st.query_params.get("show", FIGURES)
    seen = FIELDS.get(part, FIELDS[FIGURES]).view(PARTS)
    return View(seen.part, seen.filters, seen.sort)


def choose_view(view: View, shop: ShopSession) -> None:
    """The parts of the page, and the fields that narrow it."""
    fields = FIELDS[view.part]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="visit-filters"):
        others = tuple(name for name in st.query_params if name not in ("show", "sort"))
        choose_part("visits", PARTS, view.part, others)
        _of_whom_and_what(view, shop)
        if view.part == LIST:
            for name, label in (("type", "Type"), ("purpose", "Came for"), ("interest", "Interest"),
                                ("outcome", "Came of it")):  # fmt: skip
                choices = {"": "Any", **_CHOICES[name]}
                fields.choose(name, label, getattr(view.filters, name), choices, 150, labelled=True)
            if kept := segment_choices(shop, view.filters.segment):
                fields.choose("segment", "Customers in", view.filters.segment, kept, 160, labelled=True)
        if view.part != FIGURES:
            fields.sort(view.sort, 160, labelled=True)
    if view.filters.customer is not None and view.part == LIST:
        _only_one_customer(view.filters.customer, shop)


def _of_whom_and_what(view: View, shop: ShopSession) -> None:
    """Sales rep and product: they narrow the whole page."""
    rep, product = view.filters.rep, view.filters.product
    sellers = {str(one.staff_id): one.name for one in people.colleagues(shop) if one.sells or one.staff_id == rep}
    choose = partial(FIELDS[view.part].choose, labelled=True)
    choose("rep", "Handled by", rep, {"": "Anybody", **sellers}, 160)
    catalogue = {str(product_id): name for product_id, name in products.names(shop).items()}
    if product is not None and str(product) not in catalogue:
        catalogue[str(product)] = product_name(shop, product)
    if catalogue:
        choose("product", "About", product, {"": "Any product", **catalogue}, 180)


def _only_one_customer(customer_id: UUID, shop: ShopSession) -> None:
    try:
        name = name_of(customers.get(shop, customer_id), shop.shop.region)
    except NotFound:
        name = "somebody who is not on file"
    narrowed_to(f"Only {name}", ":material/person:", "Everybody", "customer")


def told(view: View, shop: ShopSession) -> str:
    """What the page is narrowed to, in words: "only visits Ravi handled, about Oak table"."""
    parts = []
    if view.filters.rep is not None:
        names = {one.staff_id: one.name for one in people.colleagues(shop)}
        parts.append(f"{names.get(view.filters.rep, 'somebody no longer in the team')} handled")
    if view.filters.product is not None:
        parts.append(f"about {product_name(shop, view.filters.product)}")
    return f"only visits {', '.join(parts)}" if parts else ""


def show_another_part(query: Mapping[str, Any]) -> None:
    """Another part of this page, filtered as `query` says, of the same days: only their own field may change those.

    What changes goes into the address at once, so that one step back leads to where one was.
    """
    wanted = {"show": FIGURES, **{name: query[name] for name in query if name not in ("period", "days")}}
    for name in Filters().__dataclass_fields__:
        if name not in wanted:
            _forget(name)
    st.query_params.update(wanted)


def _forget(name: str) -> None:
    st.query_params.pop(name, None)
