"""The script Streamlit runs: who is here, which pages they get, and the frame around each page.

It stands apart from pages/ on purpose: Streamlit would open every file of a folder of that name beside it, to anybody.
"""

from pathlib import Path

import streamlit as st

from dashboard import navigation
from dashboard.parts import frame, saving, session

LOOK = Path(__file__).resolve().parents[1] / "look"

st.set_page_config(
    page_icon=str(LOOK / "icon.svg"), layout="wide", initial_sidebar_state=232, menu_items={"About": None}
)
st.html(LOOK / "look.css")

who = session.signed_in()
st.logo(str(LOOK / "logo.svg"), size="large", icon_image=str(LOOK / "icon.svg"))
waits = frame.waiting(who)
page = navigation.current_page(who, waits.due)
frame.sidebar(who, page, waits)
frame.phone(who, waits)
saving.show_what_was_said()
with session.known(who):
    page.run()
saving.show_what_was_said()
