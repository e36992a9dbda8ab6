"""Pure: the subject of a question, which is what a hall understands or does not, and the department in charge of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_HEAD = re.compile("[-－—–·]")
_WORDS = re.compile(r"[\u4e00-\u9fff]+")
_EVERYWHERE = re.compile("中华人民共和国|项目|企业|管理|条例|办法|规定|关于|暂行|实施|协调|服务|审查|许可|监管|受理")

USUAL: dict[str, tuple[str, ...]] = {
    "发展和改革": ("立项", "项目储备", "节能", "固定资产投资", "招标", "投标", "产业政策", "市场准入", "价格"),
    "商务": ("外商", "外资", "招商", "客商", "礼宾", "礼仪", "接待", "座次", "综合保税", "两卷一课", "三帮", "谈判"),
    "审批": ("备案", "核准", "在线平台", "政务服务", "企业开办", "帮办", "代办", "全流程"),
    "自然资源": ("用地", "土地", "规划", "不动产", "耕地", "出让", "选址", "国土空间"),
    "生态环境": ("环评", "生态环境", "排污", "污染", "环境影响", "危险废物", "环保"),
    "住房": ("施工", "消防", "建筑", "竣工", "建设工程", "工程质量"),
    "应急": ("安全生产", "危险化学品", "化工", "三同时", "安全设施", "安全条件"),
    "市场监督": ("登记", "市场主体", "公平竞争", "食品", "特种设备", "公司", "反垄断", "商标"),
    "税务": ("税",),
    "水利": ("水土保持", "水保", "取水", "防洪", "涉河"),
    "农业农村": ("农业", "粮", "种植", "养殖", "水产"),
    "工业和信息化": ("技改", "亩均", "专精特新", "账款", "光伏", "装备", "半导体", "低空"),
    "科技": ("研发", "高新技术", "科技", "技术合同"),
    "人力资源": ("用工", "社保", "社会保险", "劳动", "工伤", "人才", "工资"),
    "财政": ("预算", "基金", "政府采购", "奖补", "财政"),
    "司法": ("复议", "合法性", "行政决策", "行政处罚", "政务处分"),
    "供电": ("供电", "用电", "电力"),
    "指挥部": ("调度", "督查", "五率", "评审", "链长", "五化", "五项"),
}
"""By a word in a department's name what such departments usually do; the county's own duties are added."""
OWN, LEAST = 1, 2


def head_of(subtopic: str) -> str:
    """What stands before the first dash: 立项-核准与备案 → 立项. Questions of one head belong to one subject."""
    return _HEAD.split(subtopic, maxsplit=1)[0].strip()


@dataclass(frozen=True)
class Department:
    """A department that answers: `here` where it comes to this stop."""

    unit_id: int
    name: str
    duties: str
    here: bool


def department_for(texts: Sequence[tuple[str, int]], departments: Sequence[Department]) -> Department | None:
    """The department in charge of what `texts` (with their weights) speak of; None where none is.

    A word of the usual division of duties counts twice, a pair of characters of the county's own duties once, each by
    the weight of the text it stands in. Those who come to the stop are asked first: another one is named only where
    nobody there has anything to do with it.
    """
    scored = [(each, _score(texts, each)) for each in departments]
    fit = [(each, score) for each, score in scored if score >= LEAST]
    best = max(fit, key=lambda pair: (pair[0].here, pair[1]), default=None)
    return best[0] if best else None


def _score(texts: Sequence[tuple[str, int]], department: Department) -> int:
    usual = [word for name, words in USUAL.items() if name in department.name for word in words]
    own = _pairs(department.duties)
    return sum(
        weight * (2 * sum(word in text for word in usual) + OWN * len(_pairs(text) & own)) for text, weight in texts
    )


def _pairs(text: str) -> set[str]:
    runs = _WORDS.findall(_EVERYWHERE.sub("，", text))
    return {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
