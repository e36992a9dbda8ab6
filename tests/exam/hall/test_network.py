"""Under which address phones find the hall's laptop."""

from exam import hall_network

TRIE = """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.1
           /32 host LOCAL
     +-- 192.168.31.0/24 2 0 2
        |-- 192.168.31.0
           /24 link UNICAST
        |-- 192.168.31.7
           /32 host LOCAL
        |-- 192.168.31.255
           /32 link BROADCAST
"""


def test_the_wifi_comes_before_virtual_machines_and_made_up_addresses() -> None:
    found = [
        "169.254.3.4",
        "172.17.0.1",
        "127.0.0.1",
        "10.20.0.5",
        "192.168.56.1",
        "192.168.1.8",
        "192.168.1.8",
        "0.0.0.0",
    ]
    assert hall_network.ranked(found) == ["192.168.1.8", "10.20.0.5", "169.254.3.4", "192.168.56.1", "172.17.0.1"]


def test_without_a_network_there_is_no_address() -> None:
    assert hall_network.ranked(["127.0.0.1", "127.0.1.1"]) == []


def test_linux_names_its_own_addresses_without_any_route() -> None:
    assert hall_network.from_trie(TRIE) == ["127.0.0.1", "192.168.31.7"]


def test_this_machine_finds_nothing_that_only_it_can_reach() -> None:
    assert not [each for each in hall_network.addresses() if each.startswith("127.")]


def test_port_80_is_not_typed() -> None:
    assert (hall_network.typed("192.168.1.8", 80), hall_network.typed("192.168.1.8", 8000)) == (
        "192.168.1.8",
        "192.168.1.8:8000",
    )
