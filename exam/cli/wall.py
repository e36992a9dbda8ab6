"""What the hall's laptop shows in its window before it serves: the QR code, the address to type, what to do next."""

import click

from exam import hall_network

DOOR = "/k"
"""The short way to the page for tickets."""


def invite(addresses: list[str], port: int, *, copies: str, sealed: bool) -> None:
    """Print code and address for phones; both languages, for nobody has signed in yet."""
    if not addresses:
        click.echo("没有找到网络地址：请先连接会场的路由器，或用 --address 指定。")
        click.echo("No network address found: join the hall's Wi-Fi first, or give --address.")
        return
    typed = hall_network.typed(addresses[0], port) + DOOR
    _code(f"http://{typed}")
    click.echo(f"\n  手机扫码，或在浏览器地址栏输入 / Scan, or type:   {typed}\n")
    click.echo("  手机须连接同一无线网络，不需要互联网。微信打不开时：用手机自带的浏览器输入上面的地址。")
    click.echo(f"  监考与大屏 / Board and wall:   http://{hall_network.typed(addresses[0], port)}/")
    click.echo(f"  每分钟备份到 / A copy each minute to:   {copies}{'（已加密）' if sealed else ''}")
    if len(addresses) > 1:
        others = "、".join(hall_network.typed(each, port) for each in addresses[1:])
        click.echo(f"  本机还有其他地址 / Other addresses of this machine (--address):   {others}")
    click.echo("")


def _code(url: str) -> None:
    import segno  # only here, once a hall

    segno.make(url, error="m", micro=False).terminal(compact=True)
