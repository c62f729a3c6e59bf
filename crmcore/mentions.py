"""Who is meant by @Asha Rao in a text: people of the team, by their name, a part of it, or their sign-in name."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import Membership, Staff
from crmcore.names import fold, split_words

_AT = re.compile(r"(?:(?<=[\s(\[“\"'])|^)@(?=\S)")  # not the @ within an e-mail address
_LOGIN = re.compile(r"[a-z0-9._@+-]+")
_TRAILING = ".-@+_"  # may end a sentence as well as a sign-in name


@dataclass(frozen=True)
class _Person:
    staff_id: UUID
    name: str
    login: str | None
    is_active: bool


def mentioned(
    shop: ShopSession, text: str, chosen: Sequence[UUID] = (), *, before: Collection[UUID] = ()
) -> list[UUID]:
    """The people whom the text names with @, and those `chosen` from a list; each once.

    An @ that names nobody of the team stays plain text. Raises BadInput when it may be several people, and for somebody
    whose account is switched off, since they would not read it, unless they were named `before`.
    """
    if not chosen and "@" not in text:
        return []
    team = {person.staff_id: person for person in _team(shop)}
    if not team.keys() >= set(chosen):
        raise BadInput("mentioned", "Somebody you chose is not in your team. Choose from the list.")
    named = [_meant(text[at.end() :], team.values()) for at in _AT.finditer(text)]
    people = list(dict.fromkeys([*(team[staff_id] for staff_id in chosen), *filter(None, named)]))
    for person in people:
        if not person.is_active and person.staff_id not in before:
            raise BadInput("mentioned", f"{person.name}'s account is switched off. Mention someone else.")
    return [person.staff_id for person in people]


def _meant(rest: str, team: Collection[_Person]) -> _Person | None:
    """The person of whose name the most words, or whose sign-in name, stand where `rest` begins."""
    fits = {person: _fit(rest, person.name) for person in team}
    best = max(fits.values(), default=(0, False))
    if best[0] < 2:
        login = _LOGIN.match(rest.lower())
        for person in team:
            if login and person.login and login[0].rstrip(_TRAILING) == person.login.rstrip(_TRAILING):
                return person
    if best[0] == 0:
        return None
    meant = [person for person, fit in fits.items() if fit == best]
    meant = [person for person in meant if person.is_active] or meant
    if len(meant) > 1:
        names = " or ".join(person.name for person in meant)
        sentence = f"“@{rest.split()[0]}” may be {names}. Write the whole name, or choose from the list."
        raise BadInput("mentioned", sentence)
    return meant[0]


def _fit(rest: str, name: str) -> tuple[int, bool]:
    """How many words of the name stand where `rest` begins, and whether it is the whole name."""
    words, written = split_words(fold(name)), split_words(fold(rest[:200]))
    count = 0
    for word, there in zip(words, written, strict=False):
        if word != there:
            break
        count += 1
    return count, count == len(words)


def _team(shop: ShopSession) -> list[_Person]:
    query = (
        select(Membership.staff_id, Membership.name, Staff.login, Membership.is_active)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.shop_id == shop.id)
        .order_by(Membership.name)
    )
    return [_Person(*row) for row in shop.execute(query)]
