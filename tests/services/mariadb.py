"""MariaDB of the distribution."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .certificates import make_certificates
from .server import find_program, program_available
from .sql_server import SqlServer, quoted


class Mariadb(SqlServer):
    name = "mariadb"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        return program_available("mariadbd")

    def program(self) -> list[str]:
        return [find_program("mariadbd"), "--no-defaults"]

    def prepare(self) -> None:
        super().prepare()
        make_certificates(self.folder / "tls")

    def argv(self) -> list[str]:
        if "--skip-ssl" in self.options:  # a certificate would turn it on again
            return super().argv()
        tls = self.folder / "tls"
        return [*super().argv(), f"--ssl-ca={tls}/ca.pem", f"--ssl-cert={tls}/server-cert.pem",
                f"--ssl-key={tls}/server-key.pem"]

    def exports(self) -> dict[str, str]:
        return {**super().exports(), "TEST_MARIADB_CA": f"{self.folder}/tls/ca.pem"}

    def template_name(self) -> str:
        version = subprocess.run([find_program("mariadbd"), "--version"], capture_output=True,
                                 check=True, text=True).stdout
        return "mariadb-" + version.split("Ver ")[1].split("-")[0]

    def initialise(self, datadir: Path) -> None:
        self._run_as_server(
            [find_program("mariadb-install-db"), "--no-defaults", f"--datadir={datadir}",
             "--auth-root-authentication-method=normal", "--skip-test-db",
             "--innodb-log-file-size=16M"], datadir.parent)

    def init_sql(self) -> str:
        password = quoted(self.password)
        return "".join(
            f"CREATE OR REPLACE USER root@'{host}' IDENTIFIED BY {password};\n"
            f"GRANT ALL ON *.* TO root@'{host}' WITH GRANT OPTION;\n"
            for host in ("localhost", "127.0.0.1"))
