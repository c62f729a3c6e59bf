"""The shop's texts: which there are, writing one with a preview beside it, and what to register at WhatsApp."""

from html import escape as html
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import BadInput, NotFound
from crmcore.messages import languages, rules, templates
from crmcore.messages.consent import EMAIL, WHATSAPP
from crmcore.messages.examples import LANGUAGES
from crmcore.messages.purposes import PURPOSES
from crmcore.messages.templates import WRITTEN, NewTemplate
from dashboard.parts.layout import section
from dashboard.parts.message import ICONS, words_of
from dashboard.parts.saving import saving
from dashboard.parts.words import Markdown, escape

_NEW = "new"


def show(who: Who) -> None:
    asked = st.query_params.get("text")
    with shop_session(who) as shop:
        if asked is None:
            _list(shop)
            return
        chosen = _chosen(shop, asked)
        pressed = _form(shop, chosen, asked)
    if pressed is not None:
        _save(who, chosen, pressed)


def _list(shop: ShopSession) -> None:
    own = templates.all_of(shop)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width="stretch"):
            section("Your texts", "The customer’s language comes first; without a text in it, the shop’s language")
        st.button("Write a text", icon=":material/edit:", type="primary", on_click=_open, args=(_NEW,))
    for row in own:
        _own_text(row)
    written = {(row["purpose"], row["channel"]) for row in own if row["is_active"]}
    missing = [(purpose, channel) for purpose in PURPOSES for channel in WRITTEN if (purpose, channel) not in written]
    if missing:
        section(
            "Examples in use",
            "They serve until you write a text of your own for the purpose, in English, Hindi and Marathi",
        )
        language = rules.of_shop(shop).language
        for purpose in dict.fromkeys(purpose for purpose, _ in missing):
            _example(purpose, [channel for one, channel in missing if one == purpose], language)


def _own_text(row: RowMapping) -> None:
    purpose = PURPOSES[row["purpose"]].label
    state = "" if row["is_active"] else " :gray-badge[Put aside]"
    approved = f" :green-badge[:material/verified: {escape(row['provider_name'])}]" if row["provider_name"] else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"text-{row['id']}"):
        with st.container(gap="xxsmall"):
            head = f"{ICONS[row['channel']]} **{escape(purpose)}** · {escape(languages.name_of(row['language']))}"
            st.markdown(f"{head}{approved}{state}")
            words_of(row)
        st.button("Change", key=f"change-{row['id']}", on_click=_open, args=(str(row["id"]),))


def _example(purpose: str, channels: list[str], language: str) -> None:
    text = templates.example(purpose, channels[0], language if language in LANGUAGES else "en")
    on = " ".join(ICONS[channel] for channel in channels)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"example-{purpose}"):
        with st.container(gap="xxsmall"):
            st.markdown(f"{on} **{escape(PURPOSES[purpose].label)}**")
            st.markdown(f":gray[{escape(text.body)}]")
        st.button(
            "Make it yours", key=f"own-{purpose}", on_click=_open, args=(f"{_NEW}-{purpose}-{channels[0]}",)
        )


def _open(text: str) -> None:
    st.query_params["text"] = text
    _forget_form()


def _close() -> None:
    st.query_params.pop("text", None)
    _forget_form()


def _forget_form() -> None:
    for name in [name for name in st.session_state if str(name).startswith("text-form-")]:
        del st.session_state[name]


def _chosen(shop: ShopSession, asked: str) -> RowMapping | None:
    if asked.startswith(_NEW):
        return None
    try:
        return templates.own(shop, UUID(asked))
    except (ValueError, NotFound):
        return None


