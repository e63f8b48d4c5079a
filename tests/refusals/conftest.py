"""The servers that refuse, each started once, and the table at the end."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from support.outcome import has_failed, pytest_runtest_makereport  # noqa: F401

from . import table
from .sites import SITES


class Sites:
    """A site that a test left in an unknown state is made anew."""

    def __init__(self, bin_dir) -> None:
        self._bin_dir = bin_dir
        self._open: dict[str, tuple[ExitStack, object]] = {}

    def get(self, name: str):
        if name not in self._open:
            stack = ExitStack()
            self._open[name] = (stack, stack.enter_context(SITES[name](self._bin_dir)))
        return self._open[name][1]

    def close(self, name: str) -> None:
        if name in self._open:
            self._open.pop(name)[0].close()

    def close_all(self) -> None:
        for name in list(self._open):
            self.close(name)


@pytest.fixture(scope="package")
def sites(bin_dir):
    made = Sites(bin_dir)
    yield made
    made.close_all()


@pytest.fixture
def site(sites, request):
    name = request.node.callspec.params["where"]
    usable, reason = SITES[name].usable()
    if not usable:
        pytest.skip(reason)
    yield sites.get(name)
    if has_failed(request):
        sites.close(name)


def pytest_terminal_summary(terminalreporter):
    if not table.TABLE.rows:
        return
    text = table.TABLE.text()
    terminalreporter.section("refusals")
    terminalreporter.write(text)
    table.FILE.parent.mkdir(exist_ok=True)
    table.FILE.write_text(text)
