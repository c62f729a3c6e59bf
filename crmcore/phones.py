"""Phone numbers: whatever people and spreadsheets write, kept as E.164 beside what was typed.

The phonenumbers library decides what a number is. Before it is asked, damage that spreadsheets do is
repaired where nothing was lost (a trailing .0, exponent text with all its digits, thousands commas, an
apostrophe, digits of other scripts, invisible characters). A number that lost digits is refused: a wrong
number in the book is worse than none.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

import phonenumbers
from babel import Locale
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from crmcore.errors import BadInput


class Phone(NamedTuple):
    """A valid number: `e164` to compare and to dial, `typed` as it was written."""

    e164: str
    typed: str


class _Plan(NamedTuple):
    """What the library's metadata say of one region, folded into patterns that answer in a microsecond."""

    code: str
    valid: re.Pattern[str]
    lengths: frozenset[int]
    not_plain: re.Pattern[str]  # begins like a trunk or an international prefix: ask the library
    mobile: re.Pattern[str]  # a mobile and nothing else
    abroad: re.Pattern[str] | None  # what dials another country, where a 0 in front is the trunk prefix and no more


_TEXTED = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,  # North America, where both look alike
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.VOIP,
        PhoneNumberType.UNKNOWN,
    }
)

MOBILE, LANDLINE, UNKNOWN = KINDS = ("mobile", "landline", "unknown")
_UNTOLD = _TEXTED - {PhoneNumberType.MOBILE}

_EXPONENT = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_ZERO_FRACTION = re.compile(r"(\+?[0-9]{5,})[.,]0+")
_FRACTION = re.compile(r"[0-9]{8,}[.,][0-9]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{2,3}){2,}(?:\.0+)?")
_LABEL = re.compile(
    r"(?:(?:tel|phone|telephone|mobile|mob|cell|ph|contact|whatsapp|wa|fax|m|t|p|no|number)\b[\s.:#-]*)+",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"[\s,;(]*(?:ext|extn|extension|x|#)[\s.:=]*[0-9]{1,15}\)?$", re.IGNORECASE)
_WHOLE = 8  # digits; fewer may be a part of a number
_SECOND_NUMBER = re.compile(r"\s*(?:[/|;,&\n]|\bor\b|\band\b)\s*")
_PLAIN_MARKS = str.maketrans("", "", " -()")


def normalise(raw: object, region: str) -> Phone:
    """Read one phone number as a shop of `region` ("IN") would; raise BadInput("phone") with the reason."""
    typed = _visible(raw)
    number = _repair(typed)
    return Phone(_plain(number, region) or _ask_library(number, typed, region), typed)


@lru_cache(maxsize=50_000)
def display(e164: str, region: str | None = None) -> str:
    """Readable form with the country code: "+91 98811 20456". What is no number is shown as it is."""
    try:
        number = phonenumbers.parse(e164, region)
    except NumberParseException:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def chat_address(e164: str, message: str = "") -> str:
    """The address that opens a WhatsApp chat with this number, the message ready to send."""
    address = f"https://wa.me/{e164.removeprefix('+')}"
    return f"{address}?text={quote(message, safe='')}" if message else address


@lru_cache(maxsize=50_000)
def can_be_texted(e164: str) -> bool:
    """Whether a message may reach this number: a mobile, or one whose kind its country does not tell. No landline."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164))
    except NumberParseException:
        return False
    return kind in _TEXTED


def kind_of(e164: str, region: str | None = None) -> str:
    """mobile; landline, or another number that takes calls and no messages; unknown where its country does not tell.

    `region`: where most numbers are from, which are then told in a microsecond.
    """
    plan = _plan(region) if region else None
    if plan is not None and e164.startswith(plan.code) and plan.mobile.fullmatch(e164, len(plan.code)):
        return MOBILE
    return _kind_told_by_library(e164)


@lru_cache(maxsize=50_000)
def _kind_told_by_library(e164: str) -> str:
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164))
    except NumberParseException:
        return UNKNOWN
    return MOBILE if kind == PhoneNumberType.MOBILE else UNKNOWN if kind in _UNTOLD else LANDLINE


def to_call(kinds: Sequence[str]) -> int:
    """Which of somebody's numbers, told by their kinds, is called: the first mobile, else the first no landline."""
    return next(kinds.index(kind) for kind in (MOBILE, UNKNOWN, LANDLINE) if kind in kinds)


