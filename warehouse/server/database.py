"""The warehouse's database: the embedded server or the one of YUSUAN_DATABASE_URL, prepared and ready to connect to."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import sqlalchemy
from sqlalchemy import URL, Engine, ExceptionContext, make_url, text

from warehouse.errors import DatabaseBusyError, DatabaseUnreachableError, WarehouseError
from warehouse.server.credentials import Credentials
from warehouse.server.embedded import EmbeddedServer
from warehouse.server.guard import READERS, openings, refuses_password, restore_password
from warehouse.server.roles import LIMITS, Login
from warehouse.server.settings import Settings

OLDEST = 15  # major version of PostgreSQL


@dataclass(frozen=True, slots=True)
class Database:
    """A database and the addresses to reach it as each of its roles."""

    owner_url: URL
    settings: Settings

    def url(self, login: Login) -> URL:
        """The address for `login`, password included. Raises WarehouseError if its password is not known here."""
        if login is Login.OWNER:
            return self.owner_url
        if (password := self._known_password(login)) is None:
            raise WarehouseError(
                f"the password of {login} was not made here: set {_variable(login)}, "
                f"or let the owner change it (ALTER ROLE {login} PASSWORD …)"
            )
        return self.owner_url.set(username=login, password=password)

    def knows(self, login: Login) -> bool:
        """Whether the login's password is known here."""
        return self._known_password(login) is not None

    def engine(self, login: Login, *, read_only: bool = False) -> Engine:
        """A SQLAlchemy engine that logs in as `login`; connections are made when they are needed.

        `read_only`: its sessions refuse to change anything, for commands that only look behind the marts.
        Its connections raise DatabaseUnreachableError if the server cannot be reached or is lost, DatabaseBusyError if
        it cannot do what is asked now.
        """
        engine = sqlalchemy.create_engine(
            self.url(login),
            pool_pre_ping=True,
            **({"pool_size": LIMITS[login], "max_overflow": 0} if login is Login.DESK else {}),
            connect_args={
                "connect_timeout": 10,
                "application_name": f"yusuan {login}",
                **({"options": "-c default_transaction_read_only=on"} if read_only else {}),
            },
        )
        sqlalchemy.event.listen(engine, "handle_error", _explain_loss)
        return engine

    def new_password(self, login: Login) -> str:
        """The password to create `login` with: the declared one, or one made and kept now."""
        return self._declared_password(login) or self._credentials.ensure(login)

    @property
    def _credentials(self) -> Credentials:
        return Credentials(self.settings.home / "credentials")

    def _declared_password(self, login: Login) -> str | None:
        declared = {
            Login.LOADER: self.settings.loader_password,
            Login.READER: self.settings.reader_password,
            Login.DESK: self.settings.desk_password,
        }.get(login)
        return declared.get_secret_value() if declared else None

    def _known_password(self, login: Login) -> str | None:
        return self._declared_password(login) or self._credentials.password(login)


def embedded_server(settings: Settings) -> EmbeddedServer:
    """The embedded server of these settings.

    Raises WarehouseError if they name a server of their own, which yusuan neither starts nor stops, or allow none.
    """
    if not settings.embedded and settings.database_url is None:
        raise WarehouseError("YUSUAN_DATABASE_URL is not set, and YUSUAN_EMBEDDED=false allows no embedded database")
    if settings.database_url is not None:
        raise WarehouseError(
            "YUSUAN_DATABASE_URL is set: that server is not the embedded one; unset it, or run it yourself"
        )
    return EmbeddedServer(settings.home, settings.port)


def locate_database(settings: Settings) -> Database:
    """Where the database is, without starting or preparing anything.

    Raises WarehouseError if it is the embedded one and that does not run.
    """
    if settings.database_url is None:
        return Database(make_url(embedded_server(settings).url(Login.OWNER)), settings)
    url = make_url(settings.database_url.get_secret_value())
    return Database(url.set(drivername="postgresql+psycopg"), settings)


