"""Docker registry 2.8: open, with basic authentication, or with tokens."""

from __future__ import annotations

import hashlib
import json
import subprocess
import urllib.error
import urllib.request
from base64 import b64encode

from .http_get import opener
from .server import Server, find_program, program_available

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class Registry(Server):
    name = "registry"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        return program_available("docker-registry")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def prepare(self) -> None:
        (self.folder / "config.yml").write_text(
            "version: 0.1\nlog: {level: warn}\n"
            f"storage:\n  filesystem: {{rootdirectory: {self.folder}/images}}\n"
            "  delete: {enabled: true}\n"
            f"http:\n  addr: {self.address}\n" + self.auth_config())

    def auth_config(self) -> str:
        return ""

    def authorization(self) -> str:
        return ""

    def argv(self) -> list[str]:
        return [find_program("docker-registry"), "serve", str(self.folder / "config.yml")]

    def is_ready(self) -> bool:
        try:
            return self._call("GET", "/v2/").status == 200
        except OSError:
            return False

    def exports(self) -> dict[str, str]:
        return {"TEST_REGISTRY_URL": self.url}

    def push(self, image: str, tag: str, content: bytes = b"") -> str:
        """Stores a tiny image with one layer and returns its digest."""
        layer = content or f"{image}:{tag}".encode()
        config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers"}})
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": _MANIFEST,
            "config": self._blob(image, config.encode(),
                                 "application/vnd.docker.container.image.v1+json"),
            "layers": [self._blob(image, layer,
                                  "application/vnd.docker.image.rootfs.diff.tar.gzip")]})
        answer = self._call("PUT", f"/v2/{image}/manifests/{tag}", manifest.encode(), _MANIFEST)
        return answer.headers["Docker-Content-Digest"]

    def delete(self, image: str, digest: str) -> None:
        self._call("DELETE", f"/v2/{image}/manifests/{digest}")

    def digest(self, image: str, tag: str) -> str | None:
        """The digest behind a tag, None when the registry has no such tag."""
        try:
            answer = self._call("HEAD", f"/v2/{image}/manifests/{tag}", accept=_MANIFEST)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise
        return answer.headers["Docker-Content-Digest"]

    def _blob(self, image: str, data: bytes, media_type: str) -> dict:
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        place = self._call("POST", f"/v2/{image}/blobs/uploads/").headers["Location"]
        separator = "&" if "?" in place else "?"
        self._call("PUT", f"{place}{separator}digest={digest}", data, "application/octet-stream")
        return {"mediaType": media_type, "size": len(data), "digest": digest}

    def _call(self, method: str, path: str, data: bytes | None = None, content_type: str = "",
              accept: str = ""):
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, data=data, method=method)
        for key, value in (("Content-Type", content_type), ("Accept", accept),
                           ("Authorization", self.authorization())):
            if value:
                request.add_header(key, value)
        with opener.open(request, timeout=10) as answer:
            return answer


class RegistryBasic(Registry):
    """Asks for user and password (htpasswd)."""

    name = "registry-basic"
    user = "puller"
    password = "pull secret"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        usable, reason = program_available("htpasswd")
        return super().available() if usable else (usable, reason)

    def auth_config(self) -> str:
        line = subprocess.run(["htpasswd", "-niB", self.user], input=self.password, text=True,
                              capture_output=True, check=True).stdout
        (self.folder / "htpasswd").write_text(line)
        return f"auth:\n  htpasswd: {{realm: test, path: {self.folder}/htpasswd}}\n"

    def authorization(self) -> str:
        return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()

    def exports(self) -> dict[str, str]:
        prefix = "TEST_" + self.name.upper().replace("-", "_")
        return {f"{prefix}_URL": self.url, f"{prefix}_USER": self.user,
                f"{prefix}_PASSWORD": self.password}


class RegistryEcr(RegistryBasic):
    """Takes the password that moto's ECR hands out, as Amazon's registry takes that of its API."""

    name = "registry-ecr"
    user = "AWS"
    password = "123456789012-auth-token"
