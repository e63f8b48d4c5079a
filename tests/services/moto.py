"""moto: Amazon's S3 and ECR APIs on one port."""

from __future__ import annotations

from .cache import cache_dir
from .http_get import get_json
from .server import Server


class Moto(Server):
    name = "moto"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if not _program().exists():
            return False, f"{_program()} is missing: run ci/packages services"
        return True, ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def argv(self) -> list[str]:
        return [str(_program()), "-H", "127.0.0.1", "-p", str(self.port)]

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

    def is_ready(self) -> bool:
        try:
            get_json(f"{self.url}/moto-api/data.json")
            return True
        except OSError:
            return False

    def exports(self) -> dict[str, str]:
        return {"TEST_MOTO_URL": self.url}


def _program():
    return cache_dir() / "moto" / "bin" / "moto_server"
