"""Asking for the password once more, before something that only this person may do."""

from crmcore import sign_in
from dashboard.parts.session import token


def ask_again(typed: str) -> None:
    """Return when this is the password of the person signed in. Raises BadInput, TooManyTries or NotSignedIn."""
    sign_in.ask_again(token(), typed, check=_belongs)


def _belongs(password: str, stored: str) -> bool:
    from streamlit_authenticator.utilities.hasher import Hasher

    return bool(Hasher.check_pw(password, stored))
