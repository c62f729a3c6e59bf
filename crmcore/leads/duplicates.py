"""Who is on file already with the same phone number, e-mail address or company: said before a lead is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession
from crmcore.leads.lead import checked
from crmcore.names import fold, words_of

PHONE, EMAIL, COMPANY = "phone", "email", "company"
_SAME = {PHONE: "the same phone number", EMAIL: "the same e-mail address", COMPANY: "the same company"}
MOST = 5  # of each kind: who has more has a list to tidy, not a form


@dataclass(frozen=True)
class Duplicate:
    """Somebody on file who may be the same. `noun`: lead or customer. `by`: phone, email or company. `id`, `name`: None
    for somebody that a colleague looks after and the person may not see. `status`: of a lead. `city`, `phone`: what
    tells them from others of the name."""

    noun: str
    by: str
    id: UUID | None
    name: str | None
    status: str | None
    assignee: str | None
    city: str | None = None
    phone: str | None = None

    @property
    def is_same(self) -> bool:
        """Whether they are taken for the same person; people of one company are several."""
        return self.by != COMPANY

    def __str__(self) -> str:
        if self.name is None:
            return f"A {self.noun} a colleague looks after is on file with {_SAME[self.by]}."
        return f"{self.name} is on file as a {self.noun} with {_SAME[self.by]}."


def duplicates(shop: ShopSession, fields: Mapping[str, Any], *, besides: UUID | None = None) -> list[Duplicate]:
    """Leads and customers with the same phone, e-mail or company as these fields (keys of FIELDS) say, each once, by
    the surest sign first. `besides`: the lead itself. Raises BadInput for what can't be read."""
    shop.who.must("see leads")
    named = {key: fields[key] for key in (PHONE, EMAIL, COMPANY) if fields.get(key)}
    if not named:
        return []
    values = checked(shop, named)
    given = {
        "phone": values.get("phone"),
        "email": values.get("email"),
        "company": values.get("company"),
        "words": sorted(words_of(values.get("company"))),
        "besides": besides,
        "most": MOST,
    }
    rows = shop.rows_as_the_shop("leads/duplicates", **given)
    found = [row for row in rows if row["by"] != COMPANY or row["noun"] == "lead" or _is_company(row, values)]
    seen = {row["id"] for row in shop.rows("leads/duplicates", **given)} if shop.who.sees_own_only else None
    return [_told(row, shown=seen is None or row["id"] in seen) for row in found]


def _told(row: RowMapping, *, shown: bool) -> Duplicate:
    """`shown`: the person may know who it is."""
    if not shown:
        return Duplicate(row["noun"], row["by"], None, None, row["status"], row["assignee"])
    return Duplicate(**{key: row[key] for key in ("noun", "by", "id", "name", "status", "assignee", "city", "phone")})


def _is_company(row: Mapping[str, Any] | RowMapping, values: Mapping[str, Any]) -> bool:
    """A customer found by the words of a name bears just this name."""
    return fold(row["name"] or "") == fold(values["company"])
