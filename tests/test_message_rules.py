"""When a message may go: every state of consent, with WhatsApp's window open or not, by every way it could go."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from crmcore.database.gate import shop_session
from crmcore.errors import BadInput, NotAllowed
from crmcore.messages import rules
from crmcore.messages.consent import ACCEPTED, DECLINED, EMAIL, MARKETING, NOT_ASKED, REMINDERS, SMS, WHATSAPP
from crmcore.messages.rules import LINK, TEMPLATE, TEXT, Rules
from crmcore.phones import can_be_texted

GOES, DECLINED_IT, ASK, WINDOW = "goes", "declined", "was not asked", "24 hours"

# consent, way -> reminders in the open window, in the closed one; offers in the open window, in the closed one
WHATSAPP_TABLE = {
    (ACCEPTED, LINK): (GOES, GOES, GOES, GOES),
    (ACCEPTED, TEMPLATE): (GOES, GOES, GOES, GOES),
    (ACCEPTED, TEXT): (GOES, WINDOW, GOES, WINDOW),
    (NOT_ASKED, LINK): (GOES, GOES, ASK, ASK),
    (NOT_ASKED, TEMPLATE): (ASK, ASK, ASK, ASK),
    (NOT_ASKED, TEXT): (GOES, WINDOW, ASK, WINDOW),
    (DECLINED, LINK): (DECLINED_IT,) * 4,
    (DECLINED, TEMPLATE): (DECLINED_IT,) * 4,
    (DECLINED, TEXT): (DECLINED_IT,) * 4,
}
# consent, way -> reminders, offers: these channels know no window
OTHERS_TABLE = {
    (ACCEPTED, LINK): (GOES, GOES),
    (ACCEPTED, TEXT): (GOES, GOES),
    (NOT_ASKED, LINK): (GOES, ASK),
    (NOT_ASKED, TEXT): (ASK, ASK),
    (DECLINED, LINK): (DECLINED_IT, DECLINED_IT),
    (DECLINED, TEXT): (DECLINED_IT, DECLINED_IT),
}


def came_of(*case) -> str:
    refusal = rules.refused_by_consent(*case)
    if refusal is None:
        return GOES
    return next(word for word in (DECLINED_IT, ASK, WINDOW) if word in refusal)


@pytest.mark.parametrize(("consent", "way"), WHATSAPP_TABLE)
def test_whatsapp_asks_for_consent_and_for_the_window(consent, way):
    cases = [(purpose, is_open) for purpose in (REMINDERS, MARKETING) for is_open in (True, False)]
    came = tuple(came_of(WHATSAPP, purpose, consent, way, is_open) for purpose, is_open in cases)
    assert came == WHATSAPP_TABLE[consent, way]


@pytest.mark.parametrize("channel", [SMS, EMAIL])
@pytest.mark.parametrize(("consent", "way"), OTHERS_TABLE)
@pytest.mark.parametrize("is_open", [True, False])
def test_sms_and_email_ask_for_consent_alone(channel, consent, way, is_open):
    came = tuple(came_of(channel, purpose, consent, way, is_open) for purpose in (REMINDERS, MARKETING))
    assert came == OTHERS_TABLE[consent, way]


KOLKATA = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("at", "is_quiet", "goes_at"),
    [
        ("20:59", False, "20 20:59"),
        ("21:00", True, "21 09:00"),
        ("23:59", True, "21 09:00"),
        ("00:00", True, "20 09:00"),
        ("08:59", True, "20 09:00"),
        ("09:00", False, "20 09:00"),
    ],
)
def test_phones_are_left_alone_from_nine_to_nine_on_the_shops_clock(at, is_quiet, goes_at):
    moment = datetime.combine(date(2026, 11, 20), time.fromisoformat(at), KOLKATA).astimezone(UTC)
    assert Rules().is_quiet(moment, KOLKATA) == is_quiet
    assert (rules.refused_by_hour(WHATSAPP, Rules(), moment, KOLKATA) is not None) == is_quiet
    assert rules.refused_by_hour(EMAIL, Rules(), moment, KOLKATA) is None
    assert f"{rules.goes_at(SMS, Rules(), moment, KOLKATA).astimezone(KOLKATA):%d %H:%M}" == goes_at


def test_quiet_hours_may_lie_within_one_day_or_be_none():
    noon = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)  # 1 pm in India
    lunch = Rules(quiet_from=time(12), quiet_until=time(14))
    assert f"{lunch.first_loud(noon, KOLKATA).astimezone(KOLKATA):%d %H:%M}" == "20 14:00"
    assert not Rules(quiet_from=time(9), quiet_until=time(9)).is_quiet(noon, KOLKATA)


def test_a_shop_sets_its_own_hours_and_language(shop):
    assert rules.of_shop(shop) == Rules()
    own = Rules(quiet_from=time(20), quiet_until=time(10, 30), language="hi", automatic=("birthday",))
    rules.change(shop, own, ["birthday"])
    assert rules.of_shop(shop) == own
    with pytest.raises(BadInput, match="not a language"):
        rules.change(shop, Rules(language="klingon"), [])
    with pytest.raises(BadInput, match="by themselves"):
        rules.change(shop, Rules(automatic=("gossip",)), ["birthday"])


def test_only_the_owner_changes_the_hours(join):
    with pytest.raises(NotAllowed), shop_session(join("manager"), writes=True) as shop:
        rules.change(shop, Rules(quiet_from=time(20)), [])


@pytest.mark.parametrize(
    ("phone", "takes_messages"),
    [
        ("+919881120456", True),
        ("+912025654321", False),  # a landline in Pune
        ("+447700900123", True),
        ("+442079460000", False),  # a landline in London
        ("+14155550132", True),  # in North America both look alike
        ("+233241234567", True),
        ("+233302123456", False),  # a landline in Accra
        ("+18005550199", False),  # toll-free
        ("nonsense", False),
    ],
)
def test_landlines_take_no_messages(phone, takes_messages):
    assert can_be_texted(phone) is takes_messages
    assert (rules.refused_by_address(SMS, phone, None) is None) is takes_messages
    assert rules.refused_by_address(EMAIL, phone, "asha@example.org") is None


def test_what_is_missing_is_said():
    assert "no phone number" in (rules.refused_by_address(WHATSAPP, None, "asha@example.org") or "")
    assert "no e-mail address" in (rules.refused_by_address(EMAIL, "+919881120456", None) or "")
