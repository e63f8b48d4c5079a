"""Fixtures of the pipeline tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from jenkins import Jenkins  # noqa: E402


@pytest.fixture
def jenkins(tmp_path: Path) -> Jenkins:
    return Jenkins(tmp_path)
