"""How MariaDB and MySQL refuse."""

from __future__ import annotations

from .refusal import Refusal, nothing
from .sites import ACCOUNT, DATABASE, PASSWORD

BEFORE_USERS_ARE_OUT = ("operation begin", "preflight", "stage")
BOTH = ("mariadb", "mysql8")


def sql(statement: str, database: str = DATABASE):
    return lambda site: site.server.execute(statement, database)


def setting(name: str, value: object, back: object) -> dict:
    """A server-wide setting, hindering and released."""
    return {"hinder": sql(f"SET GLOBAL {name}={value}"), "release": sql(f"SET GLOBAL {name}={back}")}


def let_go(site) -> None:
    site.close_sessions()


TRUSTED = sql("SET GLOBAL log_bin_trust_function_creators=1")
DISTRUSTED = sql("SET GLOBAL log_bin_trust_function_creators=0")
FUNCTION = f"CREATE DEFINER={ACCOUNT} FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2"
TRIGGER = f"CREATE DEFINER={ACCOUNT} TRIGGER item_in BEFORE INSERT ON item FOR EACH ROW SET NEW.name = TRIM(NEW.name)"

ROWS = [
    # what the account may not make while the binary log is on (1419)
    (BOTH, Refusal("functions, binary log on, no SUPER", everywhere=True, before=sql(FUNCTION),
                   hinder=DISTRUSTED, release=TRUSTED, ends_in=BEFORE_USERS_ARE_OUT, after=DISTRUSTED)),
    (("mariadb",), Refusal("triggers, binary log on, no SUPER", before=sql(TRIGGER),
                   hinder=DISTRUSTED, release=TRUSTED, ends_in=BEFORE_USERS_ARE_OUT, after=DISTRUSTED)),
    # a server, or an account, that may not write
    (BOTH, Refusal("server is read-only", everywhere=True, **setting("read_only", 1, 0), ends_in=BEFORE_USERS_ARE_OUT)),
    (("mysql8",), Refusal("server is super-read-only", hinder=sql("SET GLOBAL super_read_only=1"),
                          release=sql("SET GLOBAL super_read_only=0; SET GLOBAL read_only=0"),
                          ends_in=BEFORE_USERS_ARE_OUT)),
    (BOTH, Refusal("server turned read-only after Stage", **setting("read_only", 1, 0), at="destroy",
                   ends_in=("destroy",))),
    (BOTH, Refusal("account lost its rights on the database",
                   hinder=sql(f"REVOKE ALL ON {DATABASE}.* FROM {ACCOUNT}"),
                   release=sql(f"GRANT ALL ON {DATABASE}.* TO {ACCOUNT}"), ends_in=BEFORE_USERS_ARE_OUT)),
    (BOTH, Refusal("account lost its rights after Stage",
                   hinder=sql(f"REVOKE INSERT, ALTER, DROP, CREATE ON {DATABASE}.* FROM {ACCOUNT}"),
                   release=sql(f"GRANT ALL ON {DATABASE}.* TO {ACCOUNT}"), at="destroy", ends_in=("destroy",))),
    (BOTH, Refusal("account may not see foreign keys, staging required", settings={"staging": "required"},
                   hinder=sql(f"REVOKE PROCESS ON *.* FROM {ACCOUNT}"),
                   release=sql(f"GRANT PROCESS ON *.* TO {ACCOUNT}"), ends_in=BEFORE_USERS_ARE_OUT,
                   says="GRANT PROCESS")),
    (BOTH, Refusal("password changed before Stage", at="stage",
                   hinder=sql(f"ALTER USER {ACCOUNT} IDENTIFIED BY 'another'"),
                   release=sql(f"ALTER USER {ACCOUNT} IDENTIFIED BY '{PASSWORD}'"), ends_in=("stage",))),
    (BOTH, Refusal("password changed before Destroy", at="destroy",
                   hinder=sql(f"ALTER USER {ACCOUNT} IDENTIFIED BY 'another'"),
                   release=sql(f"ALTER USER {ACCOUNT} IDENTIFIED BY '{PASSWORD}'"), ends_in=("destroy",))),
    (("mysql8",), Refusal("account locked", at="stage", hinder=sql(f"ALTER USER {ACCOUNT} ACCOUNT LOCK"),
                          release=sql(f"ALTER USER {ACCOUNT} ACCOUNT UNLOCK"), ends_in=("stage",))),
    # somebody else at work
    (BOTH, Refusal("an idle transaction holds a metadata lock", everywhere=True, at="destroy",
                   hinder=lambda site: site.session("BEGIN; SELECT COUNT(*) FROM item"), release=let_go,
                   ends_in=("destroy",), says="session")),
    (BOTH, Refusal("a session holds the tables locked", at="destroy",
                   hinder=lambda site: site.session("LOCK TABLES item READ"), release=let_go,
                   ends_in=("destroy",), says="session")),
    (BOTH, Refusal("a writer that maintenance did not keep out", everywhere=True, writes=True, at="destroy",
                   hinder=sql("INSERT INTO item (name) VALUES ('late')"), release=nothing, ends_in=("destroy",),
                   says="item")),
    (BOTH, Refusal("a writer that changes without adding", writes=True, at="destroy",
                   hinder=sql("UPDATE item SET name = 'late' WHERE id = 2"), release=nothing, ends_in=("destroy",),
                   says="item")),
    (BOTH, Refusal("a writer that alters a table", writes=True, at="destroy",
                   hinder=sql("ALTER TABLE item ADD colour VARCHAR(9)"), release=nothing, ends_in=("destroy",),
                   says="item")),
    (BOTH, Refusal("a writer that makes a table", writes=True, at="destroy",
                   hinder=sql("CREATE TABLE late (id INT PRIMARY KEY)"), release=nothing, ends_in=("destroy",),
                   says="late")),
    # what does not go in, or reads back otherwise
    (("mysql8",), Refusal("JSON with an exact decimal, which reads back as another",
                          before=sql("CREATE TABLE doc (id INT PRIMARY KEY, j JSON);"
                                     "INSERT INTO doc VALUES (1, JSON_OBJECT('n', CAST(1.10 AS DECIMAL(5,2))))"),
                          hinder=nothing, release=nothing, comes_back=False, ends_in=BEFORE_USERS_ARE_OUT,
                          says="doc")),
    (BOTH, Refusal("a table of another database refers to ours, staging required", everywhere=True,
                   settings={"staging": "required"},
                   hinder=sql(f"CREATE DATABASE other; CREATE TABLE other.child (id INT PRIMARY KEY, item INT, "
                              f"FOREIGN KEY (item) REFERENCES {DATABASE}.item (id))"),
                   release=sql("DROP DATABASE other"), ends_in=BEFORE_USERS_ARE_OUT, says="child")),
    (BOTH, Refusal("a table of another database came to refer to ours after Stage", at="destroy",
                   hinder=sql(f"CREATE DATABASE other; CREATE TABLE other.child (id INT PRIMARY KEY, item INT, "
                              f"FOREIGN KEY (item) REFERENCES {DATABASE}.item (id))"),
                   release=sql("DROP DATABASE other"), ends_in=("destroy",), says="child")),
    (("mariadb",), Refusal("account may not keep definers", hinder=sql(f"REVOKE SET USER ON *.* FROM {ACCOUNT}"),
                           release=sql(f"GRANT SET USER ON *.* TO {ACCOUNT}"), ends_in=BEFORE_USERS_ARE_OUT,
                           says="SET USER")),
    (("mysql8",), Refusal("account may not keep definers", hinder=sql(f"REVOKE SET_USER_ID ON *.* FROM {ACCOUNT}"),
                          release=sql(f"GRANT SET_USER_ID ON *.* TO {ACCOUNT}"), ends_in=BEFORE_USERS_ARE_OUT,
                          says="SET_USER_ID")),
    # no room
    (BOTH, Refusal("the account may hold one connection only", hinder=sql(
        f"ALTER USER {ACCOUNT} WITH MAX_USER_CONNECTIONS 1"),
        release=sql(f"ALTER USER {ACCOUNT} WITH MAX_USER_CONNECTIONS 0"), ends_in=BEFORE_USERS_ARE_OUT)),
]
