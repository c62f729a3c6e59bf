"""What the Pipeline page shows: its part, what it is narrowed to, and the table's filters and order, in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import streamlit as st

from crmcore import people, products
from crmcore.database.gate import ShopSession, Who
from crmcore.leads import territories
from crmcore.lists import NOBODY
from crmcore.metrics.measure import Some
from crmcore.pipeline import STATUSES, board, stages
from crmcore.pipeline.listing import WATCH, Filters
from dashboard.parts.buyer import product_name

BOARD, TABLE, FIGURES, SETTINGS = "board", "table", "figures", "settings"
PARTS = {BOARD: "Board", TABLE: "Table", FIGURES: "Figures", SETTINGS: "Settings"}
_RIGHTS = {FIGURES: "see figures", SETTINGS: "manage the pipeline"}

SORTS = {
    "-value": "Largest value",
    "expected": "Closing soonest",
    "since": "Longest in stage",
    "-created": "Newest first",
    "-closed": "Closed last",
    "customer": "By customer",
    "stage": "By stage",
    "rep": "By sales rep",
}
_NARROWING = ("rep", "territory", "source", "product")


@dataclass(frozen=True)
class View:
    """The part of the page, the filters of the table, and its order."""

    part: str
    filters: Filters
    sort: str
    page: int

    @property
    def some(self) -> Some:
        """What board and figures are narrowed to."""
        rep = self.filters.rep if isinstance(self.filters.rep, UUID) else None
        return Some(rep, self.filters.territory, self.filters.source or None, self.filters.product)

    @property
    def narrowing(self) -> dict[str, str]:
        """The same as the address has it, to be carried along to the rows behind a figure."""
        return {name: value for name, value in self.filters.address().items() if name in _NARROWING}


def parts_of(who: Who) -> dict[str, str]:
    """The parts this person may see."""
    return {part: label for part, label in PARTS.items() if part not in _RIGHTS or who.may(_RIGHTS[part])}


def current(who: Who) -> View:
    """The view the address names; what can't be read in it stays as it usually is."""
    query = st.query_params.to_dict()
    part, sort, page = query.get("show", BOARD), query.get("sort", ""), query.get("page", "1")
    return View(
        part if part in parts_of(who) else BOARD,
        Filters.of_address(query),
        sort if sort in SORTS else next(iter(SORTS)),
        int(page) if page.isdecimal() and len(page) < 6 else 1,
    )


def choose_view(view: View, shop: ShopSession) -> None:
    """The parts of the page, and the fields that narrow it."""
    parts = parts_of(shop.who)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="pipeline-filters"):
        _keep("show", view.part)
        st.segmented_control(
            "Show", list(parts), format_func=parts.__getitem__, key="pipeline-show", required=True,
            label_visibility="collapsed", on_change=_turn,
        )  # fmt: skip
        if view.part == SETTINGS:
            return
        team = {str(one.staff_id): one.name for one in people.colleagues(shop) if one.sells or _is(view, one.staff_id)}
        nobody = {NOBODY: "Nobody's"} if view.part == TABLE else {}
        _select("Sales rep", "rep", str(view.filters.rep or ""), {"": "All reps", **team, **nobody}, 150)
        if view.part == TABLE:
            _of_the_table(view, shop)
        _more(view, shop)


def _is(view: View, staff_id: UUID) -> bool:
    return view.filters.rep == staff_id


def _of_the_table(view: View, shop: ShopSession) -> None:
    _keep("q", view.filters.q)
    st.text_input(
        "Find", key="pipeline-q", type="search", live=True, width=180, placeholder="Name or customer",
        on_change=_write, args=("q",), label_visibility="collapsed",
    )  # fmt: skip
    known = {str(one["id"]): one["name"] for one in stages.listed(shop, retired=True)}
    statuses = {"": "Any status", **STATUSES, "closed": "Won or lost"}
    _select("Status", "status", view.filters.status, statuses, 130)
    _select("Stage", "stage", str(view.filters.stage or ""), {"": "Any stage", **known}, 140)
    _select("Sorted", "sort", view.sort, SORTS, 160, usual=next(iter(SORTS)))


def _more(view: View, shop: ShopSession) -> None:
    """What is needed now and then stands in a menu, which says how many of its filters are set."""
    used = sum(bool(getattr(view.filters, name)) for name in ("territory", "source", "product", "watch"))
    with st.popover(
        f"Filters · {used}" if used else "Filters", icon=":material/tune:", type="tertiary", key="more-filters"
    ):
        if view.part == TABLE:
            _select("Look at", "watch", view.filters.watch, {"": "All of them", **WATCH}, 260)
        sources = board.sources(shop)
        _select("Source", "source", view.filters.source, {"": "Any source", **{one: one for one in sources}}, 260)
        places = {str(key): name for key, name in territories.names(shop).items()}
        if places:
            place = str(view.filters.territory or "")
            _select("Territory", "territory", place, {"": "Any territory", **places}, 260)
        catalogue = {str(key): name for key, name in products.names(shop).items()}
        chosen = view.filters.product
        if chosen is not None and str(chosen) not in catalogue:
            catalogue[str(chosen)] = product_name(shop, chosen)
        if catalogue:
            _select("Product", "product", str(chosen or ""), {"": "Any product", **catalogue}, 260)
        if used:
            st.button("Clear filters", key="clear-pipeline", on_click=clear, width="stretch")


def clear() -> None:
    """Take every filter away; the part stays."""
    for one in fields(Filters):
        st.query_params.pop(one.name, None)
    st.query_params.pop("page", None)


def _select(label: str, name: str, value: str, choices: Mapping[str, str], width: int, usual: str = "") -> None:
    _keep(name, value if value in choices else usual)
    st.selectbox(
        label, list(choices), format_func=choices.__getitem__, key=f"pipeline-{name}", width=width, on_change=_write,
        args=(name, usual), label_visibility="visible" if width == 260 else "collapsed",
    )  # fmt: skip


def _keep(name: str, value: Any) -> None:
    st.session_state[f"pipeline-{name}"] = value


def _write(name: str, usual: str = "") -> None:
    """A field changed: say so in the address, and begin on the first page again."""
    value = st.session_state[f"pipeline-{name}"]
    st.query_params.pop("page", None)
    if value == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def _turn() -> None:
    """Another part of the page; what all parts are narrowed to stays."""
    kept = {name: st.query_params[name] for name in _NARROWING if name in st.query_params}
    st.query_params.clear()
    st.query_params.update(kept)
    if st.session_state["pipeline-show"] != BOARD:
        st.query_params["show"] = st.session_state["pipeline-show"]
