"""Taking e-mails in from files, on the page of a customer and on the one of all e-mails."""

from uuid import UUID

import streamlit as st

from crmcore import mail_in
from crmcore.database.gate import Who
from crmcore.mail_in import Filed
from crmcore.texts import gist
from dashboard.parts.layout import note
from dashboard.parts.saving import saving, say
from dashboard.parts.words import escape

_MOST = 20


def upload_round(key: str) -> int:
    """How often files were taken in here: what is called by it is new, and closed, after each time."""
    return int(st.session_state.setdefault(f"{key}-round", 0))


def upload(who: Who, key: str, customer_id: UUID | None = None) -> None:
    """Choose .eml files; each is filed by itself, and what became of it is said."""
    round_ = upload_round(key)
    files = st.file_uploader(
        "E-mails", ["eml"], accept_multiple_files=True, key=f"{key}-files-{round_}", label_visibility="collapsed"
    )
    note("In most mail programs: Save as, or drag an e-mail to a folder. Each counts once, however often it comes.")
    if not files or not st.button(
        "Take in 1 e-mail" if len(files) == 1 else f"Take in {min(len(files), _MOST)} e-mails", type="primary",
        key=f"{key}-take",
    ):  # fmt: skip
        return
    saved = True
    for file in files[:_MOST]:
        with saving(who) as shop:
            filed = mail_in.take_in(shop, file.getvalue(), customer_id=customer_id)
        if shop.saved:
            say(f"{file.name}: {what_became_of(filed)}")
        else:
            st.markdown(f":gray[:small[{escape(file.name)}]]")
            saved = False
    if saved:
        st.session_state[f"{key}-round"] = round_ + 1
        st.rerun()


def what_became_of(filed: Filed) -> str:
    """What became of an e-mail, in a sentence."""
    about = f"“{gist(filed.subject, 40)}”" if filed.subject else "The e-mail"
    if not filed.is_new:
        return f"{about} was here already."
    if filed.interaction_id is None:
        return f"{about} is of nobody on file, or of several. It waits under E-mails."
    said = f"{about} is in the history" + (f" of {filed.with_whom}" if filed.with_whom else "") + "."
    return " ".join([said, *(f"Not kept: {reason}" for reason in filed.left_out)])
