"""One Firebase project of the product on Google's emulators: documents in Firestore and users, and beside them
the place where the view of the environment is published."""

from __future__ import annotations

import json
from itertools import count

from services.firebase_auth import FirebaseAuth
from services.firestore import Firestore

from .fingerprint import Fingerprint

_numbers = count(1)
TRIALS = 300
USERS = 60
VIEW = "backups/athena"  # belongs to no environment's data
HASH_PARAMETERS = ("hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: c2FtcGxlIHNpZ25lciBrZXk=,\n"
                   "  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n")
_SET_BY_THE_SERVICE = ("validSince", "passwordUpdatedAt")


class FirebaseProject:
    """Environments that share the emulators have a project each."""

    def __init__(self, firestore: Firestore, auth: FirebaseAuth) -> None:
        self.firestore = firestore
        self.auth = auth
        self.project = f"demo-athena-{next(_numbers)}"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        for server in (Firestore, FirebaseAuth):
            usable, reason = server.available()
            if not usable:
                return False, f"{server.name}: {reason}"
        return True, ""

    def section(self, hash_parameters_file: str) -> dict:
        """/resources/firebase of environment.json"""
        return {"project": self.project, "emulator": True,
                "firestore": {"endpoint": self.firestore.url, "databases": [{"collections": ["trials", "sites/main/wards"]}]},
                "auth": {"endpoint": self.auth.url, "hash_parameters": {"file": hash_parameters_file}}}

    def publish_section(self) -> dict:
        """/publish of environment.json"""
        return {"emulator": True, "project": self.project,
                "firestore": {"endpoint": self.firestore.url, "document": VIEW}}

    def view(self) -> dict | None:
        """What a reader of the published view sees now."""
        head = self._call("batchGet", {"documents": [f"{self._root}/{VIEW}"]})[0].get("found")
        archives = self._call("runQuery", {"structuredQuery": {"from": [
            {"collectionId": "archives", "allDescendants": True}]}})
        return head and {**_plain({"mapValue": head}), "archives": [
            _plain({"mapValue": entry["document"]}) for entry in archives if "document" in entry]}

    def build(self) -> None:
        self._write({f"trials/trial-{number}": {
            "title": {"stringValue": f"Trial {number} – Übung"}, "price": {"doubleValue": number / 7},
            "at": {"timestampValue": "2026-11-01T08:30:00.123456Z"}, "largest": {"integerValue": "9223372036854775807"},
            "site": {"referenceValue": f"{self._root}/sites/main"}} for number in range(TRIALS)})
        self._write({f"trials/gone-{number % 5}/visits/ü%2F{number}": {
            "where": {"geoPointValue": {"latitude": 52.5, "longitude": 13.25}}, "none": {"nullValue": None},
            "raw": {"bytesValue": "AAEC/w=="}} for number in range(TRIALS)})
        self._write({"sites/main": {"own": {"booleanValue": True}}, "sites/main/wards/1": {}})
        self._put_users([_user(number) for number in range(USERS)])

    def damage(self) -> None:
        """Documents changed, gone and added; users gone, added, and one without its password."""
        self._write({"trials/trial-1": {"title": {"stringValue": "oops"}}, "trials/intruder": {},
                     "trials/trial-2/notes/1": {"by": {"stringValue": "mistake"}}})
        self._call("batchWrite", {"writes": [{"delete": f"{self._root}/trials/trial-{number}"}
                                             for number in range(3, TRIALS, 7)]})
        self.auth.call("POST", f"{self._accounts}batchDelete", {"localIds": ["user-3", "user-4"], "force": True})
        self._put_users([{"localId": "intruder", "email": "intruder@example.com"},
                         {"localId": "user-0", "email": "user0@example.com"}])

    def fingerprint(self) -> Fingerprint:
        documents = [entry["document"] for entry in self._call("runQuery", {"structuredQuery": {
            "from": [{"allDescendants": True}]}}) if "document" in entry and f"/{VIEW}" not in entry["document"]["name"]]
        users = self.auth.call("GET", f"{self._accounts}batchGet?maxResults=1000").get("users", [])
        lines = [f"{one['name']} {json.dumps(one.get('fields', {}), sort_keys=True)}" for one in documents]
        lines += [json.dumps({key: value for key, value in user.items() if key not in _SET_BY_THE_SERVICE},
                             sort_keys=True) for user in users]
        return Fingerprint.of("firebase", f"{len(documents)} documents, {len(users)} users", sorted(lines))

    # details
    @property
    def _root(self) -> str:
        return f"projects/{self.project}/databases/(default)/documents"

    @property
    def _accounts(self) -> str:
        return f"/v1/projects/{self.project}/accounts:"

    def _write(self, documents: dict[str, dict]) -> None:
        answer = self._call("batchWrite", {"writes": [
            {"update": {"name": f"{self._root}/{path}", "fields": fields}} for path, fields in documents.items()]})
        if any(answer["status"]):
            raise RuntimeError(f"writing documents: {str(answer)[:500]}")

    def _put_users(self, users: list[dict]) -> None:
        answer = self.auth.call("POST", f"{self._accounts}batchCreate", {"allowOverwrite": True, "users": users})
        if answer["error"]:
            raise RuntimeError(f"making users: {answer['error']}")

    def _call(self, verb: str, body: dict):
        return self.firestore.call(verb, body, project=self.project)


def _plain(value: dict):
    (kind, content), = value.items()
    if kind == "mapValue":
        return {key: _plain(item) for key, item in content.get("fields", {}).items()}
    if kind == "arrayValue":
        return [_plain(item) for item in content.get("values", [])]
    return int(content) if kind == "integerValue" else content


def _user(number: int) -> dict:
    return {"localId": f"user-{number}", "email": f"user{number}@example.com", "emailVerified": number % 2 == 0,
            "displayName": f"Jürgen {number}", "passwordHash": f"aGFzaC{number:02}", "salt": "c2FsdA==",
            "disabled": number % 5 == 0, "createdAt": str(1_500_000_000_000 + number),
            "lastLoginAt": str(1_600_000_000_000 + number), "customAttributes": "{\"level\":%d}" % number}
