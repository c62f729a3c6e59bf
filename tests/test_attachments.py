"""Files of customers: what may be kept, how it is named, who gets it back."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from crmcore import attachments, customer_timeline, customers, file_kinds, interactions
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.errors import BadInput, NotAllowed, NotFound
from crmcore.interactions import NewInteraction


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha"})


def packed(*parts, **contents):
    """A zip file with these parts; keyword contents by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def workbook():
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3 quote"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
DOCX = packed("[Content_Types].xml", "word/document.xml")
ODT = packed("content.xml", mimetype="application/vnd.oasis.opendocument.text")
ODS = packed("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet")

KEPT = [
    ("quote.pdf", PDF, "application/pdf"),
    ("Photo.JPG", JPEG, "image/jpeg"),
    ("photo.jpeg", JPEG, "image/jpeg"),
    ("photo.png", PNG, "image/png"),
    ("old.gif", b"GIF89a\x01\x00", "image/gif"),
    ("sent.webp", b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ("iphone.heic", b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
    ("letter.txt", "Grüße aus पुणे\n".encode(), "text/plain"),
    ("letter.txt", "Grüße".encode("utf-16"), "text/plain"),
    ("list.csv", "Größe;1\n".encode("cp1252"), "text/csv"),
    ("list.xlsx", workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("offer.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("offer.odt", ODT, "application/vnd.oasis.opendocument.text"),
    ("list.ods", ODS, "application/vnd.oasis.opendocument.spreadsheet"),
]


@pytest.mark.parametrize(("name", "content", "media_type"), KEPT, ids=lambda given: str(given)[:20])
def test_a_file_is_known_by_its_content_and_comes_back_as_it_was(shop, asha, name, content, media_type):
    attachment_id = attachments.add(shop, asha, name, content)
    assert attachments.hand_out(shop, attachment_id) == attachments.File(name, media_type, content)
    [row] = attachments.of_customer(shop, asha)
    assert (row["file_name"], row["size"], "content" in row) == (name, len(content), False)


NOT_KEPT = [
    ("page.html", b"<html><script>alert(1)</script>", "can be kept"),
    ("page.txt", b"  <!DOCTYPE html><p>x", "can be kept"),
    ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "can be kept"),
    ("drawing.png", b'<?xml version="1.0"?><svg/>', "can be kept"),
    ("program.exe", b"MZ\x90\x00\x03", "can be kept"),
    ("program.txt", b"MZ\x90\x00\x03", "can be kept"),
    ("script.sh", b"#!/bin/sh\nrm -rf\n", "a text file"),
    ("files.zip", packed("a.txt"), "can be kept"),
    ("files.docx", packed("a.txt"), "can be kept"),
    ("macros.docx", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "can be kept"),
    ("broken.xlsx", workbook()[:200], "can be kept"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "can be kept"),
    ("photo.png", JPEG, "a JPEG picture"),
    ("photo.jpg", PNG, "a PNG picture"),
    ("quote.pdf.exe", PDF, "a PDF document"),
    ("quote", PDF, "ending .pdf"),
    ("list.xlsx", DOCX, "a Word document"),
    ("list.csv", workbook(), "an Excel workbook"),
    ("nothing.pdf", b"", "empty"),
    ("large.pdf", PDF + bytes(attachments.LARGEST), "at most 10 MB"),
]


@pytest.mark.parametrize(("name", "content", "words"), NOT_KEPT, ids=lambda given: str(given)[:20])
def test_what_is_not_kept_or_lies_about_itself_is_refused_with_one_sentence(shop, asha, name, content, words):
    with pytest.raises(BadInput, match=words) as refused:
        attachments.add(shop, asha, name, content)
    assert refused.value.field == "file"
    assert attachments.of_customer(shop, asha) == []


def test_the_largest_file_that_fits_is_kept(shop, asha):
    content = PDF.ljust(attachments.LARGEST, b"\x00")
    assert attachments.hand_out(shop, attachments.add(shop, asha, "large.pdf", content)).content == content


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/quote.pdf", "quote.pdf"),
        (r"C:\Users\Asha\quote.pdf", "quote.pdf"),
        ("quo\r\nte\x00.pdf", "quote.pdf"),
        ("evil\u202efdp.pdf", "evilfdp.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        ("  two   words .pdf ", "two words.pdf"),
        ("...pdf", "pdf"),
        ("..", "file"),
        ("", "file"),
        ("उद्धरण.pdf", "उद्धरण.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_loses_its_folders_and_what_can_not_be_seen(typed, kept):
    assert attachments.clean_name(typed) == kept


def test_endings_offered_are_those_that_are_kept():
    assert {name.rsplit(".")[-1].lower() for name, _, _ in KEPT} <= set(file_kinds.ENDINGS)


def test_the_same_file_again_is_told_and_not_doubled(shop, asha):
    attachments.add(shop, asha, "quote.pdf", PDF)
    with pytest.raises(BadInput, match=r"“quote\.pdf”, added on 20 November 2026"):
        attachments.add(shop, asha, "quote again.pdf", PDF)
    attachments.add(shop, customers.create(shop, {"name": "Bilal"}), "quote.pdf", PDF)


def test_adding_and_removing_stand_on_the_timeline(shop, asha):
    attachment_id = attachments.add(shop, asha, "quote.pdf", PDF)
    attachments.remove(shop, attachment_id)
    assert attachments.of_customer(shop, asha) == []
    titles = [line.title for line in customer_timeline.of_customer(shop, asha, "talk").lines]
    assert titles == ["File “quote.pdf” removed", "File “quote.pdf” added"]
    for gone in (attachments.remove, attachments.hand_out):
        with pytest.raises(NotFound):
            gone(shop, attachment_id)


def test_a_file_belongs_to_what_is_the_customers_own(shop, asha):
    bilal = customers.create(shop, {"name": "Bilal"})
    talk = interactions.record(shop, NewInteraction("email", bilal))
    with pytest.raises(NotFound, match="belongs to"):
        attachments.add(shop, asha, "quote.pdf", PDF, interaction_id=talk)
    with pytest.raises(NotFound, match="belongs to"):
        attachments.add(shop, asha, "quote.pdf", PDF, visit_id=new_id())
    attachments.add(shop, bilal, "quote.pdf", PDF, interaction_id=talk)
    assert attachments.of_customer(shop, bilal)[0]["interaction_id"] == talk


def test_what_others_added_is_removed_by_managers_alone(shop, asha, monkeypatch):
    attachment_id = attachments.add(shop, asha, "quote.pdf", PDF)
    monkeypatch.setattr(shop, "who", replace(shop.who, role="staff", staff_id=new_id()))
    with pytest.raises(NotAllowed):
        attachments.remove(shop, attachment_id)


def test_a_hidden_customers_file_is_for_those_who_may_bring_them_back(shop, asha, monkeypatch):
    attachment_id = attachments.add(shop, asha, "quote.pdf", PDF)
    customers.hide(shop, asha)
    assert attachments.hand_out(shop, attachment_id).content == PDF
    with pytest.raises(BadInput, match="hidden"):
        attachments.add(shop, asha, "photo.png", PNG)
    monkeypatch.setattr(shop, "who", replace(shop.who, role="staff"))
    with pytest.raises(NotFound):
        attachments.hand_out(shop, attachment_id)


def test_a_file_of_another_shop_is_not_on_file(shop, asha, new_shop):
    attachment_id = attachments.add(shop, asha, "quote.pdf", PDF)
    with shop_session(keeper(new_shop()), writes=True) as other:
        for refused in (attachments.hand_out, attachments.remove):
            with pytest.raises(NotFound):
                refused(other, attachment_id)
        with pytest.raises(NotFound):
            attachments.add(other, asha, "photo.png", PNG)
        assert attachments.of_customer(other, asha) == []
