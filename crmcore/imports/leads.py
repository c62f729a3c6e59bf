"""Leads from a file, also the export of another program: recognised by reference, else phone, else e-mail.

A person named as having leads who is nobody of the team joins it without a sign-in, once however the name is spaced or
written. What a person wrote down or changed here stays, and the file fills in what is empty. A lead that was converted
before it came up is kept as it is, and told: such things happen.
"""

from crmcore.imports import team
from crmcore.imports.job import Job
from crmcore.imports.staging import stage
from crmcore.leads import words
from crmcore.leads.assigning import share_new


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the leads; return remarks on how the file was read and whom it holds."""
    for table in ("stage_rows", "stage_leads", "stage_after"):
        job.run(table)
    job.run("stage", of="people")
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    job.run("judge_rows")
    remarks += team.recognise(job, "assigned_to")
    job.run("refuse_namesakes")
    job.run("sort_out")
    job.run("analyze")
    for step in ("find_after", "compare", "call_the_rest_same", "remember_changed"):
        job.run(step)
    job.progress(0.7)
    new = job.rows("insert_leads")
    words.write(job.shop, [(row["id"], row["name"]) for row in [*new, *job.rows("update_leads")]])
    job.progress(0.9)
    share_new(job.shop, [row["id"] for row in new], quietly=True)
    return [*remarks, *_whom_it_holds(job)]


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
