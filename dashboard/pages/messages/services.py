"""When messages may go, and the services that carry them: connecting, trying, switching off."""

from datetime import time
from urllib.parse import urlsplit

import streamlit as st

from crmcore.database.gate import Who, shop_session
from crmcore.errors import CrmError
from crmcore.messages import hooks, languages, providers, rules
from crmcore.messages.automatic import AUTOMATIC, offered
from crmcore.messages.carriers.answers import SENT
from crmcore.messages.consent import CHANNELS, EMAIL, SMS, WHATSAPP
from crmcore.messages.examples import LANGUAGES
from crmcore.messages.providers import ENCRYPTIONS, KINDS, OF_CHANNEL, Field, Provider
from crmcore.messages.purposes import PURPOSES
from crmcore.messages.rules import Rules
from crmcore.settings import settings
from dashboard.parts.layout import Badge, badge, note, section
from dashboard.parts.message import ICONS
from dashboard.parts.saving import complain, saving
from dashboard.parts.words import escape, moment

_WIDTH = 640


def show(who: Who) -> None:
    with shop_session(who) as shop:
        kept, connected = rules.of_shop(shop), providers.all_of(shop)
    section("Services", "Without one, messages are sent by hand: a press opens the chat with the text ready")
    for channel in (WHATSAPP, SMS, EMAIL):
        _service(who, channel, connected.get(channel))
    section("When and how")
    _rules(who, kept)


def _rules(who: Who, kept: Rules) -> None:
    with st.form("rules", width=_WIDTH):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            quiet_from = st.time_input("Quiet from", kept.quiet_from, width=150, step=900)
            quiet_until = st.time_input("Quiet until", kept.quiet_until, width=150, step=900)
        known = {**{code: languages.name_of(code) for code in LANGUAGES}, **languages.all_known()}
        codes = list(known)
        language = st.selectbox(
            "Language where the customer’s is not known", codes, index=codes.index(kept.language),
            format_func=known.__getitem__,
        )  # fmt: skip
        automatic = [
            purpose
            for purpose, means in offered(who.shop).items()
            if st.checkbox(
                f"**{PURPOSES[purpose].label}** by itself  \n:gray[:small[{escape(means)}]]",
                purpose in kept.automatic,
            )
        ]
        pressed = st.form_submit_button("Save changes", type="primary")
    note("In quiet time phones are left alone; e-mail may go at any hour. The same hour twice means no quiet time.")
    if pressed:
        new = Rules(_whole(quiet_from), _whole(quiet_until), str(language), tuple(automatic))
        with saving(who, "Settings saved") as shop:
            rules.change(shop, new, list(AUTOMATIC))


def _whole(moment_of_day: time) -> time:
    return moment_of_day.replace(second=0, microsecond=0)


