"""The command line. Every command calls the same functions as the dashboard; `--json` prints one JSON document.

Exit codes: 0 done, 2 bad input (one sentence), 1 a bug, or findings of `regulars doctor`.
"""

import csv
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from crmcore import people, serving
from crmcore.database import migrate as migration
from crmcore.database import server
from crmcore.database.gate import Who, forget_engine, keeper, shop_session
from crmcore.errors import BadInput, CrmError

app = typer.Typer(
    help="Regulars tells a shop who its regulars are and helps its staff bring people back.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
shop_app = typer.Typer(help="Shops in this database.", no_args_is_help=True)
staff_app = typer.Typer(help="The people who sign in.", no_args_is_help=True)
db_app = typer.Typer(help="The embedded PostgreSQL.", no_args_is_help=True)
app.add_typer(shop_app, name="shop")
app.add_typer(staff_app, name="staff")
app.add_typer(db_app, name="db")

_REASONS = 5  # refused rows told one by one

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
ShopSlug = Annotated[str, typer.Argument(metavar="SHOP", help="The shop's short name.")]
Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD")]


class Filling(StrEnum):
    """What can be filled in from the sales on file."""

    VISITS = "visits"
    REPS = "reps"


def main() -> None:
    """Run the command; a refusal is one sentence on standard error and exit code 2."""
    try:
        app()
    except CrmError as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)


@app.command()
def demo(host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve with labelled demo shops of all five kinds; print the address and the sign-ins."""
    from crmcore import demo as demo_shops

    migration.migrate()
    with Console(stderr=True).status("Making the demo shops. This happens once."):
        made = demo_shops.make_all()
    print(demo_shops.sign_ins(made))
    raise typer.Exit(serving.serve(host, port, with_worker=True))


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 8501,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave the background work to `regulars worker`.")]
    = False,
) -> None:
    """Migrate if needed, then serve the dashboard and the API, and do the background work."""
    with Console(stderr=True).status("Preparing the database."):
        migration.migrate()
    raise typer.Exit(serving.serve(host, port, with_worker=not no_worker))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    print(f"The database is at step {migration.migrate()}.")


@app.command()
def doctor(
    repair: Annotated[
        str | None,
        typer.Option(metavar="SHOP", help="Set this shop's counters and search words from the truth; then look at it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recount every counter, verify the audit chains, look at disk and schema; exit 1 when something is wrong."""
    from crmcore import doctor as examiner

    who = _keeper_of(repair) if repair else None
    if who:
        examiner.repair(who)
        if not as_json:
            print(f"The counters and search words of {who.shop.name} are set from the truth.")
    findings = examiner.examine([who.shop] if who else None)
    if as_json:
        _print_json([finding.as_dict() for finding in findings])
    for finding in [] if as_json else findings:
        print(f"{finding.shop or 'this installation'}: {finding.message}")
    if not findings and not as_json:
        print("Everything adds up.")
    if any(finding.is_wrong for finding in findings):
        raise typer.Exit(1)


@app.command()
def backup(file: Path) -> None:
    """Write the whole database to FILE."""
    from crmcore import backup as keeping

    keeping.backup(file)
    print(f"Saved to {file}.")


@app.command()
def restore(
    file: Path,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of the shops that are here now.")] = False,
) -> None:
    """Bring the database back from FILE."""
    from crmcore import backup as keeping

    forget_engine()
    keeping.restore(file, replace=replace)
    print(f"Restored from {file}.")


@app.command()
def worker() -> None:
    """Do the background work until stopped."""
    from crmcore import worker as background

    background.run()


@shop_app.command("add")
def shop_add(
    slug: str,
    name: Annotated[str, typer.Option()],
    kind: Annotated[str, typer.Option(help="showroom, counter, storefront, pharmacy or business")],
    currency: Annotated[str, typer.Option(help="ISO 4217, e.g. INR")],
    region: Annotated[str, typer.Option(help="ISO 3166, e.g. IN: the country of its phone numbers")],
    timezone: Annotated[str, typer.Option(help="e.g. Asia/Kolkata")],
    as_json: AsJson = False,
) -> None:
    """Open a shop."""
    migration.migrate()
    shop = people.open_shop(
        people.NewShop(
            slug=slug, name=name, kind=kind, currency=currency.upper(), region=region.upper(), timezone=timezone
        )
    )
    if as_json:
        _print_json({"id": str(shop.id), "slug": shop.slug})
    else:
        print(f"{shop.name} is open. Its short name is {shop.slug}.")


@shop_app.command("list")
def shop_list(as_json: AsJson = False) -> None:
    """Every shop in this database."""
    shops = people.all_shops()
    if as_json:
        _print_json([{"slug": shop.slug, "name": shop.name, "kind": shop.kind} for shop in shops])
    else:
        _print_table(("Short name", "Name", "Kind", "Currency", "Time zone"),
                     [(shop.slug, shop.name, shop.kind, shop.currency, shop.timezone) for shop in shops])


@staff_app.command("add")
def staff_add(
    shop: ShopSlug,
    login: str,
    name: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option(help="owner, manager or staff")],
    sells: Annotated[bool, typer.Option("--sells", help="May be a sales rep.")] = False,
    medical: Annotated[bool, typer.Option("--medical", help="May read medical data.")] = False,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
    = False,
) -> None:
    """Give a person a sign-in."""
    who = _keeper_of(shop)
    password = _password(password_stdin)
    with shop_session(who, writes=True) as session:
        people.add_member(
            session,
            people.NewMember(
                login=login, name=name, role=role, password=password, sells=sells, medical=medical
            ),
        )
    print(f"{name} can sign in as {login}.")


