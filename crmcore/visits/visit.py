"""What a visit is made of, and what can't be one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from crmcore import follow_ups
from crmcore.books import check_moment
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.money import LARGEST, format_money
from crmcore.orders.sale import in_cents
from crmcore.texts import one_line, paragraph

# Each value as it is kept -> as people say it.
VISIT_TYPES = {"walk-in": "Walk-in", "scheduled": "Scheduled", "follow-up": "Follow-up", "delivery": "Delivery"}
PURPOSES = {
    "browsing": "Looking around",
    "purchase_intent": "Wants to buy",
    "complaint": "Complaint",
    "service": "Service",
}
INTERESTS = {
    "high": "High: ready to buy",
    "medium": "Medium: exploring",
    "low": "Low: just browsing",
    "not_interested": "Not interested",
}
OUTCOMES = {
    "purchase": "Bought",
    "quote_given": "Quote given",
    "no_purchase": "Did not buy",
    "future_interest": "Interested later",
}

MOST_PRODUCTS, MOST_CATEGORIES = 50, 50
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class NewVisit:
    """A visit to record. The choices are keys of VISIT_TYPES, PURPOSES, INTERESTS and OUTCOMES.

    `visited_at`: aware, default now. `handled_by`: default the person signed in; somebody else must be selling.
    `estimated_value`: what a deal would be worth, in the shop's currency. `follow_up_on`: makes a follow-up for that
    day, `follow_up_about` says what is to be done, `follow_up_by` who does it (default who handled the visit).
    `answers`: ids of open follow-ups of this customer that the visit does.
    """

    customer_id: UUID
    visit_type: str = "walk-in"
    purpose: str | None = None
    interest: str | None = None
    product_ids: Sequence[UUID] = ()
    categories: Sequence[str] = ()
    outcome: str | None = None
    estimated_value: Decimal | None = None
    notes: str | None = None
    visited_at: datetime | None = None
    handled_by: UUID | None = None
    follow_up_on: date | None = None
    follow_up_about: str | None = None
    follow_up_by: UUID | None = None
    answers: Sequence[UUID] = ()

    def checked(self, shop: ShopSession) -> "NewVisit":
        """The visit with its texts tidied; raises BadInput naming the first field that can't be used.

        The day is looked at where it is given; the one who handled it and the products are looked up elsewhere.
        """
        if self.visit_type not in VISIT_TYPES:
            raise _unknown("visit_type", "type of visit", self.visit_type, VISIT_TYPES)
        for field, word, known in (
            ("purpose", "purpose", PURPOSES),
            ("interest", "level of interest", INTERESTS),
            ("outcome", "outcome", OUTCOMES),
        ):
            chosen = getattr(self, field)
            if chosen is not None and chosen not in known:
                raise _unknown(field, word, chosen, known)
        return replace(
            self,
            product_ids=_few(self.product_ids, MOST_PRODUCTS, "product_ids", "products"),
            categories=_few(_tidy(self.categories), MOST_CATEGORIES, "categories", "categories"),
            estimated_value=_value(self.estimated_value, shop.shop.currency),
            notes=paragraph("notes", "Notes", self.notes, 5000),
            follow_up_about=paragraph(
                "follow_up_about", "What is to be done", self.follow_up_about, follow_ups.LONGEST
            ),
            answers=tuple(dict.fromkeys(self.answers)),
        )


def check_visited_at(shop: ShopSession, visited_at: datetime) -> None:
    """Raise BadInput for a visit that has not been yet, or was before the shop's books open."""
    check_moment(shop, "visited_at", "A visit", visited_at)
    if visited_at > shop.now + _CLOCKS_DIFFER:
        raise BadInput("visited_at", "A visit can't lie in the future. Choose a time that has been.")


def check_follow_up(new: NewVisit, visited_on: date) -> None:
    """Raise BadInput for a follow-up without its day, or before the visit."""
    if new.follow_up_on is None:
        if new.follow_up_about is not None:
            raise BadInput("follow_up_on", "Choose the day of the follow-up, or switch the follow-up off.")
        return
    if new.follow_up_on < visited_on:
        raise BadInput("follow_up_on", "The follow-up would be before the visit. Choose that day or a later one.")


def moment_on(shop: ShopSession, day: date, at: time | None = None) -> datetime:
    """A moment for a visit on the shop's `day`, at that time on its clock (default: the time it is now).

    Of today never later than now, so that a time chosen for another day does not lie ahead.
    """
    moment = datetime.combine(day, at or shop.now.astimezone(shop.zone).time(), shop.zone)
    return min(moment, shop.now) if day == shop.today else moment


def _value(value: Decimal | None, currency: str) -> Decimal | None:
    if value is None:
        return None
    if not value.is_finite() or value > LARGEST:
        raise BadInput("estimated_value", f"An estimated value can be up to {format_money(LARGEST, currency)}.")
    if value < 0:
        raise BadInput("estimated_value", "An estimated value can't be negative. Leave it empty if you can't tell.")
    return in_cents(value)


def _tidy(categories: Iterable[str]) -> list[str]:
    tidy = (one_line("categories", "A category", category, 100) for category in categories)
    return [category for category in tidy if category]


def _few(chosen: Iterable[Any], most: int, field: str, words: str) -> tuple[Any, ...]:
    """What was chosen, each once."""
    once = tuple(dict.fromkeys(chosen))
    if len(once) > most:
        raise BadInput(field, f"A visit holds up to {most} {words}; this has {len(once)}.")
    return once


def _unknown(field: str, word: str, chosen: str, known: Mapping[str, str]) -> BadInput:
    return BadInput(field, f"“{chosen}” is no {word} we know. Use one of: {', '.join(known)}.")