def _form(shop: ShopSession, chosen: RowMapping | None, asked: str) -> NewTemplate | None:
    """The fields with a preview beside them; return what is to be saved."""
    _, _, wish = asked.partition("-")
    purpose_first, _, channel_first = wish.partition("-") if chosen is None else ("", "", "")
    st.button("All texts", icon=":material/arrow_back:", type="tertiary", on_click=_close)
    left, right = st.columns([3, 2], gap="large")
    with left:
        first = chosen["purpose"] if chosen else purpose_first or "refill"
        purpose = _select("What for", "purpose", {key: one.label for key, one in PURPOSES.items()}, first)
        channel = str(
            st.segmented_control(
                "Channel", list(WRITTEN), default=chosen["channel"] if chosen else channel_first or WHATSAPP,
                required=True, format_func=WRITTEN.__getitem__, key="text-form-channel",
            )
        )  # fmt: skip
        usual = rules.of_shop(shop).language
        known = {**{code: languages.name_of(code) for code in (usual, *LANGUAGES)}, **languages.all_known()}
        language = _select("Language", "language", known, chosen["language"] if chosen else usual)
        shown = f"{purpose}-{channel}-{language}"
        example = templates.example(purpose, channel, language)
        subject = None
        if channel == EMAIL:
            given = chosen["subject"] if chosen else example.subject
            subject = st.text_input("Subject", given or "", max_chars=200, key=f"text-form-subject-{shown}")
        body = st.text_area(
            "Text", chosen["body"] if chosen else example.body, height=180, key=f"text-form-body-{shown}",
            max_chars=templates.LONGEST[channel],
        )  # fmt: skip
        provider_name = None
        if channel == WHATSAPP:
            provider_name = st.text_input(
                "Name of the approved template at WhatsApp", (chosen["provider_name"] if chosen else None) or "",
                help="Only for sending by WhatsApp’s service. Without it the text is sent by hand.",
                key="text-form-provider", placeholder="such as refill_1",
            )  # fmt: skip
        in_use = st.toggle("In use", chosen["is_active"] if chosen else True, key="text-form-active")
        new = NewTemplate(purpose, channel, language, PURPOSES[purpose].label, body, subject, provider_name, in_use)
        pressed = _buttons(shop.who, chosen)
    with right:
        _beside(shop, new)
    return new if pressed else None


def _buttons(who: Who, chosen: RowMapping | None) -> bool:
    with st.container(horizontal=True):
        pressed = st.button("Save text", type="primary", icon=":material/check:", key="save-text")
        st.button("Cancel", type="tertiary", on_click=_close)
        if chosen is not None:
            st.button("Remove", type="tertiary", icon=":material/delete:", on_click=_remove, args=(who, chosen["id"]))
    return pressed


def _beside(shop: ShopSession, new: NewTemplate) -> None:
    """How it would arrive, which placeholders there are, and what WhatsApp has to be told."""
    section("Preview", "With made-up values")
    try:
        text = templates.preview(shop, new)
    except BadInput as refusal:
        st.warning(escape(str(refusal)), icon=":material/edit:")
    else:
        subject = f"<b>{html(text.subject)}</b>\n" if text.subject else ""
        st.html(f'<div class="message-preview">{subject}{html(text.body)}</div>')
        if new.provider_name:
            section("To register at WhatsApp", "Word for word, with the same name and language")
            st.code(templates.as_numbered(new.body), language=None, wrap_lines=True)
    section("Placeholders")
    known = PURPOSES[new.purpose].placeholders
    st.markdown(Markdown("  \n".join(f"`{{{name}}}` :gray[{escape(means)}]" for name, means in known.items())))


def _select(label: str, name: str, choices: dict[str, str], chosen: str) -> str:
    known = {**choices, chosen: choices.get(chosen, chosen)}
    at = list(known).index(chosen)
    return str(st.selectbox(label, list(known), index=at, format_func=known.__getitem__, key=f"text-form-{name}"))


def _save(who: Who, chosen: RowMapping | None, new: NewTemplate) -> None:
    with saving(who, "Text saved") as shop:
        if chosen is None:
            templates.add(shop, new)
        else:
            templates.change(shop, chosen["id"], new)
    if shop.saved:
        _close()
        st.rerun()


def _remove(who: Who, template_id: UUID) -> None:
    with saving(who, "Text removed") as shop:
        templates.remove(shop, template_id)
    if shop.saved:
        _close()


