"""Customers from a sheet: recognised by phone, else reference, else name; new ones come on file, others are updated.

A row that names a company and no person is the company of that name, letters and digits alone.

A number that somebody has beside their own (of a contact, of people of a company) recognises nobody here, unlike at the
till: a row of a file writes over what is on file, and families and switchboards share such numbers. Such a row comes on
file as a customer of its own.
"""

from crmcore.imports import spellings
from crmcore.imports.job import Job
from crmcore.imports.staging import stage
from crmcore.imports.writing import write_words

# Whoever has one of these is a company, or works for one.
_OF_COMPANIES = ("company", "is_company", "website", "employees", "annual_revenue", "tax_number")


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the customers; return remarks on how the sheet was read."""
    for table in ("stage_rows", "stage_customers", "stage_tags"):
        job.run(table)
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    if job.has("last_name"):
        job.run("name_people")
    has_companies = job.has(*_OF_COMPANIES)
    if has_companies:
        for step in ("name_companies", "judge_names", "know_companies"):
            job.run(step)
    job.run("sort_out")
    job.run("analyze")
    job.run("compare")
    if has_companies:
        job.run("compare_companies")
    if job.has("tags"):
        job.run("compare_tags")
    job.run("call_the_rest_same")
    job.progress(0.7)
    job.run("take_off")
    if job.has("tags"):
        job.run("insert_tags")
        job.run("list_tags")
    job.run("remember_changed")
    write_words(job.shop, [*job.rows("insert_customers"), *job.rows("update_customers")])
    if has_companies:
        job.run("insert_companies")
    job.run("link_contacts", of="buyers")
    if job.has("tags"):
        job.run("put_tags_on")
    job.progress(0.9)
    job.run("put_on")
    return [*remarks, *spellings.told(job.rows("respelt"))] if has_companies else remarks
