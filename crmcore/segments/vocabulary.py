"""What a segment can be told by: the fields of a rule, of which kind each is, and how each kind is compared.

A rule names fields by their keys; what stands here is all there is, and what is compared comes in as a parameter.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Numeric,
    Text,
    TypeDecorator,
    and_,
    case,
    cast,
    false,
    func,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from crmcore import custom_fields, people, tags, texts
from crmcore.bills import CATEGORIES
from crmcore.customer_fields import STATUSES
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.health import GREEN, GREEN_FROM, LEVELS, RED, WATCH, WATCH_FROM
from crmcore.models import Company, Customer, FollowUp, Opportunity, Tagging

TEXT, CHOICE, NUMBER, MONEY, DAY, YES_NO, TAG, PERSON = (
    "text", "choice", "number", "money", "day", "yes_no", "tag", "person",
)  # fmt: skip

# How each kind is compared, in the words of the form. The first is what a new row begins with.
OPERATORS: Mapping[str, Mapping[str, str]] = {
    TEXT: {
        "contains": "contains",
        "is": "is",
        "is_not": "is not",
        "starts_with": "begins with",
        "filled": "is filled in",
        "empty": "is empty",
    },
    CHOICE: {"one_of": "is one of", "none_of": "is none of", "filled": "is filled in", "empty": "is empty"},
    NUMBER: {"at_least": "is at least", "at_most": "is at most", "between": "is between", "is": "is"},
    MONEY: {"at_least": "is at least", "at_most": "is at most", "between": "is between"},
    DAY: {
        "within_days": "in the last … days",
        "before_days": "more than … days ago",
        "since": "on or after",
        "until": "on or before",
        "filled": "at any time",
        "empty": "never",
    },
    YES_NO: {"yes": "yes", "no": "no"},
    TAG: {"any_of": "any of", "all_of": "all of", "none_of": "none of"},
    PERSON: {"one_of": "is one of", "none_of": "is none of", "empty": "is nobody", "filled": "is somebody"},
}
WITHOUT_VALUE = {"filled", "empty", "yes", "no"}
WITH_LIST = {"one_of", "none_of", "any_of", "all_of"}
MOST_VALUES = 100
LONGEST_VALUE = 1_000
MOST_DAYS = 36_500

# The groups that sql/functions/customer_group.sql tells apart.
GROUPS = {
    "best": "Best customers",
    "loyal": "Loyal",
    "big": "Big spenders",
    "returning": "Coming back",
    "new": "New",
    "at_risk": "About to lose",
    "cooling": "Cooling off",
    "win_back": "Win back",
    "drifting": "Drifting away",
    "lost": "Lost",
    "never": "Never bought",
}
GROUPS_MEAN = {
    "best": "Bought lately and often, and spent much",
    "loyal": "Bought lately and often",
    "big": "Bought lately and spent much",
    "returning": "Bought lately, two or three times in all",
    "new": "Bought lately for the first time",
    "at_risk": "Used to buy often or much, not lately",
    "cooling": "Did not buy lately",
    "win_back": "Used to buy often or much, not for long",
    "drifting": "Did not buy for long",
    "lost": "Did not buy for very long",
    "never": "No purchase yet",
}

Where = Callable[["Vocabulary", str, Any], ColumnElement[bool]]
Choices = Mapping[str, str] | Callable[["Vocabulary"], Mapping[str, str]]


@dataclass(frozen=True)
class Field:
    """Something a rule can ask. `is_compared` gives the condition where it is no plain column; `choices`: what may be
    chosen, by key, None where any text may."""

    key: str
    label: str
    part: str
    kind: str
    column: Any = None
    is_compared: Where | None = None
    choices: Choices | None = None
    is_open: bool = False  # other values than the choices may be asked for
    module: str | None = None

    @property
    def operators(self) -> Mapping[str, str]:
        return OPERATORS[self.kind]


class Vocabulary:
    """The fields there are in one shop, looked up once for a rule."""

    def __init__(self, shop: ShopSession) -> None:
        self.shop = shop

    @cached_property
    def fields(self) -> dict[str, Field]:
        """By key, in the order in which a form offers them."""
        own = (_own_field(row) for row in custom_fields.fields(self.shop))
        known = (one for one in FIELDS if one.module is None or self.shop.shop.has(one.module))
        return {field.key: field for field in (*known, *own)}

    @cached_property
    def tags(self) -> dict[str, str]:
        return {str(row["id"]): row["name"] for row in tags.all_tags(self.shop)}

    @cached_property
    def people(self) -> dict[str, str]:
        return {str(one.staff_id): one.name for one in people.colleagues(self.shop)}

    @cached_property
    def usual(self) -> Any:
        """What customer groups are told by."""
        return self.shop.row("segments/what_is_usual")

    def choices_of(self, field: Field) -> Mapping[str, str]:
        """What may be chosen for a field, by what a rule keeps; empty where it is typed."""
        return field.choices(self) if callable(field.choices) else field.choices or {}

    def values_in_use(self, column: Any) -> dict[str, str]:
        query = select(column).distinct().where(Customer.shop_id == self.shop.id, column.is_not(None))
        query = query.where(Customer.hidden_at.is_(None)).order_by(column).limit(500)
        return {value: value for value in self.shop.execute(query).scalars()}


def compare(kind: str, column: Any, operator: str, value: Any, today: date) -> ColumnElement[bool]:
    """A column compared. What is empty is neither at least nor at most anything, and is none of any list."""
    folded = func.lower(column)
    ways: dict[str, Callable[[], Any]] = {
        "contains": lambda: func.strpos(folded, value.lower()) > 0,
        "starts_with": lambda: func.starts_with(folded, value.lower()),
        "is": lambda: folded == value.lower() if kind == TEXT else column == value,
        "is_not": lambda: folded.is_distinct_from(value.lower()),
        "one_of": lambda: column.in_(value),
        "none_of": lambda: or_(column.is_(None), column.not_in(value)),
        "at_least": lambda: column >= value,
        "at_most": lambda: column <= value,
        "between": lambda: and_(column >= value[0], column <= value[1]),
        "within_days": lambda: column > today - timedelta(days=value),
        "before_days": lambda: column <= today - timedelta(days=value),
        "since": lambda: column >= value,
        "until": lambda: column <= value,
        "filled": lambda: column.is_not(None),
        "empty": lambda: column.is_(None),
        "yes": lambda: column,
        "no": lambda: not_(func.coalesce(column, False)),
    }
    found: ColumnElement[bool] = ways[operator]()
    return found


def _has_follow_up(words: Vocabulary, operator: str, value: Any) -> ColumnElement[bool]:
    open_ones = select(FollowUp.id).where(
        FollowUp.shop_id == words.shop.id, FollowUp.customer_id == Customer.id, FollowUp.closed_at.is_(None)
    )
    there = open_ones.correlate(Customer).exists()
    return there if operator == "yes" else ~there


def _tagged(words: Vocabulary, operator: str, value: list[str]) -> ColumnElement[bool]:
    def carried(tag_ids: Iterable[str]) -> ColumnElement[bool]:
        rows = select(Tagging.tag_id).where(
            Tagging.shop_id == words.shop.id,
            Tagging.customer_id == Customer.id,
            Tagging.tag_id.in_([UUID(one) for one in tag_ids]),
        )
        return rows.correlate(Customer).exists()

    if operator == "all_of":
        return and_(*(carried([one]) for one in value))
    return carried(value) if operator == "any_of" else ~carried(value)


def _in_group(words: Vocabulary, operator: str, value: list[str]) -> ColumnElement[bool]:
    if operator in ("filled", "empty"):
        return true() if operator == "filled" else not_(true())
    group = func.customer_group(
        words.shop.today,
        words.usual["active_days"],
        cast(words.usual["average_spent"], Numeric),
        Customer.order_count,
        Customer.last_purchase_on,
        Customer.total_spent,
    )
    return group.in_(value) if operator == "one_of" else group.not_in(value)


def _spent_each_time(words: Vocabulary, operator: str, value: Any) -> ColumnElement[bool]:
    """Multiplied where others divide, which takes the database a third of the time; and not even that for whoever spent
    less in all than each time, or no more in all than each time at most."""
    spent, count = Customer.total_spent, Customer.order_count
    low, high = value if operator == "between" else (value, value)
    least, most = spent >= low * count, spent <= high * count
    if low >= 0:
        least = and_(spent >= low, least)
    if high >= 0:
        most = or_(spent <= high, most)
    # One after the other: left to itself, the database multiplies for both.
    asked = {"at_least": least, "at_most": most, "between": case((most, least), else_=false())}
    return and_(count > 0, asked[operator])


def _looked_after(words: Vocabulary, operator: str, value: list[str]) -> ColumnElement[bool]:
    ids = [UUID(one) for one in value] if value else None
    return compare(PERSON, Customer.rep_id, operator, ids, words.shop.today)


_SCORES = {RED: (0, WATCH_FROM), WATCH: (WATCH_FROM, GREEN_FROM), GREEN: (GREEN_FROM, 101)}


def _ranges(levels: Collection[str]) -> list[tuple[int, int]]:
    """The scores of these levels, first and end; of levels side by side in one, which is compared half as often."""
    found: list[tuple[int, int]] = []
    for level, (low, high) in _SCORES.items():
        if level in levels:
            first = found.pop()[0] if found and found[-1][1] == low else low
            found.append((first, high))
    return found


def _of_level(words: Vocabulary, operator: str, value: list[str]) -> ColumnElement[bool]:
    score = Customer.health_score
    if operator in ("filled", "empty"):
        return compare(CHOICE, score, operator, None, words.shop.today)
    any_of_them = or_(*(and_(score >= low, score < high) for low, high in _ranges(value)))
    return any_of_them if operator == "one_of" else or_(score.is_(None), not_(any_of_them))


def _is_company(words: Vocabulary, operator: str, value: Any) -> ColumnElement[bool]:
    query = select(Company.customer_id).where(Company.shop_id == words.shop.id, Company.customer_id == Customer.id)
    there = query.correlate(Customer).exists()
    return there if operator == "yes" else ~there


def _has_deal(words: Vocabulary, operator: str, value: Any) -> ColumnElement[bool]:
    query = select(Opportunity.id).where(
        Opportunity.shop_id == words.shop.id, Opportunity.customer_id == Customer.id, Opportunity.status == "open"
    )
    there = query.correlate(Customer).exists()
    return there if operator == "yes" else ~there


def _filled(column: Any) -> Where:
    return lambda words, operator, value: column.is_not(None) if operator == "yes" else column.is_(None)


def _in_use(column: Any) -> Choices:
    return lambda words: words.values_in_use(column)


_MONTHS = {
    str(number): name
    for number, name in enumerate(
        ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"), 1,
    )
}  # fmt: skip


def _born_in(words: Vocabulary, operator: str, value: list[str]) -> ColumnElement[bool]:
    months = [int(one) for one in value] if value else None
    return compare(CHOICE, Customer.birth_month, operator, months, words.shop.today)


_WHO, _BUYING, _VISITING, _TALK, _HEALTH, _OWN = (
    "Who they are", "Purchases", "Visits", "Talk and plans", "Health", "Your own fields",
)  # fmt: skip

FIELDS: tuple[Field, ...] = (
    Field("tag", "Tags", _WHO, TAG, is_compared=_tagged, choices=lambda words: words.tags),
    Field("rep", "Sales rep", _WHO, PERSON, is_compared=_looked_after, choices=lambda words: words.people),
    *(
        Field(key, label, _WHO, CHOICE, column, choices=_in_use(column), is_open=True)
        for key, label, column in (
            ("city", "City", Customer.city),
            ("state", "State", Customer.state),
            ("source", "Came from", Customer.source),
            ("link", "First link", Customer.first_source_slug),
            ("industry", "Industry", Customer.industry),
            ("segment", "Segment", Customer.segment),
            ("lifecycle_stage", "Lifecycle stage", Customer.lifecycle_stage),
            ("engagement_level", "Engagement", Customer.engagement_level),
            ("language", "Language", Customer.language),
            ("gender", "Gender", Customer.gender),
        )
    ),
    Field("category", "Category", _WHO, CHOICE, Customer.category, choices=lambda words: {
        key: CATEGORIES.get(key, key) for key in words.values_in_use(Customer.category)}, is_open=True),
    Field("status", "Status", _WHO, CHOICE, Customer.status, choices=STATUSES),
    Field("name", "Name", _WHO, TEXT, Customer.name),
    Field("company_name", "Company", _WHO, TEXT, Customer.company_name),
    Field("postcode", "Postcode", _WHO, TEXT, Customer.postcode),
    Field("notes", "Notes", _WHO, TEXT, Customer.notes),
    Field("is_company", "Is a company", _WHO, YES_NO, is_compared=_is_company),
    Field("has_phone", "Has a phone number", _WHO, YES_NO, is_compared=_filled(Customer.phone)),
    Field("has_email", "Has an e-mail address", _WHO, YES_NO, is_compared=_filled(Customer.email)),
    Field("birth_month", "Birthday in", _WHO, CHOICE, is_compared=_born_in, choices=_MONTHS),
    Field("created_on", "On file since", _WHO, DAY, Customer.created_on),
    Field("group", "Customer group", _BUYING, CHOICE, is_compared=_in_group, choices=GROUPS),
    Field("order_count", "Number of purchases", _BUYING, NUMBER, Customer.order_count),
    Field("total_spent", "Spent in all", _BUYING, MONEY, Customer.total_spent),
    Field("average_order", "Spent per purchase", _BUYING, MONEY, is_compared=_spent_each_time),
    Field("return_count", "Number of returns", _BUYING, NUMBER, Customer.return_count),
    Field("last_purchase_on", "Last purchase", _BUYING, DAY, Customer.last_purchase_on),
    Field("first_purchase_on", "First purchase", _BUYING, DAY, Customer.first_purchase_on),
    Field("second_purchase_on", "Second purchase", _BUYING, DAY, Customer.second_purchase_on),
    Field("last_visit_on", "Last visit", _VISITING, DAY, Customer.last_visit_on, module="visits"),
    Field("first_visit_on", "First visit", _VISITING, DAY, Customer.first_visit_on, module="visits"),
    Field("second_visit_on", "Second visit", _VISITING, DAY, Customer.second_visit_on, module="visits"),
    Field("visit_count", "Number of visits", _VISITING, NUMBER, Customer.visit_count, module="visits"),
    Field("talked_on", "Last talk", _TALK, DAY, Customer.last_talk_on),
    Field("has_follow_up", "Has a follow-up planned", _TALK, YES_NO, is_compared=_has_follow_up),
    Field("has_deal", "Has an open deal", _TALK, YES_NO, is_compared=_has_deal, module="pipeline"),
    Field("health", "Health", _HEALTH, CHOICE, is_compared=_of_level, choices=LEVELS, module="pipeline"),
    Field("health_score", "Health score", _HEALTH, NUMBER, Customer.health_score, module="pipeline"),
)  # fmt: skip


_ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class _DayAsText(TypeDecorator[date]):
    """A day as own fields keep it, compared as it stands: text that is no day of the calendar can't be read as one."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()


