"""Pure: the Chinese of a lesson brief, one wording for page, projector and paper."""

from exam.reports.brief_content import BriefContent, Law, Point, Wrong

SURE = {"clear": "错得集中，不是偶然", "likely": "很可能有误解", "open": "迹象不强，也可能是偶然"}
TOPIC_HEADS = ("知识点", "本场", "应有", "前几场")
NOTE = "本单不记名，不足5人的情况不列出；应有＝按题目难度和本场总体水平估计；百分数取整到5%"
AWAY = "（未列入本场答疑部门，请提前联系）"
TOO_FEW = "本场交卷不足5人，为不暴露个人作答，不出具提示单内容。"


def lead(content: BriefContent) -> str:
    """How many it rests on, and what is still to come."""
    told = f"业务卷应考{content.expected}人，已交卷{content.sat}人，客观题得分已出。"
    if content.waiting:
        return f"{told}另有{content.waiting}道主观题作答待阅，阅完后更新。"
    return f"{told}主观题已全部阅完。"


def share_line(point: Point) -> str:
    """Who met it, how many missed something, and the three shares."""
    missed = f"，{point.missed}有失分" if point.missed else ""
    missed += f"（{point.misled}选了最集中的错误选项）" if point.misled else ""
    county = "" if point.county is None else f"，前几场同题{point.county}%"
    return f"{point.asked}人答到{missed}；得分率约{point.earned}%，按难度和本场水平应有{point.expected}%{county}。"


def believed_line(wrong: Wrong) -> str:
    """The misunderstanding beside what is right."""
    if not wrong.believed:
        return f"正确：{wrong.right}"
    return f"误以为：{wrong.believed}　→　正确：{wrong.right}"


def law_line(law: Law) -> str:
    """The citation in one line."""
    title = f"《{law.document}》" if not law.document.startswith("《") else law.document
    return f"依据：{title}{law.article}{'：' if law.text else ''}{law.text}"


def responsible_line(content: BriefContent) -> str:
    """Every department with the points it should answer."""
    told = []
    for each in content.departments:
        own = "、".join(f"“{point.subject}”" for point in content.points if point.department == each)
        told.append(f"{each.name}解答{own}{AWAY if each.here is False else ''}")
    return "；".join(told) + "。"
