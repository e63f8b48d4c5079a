"""One sample environment for all fault tests: each test brings it back before it ends."""

from __future__ import annotations

import pytest

from sample_environment.environment import SampleEnvironment

from .steps import Steps


@pytest.fixture(scope="module")
def sample(bin_dir):
    usable, reason = SampleEnvironment.available()
    if not usable:
        pytest.skip(reason)
    with SampleEnvironment(bin_dir) as environment:
        yield environment


@pytest.fixture(scope="module")
def steps(sample) -> Steps:
    return Steps(sample)


@pytest.fixture(scope="module")
def good_archive(sample, steps) -> str:
    """A verified archive of the undamaged environment."""
    return steps.backup()
