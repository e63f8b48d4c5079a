"""Small environments, each on one kind of server with the settings that it ships with."""

from __future__ import annotations

import json
from contextlib import ExitStack

from faults.steps import Steps
from sample_environment.environment import SampleEnvironment
from sample_environment.fingerprint import Fingerprint
from sample_environment.search_only import SearchOnly
from services.elasticsearch import Elasticsearch
from services.mariadb import Mariadb
from services.mysql8 import Mysql8
from services.opensearch import Opensearch
from services.shared import shared

PASSWORD = "of the agent"
ACCOUNT = "'agent'@'localhost'"
# an account that may do what README's "Rights" says, and nothing else
GLOBAL = "SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, RELOAD, PROCESS"
DATABASE = "shop"
SCRATCH = (r"environment\_backup\_shop", r"eb\_staged\_shop\_shop", r"eb\_aside\_shop\_shop")


class Refusing:
    """What every site of this kind adds to an environment."""

    restore_settings: dict = {}

    def begin(self) -> None:
        self.steps = Steps(self)

    def use(self, settings: dict) -> None:
        self.restore_settings = settings
        self.environment_file.write_text(json.dumps(self.document(), indent=2) + "\n")

    def forget(self, refusal) -> None:
        """Back to what the next refusal expects."""
        self.repair()
        refusal.after(self)

    def rest_of_document(self) -> dict:
        return {"name": self.name, "archive_folder": str(self.archives), "state_folder": str(self.state),
                "maintenance": {"flag_file": str(self.flag_file)},
                "retention": {"keep_days": 0, "keep_last": 1, "min_verified": 1},
                **({"restore": self.restore_settings} if self.restore_settings else {})}


class SqlSite(Refusing, SampleEnvironment):
    """One small database, an account without SUPER, the binary log on."""

    server_type: type = Mariadb
    keeps_definers = "SET USER"

    def __init__(self, bin_dir) -> None:
        super().__init__(bin_dir, name="shop", search=None)
        self.server = self.server_type(options=["--log-bin=log", "--server-id=1",
                                                "--log-bin-trust-function-creators=0"])
        self.server_name = self.server.name
        self.sessions = ExitStack()

    @classmethod
    def usable(cls) -> tuple[bool, str]:
        usable, reason = cls.server_type.available()
        return usable, f"{cls.server_type.name}: {reason}"

    def fingerprints(self) -> dict[str, Fingerprint]:
        dump = self.server.dump(DATABASE, broken_views=True).decode("utf-8", "surrogateescape")
        return {"mysql": Fingerprint.of("mysql", DATABASE, dump.splitlines())}

    def damage(self) -> None:
        self.server.execute("DROP TABLE note; DELETE FROM item WHERE id % 3 = 0;"
                            "UPDATE item SET name = 'oops' WHERE id = 1; CREATE TABLE stray (id INT PRIMARY KEY)",
                            DATABASE)

    def repair(self) -> None:
        """The database as the first backup found it."""
        self.close_sessions()
        self.server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        self.server.execute(_SHOP)

    def session(self, sql: str) -> None:
        """A client that has run `sql` and stays."""
        self.sessions.enter_context(self.server.session(sql, DATABASE))

    def close_sessions(self) -> None:
        self.sessions.close()

    def document(self) -> dict:
        return {**self.rest_of_document(), "resources": {"mysql": {
            "socket": str(self.server.socket), "user": "agent", "databases": [DATABASE],
            "password": {"file": str(self.environment_file.parent / "mysql-password")}}}}

    # details
    def _start_servers(self, stack: ExitStack) -> None:
        stack.callback(self.server.stop)
        stack.callback(self.close_sessions)
        self.server.start()
        self.server.wait_ready()

    def _build(self) -> None:
        self._make_folders()
        self.repair()
        self.server.execute(
            f"CREATE USER {ACCOUNT} IDENTIFIED BY '{PASSWORD}'; GRANT {GLOBAL} ON *.* TO {ACCOUNT};"
            f"GRANT {self.keeps_definers} ON *.* TO {ACCOUNT};"
            f"GRANT ALL ON {DATABASE}.* TO {ACCOUNT};"
            + "".join(f"GRANT ALL ON `{pattern}`.* TO {ACCOUNT};" for pattern in SCRATCH))
        password = self.environment_file.parent / "mysql-password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        self.use({})
        self.begin()


class Mysql8Site(SqlSite):
    server_type = Mysql8
    keeps_definers = "SET_USER_ID"


class SearchSite(Refusing, SearchOnly):
    search_type: type = Elasticsearch

    def __init__(self, bin_dir) -> None:
        super().__init__(bin_dir, shared(self.search_type))
        self.server_name = self.search.name

    @classmethod
    def usable(cls) -> tuple[bool, str]:
        usable, reason = cls.search_type.available()
        return usable, f"{cls.search_type.name}: {reason}"

    def repair(self) -> None:
        self.indices.remove()
        self.indices.build()

    def cluster(self, settings: dict) -> None:
        """Sets, or with None takes back, settings of the cluster."""
        self.search.call("PUT", "/_cluster/settings", {"persistent": settings})

    def document(self) -> dict:
        return {**self.rest_of_document(),
                "resources": {"elasticsearch": {**self.search_section(), **self.section}}}

    def _build(self) -> None:
        super()._build()
        self.begin()


class OpensearchSite(SearchSite):
    search_type = Opensearch


SITES = {"mariadb": SqlSite, "mysql8": Mysql8Site, "elasticsearch": SearchSite, "opensearch": OpensearchSite}

_SHOP = f"""
CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE {DATABASE};
CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100), price DECIMAL(9,2)) ENGINE=InnoDB;
INSERT INTO item (name, price) VALUES ('a', 1.10), ('b', 2.20), ('c', 3.30);
INSERT INTO item (name, price) SELECT CONCAT(x.name, y.name, z.name), x.price FROM item x, item y, item z;
CREATE TABLE note (id INT PRIMARY KEY, item INT, line VARCHAR(100),
  CONSTRAINT of_item FOREIGN KEY (item) REFERENCES item (id)) ENGINE=InnoDB;
INSERT INTO note SELECT id, id, CONCAT('note ', name) FROM item;
CREATE VIEW cheap AS SELECT id, name FROM item WHERE price < 3;
"""
