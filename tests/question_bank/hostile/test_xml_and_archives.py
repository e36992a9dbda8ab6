"""XML and zip files made to do harm: each is refused with a sentence, at once, and little is ever held in memory."""

import io
import stat
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest

from question_bank.errors import Invalid
from question_bank.exchange.archives import open_archive
from question_bank.exchange.xml import parse_xml
from tests.question_bank.hostile.timing import at_once


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method, compresslevel=6)
    return out.getvalue()


def read_all(data: bytes) -> None:
    archive = open_archive(data)
    for name in archive.names():
        archive.read(name)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY l0 "lol">{entities}]><z>&l9;</z>'.encode()


def many_members() -> bytes:
    name = b"a"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + name
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + name
    directory = entry * 100_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 34_464, 34_464, len(directory), len(local), 0)
    return local + directory + end


def symlink() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("imsmanifest.xml")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(packed({"imsmanifest.xml": b"<manifest/>"}, zipfile.ZIP_STORED))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def duplicates() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xml", "<a/>")
        archive.writestr("b.xml", "<b/>")
    return out.getvalue().replace(b"b.xml", b"a.xml")


def zipped(body: bytes, *, size: int, times: int = 1, checksum: int = 1) -> bytes:
    """The same packed body as so many members, each said to unpack to ``size`` bytes."""
    locals_, entries = b"", b""
    for number in range(times):
        name = b"%05d.xml" % number
        numbers = (checksum, len(body), size, len(name), 0)
        at = len(locals_)
        locals_ += struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, *numbers) + name + body
        entries += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, *numbers, 0, 0, 0, 0, at) + name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, times, times, len(entries), len(locals_), 0)
    return locals_ + entries + end


def zeros(number: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(number)) + packer.flush()


ARCHIVES = {
    "a bomb of one member": lambda: zipped(zeros(60_000_000), size=60_000_000),
    "a bomb of many members": lambda: zipped(zeros(1_000_000), size=1_000_000, times=300),
    "a lie about its size": lambda: zipped(zeros(50_000_000), size=1024),
    "a path out of the archive": lambda: packed({"../../etc/passwd": b"x"}),
    "a path out of the archive with backslashes": lambda: packed({"a\\..\\..\\passwd": b"x"}),
    "an absolute path": lambda: packed({"/etc/passwd": b"x"}),
    "a path with a drive": lambda: packed({"C:\\windows\\x.xml": b"x"}),
    "a symbolic link": symlink,
    "a password": encrypted,
    "a hundred thousand members": many_members,
    "the same name twice": duplicates,
    "an end that is missing": lambda: packed({"a.xml": b"<a/>" * 1000})[:-30],
    "damaged data": lambda: packed({"a.xml": b"abc" * 100}, zipfile.ZIP_STORED).replace(b"abcabc", b"abcabd", 1),
    "a packing of its own": lambda: packed({"a.xml": b"abc" * 100}, zipfile.ZIP_LZMA),
    "nothing but the first bytes": lambda: b"PK\x03\x04" + b"\xff" * 100,
}

XML = {
    "an external entity": lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a parameter entity": lambda: b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><a/>',
    "a billion laughs": laughs,
    "a billion laughs in UTF-16": lambda: (
        laughs().decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")
    ),
    "an external DTD": lambda: b'<!DOCTYPE questestinterop SYSTEM "http://127.0.0.1:9/evil.dtd"><questestinterop/>',
    "entities that call each other": lambda: b'<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a b="&x;"/>',
    "an entity nobody declared": lambda: b"<a>&passwd;</a>",
    "ten thousand levels": lambda: b"<a>" * 10_000 + b"</a>" * 10_000,
    "fifty megabytes": lambda: b"<a>" + b"x" * 50_000_000 + b"</a>",
    "one text of thirty megabytes": lambda: b"<a>" + b"x" * 30_000_000 + b"</a>",
    "two million elements": lambda: b"<r>" + b"<a/>" * 2_000_000 + b"</r>",
    "zero bytes": lambda: b"<a>\0</a>",
    "another encoding than it says": lambda: '<?xml version="1.0" encoding="UTF-8"?><a>招商</a>'.encode("gb18030"),
    "an encoding nobody knows": lambda: b'<?xml version="1.0" encoding="x-none"?><a/>',
    "an encoding that is no text": lambda: b'<?xml version="1.0" encoding="zip"?><a/>',
    "an end that is missing": lambda: b"<a><b>",
    "nothing": lambda: b"",
    "no XML": lambda: b"just words",
}


@pytest.mark.parametrize("made", ARCHIVES.values(), ids=ARCHIVES)
def test_a_hostile_archive_is_refused_at_once(made):
    data = made()

    def refused():
        with pytest.raises(Invalid):
            read_all(data)

    assert at_once(refused)


@pytest.mark.parametrize("made", XML.values(), ids=XML)
def test_hostile_xml_is_refused_at_once(made):
    data = made()

    def refused():
        with pytest.raises(Invalid):
            parse_xml(data)

    assert at_once(refused)


def test_a_file_in_the_encoding_it_names_is_read():
    for encoding in ("utf-8", "utf-16", "gb2312", "gbk", "gb18030", "big5"):
        text = f'<?xml version="1.0" encoding="{encoding}"?><a>專業</a>'
        if encoding == "gb2312":
            text = text.replace("專", "专").replace("業", "业")
        assert parse_xml(text.encode("gbk" if encoding == "gb2312" else encoding)).text in {"專業", "专业"}


def test_the_dtd_an_old_export_names_and_the_entities_of_html_do_no_harm():
    data = b'<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2.dtd"><questestinterop>a&nbsp;b &lt;</questestinterop>'
    assert parse_xml(data).text == "a\xa0b <"


def test_members_keep_their_order_and_their_chinese_names():
    archive = open_archive(packed({"题库/一.xml": b"1", "imsmanifest.xml": b"2"}))
    assert archive.names() == ["题库/一.xml", "imsmanifest.xml"]
    assert archive.read("题库/一.xml") == b"1"


def test_names_in_gbk_are_read_as_chinese():
    data = packed({"ti1.xml": b"1"}).replace(b"ti1", "题".encode("gbk") + b"1")
    assert open_archive(data).names() == ["题1.xml"]


MEASURED = """
import re, sys
from question_bank.errors import Invalid
from tests.question_bank.hostile.test_xml_and_archives import read_all, parse_xml
from tests.question_bank.hostile.timing import at_once
data = open(sys.argv[1], "rb").read()
try:
    (read_all if data[:2] == b"PK" else parse_xml)(data)
except Invalid:
    print(re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1])
"""


@pytest.mark.parametrize("name", ["one text of thirty megabytes", "two million elements", "a lie about its size"])
def test_refusing_takes_less_than_two_hundred_megabytes(name, tmp_path):
    file = tmp_path / "file"
    file.write_bytes({**ARCHIVES, **XML}[name]())
    run = subprocess.run([sys.executable, "-c", MEASURED, file], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 200 * 1024  # kB; the peak of the process itself, which getrusage mixes with its parent's
