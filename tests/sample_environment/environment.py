"""The whole sample environment on running servers, and the jobs that back it up and restore it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from services.elasticsearch import Elasticsearch
from services.firebase_auth import FirebaseAuth
from services.firestore import Firestore
from services.mariadb import Mariadb
from services.nginx import Nginx
from services.registry import Registry
from services.search_server import SearchServer
from services.shared import shared
from services.sql_server import SqlServer

from .config_tree import ConfigTree
from .databases import NAMES, Databases
from .deployment import DAMAGED_TAGS, IMAGES, SERVICES, Deployment
from .fingerprint import Fingerprint
from .firebase import HASH_PARAMETERS, FirebaseProject
from .search_indices import SearchIndices

ROOT = Path(__file__).resolve().parents[2]
SHARE = ROOT / "share" / "nginx"
_numbers = itertools.count(1)


class SampleEnvironment:
    """`with SampleEnvironment(bin_dir) as sample:` starts the servers and builds everything below
    `sample.folder`; all of it is gone at the end. Elasticsearch takes long to start: all environments of
    a process share one, each with names of its own, unless `search` brings another; None goes without.
    The emulators of `firebase` are shared too; with `publish` the view goes into its Firestore."""

    def __init__(self, bin_dir: Path, name: str = "athena-sample", database: type[SqlServer] = Mariadb,
                 search: SearchServer | type[SearchServer] | None = Elasticsearch, firebase: bool = False,
                 publish: bool = False) -> None:
        self.bin_dir = bin_dir
        self.name = name
        self.folder = Path()
        self.server = database()
        self.registry = Registry()
        self.nginx: Nginx | None = None
        self.search = shared(search) if isinstance(search, type) else search
        self.firebase = FirebaseProject(shared(Firestore), shared(FirebaseAuth)) if firebase else None
        self.publish = firebase and publish
        self.prefix = f"athena{next(_numbers)}-"  # of the names of its indices
        self._stack = ExitStack()

    @classmethod
    def available(cls, database: type[SqlServer] = Mariadb) -> tuple[bool, str]:
        for server in (database, Registry, Nginx, Elasticsearch):
            usable, reason = server.available()
            if not usable:
                return False, f"{server.name}: {reason}"
        return True, ""

    def __enter__(self) -> "SampleEnvironment":
        with ExitStack() as stack:
            self.folder = Path(tempfile.mkdtemp(prefix="eb-sample-"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            # nginx runs as an unprivileged user and looks for the flag file
            self.folder.chmod(0o755)
            self._start_servers(stack)
            self._build()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc) -> None:
        self._stack.close()

    # the parts
    @property
    def config_local(self) -> ConfigTree:
        return ConfigTree(self.folder / "config-local")

    @property
    def deployment(self) -> Deployment:
        return Deployment(self.folder)

    @property
    def databases(self) -> Databases:
        return Databases(self.server)

    @property
    def indices(self) -> SearchIndices | None:
        return SearchIndices(self.search, self.prefix) if self.search else None

    @property
    def archives(self) -> Path:
        return self.folder / "archives"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def flag_file(self) -> Path:
        return self.folder / "maintenance" / "under-maintenance"

    @property
    def environment_file(self) -> Path:
        return self.folder / "etc" / self.name / "environment.json"

    @property
    def hash_parameters(self) -> Path:
        return self.environment_file.parent / "password-hash-parameters"

    def fingerprints(self) -> dict[str, Fingerprint]:
        """What every resource holds now, found out without the project's own code."""
        found = [self.config_local.fingerprint(), self.deployment.fingerprint(),
                 self.deployment.images_fingerprint(), self.databases.fingerprint()]
        found += [self.indices.fingerprint()] if self.indices else []
        found += [self.firebase.fingerprint()] if self.firebase else []
        return {fingerprint.resource: fingerprint for fingerprint in found}

    def damage(self) -> None:
        """Every resource, as mistakes do."""
        self.databases.damage()
        self.deployment.damage()
        self.deployment.damage_images()
        self.config_local.damage()
        if self.indices:
            self.indices.damage()
        if self.firebase:
            self.firebase.damage()

    # the project's programs
    def variables(self) -> dict[str, str]:
        """What the agent of this environment has in its process environment."""
        return {**os.environ, "ENVIRONMENT_BACKUP_CONFIG_DIR": str(self.folder / "etc"),
                "STEPS_HOME": str(self.bin_dir.parent)}

    def step(self, *words: str, **variables: str) -> subprocess.CompletedProcess:
        """Runs one step executable on this environment."""
        return subprocess.run(
            [str(self.bin_dir / words[0]), *words[1:]], capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
            env={**self.variables(), "ENVIRONMENT_FILE": str(self.environment_file), **variables})

    def job_argv(self, jenkinsfile: str | Path, **parameters: str) -> list[str]:
        """The command that runs a job, for tests that want to stop it midway."""
        words = [str(ROOT / "ci" / "pipeline" / "run"), str(ROOT / jenkinsfile),
                 "--workspace", str(self.folder / "workspace"), "--steps-home", str(self.bin_dir.parent)]
        for key, value in {"Environment": self.name, **parameters}.items():
            words += ["-p", f"{key}={value}"]
        return words

    def run_job(self, jenkinsfile: str | Path, **parameters: str) -> subprocess.CompletedProcess:
        """Runs a job to its end; stdout holds its whole log."""
        return subprocess.run(self.job_argv(jenkinsfile, **parameters), env=self.variables(),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)

    def backup_ids(self) -> list[str]:
        """The archives that are there, oldest first."""
        return sorted(path.stem for path in self.archives.glob("*.tar"))

    def newest_backup(self) -> str:
        return max(self.archives.glob("*.tar"), key=lambda path: path.stat().st_mtime_ns).stem

    # details
    def _start_servers(self, stack: ExitStack) -> None:
        self.nginx = Nginx(_SITE.format(share=SHARE, flag_file=self.flag_file))
        servers = (self.server, self.registry, self.nginx)
        for server in servers:
            stack.callback(server.stop)
            server.start()
        emulators = (self.firebase.firestore, self.firebase.auth) if self.firebase else ()
        for slow in (self.search, *emulators):
            if slow and slow.process is None:
                slow.start()
        for server in servers:
            server.wait_ready()
        for emulator in emulators:
            emulator.wait_ready()
        if self.indices:
            self.search.wait_ready()
            stack.callback(self.indices.remove)

    def _build(self) -> None:
        self._make_folders()
        self._build_resources()
        password = self.environment_file.parent / "mysql-password"
        password.write_text(self.server.password + "\n")
        password.chmod(0o600)
        self.environment_file.write_text(json.dumps(self.document(), indent=2) + "\n")

    def _make_folders(self) -> None:
        for path in (self.config_local.folder, self.archives, self.state, self.flag_file.parent,
                     self.environment_file.parent, self.folder / "workspace"):
            path.mkdir(parents=True)
        for path in (self.archives, self.state):
            path.chmod(0o700)

    def _build_resources(self) -> None:
        for variable, (image, tag) in IMAGES.items():
            for pushed in {tag, DAMAGED_TAGS.get(variable, tag)}:
                self.registry.push(image, pushed)
        self.config_local.build()
        self.deployment.build(self.registry.address)
        self.databases.build()
        if self.indices:
            self.indices.build()
        if self.firebase:
            self.firebase.build()
            self.hash_parameters.write_text(HASH_PARAMETERS)
            self.hash_parameters.chmod(0o600)

    def search_section(self) -> dict:
        return {"urls": [self.search.url], "include": [f"{self.prefix}*"]}

    def document(self) -> dict:
        """environment.json of this environment."""
        search = {"elasticsearch": self.search_section()} if self.search else {}
        firebase = {"firebase": self.firebase.section(str(self.hash_parameters))} if self.firebase else {}
        publish = {"publish": self.firebase.publish_section()} if self.publish else {}
        return {
            "name": self.name,
            "archive_folder": str(self.archives),
            "state_folder": str(self.state),
            "maintenance": {
                "flag_file": str(self.flag_file),
                "probe_url": f"{self.nginx.url}/",
                "probe_timeout_seconds": 10,
            },
            "retention": {"keep_days": 60},
            **publish,
            "resources": {
                "config_local": {"path": str(self.config_local.folder)},
                "deployment": {"path": str(self.deployment.folder)},
                "images": {
                    "compose_file": str(self.deployment.folder / "compose.yml"),
                    "env_file": str(self.deployment.env_file),
                    "services": list(SERVICES),
                    "registry": {"insecure": True},
                    "apply_command": [str(self.deployment.folder / "apply")],
                    "health_check": {"url": f"{self.nginx.url}/health", "timeout_seconds": 10},
                },
                "mysql": {
                    "socket": str(self.server.socket),
                    "user": self.server.user,
                    "password": {"file": str(self.environment_file.parent / "mysql-password")},
                    "databases": list(NAMES),
                },
                **search,
                **firebase,
            },
        }


_SITE = """\
    set $maintenance_flag {flag_file};
    set $maintenance_root {share};
    if ($uri = /health) {{ break; }}
    include {share}/maintenance.conf;
    location = /health {{ return 200 "ok\\n"; }}
"""
