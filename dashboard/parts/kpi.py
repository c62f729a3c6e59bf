"""A figure that matters, in a card: its value, its change, its course, and what stands behind it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from dashboard.navigation import to as page_of
from dashboard.parts.words import escape

Way = tuple[str, str, Mapping[str, str | list[str]]]  # where a figure leads: (label, page, ?query)


def kpi_card(
    key: str,
    label: str,
    value: str,
    *,
    basis: str,
    means: str,
    formula: str,
    sql: str,
    change: str | None = None,
    against: str = "",
    worse: bool = False,
    course: Sequence[float | Decimal] = (),
    behind: Way | None = None,
    more: Sequence[Way] = (),
) -> None:
    """One card of a grid.

    `value`, `change` and `against` are ready to read ("₹12,48,560", "-₹84", "vs ₹6,451"); a falling change begins
    with "-", in ASCII, so that its arrow points down. `worse`: the change is for the worse, so it is red. `course`:
    the sparkline. `basis`: what the figure rests on ("312 of 1,168 customers"); pressing it opens what the figure
    `means`, the `formula` with today's numbers, its `sql`, `behind`, the way to the rows: (label, page, query), and
    `more` ways.
    """
    with st.container(border=True, key=f"kpi-{key}", gap="xsmall", height="stretch"):
        st.metric(
            escape(label),
            escape(value),
            None if change is None else _kept_minus(change),
            delta_color="red" if worse else "blue",
            delta_description=against or None,
            chart_data=[float(point) for point in course] or None,
            chart_type="area",
        )
        meaning(f"kpi-{key}", basis, label=label, means=means, formula=formula, sql=sql, behind=behind, more=more)


def meaning(
    key: str,
    button: str,
    *,
    label: str,
    means: str,
    formula: str,
    sql: str,
    behind: Way | None = None,
    more: Sequence[Way] = (),
) -> None:
    """A quiet button that opens what a figure means, how it is worked out, its SQL and the rows behind it."""
    with st.popover(escape(button), type="tertiary", key=f"meaning-{key}"):
        worked_out = f"  \n:gray[:small[{escape(formula)}]]" if formula else ""
        st.markdown(f"**{escape(label)}**  \n{escape(means)}{worked_out}")
        for text, noun, query in [*([behind] if behind else []), *more]:
            st.page_link(page_of(noun), label=text, icon=":material/arrow_forward:", query_params=query)
        st.code(sql.strip(), language="sql", wrap_lines=True, height=220)


def _kept_minus(change: str) -> str:
    """Markdown-safe, but a leading ASCII minus stays first: st.metric looks at it for the arrow."""
    return f"-{escape(change[1:])}" if change.startswith("-") else str(escape(change))