@staff_app.command("password")
def staff_password(
    shop: ShopSlug,
    login: str,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
    = False,
) -> None:
    """Give a person a new password, when nobody else can; it signs them out everywhere."""
    who = _keeper_of(shop)
    with shop_session(who) as session:
        staff_id = people.who_signs_in_as(session, login)
    password = _password(password_stdin)
    with shop_session(who, writes=True) as session:
        people.set_password(session, staff_id, password)
    print(f"{login} has a new password.")


@app.command("import")
def import_file(
    shop: ShopSlug,
    noun: Annotated[str, typer.Argument(help="orders, customers, contacts, leads, opportunities, products or visits")],
    file: Path,
    column: Annotated[list[str] | None, typer.Option(metavar="FIELD=HEADER", help="Name a column's field.")] = None,
    no_header: Annotated[bool, typer.Option("--no-header", help="The columns are called 1, 2, …")] = False,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook.")] = None,
    stage: Annotated[list[str] | None, typer.Option(metavar="WORD=STAGE", help="What a stage of it is here.")] = None,
    new_stages: Annotated[bool, typer.Option("--new-stages", help="Make stages of those nobody knows.")] = False,
    status: Annotated[list[str] | None, typer.Option(metavar="WORD=STATUS", help="What a status of it is.")] = None,
    dates: Annotated[str | None, typer.Option(help="day-first or month-first, where the file does not show.")] = None,
    closed_first: Annotated[str | None, typer.Option(help="keep or refused: deals closed before they began.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; save nothing.")] = False,
    rejected: Annotated[Path | None, typer.Option(help="Where refused rows go, with their reasons.")] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Write an example of such a sheet to FILE (xlsx or csv); import nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import a spreadsheet: xlsx, xls, ods, csv, tsv or txt."""
    from crmcore import imports
    from crmcore.imports.answers import kept_or_refused, order_of

    who = _keeper_of(shop)
    if sample:
        imports.save_sample(who, noun, file)
        print(f"An example is in {file}: put your own rows in place of its rows, and import it.")
        return
    statuses = _named_words("status", status or [])
    meant, order = _named_words("stage", stage or []), order_of(dates)
    answers = imports.Answers(meant, new_stages, order, statuses, kept_or_refused(closed_first))
    with TemporaryDirectory(prefix="regulars-refused-") as folder:
        refused = rejected or Path(folder) / "refused.csv"
        with _progress(f"Importing {noun}", shown=not as_json) as advance:
            result = imports.run(
                who,
                noun,
                file,
                columns=_named_columns(column or []),
                header=not no_header,
                sheet=sheet,
                answers=answers,
                dry_run=dry_run,
                rejected_to=refused,
                progress=advance,
            )
        reasons = _reasons(refused) if result.rejected else []
    if as_json:
        _print_json(result.as_dict())
        return
    print(
        f"{result.rows:,} rows: {result.created:,} created, {result.updated:,} updated, "
        f"{result.unchanged:,} unchanged, {result.rejected:,} rejected."
    )
    for reason in reasons:
        print(f"  {reason}")
    for remark in result.remarks:
        print(remark)
    if rejected and result.rejected:
        print(f"All that were rejected are in {rejected}, with their reasons.")
    elif result.rejected > len(reasons):
        print(f"And {result.rejected - len(reasons):,} more: --rejected FILE writes them all down.")
    if dry_run:
        print("Nothing was saved.")
    elif result.created + result.updated:
        print(f"To undo: regulars undo-import {shop} {result.import_id}")


@app.command("mail-in")
def mail_in(shop: ShopSlug, files: Annotated[list[Path], typer.Argument(metavar="FILE...")]) -> None:
    """File e-mails, saved as .eml, with whom they were exchanged; the same one counts once."""
    from crmcore import mail_in as post

    who, refused = _keeper_of(shop), False
    for file in files:
        try:
            content = file.read_bytes()
            with shop_session(who, writes=True) as session:
                filed = post.take_in(session, content)
        except OSError as error:
            print(f"{file.name}: can't be read ({error.strerror}).", file=sys.stderr)
            refused = True
        except BadInput as refusal:
            print(f"{file.name}: {refusal}", file=sys.stderr)
            refused = True
        else:
            became = f"with {filed.with_whom}" if filed.with_whom else "waits, because it fits nobody or several"
            print(f"{file.name}: {became if filed.is_new else 'was here already'}.")
            for reason in filed.left_out:
                print(f"  not kept: {reason}")
    if refused:
        raise typer.Exit(2)


@app.command("undo-import")
def undo_import(shop: ShopSlug, import_id: str, as_json: AsJson = False) -> None:
    """Take an import back: what it created goes, what people have touched since is kept and listed."""
    from uuid import UUID

    from crmcore import imports

    try:
        wanted = UUID(import_id)
    except ValueError as error:
        raise BadInput("import_id", f"“{import_id}” is not the id of an import.") from error
    with shop_session(_keeper_of(shop), alone=True) as session:
        result = imports.undo(session, wanted)
    if as_json:
        _print_json(result.as_dict())
        return
    print(f"{result.removed:,} removed, {result.restored:,} restored, {len(result.kept):,} kept.")
    for kept in result.kept:
        print(f"  kept: {kept}")


@app.command()
def export(
    shop: ShopSlug,
    noun: Annotated[str, typer.Argument(help="customers, contacts, leads, opportunities, orders, visits or refills")],
    file: Path,
    raw: Annotated[bool, typer.Option("--raw", help="Without the guard against formulas.")] = False,
    segment: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only of its customers: for customers, orders, visits, opportunities."),
    ] = None,
) -> None:
    """Write customers, contacts, leads, opportunities, orders, visits or refills to FILE: csv or xlsx by its ending."""
    from crmcore import exports

    written = exports.export(_keeper_of(shop), noun, file, raw=raw, segment=segment)
    print(f"{written:,} rows written to {file}.")


@app.command()
def backfill(
    shop: ShopSlug,
    what: Annotated[Filling, typer.Argument(help="visits or reps")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; save nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fill in from the sales on file what nobody wrote down. A second run finds nothing to do.

    visits: whoever bought since their latest visit, or never had one, gets a visit on the day of their latest
    purchase. reps: customers without a sales rep get the one of their most recent sale that names somebody who sells.
    """
    from crmcore import backfill as filling

    fill = {Filling.VISITS: filling.visits, Filling.REPS: filling.sales_reps}[what]
    with shop_session(_keeper_of(shop), alone=True) as session:
        filled = fill(session, dry_run=dry_run)
    if as_json:
        _print_json({"filled": filled, "saved": not dry_run})
        return
    told = {Filling.VISITS: "a visit on the day of their latest purchase", Filling.REPS: "a sales rep"}[what]
    whom = "1 customer" if filled == 1 else f"{filled:,} customers"
    print(f"{whom} {'would get' if dry_run else 'got'} {told}." if filled else "There is nothing to fill in.")


@app.command()
def metrics(
    shop: ShopSlug,
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY ...]")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Included.")] = None,
    today: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="In place of the shop's today.")] = None,
    as_json: AsJson = False,
) -> None:
    """Figures of a shop: all of them, or those named."""
    from crmcore import metrics as figures

    who = _keeper_of(shop)
    now = _noon(_day("--today", today), who) if today else None
    with shop_session(who, now=now) as session:
        period = figures.asked_period(session, _day("--from", since), _day("--to", to))
        found = figures.measure_all(session, keys or None, period)
    if as_json:
        _print_json({measure.key: measure.as_dict() for measure in found})
    else:
        _print_table(
            ("Figure", "Value", "Of"),
            [(measure.label, measure.shown(who.shop), measure.basis(who.shop)) for measure in found],
        )


