"""Customers from a sheet: recognised by phone, else reference, else name; new ones come on file, others are updated."""

from crmcore.imports.job import Job
from crmcore.imports.staging import stage
from crmcore.imports.writing import write_words


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the customers; return remarks on how the sheet was read."""
    for table in ("stage_rows", "stage_customers", "stage_tags"):
        job.run(table)
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    job.run("sort_out")
    job.run("analyze")
    job.run("compare")
    job.run("call_the_rest_same")
    job.progress(0.7)
    job.run("take_off")
    if job.has("tags"):
        job.run("insert_tags")
        job.run("list_tags")
    job.run("remember_changed")
    write_words(job.shop, [*job.rows("insert_customers"), *job.rows("update_customers")])
    job.run("link_contacts", of="buyers")
    if job.has("tags"):
        job.run("put_tags_on")
    job.progress(0.9)
    job.run("put_on")
    return remarks
