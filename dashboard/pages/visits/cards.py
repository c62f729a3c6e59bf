"""The figures on top of the Visits page: six cards, each with its change, its course and what stands behind it."""

from collections.abc import Mapping

import streamlit as st

from crmcore.database.gate import Shop
from crmcore.metrics import Measure
from crmcore.metrics.visits import FIGURES, VisitFigures
from dashboard.parts.figures import figure_card
from dashboard.parts.words import NOTHING, count, day, several


def kpi_cards(shown: VisitFigures, shop: Shop, some: Mapping[str, str]) -> None:
    bases = {
        "visits_today": f"so far, on {shown.today:%A}",
        "visits_week": f"since {day(shown.now['visits_week'].period.since, shown.today)}",
        "revisit_rate": _of_visitors(shown.now["revisit_rate"]),
        "returning_visitors": _of_visitors(shown.now["returning_visitors"]),
        "visit_conversion": _of_visitors(shown.now["visit_conversion"]),
        "reviews": _of_reviews(shown.now["reviews"]),
    }
    with st.grid(3, min_column_width=158, gap=(12, 12)):
        for key in FIGURES:
            course = shown.courses.get(key, [])
            figure_card(
                shown.now[key],
                shown.earlier.get(key),
                shop,
                shown.today,
                basis=bases[key],
                label="Visit-to-purchase" if key == "visit_conversion" else "",
                course=course if len(course) > 1 else (),
                some=some,
            )


def _of_visitors(rate: Measure) -> str:
    return f"{count(int(rate.part or 0))} of {several(int(rate.whole or 0), 'visitor')}"


def _of_reviews(reviews: Measure) -> str:
    told = reviews.rows[0]
    stars = NOTHING if told["average_rating"] is None else f"{told['average_rating']:.1f}"
    return f"{count(told['answered'])} of {count(told['requested'])} asked · {count(told['given'])} given, ★ {stars}"
