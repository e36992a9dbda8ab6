"""Tickets, labels, covers and attendance sheets, read back from the PDF."""

from io import BytesIO

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from exam.printing.attendance import write_attendance
from exam.printing.cards import grouped, write_tickets
from exam.printing.covers import write_covers
from exam.printing.labels import write_labels
from exam.printing.rows import Attendee, Cover, Label, Occasion, Ticket

OCCASION = Occasion("2027年巡回培训", "第12场　石桥镇", "2027年3月2日（星期二）", "13:40—17:20", "三楼报告厅")
LONG = "县经济开发区管理委员会招商引资与重点项目服务中心（挂县投资促进局牌子）"


def pages(file: BytesIO) -> list[str]:
    document = PdfDocument(file.getvalue())
    return [page.get_textpage().get_text_range() for page in document]


def ticket(seat: int) -> Ticket:
    return Ticket(
        name=f"演示{seat}",
        unit="石桥镇人民政府",
        seat=seat,
        code=f"ABCD{seat:04d}",
        address=f"http://127.0.0.1/t/{seat}",
        number=f"012{seat:03d}",
        times=(("业务卷", "14:00 开考，60分钟"),),
    )


def test_six_tickets_stand_on_a_page_each_with_its_code_and_when_its_papers_begin() -> None:
    file = BytesIO()
    printed = write_tickets(file, [ticket(seat) for seat in range(1, 15)], OCCASION)
    texts = pages(file)
    assert (printed.pages, len(texts), printed.missing_glyphs) == (3, 3, ())
    assert grouped("ABCD0014") in texts[2]
    assert texts[0].count("座位号") == 6
    assert texts[0].count("14:00 开考，60分钟") == 6
    assert "照片" not in texts[0]


def test_the_code_on_a_ticket_opens_its_address() -> None:
    file = BytesIO()
    write_tickets(file, [ticket(7)], OCCASION, photo=True)
    assert "照片" in pages(file)[0]
    side = PdfDocument(file.getvalue())[0].render(scale=3, grayscale=True).to_numpy()
    assert [found.text for found in zxingcpp.read_barcodes(side)] == ["http://127.0.0.1/t/7"]


def test_twenty_four_labels_stand_on_a_sheet_and_names_stay_within_theirs() -> None:
    file = BytesIO()
    labels = [Label(seat, "阿卜杜热合曼·买买提明", LONG, f"012{seat:03d}") for seat in range(1, 59)]
    assert write_labels(file, labels, OCCASION).pages == 3
    texts = pages(file)
    assert [text.count("考号") for text in texts] == [24, 24, 10]
    side = PdfDocument(file.getvalue())[0].render(scale=2, grayscale=True).to_numpy()
    third = side.shape[1] // 3
    for edge in (third, 2 * third):  # nothing but the cutting line
        assert (side[:, edge - 24 : edge - 6] > 200).all()


def test_a_cover_says_what_lies_in_the_envelope_and_lists_its_seats() -> None:
    file = BytesIO()
    seats = tuple((seat, f"演示{seat}") for seat in range(1, 59))
    cover = Cover("业务卷", "业务卷（镇级及园区）", "14:00—15:00", 60, 3, seats)
    printed = write_covers(file, [cover, Cover("问题卷", "问题卷（现场卷）", "15:10—15:55", 45, 2, ())], OCCASION)
    texts = pages(file)
    assert (printed.pages, printed.missing_glyphs) == (2, ())
    assert "58 + 备用 3 = 61 份" in texts[0]
    assert all(f"演示{seat}" in texts[0] for seat, _ in seats)
    assert "封装人（签名）" in texts[0]
    assert "备用 2 = 2 份" in texts[1]


def test_a_cover_with_more_seats_than_a_page_holds_goes_on() -> None:
    seats = tuple((seat, f"演示{seat}") for seat in range(1, 201))
    file = BytesIO()
    assert write_covers(file, [Cover("业务卷", "规格", "14:00—15:00", 60, 0, seats)], OCCASION).pages == 2
    assert "演示200" in pages(file)[1]


def test_the_attendance_sheet_counts_and_repeats_its_head() -> None:
    file = BytesIO()
    attendees = [Attendee(seat, f"演示{seat}", LONG if seat % 2 else "石桥镇人民政府") for seat in range(1, 59)]
    printed = write_attendance(file, attendees, OCCASION)
    texts = pages(file)
    assert (printed.pages, printed.missing_glyphs) == (len(texts), ())
    assert all("座位号" in text for text in texts)
    assert "应到 58 人" in texts[-1]
    assert texts[0].replace("\r\n", "").count("投资促进局牌子）") > 5


def test_a_name_no_face_can_show_is_reported() -> None:
    printed = write_attendance(BytesIO(), [Attendee(1, "张\U00030000", "石桥镇")], OCCASION)
    assert printed.missing_glyphs == ("\U00030000 U+30000",)


@pytest.mark.parametrize("write", [write_tickets, write_labels, write_covers])
def test_nobody_gives_an_empty_page(write: object) -> None:
    assert write(BytesIO(), [], OCCASION).pages == 1  # type: ignore[operator]
