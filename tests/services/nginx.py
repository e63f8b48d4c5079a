"""nginx with a configuration of the test's own."""

from __future__ import annotations

from .server import Server, find_program, program_available


class Nginx(Server):
    """`site` is what stands inside `server { ... }`; "@folder@" in it becomes the server's folder,
    whose subfolder www is the document root."""

    name = "nginx"

    def __init__(self, site: str = "") -> None:
        super().__init__()
        self.site = site

    @classmethod
    def available(cls) -> tuple[bool, str]:
        return program_available("nginx")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        (self.folder / "www").mkdir()
        (self.folder / "www" / "index.html").write_text("the application answers\n")
        (self.folder / "nginx.conf").write_text(_CONFIGURATION.format(
            folder=self.folder, port=self.port,
            site=self.site.replace("@folder@", str(self.folder))))

    def argv(self) -> list[str]:
        return [find_program("nginx"), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"),
                "-e", str(self.folder / "error.log")]

    def exports(self) -> dict[str, str]:
        return {"TEST_NGINX_URL": self.url, "TEST_NGINX_FOLDER": str(self.folder)}


_CONFIGURATION = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/www;
{site}
  }}
}}
"""
