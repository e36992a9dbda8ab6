"""The nine kinds as an author chooses among them: what each is good for, and an example as it stands on a paper."""

from question_bank.enums import Kind
from question_bank.errors import N_

EXAMPLES: tuple[tuple[Kind, str, str], ...] = (
    (
        Kind.SINGLE_CHOICE,
        N_("One right answer among several: a figure, a department, a deadline."),
        "备案类项目应当在何时告知备案机关？　A. 竣工后　B. 开工建设前　C. 投产前",
    ),
    (
        Kind.MULTIPLE_CHOICE,
        N_("Several right answers: which papers are needed, what is forbidden."),
        "下列属于招商引资红线的有：A. 违规承诺税收返还　B. 上门走访　C. 违规低价出让土地",
    ),
    (
        Kind.TRUE_FALSE,
        N_("A statement to be judged, such as a common misunderstanding."),
        "“零地价”可以作为招商优惠。（×）",
    ),
    (
        Kind.FILL_BLANK,
        N_("Words or numbers to be written from memory; several spellings may count."),
        "企业应当在____前通过____告知备案机关。",
    ),
    (
        Kind.NUMERIC,
        N_("A number to be worked out, with unit and tolerance."),
        "项目占地 60 亩、投资 1.8 亿元，亩均投资为多少万元？",
    ),
    (Kind.ORDERING, N_("Steps to be put in order; several orders may be right."), "排序：①签约　②备案　③洽谈　④开工"),
    (
        Kind.MATCHING,
        N_("Two columns that belong together: matters and departments, terms and meanings."),
        "施工许可证—住建局；备案证—发改局",
    ),
    (
        Kind.SHORT_ANSWER,
        N_("An answer in sentences, marked by key points: explaining, or answering an investor."),
        "客商提出“先开工、后补手续”，你怎样答复？",
    ),
    (
        Kind.CASE,
        N_("A material with several sub-questions of any kind: a real situation to be worked through."),
        "材料：某食品企业拟落户……（1）应办哪些手续？（2）如何答复其用地诉求？",
    ),
)
