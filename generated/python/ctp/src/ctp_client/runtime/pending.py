# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Requests that wait for their answers, each until its deadline: at most so many."""

from __future__ import annotations

import heapq
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from .values import Decoded

Keys = Sequence[Optional[str]]


class Pending:
    """A request is found by one of its keys, the first kind of them first; of equal ones the oldest."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._next = 0
        self._waiting: Dict[int, Tuple[Decoded, Keys, int]] = {}
        # Deadlines; those of requests that wait no more are passed over.
        self._deadlines: List[Tuple[int, int]] = []
        # For each kind of key, which requests have which; the oldest first.
        self._by_key: List[Dict[str, Dict[int, None]]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether no further request finds room."""
        return len(self._waiting) >= self.most

    def add(self, request: Decoded, keys: Keys, deadline: int) -> None:
        """Adds a request with its keys, and the moment after which it is too late for an answer."""
        serial, self._next = self._next, self._next + 1
        while len(self._by_key) < len(keys):
            self._by_key.append({})
        for known, key in zip(self._by_key, keys):
            if key is not None:
                known.setdefault(key, {})[serial] = None
        self._waiting[serial] = (request, keys, deadline)
        heapq.heappush(self._deadlines, (deadline, serial))

    def resolve(self, keys: Keys) -> Optional[Decoded]:
        """Takes away the request that one of these keys is of."""
        for known, key in zip(self._by_key, keys):
            if key is not None and key in known:
                return self.remove(next(iter(known[key])))
        return None

    def cancel(self, key: str) -> Optional[Decoded]:
        """Takes away the oldest request whose first key this is."""
        return self.resolve([key])

    def deadline(self) -> Optional[int]:
        """When the first is too late."""
        heap = self._deadlines
        while heap and heap[0][1] not in self._waiting:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def take_due(self, now: int) -> Optional[Decoded]:
        """Takes away the first that is too late now."""
        due = self.deadline()
        return self.remove(self._deadlines[0][1]) if due is not None and due <= now else None

    def requests(self) -> Iterator[Decoded]:
        """All that wait, the oldest first."""
        return (request for request, _, _ in self._waiting.values())

    def all(self) -> List[Tuple[int, Decoded]]:
        """The same with their numbers, as they are now."""
        return [(serial, request) for serial, (request, _, _) in self._waiting.items()]

    def remove(self, serial: int) -> Decoded:
        """Takes a request away by its number."""
        request, keys, _ = self._waiting.pop(serial)
        for known, key in zip(self._by_key, keys):
            if key is not None:
                known[key].pop(serial, None)
                if not known[key]:
                    del known[key]
        if len(self._deadlines) > 2 * len(self._waiting) + 64:
            self._deadlines = [entry for entry in self._deadlines if entry[1] in self._waiting]
            heapq.heapify(self._deadlines)
        return request
