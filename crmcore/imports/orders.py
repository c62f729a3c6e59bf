"""Orders from a sheet: lines become orders, who bought is found or put on file, what is sold comes on the catalogue."""

from crmcore.imports.job import Job
from crmcore.imports.staging import stage
from crmcore.imports.writing import write_words
from crmcore.refills.making import remake

STAGED = "sheet_lines"
TABLES = ("stage_lines", "stage_orders", "stage_products", "stage_affected", "stage_items")


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the orders; return remarks on how the sheet was read.

    An order on file is compared with the file's of the same number, see crmcore.imports. A row without an order number
    is an order of its own, numbered by its day and what it says.
    """
    for table in TABLES:
        job.run(table)
    job.run("stage", of="buyers")
    remarks = stage(job.shop, job.plan, STAGED, lambda part: job.progress(part * 0.4))
    with_items = job.has("product", "sku", "category")
    job.run("group_by_number")
    job.run("group_row_by_row")
    _find_who_bought(job)
    job.run("analyze")
    stored = job.run("match_stored").rowcount
    if stored:
        _compare(job, with_items)
    job.progress(0.5)

    job.run("list_affected")
    job.run("take_off")
    if stored:
        job.run("remember_changed")
    write_words(job.shop, job.rows("insert_customers"))
    job.run("activate_leads")
    job.run("insert_orders")
    if stored:
        job.run("update_orders")
    job.progress(0.6)
    if with_items:
        if stored:
            job.run("delete_items")
        job.parameters["all_go_in"] = job.run("all_go_in").scalar_one()
        job.run("find_products")
        job.run("insert_products")
        job.run("insert_items")
    job.run("convert_contacts")
    job.progress(0.95)
    job.run("put_on")
    remake(job.shop, job.run("affected_customers").scalars())
    return remarks


def _find_who_bought(job: Job) -> None:
    keys = [key for key in ("phone", "ref", "email") if job.has(f"customer_{key}")]
    if keys:
        job.run("list_buyers")
    for key in keys:
        job.run(f"find_by_{key}", of="buyers")
        if key == "phone":
            job.run("find_beside", of="buyers")
    for key in keys:
        job.run(f"new_by_{key}", of="buyers")


def _compare(job: Job, with_items: bool) -> None:
    job.run("compare_orders")
    if with_items:
        job.run("compare_items")
    job.run("keep_touched")
    job.run("call_the_rest_same")
