"""Characters that sound the same, tone aside: what tells a wrong character (同音别字) from another word. Pure.

GB 2312 orders its 3,755 everyday characters (rows 16 to 55) by their reading, so the first character of each syllable
says which syllable a character has; readings other than the usual one are not known. The firsts were found with the
readings of the pypinyin project (MIT License), which derive from the Unicode Han database.
"""

from __future__ import annotations

from bisect import bisect_right

_FIRSTS = (
    "啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻捕擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹春戳疵聪凑粗蹿摧村磋"
    "搭呆耽当刀德蹬堤颠碉跌丁丢东兜督端堆墩掇蛾恩而发藩坊菲芬丰佛否夫噶该干冈篙哥给根耕工钩辜刮乖棺光瑰辊锅哈骸酣"
    "夯壕呵嘿痕哼轰喉呼花槐欢荒灰荤豁击嘉歼僵蕉揭巾荆炯揪鞠捐撅均喀开刊康考坷肯坑空抠枯夸块宽匡亏坤括垃莱蓝琅捞勒"
    "雷棱厘俩联粮撩列琳玲溜龙楼芦驴峦掠抡萝妈埋瞒芒猫么玫门萌眯棉苗蔑民明谬摸谋拇拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠"
    "牛脓奴女暖虐挪哦欧啪拍攀乓抛呸喷砰坯篇飘撇拼乒坡扑期掐牵枪橇切钦青琼秋趋圈缺裙然瓤饶惹壬扔日戎揉茹软蕊闰若撒"
    "腮三桑搔瑟森僧莎筛珊墒梢奢砷声师收蔬刷摔栓霜谁吮说斯松搜苏酸虽孙蓑塌胎坍汤掏特藤梯天挑贴厅通偷凸湍推吞拖挖歪"
    "豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄休墟轩靴勋压焉殃邀椰一茵英哟拥幽迂鸳曰耘匝栽咱赃遭责贼怎增扎摘瞻樟招遮珍蒸芝"
    "中舟珠抓拽专桩椎谆捉兹鬃邹租钻嘴尊昨"
)
_STARTS = [char.encode("gb2312") for char in _FIRSTS]
_LAST = "座".encode("gb2312")

_PAIRS = (
    "权利/权力 权益/权宜 法制/法治 定金/订金 制定/制订 审定/审订 预定/预订 检查/检察 "
    "交纳/缴纳 截止/截至 以致/以至 必须/必需 反映/反应 启示/启事 期间/其间 公正/公证 "
    "公示/公式 公司/公私 公务/工务 公费/工费 时效/实效 实行/施行 事务/实务 中止/终止 "
    "界限/界线 受权/授权 抚养/扶养 记录/纪录 接受/接收 合计/核计 税负/税赋 收益/受益 "
    "复议/附议 营利/盈利 盈利/赢利 国事/国是 有限/有线 经济/经纪 意见/异见 会议/会意 "
    "登记/登机 执行/直行 "
)
TELLING = frozenset(frozenset(pair.split("/")) for pair in _PAIRS.split())
"""Pairs of words that sound the same and mean something else: there a wrong character is a wrong answer."""


def syllable(char: str) -> int | None:
    """Return a number that characters of the same reading share; None for characters that are not everyday ones."""
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return None
    return bisect_right(_STARTS, code) if len(code) == 2 and _STARTS[0] <= code <= _LAST else None
