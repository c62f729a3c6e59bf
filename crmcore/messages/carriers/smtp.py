"""E-mail through a mail server (SMTP)."""

import smtplib
import ssl
from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from email.utils import formataddr, formatdate

import httpx

from crmcore.messages.carriers.answers import BROKEN, LATER, REFUSED, SENT, UNKNOWN, Answer, Outgoing
from crmcore.messages.carriers.reach import may_be_asked

_TIMEOUT = 20.0


def carry(settings: Mapping[str, str], secrets: Mapping[str, str], message: Outgoing, client: httpx.Client) -> Answer:
    """Hand a message to the mail server that a shop named."""
    if not may_be_asked(settings["host"]):
        return Answer(BROKEN, words="The mail server must have a public address.")
    return deliver(settings, secrets, message)


def deliver(settings: Mapping[str, str], secrets: Mapping[str, str], message: Outgoing) -> Answer:
    """Hand a message to a mail server that may be trusted, wherever it stands.

    Up to the last dot of the text it is certain that nothing was taken.
    """
    mail = _mail(settings, message)
    try:
        server = _opened(settings, secrets)
    except smtplib.SMTPAuthenticationError:
        return Answer(BROKEN, words="The mail server refused the name or the password: connect e-mail again.")
    except smtplib.SMTPNotSupportedError:
        return Answer(BROKEN, words="The mail server does not offer this kind of encryption: connect e-mail again.")
    except ssl.SSLError:
        return Answer(BROKEN, words="The mail server's certificate is not valid, or it expects no encryption here.")
    except (OSError, smtplib.SMTPException):
        return Answer(LATER, words="The mail server can't be reached at this moment.")
    try:
        return _handed_over(server, settings["sender"], message.to, mail)
    finally:
        _leave(server)


def _opened(settings: Mapping[str, str], secrets: Mapping[str, str]) -> smtplib.SMTP:
    host, port = settings["host"], int(settings["port"])
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if settings["encryption"] == "tls":
        server = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    try:
        if settings["encryption"] == "starttls":
            server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if settings.get("username"):
            server.login(settings["username"], secrets.get("password", ""))
    except BaseException:
        server.close()
        raise
    return server


def _handed_over(server: smtplib.SMTP, sender: str, to: str, mail: EmailMessage) -> Answer:
    try:
        for code, said in (server.mail(sender), server.rcpt(to)):
            if code >= 400:
                return _refusal(code, said)
    except (OSError, smtplib.SMTPException):
        return Answer(LATER, words="The mail server broke the connection before it took the message.")
    try:
        code, said = server.data(mail.as_bytes())
    except smtplib.SMTPDataError as error:
        return _refusal(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException):
        return Answer(UNKNOWN, words="The connection to the mail server broke before it answered.")
    return Answer(SENT, id=str(mail["Message-ID"])) if code == 250 else _refusal(code, said)


def _refusal(code: int, said: bytes | str) -> Answer:
    if code in (530, 535):
        return Answer(BROKEN, words="The mail server refused the name or the password: connect e-mail again.")
    if 400 <= code < 500:
        return Answer(LATER, words=f"The mail server wants to be asked again later ({code}).")
    if code in (550, 551, 553):
        return Answer(REFUSED, words=f"The mail server says there is no such address ({code}).")
    return Answer(REFUSED, words=f"The mail server refused the message ({code}).")


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()  # it had gone already; what it said before is what counts


def _mail(settings: Mapping[str, str], message: Outgoing) -> EmailMessage:
    mail = EmailMessage(policy.SMTP.clone(cte_type="7bit"))
    mail["From"] = formataddr((settings.get("sender_name", ""), settings["sender"]))
    mail["To"] = message.to
    mail["Subject"] = message.subject or ""
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{message.id}@{settings['sender'].rpartition('@')[2]}>"
    if settings.get("reply_to"):
        mail["Reply-To"] = settings["reply_to"]
    mail.set_content(message.body)
    return mail
