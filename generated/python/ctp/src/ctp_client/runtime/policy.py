# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What decides on claims, and counts: for all connections of an endpoint together, in bounded memory."""

from __future__ import annotations

import hmac
from collections import OrderedDict, deque
from typing import Any, Deque, Dict, List, Mapping, Optional


class Policy:
    """Agents that are known, each ``{"tier": name, "key": text}``, and what was counted."""

    def __init__(self, registry: Optional[Mapping[str, Mapping[str, Any]]] = None) -> None:
        self.registry = dict(registry or {})
        self._meters: Dict[str, "OrderedDict[str, Deque[int]]"] = {}
        self._most: Dict[str, Dict[str, int]] = {}

    def grant(self, tiers: List[Dict[str, Any]], agent: str, level: int, key: Optional[str]) -> int:
        """The level that an agent is granted: the lower of its claim and of what it is allowed."""
        return min(max(level, self._allowed(tiers, agent, key)), len(tiers) - 1)

    def _allowed(self, tiers: List[Dict[str, Any]], agent: str, key: Optional[str]) -> int:
        by_key = [index for index, tier in enumerate(tiers) if tier["by_key"]]
        free = by_key[-1] + 1 if by_key else 0
        known = self.registry.get(agent)
        names = [tier["name"] for tier in tiers]
        if known is None or known.get("tier") not in names:
            return free
        level = names.index(known["tier"])
        expected = known.get("key")
        shows = expected is not None and key is not None and hmac.compare_digest(key.encode(), expected.encode())
        return level if shows else max(level, free)

    def wait(self, meter: Dict[str, Any], key: str, rate: Dict[str, int], now: int) -> int:
        """Milliseconds until a meter admits one more. It counts nothing."""
        logs = self._meters.get(meter["name"])
        if logs is None or key not in logs:
            return 0
        logs.move_to_end(key)
        log = logs[key]
        limit = max(rate["limit"], 1)
        return max(log[len(log) - limit] + int(rate["window"]) - now, 0) if len(log) >= limit else 0

    def count(self, meter: Dict[str, Any], key: str, rate: Dict[str, int], now: int) -> None:
        """Counts one."""
        logs = self._meters.setdefault(meter["name"], OrderedDict())
        most = self._most.setdefault(meter["name"], {})
        if key not in logs:
            if len(logs) >= max(meter["last"], 1):
                forgotten, _ = logs.popitem(last=False)
                most.pop(forgotten, None)
            logs[key] = deque()
        logs.move_to_end(key)
        log = logs[key]
        most[key] = max(most.get(key, 0), max(rate["limit"], 1))
        if len(log) >= most[key]:
            log.popleft()
        log.append(now)
