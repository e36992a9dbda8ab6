"""What an invented cadre would answer: right as often as ability and question allow, wrong in plausible ways."""

import hashlib
import random
from collections.abc import Callable
from typing import Any

from question_bank import kinds
from question_bank.enums import Kind, TextForm
from question_bank.kinds import Content, KeyView, Order, PublicView

PROBLEMS = (
    (
        "企业已备案，用地预审与选址进度不清楚，客商多次催问",
        "自然资源和规划局",
        "到窗口咨询过一次",
        "列出时间表，每周回复企业",
    ),
    ("标准厂房用电增容等待时间长，影响设备进场", "供电公司", "与供电所电话沟通", "联合现场踏勘，明确外线完成日期"),
    ("镇里答不准环评应编报告书还是报告表", "市生态环境局云川分局", "请企业自行咨询", "邀请业务骨干到镇，形成一页口径"),
    ("企业招工困难，缺少数控技工", "人力资源和社会保障局", "发过一次招工信息", "对接职业院校，组织专场招聘"),
    ("消防设计审查资料未一次告知，企业往返三次", "住房和城乡建设局", "陪同企业补件", "请部门提供一次性告知清单"),
)
Giver = Callable[[PublicView, KeyView, float, random.Random], Any]
CANNOT = "该问题需要进一步了解政策后答复。"


def give(
    content: Content, order: Order, *, ability: float, told: bool = False, mistaken: bool = False, draw: random.Random
) -> Any:
    """A raw answer in the labels of this paper, as a candidate's page would send it; None when left blank.

    `ability` lies in 0–1; how hard a question is follows from its own text, so that it is the same for everybody but
    those who were `told` the question beforehand. Whoever is `mistaken` chooses one wrong option, all of them the same.
    """
    hardness = int(hashlib.sha256(content.stem.encode()).hexdigest()[:4], 16) / 0xFFFF
    if draw.random() < 0.02:
        return None
    chance = min(0.97, max(0.05, 0.30 + 0.75 * ability - 0.35 * hardness))
    if told:
        chance = 0.97
    view, key = kinds.public_view(content, order), kinds.key_view(content, order)
    if mistaken:
        return min(
            (option for option in view.options if option.label not in key.labels), key=lambda each: each.text
        ).label
    return _of(view, key, chance, draw)


def _of(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> Any:
    return GIVERS.get(view.kind, _written)(view, key, chance, draw)


def _chosen(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> str:
    return key.labels[0] if draw.random() < chance else _other(view, key, draw)


def _several(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> list[str]:
    return list(key.labels) if draw.random() < chance else _some(view, key, draw)


def _blanks(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> list[str]:
    del view
    return [forms[0] if draw.random() < chance else "不清楚" for forms in key.accepted]


def _number(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> str:
    del view
    if draw.random() < chance:
        return key.labels[0]
    return key.errors[0].label if key.errors else str(draw.randint(1, 99))


def _ordered(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> list[str]:
    del view
    return list(key.labels) if draw.random() < chance else _swapped(list(key.labels), draw)


def _paired(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> dict[str, str]:
    return dict(zip((row.label for row in view.left), _ordered(view, key, chance, draw), strict=True))


def _in_parts(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> dict[str, Any]:
    pairs = zip(view.parts, key.parts, strict=True)
    return {sub.label: _of(sub.view, sub_key.key, chance, draw) for sub, sub_key in pairs}


def _written(view: PublicView, key: KeyView, chance: float, draw: random.Random) -> Any:
    return _diagnosis(view, draw) if view.form is TextForm.DIAGNOSIS else _text(key, chance, draw)


GIVERS: dict[Kind, Giver] = {
    Kind.SINGLE_CHOICE: _chosen,
    Kind.TRUE_FALSE: _chosen,
    Kind.MULTIPLE_CHOICE: _several,
    Kind.FILL_BLANK: _blanks,
    Kind.NUMERIC: _number,
    Kind.ORDERING: _ordered,
    Kind.MATCHING: _paired,
    Kind.CASE: _in_parts,
}


def _other(view: PublicView, key: KeyView, draw: random.Random) -> str:
    return draw.choice([option.label for option in view.options if option.label not in key.labels])


def _some(view: PublicView, key: KeyView, draw: random.Random) -> list[str]:
    """One option short, or one too many."""
    wrong = [option.label for option in view.options if option.label not in key.labels]
    if wrong and draw.random() < 0.4:
        return sorted([*key.labels[:-1], draw.choice(wrong)])
    return list(key.labels[:-1])


def _swapped(labels: list[str], draw: random.Random) -> list[str]:
    at = draw.randrange(len(labels) - 1)
    labels[at], labels[at + 1] = labels[at + 1], labels[at]
    return labels


def _text(key: KeyView, chance: float, draw: random.Random) -> str:
    """The sentences of the reference answer that this cadre remembers."""
    sentences = [part for part in key.answer.replace("；", "。").split("。") if part.strip()]
    kept = [part for part in sentences if draw.random() < chance]
    return "。".join(kept) + "。" if kept else CANNOT


def _diagnosis(view: PublicView, draw: random.Random) -> dict[str, str]:
    fields = [field.label for field in view.fields]
    return dict(zip(fields, draw.choice(PROBLEMS), strict=True))
