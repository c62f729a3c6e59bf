"""Templates: texts with placeholders such as {name}, per purpose, channel and language, which a shop writes itself.

As soon as a shop has a text of its own for a purpose and channel, only its own are used; until then the examples
serve. The customer's language comes first, then the shop's, then English, then whatever there is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Executable, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from crmcore import texts, timeline
from crmcore.database.gate import ShopSession, broken_constraint, new_id
from crmcore.errors import BadInput, NotFound
from crmcore.messages import languages, rules
from crmcore.messages.consent import CHANNELS, EMAIL, SMS, WHATSAPP
from crmcore.messages.examples import EXAMPLES, NAMELESS
from crmcore.messages.purposes import EXAMPLE, PURPOSES
from crmcore.models import MessageTemplate

WRITTEN = {channel: CHANNELS[channel] for channel in (WHATSAPP, SMS, EMAIL)}  # the channels that carry texts

# A text with its values filled in must fit too; values take some room.
LONGEST = {WHATSAPP: 1024, SMS: 640, EMAIL: 4000}
LONGEST_VALUE = 200

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class NewTemplate:
    """A text to be kept. `provider_name`: what WhatsApp calls the approved template, if it was approved."""

    purpose: str
    channel: str
    language: str
    name: str
    body: str
    subject: str | None = None
    provider_name: str | None = None
    is_active: bool = True


@dataclass(frozen=True)
class Template:
    """A text that can be filled in. `id` is None for an example that comes with Regulars."""

    purpose: str
    channel: str
    language: str
    body: str
    subject: str | None = None
    id: UUID | None = None
    provider_name: str | None = None


@dataclass(frozen=True)
class Text:
    """A text filled in. `parameters`: the values in the order of their placeholders, as WhatsApp numbers them."""

    body: str
    subject: str | None
    parameters: tuple[str, ...]


def placeholders_in(body: str) -> list[str]:
    """The placeholders of a text in the order they first appear: {{1}}, {{2}}, … at WhatsApp."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(body)))


def as_numbered(body: str) -> str:
    """The text as it is to be registered at WhatsApp: {{1}} for the first placeholder, and so on."""
    numbers = {name: number for number, name in enumerate(placeholders_in(body), 1)}
    return _PLACEHOLDER.sub(lambda found: f"{{{{{numbers[found[1]]}}}}}", body)


def fill(template: Template, values: Mapping[str, str]) -> Text:
    """The text with its values. Raises BadInput naming a placeholder without one."""

    def value_of(name: str) -> str:
        value = " ".join(values.get(name, "").split())
        if not value and name == "name":
            value = NAMELESS.get(template.language, NAMELESS["en"])
        if not value:
            raise BadInput(name, f"The text needs {PURPOSES[template.purpose].placeholders[name]} ({{{name}}}).")
        return value[:LONGEST_VALUE]

    def filled(text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: value_of(found[1]), text)

    parameters = tuple(value_of(name) for name in placeholders_in(template.body))
    return Text(filled(template.body), filled(template.subject) if template.subject else None, parameters)


def preview(shop: ShopSession, template: NewTemplate) -> Text:
    """The text as somebody would get it, with made-up values. Raises BadInput as `add` does."""
    tidy = _checked(template)
    values = EXAMPLE | {"shop": shop.shop.name}
    return fill(Template(tidy.purpose, tidy.channel, tidy.language, tidy.body, tidy.subject), values)


def all_of(shop: ShopSession) -> list[RowMapping]:
    """The shop's own texts, by purpose, channel and language; those not in use last."""
    query = (
        select(MessageTemplate)
        .where(MessageTemplate.shop_id == shop.id)
        .order_by(
            MessageTemplate.is_active.desc(),
            MessageTemplate.purpose,
            MessageTemplate.channel,
            MessageTemplate.language,
            MessageTemplate.name,
        )
    )
    return list(shop.execute(query).mappings())


def add(shop: ShopSession, new: NewTemplate) -> UUID:
    """Keep a text; return its id. Raises BadInput, also for an unknown placeholder or a second text in use."""
    shop.who.must("manage messages")
    tidy, template_id = _checked(new), new_id()
    stamp = {"created_at": shop.now, "created_by": shop.who.staff_id}
    row = _row(shop, tidy) | stamp | {"shop_id": shop.id, "id": template_id}
    _one_in_use(shop, insert(MessageTemplate).values(row))
    timeline.note(shop, "message text added", "message text", template_id, after=vars(tidy))
    return template_id


def change(shop: ShopSession, template_id: UUID, new: NewTemplate) -> None:
    """Change a text. Messages prepared already keep what they say. Raises NotFound, and BadInput as `add` does."""
    shop.who.must("manage messages")
    before, tidy = _get(shop, template_id), _checked(new)
    this = (MessageTemplate.shop_id == shop.id, MessageTemplate.id == template_id)
    _one_in_use(shop, update(MessageTemplate).where(*this).values(_row(shop, tidy)))
    changes = timeline.changes(dict(before), vars(tidy))
    timeline.note(shop, "message text changed", "message text", template_id, name=tidy.name, **changes)


def remove(shop: ShopSession, template_id: UUID) -> None:
    """Take a text away. Raises NotFound."""
    shop.who.must("manage messages")
    before = _get(shop, template_id)
    shop.execute(
        delete(MessageTemplate).where(MessageTemplate.shop_id == shop.id, MessageTemplate.id == template_id)
    )
    timeline.note(shop, "message text removed", "message text", template_id, name=before["name"], body=before["body"])


