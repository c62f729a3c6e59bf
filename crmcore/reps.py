"""Sales reps: who looks after which customer. Every change of it stands on the customer's timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, cast, select

from crmcore import people
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import Conflict, NotAllowed, NotFound
from crmcore.models import Customer

NOBODY_IN_PARTICULAR = "Nobody in particular"


@dataclass(frozen=True)
class Rep:
    """A person who looks after customers. `sells_now` is False for one who may get no more of them."""

    staff_id: UUID
    name: str
    sells_now: bool

    @property
    def label(self) -> str:
        return self.name if self.sells_now else f"{self.name} (no longer sells)"


def reps(shop: ShopSession) -> list[Rep]:
    """Who may be a sales rep now, then those who are none any more but still have customers; each by name."""
    return [Rep(**row) for row in shop.rows("reps/reps")]


def assign(shop: ShopSession, customers: Iterable[UUID] | Select[UUID], rep_id: UUID | None) -> int:
    """Give customers to a sales rep (None: to nobody in particular); return for how many that is a change.

    What their reps had still to do for them goes along. `customers`: their ids, or a query of them
    (`customer_list.ids`), which needs the gate alone, as several do. Raises BadInput for somebody who does not sell.
    Who may not assign reps may take a customer nobody looks after; for all else raises NotAllowed.
    """
    people.must_sell(shop, rep_id)
    # Ids first: joined to the list itself, the planner may take 100,000 customers who came a moment ago for one.
    # In the order of the ids they lie side by side.
    wanted = sorted(shop.execute(customers).scalars() if isinstance(customers, Select) else set(customers))
    if isinstance(customers, Select) or len(wanted) > 1:
        shop.must_be_alone()
    found = select(Customer.id, Customer.rep_id).where(
        Customer.shop_id == shop.id, Customer.id == any_(cast(wanted, ARRAY(Uuid)))
    )
    before: dict[UUID, UUID | None] = dict(shop.execute(found.with_for_update(key_share=True)).all())
    if len(before) < len(wanted):
        raise NotFound("This customer is not on file in your shop any more.")
    changing = {customer_id: rep_before for customer_id, rep_before in before.items() if rep_before != rep_id}
    for rep_before in set(changing.values()):
        must_be_allowed(shop, rep_before, rep_id)
    if changing:
        _write(shop, changing, rep_id)
    return len(changing)


def take(shop: ShopSession, customer_id: UUID) -> None:
    """Look after a customer oneself whom nobody looks after. Raises Conflict when somebody does by now."""
    if not shop.who.sells:
        raise NotAllowed("Only somebody who sells looks after customers. Ask the owner to mark you as selling.")
    found = select(Customer.rep_id).where(Customer.shop_id == shop.id, Customer.id == customer_id)
    taken = shop.scalar(found.with_for_update(key_share=True))
    if taken not in (None, shop.who.staff_id):
        raise Conflict("Somebody else looks after this customer by now. Nothing was changed.")
    assign(shop, [customer_id], shop.who.staff_id)


def may_take(shop: ShopSession, rep_before: UUID | None) -> bool:
    """Whether the person may look after this customer themselves from now on."""
    me = shop.who.staff_id
    return me is not None and shop.who.sells and shop.who.may("edit customers") and rep_before is None


def choices(shop: ShopSession, rep_before: UUID | None) -> dict[UUID | None, str]:
    """Whom the person may give a customer to, by name, beside the rep the customer has; None is nobody in particular.

    A rep who sells no more is offered only where they are the rep already.
    """
    team = reps(shop)
    names: dict[UUID | None, str] = {None: NOBODY_IN_PARTICULAR} | {rep.staff_id: rep.label for rep in team}
    selling = {rep.staff_id for rep in team if rep.sells_now}
    if shop.who.may("assign reps"):
        offered = {None, *selling}
    else:
        offered = {shop.who.staff_id} & selling if may_take(shop, rep_before) else set()
    return {rep_id: name for rep_id, name in names.items() if rep_id == rep_before or rep_id in offered}


def must_be_allowed(shop: ShopSession, before: UUID | None, after: UUID | None) -> None:
    """Raise NotAllowed unless the person may make this change of sales rep."""
    is_taking = may_take(shop, before) and after == shop.who.staff_id
    if before != after and not is_taking:
        shop.who.must("assign reps")


def _write(shop: ShopSession, changing: dict[UUID, UUID | None], rep_id: UUID | None) -> None:
    """Set the rep of these customers and of what was planned for them, each with its line on the timeline."""
    customer_ids, reps_before = list(changing), list(changing.values())
    change = {"rep_id": rep_id, "at": shop.now, "staff_id": shop.who.staff_id}
    planned = shop.run("reps/planned", customer_ids=customer_ids, reps_before=reps_before).scalars().all()
    if planned:
        ids = [new_id() for _ in planned]
        shop.run("reps/note_planned", **change, via=shop.who.via, ids=ids, follow_up_ids=planned)
        shop.run("reps/give_planned", **change, follow_up_ids=planned)
    shop.run("reps/assign", **change, customer_ids=customer_ids)
    shop.run(
        "reps/note_changes",
        **change,
        via=shop.who.via,
        ids=[new_id() for _ in customer_ids],
        customer_ids=customer_ids,
        reps_before=reps_before,
    )
