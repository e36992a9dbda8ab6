"""Files made to do harm, read as GIFT, Aiken and Moodle XML: refused with a sentence or told item by item, at once."""

import base64
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.errors import Invalid
from question_bank.exchange import aiken, gift, moodle
from question_bank.exchange.detection import looks_like_json, text_format, xml_root
from question_bank.exchange.reading import FileReading
from tests.question_bank.hostile.timing import at_once

MEGABYTE = 1024 * 1024
READERS: dict[str, Callable[[bytes], FileReading]] = {
    "gift": gift.read,
    "aiken": aiken.read,
    "moodle": moodle.read,
}


def quiz(inside: str) -> bytes:
    return f"<quiz>{inside}</quiz>".encode()


def essay(html: str) -> bytes:
    return quiz(f'<question type="essay"><questiontext><text><![CDATA[{html}]]></text></questiontext></question>')


def pixels(width: int, height: int) -> str:
    """A PNG whose head promises more pixels than anybody has memory for."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    body = zlib.compress(b"\0" * 1_000_000)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return base64.b64encode(png).decode()


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE quiz [<!ENTITY l0 "lol">{entities}]><quiz><question type="essay">&l9;</question></quiz>'.encode()


GIFT = {
    "a line of ten megabytes": lambda: b"x" * 10 * MEGABYTE,
    "a line of seven megabytes": lambda: b"x" * 7 * MEGABYTE,
    "a stem of seven megabytes": lambda: b"x" * 7 * MEGABYTE + b"{T}",
    "a million opening braces": lambda: b"{" * 1_000_000,
    "a hundred thousand braces in each other": lambda: b"{" * 100_000 + b"}" * 100_000,
    "braces that never close, line by line": lambda: b"::a::b {\n\n" * 90_000,
    "braces that close only far below": lambda: (b"{\n" + b"\n" * 58 + b"}\n") * 6_000,
    "millions of empty lines": lambda: b"\n" * 7_000_000,
    "four hundred thousand lines": lambda: b"a\n" * 400_000,
    "sixty thousand questions": lambda: b"q{T}\n\n" * 60_000,
    "colons only": lambda: b":" * 5_000_000,
    "titles that never end": lambda: b"::a:b" * 1_000_000,
    "backslashes only": lambda: b"\\" * 5_000_000,
    "escaped line ends only": lambda: b"\\n" * 1_500_000 + b"{T}",
    "a million answers": lambda: b"q{" + b"~a" * 1_000_000 + b"=b}",
    "a million equals signs": lambda: b"q{" + b"=" * 1_000_000 + b"}",
    "a million weights": lambda: b"q{" + b"~%50%" * 1_000_000 + b"}",
    "a million hashes": lambda: b"q{" + b"#" * 1_000_000 + b"}",
    "a million arrows": lambda: b"q{=" + b"->" * 1_000_000 + b"}",
    "a number of a million digits": lambda: b"q{#" + b"9" * 1_000_000 + b"}",
    "a number beyond all measure": lambda: b"q{#1e99:1e99}\n\nq{#1e999999999}\n\nq{#1..1e99}",
    "a million tags that never end": lambda: b"[html]" + b"<a b" * 1_000_000 + b"{T}",
    "a hundred thousand tags in each other": lambda: b"[html]" + b"<b>" * 100_000 + b"{T}",
    "attributes without end": lambda: b"q{~<a" + b" b" * 1_000_000 + b"=c}",
    "underscores only": lambda: b"[markdown]" + b"__a" * 1_000_000 + b"{T}",
    "zero bytes": lambda: b"\0" * 1_000_000,
    "zero bytes among letters": lambda: b"q\0{T\0}",
    "noise": lambda: random.Random(1).randbytes(2 * MEGABYTE),
    "a program": lambda: Path(sys.executable).resolve().read_bytes()[: 2 * MEGABYTE],
    "JSON of ours, thousands of levels deep": lambda: b"// liangjuan: " + b"[" * 100_000 + b"\nq{T}",
    "JSON of ours with wrong fields": lambda: (
        b'// liangjuan: {"draft":{"code":[],"marks":"NaN"},"content":{"stem":[1]}}\nq{T}'
    ),
    "nothing": lambda: b"",
    "half a UTF-16": lambda: "q{T}".encode("utf-16")[:-1],
    "UTF-8 cut short": lambda: "题干{T}".encode()[:-5],
}
AIKEN = {
    "options without end": lambda: b"q\n" + b"A. a\nB. b\n" * 55_000 + b"ANSWER: A",
    "answers without end": lambda: b"ANSWER: A\n" * 90_000,
    "an answer of seven megabytes": lambda: b"q\nA. a\nB. b\nANSWER: " + b"A, " * 2_300_000,
    "an option of seven megabytes": lambda: b"q\nA. " + b"a " * 3_500_000 + b"\nB. b\nANSWER: A",
    "spaces without end": lambda: b"q\n" + b" " * 7 * MEGABYTE + b"\nANSWER: A",
    "questions without answers": lambda: b"q\nA. a\nB. b\n\n" * 29_000 + b"ANSWER: B",
    "noise with an answer": lambda: random.Random(2).randbytes(MEGABYTE) + b"\nANSWER: A\n",
}
MOODLE = {
    "a billion laughs": laughs,
    "an external entity": lambda: b'<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
    "ten thousand levels": lambda: b"<quiz>" + b"<question>" * 10_000,
    "a text of thirty megabytes": lambda: essay("x" * 30 * MEGABYTE),
    "a text of nine megabytes": lambda: essay("x" * 9 * MEGABYTE),
    "two million tags in a text": lambda: essay("<b>" * 2_000_000),
    "nineteen thousand tags in each other": lambda: essay("<i>" * 19_000),
    "nineteen thousand cells": lambda: essay("<table><tr>" + "<td>a" * 19_000),
    "half a million questions": lambda: quiz('<question type="x"/>' * 500_000),
    "nine hundred thousand tags": lambda: quiz("<question>" + "<a/>" * 900_000 + "</question>"),
    "fields without end": lambda: quiz(
        f'<question type="cloze"><questiontext><text>{"{1:SA:=a}" * 50_000}</text></questiontext></question>'
    ),
    "fields that never end": lambda: quiz(
        f'<question type="cloze"><questiontext><text>{"{1:SA:=a~b" * 100_000}</text></questiontext></question>'
    ),
    "backslashes in a field": lambda: quiz(
        f'<question type="cloze"><questiontext><text>{{1:SA:{chr(92) * 1_000_000}</text></questiontext></question>'
    ),
    "gaps without end": lambda: quiz(
        f'<question type="gapselect"><questiontext><text>{"[[1]]" * 30_000}</text></questiontext>'
        "<selectoption><text>a</text></selectoption></question>"
    ),
    "a hundred thousand answers": lambda: quiz(
        '<question type="multichoice">' + '<answer fraction="100"><text>a</text></answer>' * 100_000 + "</question>"
    ),
    "a flood of pixels": lambda: essay(f'<img src="data:image/png;base64,{pixels(60_000, 60_000)}">'),
    "a picture that is none": lambda: essay('<img src="data:image/png;base64,AAAA">'),
    "a path out of the folder": lambda: essay('<img src="@@PLUGINFILE@@/../../../etc/passwd">'),
    "a picture in the network": lambda: essay('<img src="http://127.0.0.1:9/x.png"><iframe src="http://127.0.0.1:9/">'),
    "numbers beyond all measure": lambda: quiz(
        '<question type="numerical"><defaultgrade>1e999999</defaultgrade><answer fraction="1e9999"><text>1e999999999'
        "</text><tolerance>NaN</tolerance></answer></question>"
    ),
    "a script": lambda: essay("<script>alert(1)</script><a href='javascript:alert(1)' onclick='x()'>a</a>"),
    "another encoding than it says": lambda: '<?xml version="1.0" encoding="UTF-8"?><quiz>招商</quiz>'.encode(
        "gb18030"
    ),
    "an end that is missing": lambda: b'<quiz><question type="essay">',
    "noise": lambda: random.Random(3).randbytes(MEGABYTE),
}
FILES = {
    **{f"gift: {name}": (gift.read, made) for name, made in GIFT.items()},
    **{f"aiken: {name}": (aiken.read, made) for name, made in AIKEN.items()},
    **{f"moodle: {name}": (moodle.read, made) for name, made in MOODLE.items()},
}


def outcome(read: Callable[[bytes], FileReading], data: bytes) -> FileReading | Invalid:
    """Read a file as the import does, its format guessed first; only ``Invalid`` may come out of it."""
    looks_like_json(data), xml_root(data), text_format(data)
    try:
        return read(data)
    except Invalid as error:
        return error


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_text_is_refused_or_told_item_by_item_at_once(name: str) -> None:
    read, made = FILES[name]
    data = made()
    found = outcome(read, data)
    assert at_once(lambda: outcome(read, data))
    if isinstance(found, FileReading):
        assert all(item.draft or item.faults for item in found.items)
    else:
        assert all(problem.template for problem in found.problems)


MEASURED = """
import re, sys
from tests.question_bank.hostile.test_texts import FILES, outcome
from tests.question_bank.hostile.timing import at_once
read, made = FILES[sys.argv[1]]
data = made()
open("/proc/self/clear_refs", "w").write("5")
outcome(read, data)
print(re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1])
"""


@pytest.mark.parametrize("name", ["gift: a stem of seven megabytes", "moodle: nine hundred thousand tags"])
def test_a_hostile_text_takes_less_than_two_hundred_megabytes(name: str) -> None:
    run = subprocess.run([sys.executable, "-c", MEASURED, name], capture_output=True, text=True, check=True)

    assert int(run.stdout) < 200 * 1024  # kB: the peak of the process itself