def all_in(raw: object, region: str) -> list[Phone]:
    """Every number of a cell that may hold several ("98811 20456 / 020 2567 8901"), in its order, each once.

    Raises BadInput("phone") unless all of it can be read: what is left over may be the number that matters.
    """
    typed = _visible(raw)
    if plain := _plain(typed, region):
        return [Phone(plain, typed)]
    if typed.isdigit() or _THOUSANDS.fullmatch(typed):
        return [normalise(typed, region)]
    lines = [_visible(line) for line in raw.splitlines()] if isinstance(raw, str) else [typed]
    parts = [part for line in lines for part in _SECOND_NUMBER.split(_EXTENSION.sub("", line)) if part]
    if len(parts) < 2:
        return _one_or_spaced(typed, region)
    try:
        return _each_once(parts, typed, region)
    except BadInput as refused:
        raise BadInput("phone", f"{typed} can't be read whole: {refused} Write each number in full.") from refused


def _one_or_spaced(typed: str, region: str) -> list[Phone]:
    """One number, or several with nothing but blanks between them that are each whole by themselves."""
    try:
        return [normalise(typed, region)]
    except BadInput:
        for blanks in (r"\s{2,}", r"\s+"):
            parts = re.split(blanks, typed)
            if len(parts) > 1 and all(sum(map(str.isdigit, part)) >= _WHOLE for part in parts):
                with suppress(BadInput):
                    return _each_once(parts, typed, region)
        raise


def _each_once(parts: Iterable[str], typed: str, region: str) -> list[Phone]:
    numbers = dict.fromkeys(normalise(part, region).e164 for part in parts)
    return [Phone(number, typed) for number in numbers]


def search_digits(text: str) -> str:
    """Digits someone typed to find a phone, without the 0, 00 or + in front; "" when it is no number."""
    shown = _ascii_digits(_visible(text))
    if any(mark.isalpha() for mark in shown):
        return ""
    return re.sub(r"[^0-9]", "", shown).lstrip("0")


def _visible(raw: object) -> str:
    """The text of a cell without invisible characters; a whole float is the integer it was meant to be."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    text = str(raw if raw is not None else "")
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = (" " if unicodedata.category(mark) in ("Zs", "Cc") else mark for mark in text)
    return "".join(mark for mark in kept if unicodedata.category(mark) != "Cf").strip()


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(mark, mark)) for mark in text).replace("＋", "+")


def _repair(typed: str) -> str:
    """Undo what spreadsheets do to a number, or say why it can't be undone."""
    text = _ascii_digits(typed).strip("'’‘`\"= ")
    if text.isdigit():
        return text
    if not text:
        raise BadInput("phone", "The phone number is missing.")
    exponent = _EXPONENT.fullmatch(text)
    if exponent:
        whole, decimals, power = exponent.groups(default="")
        if len(decimals) < int(power):
            raise BadInput(
                "phone",
                f"{typed} has lost its last digits in a spreadsheet: type the whole number again "
                "in a column formatted as text.",
            )
        return f"{Decimal(f'{whole}.{decimals}e{power}').normalize():f}"
    if zero_fraction := _ZERO_FRACTION.fullmatch(text):
        return zero_fraction[1]
    if _THOUSANDS.fullmatch(text):
        return text.split(".")[0].replace(",", "")
    if _FRACTION.fullmatch(text):
        raise BadInput("phone", f"{typed} is not a phone number: it has a decimal point.")
    return text


def _plain(number: str, region: str) -> str | None:
    """E.164 of a number that is plainly one of the region's own; None means: ask the library."""
    plan = _plan(region)
    if plan is None:
        return None
    digits = number.translate(_PLAIN_MARKS).removeprefix(plan.code)
    if plan.abroad and digits[:1] == "0" and number[:1] != "+" and not plan.abroad.match(digits):
        digits = digits[1:]
    if len(digits) not in plan.lengths or not (digits.isascii() and digits.isdigit()):
        return None
    if plan.not_plain.match(digits) or not plan.valid.fullmatch(digits):
        return None
    return plan.code + digits


