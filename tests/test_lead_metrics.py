"""What each figure of leads comes to: worked out by hand, and random shops recounted in plain Python."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from conftest import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from crmcore import leads
from crmcore.database.gate import keeper, shop_session
from crmcore.leads import STATUSES, Filters, NewLead
from crmcore.metrics import MEASURES
from crmcore.models import Lead
from crmcore.periods import between

TODAY = date(2026, 11, 20)
LONG_AGO = between(date(2020, 1, 1), TODAY)
BEFORE = between(date(2019, 1, 1), date(2019, 12, 31))


def test_two_of_five_became_customers(shop):
    ids = [
        leads.record(shop, NewLead(name=name, source=source))
        for name, source in (("A", "Fair"), ("B", "fair"), ("C", "Web"), ("D", None), ("E", " "))
    ]
    leads.convert(shop, ids[0])
    leads.convert(shop, ids[3])
    leads.mark(shop, ids[2], "unqualified")
    rate = MEASURES["lead_conversion"](shop, LONG_AGO)
    assert (rate.part, rate.whole, rate.value) == (2, 5, 40)
    assert [(row["source"], row["converted"], row["leads"], row["rate"]) for row in rate.rows] == [
        ("Fair", 1, 2, 50), ("unknown", 1, 2, 50), ("Web", 0, 1, 0),
    ]  # fmt: skip
    assert MEASURES["active_leads"](shop, BEFORE).value == 2
    by_status = MEASURES["leads_by_status"](shop, LONG_AGO).rows
    assert [tuple(row.values()) for row in by_status] == [
        ("new", 2), ("contacted", 0), ("qualified", 0), ("unqualified", 1), ("converted", 2),
    ]  # fmt: skip
    by_source = MEASURES["leads_by_source"](shop, LONG_AGO).rows
    assert [tuple(row.values()) for row in by_source] == [("Fair", 2, 1), ("unknown", 2, 1), ("Web", 1, 0)]
    assert MEASURES["lead_conversion"](shop, BEFORE).value is None
    assert MEASURES["lead_conversion"](shop, BEFORE).rows == MEASURES["leads_by_source"](shop, BEFORE).rows == []


RECOUNTED = ("lead_conversion", "leads_by_source", "leads_by_status", "active_leads")  # below

SOURCES = [None, "Fair", "FAIR", "Web", "unknown"]
LEADS = some.lists(
    some.tuples(some.integers(0, 9), some.sampled_from(SOURCES), some.sampled_from(list(STATUSES))), max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=LEADS, asked=some.integers(0, 9))
def test_every_figure_equals_a_recount(new_shop, made, asked):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as shop:
        for nth, (ago, source, status) in enumerate(made):
            lead = NewLead(name=f"Lead {nth}", source=source, created_on=TODAY - timedelta(days=ago))
            one = leads.record(shop, lead)
            if status == "converted":
                leads.convert(shop, one)
            else:
                leads.mark(shop, one, status)
        period = between(TODAY - timedelta(days=asked), TODAY)
        rows = shop.execute(select(Lead).where(Lead.shop_id == shop.id)).mappings().all()
        within = [row for row in rows if row["created_on"] >= period.since]
        converted = [row for row in within if row["status"] == "converted"]

        rate = MEASURES["lead_conversion"](shop, period)
        assert (rate.part, rate.whole) == (len(converted), len(within))
        whole = Counter((row["source"] or "unknown").lower() for row in within)
        part = Counter((row["source"] or "unknown").lower() for row in converted)
        told = {row["source"].lower(): (row["converted"], row["leads"], Decimal(str(row["rate"]))) for row in rate.rows}
        assert told == {
            source: (part[source], many, round(Decimal(100 * part[source]) / many, 2)) for source, many in whole.items()
        }
        by_source = MEASURES["leads_by_source"](shop, period).rows
        assert {row["source"].lower(): row["leads"] for row in by_source} == dict(whole)
        for row in by_source:  # each leads to exactly its leads
            behind = Filters(source=row["source"], created_from=period.since, created_to=period.last)
            assert leads.count(shop, behind) == row["leads"]
        stand = Counter(row["status"] for row in within)
        by_status = MEASURES["leads_by_status"](shop, period).rows
        assert [tuple(row.values()) for row in by_status] == [(status, stand[status]) for status in STATUSES]
        active = [row for row in rows if row["status"] in ("new", "contacted", "qualified")]
        assert MEASURES["active_leads"](shop, period).value == len(active)
