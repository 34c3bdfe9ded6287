"""The databases that a view can be read from: driver, encryption, and how each is told to write
nothing and to give up in time.

PostgreSQL's driver comes with the program and is tested against a real server. The others need a
package of their maker's beside it; their lines here follow the makers' manuals and were not tried.
"""

from typing import Any, ClassVar, Literal

import msgspec
from sqlalchemy import URL

from app.config import Tls
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import LOCAL, Refused
from app.feeds._tls import client_context


class Dialect(msgspec.Struct, frozen=True):
    """`session` is said once a connection, `begin` first in each transaction; `{ms}` is the longest
    statement. `tls` says who encrypts: libpq, the driver with our context, ODBC, or nobody we could
    tell."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    package: str
    example: str
    tls: Literal["libpq", "context", "odbc", "unknown"]
    session: tuple[str, ...] = ()
    begin: tuple[str, ...] = ()


_LIBPQ = ("SET default_transaction_read_only = on", "SET statement_timeout = {ms}")

DIALECTS: dict[str, Dialect] = {
    "postgresql": Dialect(
        "psycopg", "postgresql+psycopg://host:5432/database", "libpq", session=_LIBPQ
    ),
    "kingbase": Dialect(
        "ksycopg2", "kingbase+ksycopg2://host:54321/database", "libpq", session=_LIBPQ
    ),
    "mysql": Dialect(
        "pymysql",
        "mysql+pymysql://host:3306/database",
        "context",
        session=("SET SESSION TRANSACTION READ ONLY", "SET SESSION MAX_EXECUTION_TIME = {ms}"),
    ),
    "mssql": Dialect(
        "pyodbc",
        "mssql+pyodbc://host:1433/database?driver=ODBC+Driver+18+for+SQL+Server",
        "odbc",
        session=("SET LOCK_TIMEOUT {ms}",),
    ),
    "oracle": Dialect(
        "oracledb",
        "oracle+oracledb://host:1521/?service_name=name",
        "unknown",
        begin=("SET TRANSACTION READ ONLY",),
    ),
    "dm": Dialect(
        "dmPython, dmSQLAlchemy",
        "dm+dmPython://host:5236/database",
        "unknown",
        begin=("SET TRANSACTION READ ONLY",),
    ),
}


def secured(
    feed: str, dialect: Dialect, url: URL, tls: Tls, *, open_s: float, allow_plain: bool
) -> tuple[URL, dict[str, Any]]:
    """Address and arguments of a connection that is encrypted and verified, except to this machine
    or where that is allowed; raises Refused where we cannot make it so."""
    host = url.host or ""
    plain = host in LOCAL and not tls.ca
    if dialect.tls == "libpq":
        return url, {
            **_libpq(tls, plain=plain or allow_plain),
            "connect_timeout": max(2, int(open_s)),
        }
    if plain or allow_plain:
        return url, {}
    if dialect.tls == "context":
        return url, {"ssl": client_context(tls)}
    if dialect.tls == "odbc":
        return url.update_query_dict({"Encrypt": "yes", "TrustServerCertificate": "no"}), {}
    raise Refused(message("feed.plain_credential", feed=feed))


def _libpq(tls: Tls, *, plain: bool) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "application_name": "chengmai",
        "sslmode": "prefer" if plain else "verify-full",
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
    }
    if not plain:
        arguments["sslrootcert"] = tls.ca or "system"
    if tls.certificate:
        arguments |= {"sslcert": tls.certificate, "sslkey": tls.key}
    return arguments
