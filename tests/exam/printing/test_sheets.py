"""Tickets and attendance sheets, read back from the PDF."""

from io import BytesIO

from pypdfium2 import PdfDocument

from exam.printing.attendance import write_attendance
from exam.printing.cards import grouped, write_tickets
from exam.printing.rows import Attendee, Ticket


def _pages(file: BytesIO) -> list[str]:
    document = PdfDocument(file.getvalue())
    return [page.get_textpage().get_text_range() for page in document]


def test_ten_tickets_stand_on_a_page_each_with_its_code() -> None:
    file = BytesIO()
    tickets = [
        Ticket(f"演示{seat}", "石桥镇人民政府", seat, f"ABCD{seat:04d}", f"http://127.0.0.1/t/{seat}")
        for seat in range(1, 24)
    ]
    printed = write_tickets(file, tickets, title="巡回培训准考证", lines=["3月2日 14:00"])
    texts = _pages(file)
    assert (printed.pages, len(texts), printed.missing_glyphs) == (3, 3, ())
    assert grouped("ABCD0023") in texts[2]
    assert texts[0].count("座位号") == 10


def test_the_attendance_sheet_counts_and_repeats_its_head() -> None:
    file = BytesIO()
    printed = write_attendance(
        file,
        [Attendee(seat, f"演示{seat}", "石桥镇人民政府") for seat in range(1, 59)],
        title="签到表",
        lines=["石桥镇"],
    )
    texts = _pages(file)
    assert (printed.pages, printed.missing_glyphs) == (len(texts), ())
    assert all("座位号" in text for text in texts)
    assert "应到 58 人" in texts[-1]


def test_a_name_no_face_can_show_is_reported() -> None:
    printed = write_attendance(BytesIO(), [Attendee(1, "张𰻝", "石桥镇")], title="签到表")
    assert printed.missing_glyphs == ("𰻝 U+30EDD",)
