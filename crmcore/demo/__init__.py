"""Labelled demo shops of all five kinds, with two years of customers, sales and visits up to this moment.

Everything is made up and follows from a seed. A shop that is there already is brought up to today: what would have
happened since the last time is added, and what people changed in it stays.
"""

import base64
import hmac
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import chain, counters, modules, people
from crmcore.database.gate import Shop, ShopSession, keeper, shop_session
from crmcore.demo import filing, floor, shelves
from crmcore.demo.floor import Floor
from crmcore.demo.life import live
from crmcore.demo.profiles import PROFILES, Profile
from crmcore.errors import Conflict, NotFound
from crmcore.models import Customer, ShopSetting
from crmcore.passwords import hash_password
from crmcore.settings import secret_key

YEARS = 2
_KEPT = "demo"  # the setting that remembers how far the shop's life was written down


def make_all(*, seed: int = 1, today: date | None = None) -> list[Shop]:
    """The five demo shops, made where they are missing and brought up to today where they are not."""
    return [make(kind, seed=seed, today=today) for kind in PROFILES]


def make(kind: str, *, seed: int = 1, today: date | None = None) -> Shop:
    """The demo shop of this kind (a key of PROFILES), up to this moment or to the end of `today`.

    A shop made before keeps its own seed. Raises Conflict when its short name or a sign-in name belongs to another.
    """
    profile = PROFILES[kind]
    shop = _opened(profile)
    until = _end_of(today, shop) if today else datetime.now(UTC)
    with shop_session(keeper(shop), alone=True, now=until) as session:
        session.run("imports/expect_many")
        kept = session.scalar(_what_is_kept(session))
        if kept is None:
            filing.hire(session, profile, _password_hash())
            filing.stock(session, profile)
            kept = {"seed": seed, "since": _years_before(session.today).isoformat(), "until": None}
        since = date.fromisoformat(kept["since"])
        after = datetime.fromisoformat(kept["until"]) if kept["until"] else datetime.min.replace(tzinfo=UTC)
        life = live(profile, kept["seed"], since, session.today)
        seen = Floor()
        if "visits" in modules.of_kind(kind):
            seen = floor.visit(profile, kept["seed"], since, session.today, life)
        filing.file(session, profile, life, seen, after, until)
        if "contacts" in modules.of_kind(kind):
            filing.call(session, profile, kept["seed"], since, life, after, until)
        if "pipeline" in modules.of_kind(kind):
            filing.lead(session, profile, kept["seed"], since, life, after, until)
            filing.deal(session, profile, kept["seed"], after, until)
            filing.know(session, profile, kept["seed"])
        everybody = select(Customer.id).where(Customer.shop_id == shop.id)
        counters.recount_talk(session, session.execute(everybody).scalars())
        if kept["until"] is None:
            shelves.fill(session)
        _keep(session, {**kept, "until": max(after, until).isoformat()})
        session.run("imports/gather_statistics", loaded=len(life.sales))
    chain.seal(shop)
    return shop


def password() -> str:
    """The password of every demo sign-in: another one on every installation, so that nobody can guess it."""
    digest = hmac.digest(secret_key(), b"password of the demo sign-ins", "sha256")
    return "demo-" + base64.b32encode(digest)[:10].decode().lower()


def sign_ins(shops: list[Shop]) -> str:
    """Who can sign in to these shops, and with which password, as text to print."""
    lines = [f"Demo sign-ins, all with the password {password()} unless it was changed:"]
    for shop in shops:
        logins = ", ".join(member.login for member in PROFILES[shop.kind].team)
        lines.append(f"  {shop.name}: {logins}")
    return "\n".join(lines)


def _password_hash() -> str:
    return hash_password(password())


def _opened(profile: Profile) -> Shop:
    try:
        shop = people.find_shop(profile.slug)
    except NotFound:
        return people.open_shop(
            people.NewShop(
                slug=profile.slug,
                name=f"{profile.name} (demo)",
                kind=profile.kind,
                currency=profile.currency,
                region=profile.region,
                timezone=profile.timezone,
                is_demo=True,
            )
        )
    if not shop.is_demo:
        raise Conflict(f"There is a shop with the short name {profile.slug} that is no demo shop. It stays as it is.")
    return shop


def _end_of(day: date, shop: Shop) -> datetime:
    return datetime.combine(day, time.max, shop.zone).astimezone(UTC)


def _years_before(day: date) -> date:
    return (day - timedelta(days=1 if (day.month, day.day) == (2, 29) else 0)).replace(year=day.year - YEARS)


def _what_is_kept(session: ShopSession) -> Any:
    return select(ShopSetting.value).where(ShopSetting.shop_id == session.id, ShopSetting.key == _KEPT)


def _keep(session: ShopSession, value: dict[str, Any]) -> None:
    row = {"value": value, "updated_at": session.now}
    setting = upsert(ShopSetting).values(shop_id=session.id, key=_KEPT, **row)
    session.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
