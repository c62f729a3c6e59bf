"""The doctor: recounts what is stored, verifies the sealed record, looks at schema, policies and disk.

`examine` only looks. `repair` sets the counters, rollups and search words of one shop from the truth; a record that was
changed can't be repaired, and must not look as if it were.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select, text

from crmcore import chain, counters, customers, digests, health, people, refills, timeline
from crmcore.contacts import changing
from crmcore.database import migrate
from crmcore.database.gate import Shop, ShopSession, Who, global_session, keeper, shop_session
from crmcore.database.sql import read_sql
from crmcore.errors import Unavailable
from crmcore.leads import words
from crmcore.messages import providers, sending
from crmcore.models import CohortMonth, Customer, Order, RecencyDay, RepDay, ShopDay, VisitHour, VisitorDay
from crmcore.names import words_of
from crmcore.pipeline import counting
from crmcore.settings import make_home

LEAST_FREE = 1_000_000_000  # bytes of disk: a full disk stops the server
MOST = 20  # findings of one kind told one by one
SLICE = 10_000  # customers, or orders, that repair counts in one statement

# What is recounted -> how a finding calls it. Each has its sql/doctor/<key>.sql, which returns the differences.
RECOUNTED = {
    "customers": "Customer",
    "shop_days": "Sums of the day",
    "rep_days": "Sums of the sales rep's day",
    "cohort_months": "Buyers of the month",
    "recency_days": "Customers last seen on",
    "visit_hours": "Visits of the hour",
    "visitor_days": "Visit",
    "imports": "Import",
    "order_items": "Items of the order",
    "refill_reminders": "Refill reminder of",
    "contacts": "Contact",
    "leads": "Lead",
    "open_deals": "Open opportunities of",
    "standing_deals": "Standing opportunities of",
    "closed_deals": "Closed opportunities of",
    "closed_reasons": "Reasons given on",
    "stage_days": "Moves of",
    "opportunities": "Opportunity",
    "health_days": "Sums of the health of",
    "last_talks": "Last talk with",
    "health_scores": "Health score of",
}

FOUND_BY_WORDS = {"words": "Customer", "lead_words": "Lead"}

# The policy of sql/schema/007_policies.sql, as PostgreSQL tells it.
OF_THIS_SHOP = "(shop_id = (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::uuid)"

# The person whom the gate named, in the policies of sql/schema/024_own_record_policies.sql.
ME = "(NULLIF(current_setting('app.staff_id'::text, true), ''::text))::uuid"

_OPEN_TABLES = text(read_sql("doctor/open_tables"))
_UNBOUND_ROLE = text(read_sql("doctor/unbound_role"))
_OWN_RECORDS = text(read_sql("doctor/own_records"))
_OWN_RECORDS_ROLE = text(read_sql("roles/own_records"))


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be. `differences`: by field, stored minus true, or "stored, not true"."""

    check: str
    message: str
    shop: str | None = None
    subject: str | None = None
    differences: dict[str, Any] = field(default_factory=dict)
    is_wrong: bool = True  # else a warning: still right, but look at it

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON can hold it."""
        return timeline.plain(asdict(self))


def examine(shops: Iterable[Shop] | None = None, *, least_free: int = LEAST_FREE) -> list[Finding]:
    """Everything that is wrong with this installation and with `shops` (default: all); empty when all is well."""
    findings = list(_disk(least_free))
    try:
        step, newest = migrate.current_step(), migrate.newest_step()
        if step != newest:
            message = f"The database is at step {step or 'none'}, not {newest}: run `regulars migrate`."
            return [*findings, Finding("schema", message)]
        findings += _opened()
        for shop in people.all_shops() if shops is None else shops:
            with shop_session(keeper(shop)) as session:
                findings += _findings_of(session)
    except Unavailable as away:
        findings.append(Finding("server", str(away)))
    return findings


def repair(who: Who) -> None:
    """Set a shop's counters, rollups and search words from the truth. The shop waits meanwhile."""
    with shop_session(who, alone=True) as shop:
        for rollup in (ShopDay, RepDay, CohortMonth, RecencyDay, VisitHour, VisitorDay):
            shop.execute(delete(rollup).where(rollup.shop_id == shop.id))
        everybody = select(Customer.id).where(Customer.shop_id == shop.id)
        for some in _slices(shop, everybody):
            counters.put_on(shop, some)
            counters.recount_talk(shop, some)
        without_customer = select(Order.id).where(Order.shop_id == shop.id, Order.customer_id.is_(None))
        for some in _slices(shop, without_customer):
            counters.put_on(shop, [], some)
        if shop.shop.has("refills"):
            refills.remake_all(shop)
        changing.recount(shop)
        counting.recount(shop)
        health.recount(shop)
        customers.write_words(shop, ((row_id, name) for row_id, name, _ in _wrong_words(shop, "words")))
        words.write(shop, ((row_id, name) for row_id, name, _ in _wrong_words(shop, "lead_words")))
        timeline.note(shop, "counters set from the truth", "shop", shop.id, important=True)


