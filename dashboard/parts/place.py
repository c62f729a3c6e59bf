"""Where a customer is, drawn without any map server: rings of kilometres, and other customers as dots."""

from collections.abc import Iterable
from math import cos, radians

import streamlit as st
from sqlalchemy import RowMapping

_KM_OF_A_DEGREE = 111.32
_RINGS = (1, 3, 5)
_HALF = 5.6  # km from the middle to the edge
_GREY, _ACCENT = "#7E8891", "#2F7F9C"  # mid-tones, readable on both themes


def place_sketch(here: RowMapping, others: Iterable[RowMapping]) -> None:
    """A square around `here` (latitude, longitude in degrees), north above, with `others` as grey dots."""
    narrowing = cos(radians(float(here["latitude"])))
    dots = []
    for other in others:
        east = float(other["longitude"] - here["longitude"]) * _KM_OF_A_DEGREE * narrowing
        south = -float(other["latitude"] - here["latitude"]) * _KM_OF_A_DEGREE
        dots.append(f'<circle cx="{east:.3f}" cy="{south:.3f}" r=".09" fill="{_GREY}"/>')
    rings = "".join(
        f'<circle r="{km}" fill="none" stroke="{_GREY}" stroke-width=".03" stroke-opacity=".6"/>'
        f'<text x=".14" y="{0.46 - km:.2f}" font-size=".36" font-family="sans-serif" fill="{_GREY}">{km} km</text>'
        for km in _RINGS
    )
    st.image(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="352" height="352" '
        f'viewBox="{-_HALF} {-_HALF} {2 * _HALF} {2 * _HALF}">{rings}{"".join(dots)}'
        f'<circle r=".22" fill="{_ACCENT}" stroke="#fff" stroke-width=".06"/></svg>'
    )
