"""Whether a test failed, for fixtures that throw away what it may have left in an unknown state: a conftest
that imports the hook remembers it."""

from __future__ import annotations

import pytest

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    if outcome.get_result().failed:
        item.stash[_FAILED] = True


def has_failed(request) -> bool:
    return request.node.stash.get(_FAILED, False)
