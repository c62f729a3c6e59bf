"""Contacts from a sheet: one a number. New ones come on file; those on file get what they lacked, and keep the rest.

The first mobile of a row is its number, whichever column or cell it stands in; the others are kept beside it.
"""

from crmcore.contacts import automatic
from crmcore.imports.job import Job
from crmcore.imports.staging import stage


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the contacts; return remarks on how the sheet was read and whom it holds."""
    job.run("stage_rows")
    job.run("stage_contacts")
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    job.run("sort_out")
    job.run("analyze")
    job.run("compare")
    job.run("call_the_rest_same")
    job.progress(0.7)
    job.run("remember_changed")
    job.run("insert_contacts")
    job.run("update_contacts")
    job.progress(0.9)
    automatic.share_out_upload(job.shop, job.import_id)
    return [*remarks, *_whom_it_holds(job)]


def _whom_it_holds(job: Job) -> list[str]:
    found = job.rows("tell")[0]
    told = (
        (found["already"], "{} on file as a contact already.", "is", "are"),
        (found["customers"], "{} a customer already: kept as a contact, and linked.", "is", "are"),
        (found["repeats"], "{} a number that stands further up in the sheet.", "repeats", "repeat"),
        (found["renamed"], "{} another name than is on file or further up; that one was kept.", "gives", "give"),
        (found["landlines"], "{} a landline: for calls only.", "is", "are"),
    )
    return [
        sentence.format(f"1 row {one}" if many == 1 else f"{many:,} rows {several}")
        for many, sentence, one, several in told
        if many
    ]
