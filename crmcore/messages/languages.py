"""The languages that messages are written in, known by their codes (en, hi, pt_BR) and by what people call them."""

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.localedata import exists

from crmcore.names import fold

# Those whose own names people write too. Loading a language takes a while, so it is not done for all of them.
_OWN_NAMES = "ar as bn de es fa fr gu ha hi id ig it kn ml mr ms ne nl or pa pl pt ru si sw ta te tr ur vi yo zh zu"


@cache
def all_known() -> dict[str, str]:
    """Every language by its code, as {"hi": "Hindi"}, by name."""
    english = {str(code): str(name) for code, name in Locale("en").languages.items()}
    names = {code: name for code, name in english.items() if "_" not in code and exists(code)}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def is_known(code: str) -> bool:
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def code_of(written: str | None) -> str | None:
    """The code of a language as it stands on a customer: "hi", "Hindi", "हिन्दी", "en-IN"; None when none is meant."""
    text = (written or "").strip()
    if not text:
        return None
    code = text.replace("-", "_")
    if is_known(code):
        return str(Locale.parse(code).language)
    name = fold(text)
    return _english_names().get(name) or _own_names().get(name)


def name_of(code: str) -> str:
    """What a language is called in English."""
    return all_known().get(code, code)


def day_in(day: date, code: str) -> str:
    """A day as a person of that language reads it: 26 January, 26 जनवरी."""
    return format_date(day, "d MMMM", locale=code)


@cache
def _english_names() -> dict[str, str]:
    return {fold(name): code for code, name in all_known().items()}


@cache
def _own_names() -> dict[str, str]:
    return {fold(Locale(code).get_display_name(code) or code): code for code in _OWN_NAMES.split()}
