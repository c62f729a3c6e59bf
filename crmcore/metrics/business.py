"""What a shop that sells to businesses sees first: ten facts, in few statements, with the rows behind them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from crmcore import customer_timeline
from crmcore.customer_timeline import Happening
from crmcore.database.gate import ShopSession
from crmcore.metrics.measure import Measure, measure, measure_before
from crmcore.periods import Period
from crmcore.pipeline import listing

FIGURES = ("pipeline_value", "lead_conversion", "average_deal", "win_rate")
TOP = 5
LATEST = 8
_LOOKED_AT = 60  # lines of the record, among which are those about people and deals
_WITH_PEOPLE = frozenset({"lead", "opportunity", "interaction", "note", "follow-up", "e-mail"})


@dataclass(frozen=True)
class Business:
    """The facts. `now`, `earlier`: the FIGURES of the period and of the one it stands beside.

    `customers`, `leads`, `opportunities`: all on file. `stages`: open opportunities, stage by stage. `sources`: leads
    of the period, source by source. `top`: the open opportunities worth most. `latest`: what happened last
    with customers, leads and deals; `talk`: what was said last.
    """

    period: Period
    customers: int
    leads: int
    opportunities: int
    open_opportunities: int
    now: dict[str, Measure]
    earlier: dict[str, Measure | None]
    stages: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    top: list[RowMapping]
    latest: list[Happening]
    talk: list[Happening]

    @property
    def has_any(self) -> bool:
        """Whether there is something to show."""
        return bool(self.leads or self.opportunities)


def business(shop: ShopSession, period: Period) -> Business:
    """The facts of a shop with leads and opportunities. Raises NotAllowed unless the person may see figures."""
    shop.who.must("see figures")
    on_file = shop.row("business/on_file")
    stages = measure(shop, "pipeline_by_stage", period).rows
    return Business(
        period=period,
        customers=on_file["customers"],
        leads=on_file["leads"],
        opportunities=on_file["opportunities"],
        open_opportunities=sum(stage["opportunities"] for stage in stages),
        now={key: measure(shop, key, period) for key in FIGURES},
        earlier={key: measure_before(shop, key, period) for key in FIGURES if key != "pipeline_value"},
        stages=stages,
        sources=measure(shop, "leads_by_source", period).rows,
        top=listing.page_of(shop, listing.Filters(status="open"), "-value", 1, TOP).rows,
        latest=_with_people(shop)[:LATEST],
        talk=customer_timeline.of_shop(shop, "talk", limit=LATEST),
    )


def _with_people(shop: ShopSession) -> list[Happening]:
    """What happened last, without what concerns nobody, such as a setting."""
    happened = customer_timeline.of_shop(shop, "all", limit=_LOOKED_AT)
    return [one for one in happened if one.customer_id or one.customer["subject"] in _WITH_PEOPLE]