@db_app.command("start")
def db_start() -> None:
    """Start the embedded PostgreSQL."""
    running = server.start()
    print(f"PostgreSQL {running.version} is running, data in {running.folder}.")


@db_app.command("stop")
def db_stop() -> None:
    """Stop the embedded PostgreSQL."""
    print("Stopped." if server.stop() else "It was not running.")


@db_app.command("status")
def db_status(as_json: AsJson = False) -> None:
    """Whether the database answers, and where it is."""
    status = server.status()
    if as_json:
        _print_json({name: str(value) if isinstance(value, Path) else value for name, value in vars(status).items()})
        return
    where = f", data in {status.folder}" if status.folder else ""
    print(f"PostgreSQL {status.version} is running{where}." if status.running else f"It is not running{where}.")


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring data of an older PostgreSQL to the newest one here."""
    print(f"The data is PostgreSQL {server.upgrade().version}'s now; the old folder stays beside it.")


def _keeper_of(slug: str) -> Who:
    return keeper(people.find_shop(slug))


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _reasons(refused: Path) -> list[str]:
    """Why the first rows of a file of refused rows were refused."""
    with refused.open(encoding="utf-8-sig", newline="") as file:
        return [
            f"Row {row['row']}{', ' + row['column'] if row['column'] else ''}: {row['reason']}"
            for row in islice(csv.DictReader(file), _REASONS)
        ]


def _day(option: str, written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise BadInput(option, f"{option} {written} is not a day: write it as 2026-11-20.") from error


def _noon(day: date | None, who: Who) -> datetime | None:
    return datetime.combine(day, time(12), who.shop.zone).astimezone(UTC) if day else None


def _named_words(what: str, given: list[str]) -> dict[str, str]:
    """"Engaging=Qualified" as a word of the file and the stage, or status, it is. Raises BadInput."""
    named = {}
    for one in given:
        word, sign, stage = one.partition("=")
        if not (sign and word.strip() and stage.strip()):
            raise BadInput(what, f"“{one}” must name a word of the file and a {what}, as Engaging=Qualified.")
        named[word.strip()] = stage.strip()
    return named


def _named_columns(pairs: list[str]) -> dict[str, str]:
    columns = {}
    for pair in pairs:
        field, equals, header = pair.partition("=")
        if not equals or not field or not header:
            raise BadInput("--column", f"--column {pair} names no column: write it as phone=Mobile.")
        if field in columns:
            raise BadInput("--column", f"--column names {field} twice.")
        columns[field] = header
    return columns


class _progress:
    """A progress bar on standard error: the part done between 0 and 1."""

    def __init__(self, title: str, *, shown: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(),
            console=Console(stderr=True), disable=not (shown and sys.stderr.isatty()), transient=True,
        )
        self._task = self._bar.add_task(title, total=1.0)

    def __enter__(self) -> Callable[[float], None]:
        self._bar.start()
        return lambda part: self._bar.update(self._task, completed=part)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def _print_table(headers: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    table = Table(box=None, header_style="bold")
    for header in headers:
        table.add_column(header)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)