def _slices(shop: ShopSession, ids: Select[UUID]) -> Iterator[Sequence[UUID]]:
    with shop.execute(ids.execution_options(yield_per=SLICE)) as rows:
        yield from rows.scalars().partitions()


def _findings_of(shop: ShopSession) -> Iterator[Finding]:
    slug = shop.shop.slug
    shop.run("doctor/expect_many")
    for check, label in RECOUNTED.items():
        rows = shop.rows(f"doctor/{check}", most=MOST)
        for row in rows:
            differences = {key: value for key, value in row.items() if key not in ("subject", "found") and value}
            told = ", ".join(_told(key, value) for key, value in differences.items())
            yield Finding(check, f"{label} {row['subject']}: {told}.", slug, row["subject"], differences)
        yield from _and_more(check, slug, rows[0]["found"] - len(rows) if rows else 0)
    for check, label in FOUND_BY_WORDS.items():
        wrong_words = list(_wrong_words(shop, check))
        for row_id, name, stored in wrong_words[:MOST]:
            missing, extra = words_of(name) - stored, stored - words_of(name)
            differences = {"missing": sorted(missing), "extra": sorted(extra)}
            message = f"{label} {row_id} is not found by the words of the name, or by others."
            yield Finding(check, message, slug, str(row_id), differences)
        yield from _and_more(check, slug, len(wrong_words) - MOST)
    for broken in chain.verify(shop):
        yield Finding("record", broken, slug)
    for trouble in providers.troubles(shop):
        yield Finding("messages", trouble, slug, is_wrong=False)
    for trouble in digests.troubles(shop):
        yield Finding("mails", trouble, slug, is_wrong=False)
    waiting = sending.left_waiting(shop)
    if waiting:
        message = f"{waiting:,} messages that should have gone wait: is `regulars worker` running?"
        yield Finding("messages", message, slug, is_wrong=False)


def _told(key: str, value: Any) -> str:
    name = key.replace("_", " ")
    if isinstance(value, int | Decimal):
        return f"{name} {abs(value):,} too {'high' if value > 0 else 'low'}"
    return f"{name} {value}"


def _and_more(check: str, slug: str, more: int) -> Iterator[Finding]:
    if more > 0:
        yield Finding(check, f"And {more:,} more of the same kind.", slug)


def _wrong_words(shop: ShopSession, check: str) -> Iterator[tuple[UUID, str | None, set[str]]]:
    """Who is not found by just the words of their name: id, name (none for a hidden customer), the stored words.
    `check`: a key of FOUND_BY_WORDS."""
    for row in shop.stream(f"doctor/{check}"):
        if words_of(row.name) != set(row.words):
            yield row.id, row.name, set(row.words)


def _opened() -> Iterator[Finding]:
    """What would let the application see the rows of other shops."""
    with global_session() as connection:
        for name in connection.scalars(_OPEN_TABLES, {"expected": OF_THIS_SHOP}).all():
            message = f"The table {name} may be open to other shops: its row security is off, or its policy changed."
            yield Finding("policies", message, subject=name)
        for name in connection.scalars(_UNBOUND_ROLE).all():
            message = (
                f"The application works as {name}, which no row policy holds: make it nosuperuser nobypassrls, and the "
                "owner of no table."
            )
            yield Finding("policies", message, subject=name)
        for name in connection.scalars(_OWN_RECORDS, {"me": ME}).all():
            message = (
                f"The table {name} may show staff who see their own customers only those of others: its policy "
                "own_records is gone, or changed."
            )
            yield Finding("policies", message, subject=name)
        role = connection.execute(_OWN_RECORDS_ROLE).one_or_none()
        if role is None or role.sees_all or role.is_inherited or not role.can_be_taken_on:
            message = "The role regulars_own is not as it must be: run `regulars migrate`, which says what to mend."
            yield Finding("policies", message, subject="regulars_own")


def _disk(least_free: int) -> Iterator[Finding]:
    home = make_home()
    free = shutil.disk_usage(home).free
    if free < least_free:
        message = f"Only {free // 1_000_000:,} MB are free on the disk of {home}: a full disk stops the database."
        yield Finding("disk", message, subject=str(home), is_wrong=False)
