"""MySQL 8.0.15, unpacked by ci/packages; with its binary log, which is on unless somebody turns it off."""

from __future__ import annotations

from pathlib import Path

from .cache import cache_dir
from .server import program_available
from .sql_server import SqlServer, quoted


class Mysql8(SqlServer):
    name = "mysql8"

    @classmethod
    def available(cls) -> tuple[bool, str]:
        if not (_home() / "bin" / "mysqld").exists():
            return False, f"{_home()} holds no MySQL: run ci/packages services"
        return program_available("mariadb")

    def program(self) -> list[str]:
        return [str(_home() / "bin" / "mysqld"), "--no-defaults", f"--basedir={_home()}",
                f"--lc-messages-dir={_home()}/share", "--mysqlx=OFF"]

    def exports(self) -> dict[str, str]:
        # made by the server itself, and named for nobody
        return {**super().exports(), "TEST_MYSQL8_CA": f"{self.datadir}/ca.pem"}

    def template_name(self) -> str:
        return "mysql-8.0.15"

    def initialise(self, datadir: Path) -> None:
        self._run_as_server(
            [*self.program(), "--initialize-insecure", f"--datadir={datadir}",
             "--innodb-log-file-size=16M"], datadir.parent)

    def init_sql(self) -> str:
        password = quoted(self.password)
        return "".join(
            f"CREATE USER IF NOT EXISTS root@'{host}';\n"
            f"ALTER USER root@'{host}' IDENTIFIED BY {password};\n"
            f"GRANT ALL ON *.* TO root@'{host}' WITH GRANT OPTION;\n"
            for host in ("localhost", "127.0.0.1"))


def _home() -> Path:
    return cache_dir() / "mysql8"
