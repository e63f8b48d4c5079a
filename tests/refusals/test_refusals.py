"""A server refuses in the middle of a restore: live data stays as it was, and users get back in."""

from __future__ import annotations

from . import search, sql
from .refusal import carry_out

ROWS = sql.ROWS + search.ROWS


def pytest_generate_tests(metafunc):
    cases = [(where, refusal) for servers, refusal in ROWS for where in servers]
    metafunc.parametrize("where,refusal", sorted(cases, key=lambda case: case[0]),
                         ids=[f"{where}: {refusal.name}"
                              for where, refusal in sorted(cases, key=lambda case: case[0])])


def test_a_refused_restore_changes_nothing(site, refusal, where):
    carry_out(site, refusal)
