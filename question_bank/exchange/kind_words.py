"""How people call the kinds of questions: words, codes, headings of a paper, names of sheets. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from question_bank.enums import Kind, TextForm
from question_bank.exchange.shape import TYPES

_WORDS: dict[Kind, str] = {
    Kind.SINGLE_CHOICE: "a1 a1型 a2 a2型 a型 单选 单项选择 单选择 单项 单项选择题 radio singlechoice singleselect "
    "singleanswer singleresponse danxuan",
    Kind.MULTIPLE_CHOICE: "x型 多选 多项选择 多选择 多项 不定项 不定项选择 checkbox multi multiplechoice "
    "multiplechoices multichoice multiselect multipleanswer multipleanswers multipleresponse multipleselect mrq "
    "duoxuan",
    Kind.TRUE_FALSE: "判断 是非 对错 判断对错 判断正误 正误 判断改错 truefalse boolean tf truth 判断说明 辨别 "
    "正误判断 panduan true/false trueorfalse yesno yes/no t/f judge judgement judgment",
    Kind.FILL_BLANK: "填空 填充 完形填空 fill fillblank fillintheblank fillin completion blanks fillintheblanks "
    "fillinblank fillinblanks blankfilling",
    Kind.NUMERIC: "计算 数值 数值填空 计算分析 number numerical calculation",
    Kind.ORDERING: "排序 次序 顺序 order sort sequence",
    Kind.MATCHING: "匹配 连线 配对 配伍 match pairing",
    Kind.SHORT_ANSWER: "简答 问答 论述 主观 名词解释 情景答客商 情景 问题会诊 essay 解答 思考 简述 阐述 辨析 开放 "
    "实务 应用 操作 写作 作文 文本 text qa subjective shortanswer openended longanswer 名解 陈述 议论 策论 公文写作 "
    "面试 答辩 改错 翻译 分析 jianda",
    Kind.CASE: "案例分析 案例 材料分析 综合 综合分析 情景分析 材料 案例选择 组合 套题 复合 阅读理解 共用题干 "
    "综合应用 case cloze",
}

_KINDS = (
    {word: kind for kind, words in _WORDS.items() for word in words.split()}
    | TYPES
    | {str(kind): kind for kind in Kind}
)
_WITHIN = sorted(
    (
        (word, kind)
        for word, kind in _KINDS.items()
        if not word.isascii() and word not in {"应用", "分析", "文本", "材料"}
    ),
    key=lambda entry: -len(entry[0]),
)
# a choice of which only the answer says whether it is single or multiple
_CHOICE = frozenset({"选择", "选择题", "客观", "客观题", "choice", "select", "单多选", "mcq", "multiplechoicequestion"})
_SCENARIO_WORDS = ("情景答", "情景题", "情景")
_DIAGNOSIS_WORDS = ("问题会诊",)
_BRACKETED = re.compile(r"[(\[【<]([^()\[\]【】<>]+)[)\]】>]")
_ORDINAL = re.compile(
    r"^(?:第?[一二三四五六七八九十]+(?:部分|大题)?|\d+|[ivx]+)[、.,:部]|^第[一二三四五六七八九十\d]+(?:部分|大题|节|章)"
)


def _bare_word(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).strip()
    whole = _BRACKETED.fullmatch(folded)
    plain = re.sub(r"[(\[【<].*?[)\]】>]|[\s_:：-]", "", whole[1] if whole else folded).casefold()
    return _ORDINAL.sub("", plain).strip("、.。 ")


@lru_cache(maxsize=4096)
def kind_of(word: str) -> Kind | None:
    """Read a kind from a word or a code: 单选题, 一、单项选择题（每题1分）, single, single_choice; 选择题 is None."""
    plain = _bare_word(word)
    for form in (
        plain,
        plain.removesuffix("题"),
        plain.removesuffix("题库"),
        plain.removesuffix("试题"),
        plain.removesuffix("类"),
    ):
        if form in _KINDS:
            return _KINDS[form]
    return None


@lru_cache(maxsize=4096)
def kind_within(text: str) -> Kind | None:
    """Find a kind in a longer name such as 2026年招商业务单选题库; None where there is none, or more than one."""
    exact = kind_of(text)
    if exact:
        return exact
    plain = _bare_word(text)
    found: dict[Kind, None] = {}
    for word, kind in _WITHIN:
        if word in plain:
            plain = plain.replace(word, "　")
            found[kind] = None
    return next(iter(found)) if len(found) == 1 else None


def is_any_choice(word: str) -> bool:
    """Whether a word for the kind leaves open whether one or several options are right."""
    return _bare_word(word) in _CHOICE


def form_of(word: str) -> TextForm:
    """Read the form of a short answer from the word for its kind."""
    if word.strip().startswith(_DIAGNOSIS_WORDS):
        return TextForm.DIAGNOSIS
    scenario = word.strip().startswith(_SCENARIO_WORDS) and "分析" not in word
    return TextForm.SCENARIO if scenario else TextForm.ORDINARY
