"""Texts of messages: placeholders are known or refused, the customer's language comes first, and examples serve."""

import re
from datetime import date

import pytest

from crmcore.database.gate import shop_session
from crmcore.errors import BadInput, NotAllowed, NotFound
from crmcore.messages import languages, templates
from crmcore.messages.consent import EMAIL, SMS, WHATSAPP
from crmcore.messages.examples import EXAMPLES, LANGUAGES
from crmcore.messages.purposes import EXAMPLE, PURPOSES
from crmcore.messages.templates import NewTemplate

REFILL = NewTemplate("refill", WHATSAPP, "en", "Refill", "{name}, your {medicine} ends on {due_day}. {shop}")


def but(**changes) -> NewTemplate:
    return NewTemplate(**(vars(REFILL) | changes))


def test_a_text_is_kept_changed_put_aside_and_removed(shop):
    template_id = templates.add(shop, REFILL)
    templates.change(shop, template_id, but(body="Dear {name}: {medicine}", provider_name="refill_1"))
    found = templates.find(shop, "refill", WHATSAPP, "en")
    assert (found.body, found.provider_name, found.id) == ("Dear {name}: {medicine}", "refill_1", template_id)
    templates.change(shop, template_id, but(is_active=False))
    assert templates.find(shop, "refill", WHATSAPP, "en").id is None  # the example serves again
    templates.remove(shop, template_id)
    with pytest.raises(NotFound):
        templates.remove(shop, template_id)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"body": "Hello {nam}"}, "body", r"\{nam\} is no placeholder.*\{name\}, \{shop\}"),
        ({"body": "Hello {offer}"}, "body", "no placeholder of this message"),
        ({"body": "Hello {}"}, "body", "no placeholder"),
        ({"body": "Hello {name"}, "body", "stands alone"),
        ({"body": "Hello name}"}, "body", "stands alone"),
        ({"body": "  "}, "body", "Write the text"),
        ({"body": "x" * 1025}, "body", "at most 1,024"),
        ({"channel": EMAIL}, "subject", "needs a subject"),
        ({"channel": EMAIL, "subject": "For {nam}"}, "subject", "no placeholder"),
        ({"channel": "call"}, "channel", "carries no texts"),
        ({"purpose": "gossip"}, "purpose", "no messages for"),
        ({"language": "klingon"}, "language", "not a language"),
        ({"provider_name": "Refill One"}, "provider_name", "small letters"),
    ],
)
def test_what_can_not_be_used_is_told_in_one_sentence(shop, changes, field, words):
    with pytest.raises(BadInput, match=words) as refused:
        templates.add(shop, but(**changes))
    assert refused.value.field == field
    assert str(refused.value).count(". ") <= 1


def test_one_text_is_in_use_for_a_purpose_channel_and_language(shop):
    templates.add(shop, REFILL)
    with pytest.raises(BadInput, match="in use"):
        templates.add(shop, but(name="Another"))
    templates.add(shop, but(name="Another", is_active=False))
    templates.add(shop, but(channel=SMS))
    templates.add(shop, but(language="hi"))


def test_the_customers_language_comes_first_then_the_shops_then_any(shop):
    def body(language):
        return templates.find(shop, "refill", WHATSAPP, language, "mr").body

    assert body("hi") == EXAMPLES["refill"]["hi"].body
    assert body("sw") == body(None) == EXAMPLES["refill"]["mr"].body
    templates.add(shop, but(language="hi", body="हिन्दी {name}"))
    assert body("en") == body("hi") == "हिन्दी {name}"  # own texts alone count as soon as there is one
    templates.add(shop, but(language="mr", body="मराठी {name}"))
    assert body("en") == "मराठी {name}"


def test_a_preview_shows_the_text_as_somebody_would_get_it(shop):
    text = templates.preview(shop, REFILL)
    assert text.body == "Asha, your Metformin 500 ends on 26 January. Meera Home & Care"
    assert text.parameters == ("Asha", "Metformin 500", "26 January", "Meera Home & Care")


def test_at_whatsapp_placeholders_are_numbered_in_their_order():
    assert templates.as_numbered("{name}: {medicine}, {name}") == "{{1}}: {{2}}, {{1}}"


def test_values_stay_on_one_line_and_a_missing_name_is_no_hole():
    template = templates.Template("offer", SMS, "hi", "{name}: {offer}")
    assert templates.fill(template, {"offer": "10 %\n off"}).body == "ग्राहक: 10 % off"
    with pytest.raises(BadInput, match="what you offer") as refused:
        templates.fill(template, {"name": "Asha"})
    assert refused.value.field == "offer"


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", [WHATSAPP, SMS, EMAIL])
def test_every_example_is_a_text_that_could_be_kept(shop, purpose, language, channel):
    example = templates.example(purpose, channel, language)
    text = templates.preview(shop, example)
    assert not re.search(r"[{}]", text.body + (text.subject or ""))
    assert set(EXAMPLE) >= set(templates.placeholders_in(example.body)) - {"shop"}


def test_examples_say_the_same_in_every_language():
    for texts in EXAMPLES.values():
        assert set(texts) == set(LANGUAGES)
        placeholders = [set(templates.placeholders_in(example.body)) for example in texts.values()]
        assert all(one == placeholders[0] for one in placeholders)


@pytest.mark.parametrize(
    ("written", "code"),
    [("Hindi", "hi"), ("हिन्दी", "hi"), ("en-IN", "en"), ("HI", "hi"), ("Kiswahili", "sw"), ("", None), ("?", None)],
)
def test_a_language_is_known_however_it_stands_on_the_customer(written, code):
    assert languages.code_of(written) == code


def test_a_day_is_written_in_the_customers_language():
    assert languages.day_in(date(2026, 1, 26), "hi") == "26 जनवरी"


def test_staff_use_texts_and_managers_write_them(join):
    with pytest.raises(NotAllowed), shop_session(join("staff"), writes=True) as shop:
        templates.add(shop, REFILL)
    with shop_session(join("manager"), writes=True) as shop:
        templates.add(shop, REFILL)
