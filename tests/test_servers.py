"""Servers of tests do not take over what was known of one another."""

from tests.servers import free_port


def test_no_port_is_given_twice_in_a_run() -> None:
    many = 2_000  # Of so many, Linux gives some 130 twice.
    assert len({free_port() for _ in range(many)}) == many
