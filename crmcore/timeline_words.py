"""How the lines of the timeline read: each becomes a title, a few lines below it, and the name of who did it."""

from calendar import month_name
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore import (
    companies,
    contact_people,
    contacts,
    custom_fields,
    interactions,
    leads,
    notes,
    people,
    pipeline,
    reviews,
    visits,
)
from crmcore.bills import CATEGORIES
from crmcore.customer_fields import FIELDS, PREFERENCES, STATUSES
from crmcore.database.gate import ShopSession
from crmcore.messages import consent
from crmcore.messages.purposes import PURPOSES
from crmcore.money import format_money
from crmcore.notifications import shortened
from crmcore.phones import display
from crmcore.texts import beyond_the_gist, gist

# What can be read on a timeline: its kind (for a sign beside it) and its words. {money} and {number} are an order's;
# the other names stand for what the line itself says.
_WORDS = {
    "sale recorded": ("sale", "Bought for {money}"),
    "return recorded": ("return", "Returned for {money}"),
    "order changed": ("order", "Order {number} changed"),
    "order cancelled": ("cancelled", "Order {number} cancelled"),
    "order put aside": ("order", "Order {number} made a draft"),
    "order completed": ("order", "Order {number} completed"),
    "order moved away": ("order", "Order {number} moved to someone else"),
    "customer added": ("added", "Added to Regulars"),
    "customer changed": ("changed", "Changed"),
    "sales rep changed": ("rep", "Sales rep changed"),
    "made a company": ("added", "Marked as a company"),
    "company changed": ("changed", "Company changed"),
    "person added": ("person", "{name} added"),
    "person changed": ("person", "{name} changed"),
    "person made primary": ("person", "{name} is to be turned to first"),
    "person left": ("person", "{name} left the company"),
    "person came back": ("person", "{name} works there after all"),
    "person removed": ("removed", "{name} removed"),
    "customer hidden": ("hidden", "Hidden"),
    "customer brought back": ("added", "Brought back"),
    "tag added": ("tag", "Tagged “{tag}”"),
    "tag removed": ("tag", "Tag “{tag}” taken off"),
    "tag made": ("tag", "Tag “{name}” made"),
    "tag changed": ("tag", "Tag “{tag}” changed"),
    "tags merged": ("tag", "Tag “{tag}” merged into “{into}”"),
    "segment made": ("tag", "Segment “{name}” made"),
    "segment changed": ("changed", "Segment “{name}” changed"),
    "segment removed": ("removed", "Segment “{name}” removed"),
    "e-mail waits": ("email", "E-mail of {sender} waits: {title}"),
    "e-mail dropped": ("removed", "E-mail of {sender} dropped: {title}"),
    "e-mail address changed": ("changed", "E-mail address for BCC changed"),
    "report kept": ("other", "Report “{name}” kept"),
    "report changed": ("changed", "Report “{name}” changed"),
    "report removed": ("removed", "Report “{name}” removed"),
    "put on a list": ("tag", "{customers} put on the list “{name}”"),
    "taken off a list": ("removed", "{customers} taken off the list “{name}”"),
    "health measured": ("other", "Health of {customers} customers measured, {turned_red} turned red"),
    "health recorded": ("changed", "Health written down: {score}"),
    "tag dropped": ("removed", "Tag “{tag}” removed everywhere"),
    "visit recorded": ("visit", "Visited"),
    "visit changed": ("visit", "Visit of {visited_on} changed"),
    "visit removed": ("removed", "Visit of {visited_on} removed"),
    "interaction recorded": ("talk", "Talk"),
    "interaction changed": ("changed", "{talk} changed"),
    "interaction removed": ("removed", "{talk} removed"),
    "note added": ("note", "Note"),
    "note changed": ("changed", "Note changed"),
    "note pinned": ("pin", "Note pinned"),
    "note unpinned": ("pin", "Note no longer pinned"),
    "note removed": ("removed", "Note removed"),
    "file added": ("file", "File “{file}” added"),
    "file removed": ("removed", "File “{file}” removed"),
    "review requested": ("review", "Asked for a review by {channel}"),
    "review given": ("review", "Gave {rating} of 5 stars"),
    "review changed": ("changed", "Review changed"),
    "review removed": ("removed", "Review removed"),
    "review request withdrawn": ("removed", "Request for a review withdrawn"),
    "follow-up planned": ("follow-up", "{task} planned"),
    "follow-up done": ("follow-up", "{task} done"),
    "follow-up dropped": ("follow-up", "{task} dropped"),
    "follow-up reopened": ("follow-up", "{task} reopened"),
    "follow-up moved": ("follow-up", "{task} moved"),
    "follow-up given on": ("follow-up", "{task} given on"),
    "follow-up changed": ("follow-up", "{task} changed"),
    "contact added": ("added", "Contact {phone} added"),
    "contact changed": ("changed", "Contact changed"),
    "contact marked": ("changed", "Contact marked"),
    "contact given": ("rep", "Contact given to somebody"),
    "contacts given": ("rep", "{contacts} contacts shared out"),
    "contact converted": ("sale", "Bought after being on a contact sheet"),
    "sharing out changed": ("changed", "Who gets new contacts changed"),
    "lead added": ("added", "Lead written down"),
    "lead changed": ("changed", "Lead changed"),
    "lead marked": ("changed", "Lead marked"),
    "lead scored": ("changed", "Lead scored"),
    "lead given": ("rep", "Lead given to somebody"),
    "leads given": ("rep", "{leads} leads shared out"),
    "lead scores worked out": ("changed", "Scores of {leads} leads worked out"),
    "lead converted": ("added", "Converted from a lead"),
    "lead rules changed": ("changed", "How leads are graded and shared out changed"),
    "territory added": ("changed", "Territory “{name}” added"),
    "territory changed": ("changed", "Territory “{name}” changed"),
    "territory removed": ("removed", "Territory “{name}” removed"),
    "territories ordered": ("changed", "Order of the territories changed"),
    "refill reminded": ("refill", "Reminded by {by_channel}: {medicines}"),
    "refill reminder taken back": ("removed", "Not reminded after all: {medicines}"),
    "refill answered": ("refill", "Answered about {medicines}"),
    "refill refilled": ("refill", "Refilled: {medicines}"),
    "refill lost": ("refill", "Does not refill: {medicines}"),
    "refill reopened": ("refill", "Refill open again: {medicines}"),
    "refill wishes changed": ("changed", "Wishes for refill reminders changed"),
    "medical data read": ("medical", "Medical data looked at"),
    "medical data changed": ("medical", "Medical data changed: {fields}"),
    "opportunity added": ("deal", "Opportunity “{name}” began"),
    "opportunity changed": ("changed", "Opportunity “{name}” changed"),
    "opportunity moved": ("deal", "Opportunity “{name}” moved to {stage_now}"),
    "opportunity won": ("sale", "Opportunity “{name}” won"),
    "opportunity lost": ("cancelled", "Opportunity “{name}” lost"),
    "opportunity removed": ("removed", "Opportunity “{name}” removed"),
    "stage added": ("added", "Stage “{name}” added to the pipeline"),
    "stage changed": ("changed", "Stage “{name}” changed"),
    "stage removed": ("removed", "Stage “{name}” taken out of the pipeline"),
    "stages reordered": ("changed", "Stages put into another order"),
    "reason added": ("added", "Reason “{name}” added"),
    "reason changed": ("changed", "Reason “{name}” changed"),
    "reason removed": ("removed", "Reason “{name}” removed"),
    "target set": ("changed", "Target of a month set"),
    "opportunities imported": ("import", "Opportunities imported from “{file}”"),
    "team member added": ("person", "{name} joined the team"),
    "team member changed": ("person", "Account of {name} changed"),
    "sign-in given": ("person", "{name} can sign in as {login}"),
    "password changed": ("person", "Password of {name} changed"),
    "product added": ("order", "Product “{name}” added"),
    "import undone": ("import", "Import of “{file}” undone"),
    "contacts imported": ("import", "Contacts imported from “{file}”"),
    "leads imported": ("import", "Leads imported from “{file}”"),
    "customers imported": ("import", "Customers imported from “{file}”"),
    "orders imported": ("import", "Orders imported from “{file}”"),
    "products imported": ("import", "Products imported from “{file}”"),
    "visits imported": ("import", "Visits imported from “{file}”"),
}
_MESSAGES = {
    "message prepared": "{channel} ready to send: {purpose}",
    "message queued": "{channel} on its way: {purpose}",
    "message sent": "{channel} sent: {purpose}",
    "message failed": "{channel} failed: {purpose}",
    "message dropped": "{channel} dropped: {purpose}",
    "message to go again": "{channel} goes again: {purpose}",
    "reply received": "{channel} received",
}
_INTERESTS = {
    "high": "high interest",
    "medium": "some interest",
    "low": "low interest",
    "not_interested": "no interest",
}
_ORDER_FIELDS = {
    "total": "Total",
    "ordered_on": "Day",
    "payment_method": "Paid by",
    "rep_id": "Sales rep",
    "status": "Status",
    "note": "Note",
    "items": "Items",
}
_VISIT_FIELDS = {
    "visited_on": "Day",
    "visit_type": "Type",
    "purpose": "Purpose",
    "interest": "Interest",
    "products": "Looked at",
    "categories": "Categories",
    "outcome": "Outcome",
    "estimated_value": "Worth about",
    "handled_by": "Handled by",
    "notes": "Notes",
}
_FIELDS = {
    "order": _ORDER_FIELDS,
    "customer": FIELDS,
    "visit": _VISIT_FIELDS,
    "interaction": interactions.FIELDS,
    "contact": {**contacts.FIELDS, "status": "Status", "assigned_to": "For"},
    "opportunity": {**pipeline.FIELDS, "stage": "Stage", "items": "Items"},
    "stage": {"name": "Name", "probability": "Probability", "expected_days": "Expected days"},
    "reason": {"name": "Name"},
    "lead": {**leads.FIELDS, **leads.PARTS, "status": "Status", "assigned_to": "For"},
    "note": {"kind": "Kind", "body": "Note"},
    "company": companies.FIELDS,
    "person": {**contact_people.FIELDS, "phones": "Phone numbers", "emails": "E-mail addresses"},
    "tag": {"name": "Name", "category": "Group", "colour": "Colour"},
    "review": {"rating": "Stars", "review": "Words", "given_on": "Day"},
    "follow-up": {"about": "What", "due_on": "Due", "due_time": "Time", "assigned_to": "For"},
}
# How the codes of a field read.
_CODES: dict[str, Mapping[str, str]] = {
    "kind": {**interactions.KINDS, **notes.KINDS},
    "direction": interactions.DIRECTIONS,
    "sentiment": interactions.SENTIMENTS,
    "outcome": visits.OUTCOMES,
    "purpose": visits.PURPOSES,
    "visit_type": visits.VISIT_TYPES,
    "interest": _INTERESTS,
    "whatsapp": contacts.WHATSAPP,
    "quality": leads.QUALITIES,
    "channel": consent.CHANNELS,
    "preferred_channel": consent.CHANNELS,
    "role": contact_people.ROLES,
    "category": CATEGORIES,
    "generic_preference": PREFERENCES,
}
_WISHES = {
    "lead_days": "Days before it runs out",
    "channel": "Remind by",
    "phone": "Number for reminders",
    "paused_on": "Paused since",
    "paused_until": "Paused until",
}
_PEOPLE = {"rep_id", "handled_by", "assigned_to"}
_DAYS = {"ordered_on", "visited_on", "given_on", "due_on", "paused_on", "paused_until", "expected_close_on"}
_MONEY = {"total", "estimated_value", "annual_revenue", "value"}
_COUNTS_FOR_NOTHING = ("draft", "cancelled")
_LONGEST = 400  # characters of a text below a line


