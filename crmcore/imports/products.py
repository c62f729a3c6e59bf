"""Products from a sheet: recognised by their code, else by their name, also where only signs of it differ."""

from crmcore.imports import spellings
from crmcore.imports.job import Job
from crmcore.imports.staging import stage


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the products; return remarks on how the sheet was read."""
    job.run("stage_rows")
    job.run("stage_products")
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    for step in (
        "know_products",
        "sort_out",
        "analyze",
        "compare",
        "call_the_rest_same",
        "remember_changed",
        "insert_products",
        "update_products",
    ):
        job.run(step)
    return [*remarks, *spellings.told(job.rows("respelt"))]
