"""Who buys or visits: found by phone or name while it is typed, chosen from the recent ones, new, or nobody at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customer_list, customers, orders, phones, products
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import BadInput, NotFound
from dashboard.parts.layout import Badge, badge
from dashboard.parts.saving import complain
from dashboard.parts.words import Markdown, day, escape, masked, money, phone, several

Width = Literal["content", "stretch"]
Occasion = Literal["sale", "visit"]

_MOST_FOUND, _RECENT = 6, 5


@dataclass
class Buyer:
    """Who buys or visits. `customer_id`: somebody on file. `phone`, `name`: somebody new; `has_no_phone`: by the name
    alone. `is_nobody`: buys without a name, by choice."""

    customer_id: UUID | None = None
    phone: str | None = None
    name: str | None = None
    is_nobody: bool = False
    has_no_phone: bool = False

    @property
    def is_known(self) -> bool:
        is_new = self.phone is not None or (self.has_no_phone and bool(self.name))
        return self.is_nobody or self.customer_id is not None or is_new

    @property
    def fields(self) -> dict[str, str]:
        """What is known of somebody new, as crmcore.customers takes it."""
        return {key: value for key, value in (("phone", self.phone), ("name", self.name)) if value}

    def forget(self) -> None:
        self.__init__()  # type: ignore[misc]


def choose_buyer(key: str, buyer: Buyer, shop: ShopSession, occasion: Occasion = "sale") -> RowMapping | None:
    """Show who buys or visits, or the field to find them; return the customer when it is somebody on file.

    A visit is always somebody's; who tells no number can go by the name.
    """
    if buyer.customer_id is not None:
        try:
            customer = customers.get(shop, buyer.customer_id)
        except NotFound as gone:
            complain(gone)
            buyer.forget()
        else:
            _card(key, buyer, customer, shop, occasion)
            return customer
    if buyer.is_nobody:
        _nobody(key, buyer)
    elif buyer.has_no_phone:
        _new_customer(key, buyer, None, "", shop, occasion)
    else:
        _find(key, buyer, shop, occasion)
    return None


def name_of(person: Mapping[str, Any] | RowMapping, shop_region: str) -> str:
    """What to call somebody: the name, else the company, else the phone number, else the reference."""
    return (
        person["name"]
        or person.get("company_name")
        or (phone(person["phone"], shop_region) if person["phone"] else None)
        or person.get("external_ref")
        or "Without a name"
    )


def product_name(shop: ShopSession, product_id: UUID) -> str:
    """What a product is called that an address names."""
    try:
        return str(products.get(shop, product_id)["name"])
    except NotFound:
        return "a product that is no more"


def badges_of(customer: RowMapping) -> list[Badge]:
    if customer["hidden_at"] is not None:
        return [("Hidden", "orange", ":material/visibility_off:")]
    if customer["order_count"] >= 2:
        return [("Regular", "blue", ":material/favorite:")]
    return [] if customer["order_count"] else [("First purchase", "green", ":material/waving_hand:")]


def _card(key: str, buyer: Buyer, customer: RowMapping, shop: ShopSession, occasion: Occasion) -> None:
    with (
        st.container(border=True, key=f"{key}-buyer"),
        st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small"),
    ):
        if occasion == "visit":
            tags, lines = "", [_visits_so_far(customer, shop)]
        else:
            tags = " ".join(badge(one) for one in badges_of(customer))
            lines = [_so_far(customer, shop), *(_bought(order, shop) for order in orders.latest(shop, customer["id"]))]
        st.markdown(
            f"**{escape(name_of(customer, shop.shop.region))}** {tags}  \n"
            + "  \n".join(f":gray[:small[{escape(line)}]]" for line in lines),
            width="stretch",
        )
        _someone_else(key, buyer)


def _bought(order: RowMapping, shop: ShopSession) -> str:
    """18 Nov · ₹190 · Dettol 500 ml."""
    what = "Returned" if order["is_return"] else order["bought"]
    return " · ".join(filter(None, [day(order["ordered_on"], shop.today), money(order["total"], shop.shop), what]))


def _so_far(customer: RowMapping, shop: ShopSession) -> str:
    said = [phone(customer["phone"], shop.shop.region)] if customer["phone"] and customer["name"] else []
    if customer["order_count"]:
        said += [
            several(customer["order_count"], "purchase"),
            f"last on {day(customer['last_purchase_on'], shop.today)}",
            f"{money(customer['total_spent'], shop.shop)} in all",
        ]
    else:
        said.append("no purchase so far")
    return " · ".join(said)


def _visits_so_far(customer: RowMapping, shop: ShopSession) -> str:
    said = [phone(customer["phone"], shop.shop.region)] if customer["phone"] and customer["name"] else []
    if customer["visit_count"]:
        said += [several(customer["visit_count"], "visit"), f"last on {day(customer['last_visit_on'], shop.today)}"]
    else:
        said.append("first visit")
    if customer["order_count"]:
        said.append(several(customer["order_count"], "purchase"))
    return " · ".join(said)


def _nobody(key: str, buyer: Buyer) -> None:
    with st.container(border=True, horizontal=True, wrap=False, vertical_alignment="center", key=f"{key}-buyer"):
        st.markdown(
            "**Without a name**  \n:gray[:small[Counts as a sale, but for no customer]]", width="stretch"
        )
        _someone_else(key, buyer, "Name a customer")


def _someone_else(key: str, buyer: Buyer, label: str = "Someone else") -> None:
    st.button(label, type="tertiary", key=f"{key}-someone-else", on_click=buyer.forget)


def _find(key: str, buyer: Buyer, shop: ShopSession, occasion: Occasion) -> None:
    field = f"{key}-find-buyer"
    typed = st.text_input(
        "Phone number or name",
        key=field,
        type="search",
        live=True,
        icon=":material/call:",
        placeholder="Any part of a number, or a name",
        on_change=_take_exact,
        args=(field, buyer, shop.who),
    ).strip()
    number, why_not = _number(typed, shop)
    buyer.phone = None
    if number is not None:
        if sharing := customers.sharing_phone(shop, typed):
            with st.container(gap="xsmall", key=f"{key}-found-buyers"):
                st.markdown(":gray[:small[Several have this number beside their own. Who is it?]]")
                for person in sharing:
                    _choice(key, buyer, person, _about(person, shop), shop, width="stretch")
        _new_customer(key, buyer, number, typed, shop, occasion)
        return
    if typed:
        found = customer_list.search(shop, typed, _MOST_FOUND)
        with st.container(gap="xsmall", key=f"{key}-found-buyers"):
            for person in found:
                _choice(key, buyer, person, _about(person, shop), shop, width="stretch")
            if not found:
                st.markdown(f":gray[:small[{why_not or _nobody_called(typed)}]]")
            if occasion == "visit" and not why_not and any(sign.isalpha() for sign in typed):
                st.button(
                    f"“{escape(typed)}” is new and tells no number",
                    icon=":material/person_add:",
                    type="tertiary",
                    key=f"{key}-by-name",
                    on_click=_by_name,
                    args=(buyer, typed),
                )
    elif recent := customer_list.recent(shop, _RECENT):
        with st.container(gap="xsmall", key=f"{key}-recent-buyers"):
            st.markdown(":gray[:small[Here lately]]")
            with st.container(horizontal=True, gap="xsmall"):
                for person in recent:
                    _choice(key, buyer, person, masked(person["phone"])[-3:] if person["phone"] else "", shop)
    if occasion == "sale":
        st.button(
            "Sell without a name", icon=":material/person_off:", type="tertiary", key=f"{key}-nobody",
            on_click=_choose_nobody, args=(buyer,),
        )  # fmt: skip


def _nobody_called(typed: str) -> str:
    return f"Nobody on file is called “{escape(typed)}”. Type the phone number to put them on file."


def _choice(
    key: str, buyer: Buyer, person: RowMapping, about: str, shop: ShopSession, width: Width = "content"
) -> None:
    st.button(
        f"{escape(name_of(person, shop.shop.region))} :gray[:small[{escape(about)}]]",
        key=f"{key}-take-{person['id']}",
        width=width,
        on_click=_choose,
        args=(buyer, person["id"]),
    )


def _about(person: RowMapping, shop: ShopSession) -> str:
    """98811 20456 · Pune · 18 Nov. Numbers are whole only for those who may see them in lists."""
    number = None
    if person["name"] and person["phone"]:
        whole = shop.who.may("see whole contact details in lists")
        number = phone(person["phone"], shop.shop.region) if whole else masked(person["phone"])
    last = day(person["last_purchase_on"], shop.today) if person["last_purchase_on"] else "no purchase yet"
    return " · ".join(filter(None, [number, person["city"], last]))


def _new_customer(
    key: str, buyer: Buyer, number: str | None, typed: str, shop: ShopSession, occasion: Occasion
) -> None:
    """Somebody who is not on file yet: by their number, or by the name alone."""
    with st.container(border=True, key=f"{key}-buyer"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small"):
            told = escape(phone(number, shop.shop.region)) if number else "them"
            st.markdown(
                f"**New customer** {badge(('Not on file yet', 'green', ':material/person_add:'))}  \n"
                f":gray[:small[Saving the {occasion} puts {told} on file.]]",
                width="stretch",
            )
            if number is None:
                _someone_else(key, buyer)
        if number is None:
            buyer.name = st.text_input("Name", buyer.name or "", key=f"{key}-new-name", max_chars=300).strip() or None
            return
        buyer.phone = typed
        buyer.name = st.text_input("Name, if they tell it", key=f"{key}-new-name", max_chars=300).strip() or None


def _choose(buyer: Buyer, customer_id: UUID) -> None:
    buyer.forget()
    buyer.customer_id = customer_id


def _by_name(buyer: Buyer, typed: str) -> None:
    buyer.forget()
    buyer.has_no_phone, buyer.name = True, typed


def _choose_nobody(buyer: Buyer) -> None:
    buyer.forget()
    buyer.is_nobody = True


def _take_exact(field: str, buyer: Buyer, who: Who) -> None:
    """A whole phone number that is on file needs no further press."""
    typed = str(st.session_state[field]).strip()
    with shop_session(who) as shop:
        number, _ = _number(typed, shop)
        found = customers.by_phone(shop, typed) if number else None
    if found is not None:
        _choose(buyer, found["id"])


def _number(typed: str, shop: ShopSession) -> tuple[str | None, Markdown | None]:
    """The whole phone number that was typed, or why it is none yet."""
    if len(phones.search_digits(typed)) < 6:
        return None, None
    try:
        return phones.normalise(typed, shop.shop.region).e164, None
    except BadInput as reason:
        return None, escape(str(reason))
