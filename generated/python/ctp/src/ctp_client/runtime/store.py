# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Where what a machine stores is kept. The form in files is the same in every language."""

from __future__ import annotations

import json
import os
import secrets
import time
from pathlib import Path
from typing import Dict, Optional, Protocol, Tuple, Union


class Store(Protocol):
    """Keeps JSON objects at places: a space and a key."""

    async def get(self, space: str, key: str) -> Optional[str]:
        """What is stored at a place; nothing, once its time has passed."""

    async def put(self, space: str, key: str, value: str, expires: Optional[int]) -> None:
        """Stores an object's text, until a time in milliseconds since the Unix epoch."""

    async def remove(self, space: str, key: str) -> None:
        """Removes what is stored at a place, if anything is."""


class MemoryStore:
    """Keeps values as long as the process lives."""

    def __init__(self) -> None:
        self._rows: Dict[Tuple[str, str], Tuple[str, Optional[int]]] = {}
        self._puts = 0

    async def get(self, space: str, key: str) -> Optional[str]:
        row = self._rows.get((space, key))
        return None if row is None or _is_over(row[1]) else row[0]

    async def put(self, space: str, key: str, value: str, expires: Optional[int]) -> None:
        self._rows[(space, key)] = (value, expires)
        self._puts += 1
        # What is over goes now and then, so that memory follows what lives.
        if self._puts > 2 * len(self._rows) + 64:
            self._puts = 0
            self._rows = {place: row for place, row in self._rows.items() if not _is_over(row[1])}

    async def remove(self, space: str, key: str) -> None:
        self._rows.pop((space, key), None)


class FileStore:
    """Keeps each value in a file of its own, ``DIRECTORY/SPACE/KEY.json``, for its owner only.

    The file holds ``{"version":1,"key":"..","value":{..},"expires":null}``. It is written beside its place and then renamed.
    """

    def __init__(self, directory: Union[str, "os.PathLike[str]"]) -> None:
        self.directory = Path(directory)

    async def get(self, space: str, key: str) -> Optional[str]:
        try:
            text = self._path(space, key).read_text("utf-8")
        except FileNotFoundError:
            return None
        document = json.loads(text)
        if document.get("version") != 1 or document.get("key") != key or _is_over(document.get("expires")):
            return None
        return json.dumps(document["value"], ensure_ascii=False, separators=(",", ":"))

    async def put(self, space: str, key: str, value: str, expires: Optional[int]) -> None:
        path = self._path(space, key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.parent / f".tmp-{secrets.token_hex(8)}"
        limit = "null" if expires is None else str(expires)
        text = f'{{"version":1,"key":{json.dumps(key, ensure_ascii=False)},"value":{value},"expires":{limit}}}'
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    async def remove(self, space: str, key: str) -> None:
        self._path(space, key).unlink(missing_ok=True)

    def _path(self, space: str, key: str) -> Path:
        return self.directory / file_name(space) / f"{file_name(key)}.json"


def file_name(key: str) -> str:
    """The name of a key's file without its ending; the same in every language."""
    name, cut = "", 0
    for at, octet in enumerate(key.encode()):
        character = chr(octet)
        plain = octet < 128 and (character.isalnum() or character in "-_" or (character == "." and at > 0))
        name += character if plain else f"%{octet:02X}"
        if len(name) <= 180:
            cut = len(name)
    if len(name) > 200:
        digest = 0xCBF2_9CE4_8422_2325
        for octet in key.encode():
            digest = ((digest ^ octet) * 0x100_0000_01B3) & ((1 << 64) - 1)
        name = f"{name[:cut]}~{digest:016x}"
    return name or "%"


def _is_over(expires: Optional[int]) -> bool:
    return expires is not None and time.time() * 1000 >= expires
