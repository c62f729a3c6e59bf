"""What the lists of all pages share: fields that keep themselves in the address, numbered pages, and an empty list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import streamlit as st

from crmcore import lists, people
from crmcore.database.gate import ShopSession
from crmcore.lists import MOST_PAGES, NOBODY
from dashboard.parts.words import count

SIZE = 25

F = TypeVar("F", bound=lists.Filters)


@dataclass(frozen=True)
class View(Generic[F]):
    """What a page with a list shows: its part, the filters of the list, their order, and which page of it."""

    part: str
    filters: F
    sort: str
    page: int


@dataclass(frozen=True)
class Fields(Generic[F]):
    """The fields above a list. The address is what holds: a field shows what it says, and writes its change into it.

    `noun`: what their keys begin with. `filters`: what the list is filtered by. `sorts`: its orders in words, the usual
    one first. `private`: a phone number or an e-mail address that somebody types stays out of the address.
    """

    noun: str
    filters: type[F]
    sorts: Mapping[str, str]
    private: bool = False

    @property
    def usual_sort(self) -> str:
        return next(iter(self.sorts))

    def view(self, parts: Mapping[str, str]) -> View[F]:
        """The view the address names; what can't be read in it stays as it usually is: the first part and order."""
        query = st.query_params.to_dict()
        part, sort, page = query.get("show", ""), query.get("sort", ""), query.get("page", "")
        known = page.isdecimal() and len(page) < 6 and 1 <= int(page) <= MOST_PAGES
        return View(
            part if part in parts else next(iter(parts)),
            self.chosen(),
            sort if sort in self.sorts else self.usual_sort,
            int(page) if known else 1,
        )

    def chosen(self) -> F:
        """The filters the address names, with what somebody typed if that stays out of it."""
        query = st.query_params.to_dict()
        typed = str(st.session_state.get(self.key("q")) or "")
        return self.filters.of_address({**query, "q": typed} if self._stays_out("q", typed) else query)

    def search(self, typed: str, placeholder: str, width: int, label: str = "Search", **look: Any) -> None:
        """The field for what somebody types."""
        self.keep("q", typed)
        look = {"icon": ":material/search:", "label_visibility": "collapsed", **look}
        st.text_input(
            label, key=self.key("q"), type="search", live=True, placeholder=placeholder, width=width,
            on_change=self.write, args=("q",), **look,
        )  # fmt: skip

    def choose(
        self,
        name: str,
        label: str,
        value: Any,
        choices: Mapping[str, str],
        width: int,
        *,
        labelled: bool = False,
        other: str = "Somebody or something else",
    ) -> None:
        """A field to choose one of `choices` in; what the address names but they don't stays chosen, as `other`."""
        value = str(value or "")
        known = choices if value in choices else {**choices, value: other}
        self.keep(name, value)
        st.selectbox(
            label, list(known), format_func=known.__getitem__, key=self.key(name), width=width, on_change=self.write,
            args=(name,), label_visibility="visible" if labelled else "collapsed",
        )  # fmt: skip

    def sort(self, sort: str, width: int, *, labelled: bool = False) -> None:
        """The field to choose the order in."""
        self.choose("sort", "Sorted", sort, self.sorts, width, labelled=labelled)

    def pills(self, name: str, label: str, value: str, choices: Mapping[str, str]) -> None:
        """The same as a row of pills, each with its count."""
        self.keep(name, value if value in choices else "")
        st.pills(
            label, list(choices), key=self.key(name), required=True, format_func=choices.__getitem__,
            label_visibility="collapsed", wrap=True, on_change=self.write, args=(name,),
        )  # fmt: skip

    def switch(self, name: str, label: str, *, on: bool) -> None:
        """A filter that is on or off."""
        self.keep(name, on)
        st.toggle(label, key=self.key(name), on_change=self.write, args=(name,))

    def keep(self, name: str, value: Any) -> None:
        """Let a field show what the address says. Only where they differ: setting it anew would undo what is typed."""
        if self.key(name) not in st.session_state or st.session_state[self.key(name)] != value:
            st.session_state[self.key(name)] = value

    def write(self, name: str) -> None:
        """A field changed: say so in the address, and begin on the first page."""
        value = st.session_state[self.key(name)]
        st.query_params.pop("page", None)
        usual = self.usual_sort if name == "sort" else getattr(self.filters(), name)
        if value in (None, "", usual) or self._stays_out(name, value):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = "yes" if value is True else str(value)

    def clear(self) -> None:
        """Take every filter away, and begin on the first page of the usual order."""
        for name in (*(one.name for one in fields(self.filters)), "sort", "page"):
            st.query_params.pop(name, None)
        if self.key("q") in st.session_state:
            st.session_state[self.key("q")] = ""

    def key(self, name: str) -> str:
        return f"{self.noun}-{name}"

    def _stays_out(self, name: str, typed: Any) -> bool:
        return name == "q" and self.private and is_private(typed)


