"""Leads from a file, also the export of another program: recognised by reference, else phone, else e-mail.

A person named as having leads who is nobody of the team joins it without a sign-in, once however the name is spaced or
written. What a person wrote down or changed here stays, and the file fills in what is empty. A lead that was converted
before it came up is kept as it is, and told: such things happen.
"""

from crmcore import people
from crmcore.errors import BadInput
from crmcore.imports.job import Job
from crmcore.imports.staging import copy_rows, stage
from crmcore.leads.assigning import share_new

MOST_NEW_PEOPLE = 100  # more new names than that are no people: the column is another one
_NAMED = 5  # of them in a remark


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the leads; return remarks on how the file was read and whom it holds."""
    for table in ("stage_rows", "stage_leads", "stage_people", "stage_after"):
        job.run(table)
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    job.run("judge_rows")
    remarks += _who_has_them(job)
    job.run("sort_out")
    job.run("analyze")
    for step in ("find_after", "compare", "call_the_rest_same", "remember_changed"):
        job.run(step)
    job.progress(0.7)
    new = [row["id"] for row in job.rows("insert_leads")]
    job.run("update_leads")
    job.progress(0.9)
    share_new(job.shop, new, quietly=True)
    return [*remarks, *_whom_it_holds(job)]


def _who_has_them(job: Job) -> list[str]:
    """Find the people the file names, and let those nobody is join the team; the remark that says so."""
    if not job.has("assigned_to"):
        return []
    team = {_key(one.name): one.staff_id for one in sorted(people.colleagues(job.shop), key=lambda one: one.is_active)}
    named = [row["name"] for row in job.rows("people_named")]
    new = list(dict.fromkeys(key for name in named if (key := _key(name)) not in team))
    if len(new) > MOST_NEW_PEOPLE:
        header = job.plan.header("assigned_to")
        raise BadInput(
            "column",
            f"{header} names {len(new):,} people who are not in your team: is it the column of who has the leads?",
        )
    spelling = {_key(name): " ".join(name.split()) for name in reversed(named)}
    for key in new:
        team[key] = people.add_without_sign_in(job.shop, spelling[key])
    copy_rows(job.shop, "sheet_people", ("name", "staff_id"), ((name, team[_key(name)]) for name in named))
    if not new:
        return []
    names = [spelling[key] for key in new]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    one = len(names) == 1
    who = f"{'1 person joins' if one else f'{len(names)} people join'} your team without a sign-in"
    return [f"{who}: {', '.join(names[:_NAMED])}{more}. Give them one under Team."]


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _whom_it_holds(job: Job) -> list[str]:
    found = job.rows("tell")[0]
    told = (
        (found["already"], "{} on file as a lead already.", "is", "are"),
        (found["repeats"], "{} a lead that stands further up in the file.", "repeats", "repeat"),
        (found["customers"], "{} a customer already: converting the lead will find them.", "is", "are"),
        (found["without_source"], "{} no source: counted as unknown.", "says", "say"),
        (found["without_day"], "{} no day the lead came up on: today's is taken.", "says", "say"),
        (found["begun_converted"], "{} no day the lead came up on: taken to be the day it converted.", "says", "say"),
        (found["kept"], "{} something else than what was written or changed here: kept as it is here.", "says", "say"),
        (found["converted_without_day"], "{} converted without a day: today's is taken.", "is", "are"),
    )
    remarks = [
        sentence.format(f"1 row {one}" if many == 1 else f"{many:,} rows {several}")
        for many, sentence, one, several in told
        if many
    ]
    if many := found["converted_before"]:
        rows = "1 lead was" if many == 1 else f"{many:,} leads were"
        first = f"the first in row {found['first_converted_before']:,}"
        remarks.append(f"{rows} converted before coming up, {first}: kept as written. Check the dates.")
    return remarks
