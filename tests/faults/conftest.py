"""One sample environment for all fault tests: each test brings it back before it ends. At the end of
the session the table of all faults is printed and left in artifacts/faults.txt."""

from __future__ import annotations

import pytest

from sample_environment.environment import SampleEnvironment

from . import tally
from .steps import Steps


@pytest.fixture(scope="package")
def sample(bin_dir):
    usable, reason = SampleEnvironment.available()
    if not usable:
        pytest.skip(reason)
    with SampleEnvironment(bin_dir) as environment:
        yield environment


@pytest.fixture(scope="package")
def steps(sample) -> Steps:
    return Steps(sample)


@pytest.fixture(scope="package")
def good_archive(sample, steps) -> str:
    """A verified archive of the undamaged environment, which nothing prunes."""
    backup_id = steps.backup()
    steps.must(steps.run(f"catalogue pin --reason faults --backup-id {backup_id}"))
    return backup_id


@pytest.fixture
def every(request) -> bool:
    """Every fault, or a selection."""
    return request.config.getoption("--long") or request.config.getoption("--faults")


def pytest_terminal_summary(terminalreporter):
    if not tally.TALLY.tried:
        return
    text = tally.TALLY.text()
    terminalreporter.section("faults")
    terminalreporter.write(text)
    tally.FILE.parent.mkdir(exist_ok=True)
    tally.FILE.write_text(text)
