"""The building blocks of a page: its head, figures in a row, facts, badges, and what stands where nothing is yet.

Texts given here are plain and are escaped; words.Markdown(…) is taken as it is.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.navigation import to as page_of
from dashboard.parts.words import Markdown, escape

Figure = tuple[str, str] | tuple[str, str, str]
Badge = str | tuple[str, str] | tuple[str, str, str]


def page_head(title: str, caption: str = "") -> DeltaGenerator:
    """The page's title and one muted line; returns the container on its right, for the page's actions."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="page-head"):
        with st.container(gap=None, width="stretch", key="page-title"):
            st.title(escape(title), anchor=False)
            if caption:
                st.markdown(f":gray[:small[{escape(caption)}]]")
        return st.container(
            horizontal=True, width="content", vertical_alignment="center", gap="xsmall", key="page-actions"
        )


def section(title: str, caption: str = "") -> None:
    """A heading within a page, with one muted line."""
    with st.container(gap=None):
        st.subheader(escape(title), anchor=False)
        if caption:
            st.markdown(f":gray[:small[{escape(caption)}]]")


def note(text: str, width: int = 640) -> None:
    """One muted line, e.g. below a form: what saving also does, or why something can't be changed."""
    st.markdown(f":gray[:small[{escape(text)}]]", width=width)


def tips(about: str, lines: Iterable[str], key: str) -> None:
    """What has proved good, for whoever asks: a press shows it."""
    with st.popover(about, icon=":material/lightbulb:", type="tertiary", key=key):
        st.markdown("\n".join(f"- {escape(line)}" for line in lines))


def back_link(noun: str, label: str) -> None:
    """The way back from a record's page to its list."""
    with st.container(key="back-link"):
        st.page_link(page_of(noun), label=label, icon=":material/arrow_back:")


def empty_state(
    icon: str,
    title: str,
    text: str,
    button_label: str | None = None,
    to: str | None = None,
    query: dict[str, str] | None = None,
) -> None:
    """What stands where nothing is yet: what this is for, and at most one thing to do, which leads to page `to`."""
    with st.container(border=True, horizontal_alignment="center", key=f"empty-{abs(hash((title, to)))}"):
        st.space("xsmall")
        st.markdown(f"## {icon}", width="content")
        st.markdown(f"**{escape(title)}**", width="content", text_alignment="center")
        st.markdown(f":gray[{escape(text)}]", width="content", text_alignment="center")
        if button_label and to and st.button(button_label, type="primary", key=f"empty-go-{to}"):
            st.switch_page(page_of(to), query_params=query or {})
        st.space("xsmall")


def figure_strip(figures: Iterable[Figure], *, min_width: int = 130, border: bool = True) -> None:
    """A quiet row of figures: (label, value) or (label, value, note)."""
    cells = list(figures)
    frame = st.container(border=True, key=f"strip-{cells[0][0]}") if border else st.container()
    grid = frame.grid(len(cells), min_column_width=min_width, gap=(12, 12))
    for label, value, *note in cells:
        below = f"  \n:small[:gray[{escape(note[0])}]]" if note and note[0] else ""
        grid.markdown(f":gray[:small[{escape(label)}]]  \n**{escape(value)}**{below}")


def facts(pairs: Iterable[tuple[str, str]]) -> None:
    """Label and value, line by line."""
    with st.container(gap="xsmall"):
        for label, value in pairs:
            with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="top"):
                st.markdown(f":gray[:small[{escape(label)}]]", width=104)
                st.markdown(escape(value), width="stretch")


def badge(what: Badge) -> Markdown:
    """One badge as markdown: "text", ("text", colour) or ("text", colour, icon); colours as streamlit names them."""
    text, colour, icon = _whole(what)
    return Markdown(f":{colour}-badge[{icon + ' ' if icon else ''}{escape(text)}]")


def badges(several: Sequence[Badge]) -> None:
    """A line of badges."""
    if several:
        st.markdown(" ".join(badge(one) for one in several))


def narrowed_to(text: str, icon: str, everything: str, *names: str) -> None:
    """What a list is narrowed to by `names` in the address, and a button that takes them out of there."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(badge((text, "blue", icon)), width="content")
        st.button(
            everything, type="tertiary", icon=":material/close:", key=f"without-{names[0]}", on_click=_take_away,
            args=names,
        )  # fmt: skip


def _take_away(*names: str) -> None:
    for name in (*names, "page"):
        st.query_params.pop(name, None)


def only_wide(key: str, **options: Any) -> DeltaGenerator:
    """A container that shows on wide windows only; its twin `only_phone` shows the same on a phone."""
    return st.container(key=f"wide-{key}", **options)


def only_phone(key: str, **options: Any) -> DeltaGenerator:
    """A container that shows on a phone only."""
    return st.container(key=f"phone-{key}", **options)


def _whole(what: Badge) -> tuple[str, str, str]:
    given = (what,) if isinstance(what, str) else what
    return (given[0], given[1] if len(given) > 1 else "gray", given[2] if len(given) > 2 else "")
