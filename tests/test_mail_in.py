"""E-mails as files: filed once, with whoever they were exchanged with; what fits nobody waits and is sorted by hand."""

from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import uuid4

import pytest
from conftest import NOW
from sqlalchemy import select
from typer.testing import CliRunner

from crmcore import attachments, companies, contact_people, customers, interactions, leads, mail_in
from crmcore.cli import app
from crmcore.contact_people import NewEmail, NewPerson
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput, NotAllowed, NotFound
from crmcore.models import Interaction

PDF = b"%PDF-1.7 quote"


def mail(sender="Asha Rao <asha@firm.example>", to="Meera <meera@shop.example>", subject="The desks", **more):
    """An e-mail as bytes. `more`: text, html, cc, date, name (its Message-ID), files."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = more.get("date", "Wed, 18 Nov 2026 10:15:00 +0530")
    message["Message-ID"] = more.get("name", f"<{uuid4()}@firm.example>")
    if "cc" in more:
        message["Cc"] = more["cc"]
    message.set_content(more.get("text", "Please send the quote.\n"))
    if "html" in more:
        message.add_alternative(more["html"], subtype="html")
    for name, content in more.get("files", {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha Rao", "email": "asha@firm.example"})


def talk(shop, customer_id):
    return [row for row in interactions.of_customer(shop, customer_id) if row["kind"] == "email"]


def test_a_mail_is_filed_with_whoever_sent_it_once(shop, asha):
    content = mail(files={"quote.pdf": PDF})
    filed = mail_in.take_in(shop, content)
    assert (filed.with_whom, filed.direction, filed.is_new, filed.left_out) == ("Asha Rao", "in", True, ())
    (row,) = talk(shop, asha)
    assert (row["subject"], row["notes"], row["direction"]) == ("The desks", "Please send the quote.", "in")
    assert row["at"] == datetime(2026, 11, 18, 4, 45, tzinfo=UTC)
    assert [file["file_name"] for file in attachments.of_customer(shop, asha)] == ["quote.pdf"]
    again = mail_in.take_in(shop, content)
    assert (again.is_new, again.interaction_id) == (False, filed.interaction_id)
    assert len(talk(shop, asha)) == 1


def test_what_the_shop_wrote_is_filed_with_whom_it_was_written_to(shop, asha):
    bilal = customers.create(shop, {"name": "Bilal", "email": "bilal@other.example"})
    written = mail("meera@shop.example", "Bilal <BILAL@other.example>, x@y.example", cc="asha@firm.example")
    assert mail_in.take_in(shop, written).with_whom == "Bilal"
    assert [row["direction"] for row in talk(shop, bilal)] == ["out"]
    assert talk(shop, asha) == []


def test_a_person_of_a_company_is_named_with_it(shop):
    firm = customers.create(shop, {"name": "Firm Ltd"})
    companies.change(shop, firm, {"website": "firm.example"})
    person = contact_people.add(shop, firm, NewPerson("Chitra", emails=[NewEmail("chitra@firm.example")]))
    filed = mail_in.take_in(shop, mail("chitra@firm.example"))
    assert filed.with_whom == "Chitra"
    row = shop.execute(select(Interaction).where(Interaction.id == filed.interaction_id)).mappings().one()
    assert (row["customer_id"], row["contact_person_id"]) == (firm, person)


def test_a_lead_who_writes_is_contacted(new_shop):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as shop:
        lead = leads.record(shop, leads.NewLead("Divya", email="divya@new.example"))
        filed = mail_in.take_in(shop, mail("divya@new.example", files={"plan.pdf": PDF}))
        assert filed.with_whom == "Divya" and "not with leads" in filed.left_out[0]
        (told,) = interactions.of_lead(shop, lead)
        assert told["subject"] == "The desks"
        assert told["notes"].endswith(f"Came with files that are not kept here: {filed.left_out[0].split(':')[0]}.")
        assert leads.get(shop, lead)["status"] == "contacted"


def test_what_fits_nobody_or_several_waits_and_is_sorted_by_hand(shop, asha):
    colleague = mail("Ravi <ravi@firm.example>", name="<1@x>", files={"quote.pdf": PDF})
    assert mail_in.take_in(shop, colleague).with_whom is None
    assert mail_in.take_in(shop, colleague).is_new is False
    (waiting,) = mail_in.waiting(shop)
    assert waiting["sender_address"] == "ravi@firm.example"
    assert [one["name"] for one in waiting["could_be"]] == ["Asha Rao"], "the same firm's mail"
    filed = mail_in.file_with(shop, waiting["id"], customer_id=asha)
    assert talk(shop, asha)[0]["subject"] == "The desks" and filed.left_out == ()
    assert mail_in.waiting(shop) == [] and mail_in.how_many_wait(shop) == 0
    with pytest.raises(NotFound):
        mail_in.file_with(shop, waiting["id"], customer_id=asha)

    twin = customers.create(shop, {"name": "Her twin", "email": "asha@firm.example"})
    assert mail_in.take_in(shop, mail()).with_whom is None
    (waiting,) = mail_in.waiting(shop)
    assert {one["customer_id"] for one in waiting["could_be"]} == {asha, twin}
    mail_in.drop_waiting(shop, waiting["id"])
    assert mail_in.waiting(shop) == []


def test_mail_that_anybody_can_have_says_nothing_about_the_firm(shop):
    customers.create(shop, {"name": "Asha", "email": "asha@gmail.com"})
    mail_in.take_in(shop, mail("ravi@gmail.com"))
    assert mail_in.waiting(shop)[0]["could_be"] == []


def test_on_a_customers_page_it_is_theirs_whatever_the_addresses(shop, asha):
    filed = mail_in.take_in(shop, mail("somebody@else.example"), customer_id=asha)
    assert (filed.interaction_id is not None, filed.direction) == (True, None)


def test_html_is_read_as_text_and_odd_mails_are_read_too(shop, asha):
    html = "<html><head><style>p{}</style></head><body><p>Good   day,</p><p>two &amp; three<br>lines</p>"
    html += "<script>alert(1)</script></body></html>"
    message = EmailMessage()
    message["From"], message["To"], message["Date"] = "asha@firm.example", "m@shop.example", "not a date"
    message.set_content(html, subtype="html")
    letter = mail_in.read(message.as_bytes())
    assert letter.text == "Good day,\n\ntwo & three\nlines" and letter.sent_at is None
    assert letter.message_id.endswith("@no-name>"), "two without a name are told apart by their content"
    odd = (
        b"From: =?utf-8?q?Asha_R=C3=A3o?= <asha@firm.example>\r\nTo: x@y.z\r\n"
    )
    odd += b"Content-Type: text/plain; charset=nobody-knows\r\n\r\ncaf\xc3\xa9\r\n"
    assert mail_in.read(odd).sender == ("Asha Rão", "asha@firm.example")
    comma = odd.replace(b"Asha_R=C3=A3o", b"R=C3=A3o=2C_Asha")
    assert mail_in.read(comma).sender == ("Rão, Asha", "asha@firm.example")
    assert mail_in.read(odd.replace(b"=?utf-8?q?", b"=?no-such?q?")).sender[1] == "asha@firm.example"
    bare = odd.replace(b"=?utf-8?q?Asha_R=C3=A3o?=", b"Asha R\xe3o")
    assert mail_in.read(bare).sender == ("Asha R�o", "asha@firm.example")
    assert mail_in.read(odd).text == "café"
    tomorrow = mail(date="Sat, 21 Nov 2026 10:00:00 +0000", text="x" * 20_000)
    filed = mail_in.take_in(shop, tomorrow)
    row = interactions.get(shop, filed.interaction_id)
    assert row["happened_at"] == NOW and row["notes"].endswith("the e-mail is longer)")


HEAD = b"From: asha@firm.example\r\nTo: x@y.z\r\nDate: Wed, 18 Nov 2026 10:15:00 +0530\r\n"


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        ("", b"Caf\xe9 \x80 5", "Café € 5"),
        ("Content-Type: text/plain; charset=us-ascii", "Café".encode(), "Café"),
        ("Content-Type: text/plain; charset=idna", b"a..b\xe9", "a..bé"),
        ("Content-Type: text/plain; charset=undefined", b"plain", "plain"),
        ('Content-Type: text/plain; charset="a\0b"', b"plain", "plain"),
        ("Content-Type: text/html", b"<html><head><meta charset=utf-8><title>T</title><body>no end", "no end"),
        ("Content-Type: multipart/mixed", b"no parts", "no parts"),
    ],
)
def test_a_text_is_read_whatever_it_says_it_is_written_in(head, body, text):
    head = head.encode() + b"\r\n" if head else b""
    assert mail_in.read(b"\xef\xbb\xbf" + HEAD + head + b"\r\n" + body).text == text


def test_signs_that_no_name_or_address_has_are_left_out(shop, asha):
    content = HEAD + b"Cc: a\0b@c.d\r\nSubject: a\0b\r\nMessage-ID: <a\0b\xff@c>\r\n\r\nhel\0lo"
    filed = mail_in.take_in(shop, content)
    row = interactions.get(shop, filed.interaction_id)
    assert (filed.with_whom, row["subject"], row["notes"]) == ("Asha Rao", "ab", "hello")
    assert mail_in.take_in(shop, content).is_new is False
    assert mail_in.take_in(shop, content.replace(b"asha@firm", b"nobody@else").replace(b"<a", b"<b")).is_new is True


def test_a_mail_that_is_nothing_but_a_file_and_a_mail_within_a_mail_are_kept(shop, asha):
    scanned = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=scan.pdf\r\n\r\n"
    assert mail_in.take_in(shop, HEAD + scanned + PDF).left_out == ()
    picture = EmailMessage()
    picture["From"], picture["To"], picture["Date"] = "asha@firm.example", "x@y.z", "Wed, 18 Nov 2026 10:15:00 +0530"
    picture.set_content("See the picture and what they wrote.")
    picture.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "supplier@z.example", "The old quote"
    inner.set_content("1,200 each")
    picture.add_attachment(inner)
    assert mail_in.take_in(shop, picture.as_bytes()).left_out == ()
    files = {file["file_name"]: file["id"] for file in attachments.of_customer(shop, asha)}
    assert set(files) == {"scan.pdf", "attachment.png", "forwarded.txt"}
    forwarded = attachments.hand_out(shop, files["forwarded.txt"]).content.decode()
    assert "From: supplier@z.example\nSubject: The old quote\n\n1,200 each" in forwarded


def test_a_mail_made_to_keep_us_busy_is_refused_at_once(shop):
    for header in (b"Subject: " + b"a " * 1_000_000, b"Content-Type: text/plain; " + b"a=b; " * 2_000):
        with pytest.raises(BadInput, match="too long to be read"):
            mail_in.take_in(shop, HEAD + header + b"\r\n\r\nx")
    assert mail_in.read(HEAD + b"Cc: " + b"," * 60_000 + b"\r\n\r\nx").text == "x"
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(2_000)
    )
    with pytest.raises(BadInput, match="damaged"):
        mail_in.take_in(shop, HEAD + nested + b"\r\nx")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"Name,Phone\nAsha,1\n", PDF, b"From: nobody\r\n\r\nx"])
def test_what_is_no_mail_is_refused_in_a_sentence(shop, content):
    with pytest.raises(BadInput, match=r"no e-mail|damaged"):
        mail_in.take_in(shop, content)


def test_a_mail_larger_than_any_is_refused(shop):
    with pytest.raises(BadInput, match="at most 25 MB"):
        mail_in.take_in(shop, b"x" * (mail_in.LARGEST + 1))


def test_a_file_that_is_not_kept_here_is_named_and_the_mail_is_filed(shop, asha):
    filed = mail_in.take_in(shop, mail(files={"virus.exe": b"MZ\x90\x00", "quote.pdf": PDF}))
    assert filed.interaction_id is not None and len(filed.left_out) == 1
    assert "virus.exe" in filed.left_out[0]
    assert [file["file_name"] for file in attachments.of_customer(shop, asha)] == ["quote.pdf"]


def test_staff_sort_no_mails_of_others(join):
    staff = join("staff")
    with shop_session(staff, writes=True, now=NOW) as shop, pytest.raises(NotAllowed):
        mail_in.waiting(shop)


def test_the_workers_folder_is_emptied_and_what_is_damaged_put_aside(new_shop, caplog):
    shop = new_shop()
    folder = mail_in.folder_of(shop)
    assert mail_in.empty(shop) == 0, "no folder, nothing to do"
    folder.mkdir(parents=True)
    with shop_session(keeper(shop), alone=True) as opened:
        asha = customers.create(opened, {"name": "Asha", "email": "asha@firm.example"})
    (folder / "1.eml").write_bytes(mail())
    (folder / "2.eml").write_bytes(b"no mail")
    (folder / ".3.eml").write_bytes(mail())
    (folder / "4.eml.part").write_bytes(mail())
    assert mail_in.empty(shop) == 1
    assert sorted(file.name for file in folder.iterdir()) == [".3.eml", "4.eml.part", "damaged"]
    assert (folder / "damaged" / "2.eml").exists() and "2.eml" in caplog.text
    (folder / "0.eml").mkdir()  # no file, and nothing waits for it
    (folder / "2.eml").write_bytes(b"x" * (mail_in.LARGEST + 100))
    (folder / "5.eml").write_bytes(mail("somebody@else.example", date="Fri, 31 Dec 9999 23:59:59 -1200"))
    assert mail_in.empty(shop) == 1
    assert len(list((folder / "damaged").iterdir())) == 2, "another of the same name is kept beside it"
    with shop_session(keeper(shop)) as opened:
        assert len(talk(opened, asha)) == 1
        assert [waits["sent_at"] for waits in mail_in.waiting(opened)] == [None]


def test_it_is_a_command_that_tells_what_became_of_each(new_shop, tmp_path):
    shop = new_shop()
    with shop_session(keeper(shop), alone=True) as opened:
        customers.create(opened, {"name": "Asha", "email": "asha@firm.example"})
    good, bad = tmp_path / "good.eml", tmp_path / "bad.eml"
    good.write_bytes(mail())
    bad.write_bytes(b"no mail")
    done = CliRunner().invoke(app, ["mail-in", shop.slug, str(good), str(good)])
    assert done.exit_code == 0
    assert "good.eml: with Asha" in done.output and "here already" in done.output
    refused = CliRunner().invoke(app, ["mail-in", shop.slug, str(bad), str(good)])
    assert refused.exit_code == 2 and "bad.eml: This is no e-mail" in refused.output


def test_the_address_for_bcc_is_the_owners_to_tell(join):
    owner = join("owner")
    with shop_session(owner, writes=True, now=NOW) as shop:
        mail_in.change_address(shop, " CRM@shop.example ")
        assert mail_in.address(shop) == "crm@shop.example"
        with pytest.raises(BadInput, match="not an e-mail address"):
            mail_in.change_address(shop, "crm")
        mail_in.change_address(shop, "")
        assert mail_in.address(shop) is None
    with shop_session(join("manager", owner.shop), writes=True, now=NOW) as shop, pytest.raises(NotAllowed):
        mail_in.change_address(shop, "crm@shop.example")
