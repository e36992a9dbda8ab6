"""The responses of a QTI 1.2 item (in plain names) → parts, one reader for each family of questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from question_bank.enums import Kind
from question_bank.errors import N_
from question_bank.exchange.qti.conditions import NO_KEY, Conditions, Range
from question_bank.exchange.qti.materials import material_text
from question_bank.exchange.qti.parts import BLANK, Blank, Part, blanks_in, choice, letters, matching, ordering
from question_bank.exchange.qti.refusals import Broken, NotHeld
from question_bank.exchange.qti.texts import Texts, mark
from question_bank.exchange.qti.values import number_of, plain
from question_bank.normalise import canonical, same

RIGHT_BLOCK = "RIGHT_MATCH_BLOCK"


@dataclass
class Reader:
    """Reads the responses of one item; ``note`` keeps a caution."""

    texts: Texts
    conditions: Conditions
    note: Callable[[str], None]

    def single(self, text: str, response: Any) -> Part:
        """Read the only response of an item by its own look."""
        plain = _unmarked(text)
        if f"[{_bare_name(response)}]" in text and response.tag == "response_lid":
            return self.several_lists(text, [response])
        if response.tag == "response_lid" and response.find(".//render_slider") is None:
            ordered = response.get("rcardinality", "").lower() == "ordered"
            return self.ordering(plain, [response]) if ordered else self.choice(plain, response)
        if response.tag == "response_grp":
            return self.grouped(plain, response)
        fib = response.find(".//render_fib")
        numeric = fib is not None and fib.get("fibtype", "").lower() in {"decimal", "integer", "scientific"}
        if response.tag == "response_num" or numeric or response.find(".//render_slider") is not None:
            return self.number(text, [response])
        labels = response.findall(".//render_fib/response_label")
        rows = number_of(fib.get("rows", "1")) if fib is not None else None
        if not self.conditions.accepted(response.get("ident", "")) or ((rows or 1) > 3 and len(labels) < 2):
            return self.essay(plain, [response])
        return self.written_blanks(text, [response])

    def choice(self, text: str, response: Any) -> Part:
        """Read a list of options."""
        options = self._options(response, empty=True)
        name = response.get("ident", "")
        several = response.get("rcardinality", "Single").lower() == "multiple"
        right = self.conditions.right_options(name, [identifier for identifier, _ in options], several=several)
        if not right:
            raise NotHeld(NO_KEY)
        if self.conditions.has_partial(name):
            self.note(N_("The file takes marks off for wrong answers; that is not kept."))
        part = choice(self._with_text(options, right), right, several=several)
        part.stem = "\n".join(each for each in (text, material_text(response, self.texts, [])) if each)
        return part

    def ordering(self, text: str, responses: list[Any]) -> Part:
        """Read a list to put in order."""
        options = self._options(responses[0])
        right = self.conditions.right_order(responses[0].get("ident", ""))
        if not right:
            raise NotHeld(NO_KEY)
        part = ordering(options, right)
        part.stem = "\n".join(each for each in (_unmarked(text), material_text(responses[0], self.texts, [])) if each)
        return part

    def essay(self, text: str, responses: list[Any]) -> Part:
        """Read a text to write; what a condition compares it with is the reference."""
        accepted = self.conditions.accepted(responses[0].get("ident", ""))
        return Part(Kind.SHORT_ANSWER, {"reference": "\n".join(accepted)}, _unmarked(text))

    def number(self, text: str, responses: list[Any]) -> Part:
        """Read a number to write, with the range that is right."""
        response = responses[0]
        ranges = self.conditions.ranges(response.get("ident", ""))
        if not ranges:
            raise NotHeld(NO_KEY)
        stem = _unmarked(text, BLANK) if _marks_inside(text) else _unmarked(text)
        if len(ranges) > 1:
            if any(each.low != each.high for each in ranges):
                raise NotHeld(N_("Several ranges of numbers are right."))
            self.note(N_("Several numbers are right; they are the accepted answers of a blank here."))
            forms = tuple(plain(each.low) for each in ranges)
            return blanks_in(_with_blank(stem), [Blank(forms)])
        answer, tolerance = self._answer(ranges[0])
        return Part(Kind.NUMERIC, {"answer": answer, "tolerance": tolerance}, stem)

    def _answer(self, found: Range) -> tuple[Decimal, Decimal]:
        middle = (found.low + found.high) / 2
        target = found.target
        if target is not None and found.low <= target <= found.high:
            reach = max(target - found.low, found.high - target)
            if target - found.low != found.high - target:
                self.note(N_("The tolerance of the file is not the same both ways; the larger one is taken."))
            return target.normalize() + 0, reach.normalize() + 0
        if target is not None:
            raise NotHeld(N_("Several ranges of numbers are right."))
        return middle.normalize() + 0, (found.high - middle).normalize() + 0

    def written_blanks(self, text: str, responses: list[Any]) -> Part:
        """Read blanks to write in: where the text has marks for them there, else at its end."""
        blanks: list[Blank] = []
        stem = text
        for number, response in enumerate(responses):
            forms = self._forms(response)
            labels = max(len(response.findall(".//render_fib/response_label")), 1)
            if labels > 1 and len(forms) == labels and len(responses) == 1:
                blanks += [Blank((form,)) for form in forms]
                stem = stem.replace(mark(number), BLANK * 1 + "，".join([""] + [BLANK] * (labels - 1)), 1)
                continue
            blanks.append(Blank(forms))
            stem = stem.replace(mark(number), BLANK, 1)
        return blanks_in(_named_blanks(stem, len(blanks)), blanks)

    def _forms(self, response: Any) -> tuple[str, ...]:
        name = response.get("ident", "")
        forms = self.conditions.accepted(name)
        if forms:
            return forms
        ranges = self.conditions.ranges(name)
        if len(ranges) != 1 or ranges[0].low != ranges[0].high:
            raise NotHeld(NO_KEY)
        return (plain(ranges[0].low),)

    def running_text(self, text: str, responses: list[Any]) -> Part:
        """Read blanks and lists that stand inside a text."""
        blanks: list[Blank] = []
        for number, response in enumerate(responses):
            if response.tag == "response_lid":
                options = self._options(response)
                words, right = dict(options), self._right(response, options)
                if not right:
                    raise NotHeld(NO_KEY)
                blanks.append(Blank(tuple(words[each] for each in right), tuple(words.values())))
            else:
                blanks.append(Blank(self._forms(response)))
            text = text.replace(mark(number), blanks[-1].text, 1)
        return blanks_in(text, blanks)

    def several_lists(self, text: str, responses: list[Any]) -> Part:
        """Tell lists inside a text (``[name]``) from a matching, where no metadata says which it is."""
        names = [_bare_name(each) for each in responses]
        if all(f"[{name}]" in text for name in names):
            alike = all(_read_alike([option for _, option in self._options(each)]) for each in responses)
            return self._named_lists(text, responses, typed=alike)
        return self.matching(text, responses)

    def typed(self, text: str, responses: list[Any]) -> Part:
        """Read several blanks to write in."""
        if responses[0].tag == "response_str":
            return self.written_blanks(text, responses)
        return self._named_lists(text, responses, typed=True)

    def dropdowns(self, text: str, responses: list[Any]) -> Part:
        """Read several blanks with a list each."""
        return self._named_lists(text, responses, typed=False)

    def _named_lists(self, text: str, responses: list[Any], *, typed: bool) -> Part:
        """Read ``[name]`` in the text as blanks; ``typed``: every option is an accepted answer, else one is chosen."""
        stem = _unmarked(text)
        found: list[tuple[int, str, Blank]] = []
        for number, response in enumerate(responses):
            if any(each.get("scoring_algorithm") == "TextRegex" for each in response.iter("response_label")):
                raise NotHeld(N_("An answer is accepted by a pattern."))
            options = self._options(response)
            right = self._right(response, options)
            words = dict(options)
            chosen = typed and not _is_word_list(response)
            if not right and not chosen:
                raise NotHeld(NO_KEY)
            forms = tuple(dict.fromkeys(words[each] for each in [*right, *(words if chosen else ())]))
            name = f"[{_bare_name(response)}]"
            shown = () if chosen else tuple(words.values())
            found.append((stem.find(name) if name in stem else len(stem) + number, name, Blank(forms, shown)))
        found.sort(key=lambda each: each[0])
        for _, name, blank in found:
            stem = stem.replace(name, blank.text, 1) if name in stem else f"{stem} {blank.text}"
        return blanks_in(stem, [blank for _, _, blank in found])

    def matching(self, text: str, responses: list[Any]) -> Part:
        """Read lists with a label each: the label is the left row, the right option its partner."""
        left: list[tuple[str, str]] = []
        right: dict[str, str] = {}
        pairs: list[tuple[str, str]] = []
        for response in responses:
            name = response.get("ident", "")
            label = material_text(response, self.texts, [], shallow=True)
            options = [(identifier, option) for identifier, option in self._options(response, empty=True) if option]
            chosen = self._right(response, options) if options else ()
            if not label and not chosen:
                continue
            if not label or not chosen:
                raise NotHeld(NO_KEY)
            left.append((name, label))
            right |= dict(options)
            pairs.append((name, chosen[0]))
        part = matching(left, *_merged(right, pairs))
        part.stem = _unmarked(text)
        return part

    def paired_by_place(self, presentation: Any, responses: list[Any]) -> Part:
        """Read a matching of Blackboard: labels without text stand for the entries of the right block, by place."""
        blocks = {flow.get("class", ""): flow for flow in presentation.iter("flow")}
        texts = [material_text(flow, self.texts, []) for flow in blocks[RIGHT_BLOCK].findall("flow")]
        left: list[tuple[str, str]] = []
        pairs: list[tuple[str, str]] = []
        for response in responses:
            name = response.get("ident", "")
            places = [each.get("ident", "") for each in response.iter("response_label")]
            chosen = self.conditions.first_named(name)
            if chosen not in places or places.index(chosen) >= len(texts):
                raise NotHeld(NO_KEY)
            left.append((name, material_text(response.getparent(), self.texts, [])))
            pairs.append((name, str(places.index(chosen))))
        part = matching(left, [(str(place), text) for place, text in enumerate(texts)], pairs)
        question = blocks.get("QUESTION_BLOCK")
        part.stem = "" if question is None else material_text(question, self.texts, [])
        return part

    def categories(self, text: str, responses: list[Any]) -> Part:
        """Read lists of things by category: the things are the left rows, the categories the right column."""
        categories = [(each.get("ident", ""), material_text(each, self.texts, [], shallow=True)) for each in responses]
        things: dict[str, str] = {}
        pairs: list[tuple[str, str]] = []
        for response in responses:
            options = self._options(response)
            things |= dict(options)
            name = response.get("ident", "")
            pairs += [(each, name) for each in self._right(response, options, several=True)]
        placed = {thing for thing, _ in pairs}
        if len(placed) < len(things):
            self.note(N_("Entries that belong nowhere are left out."))
        part = matching([(key, things[key]) for key in things if key in placed], categories, pairs)
        part.stem = _unmarked(text)
        return part

    def grouped(self, text: str, response: Any) -> Part:
        """Read a group whose conditions name pairs (``A,1``) of its labels."""
        labels = {each.get("ident", ""): each for each in response.iter("response_label")}
        named = self.conditions.accepted(response.get("ident", ""), unequal=True)
        accepted = [re.split(r"[\s,.:;]+", each) for each in named]
        pairs = [(each[0], each[1]) for each in accepted if len(each) == 2 and set(each) <= set(labels)]
        if not pairs or len(pairs) != len(accepted):
            raise NotHeld(NO_KEY)
        texts = {name: material_text(each, self.texts, []) for name, each in labels.items()}
        firsts = list(dict.fromkeys(first for first, _ in pairs))
        others = [name for name in labels if name not in firsts]
        part = matching([(each, texts[each]) for each in firsts], [(each, texts[each]) for each in others], pairs)
        part.stem = text
        return part

    def _with_text(self, options: list[tuple[str, str]], right: Sequence[str]) -> list[tuple[str, str]]:
        """Leave out empty options that are not right; an empty right one makes no question."""
        if any(not text and identifier in right for identifier, text in options):
            raise Broken("response_label", N_("An option has no text."))
        kept = [(identifier, text) for identifier, text in options if text]
        if len(kept) < len(options):
            self.note(N_("Options without text are left out."))
        return kept

    def _right(self, response: Any, options: Sequence[tuple[str, str]], *, several: bool = False) -> tuple[str, ...]:
        names = [identifier for identifier, _ in options]
        return self.conditions.right_options(response.get("ident", ""), names, several=several)

    def _options(self, response: Any, *, empty: bool = False) -> list[tuple[str, str]]:
        labels = list(response.iter("response_label"))
        letters(len(labels))
        options = [(each.get("ident", ""), material_text(each, self.texts, [])) for each in labels]
        if not empty and any(not text for _, text in options):
            raise Broken("response_label", N_("An option has no text."))
        return options


def _bare_name(response: Any) -> str:
    return str(response.get("ident", "")).removeprefix("response_")


def _is_word_list(response: Any) -> bool:
    """Whether New Quizzes show the options of a blank (a menu or a bank of words) instead of accepting them all."""
    return any(each.get("answer_type") in {"dropdown", "wordbank"} for each in response.iter("response_label"))


def _read_alike(texts: Sequence[str]) -> bool:
    return all(same(text, texts[0]) for text in texts)


def _marks_inside(text: str) -> bool:
    """Whether a blank stands inside the text, rather than behind it."""
    return not re.search("\ue000\\d+\ue001\\s*$", text)


def _unmarked(text: str, instead: str = "") -> str:
    return re.sub("\ue000\\d+\ue001", instead, text).strip()


def _with_blank(stem: str) -> str:
    return stem if BLANK in stem else f"{stem} {BLANK}"


def _named_blanks(stem: str, count: int) -> str:
    """Return the stem with as many blanks as answers; lines the file drew for them are used first."""
    own = len(re.findall(r"_{2,}|＿{2,}", stem))
    if own <= count:
        return stem
    without = re.sub(r"\s*____\s*$", "", stem) if count and own == count + count else stem
    return without if len(re.findall(r"_{2,}|＿{2,}", without)) == count else stem


def _merged(right: dict[str, str], pairs: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the right column with equal texts once: some systems repeat the options under new identifiers per row."""
    first: dict[str, str] = {}
    for identifier, text in right.items():
        first.setdefault(canonical(text) or text, identifier)
    kept = {identifier: right[identifier] for identifier in first.values()}
    return list(kept.items()), [(left, first[canonical(right[each]) or right[each]]) for left, each in pairs]
