"""The service behind admin/deploy's own nginx, for all tests of this folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import sample_view  # noqa: E402
from sample_view import NASTY  # noqa: E402
from services.admin_front import AdminSite  # noqa: E402


@pytest.fixture(scope="session")
def program(bin_dir) -> Path:
    return bin_dir / "athena-admin"


@pytest.fixture(scope="session")
def ada(site):
    """Signed in as an operator. nginx lets few passwords a minute through, so tests share the session."""
    return site.sign_in("ada")


@pytest.fixture(scope="session")
def vic(site):
    """Signed in as a viewer."""
    return site.sign_in("vic")


@pytest.fixture(scope="session")
def site(program, tmp_path_factory):
    usable, reason = AdminSite.available()
    if not usable:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("admin")
    view = sample_view.view("athena-test", 60)
    view["archives"][0]["description"] = NASTY + "x" * 10_000
    view["archives"][1]["requested_by"] = NASTY
    (folder / "view.json").write_text(json.dumps(view))
    with AdminSite(program, folder, {"athena-test": folder / "view.json"},
                   allowed="allow 127.0.0.1;\nallow 127.0.0.3;\nallow 127.0.0.4;\n") as running:
        yield running
