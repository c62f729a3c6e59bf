"""What a table shows of money, dates and what is missing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from crmcore.database.gate import Shop
from dashboard.parts.tables import _writer

PUNE = Shop(UUID(int=1), "meera", "Meera", "counter", "IN", "INR", "Asia/Kolkata")
THIS_YEAR = datetime.now(PUNE.zone).year


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("money", Decimal("184250.50"), "₹1,84,250.50"),
        ("count", 1220, "1,220"),
        ("quantity", Decimal("1.500"), "1.5"),
        ("quantity", Decimal("1200.000"), "1,200"),
        ("percent", 26.71, "26.7\u202f%"),
        ("day", date(2025, 1, 8), "8 Jan 2025"),
        ("day", date(THIS_YEAR, 11, 18), "18 Nov"),
        ("moment", datetime(2025, 11, 18, 12, 0, tzinfo=UTC), "18 Nov 2025, 5:30 pm"),
        ("moment", datetime(2025, 11, 18, 12, 0, tzinfo=UTC) + timedelta(hours=8), "19 Nov 2025, 1:30 am"),
        ("money", None, "–"),
        ("day", None, "–"),
        ("count", float("nan"), "–"),
    ],
)
def test_a_cell_reads_as_everywhere_else(kind, value, shown):
    assert _writer(kind, PUNE)(value) == shown
