"""A server refuses in the middle of a restore: live data stays as it was, and users get back in."""

from __future__ import annotations

import pytest

from . import search, sql
from .refusal import carry_out


def cases() -> list:
    """On the first server of each row; on the others with --long, where nothing of their own is looked at."""
    found = []
    for servers, refusal in sql.ROWS + search.ROWS:
        for number, where in enumerate(servers):
            marks = [pytest.mark.long] if number and not refusal.everywhere else []
            found.append(pytest.param(where, refusal, id=f"{where}: {refusal.name}", marks=marks))
    return sorted(found, key=lambda case: case.values[0])


@pytest.mark.parametrize("where,refusal", cases())
def test_a_refused_restore_changes_nothing(site, refusal, where):
    carry_out(site, refusal)
