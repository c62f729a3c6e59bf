"""How opportunities read on pages: their badges, their line, what moving them is called."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession
from crmcore.pipeline import LOST, WON
from dashboard.parts.layout import Badge
from dashboard.parts.words import day, money, several

Deal = Mapping[str, Any] | RowMapping

_STATUS = {WON: ("Won", "green", ":material/check_circle:"), LOST: ("Lost", "gray", ":material/cancel:")}
_SIGNS = {"open": "◐", WON: "●", LOST: "○"}


def status_badge(deal: Deal) -> Badge:
    """The stage of an open one; else won or lost, with the stage where that is called otherwise."""
    if deal["status"] == "open":
        return deal["stage_name"], "blue", ":material/view_kanban:"
    return _STATUS[deal["status"]]


def marks(deal: Deal, shop: ShopSession) -> list[tuple[str, str, str]]:
    """What is to be looked at: stuck, or past the day it should have closed."""
    found: list[tuple[str, str, str]] = []
    if deal["is_stuck"]:
        found.append((f"Stuck for {several(deal['days_in_stage'], 'day')}", "orange", ":material/hourglass_bottom:"))
    if deal.get("status", "open") == "open" and deal["expected_close_on"] and deal["expected_close_on"] < shop.today:
        late = (shop.today - deal["expected_close_on"]).days
        found.append((f"{several(late, 'day')} past its close", "red", ":material/event_busy:"))
    return found


def stage_word(deal: Deal) -> str:
    """The stage with a sign for its status, for tables."""
    return f"{_SIGNS[deal['status']]} {deal['stage_name']}"


def line(deal: Deal, shop: ShopSession) -> str:
    """₹3,20,000 · 20 % · Ravi."""
    likely = f"{deal['likelihood']} %" if deal.get("status", "open") == "open" else None
    told = [money(deal["value"], shop.shop) if deal["value"] is not None else "No value yet", likely, deal["rep_name"]]
    return " · ".join(filter(None, told))


def expected(deal: Deal, shop: ShopSession) -> str | None:
    """Closes 24 Dec."""
    on = deal["expected_close_on"]
    return f"closes {day(on, shop.today)}" if on and deal.get("status", "open") == "open" else None
