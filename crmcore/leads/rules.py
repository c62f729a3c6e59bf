"""How a shop grades its leads, how it works their scores out, and who gets new ones: settings of the shop."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import people, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import ShopSetting
from crmcore.texts import one_line

_KEY = "leads"
HIGHEST = 300  # three parts of 100

BY_HAND, EVENLY, BY_TERRITORY = "by hand", "evenly", "by territory"
SHARING = {
    BY_HAND: "Whoever writes it down keeps it",
    EVENLY: "Evenly, in turn",
    BY_TERRITORY: "By territory, else evenly",
}

GRADES = {"A": "Call first", "B": "Promising", "C": "Keep warm", "D": "Not now"}


@dataclass(frozen=True)
class Rules:
    """`a`, `b`, `c`: from which score on a lead has that grade; below it is a D. `computed`: scores are worked out
    every morning, where nobody typed one. `cities`, `sources`: those the shop wants, for the fit. `sharing`: a key of
    SHARING; `among`: who gets new leads in turn."""

    a: int = 240
    b: int = 180
    c: int = 120
    computed: bool = False
    cities: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sharing: str = BY_HAND
    among: tuple[UUID, ...] = ()

    def check(self, shop: ShopSession) -> None:
        """Raise BadInput for thresholds out of order, or somebody who is not at work."""
        for key in ("a", "b", "c"):
            least = getattr(self, key)
            if not isinstance(least, int) or not 0 <= least <= HIGHEST:
                raise BadInput(key, f"A grade begins at a whole number from 0 to {HIGHEST}, not at {least}.")
        if not self.a > self.b > self.c:
            raise BadInput("a", f"A must begin above B, and B above C: {self.a}, {self.b}, {self.c} do not go down.")
        if self.sharing not in SHARING:
            raise BadInput("sharing", f"“{self.sharing}” is not a way to share out. Use one of: {', '.join(SHARING)}.")
        for staff_id in self.among:
            people.must_be_active(shop, staff_id, "among")

    def grade(self, score: int | None) -> str | None:
        """A, B, C or D; None for a lead that has no score yet."""
        if score is None:
            return None
        return next((grade for grade, least in (("A", self.a), ("B", self.b), ("C", self.c)) if score >= least), "D")

    def scores_of(self, grade: str) -> tuple[int, int]:
        """The lowest and the highest score of a grade."""
        bounds = {"A": (self.a, HIGHEST), "B": (self.b, self.a - 1), "C": (self.c, self.b - 1), "D": (0, self.c - 1)}
        return bounds[grade]


def of_shop(shop: ShopSession) -> Rules:
    """The rules of this shop; what was never set is as for every new shop."""
    kept = shop.scalar(select(ShopSetting.value).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _KEY))
    if kept is None:
        return Rules()
    known = {name: value for name, value in kept.items() if name in Rules.__dataclass_fields__}
    for name in ("cities", "sources"):
        known[name] = tuple(known.get(name, ()))
    return Rules(**known | {"among": tuple(map(UUID, known.get("among", ())))})


def change(shop: ShopSession, new: Rules) -> None:
    """Grade, score and share out another way from now on. Raises BadInput."""
    shop.who.must("manage settings")
    new = Rules(**vars(new) | {"cities": _tidied("cities", new.cities), "sources": _tidied("sources", new.sources)})
    new.check(shop)
    before, after = _plain(of_shop(shop)), _plain(new)
    if before == after:
        return
    row = {"value": after, "updated_at": shop.now, "updated_by": shop.who.staff_id}
    setting = upsert(ShopSetting).values(shop_id=shop.id, key=_KEY, **row)
    shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    timeline.note(shop, "lead rules changed", "shop", shop.id, important=True, **timeline.changes(before, after))


def _tidied(field: str, words: Sequence[str]) -> tuple[str, ...]:
    tidy = (one_line(field, "This", word, 100) for word in words)
    return tuple(dict.fromkeys(word for word in tidy if word))


def _plain(rules: Rules) -> dict[str, Any]:
    plain: dict[str, Any] = timeline.plain(asdict(rules))
    return plain