@dataclass(frozen=True)
class Line:
    """One thing that happened. `kind` is for a sign beside it; `title` and `details` are plain text.

    `change_id`: of a change of the customer's fields, which `customers.put_back` takes back.
    """

    at: datetime
    kind: str
    title: str
    details: tuple[str, ...]
    by: str
    is_important: bool
    order_id: UUID | None
    change_id: UUID | None


class Teller:
    """Puts lines into words; looks names of people and of own fields up once, and only when a line needs them."""

    def __init__(self, shop: ShopSession) -> None:
        self._shop = shop
        self._people: dict[str, str] | None = None
        self._own_fields: dict[str, str] | None = None

    def line(self, row: RowMapping) -> Line:
        """`row`: of customers/timeline or record/latest. What was changed since is told as it is now."""
        says: Mapping[str, Any] = {**row["detail"], **(row["now_says"] or {})}
        kind, title = self._title(row, says)
        return Line(
            at=row["at"],
            kind=kind,
            title=title,
            details=tuple(shortened(one, _LONGEST) for one in self._details(row, says)),
            by=self._who(row),
            is_important=row["is_important"],
            order_id=row["order_id"],
            change_id=row["id"] if row["what"] == "customer changed" else None,
        )

    def _title(self, row: RowMapping, says: Mapping[str, Any]) -> tuple[str, str]:
        what = row["what"]
        if what == "interaction recorded":
            about = says.get("subject") or gist(says.get("notes"))
            return says["kind"], interactions.title(says["kind"], says.get("direction"), about)
        if what == "visit recorded" and says.get("interest"):
            return "visit", "Visited, " + _INTERESTS.get(says["interest"], says["interest"])
        if what == "note added":
            return "note", f"{notes.KINDS.get(says.get('kind', ''), 'Note')}: {gist(says.get('body'))}"
        if what in _MESSAGES:
            return says["channel"], _MESSAGES[what].format_map(_of_message(says))
        if what == "consent recorded":
            of = _of_message(says)
            return "consent", f"{of['channel']}, {of['consent']}: {consent.STATES[says['after']['state']].lower()}"
        kind, words = _WORDS.get(what, ("other", what.capitalize()))
        amount = row["total"] if row["total"] is not None else says.get("total") or 0
        known = {
            "money": format_money(abs(_decimal(amount)), self._shop.shop.currency),
            "number": row["number"] or says.get("number") or "",
            "channel": reviews.CHANNELS.get(says.get("channel", ""), ""),
            "talk": interactions.KINDS.get(says.get("kind", ""), "Talk"),
            "phone": display(str((says.get("after") or {}).get("phone") or ""), self._shop.shop.region),
            "stage_now": str((says.get("after") or {}).get("stage") or "another stage"),
            "task": str(says.get("kind") or "").capitalize(),
            "by_channel": consent.CHANNELS.get(says.get("channel", ""), ""),
            "medicines": ", ".join(says.get("medicines") or ()),
            "fields": ", ".join(says.get("fields") or ()),
            "visited_on": self._day(says["visited_on"]) if says.get("visited_on") else "",
        }
        counted = {key: f"{value:,}" for key, value in says.items() if type(value) is int}
        return kind, words.format_map(_Known({**says, **counted, **known}))

    def _who(self, row: RowMapping) -> str:
        if row["file_name"]:
            return f"import “{row['file_name']}”"
        return row["staff_name"] or row["via"]

    def _details(self, row: RowMapping, says: Mapping[str, Any]) -> list[str]:
        what = row["what"]
        if what in ("sale recorded", "return recorded"):
            return self._sale(row, says)
        if what == "visit recorded":
            return self._visit(says)
        if what == "interaction recorded":
            return self._talked(says)
        if row["subject"] == "note" and says.get("body") and what != "note changed":
            whole = beyond_the_gist(says["body"]) if what == "note added" else says["body"]
            return [whole] if whole else []
        if what in _MESSAGES or what == "consent recorded":
            return [says[key] for key in ("body", "why", "source") if says.get(key)]
        if what == "refill answered":
            return [f"“{says['response']}”"]
        if what in ("review given", "review removed"):
            return [f"“{says['review']}”"] if says.get("review") else []
        before, after = says.get("before") or {}, says.get("after") or {}
        names = _WISHES if what == "refill wishes changed" else _FIELDS.get(row["subject"], {})
        changed = self._changes(before, after, names) if before else []
        if row["subject"] == "follow-up":
            due = [f"Due {self._value('due_on', says['due_on'])}"] if what == "follow-up planned" else []
            return [after.get("about") or says["about"], *due, *changed]
        if row["subject"] == "opportunity":
            changed += [says["note"]] if says.get("note") else []
            worth = says.get("value") if what in ("opportunity added", "opportunity won") else None
            changed += [f"Worth {format_money(_decimal(worth), self._shop.shop.currency)}"] if worth else []
        moved = ["Moved here from someone else"] if row["order_id"] and after.get("customer_id") else []
        return moved + changed

    def _sale(self, row: RowMapping, says: Mapping[str, Any]) -> list[str]:
        paid = says.get("payment_method")
        status = row["status"] if row["status"] in _COUNTS_FOR_NOTHING else ""
        of = says.get("of")
        told = _joined(
            row["bought"] or says.get("items"), paid and f"paid by {paid}", of and f"of {of}", status
        )
        return [told[0].upper() + told[1:]] if told else []

    def _visit(self, says: Mapping[str, Any]) -> list[str]:
        products = ", ".join(says.get("products") or says.get("categories") or ())
        worth = says.get("estimated_value")
        told = _joined(
            products and f"Looked at {products}",
            visits.OUTCOMES.get(says.get("outcome") or ""),
            worth and f"worth about {format_money(_decimal(worth), self._shop.shop.currency)}",
        )
        return [one for one in (told, says.get("notes")) if one]

    def _talked(self, says: Mapping[str, Any]) -> list[str]:
        minutes, step, due = says.get("minutes"), says.get("next_step"), says.get("next_step_on")
        with_whom = says.get("contact_person_id")
        told = _joined(
            with_whom and f"With {contact_people.name_of(self._shop, with_whom)}",
            says.get("outcome"),
            interactions.SENTIMENTS.get(says.get("sentiment") or ""),
            minutes and f"{minutes} minute{'' if minutes == 1 else 's'}",
        )
        after = f"Next step: {step}{f', {self._day(due)}' if due else ''}" if step else ""
        said = says.get("notes") if says.get("subject") else beyond_the_gist(says.get("notes"))
        return [one for one in (said, told, after) if one]

    def _changes(self, before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
        told = []
        if after.keys() & {"birth_day", "birth_month", "birth_year"}:
            told.append(f"Birthday: {_birthday(before)} → {_birthday(after)}")
        for key, value in after.items():
            if key == "custom":
                told += self._own(before.get("custom") or {}, value or {})
            elif key in names and not key.startswith("birth_"):
                told.append(f"{names[key]}: {self._value(key, before.get(key))} → {self._value(key, value)}")
        return told

    def _own(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        if self._own_fields is None:
            self._own_fields = {field["key"]: field["label"] for field in custom_fields.fields(self._shop)}
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return [
            f"{self._own_fields.get(key, key)}: {_plain(before.get(key))} → {_plain(after.get(key))}" for key in keys
        ]

    def _value(self, key: str, value: Any) -> str:
        if value is None or value == "":
            return "anybody" if key == "assigned_to" else "–"
        if key in _PEOPLE:
            return self._name_of(value)
        if key == "contact_person_id":
            return contact_people.name_of(self._shop, value)
        if key == "status":
            return {**leads.STATUSES, **STATUSES, **contacts.STATUSES}.get(value, str(value).capitalize())
        if key == "phone":
            return display(str(value), self._shop.shop.region)
        if key in _MONEY:
            return format_money(_decimal(value), self._shop.shop.currency)
        if key in _DAYS:
            return f"{date.fromisoformat(str(value)):%-d %b %Y}"
        if key == "happened_at":
            return f"{datetime.fromisoformat(str(value)).astimezone(self._shop.zone):%-d %b %Y, %H:%M}"
        if key == "due_time":
            return str(value)[:5]
        if isinstance(value, list):
            return ", ".join(map(str, value)) or "–"
        return _CODES.get(key, {}).get(value) or _plain(value)

    def _name_of(self, staff_id: Any) -> str:
        if self._people is None:
            self._people = {str(one.staff_id): one.name for one in people.colleagues(self._shop)}
        return self._people.get(str(staff_id), "someone no longer in the team")

    def _day(self, written: Any) -> str:
        """20 Nov, with the year only when it is another one."""
        day = date.fromisoformat(str(written))
        return f"{day:%-d %b}" if day.year == self._shop.today.year else f"{day:%-d %b %Y}"


class _Known(dict[str, Any]):
    """What a line says; what it does not say is empty."""

    def __missing__(self, key: str) -> str:
        return ""


def _of_message(says: Mapping[str, Any]) -> dict[str, str]:
    """How the channel and the purpose of a message, or of consent, read."""
    purpose = PURPOSES.get(says.get("purpose", ""))
    return {
        "channel": consent.CHANNELS.get(says["channel"], says["channel"]),
        "purpose": purpose.label.lower() if purpose else "",
        "consent": consent.PURPOSES.get(says.get("purpose", ""), "").lower(),
    }


def _joined(*parts: Any) -> str:
    return " · ".join(part for part in parts if part)


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None or value == "" else str(value)


def _birthday(born: Mapping[str, Any]) -> str:
    """6 February 1968, or what is known of it."""
    day, month, year = (born.get(part) for part in ("birth_day", "birth_month", "birth_year"))
    known = [str(day), month_name[month]] if day and month else []
    return " ".join([*known, str(year)] if year else known) or "–"
