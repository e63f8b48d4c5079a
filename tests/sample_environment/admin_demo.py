"""What ci/demo --admin leaves running: the Admin Interface on a sample environment, with jobs behind it.

For one person on this machine: nginx stands in front without TLS and without Authelia, which admin/deploy has."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from services.admin_front import PASSWORD, SECRET, USERS, Service, write_secret
from services.nginx import Nginx
from services.server import free_port
from stand_in import StandIn

from .demo import succeed, say, search_server
from .environment import SampleEnvironment

JOBS = {"backup-environment": "Jenkinsfile", "restore-environment": "Jenkinsfile.restore",
        "manage-archive": "ci/jenkins/Jenkinsfile.manage-archive"}
_SITE = """\
    allow 127.0.0.1;
    deny all;
    client_max_body_size 16k;
    location / {{
      proxy_set_header X-Admin-Proxy "{secret}";
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header Remote-User "";
      proxy_set_header Remote-Groups "";
      proxy_set_header Range "";
      proxy_next_upstream off;
      proxy_pass http://127.0.0.1:{port};
    }}
"""


def settings(folder: Path, sample: SampleEnvironment, url: str, jenkins: str) -> dict:
    for name, text in (("secret", SECRET), ("token", "token")):
        write_secret(folder / name, text)
    return {"port": free_port(), "public_url": url, "data_folder": str(folder / "data"),
            "environments": [{"name": sample.name, "view_file": str(sample.state / f"{sample.name}.view.json")}],
            "jenkins": {"url": jenkins, "user": "tester", "token": {"file": str(folder / "token")}},
            "proxy": {"secret": {"file": str(folder / "secret")}}}


def leave_running(sample: SampleEnvironment, bin_dir: Path, stack: ExitStack) -> str:
    """The address of the page."""
    folder = sample.folder / "admin"
    folder.mkdir(mode=0o700)
    jenkins = stack.enter_context(StandIn(JOBS, sample.variables()))
    proxy = Nginx()
    proxy.port = free_port()
    service = Service(bin_dir / "athena-admin", folder, settings(folder, sample, proxy.url, jenkins.url))
    for name, role in USERS.items():
        service.user("add", "--name", name, "--role", role, password=PASSWORD)
    stack.callback(service.stop)
    service.start()
    proxy.site = _SITE.format(secret=SECRET, port=service.port)
    stack.enter_context(proxy)
    return proxy.url


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bin_dir = Path(sys.argv[1])
    with ExitStack() as stack:
        sample = stack.enter_context(SampleEnvironment(bin_dir, search=search_server()))
        succeed(sample, "a first backup", "Jenkinsfile", Description="before the bad afternoon")
        sample.damage()
        address = leave_running(sample, bin_dir, stack)
        say("the Admin Interface is running; the data of the sample environment has been damaged: bring it back")
        print(f"   address   {address}/")
        for name, role in USERS.items():
            print(f"   login     {name} / {PASSWORD}   ({role})")
        print("   Ctrl-C ends it and removes everything", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
