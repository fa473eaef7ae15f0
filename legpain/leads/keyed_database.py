"""A database together with the key it is written with: checked at start, changed by rotation.

The row in `store_key` says which key is in use. Every transaction that seals or unseals locks
that row against a rotation, so a server that runs while the key is rotated goes on correctly.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Optional, Tuple

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from legpain.leads.database import VAR, transaction
from legpain.leads.errors import KeyProblem
from legpain.leads.keys import KEY_VARIABLE, Key, Keyring
from legpain.leads.models import leads, store_key
from legpain.leads.rows import contact_of, sealed_columns

KEY_FILE_VARIABLE = "LEGPAIN_KEY_FILE"


class KeyedDatabase:
    """An engine and its keyring.

    Args:
        engine: of a migrated database.
        keyring: that holds its key.
    """

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self.engine, self.keyring = engine, keyring

    @classmethod
    def open(cls, engine: Engine, key_file: Optional[Path] = None) -> KeyedDatabase:
        """Find the database's key; on the first run of a new database, choose it.

        Raises:
            KeyProblem: if the database has a key and it is not at hand.
        """
        path = key_file or Path(os.environ.get(KEY_FILE_VARIABLE) or VAR / "legpain.key")
        try:
            database = cls(engine, Keyring(path))
            with transaction(engine) as connection:
                is_new = connection.execute(select(store_key.c.key_id)).first() is None
            if is_new:
                database._choose_key()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyProblem(f"The key file {path} can not be read or written.") from error
        with database.transaction():
            return database

    def _choose_key(self) -> None:
        key = self.keyring.first()
        try:
            with transaction(self.engine) as connection:
                connection.execute(insert(store_key).values(id=1, key_id=key.id))
        except IntegrityError:
            pass  # another process that started at the same moment chose

    @contextmanager
    def transaction(self) -> Iterator[Tuple[Connection, Key]]:
        """Run one transaction with the key in use.

        Raises:
            KeyProblem: if that key is not at hand.
            StoreUnavailable: if the database fails.
        """
        with transaction(self.engine) as connection:
            yield connection, self._key_in_use(connection)

    def _key_in_use(self, connection: Connection, for_rotation: bool = False) -> Key:
        query = select(store_key.c.key_id).with_for_update(read=not for_rotation)
        key_id = connection.execute(query).scalar_one()
        if self.keyring.get(key_id) is None:
            self.keyring.reload()  # another process has rotated it
        key = self.keyring.get(key_id)
        if key is None:
            raise KeyProblem(
                f"This database is encrypted with the key {key_id}, which is not at hand. "
                f"Put it into {KEY_VARIABLE} or into the file {self.keyring.path}."
            )
        return key

    def rotate(self, note: Callable[[Connection], None]) -> str:
        """Encrypt every request anew, in one transaction, and return the new key's id.

        With the key in a file, a new one is made and takes the old one's place there. With the
        key in the environment, LEGPAIN_KEY must be "new,old"; afterwards "new" alone is enough.
        A crash at any moment leaves the database with a key that is still in the file.

        Args:
            note: writes the audit, in the same transaction.

        Raises:
            KeyProblem: if LEGPAIN_KEY does not begin with a new key.
        """
        if self.keyring.from_environment:
            self.keyring.reload()
            new = self.keyring.first()
            self._seal_all(new, note)
            return new.id
        with self.keyring.rotation_lock():
            new = Key.new()
            self.keyring.write([new, *self.keyring.keys()])
            self._seal_all(new, note)
            self.keyring.write([new])
        return new.id

    def _seal_all(self, new: Key, note: Callable[[Connection], None]) -> None:
        with transaction(self.engine) as connection:
            if self._key_in_use(connection, for_rotation=True).id == new.id:
                raise KeyProblem(
                    f"Put the new key before the old one in {KEY_VARIABLE}, with a comma "
                    "between them, and rotate again."
                )
            for row in connection.execute(select(leads)).all():
                columns = sealed_columns(contact_of(row, self.keyring), row.reference, new)
                connection.execute(update(leads).where(leads.c.id == row.id).values(columns))
            connection.execute(update(store_key).values(key_id=new.id))
            note(connection)

    def wipe_journal(self) -> None:
        """Empty SQLite's write-ahead log, which may still hold what was deleted."""
        if self.engine.dialect.name == "sqlite":
            connection = self.engine.raw_connection()
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()
