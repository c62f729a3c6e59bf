"""Scores of leads: three parts of 0 to 100 each, typed by a person or worked out from what is on file; their history.

The rules stand in sql/leads/work_out.sql, and in words in RULES. A score that a person typed stays until somebody has
it worked out: the morning leaves it alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict
from crmcore.leads import rules
from crmcore.leads.changing import write
from crmcore.leads.lead import CONVERTED, PARTS
from crmcore.leads.reading import on_file
from crmcore.models import LeadScore

# How each part is worked out, in words.
RULES = {
    "engagement": "Within 90 days: 20 for each talk they answered or began, 5 for each other try, and 20 more if you"
    " met; 100 at most.",
    "fit": "The share of what is known and wanted: a company, a job title, a phone number with an e-mail address, and,"
    " where your shop names any, a city and a source that you want.",
    "activity": "100 on the day of the last talk, and 2 less for each day since; 0 if nobody talked with them yet.",
}
_TYPED, _COMPUTED = "typed", "computed"


def score(shop: ShopSession, lead_id: UUID, parts: Mapping[str, int | None]) -> None:
    """Score a lead by hand; parts that are not given stay as they are, None empties one. Kept with today's date.

    Raises BadInput(part) for what is no whole number from 0 to 100, NotFound, and Conflict for a converted lead.
    """
    shop.who.must("edit leads")
    if unknown := set(parts) - set(PARTS):
        raise BadInput(min(unknown), f"A score has no part “{min(unknown)}”. Use some of: {', '.join(PARTS)}.")
    for part, value in parts.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100):
            raise BadInput(part, f"{PARTS[part]} goes from 0 to 100, in whole numbers: {value} can't be used.")
    before = on_file(shop, lead_id)
    if before["status"] == CONVERTED:
        raise Conflict("This lead became a customer. Its score stays as it was then.")
    after = {part: before[part] for part in PARTS} | dict(parts)
    changed = timeline.changes(dict(before), after)
    if changed["after"]:
        write(shop, lead_id, changed["after"])
        timeline.note(shop, "lead scored", "lead", lead_id, how=_TYPED, **changed)
    _keep(shop, lead_id, after)


def work_out(shop: ShopSession, lead_id: UUID) -> None:
    """Work a lead's score out from what is on file, and keep it with today's date. Raises NotFound, and Conflict for a
    converted lead."""
    shop.who.must("edit leads")
    before = on_file(shop, lead_id)
    if before["status"] == CONVERTED:
        raise Conflict("This lead became a customer. Its score stays as it was then.")
    for row in _worked_out(shop, [lead_id], typed_too=True):
        after = {part: row[part] for part in PARTS}
        timeline.note(shop, "lead scored", "lead", lead_id, how=_COMPUTED, **timeline.changes(dict(before), after))


def work_out_many(shop: ShopSession, leads: Sequence[UUID] | Select[UUID]) -> int:
    """Work out the scores of these leads, those of converted ones left as they are; return how many changed. Needs the
    gate alone."""
    shop.who.must("assign leads")
    shop.must_be_alone()
    ids = list(shop.execute(leads).scalars()) if isinstance(leads, Select) else list(leads)
    changed = len(_worked_out(shop, ids, typed_too=True))
    if changed:
        timeline.note(shop, "lead scores worked out", "leads", leads=changed)
    return changed


def every_morning(shop: ShopSession) -> None:
    """Where the shop wants it, work out the scores of all active leads but those a person scored by hand."""
    if not shop.shop.has("pipeline") or not rules.of_shop(shop).computed:
        return
    changed = len(_worked_out(shop, None, typed_too=False))
    if changed:
        timeline.note(shop, "lead scores worked out", "leads", leads=changed)


def _worked_out(shop: ShopSession, ids: Sequence[UUID] | None, *, typed_too: bool) -> list[Any]:
    """Write the scores of these leads (None: of all) that come out otherwise than they are, and return them. A score
    that was typed and comes out the same is a computed one from today on."""
    ours = rules.of_shop(shop)
    return shop.rows(
        "leads/work_out",
        lead_ids=None if ids is None else list(ids),
        typed_too=typed_too,
        today=shop.today,
        now=shop.now,
        staff_id=shop.who.staff_id,
        cities=[city.lower() for city in ours.cities],
        sources=[source.lower() for source in ours.sources],
    )


def _keep(shop: ShopSession, lead_id: UUID, parts: Mapping[str, int | None]) -> None:
    """The score of today, in place of another one of today."""
    row = {**parts, "how": _TYPED, "created_at": shop.now, "created_by": shop.who.staff_id}
    kept = upsert(LeadScore).values(shop_id=shop.id, lead_id=lead_id, scored_on=shop.today, **row)
    shop.execute(kept.on_conflict_do_update(index_elements=["shop_id", "lead_id", "scored_on"], set_=row))
