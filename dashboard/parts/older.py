"""Long lists that begin with their newest part: a press shows more."""

import streamlit as st


def most_shown(key: str, page_size: int) -> int:
    """How many of the list `key` are shown by now."""
    return int(st.session_state.get(f"shown-{key}", page_size))


def show_older(key: str, page_size: int) -> None:
    """The button below such a list, when more lies behind it."""
    more = most_shown(key, page_size) + page_size
    st.button(
        "Show older", icon=":material/expand_more:", type="tertiary", key=f"older-{key}", on_click=_show,
        args=(key, more),
    )  # fmt: skip


def forget(beginning: str) -> None:
    """Forget what was typed into the fields whose keys begin so."""
    for key in [key for key in st.session_state if str(key).startswith(beginning)]:
        del st.session_state[key]


def _show(key: str, most: int) -> None:
    st.session_state[f"shown-{key}"] = most
