"""The three databases, with what is awkward about real ones."""

from __future__ import annotations

from pathlib import Path

from services.sql_server import SqlServer

from .fingerprint import Fingerprint

NAMES = ("athena-server", "oauth2-users", "oauth2-server")
_SQL = Path(__file__).resolve().parent


class Databases:
    def __init__(self, server: SqlServer) -> None:
        self.server = server

    def build(self) -> None:
        self.server.load(_SQL / "databases.sql")

    def damage(self) -> None:
        self.server.load(_SQL / "damage.sql")

    def fingerprint(self) -> Fingerprint:
        present = [row[0] for row in self.server.query("SHOW DATABASES") if row[0] in NAMES]
        tables = self.server.query(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
            "AND table_schema IN ('athena-server', 'oauth2-users', 'oauth2-server') ORDER BY 1, 2")
        rows = sum(int(self.server.query(f"SELECT COUNT(*) FROM {_name(schema)}.{_name(table)}")[0][0])
                   for schema, table in tables)
        dump = self.server.dump(*present, broken_views=True).decode("utf-8", "surrogateescape")
        return Fingerprint.of("mysql", f"{rows} rows, {len(tables)} tables",
                              dump.splitlines() + self._floats())

    def _floats(self) -> list[str]:
        """A dump shows FLOAT with six digits; the bits behind them count too."""
        try:
            rows = self.server.query("SELECT id, single*1e0 FROM `athena-server`.measurement ORDER BY id")
        except RuntimeError:
            return ["no table measurement"]
        return [f"single {' '.join(row)}" for row in rows]


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