def _service(who: Who, channel: str, service: Provider | None) -> None:
    kind = OF_CHANNEL[channel]
    with st.container(border=True, width=_WIDTH + 80, gap="small", key=f"service-{channel}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            about = KINDS[kind].label if service is None else _about(service)
            st.markdown(
                f"{ICONS[channel]} **{CHANNELS[channel]}** {badge(_state(service))}  \n:gray[:small[{escape(about)}]]",
                width="stretch",
            )
            if service is not None:
                _switch(who, service)
        if service is not None and service.trouble:
            st.warning(escape(service.trouble), icon=":material/error:")
        if service is not None:
            _try(who, channel, service)
            _addresses(who, channel)
        label = "Connect" if service is None else "Change the connection"
        with st.expander(label, icon=":material/link:", key=f"connect-{channel}"):
            _connect(who, kind, service)
            if service is not None:
                _disconnect(who, channel)


def _state(service: Provider | None) -> Badge:
    if service is None:
        return ("Sent by hand", "gray", ":material/front_hand:")
    if service.trouble:
        return ("In trouble", "red", ":material/error:")
    if not service.is_active:
        return ("Switched off", "orange", ":material/pause:")
    return ("Connected", "green", ":material/check:")


def _about(service: Provider) -> str:
    plain = service.settings
    return " · ".join(
        plain[name] for name in ("phone_number_id", "account_sid", "host", "sender") if plain.get(name)
    )


def _switch(who: Who, service: Provider) -> None:
    on = service.carries
    label = "Switch off" if on else "Switch on"
    icon = ":material/pause:" if on else ":material/play_arrow:"
    given = (who, service.channel, not on)
    st.button(label, icon=icon, key=f"switch-{service.channel}", on_click=_switched, args=given)


def _switched(who: Who, channel: str, on: bool) -> None:
    with saving(who, f"{CHANNELS[channel]} is switched {'on' if on else 'off'}") as shop:
        providers.switch(shop, channel, on=on)


def _try(who: Who, channel: str, service: Provider) -> None:
    label = "Your e-mail address" if channel == EMAIL else "Your phone number"
    with st.form(f"try-{channel}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        address = st.text_input(label, key=f"try-address-{channel}", width=260)
        pressed = st.form_submit_button("Send a test", icon=":material/send:")
    if service.tested_at is not None:
        note(f"Last tried {moment(service.tested_at, who.shop)}: it worked.")
    if not pressed:
        return
    try:
        answer = providers.test(who, channel, address)
    except CrmError as refusal:
        complain(refusal)
        return
    if answer.came == SENT:
        st.success("The service took it. Look whether it arrived.", icon=":material/check:")
    else:
        st.error(escape(answer.words), icon=":material/error:")


def _addresses(who: Who, channel: str) -> None:
    """Where the service tells what became of a message, to be copied into its console."""
    if channel == EMAIL:
        return
    with st.expander("For receipts and replies", icon=":material/webhook:", key=f"hooks-{channel}"):
        st.markdown("Give the service this address. It must be reachable from the internet, over https.")
        st.code(_hook(who, channel), language=None, wrap_lines=True)
        if channel == WHATSAPP:
            st.markdown("Verify token, and the field to subscribe to:")
            st.code(hooks.verify_token(who.shop.id), language=None)
            st.code("messages", language=None)


def _hook(who: Who, channel: str) -> str:
    here = urlsplit(st.context.url or "")
    address = settings().address or f"{here.scheme}://{here.netloc}"
    return f"{address}/webhooks/{channel}/{hooks.token_of(who.shop.id, channel)}"


def _connect(who: Who, kind: str, service: Provider | None) -> None:
    before = dict(service.settings) if service is not None else {}
    note(KINDS[kind].about)
    with st.form(f"connect-{kind}", border=False):
        given = {name: _field(kind, name, field, before) for name, field in KINDS[kind].fields.items()}
        pressed = st.form_submit_button("Connect" if service is None else "Save connection")
    note("Secrets are kept encrypted and never shown again.")
    if pressed:
        channel = KINDS[kind].channel
        with saving(who, f"{CHANNELS[channel]} is connected") as shop:
            providers.connect(shop, kind, given, receipts=_hook(who, SMS) if channel == SMS else None)
        if shop.saved:
            st.session_state["connections"] = _connections() + 1
            st.rerun()


def _connections() -> int:
    """Counts on with every connection, so that no field keeps a secret that was typed into it."""
    return int(st.session_state.get("connections", 0))


def _field(kind: str, name: str, field: Field, before: dict[str, str]) -> str:
    key, label = f"{kind}-{name}-{_connections()}", field.label if field.needed else f"{field.label} (if any)"
    if name == "encryption":
        choices = list(ENCRYPTIONS)
        at = choices.index(before.get(name, "starttls"))
        return str(st.selectbox(label, choices, index=at, format_func=ENCRYPTIONS.__getitem__, key=key))
    if field.secret:
        hint = "kept as it is unless you type a new one" if before else field.hint
        return st.text_input(label, type="password", placeholder=hint, key=key, autocomplete="off")
    return st.text_input(label, before.get(name, ""), placeholder=field.hint, key=key, autocomplete="off")


def _disconnect(who: Who, channel: str) -> None:
    st.button(
        f"Disconnect {CHANNELS[channel]}", type="tertiary", icon=":material/link_off:", key=f"disconnect-{channel}",
        on_click=_disconnected, args=(who, channel), help="What waits stays in the outbox, to be sent by hand.",
    )  # fmt: skip


def _disconnected(who: Who, channel: str) -> None:
    with saving(who, f"{CHANNELS[channel]} is disconnected") as shop:
        providers.disconnect(shop, channel)
