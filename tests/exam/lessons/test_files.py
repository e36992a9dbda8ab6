"""Files are taken for how they begin, not for what they are called."""

import zipfile
from io import BytesIO

import pytest

from exam.lessons.files import CERTIFICATES, LARGEST, SLIDES, check, safe_name
from question_bank.errors import NotAllowed


def package(*names: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("光伏.PDF", b"%PDF-1.7\n", "application/pdf"),
        (
            "a.pptx",
            package("ppt/presentation.xml"),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        ("a.odp", package("content.xml"), "application/vnd.oasis.opendocument.presentation"),
        ("a.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "application/vnd.ms-powerpoint"),
    ],
)
def test_slides_and_pdf_are_taken(name: str, data: bytes, media_type: str) -> None:
    assert check(name, data, SLIDES).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.html", b"%PDF-1.7"),
        ("a.pdf.html", b"%PDF-1.7"),
        ("a.svg", b"<svg/>"),
        ("a.pptx", package("word/document.xml")),
        ("a.pptx", b"PK\x03\x04 broken"),
        ("a.pptx", b"%PDF-1.7"),
        ("a", b"%PDF-1.7"),
        ("a.pdf", b""),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_everything_else_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(NotAllowed):
        check(name, data, SLIDES)


def test_a_file_of_thirty_megabytes_is_the_largest() -> None:
    assert check("a.pdf", b"%PDF-".ljust(LARGEST, b"0"), CERTIFICATES).media_type == "application/pdf"
    with pytest.raises(NotAllowed, match="30 MB"):
        check("a.pdf", b"%PDF-".ljust(LARGEST + 1, b"0"), CERTIFICATES)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\etc/课件.pdf", "课件.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a_Set-Cookie_ x.pdf"),
        ("\u202efdp.exe.pdf", "_fdp.exe.pdf"),
        ("   ", "file"),
        ("长" * 300 + ".pdf", "长" * 110 + ".pdf"),
    ],
)
def test_a_name_can_be_misread_by_no_header_and_no_file_system(given: str, kept: str) -> None:
    assert safe_name(given) == kept
