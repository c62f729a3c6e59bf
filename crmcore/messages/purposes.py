"""What messages are for: each purpose with the consent it needs and the placeholders its texts may hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from crmcore.messages.consent import MARKETING, REMINDERS


@dataclass(frozen=True)
class Purpose:
    """`consent`: a key of consent.PURPOSES. `placeholders`: what may stand in a text, with what it means."""

    label: str
    consent: str
    placeholders: Mapping[str, str]


_ALWAYS = {"name": "the customer’s name", "shop": "your shop’s name", "staff": "who sends it"}

REFILL, REVIEW = "refill", "review"

PURPOSES = {
    REFILL: Purpose(
        "Refill reminder",
        REMINDERS,
        {**_ALWAYS, "medicine": "what runs out", "due_day": "the day it runs out"},
    ),
    "follow_up": Purpose("Follow-up", REMINDERS, {**_ALWAYS, "about": "what it is about"}),
    "birthday": Purpose("Birthday", MARKETING, _ALWAYS),
    REVIEW: Purpose("Ask for a review", MARKETING, _ALWAYS),
    "offer": Purpose("Offer", MARKETING, {**_ALWAYS, "offer": "what you offer"}),
    "outreach": Purpose("First contact", MARKETING, _ALWAYS),
}

# What a preview puts in.
EXAMPLE = {
    "name": "Asha",
    "staff": "Meera",
    "medicine": "Metformin 500",
    "due_day": "26 January",
    "about": "the sofa you looked at",
    "offer": "10 % off until Sunday",
}
