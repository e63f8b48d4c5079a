"""athena-admin as it is deployed: nginx with admin/deploy's own configuration, Authelia's stand-in, the service."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from .authelia import AutheliaStandIn
from .nginx import Nginx
from .server import StartError, find_program, free_port, port_answers

DEPLOY = Path(__file__).resolve().parents[2] / "admin" / "deploy"
SECRET = "a-secret-that-only-the-proxy-knows"
PASSWORD = "correct horse battery"
AUTH_HOST = "auth.example.net"  # what the stand-in of Authelia calls its own page
USERS = {"ada": "operator", "vic": "viewer"}


class Front(Nginx):
    """admin/deploy/nginx.conf with its <places> filled in, and a certificate of its own."""

    name = "admin-front"

    def __init__(self, service_port: int, authelia: str, allowed: str) -> None:
        super().__init__()
        self.service_port = service_port
        self.authelia = authelia
        self.allowed = allowed

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def prepare(self) -> None:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"],
                       check=True, capture_output=True)
        (self.folder / "athena-admin-addresses.conf").write_text(self.allowed)
        proxy = (DEPLOY / "athena-admin-proxy.conf").read_text()
        (self.folder / "athena-admin-proxy.conf").write_text(proxy.replace("<the secret>", SECRET))
        site = (DEPLOY / "nginx.conf").read_text()
        for place, value in {
                "<127.0.0.1:8460>": f"127.0.0.1:{self.service_port}", "<127.0.0.1:9091>": self.authelia,
                "<443>": f"127.0.0.1:{self.port}", "<https://admin.example.net>": self.url,
                "<admin.example.net>": "localhost", "<auth.example.net>": AUTH_HOST,
                "</etc/athena-admin/tls/fullchain.pem>": str(self.folder / "cert.pem"),
                "</etc/athena-admin/tls/privkey.pem>": str(self.folder / "key.pem"),
                "</etc/athena-admin>": str(self.folder)}.items():
            assert place in site, place
            site = site.replace(place, value)
        (self.folder / "site.conf").write_text(site)
        (self.folder / "nginx.conf").write_text(_CONFIGURATION.format(folder=self.folder))

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "cert.pem"))


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    text: str
    cookies: list[str] = field(default_factory=list)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


class Service:
    """The program on a configuration file; its log is one JSON object a line."""

    def __init__(self, program: Path, folder: Path, settings: dict) -> None:
        self.program = program
        self.folder = folder
        self.file = folder / "athena-admin.json"
        self.port = settings["port"]
        self.file.write_text(json.dumps(settings))
        self.process: subprocess.Popen | None = None

    def user(self, *words: str, password: str = "") -> subprocess.CompletedProcess:
        return subprocess.run([str(self.program), "user", *words, "--config", str(self.file)], input=password + "\n",
                              capture_output=True, text=True, check=False)

    def start(self) -> None:
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen([str(self.program), "serve", "--config", str(self.file)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while not port_answers(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise StartError((self.folder / "service.log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(15)

    def log(self) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "service.log").read_text().splitlines()
                if line.startswith("{")]

    def audit(self) -> list[dict]:
        return [json.loads(line) for path in sorted((self.folder / "data" / "audit").glob("*.ndjson"))
                for line in path.read_text().splitlines()]


class AdminSite:
    """`with AdminSite(program, folder, environments, jenkins) as site:`; environments are name to view file, or to its address in Firebase."""

    def __init__(self, program: Path, folder: Path, environments: dict[str, Path | str],
                 jenkins: tuple[str, str, str] = ("http://127.0.0.1:9", "admin", "token"),
                 allowed: str = "allow 127.0.0.1;\n", **more) -> None:
        self.folder = folder
        self.authelia = AutheliaStandIn({"ada-session": ("ada", "athena-operators"),
                                         "vic-session": ("vic", "athena-viewers"),
                                         "out-session": ("out", None), "odd-session": ("odd", "others")},
                                        other_sites={"half-session": ("ada", "athena-operators")})
        self.front = Front(free_port(), self.authelia.address, allowed)
        self.front.port = free_port()
        write_secret(folder / "secret", SECRET)
        write_secret(folder / "token", jenkins[2])
        self.service = Service(program, folder, {
            "port": self.front.service_port, "public_url": self.front.url, "data_folder": str(folder / "data"),
            "environments": [{"name": name, "view_url" if str(view).startswith("http") else "view_file": str(view)}
                             for name, view in environments.items()],
            "jenkins": {"url": jenkins[0], "user": jenkins[1], "token": {"file": str(folder / "token")},
                        "timeout_seconds": 5},
            "proxy": {"secret": {"file": str(folder / "secret")}, **more.pop("proxy", {})}, **more})
        self._stack = ExitStack()

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if not find_program("openssl"):
            return False, "no program openssl: run ci/packages services"
        return Nginx.available()

    def __enter__(self) -> "AdminSite":
        with ExitStack() as stack:
            stack.enter_context(self.authelia)
            for name, role in USERS.items():
                done = self.service.user("add", "--name", name, "--role", role, password=PASSWORD)
                assert done.returncode == 0, done.stderr
            stack.callback(self.service.stop)
            self.service.start()
            stack.enter_context(self.front)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc) -> None:
        self._stack.close()

    def ask(self, path: str, form: dict | bytes | None = None, headers: dict | None = None, method: str | None = None,
            source: str = "127.0.0.1", session: str = "ada-session", cookie: str = "") -> Reply:
        """One request through nginx, with a session of Authelia unless it is empty."""
        data = urllib.parse.urlencode(form).encode() if isinstance(form, dict) else form
        cookies = "; ".join(part for part in (f"authelia_session={session}" if session else "", cookie) if part)
        request = urllib.request.Request(self.front.url + path, data,
                                         {**({"Cookie": cookies} if cookies else {}), **(headers or {})}, method=method)
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}),
                                             _From(source, self.front.trust()))
        try:
            with opener.open(request, timeout=30) as answer:
                return _reply(answer)
        except urllib.error.HTTPError as error:
            return _reply(error)

    def sign_in(self, user: str = "ada", password: str = PASSWORD) -> "Browser":
        browser = Browser(self)
        reply = browser.post("/login", {"user": user, "password": password}, page="/login")
        assert reply.status == 303, reply.text
        return browser


class Browser:
    """Keeps cookies and takes a form's token from the page that shows it."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **more) -> Reply:
        return self._keep(self.site.ask(path, cookie=self._cookie(), **more))

    def post(self, path: str, form: dict, page: str, **more) -> Reply:
        shown = self.get(page)
        form = {"form_token": hidden(shown.text, "form_token"), **form}
        if 'name="request_id"' in shown.text:
            form.setdefault("request_id", hidden(shown.text, "request_id"))
        return self._keep(self.site.ask(path, form, cookie=self._cookie(), **more))

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, reply: Reply) -> Reply:
        for line in reply.cookies:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return reply


def hidden(text: str, name: str) -> str:
    """The value of a form's hidden field; the last one, where the frame has one too."""
    return text.rsplit(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def write_secret(path: Path, text: str) -> None:
    """As an administrator keeps one: only its owner reads it."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text + "\n")


def _reply(answer) -> Reply:
    return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()},
                 answer.read().decode(errors="replace"), answer.headers.get_all("Set-Cookie") or [])


class _From(urllib.request.HTTPSHandler):
    """Connections that come from an address of 127.0.0.0/8, to a server that is called localhost."""

    def __init__(self, source: str, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self.source = source
        self.trust = context

    def https_open(self, request):


        def connection(host, **more):
            return _Named(host, context=self.trust, source_address=(self.source, 0), timeout=more.get("timeout"))
        return self.do_open(connection, request)


class _Named(http.client.HTTPSConnection):
    """Goes to 127.0.0.1 whatever the host's name is, and names the host in the handshake."""

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout, self.source_address)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


_CONFIGURATION = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/site.conf;
}}
"""
