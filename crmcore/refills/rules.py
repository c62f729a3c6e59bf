"""How a shop reminds: how many days before a medicine runs out, and on which days it reminds nobody."""

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import select

from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import ShopSetting
from crmcore.sheets.dates import habit, read_moment

MOST_LEAD_DAYS = 14
MOST_HOLIDAYS = 200
WEEKDAYS = {
    1: "Monday",
    2: "Tuesday",
    3: "Wednesday",
    4: "Thursday",
    5: "Friday",
    6: "Saturday",
    7: "Sunday",
}

KEY = "refills"


@dataclass(frozen=True)
class Rules:
    """`lead_days`: a reminder is due so many days before the medicine runs out, never before it was bought.

    `skipped_weekdays` (1 Monday to 7 Sunday) and `holidays`: days without reminders; what falls on one is due before
    it. `lost_after_days`: so long after a medicine ran out, nobody waits for that customer any more.
    """

    lead_days: int = 5
    skipped_weekdays: tuple[int, ...] = ()
    holidays: tuple[date, ...] = ()
    lost_after_days: int = 60

    def checked(self) -> "Rules":
        """The rules with their days in order; raises BadInput for what can't be."""
        if not 0 <= self.lead_days <= MOST_LEAD_DAYS:
            raise BadInput("lead_days", f"Remind 0 to {MOST_LEAD_DAYS} days before it runs out, not {self.lead_days}.")
        unknown = set(self.skipped_weekdays) - set(WEEKDAYS)
        if unknown:
            raise BadInput("skipped_weekdays", f"There is no weekday {min(unknown)}. Use 1 (Monday) to 7 (Sunday).")
        if len(set(self.skipped_weekdays)) == len(WEEKDAYS):
            raise BadInput("skipped_weekdays", "Leave at least one weekday on which customers are reminded.")
        if len(self.holidays) > MOST_HOLIDAYS:
            raise BadInput("holidays", f"Keep up to {MOST_HOLIDAYS} holidays; take out those that are past.")
        if not 7 <= self.lost_after_days <= 365:
            raise BadInput("lost_after_days", "Wait 7 to 365 days after a medicine ran out before it counts as lost.")
        return Rules(
            self.lead_days, tuple(sorted(set(self.skipped_weekdays))), tuple(sorted(set(self.holidays))),
            self.lost_after_days,
        )  # fmt: skip

    def skips(self, day: date) -> bool:
        """Whether the shop reminds nobody on this day."""
        return day.isoweekday() in self.skipped_weekdays or day in self.holidays

    def as_kept(self) -> dict[str, Any]:
        """The rules as sql/views/refills.sql reads them."""
        return {
            "lead_days": self.lead_days,
            "skipped_weekdays": list(self.skipped_weekdays),
            "holidays": [day.isoformat() for day in self.holidays],
            "lost_after_days": self.lost_after_days,
        }


def read_days(text: str, region: str, zone: tzinfo) -> tuple[date, ...]:
    """Days somebody typed, one a line, in any way a shop of the region writes them. Raises BadInput("holidays")."""
    days = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            days.append(read_moment(line, habit(region), zone).on)
        except BadInput as fault:
            raise BadInput("holidays", str(fault)) from fault
    return tuple(days)


def of_shop(shop: ShopSession) -> Rules:
    """How this shop reminds; what was never set is as for every new shop."""
    kept = shop.scalar(select(ShopSetting.value).where(ShopSetting.shop_id == shop.id, ShopSetting.key == KEY))
    if kept is None:
        return Rules()
    return Rules(
        kept["lead_days"],
        tuple(kept["skipped_weekdays"]),
        tuple(date.fromisoformat(day) for day in kept["holidays"]),
        kept["lost_after_days"],
    )
