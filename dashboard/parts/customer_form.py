"""The fields of a customer, new or on file, each with what is wrong with it beside it, and who looks the same."""

from calendar import month_name
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import custom_fields, customer_fields, customer_list, reps
from crmcore.bills import CATEGORIES
from crmcore.customer_fields import PREFERENCES, STATUSES
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.buyer import name_of
from dashboard.parts.words import escape

WIDTH = 640
_GENDERS = ("Woman", "Man", "Other")


class Fields:
    """The fields of one customer. `key` begins their keys. They begin with what is on file, or with `start`."""

    def __init__(
        self,
        key: str,
        shop: ShopSession,
        on_file: Mapping[str, Any] | None = None,
        start: Mapping[str, str] | None = None,
    ) -> None:
        self._key = key
        self._shop = shop
        self._on_file = on_file or {}
        self._start = start or {}
        self._own = custom_fields.fields(shop)
        self.given: dict[str, Any] = {}
        self._faults = customer_fields.faults(shop, self._typed(), self._on_file)

    def show(self) -> dict[str, Any]:
        """Draw all fields; return what stands in them, as crmcore.customers takes it."""
        self._who_it_is()
        with st.container(horizontal=True, gap="small"):
            self._choice("status", list(STATUSES), words_of=STATUSES.__getitem__, width=180)
            self._rep()
        with st.container(horizontal=True, gap="small"):
            self._open_choice("city", customer_list.choices(self._shop, "city"))
            self._open_choice("source", customer_list.choices(self._shop, "source"))
        self._text("notes", paragraph=True)
        for field in self._own:
            self._own_field(field)
        more = ("birth_day", "birth_year", "gender", "language", "category", "generic_preference")
        with self._more("More about them", more):
            self._birthday()
            with st.container(horizontal=True, gap="small"):
                self._open_choice("gender", _GENDERS)
                self._text("language")
            with st.container(horizontal=True, gap="small"):
                self._category()
                self._text("preferred_network")
            if self._shop.shop.has("refills"):
                self._preference()
        with self._more("Address and place", ("address", "postcode", "state", "latitude")):
            self._text("address")
            with st.container(horizontal=True, gap="small"):
                self._text("floor")
                self._text("postcode")
                self._text("state")
            with st.container(horizontal=True, gap="small"):
                self._text("latitude")
                self._text("longitude")
            self._text("formatted_address")
        with self._more("Company and segment", ("company_name", "industry", "segment", "external_ref")):
            for pair in (
                ("company_name", "industry"),
                ("segment", "lifecycle_stage"),
                ("engagement_level", "external_ref"),
            ):
                with st.container(horizontal=True, gap="small"):
                    for one in pair:
                        self._text(one)
        return self.given

    def _who_it_is(self) -> None:
        self._text("name", autocomplete="off")
        with st.container(horizontal=True, gap="small"):
            self._text("phone", autocomplete="off", placeholder="In any format")
            self._text("email", autocomplete="off")
        new = {key: value for key, value in self.given.items() if self._is_new(key, value)}
        alike = customer_list.look_alikes(self._shop, new, besides=self._on_file.get("id"))
        if alike:
            _show_alike(alike, self._shop)

    def _is_new(self, key: str, value: str) -> bool:
        """Whether this was typed just now, and can be used."""
        try:
            return bool(customer_fields.checked(self._shop, {key: value}, self._on_file))
        except BadInput:
            return False

    def _typed(self) -> dict[str, Any]:
        """What the person has changed so far in this form."""
        typed = {}
        for field in customer_fields.FIELDS:
            if field != "custom" and self._name(field) in st.session_state:
                typed[field] = st.session_state[self._name(field)]
        return typed

    def _name(self, field: str) -> str:
        return f"{self._key}-{field}"

    def _more(self, label: str, fields: Sequence[str]) -> Any:
        """An expander, open when something stands in it."""
        return st.expander(label, expanded=any(self._on_file.get(field) for field in fields))

    def _text(self, field: str, *, paragraph: bool = False, **look: Any) -> None:
        stored = self._on_file.get(field)
        start = "" if stored is None else str(stored)
        if field == "phone" and start:
            start = words.phone(start, self._shop.shop.region)
        start = start or self._start.get(field, "")
        with st.container(gap="xxsmall"):
            kind = st.text_area if paragraph else st.text_input
            self.given[field] = kind(
                customer_fields.FIELDS[field], start, key=self._name(field), **({"height": 96} if paragraph else look)
            )
            self._fault(field)

    def _choice(self, field: str, options: Sequence[Any], *, words_of: Any = str, width: Any = "stretch") -> None:
        stored = self._on_file.get(field) or options[0]
        self.given[field] = st.selectbox(
            customer_fields.FIELDS[field],
            options,
            index=list(options).index(stored),
            format_func=words_of,
            key=self._name(field),
            width=width,
        )

    def _open_choice(self, field: str, options: Sequence[str]) -> None:
        """One of what others have, or something new."""
        stored = self._on_file.get(field)
        known = list(dict.fromkeys([*([stored] if stored else []), *options]))
        with st.container(gap="xxsmall"):
            self.given[field] = st.selectbox(
                customer_fields.FIELDS[field],
                known,
                index=0 if stored else None,
                accept_new_options=True,
                placeholder="",
                key=self._name(field),
            )
            self._fault(field)

    def _category(self) -> None:
        """A pharmacy's categories, or the shop's own words."""
        if not self._shop.shop.has("refills"):
            self._text("category")
            return
        stored = self._on_file.get("category")
        known = list(dict.fromkeys([*CATEGORIES, *([stored] if stored else [])]))
        self.given["category"] = st.selectbox(
            customer_fields.FIELDS["category"],
            known,
            index=known.index(stored) if stored else None,
            accept_new_options=True,
            format_func=lambda value: CATEGORIES.get(value, value),
            placeholder="",
            key=self._name("category"),
        )

    def _preference(self) -> None:
        self.given["generic_preference"] = st.segmented_control(
            customer_fields.FIELDS["generic_preference"],
            list(PREFERENCES),
            default=self._on_file.get("generic_preference"),
            format_func=PREFERENCES.__getitem__,
            key=self._name("generic_preference"),
        )

    def _rep(self) -> None:
        stored = self._on_file.get("rep_id")
        offered = reps.choices(self._shop, stored)
        with st.container(gap="xxsmall"):
            self.given["rep_id"] = st.selectbox(
                "Sales rep",
                list(offered),
                index=list(offered).index(stored),
                placeholder=offered.get(None, ""),
                format_func=offered.__getitem__,
                key=self._name("rep_id"),
                disabled=len(offered) == 1,
            )
            self._fault("sales_rep")

    def _birthday(self) -> None:
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            for field, label, options, width in (
                ("birth_day", "Birthday", range(1, 32), 88),
                ("birth_month", "Month", range(1, 13), 150),
            ):
                stored = self._on_file.get(field)
                self.given[field] = st.selectbox(
                    label,
                    [None, *options],
                    index=stored or 0,
                    placeholder=words.NOTHING,
                    format_func=_month if field == "birth_month" else _day,
                    key=self._name(field),
                    width=width,
                )
            year = self._on_file.get("birth_year")
            self.given["birth_year"] = st.text_input(
                "Year, if known", str(year or ""), key=self._name("birth_year"), width=120, max_chars=4
            )
        self._fault("birthday")

    def _own_field(self, field: RowMapping) -> None:
        key, label, kind = field["key"], field["label"], field["kind"]
        own = self.given.setdefault("custom", {})
        kept = (self._on_file.get("custom") or {}).get(key)
        stored = custom_fields.fitting(field, kept)
        name = self._name(f"own-{key}")
        if kind == "choice":
            options = list(dict.fromkeys([*field["choices"], *([stored] if stored else [])]))
            index = options.index(stored) if stored else None
            own[key] = st.selectbox(escape(label), options, index=index, key=name, placeholder="")
        elif kind == "yes_no":
            answers = {None: "–", True: "Yes", False: "No"}
            own[key] = st.segmented_control(
                escape(label), [True, False], default=stored, format_func=answers.__getitem__, key=name
            )
        elif kind == "date":
            day = date.fromisoformat(stored) if stored else None
            own[key] = st.date_input(escape(label), day, format="DD/MM/YYYY", key=name, min_value=date(1850, 1, 1))
        elif kind == "number":
            own[key] = st.text_input(escape(label), "" if stored is None else f"{stored:g}", key=name)
        else:
            own[key] = st.text_input(escape(label), stored or "", key=name)
        if own[key] in (None, "") and stored is None and kept is not None:
            del own[key]  # kept as another kind of field, for when that comes back
        elif fault := customer_fields.faults(self._shop, {"custom": {key: own[key]}}, self._on_file).get(key):
            _say(fault)

    def _fault(self, field: str) -> None:
        if field in self._faults:
            _say(self._faults[field])


def _say(fault: str) -> None:
    st.markdown(f":red[:small[:material/error: {escape(fault)}]]")


def _show_alike(alike: Sequence[RowMapping], shop: ShopSession) -> None:
    """Who else it may be: shown, never in the way, since families share an address and a name."""
    whole = shop.who.may("see whole contact details in lists")
    with st.container(border=True, gap="xxsmall", key="look-alikes"):
        st.markdown("**:orange[:material/group:] Already on file?** :gray[:small[The same phone, e-mail or name]]")
        for one in alike[:5]:
            about = [
                words.phone(one["phone"], shop.shop.region) if one["phone"] and whole else None,
                words.masked(one["phone"]) if one["phone"] and not whole else None,
                one["email"] if whole else None,
                one["city"],
                words.several(one["order_count"], "purchase"),
            ]
            st.page_link(
                to("customer"),
                label=f"{escape(name_of(one, shop.shop.region))} "
                f":gray[:small[{escape(' · '.join(filter(None, about)))}]]",
                icon=":material/person:",
                query_params={"id": str(one["id"])},
            )


def _day(day: int | None) -> str:
    return "–" if day is None else str(day)


def _month(month: int | None) -> str:
    return "–" if month is None else month_name[month]
