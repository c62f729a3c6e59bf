"""When a message may go: consent, WhatsApp's window of 24 hours, quiet hours, and numbers that take no messages."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.messages import languages
from crmcore.messages.consent import (
    ACCEPTED,
    CHANNELS,
    DECLINED,
    EMAIL,
    MARKETING,
    NOT_ASKED,
    REMINDERS,
    SMS,
    WHATSAPP,
)
from crmcore.models import ShopSetting
from crmcore.phones import can_be_texted

# The ways a message goes: by a person's own phone, as a text approved by the service beforehand, or as free text.
LINK, TEMPLATE, TEXT = "link", "template", "text"
WAYS = (LINK, TEMPLATE, TEXT)

WINDOW = timedelta(hours=24)  # after a customer wrote, in which WhatsApp takes free text
_KEPT_QUIET = (WHATSAPP, SMS)  # what makes a phone ring; e-mail waits by itself

_OF = {REMINDERS: "reminders", MARKETING: "offers and news"}


@dataclass(frozen=True)
class Rules:
    """How a shop writes to people. `automatic`: purposes of messages that go by themselves; the same hours: none."""

    quiet_from: time = time(21)
    quiet_until: time = time(9)
    language: str = "en"
    automatic: tuple[str, ...] = ()

    def is_quiet(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether phones are left alone at this moment, on the shop's clock."""
        now = moment.astimezone(zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= now < self.quiet_until
        return now >= self.quiet_from or now < self.quiet_until

    def first_loud(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself, or the end of the quiet hours it falls into."""
        if not self.is_quiet(moment, zone):
            return moment
        local = moment.astimezone(zone)
        day = local.date() if local.time() < self.quiet_until else local.date() + timedelta(days=1)
        return datetime.combine(day, self.quiet_until, zone).astimezone(UTC)


def of_shop(shop: ShopSession) -> Rules:
    """How this shop writes to people; what was never set is as for every new shop."""
    query = select(ShopSetting.value).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _KEY)
    kept = shop.scalar(query)
    if kept is None:
        return Rules()
    return Rules(
        quiet_from=time.fromisoformat(kept["quiet_from"]),
        quiet_until=time.fromisoformat(kept["quiet_until"]),
        language=kept["language"],
        automatic=tuple(kept["automatic"]),
    )


def change(shop: ShopSession, new: Rules, purposes: Sequence[str]) -> None:
    """Write to people another way from now on. `purposes`: of which messages `automatic` may name some."""
    shop.who.must("manage settings")
    if not languages.is_known(new.language):
        raise BadInput("language", f"“{new.language}” is not a language. Choose one from the list.")
    unknown = set(new.automatic) - set(purposes)
    if unknown:
        raise BadInput("automatic", f"There are no messages for “{min(unknown)}” that could go by themselves.")
    before, after = _plain(of_shop(shop)), _plain(new)
    if before == after:
        return
    row = {"value": after, "updated_at": shop.now, "updated_by": shop.who.staff_id}
    setting = upsert(ShopSetting).values(shop_id=shop.id, key=_KEY, **row)
    shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    timeline.note(
        shop, "message rules changed", "shop", shop.id, important=True, **timeline.changes(before, after)
    )


_KEY = "messages"


def _plain(rules: Rules) -> dict[str, object]:
    return asdict(rules) | {
        "quiet_from": rules.quiet_from.isoformat("minutes"),
        "quiet_until": rules.quiet_until.isoformat("minutes"),
        "automatic": list(rules.automatic),
    }


def refused_by_consent(channel: str, purpose: str, consent: str, way: str, window_open: bool) -> str | None:
    """Why consent or the channel's own rule forbids this message, in one sentence; None when nothing does.

    `purpose`: of consent, reminders or marketing. `window_open`: the customer wrote on this channel within 24 hours.
    """
    what = f"{CHANNELS[channel]} {_OF[purpose]}"
    is_whatsapp_text = channel == WHATSAPP and way == TEXT
    if consent == DECLINED:
        return f"This customer declined {what}: nothing goes to them this way."
    if is_whatsapp_text and not window_open:
        return "WhatsApp takes free text only within 24 hours after the customer wrote: use an approved template."
    if consent == ACCEPTED:
        return None
    assert consent == NOT_ASKED
    if purpose == REMINDERS and (way == LINK or is_whatsapp_text):
        return None  # a person writes by hand, or answers
    return f"This customer was not asked yet about {what}: ask them, and record the answer on their page."


def refused_by_address(channel: str, phone: str | None, email: str | None) -> str | None:
    """Why nothing can go to this customer on this channel, in one sentence; None when something can."""
    if channel == EMAIL:
        return None if email else "There is no e-mail address on file: add it to the customer first."
    if not phone:
        return "There is no phone number on file: add it to the customer first."
    if not can_be_texted(phone):
        return f"{phone} is a landline or another number that takes no {CHANNELS[channel]}: call instead."
    return None


def refused_by_hour(channel: str, rules: Rules, moment: datetime, zone: ZoneInfo) -> str | None:
    """Why nothing goes at this hour, in one sentence; None when something does."""
    if channel not in _KEPT_QUIET or not rules.is_quiet(moment, zone):
        return None
    return f"It is quiet time until {rules.quiet_until:%H:%M}: phones are left alone. Send it after that."


def goes_at(channel: str, rules: Rules, moment: datetime, zone: ZoneInfo) -> datetime:
    """When a message that goes by itself may leave: now, or when quiet time ends."""
    return rules.first_loud(moment, zone) if channel in _KEPT_QUIET else moment
