"""The files of admin/deploy that the other tests do not run."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml
from services.admin_front import DEPLOY
from services.authelia import real_authelia

SANDBOX = ["NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "UMask=0077",
           "CapabilityBoundingSet=", "SystemCallFilter=@system-service", "User=athena-admin"]


def filled(name: str) -> str:
    """A file with its <places> filled in by names that cannot be meant."""
    return re.sub(r"<([^<>\n]+)>", r"\1", (DEPLOY / name).read_text())


def test_authelia_lets_nobody_in_by_default_and_only_the_two_groups_with_two_factors():
    rules = yaml.safe_load(filled("authelia/configuration.yml"))["access_control"]
    assert rules["default_policy"] == "deny"
    [rule] = rules["rules"]
    assert rule["policy"] == "two_factor"
    assert rule["subject"] == ["group:athena-operators", "group:athena-viewers"]


def test_no_session_of_authelia_outlives_its_inactivity():
    session = yaml.safe_load(filled("authelia/configuration.yml"))["session"]
    assert session["remember_me"] == -1 and session["inactivity"] == "30m"


def test_authelia_itself_accepts_its_configuration(tmp_path):
    program = real_authelia()
    if not program:
        pytest.skip("authelia: AUTHELIA_BIN is not set")
    (tmp_path / "configuration.yml").write_text(filled("authelia/configuration.yml"))
    done = subprocess.run([program, "validate-config", "--config", tmp_path / "configuration.yml"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_unit_shuts_the_service_in():
    lines = (DEPLOY / "athena-admin.service").read_text().splitlines()
    assert [line for line in SANDBOX if line not in lines] == []


def test_the_proxy_sets_every_header_that_the_service_believes():
    proxy = (DEPLOY / "athena-admin-proxy.conf").read_text()
    for header in ("X-Admin-Proxy", "X-Real-IP", "Remote-User", "Remote-Groups"):
        assert f"proxy_set_header {header} " in proxy
    site = (DEPLOY / "nginx.conf").read_text()
    # each place that reaches the service asks Authelia first
    places = [part for part in site.split("location ")[1:] if "proxy_pass http://athena_admin;" in part]
    assert len(places) == 3 and all("auth_request /internal/authelia;" in part for part in places)
    assert site.index("deny all;") < site.index("location")


def test_compose_and_the_sample_configuration_can_be_read():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert services.keys() == {"proxy", "authelia"}
    sample = json.loads(filled("athena-admin.json"))
    assert sample["proxy"]["secret"].keys() == {"file"}
