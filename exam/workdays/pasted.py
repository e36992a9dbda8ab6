"""Pure: a year's arrangement read from the text of the official notice, and written as such lines again.

Understood is how the State Council writes: 春节：2月15日（周日）至23日放假调休，共9天。2月14日（周六）上班。
Days may also be written 2027-02-05 or 2027/2/5.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from exam.workdays.shipped import Special
from question_bank.errors import N_, Invalid, Problem

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_ASIDE = re.compile(r"[（(][^）)]*[）)]")
_DAY = r"(?:(?P<{0}y>\d{{4}})年)?(?:(?P<{0}m>\d{{1,2}})月)?(?P<{0}d>\d{{1,2}})日"
_SPAN = re.compile(_DAY.format("a") + r"(?:(?:至|到|—|–|-|~)" + _DAY.format("b") + r")?")
_NAME = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+[.、])?(?P<name>[^：:\d]{1,20})[：:]")
LONGEST_SPAN = 16
"""Days: no holiday is longer."""


def read(text: str, year: int, *, source: str) -> list[Special]:
    """The days of a notice, in order. Raises Invalid naming what was not understood."""
    found: list[Special] = []
    problems: list[Problem] = []
    name = ""
    for line in _lines(text):
        named = _NAME.match(line)
        if named:
            name, line = named["name"].strip(), line[named.end() :]  # noqa: PLW2901 -- the rest of the same line
        for sentence in filter(None, re.split(r"[。；;\n]", line)):
            days = _days(sentence, year, name, source)
            if days is None:
                problems.append(Problem("days", N_("Not understood: “%(text)s”."), {"text": sentence.strip()[:60]}))
            found += days or []
    if problems:
        raise Invalid(problems)
    return sorted(found, key=lambda each: each.day)


def _lines(text: str) -> Iterator[str]:
    whole = _ISO.sub(lambda found: f"{found[1]}年{int(found[2])}月{int(found[3])}日", text)
    for line in _ASIDE.sub("", whole).replace(" ", "").replace("\u3000", "").splitlines():
        if line.strip():
            yield line.strip()


def _days(sentence: str, year: int, name: str, source: str) -> list[Special] | None:
    """The days of one sentence; none where it names no day, None where it names days and not what they are."""
    spans = list(_SPAN.finditer(sentence))
    if not spans:
        return []
    if "上班" in sentence and "放假" not in sentence:
        off = False
    elif "放假" in sentence or "休" in sentence:
        off = True
    else:
        return None
    called = name if off else f"{name}调休" if name else "调休"
    found: list[Special] = []
    month = None
    for span in spans:
        days = _span(span, year, month)
        if days is None:
            return None
        month = days[-1].month
        found += [Special(day, off=off, name=called or "放假", source=source) for day in days]
    return found


def _span(found: re.Match[str], year: int, month: int | None) -> list[date] | None:
    """From the first day to the last; None for days there are not, and for spans no holiday has."""
    try:
        first = date(int(found["ay"] or year), int(found["am"] or month or 0), int(found["ad"]))
        last = first
        if found["bd"]:
            last = date(int(found["by"] or first.year), int(found["bm"] or first.month), int(found["bd"]))
    except ValueError:
        return None
    if not 0 <= (last - first).days < LONGEST_SPAN:
        return None
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def written(days: Sequence[Special]) -> str:
    """The days as lines that `read` understands."""
    lines = []
    for name in dict.fromkeys(each.name.removesuffix("调休") for each in days):
        off = [each.day for each in days if each.off and each.name == name]
        worked = [each.day for each in days if not each.off and each.name.removesuffix("调休") == name]
        told = [f"{span}放假。" for span in _spans(off)]
        told += ["、".join(map(_said, worked)) + "上班。"] if worked else []
        lines.append(f"{name}：{''.join(told)}")
    return "\n".join(lines)


def _spans(days: Iterable[date]) -> Iterator[str]:
    """Runs of days: 2月5日至2月8日."""
    ordered = sorted(days)
    starts = ordered[:1] + [later for earlier, later in pairwise(ordered) if (later - earlier).days > 1]
    ends = [earlier for earlier, later in pairwise(ordered) if (later - earlier).days > 1] + ordered[-1:]
    for first, last in zip(starts, ends, strict=True):
        yield _said(first) if first == last else f"{_said(first)}至{_said(last)}"


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"
