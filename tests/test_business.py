"""The ten facts of a shop that sells to businesses equal what is in the books."""

from datetime import date
from decimal import Decimal

import pytest
from conftest import NOW

from crmcore import customers, interactions, leads, pipeline
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import NotAllowed
from crmcore.metrics.business import business
from crmcore.periods import Period
from crmcore.pipeline import stages, targets

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 21))


def test_the_facts_are_those_of_the_books(new_shop):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as shop:
        asha, bilal = (customers.create(shop, {"name": name}) for name in ("Asha", "Bilal"))
        open_stages = [stage for stage in stages.listed(shop) if stage["outcome"] is None]
        won = next(stage["id"] for stage in stages.listed(shop) if stage["outcome"] == "won")
        for name, value, stage in (
            ("Desks", 5000, open_stages[0]["id"]), ("Chairs", 900, open_stages[1]["id"]), ("Lamps", 300, won),
        ):  # fmt: skip
            pipeline.create(shop, pipeline.NewOpportunity(name, asha, stage, value=Decimal(value)))
        for name, source in (("Chitra", "fair"), ("Divya", "Fair"), ("Esha", None)):
            leads.record(shop, leads.NewLead(name, source=source))
        interactions.record(shop, interactions.NewInteraction("call", bilal, subject="the desks"))
        targets.put(shop, date(2026, 12, 1), Decimal(9000))
        facts = business(shop, NOVEMBER)
        assert (facts.customers, facts.leads, facts.opportunities, facts.open_opportunities) == (2, 3, 3, 2)
        assert facts.now["pipeline_value"].value == 5900
        assert (facts.now["win_rate"].part, facts.now["win_rate"].whole) == (1, 1)
        assert (facts.now["average_deal"].value, facts.now["lead_conversion"].whole) == (300, 3)
        assert [(row["name"], row["value"]) for row in facts.top] == [("Desks", 5000), ("Chairs", 900)]
        assert sum(row["opportunities"] for row in facts.stages) == 2 and len(facts.stages) == len(open_stages)
        assert [(row["source"].lower(), row["leads"]) for row in facts.sources] == [("fair", 2), ("unknown", 1)]
        assert "the desks" in facts.talk[0].line.title
        assert facts.latest[0].line.at == NOW
        assert not [one for one in facts.latest if "arget" in one.line.title], "a target is with nobody"


def test_without_leads_and_deals_there_is_nothing_to_show(new_shop):
    with shop_session(keeper(new_shop(kind="business")), writes=True, now=NOW) as shop:
        assert business(shop, NOVEMBER).has_any is False


def test_staff_are_not_told(join, new_shop):
    staff = join("staff", new_shop(kind="business"))
    with shop_session(staff, now=NOW) as shop, pytest.raises(NotAllowed):
        business(shop, NOVEMBER)