def _own_field(row: Mapping[Any, Any]) -> Field:
    """One of the shop's own fields. What was kept as another kind is as if it were empty."""
    kept, kind = Customer.custom[row["key"]], row["kind"]
    of_json = {"number": "number", "yes_no": "boolean"}.get(kind, "string")
    typed = case((func.jsonb_typeof(kept) == of_json, kept.astext))
    key, label = f"custom.{row['key']}", row["label"]
    if kind == "number":
        return Field(key, label, _OWN, NUMBER, cast(typed, Numeric))
    if kind == "yes_no":
        return Field(key, label, _OWN, YES_NO, typed == "true")
    if kind == "choice":
        return Field(key, label, _OWN, CHOICE, typed, choices={one: one for one in row["choices"]}, is_open=True)
    if kind == "date":
        return Field(key, label, _OWN, DAY, type_coerce(case((typed.regexp_match(_ISO_DAY), typed)), _DayAsText()))
    return Field(key, label, _OWN, TEXT, typed)


def value_of(words: Vocabulary, field: Field, operator: str, given: Any) -> Any:
    """The value of a row as JSON keeps it. Raises BadInput naming the field when it can't be compared so."""
    if operator in WITHOUT_VALUE:
        return None
    if operator in WITH_LIST:
        return _list(words, field, given)
    if operator in ("within_days", "before_days"):
        days = _number(field, given)
        if days != int(days) or not 0 < days <= MOST_DAYS:
            raise BadInput(field.key, f"{field.label}: give a whole number of days, 1 to {MOST_DAYS:,}.")
        return int(days)
    if operator == "between":
        if not isinstance(given, list | tuple) or len(given) != 2:
            raise BadInput(field.key, f"{field.label}: give two numbers, from and to.")
        low, high = (_number(field, one) for one in given)
        if low > high:
            raise BadInput(field.key, f"{field.label}: the first number is larger than the second. Turn them round.")
        return [_plain(low), _plain(high)]
    if field.kind in (NUMBER, MONEY):
        return _plain(_number(field, given))
    if field.kind == DAY:
        return _day(field, given).isoformat()
    text = texts.one_line(field.key, f"What to look for in {field.label}", given) if isinstance(given, str) else None
    if text is None:
        raise BadInput(field.key, f"{field.label}: write what to look for.")
    return text


