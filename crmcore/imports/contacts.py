"""Contacts from a sheet: one a number. New ones come on file; those on file get what they lacked, and keep the rest.

The first mobile of a row is its number, whichever column or cell it stands in; the others are kept beside it. A row
whose number is nobody's yet is about whoever has it beside their own, or whose own it has beside it, unless the names
differ; of several, about nobody.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from crmcore.contacts import automatic
from crmcore.imports.job import Job
from crmcore.imports.staging import copy_rows, stage


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the contacts; return remarks on how the sheet was read and whom it holds."""
    for table in ("stage_rows", "stage_contacts", "stage_same"):
        job.run(table)
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    job.run("sort_out")
    job.run("analyze")
    kept_apart = _join_by_other_numbers(job)
    job.run("gather_numbers")
    job.run("compare")
    job.run("call_the_rest_same")
    job.progress(0.7)
    job.run("remember_changed")
    job.run("insert_contacts")
    job.run("update_contacts")
    customers = job.run("find_customers").rowcount
    job.progress(0.9)
    automatic.share_out_upload(job.shop, job.import_id)
    return [*remarks, *_whom_it_holds(job, customers, kept_apart)]


def _join_by_other_numbers(job: Job) -> int:
    """Find out which rows are about somebody who is known by another number, on file or further up; return how many
    share a number with somebody and are kept apart."""
    same: dict[UUID, UUID] = {}
    kept_apart = 0
    for contact_id, links in groupby(job.rows("linked"), key=itemgetter("contact_id")):
        found = {same.get(link["known_id"], link["known_id"]) for link in links if link["agrees"]}
        if len(found) == 1:
            same[contact_id] = found.pop()
        else:
            kept_apart += 1
    if same:
        copy_rows(job.shop, "sheet_same", ("contact_id", "same_as"), same.items())
        job.run("join_same")
    return kept_apart


def _whom_it_holds(job: Job, customers: int, kept_apart: int) -> Iterator[str]:
    found = job.rows("tell")[0]
    told = (
        (found["already"], "{} on file as a contact already.", "is", "are"),
        (found["customers"] + customers, "{} a customer already: kept as a contact, and linked.", "is", "are"),
        (found["repeats"], "{} a number that stands further up in the sheet.", "repeats", "repeat"),
        (found["renamed"], "{} another name than is on file or further up; that one was kept.", "gives", "give"),
        (kept_apart, "{} a number with somebody of another name, or with several: kept apart.", "shares", "share"),
        (found["landlines"], "{} a landline: for calls only.", "is", "are"),
    )
    for many, sentence, one, several in told:
        if many:
            yield sentence.format(f"1 row {one}" if many == 1 else f"{many:,} rows {several}")