def find(shop: ShopSession, purpose: str, channel: str, language: str | None, default: str | None = None) -> Template:
    """The text to use for a customer who speaks `language` (a code, or None). `default`: the shop's language.

    Raises BadInput for an unknown purpose or channel.
    """
    return Shelf(shop, purpose, channel, default).text_in(language)


class Shelf:
    """The texts of one purpose and channel, looked up once for many customers."""

    def __init__(self, shop: ShopSession, purpose: str, channel: str, default: str | None = None) -> None:
        _must_be_known(purpose, channel)
        query = select(MessageTemplate).where(
            MessageTemplate.shop_id == shop.id,
            MessageTemplate.purpose == purpose,
            MessageTemplate.channel == channel,
            MessageTemplate.is_active,
        )
        own = {
            row["language"]: Template(
                purpose, channel, row["language"], row["body"], row["subject"], row["id"], row["provider_name"]
            )
            for row in shop.execute(query).mappings()
        }
        self._texts = own or _shipped(purpose, channel)
        self._fallbacks = (default or rules.of_shop(shop).language, "en", *sorted(self._texts))

    def text_in(self, language: str | None) -> Template:
        """The text in this language, or in the next best one."""
        return next(self._texts[code] for code in (language or "", *self._fallbacks) if code in self._texts)


def _shipped(purpose: str, channel: str) -> dict[str, Template]:
    return {
        code: Template(purpose, channel, code, example.body, example.subject if channel == EMAIL else None)
        for code, example in EXAMPLES[purpose].items()
    }


def example(purpose: str, channel: str, language: str) -> NewTemplate:
    """The example of this purpose to begin a text of one's own with; in English where there is none."""
    _must_be_known(purpose, channel)
    shipped = _shipped(purpose, channel)
    text = shipped.get(language, shipped["en"])
    return NewTemplate(purpose, channel, language, PURPOSES[purpose].label, text.body, text.subject)


def _checked(new: NewTemplate) -> NewTemplate:
    _must_be_known(new.purpose, new.channel)
    if not languages.is_known(new.language) or not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", new.language):
        raise BadInput("language", f"“{new.language}” is not a language. Choose one from the list.")
    label = PURPOSES[new.purpose].label
    name = texts.one_line("name", "The name of a text", new.name, 100) or label
    body = texts.paragraph("body", "The text", new.body, LONGEST[new.channel])
    subject = texts.one_line("subject", "The subject", new.subject, 200) if new.channel == EMAIL else None
    if body is None:
        raise BadInput("body", "Write the text of the message.")
    if new.channel == EMAIL and subject is None:
        raise BadInput("subject", "An e-mail needs a subject.")
    _check_placeholders("body", body, new.purpose)
    _check_placeholders("subject", subject or "", new.purpose)
    provider_name = texts.one_line("provider_name", "The name at WhatsApp", new.provider_name, 512)
    if new.channel != WHATSAPP:
        provider_name = None
    if provider_name and not re.fullmatch(r"[a-z0-9_]+", provider_name):
        raise BadInput("provider_name", "The name at WhatsApp has small letters, digits and _ only, such as refill_1.")
    return NewTemplate(new.purpose, new.channel, new.language, name, body, subject, provider_name, new.is_active)


def _check_placeholders(field: str, text: str, purpose: str) -> None:
    known = PURPOSES[purpose].placeholders
    for name in placeholders_in(text):
        if name not in known:
            usable = ", ".join(f"{{{one}}}" for one in known)
            raise BadInput(field, f"{{{name}}} is no placeholder of this message. Use some of: {usable}.")
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        raise BadInput(field, "A { or } stands alone: a placeholder is written like {name}.")


def _must_be_known(purpose: str, channel: str) -> None:
    if purpose not in PURPOSES:
        raise BadInput("purpose", f"There are no messages for “{purpose}”. Use one of: {', '.join(PURPOSES)}.")
    if channel not in WRITTEN:
        raise BadInput("channel", f"“{channel}” carries no texts. Use one of: {', '.join(WRITTEN)}.")


def _row(shop: ShopSession, tidy: NewTemplate) -> dict[str, object]:
    return vars(tidy) | {"updated_at": shop.now, "updated_by": shop.who.staff_id}


def _one_in_use(shop: ShopSession, statement: Executable) -> None:
    try:
        with shop.connection.begin_nested():
            shop.execute(statement)
    except IntegrityError as error:
        if broken_constraint(error).startswith("message_templates_one_in_use"):
            raise BadInput(
                "is_active",
                "There is a text in use for this purpose, channel and language already. Put that one aside first.",
            ) from error
        raise


def _get(shop: ShopSession, template_id: UUID) -> RowMapping:
    query = select(MessageTemplate).where(MessageTemplate.shop_id == shop.id, MessageTemplate.id == template_id)
    row = shop.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFound("This text was removed meanwhile.")
    return row


def own(shop: ShopSession, template_id: UUID) -> RowMapping:
    """One of the shop's own texts. Raises NotFound."""
    query = select(MessageTemplate).where(MessageTemplate.shop_id == shop.id, MessageTemplate.id == template_id)
    row = shop.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("This text was removed meanwhile.")
    return row
