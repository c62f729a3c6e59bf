"""streamlit-authenticator's checks of what people type, with our own rule for passwords in place of its."""

from streamlit_authenticator.utilities.validator import Validator

from crmcore import passwords
from crmcore.errors import BadInput


class Rules(Validator):
    """Length decides about a password, not the kinds of characters in it."""

    def validate_password(self, password: str) -> bool:
        return not self.diagnose_password(password)

    def diagnose_password(self, password: str) -> str:
        try:
            passwords.check(password)
        except BadInput as refusal:
            return str(refusal)
        return ""


RULES = Rules()
