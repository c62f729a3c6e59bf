"""Visits from a sheet: rows become one visit a customer and day, who came is found or put on file."""

from crmcore.imports.job import Job
from crmcore.imports.staging import stage
from crmcore.imports.writing import write_words


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the visits; return remarks on how the sheet was read.

    A visit on file is compared with the file's of the same customer and day; one that a person recorded or touched is
    not overwritten. Visitors are customers afterwards, leads no more.
    """
    job.run("stage_rows")
    job.run("stage", of="buyers")
    job.run("stage_visits")
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    job.run("judge_rows")
    _find_who_came(job)
    job.run("group_rows")
    job.run("analyze")
    for step in ("match_stored", "compare", "keep_touched", "call_the_rest_same"):
        job.run(step)
    job.progress(0.6)
    job.run("take_off")
    job.run("remember_changed")
    write_words(job.shop, job.rows("insert_customers"))
    job.run("link_contacts", of="buyers")
    for step in ("activate_leads", "insert_visits", "update_visits"):
        job.run(step)
    job.progress(0.8)
    job.run("put_on")
    return [*remarks, *_several_rows_a_visit(job)]


def _find_who_came(job: Job) -> None:
    job.run("list_buyers")
    keys = [key for key in ("phone", "ref") if job.has(f"customer_{key}")]
    for step in ("find_by", "new_by"):
        for key in keys:
            job.run(f"{step}_{key}", of="buyers")
            if (step, key) == ("find_by", "phone"):
                job.run("find_beside", of="buyers")
    if job.has("customer_name"):
        job.run("find_by_name", of="buyers")
        job.run("refuse_namesakes")
        job.run("new_by_name", of="buyers")


def _several_rows_a_visit(job: Job) -> list[str]:
    rows, visits = job.run("how_many").one()
    if rows == visits:
        return []
    return [f"{rows:,} rows are {visits:,} visits: several rows of one customer and day are one visit."]
