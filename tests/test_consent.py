"""Consent: three states per channel and purpose, with who said so, when and how one knows; nothing is overwritten."""

from datetime import timedelta

import pytest
from conftest import NOW

from crmcore import customers
from crmcore.database.gate import shop_session
from crmcore.errors import BadInput, NotFound
from crmcore.messages import consent
from crmcore.messages.consent import ACCEPTED, DECLINED, MARKETING, NOT_ASKED, REMINDERS, SMS, WHATSAPP


def test_nobody_was_asked_at_first(shop):
    asha = customers.create(shop, {"name": "Asha"})
    said = consent.current(shop, asha)
    assert len(said) == len(consent.CHANNELS) * len(consent.PURPOSES)
    assert {one.state for one in said.values()} == {NOT_ASKED}


def test_the_newest_word_counts_and_the_older_ones_stay(join):
    meera = join("staff")
    with shop_session(meera, writes=True, now=NOW) as shop:
        asha = customers.create(shop, {"name": "Asha"})
        assert consent.record(shop, asha, WHATSAPP, REMINDERS, ACCEPTED, "Said so in the shop")
    with shop_session(meera, writes=True, now=NOW + timedelta(days=1)) as shop:
        assert consent.record(shop, asha, WHATSAPP, REMINDERS, DECLINED, "Said so on the phone")
        now = consent.current(shop, asha)[WHATSAPP, REMINDERS]
        assert (now.state, now.source, now.at, now.by) == (DECLINED, "Said so on the phone", shop.now, "Meera Joshi")
        assert consent.current(shop, asha)[WHATSAPP, MARKETING].state == NOT_ASKED
        assert [row["state"] for row in consent.history(shop, asha)] == [DECLINED, ACCEPTED]


def test_the_same_word_again_writes_nothing(shop):
    asha = customers.create(shop, {"name": "Asha"})
    assert consent.record(shop, asha, SMS, MARKETING, ACCEPTED, "Signed form")
    assert not consent.record(shop, asha, SMS, MARKETING, ACCEPTED, "Said so in the shop")
    assert len(consent.history(shop, asha)) == 1


@pytest.mark.parametrize(
    ("channel", "purpose", "state", "source", "words"),
    [
        ("pigeon", REMINDERS, ACCEPTED, "form", "not a channel"),
        (SMS, "gossip", ACCEPTED, "form", "not a purpose"),
        (SMS, REMINDERS, "maybe", "form", "not a state"),
        (SMS, REMINDERS, ACCEPTED, " ", "Say how you know"),
    ],
)
def test_what_is_no_consent_is_refused(shop, channel, purpose, state, source, words):
    asha = customers.create(shop, {"name": "Asha"})
    with pytest.raises(BadInput, match=words):
        consent.record(shop, asha, channel, purpose, state, source)


def test_somebody_elses_customer_has_no_consent_here(shop, new_shop, who):
    with pytest.raises(NotFound):
        consent.record(shop, who.shop.id, SMS, REMINDERS, ACCEPTED, "form")
