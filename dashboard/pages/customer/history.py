"""What a customer bought, and everything that happened."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customer_timeline, customers, orders, periods
from crmcore.customer_timeline import PARTS
from crmcore.database.gate import ShopSession, Who
from crmcore.timeline_words import Line
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.older import most_shown, show_older
from dashboard.parts.period import address_of
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_ORDERS_SHOWN = 3
_OPEN_LINES = 3
_ICONS = {
    "sale": "shopping_bag",
    "return": "undo",
    "order": "receipt_long",
    "cancelled": "block",
    "added": "person_add",
    "changed": "edit",
    "rep": "handshake",
    "hidden": "visibility_off",
    "tag": "sell",
    "follow-up": "event_upcoming",
    "visit": "storefront",
    "call": "call",
    "whatsapp": "chat",
    "sms": "sms",
    "email": "mail",
    "meeting": "groups",
    "note": "sticky_note_2",
    "pin": "push_pin",
    "file": "attach_file",
    "review": "star",
    "consent": "how_to_reg",
    "removed": "delete",
    "person": "badge",
    "import": "upload_file",
    "refill": "medication",
    "medical": "ecg_heart",
    "deal": "handshake",
}


def icon_of(line: Line) -> str:
    """The sign beside a line of the timeline."""
    return f":material/{_ICONS.get(line.kind, 'history')}:"


def show_orders(customer: RowMapping, shop: ShopSession) -> None:
    latest = orders.of_customer(shop, customer["id"], limit=_ORDERS_SHOWN + 1)
    if not latest:
        st.markdown(":gray[No order yet.]")
        return
    for order in latest[:_ORDERS_SHOWN]:
        told = [
            words.money(order["total"], shop.shop),
            words.day(order["ordered_on"], shop.today),
            order["payment_method"],
            "" if order["status"] == orders.COMPLETED else orders.STATUSES[order["status"]],
        ]
        amount, *rest = (escape(part) for part in told if part)
        icon = ":material/undo:" if order["is_return"] else ":material/shopping_bag:"
        with st.expander(f"**{amount}** :gray[· {' · '.join(rest)}]", icon=icon, key=f"order-{order['id']}"):
            _items(order, shop)
    if len(latest) > _ORDERS_SHOWN:
        query = {"customer": str(customer["id"]), **address_of(periods.named("all", shop.today))}
        st.page_link(to("orders"), label="All orders", icon=":material/receipt_long:", query_params=query)


def _items(order: RowMapping, shop: ShopSession) -> None:
    for line in orders.items(shop, order["id"]):
        with st.container(horizontal=True, wrap=False, gap="small"):
            pieces = f"{line['quantity'].normalize():f} × " if line["quantity"] != 1 else ""
            st.markdown(escape(f"{pieces}{line['product_name'] or line['sku'] or 'Item'}"), width="stretch")
            st.markdown(escape(words.money(line["total"], shop.shop)), width="content")
    st.page_link(
        to("order"),
        label=f"Open order {escape(order['number'])}",
        icon=":material/receipt:",
        query_params={"id": str(order["id"])},
    )


def show_timeline(customer: RowMapping, shop: ShopSession) -> None:
    part = st.pills(
        "Show", list(PARTS), default="all", required=True, format_func=PARTS.__getitem__, key="timeline-part",
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    shown = f"timeline-{customer['id']}-{part}"
    most = most_shown(shown, customer_timeline.PAGE_SIZE)
    timeline = customer_timeline.of_customer(shop, customer["id"], str(part), limit=most)
    if not timeline.lines:
        st.markdown(":gray[Nothing of this kind yet.]")
    for nth, line in enumerate(timeline.lines):
        _line(line, shop, open_=nth < _OPEN_LINES)
    if timeline.has_older:
        show_older(shown, customer_timeline.PAGE_SIZE)


def _line(line: Line, shop: ShopSession, *, open_: bool) -> None:
    when = words.moment(line.at, shop.shop, shop.today)
    label = f"**{escape(line.title)}** :gray[· {escape(when)} · {escape(line.by)}]"
    if line.is_important:
        label = f":orange[:material/priority_high:] {label}"
    with st.expander(label, icon=icon_of(line), type="step", expanded=open_ and bool(line.details)):
        told = "  \n".join(f":gray[{escape(one)}]" for one in line.details)
        st.markdown(told or ":gray[:small[Nothing more is known about it.]]")
        if line.change_id is not None and shop.who.may("edit customers"):
            st.button(
                "Put it back", type="tertiary", icon=":material/undo:", key=f"put-back-{line.change_id}",
                on_click=_put_back, args=(shop.who, line.change_id), help="Let these fields say what they said before",
            )  # fmt: skip


def _put_back(who: Who, change_id: UUID) -> None:
    with saving(who, "Put back") as shop:
        customers.put_back(shop, change_id)
