"""A client of its own for comparing before with after: it walks collections one request at a time, as
the Firebase console does, and shares nothing with what is tested."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request

from services.http_get import opener


class Walker:
    def __init__(self, url: str, project: str, database: str = "(default)") -> None:
        self.base = f"{url}/v1"
        self.root = f"projects/{project}/databases/{database}/documents"

    def documents(self, parent: str = "") -> dict[str, dict]:
        """Every document by its path, with its typed values; those below missing documents too."""
        found = {}
        for collection in self.collections(parent):
            for document in self.listed(parent, collection):
                path = document["name"].removeprefix(self.root + "/")
                if "createTime" in document:
                    found[path] = document.get("fields", {})
                found.update(self.documents(path))
        return found

    def collections(self, parent: str) -> list[str]:
        return self.call(f"{self._path(parent)}:listCollectionIds", {"pageSize": 300}).get("collectionIds", [])

    def listed(self, parent: str, collection: str):
        token = ""
        while True:
            query = urllib.parse.urlencode({"pageSize": 300, "showMissing": "true", "pageToken": token})
            page = self.call(f"{self._path(parent)}/{_quote(collection)}?{query}")
            yield from page.get("documents", [])
            token = page.get("nextPageToken", "")
            if not token:
                return

    def group(self, collection: str) -> dict[str, dict]:
        """The documents of all collections of that id, wherever they stand."""
        answer = self.call(f"{self._path('')}:runQuery", {"structuredQuery": {
            "from": [{"collectionId": collection, "allDescendants": True}]}})
        return {entry["document"]["name"].removeprefix(self.root + "/"): entry["document"].get("fields", {})
                for entry in answer if "document" in entry}

    def written_at(self, path: str) -> str:
        return self.call(self._path(path))["updateTime"]

    def write(self, documents: dict[str, dict]) -> None:
        paths = list(documents)
        for at in range(0, len(paths), 500):
            answer = self.call(f"{self._path('')}:batchWrite", {"writes": [
                {"update": {"name": f"{self.root}/{path}", "fields": documents[path]}}
                for path in paths[at:at + 500]]})
            assert all(status == {} for status in answer["status"]), answer["status"]

    def remove(self, paths: list[str]) -> None:
        self.call(f"{self._path('')}:batchWrite",
                  {"writes": [{"delete": f"{self.root}/{path}"} for path in paths]})

    def call(self, path: str, body: object = None):
        request = urllib.request.Request(
            f"{self.base}/{path}", data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer owner", "Content-Type": "application/json"})
        with opener.open(request, timeout=600) as answer:
            return json.loads(answer.read())

    def _path(self, parent: str) -> str:
        return self.root + "".join(f"/{_quote(part)}" for part in parent.split("/") if part)


def _quote(text: str) -> str:
    return urllib.parse.quote(text, safe="")