def reach_database(settings: Settings) -> Database:
    """Where the database is, running; neither prepared nor changed: its schema is of whichever version it is.

    Raises WarehouseError if it is the embedded one and cannot be started.
    """
    if settings.database_url is None:
        embedded_server(settings).start()
    return locate_database(settings)


def open_database(settings: Settings) -> Database:
    """The database, running, reachable, with its roles and at the current schema: what every command begins with.

    Raises WarehouseError if it cannot be started, reached or upgraded.
    """
    from warehouse.migrations import upgrade  # Alembic is slow to import, and `locate_database` does without

    database = reach_database(settings)
    engine = database.engine(Login.OWNER)
    try:
        check_server(engine)
        upgraded = upgrade(engine, database.new_password)
        if settings.database_url is None:
            if upgraded:
                embedded_server(settings).start()  # closes to the new roles what only a superuser can
            _restore_passwords(database, engine)
    finally:
        engine.dispose()
    return database


def wrong_with_readers(database: Database) -> list[str]:
    """What the logins that only read may do or have changed, a line each; seen with the loader's rights."""
    engine = database.engine(Login.LOADER)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        found = openings(driver)
    engine.dispose()
    return found + [f"{login} has another password than ours" for login in _changed_passwords(database)]


def _changed_passwords(database: Database) -> list[Login]:
    known = [login for login in READERS if database.knows(login)]
    return [login for login in known if refuses_password(database.url(login))]


def _restore_passwords(database: Database, owner: Engine) -> None:
    """A login may always change its own password, and would lock out everybody else who reads."""
    for login in _changed_passwords(database):
        with owner.begin() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            restore_password(driver, login, database.new_password(login))


def check_server(engine: Engine) -> None:
    """Raise WarehouseError unless the server can hold a warehouse, DatabaseUnreachableError if it does not answer."""
    with engine.connect() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10000
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if version < OLDEST:
        raise WarehouseError(
            f"the server at {_place(engine.url)} is PostgreSQL {version}; yusuan needs {OLDEST} or newer"
        )
    if encoding != "UTF8":
        raise WarehouseError(f"{_place(engine.url)} is encoded in {encoding}; create the database with ENCODING 'UTF8'")


def explain(error: psycopg.OperationalError) -> DatabaseBusyError:
    """What the server could not do, for a person."""
    said = (error.diag.message_primary or str(error)).strip()
    advice = _ADVICE.get(error.sqlstate or "", "The server's log says more.")
    return DatabaseBusyError(f"the database could not do it: {said}\n{advice} Nothing half done stays; run it again.")


_ADVICE = {
    "53100": "Make room on the disk of the database.",
    "53300": "Too many programs are connected to it.",
    "55P03": "Another program holds what this one needs: `SELECT * FROM pg_stat_activity` shows it.",
    "57014": "It took longer than this login may (statement_timeout).",
}


def _explain_loss(context: ExceptionContext) -> WarehouseError | None:
    """Turn the driver's errors about the connection or the server into ours; those about a statement stay."""
    engine = context.engine
    if engine is None or context.is_pre_ping:  # after a failed ping SQLAlchemy connects anew by itself
        return None
    said = str(context.original_exception).strip()
    if context.connection is None:
        return DatabaseUnreachableError(
            f"cannot reach the database at {_place(engine.url)} as {engine.url.username}: {said}\n"
            "Is the server up (`yusuan db status`), and is YUSUAN_DATABASE_URL right if it is set?"
        )
    if context.is_disconnect:
        return DatabaseUnreachableError(
            f"lost the connection to the database at {_place(engine.url)}: {said}\n"
            "What was not committed is not there; run the command again."
        )
    if isinstance(context.original_exception, psycopg.OperationalError):
        return explain(context.original_exception)
    return None


def _place(url: URL) -> str:
    return f"{url.host}:{url.port or 5432}/{url.database}"


def _variable(login: Login) -> str:
    return {
        Login.LOADER: "YUSUAN_LOADER_PASSWORD",
        Login.READER: "YUSUAN_READER_PASSWORD",
        Login.DESK: "YUSUAN_DESK_PASSWORD",
    }[login]
