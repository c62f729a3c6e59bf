"""Whom a file names as having its leads or deals: people of the team, however a name is spaced or written, surname
first or last, or by what they sign in with. Whom nobody knows joins the team without a sign-in, once a name."""

import re
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from crmcore import names, people
from crmcore.errors import BadInput
from crmcore.imports.job import Job
from crmcore.imports.staging import copy_rows
from crmcore.people import Colleague

MOST_NEW = 100  # more new names than that are no people: the column is another one
_NAMED = 5  # of them in a remark
_SURNAME_FIRST = re.compile(r"([^,]+),([^,]+)")
_ADDRESS_BESIDE = re.compile(r"(.*\S)\s*[(<][^\s()<>]+@[^\s()<>]+[)>]\s*", re.DOTALL)  # "Jane Doe (jane@example.org)"


def recognise(job: Job, field: str) -> list[str]:
    """Say in sheet_people who each name in the column of this field is, None where several of the team could be meant;
    return the remark on who joins. Raises BadInput for a column that names a crowd."""
    if not job.has(field):
        return []
    team = defaultdict(list)
    for one in people.colleagues(job.shop):
        team[_key(one.name)].append(one)
    signs_in = {names.key(one.login): one.staff_id for one in people.members(job.shop) if one.login}
    spelling: dict[str, str] = {}
    named = {row["name"]: _key(row["name"]) for row in job.rows("people_named")}
    for name, key in named.items():  # as it is written most often
        spelling.setdefault(key, " ".join(_bare(name).split()))
    by_login = {key: signs_in[key] for key in spelling if key not in team and key in signs_in}
    new = [key for key in spelling if key not in team and key not in by_login]
    if len(new) > MOST_NEW:
        raise BadInput(
            "column",
            f"{job.plan.header(field)} names {len(new):,} people who are not in your team: "
            "is it the column of who has them?",
        )
    found = by_login | {key: people.add_without_sign_in(job.shop, spelling[key]) for key in new}
    known = ((name, found.get(key) or _meant(name, team[key])) for name, key in named.items())
    copy_rows(job.shop, "sheet_people", ("name", "staff_id"), known)
    job.run("rejoin", of="people")
    return [_who_joins([spelling[key] for key in new])] if new else []


def _bare(name: str) -> str:
    """The name without the e-mail address beside it."""
    return beside[1] if (beside := _ADDRESS_BESIDE.fullmatch(name)) else name


def _key(name: str) -> str:
    """What all spellings of a person's name have in common: "Doe, Jane" is Jane Doe."""
    bare = _bare(name)
    turned = _SURNAME_FIRST.fullmatch(bare)
    return names.key(f"{turned[2]} {turned[1]}" if turned else bare)


def _meant(name: str, called: Sequence[Colleague]) -> UUID | None:
    """Of several who are called so, the one who is spelt alike, then the one who sells."""
    alike = [one for one in called if one.name == name] or called
    selling = alike if len(alike) == 1 else [one for one in alike if one.sells and one.is_active]
    return selling[0].staff_id if len(selling) == 1 else None


def _who_joins(new: Sequence[str]) -> str:
    more = f" and {len(new) - _NAMED} more" if len(new) > _NAMED else ""
    who = "1 person joins" if len(new) == 1 else f"{len(new)} people join"
    return f"{who} your team without a sign-in: {_listed(new[:_NAMED])}{more}. Give them one under Team."


def _listed(spelt: Sequence[str]) -> str:
    return ("; " if any("," in one for one in spelt) else ", ").join(spelt)
