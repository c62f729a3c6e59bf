"""Opportunities from a sheet, the export of another program: recognised by reference, else by what they say.

Stages, reps, accounts, products and reasons are words. A stage nobody knows is asked about (`answers`), and one that
sounds ended never becomes an open stage. A rep nobody knows joins the team without a sign-in, an account nobody knows
comes on file as a company; an account or product whose letters and digits are those of exactly one on file is that one.
A status beside the stage says what was won and lost. Deals that closed before they began are
asked about: to begin on the day they closed, or to stay out.
"""

from uuid import UUID

from sqlalchemy import insert

from crmcore.database.gate import new_id
from crmcore.errors import BadInput
from crmcore.imports import spellings, team
from crmcore.imports.answers import KEPT, ClosedFirstAsked, StagesAsked, sounds_ended
from crmcore.imports.job import Job
from crmcore.imports.staging import stage
from crmcore.imports.writing import write_words
from crmcore.models import LostReason
from crmcore.pipeline import WON, counting, stages
from crmcore.pipeline.stages import NewStage
from crmcore.sheets.headers import squeeze

MOST_NEW = 100  # more unknown stages than that: the column is another one
_MANY = 500  # new deals that are worth counting what is on file anew
_LIKELY = 50  # percent, of a stage made from a word of the file, until somebody says otherwise
_SAYS_WON = ("wondate", "wonon", "wontime", "datewon", "dealwontime")  # squeezed headers of the day it closed


def put_in(job: Job) -> list[str]:
    """Stage, sort out and write the opportunities; return remarks on how the sheet was read and what its words mean."""
    stages.begin(job.shop)
    for table in ("stage_rows", "stage_deals", "stage_words"):
        job.run(table)
    job.run("stage", of="people")
    remarks = stage(job.shop, job.plan, "sheet_rows", lambda part: job.progress(part * 0.5))
    job.run("refuse_strays")
    job.run("list_words")
    remarks += [*_stages(job), *team.recognise(job, "rep"), *_accounts_and_products(job)]
    _place(job)
    _reasons(job)
    job.run("judge_rows")
    job.run("sort_out")
    job.run("analyze")
    for step in ("match_stored", "find_closed_first"):
        job.run(step)
    _closed_first(job)
    for step in ("compare", "keep_touched", "call_the_rest_same"):
        job.run(step)
    job.progress(0.7)
    _write(job)
    return [*remarks, *_told(job)]


def _stages(job: Job) -> list[str]:
    """What the stages of the file are here. Raises StagesAsked for words nobody answered for."""
    shop, answers = job.shop, job.plan.answers
    job.run("know_stages")
    for word, name in answers.stages.items():
        found = stages.find(shop, name)
        _mean(job, "stage", word, found["id"], found["name"])
    unknown = _unknown(job, "stage")
    if not unknown:
        return []
    header = job.plan.header("stage") or "stage"
    to_ask = [word for word in unknown if sounds_ended(word)] if answers.new_stages else unknown
    if to_ask:
        raise StagesAsked(header, to_ask)
    if len(unknown) > MOST_NEW:
        raise BadInput("column", f"{header} names {len(unknown):,} stages nobody knows here: is it the right column?")
    for word in unknown:
        stage_id = stages.add(shop, NewStage(word, _LIKELY))
        _mean(job, "stage", word, stage_id, word, is_new=True)
    made = ", ".join(unknown)
    return [f"New stages: {made}, each {_LIKELY} % likely until you change that in the pipeline's settings."]


def _place(job: Job) -> None:
    """Put each row into its stage. Where only the heading of the closing day says so, all are won."""
    has_stage = job.has("stage", "status")
    means_won = not has_stage and squeeze(job.plan.header("closed_on") or "") in _SAYS_WON
    job.parameters |= {
        "has_stage": has_stage,
        "closed_means": WON if means_won else None,
        "currency": job.shop.shop.currency,
    }
    job.run("find_stages")


def _accounts_and_products(job: Job) -> list[str]:
    job.run("know_customers")
    job.run("know_products")
    job.run("new_words")
    return spellings.told(job.rows("respelt"))  # what is new and spelt in two ways is one too, called as most often


def _reasons(job: Job) -> None:
    """Reasons nobody knows join the list of their outcome."""
    job.run("judge_reasons")
    stamp = {"created_at": job.shop.now, "created_by": job.shop.who.staff_id}
    stamp |= {"updated_at": job.shop.now, "updated_by": job.shop.who.staff_id}
    new = job.rows("new_reasons")
    if new and len(new) <= MOST_NEW:
        rows = [{"id": new_id(), "position": 100 + nth, **row} for nth, row in enumerate(new)]
        job.shop.execute(insert(LostReason), [{"shop_id": job.shop.id, **row, **stamp} for row in rows])


def _closed_first(job: Job) -> None:
    """What becomes of deals that closed before they began. Raises ClosedFirstAsked when nobody said."""
    found = job.rows("closed_first")
    if not found:
        return
    if job.plan.answers.closed_first is None:
        raise ClosedFirstAsked(found[0]["deals"], found[0]["row_number"], found[0]["ended_on"], found[0]["began_on"])
    job.run("begin_when_closed" if job.plan.answers.closed_first == KEPT else "refuse_closed_first")


def _write(job: Job) -> None:
    job.run("remember_changed")
    job.run("take_off")
    write_words(job.shop, job.rows("insert_customers"))
    job.run("insert_companies")
    job.run("put_on")
    job.run("insert_products")
    changed = list(job.run("changed_ids").scalars())
    counting.uncount(job.shop, changed)
    job.run("insert_changes")
    job.run("update_deals")
    new = list(job.run("insert_deals").scalars())
    job.run("insert_first_changes")
    job.run("insert_items")
    job.run("activate_leads")
    job.progress(0.9)
    if len(new) > _MANY:  # or the sums of these deals are looked up in tables that the planner takes for empty
        job.shop.run("imports/gather_statistics", loaded=len(new))
    counting.count(job.shop, [*changed, *new])


def _told(job: Job) -> list[str]:
    found = job.rows("tell")[0]
    told = (
        (found["without_value"], "{} open without a value: counted as worth nothing until somebody says.", "is", "are"),
        (found["without_customer"], "{} no customer.", "names", "name"),
        (found["without_beginning"], "{} closed, with no day it began: taken to be the day it closed.", "is", "are"),
        (found["closed_first"], "{} before beginning: taken to begin on the day of closing.", "closed", "closed"),
        (found["open_without_beginning"], "{} open, with no day it began: today's is taken.", "is", "are"),
        (found["expected"], "{} open with a closing day: taken as the day it is expected to close.", "is", "are"),
        (found["without_stage"], "{} no stage: taken to be in the first one.", "names", "name"),
        (found["repeats"], "{} an opportunity that stands further up in the file.", "repeats", "repeat"),
    )
    return [
        sentence.format(f"1 row {one}" if many == 1 else f"{many:,} rows {several}")
        for many, sentence, one, several in told
        if many
    ]


def _unknown(job: Job, kind: str) -> list[str]:
    rows = job.shop.rows("imports/opportunities/unknown_words", kind=kind)
    return [row["word"] for row in rows]


def _mean(job: Job, kind: str, word: str, meant: UUID, called: str | None, *, is_new: bool = False) -> None:
    given = {"kind": kind, "word": word, "id": meant, "called": called, "is_new": is_new}
    job.shop.run("imports/opportunities/answer", **given)