def compared(words: Vocabulary, field: Field, operator: str, value: Any) -> ColumnElement[bool]:
    """The condition of a row whose value was checked by `value_of`."""
    if operator in ("since", "until"):
        value = date.fromisoformat(value)
    if field.kind in (NUMBER, MONEY) and value is not None:
        value = [_exact(field, one) for one in value] if isinstance(value, list) else _exact(field, value)
    if field.is_compared is not None:
        return field.is_compared(words, operator, value)
    return compare(field.kind, field.column, operator, value, words.shop.today)


def _list(words: Vocabulary, field: Field, given: Any) -> list[str]:
    if not isinstance(given, list | tuple | set) or not given:
        raise BadInput(field.key, f"{field.label}: choose at least one.")
    if len(given) > MOST_VALUES or not all(isinstance(one, str) and _is_plain(one) for one in given):
        raise BadInput(field.key, f"{field.label}: choose up to {MOST_VALUES} from the list.")
    chosen = list(dict.fromkeys(given))
    if not field.is_open and any(one not in words.choices_of(field) for one in chosen):
        what = {TAG: "a tag", PERSON: "a person"}.get(field.kind, "a choice")
        raise BadInput(field.key, f"{field.label}: {what} of this row is not there any more. Choose again.")
    return chosen


def _is_plain(text: str) -> bool:
    """Whether a customer could have this on file at all."""
    return texts.can_be_asked_for(text) and len(text) <= LONGEST_VALUE


def _number(field: Field, given: Any) -> Decimal:
    try:
        number = Decimal(str(given)) if isinstance(given, int | float | Decimal | str) else None
    except ArithmeticError:
        number = None
    if number is None or isinstance(given, bool) or not number.is_finite() or abs(number) >= Decimal("1e12"):
        raise BadInput(field.key, f"{field.label}: give a number, such as 90.")
    return number


def _exact(field: Field, number: int | float) -> int | Decimal:
    """A small whole number as such: a column of them is compared without turning each into a decimal first."""
    if field.kind == NUMBER and isinstance(number, int) and abs(number) < 2**15:
        return number
    return Decimal(str(number))


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _day(field: Field, given: Any) -> date:
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        raise BadInput(field.key, f"{field.label}: give a day, such as 2026-11-20.") from None