def is_private(typed: str) -> bool:
    """Whether somebody's phone number or e-mail address was typed, or most of it: no matter for an address bar."""
    return "@" in typed or sum(sign.isdigit() for sign in typed) >= 5


def choose_part(noun: str, parts: Mapping[str, str], part: str, kept: tuple[str, ...] = ()) -> None:
    """The parts of a page, if there are several to see. Another one begins unfiltered, but for what is `kept`."""
    if len(parts) < 2:
        return
    key = f"{noun}-show"
    st.session_state[key] = part
    st.segmented_control(
        "Show", list(parts), format_func=parts.__getitem__, key=key, required=True, label_visibility="collapsed",
        on_change=_turn_to_part, args=(key, next(iter(parts)), kept),
    )  # fmt: skip


def _turn_to_part(key: str, first: str, kept: tuple[str, ...]) -> None:
    stays = {name: st.query_params[name] for name in kept if name in st.query_params}
    if st.session_state[key] != first:
        stays["show"] = st.session_state[key]
    st.query_params.from_dict(stays)


def whose(shop: ShopSession) -> dict[str, str]:
    """Whose rows are to be seen: anyone's, mine, nobody's, those of one of the team."""
    me = str(shop.who.staff_id)
    team = {str(one.staff_id): one.name for one in people.colleagues(shop) if one.is_active}
    mine = {me: "Mine"} if me in team else {}
    return {"": "Anyone's", **mine, NOBODY: "Nobody's yet", **{key: name for key, name in team.items() if key != me}}


def turn_to(page: int) -> None:
    """Show another page of the list, from the next run on."""
    if page > 1:
        st.query_params["page"] = str(page)
    else:
        st.query_params.pop("page", None)


def show_pages(noun: str, page: int, total: int, size: int = SIZE, *, in_words: str | None = None) -> None:
    """The numbers of the pages, and which rows these are; of a single page `in_words` how many there are."""
    pages = min(-(-total // size), MOST_PAGES)
    if pages < 2 and in_words is None:
        return
    first, last = (page - 1) * size + 1, min(page * size, total)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{noun}-pages"):
        told = f"{count(first)}–{count(last)} of {count(total)}" if pages > 1 else in_words
        st.markdown(f":gray[:small[{told}]]", width="stretch")
        if pages > 1:
            field = f"{noun}-page-{page}"
            st.pagination(pages, default=page, key=field, on_change=lambda: turn_to(st.session_state[field]))


def nothing_fits(noun: str, title: str, hint: str, clear: Callable[[], None]) -> None:
    """What stands where the filters leave nothing."""
    with st.container(border=True, horizontal_alignment="center", key=f"no-{noun}"):
        st.space("xsmall")
        st.markdown("## :material/search_off:", width="content")
        st.markdown(f"**{title}**", width="content")
        st.markdown(f":gray[{hint}]", width="content", text_alignment="center")
        st.button("Clear filters", key=f"clear-{noun}", on_click=clear)
        st.space("xsmall")
