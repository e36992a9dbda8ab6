"""Invented names that nobody can mistake for a real person's: each carries 演 or 示 in the middle."""

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
    "戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
)
GIVEN = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"


def invented(number: int) -> str:
    """The `number`-th name (0 ≤ number < 2,000): 赵演一, 钱演一, …; all different."""
    surname = SURNAMES[number % len(SURNAMES)]
    turn = number // len(SURNAMES)
    middle = "演示"[turn // len(GIVEN) % 2]
    return f"{surname}{middle}{GIVEN[turn % len(GIVEN)]}"
