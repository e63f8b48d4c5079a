"""Fixtures for every Python test: the built binaries and real servers, each skipped by name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.catalogue import SERVERS
from services.shared import shared

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="also tests that take minutes")
    parser.addoption("--faults", action="store_true", help="every fault instead of a selection")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="takes minutes: run with --long")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def bin_dir() -> Path:
    """The folder with the step executables: ENVIRONMENT_BACKUP_BIN_DIR, else the dev build."""
    folder = Path(os.environ.get("ENVIRONMENT_BACKUP_BIN_DIR", ROOT / "build" / "bin"))
    if not folder.is_dir():
        pytest.fail(f"{folder} is missing: build first, or set ENVIRONMENT_BACKUP_BIN_DIR")
    return folder


def _running(name: str):
    usable, reason = SERVERS[name].available()
    if not usable:
        pytest.skip(f"{name}: {reason}")
    with SERVERS[name]() as server:
        yield server


def _shared(name: str):
    usable, reason = SERVERS[name].available()
    if not usable:
        pytest.skip(f"{name}: {reason}")
    server = shared(SERVERS[name])
    if server.process is None:
        server.start()
    server.wait_ready()
    return server


@pytest.fixture(scope="session")
def mariadb():
    """A MariaDB for the whole session: use databases of your own and drop them."""
    yield from _running("mariadb")


@pytest.fixture(scope="session")
def mysql8():
    """A MySQL 8 for the whole session: use databases of your own and drop them."""
    yield from _running("mysql8")


@pytest.fixture(scope="session")
def registry():
    yield from _running("registry")


@pytest.fixture(scope="session")
def registry_basic():
    yield from _running("registry-basic")


@pytest.fixture(scope="session")
def registry_token():
    yield from _running("registry-token")


@pytest.fixture(scope="session")
def moto():
    yield from _running("moto")


@pytest.fixture(scope="session")
def elasticsearch():
    """One node for the whole session: use indices of your own and delete them."""
    return _shared("elasticsearch")


@pytest.fixture(scope="session")
def opensearch():
    """One node for the whole session: use indices of your own and delete them."""
    return _shared("opensearch")


@pytest.fixture(scope="session")
def firestore():
    yield from _running("firestore")


@pytest.fixture(scope="session")
def firebase_auth():
    """One emulator for the whole session: use a project of your own."""
    yield from _running("firebase-auth")


@pytest.fixture
def nginx():
    yield from _running("nginx")
