"""Auth users on Google's emulator: what was there before is there again, by another client's word."""

from __future__ import annotations

import urllib.parse

import pytest

from .conftest import HASH_PARAMETERS
from .data_set import users

# The emulator sets these two itself when users are imported.
SET_BY_THE_SERVICE = ("validSince", "passwordUpdatedAt")


@pytest.fixture
def site(firebase_auth, make_stages):
    return make_stages(section(firebase_auth))


def section(firebase_auth, tenants=()) -> dict:
    auth = {"endpoint": firebase_auth.url, "hash_parameters": HASH_PARAMETERS}
    return {"auth": {**auth, "tenants": list(tenants)} if tenants else auth}


class Client:
    def __init__(self, server, project: str, tenant: str = "") -> None:
        self.server = server
        self.path = f"/v1/projects/{project}" + (f"/tenants/{tenant}" if tenant else "") + "/accounts:"

    def users(self) -> dict[str, dict]:
        found: dict[str, dict] = {}
        token = ""
        while True:
            query = urllib.parse.urlencode({"maxResults": 500, "nextPageToken": token})
            page = self.server.call("GET", f"{self.path}batchGet?{query}")
            for user in page.get("users", []):
                found[user["localId"]] = {key: value for key, value in user.items()
                                          if key not in SET_BY_THE_SERVICE}
            token = page.get("nextPageToken", "")
            if not token:
                return found

    def put(self, new: list[dict]) -> None:
        for at in range(0, len(new), 1000):
            answer = self.server.call("POST", self.path + "batchCreate",
                                      {"allowOverwrite": True, "users": new[at:at + 1000]})
            assert answer["error"] == [], answer

    def remove(self, ids: list[str]) -> None:
        self.server.call("POST", self.path + "batchDelete", {"localIds": ids, "force": True})


def test_twenty_thousand_users_come_back_with_all_that_they_had(site, firebase_auth, scale):
    client = Client(firebase_auth, site.project)
    client.put(users(2_000 * scale // (2 if scale > 1 else 1)))
    before = client.users()
    site.capture()
    assert site.run("prove").stdout == ""

    changed = list(before)[:3]
    client.remove(changed[:1])
    client.put([{"localId": changed[1], "disabled": True}, {"localId": "new", "displayName": "new"}])
    assert f"auth project {site.project}: expected {len(before)} users with checksum" in site.run("prove", 15).stdout
    damaged = client.users()
    site.run("destroy")
    assert client.users() == damaged  # nobody goes before the others are back
    site.run("restore")
    assert client.users() == before
    assert site.run("prove").stdout == ""


def test_users_of_tenants_are_held_apart(firebase_auth, make_stages):
    site = make_stages(section(firebase_auth))
    tenants = [firebase_auth.call("POST", f"/v2/projects/{site.project}/tenants",
                                  {"displayName": name, "allowPasswordSignup": True})["tenantId"]
               for name in ("first", "second")]
    site.configure(section(firebase_auth, tenants[:1]))
    outside, first, second = (Client(firebase_auth, site.project, tenant) for tenant in ("", *tenants))
    for client, count in ((outside, 5), (first, 7), (second, 3)):
        client.put(users(count))
    before = first.users()
    site.capture()
    first.remove(["user000001"])
    site.run("destroy")
    site.run("restore")
    assert (len(outside.users()), len(first.users()), len(second.users())) == (5, 7, 3)
    assert first.users() == before
    assert all(user["tenantId"] == tenants[0] for user in before.values())


def test_a_project_holds_nothing_until_one_of_its_tenants_has_a_user(firebase_auth, make_stages):
    site = make_stages(section(firebase_auth))
    tenants = [firebase_auth.call("POST", f"/v2/projects/{site.project}/tenants",
                                  {"displayName": name, "allowPasswordSignup": True})["tenantId"]
               for name in ("first", "second", "foreign")]
    site.configure(section(firebase_auth, tenants[:2]))
    for foreign in ("", tenants[2]):
        Client(firebase_auth, site.project, foreign).put(users(1))
    assert site.holds() == ""
    Client(firebase_auth, site.project, tenants[1]).put(users(3))
    assert site.holds() == f"3 users of tenant {tenants[1]}"


def test_a_user_whose_hash_is_redacted_fails_the_capture_by_name(site, firebase_auth):
    Client(firebase_auth, site.project).put(
        [{"localId": "told", "email": "a@example.com", "passwordHash": "aGFzaA==", "salt": "c2FsdA=="},
         {"localId": "redacted", "email": "b@example.com", "passwordHash": "UkVEQUNURUQ=", "salt": ""}])
    message = site.run("capture", 12).stderr
    assert "the password hash of 1 users is empty or redacted, first of redacted" in message
    assert "firebaseauth.configs.getHashConfig" in message


def test_a_user_that_took_over_the_address_of_another_gives_way(site, firebase_auth):
    client = Client(firebase_auth, site.project)
    client.put([{"localId": "a", "email": "same@example.com"}, {"localId": "b", "phoneNumber": "+41441112233"},
                {"localId": "c", "email": "other@example.com"}])
    before = client.users()
    site.capture()
    client.remove(["a", "b", "c"])
    client.put([{"localId": "in the way", "email": "Same@example.com"}, {"localId": "a", "email": "other@example.com"},
                {"localId": "new", "phoneNumber": "+41441112233"}])
    site.run("destroy")
    site.run("restore")
    assert client.users() == before
    assert site.run("prove").stdout == ""


def test_a_password_hash_that_changed_is_noticed_by_prove(site, firebase_auth):
    client = Client(firebase_auth, site.project)
    client.put([{"localId": "a", "email": "a@example.com", "passwordHash": "aGFzaA==", "salt": "c2FsdA=="}])
    site.capture()
    client.put([{"localId": "a", "email": "a@example.com", "passwordHash": "b3RoZXI=", "salt": "c2FsdA=="}])
    assert "expected 1 users with checksum" in site.run("prove", 15).stdout
