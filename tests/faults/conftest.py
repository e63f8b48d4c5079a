"""The environment that fault tests share, and the lanes in which every fault is tried side by side. At the
end of the session the table of all faults is printed and left in artifacts/faults.txt."""

from __future__ import annotations

import pytest

from sample_environment.environment import SampleEnvironment
from support.outcome import has_failed, pytest_runtest_makereport  # noqa: F401

from . import lanes, tally
from .stand import FaultySample, Stand, Stands
from .steps import Steps


@pytest.fixture(scope="package")
def stands(bin_dir):
    usable, reason = SampleEnvironment.available()
    if not usable:
        pytest.skip(reason)
    made = Stands(lambda: FaultySample(bin_dir))
    yield made
    made.close()


@pytest.fixture
def stand(stands, request) -> Stand:
    yield stands.now()
    if has_failed(request):
        stands.throw_away()


@pytest.fixture
def sample(stand) -> SampleEnvironment:
    return stand.sample


@pytest.fixture
def steps(stand) -> Steps:
    return stand.steps


@pytest.fixture
def good_archive(stand) -> str:
    return stand.good_archive()


@pytest.fixture
def every(request) -> bool:
    """Every fault, or a selection."""
    return lanes.every(request.config)


def pytest_collection_modifyitems(config, items):
    if lanes.every(config):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(lanes.lane_of(item)))


# each lane is a process, whose table is sent to the one that prints
def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["faults"] = tally.TALLY.counts()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    tally.TALLY.add(getattr(node, "workeroutput", {}).get("faults", {}))


def pytest_terminal_summary(terminalreporter):
    if not tally.TALLY.tried:
        return
    text = tally.TALLY.text()
    terminalreporter.section("faults")
    terminalreporter.write(text)
    tally.FILE.parent.mkdir(exist_ok=True)
    tally.FILE.write_text(text)