@lru_cache(maxsize=300)
def _plan(region: str) -> _Plan | None:
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.general_desc is None:
        raise BadInput("region", f"{region} is not a country we know phone numbers of.")
    if phonenumbers.region_code_for_country_code(metadata.country_code or 0) != region:
        return None  # shares its country code with a larger country, whose rules come first
    kinds = (
        metadata.fixed_line, metadata.mobile, metadata.toll_free, metadata.premium_rate, metadata.shared_cost,
        metadata.voip, metadata.personal_number, metadata.pager, metadata.uan, metadata.voicemail,
    )  # fmt: skip
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    general = metadata.general_desc.national_number_pattern
    prefixes = [
        prefix for prefix in (metadata.international_prefix, metadata.national_prefix_for_parsing) if prefix
    ]
    lengths = frozenset.intersection(
        frozenset(metadata.general_desc.possible_length),
        frozenset().union(*(kind.possible_length for kind in kinds if kind)),
    )
    return _Plan(
        code=f"+{metadata.country_code}",
        valid=re.compile(f"(?=(?:{general})$)(?:{'|'.join(patterns)})"),
        lengths=lengths,
        not_plain=re.compile("|".join(f"(?:{prefix})" for prefix in prefixes) or r"(?!)"),
        mobile=re.compile(_mobile_alone(metadata)),
        abroad=_abroad(metadata),
    )


def _abroad(metadata: PhoneMetadata) -> re.Pattern[str] | None:
    if metadata.national_prefix_for_parsing != "0" or metadata.national_prefix_transform_rule:
        return None
    return re.compile(metadata.international_prefix or "(?!)")


def _mobile_alone(metadata: PhoneMetadata) -> str:
    """The library asks for a mobile last: what may be another kind as well is that one."""
    if metadata.mobile is None or not metadata.mobile.national_number_pattern:
        return "(?!)"
    others = (
        metadata.fixed_line, metadata.toll_free, metadata.premium_rate, metadata.shared_cost, metadata.voip,
        metadata.personal_number, metadata.pager, metadata.uan, metadata.voicemail,
    )  # fmt: skip
    patterns = [kind.national_number_pattern for kind in others if kind and kind.national_number_pattern]
    not_these = f"(?!(?:{'|'.join(patterns)})$)" if patterns else ""
    return f"{not_these}(?:{metadata.mobile.national_number_pattern})"


def _ask_library(number: str, typed: str, region: str) -> str:
    text = _EXTENSION.sub("", _LABEL.sub("", number, count=1) if _LABEL.match(number) else number)
    if any(mark.isalpha() for mark in text):
        raise BadInput("phone", f"{typed} is not a phone number: it has letters in it.")
    try:
        parsed = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise BadInput("phone", _why_not_read(error, typed, region)) from error
    if not phonenumbers.is_valid_number(parsed):
        raise BadInput("phone", _why_not_valid(parsed, text, typed, region))
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _why_not_read(error: NumberParseException, typed: str, region: str) -> str:
    if _two_numbers(typed, region):
        return f"{typed} holds two phone numbers: keep one of them."
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return f"{typed} does not begin with a country code in use: check the digits after the +."
    if error.error_type == NumberParseException.NOT_A_NUMBER:
        return f"{typed} is not a phone number."
    length = "long" if error.error_type == NumberParseException.TOO_LONG else "short"
    return f"{typed} is too {length} for a phone number: check its digits."


def _why_not_valid(parsed: PhoneNumber, text: str, typed: str, region: str) -> str:
    if _two_numbers(text, region):
        return f"{typed} holds two phone numbers: keep one of them."
    country = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    metadata = PhoneMetadata.metadata_for_region(country)
    name = Locale("en").territories.get(country, country)
    digits = len(phonenumbers.national_significant_number(parsed))
    kinds = [kind for kind in (metadata.fixed_line, metadata.mobile) if kind] if metadata else []
    usual = {length for kind in kinds for length in kind.possible_length if length > 0}
    if usual and digits not in usual:
        wanted = " or ".join(map(str, sorted(usual))) if len(usual) < 3 else f"{min(usual)} to {max(usual)}"
        return f"{typed} has {digits} digits where a phone number of {name} has {wanted}: check it."
    if country != region or text.startswith("+"):
        return f"{typed} is no number in use in {name}: check its digits."
    return (
        f"{typed} is no number in use in {name}: check its digits, or, if it is from another country, "
        "write it with + and the country code."
    )


def _two_numbers(text: str, region: str) -> bool:
    parts = [part for part in _SECOND_NUMBER.split(text) if part]
    if len(parts) < 2:
        return False
    try:
        return all(phonenumbers.is_valid_number(phonenumbers.parse(part, region)) for part in parts)
    except NumberParseException:
        return False
