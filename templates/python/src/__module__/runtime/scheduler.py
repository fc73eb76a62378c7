# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Decides which unit of work is done where and when. It does nothing by itself: it is told what happens, and says what is to be done.

Time is an argument, in milliseconds. What it holds is bounded by its :class:`Limits`.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict, deque
from typing import Any, Deque, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple, Union

from .work import Failure, Outcome, Unit, Work

HERE = 0
"""The place that is the node itself; others are peers."""

_URGENT = 10


class Limits(NamedTuple):
    """What bounds a scheduler."""

    capacity: int = 1000
    """Submits that wait or run at once; further ones are refused."""
    remembered: int = 10_000
    """Outcomes that are remembered."""
    remembered_octets: int = 64 << 20
    """Octets of outcomes that are remembered."""
    remember_for: int = 600_000
    """How long an outcome is remembered, in milliseconds."""
    aging: int = 1000
    """In how many milliseconds waiting raises a unit's priority by one."""
    timeout: int = 30_000
    """How long a unit may take of which nothing else is said, in milliseconds."""
    tries: int = 3
    """How often a unit is begun at most, where the peers are lost that worked on it."""


class Start(NamedTuple):
    """A unit is to be worked on; :meth:`Scheduler.finished` is told when it has been."""

    serial: int
    place: int
    unit: Unit
    kind: str
    left: int
    """How much of its time is left, in milliseconds."""


class Cancel(NamedTuple):
    """What was started is no longer wanted. It counts as finished."""

    serial: int
    place: int


class Answer(NamedTuple):
    """A submit has its answer: each has exactly one. ``to`` is who submitted."""

    to: Any
    outcome: Outcome


Do = Union[Start, Cancel, Answer]


class _Held:
    __slots__ = ("unit", "kind", "lane", "score", "deadline", "waiters", "blockers", "place", "since", "tries")

    def __init__(self, unit: Unit, kind: str, lane: Optional[Tuple[int, str]], score: int, deadline: int, blockers: Set[str]) -> None:
        self.unit = unit
        self.kind = kind
        # Whose line it waits in, if its group is ordered.
        self.lane = lane
        self.score = score
        self.deadline = deadline
        self.waiters: List[Any] = []
        # What it waits for; nothing: it waits for a place, or has one.
        self.blockers: Optional[Set[str]] = blockers
        self.place: Optional[int] = None
        self.since = 0
        # How often it was begun.
        self.tries = 0


class _Place:
    __slots__ = ("kinds", "free", "load")

    def __init__(self, free: int) -> None:
        self.kinds: Set[str] = set()
        self.free = free
        # How busy it says that it is, in tenths.
        self.load = 0


class Scheduler:
    """Decides which unit of work is done where and when."""

    def __init__(self, work: Work, limits: Limits) -> None:
        self._work = work
        self._limits = limits
        self._next = 0
        self._units: Dict[int, _Held] = {}
        self._by_id: Dict[str, int] = {}
        # Who waits for an id that is not done.
        self._dependents: Dict[str, Dict[int, None]] = {}
        # Heaps; what is no longer held or no longer waits is passed over.
        self._deadlines: List[Tuple[int, int]] = []
        self._queues: Dict[str, List[Tuple[int, int]]] = {}
        self._lanes: Dict[Tuple[int, str], Deque[int]] = {}
        self._places: Dict[int, _Place] = {}
        self._remembered = Remembered(limits)
        self._waiting = 0
        self._draining = False

    @property
    def load(self) -> float:
        """How full it is, from 0 to 1."""
        return min(self._waiting / max(self._limits.capacity, 1), 1.0)

    def next_deadline(self) -> Optional[int]:
        """When something must be done by itself."""
        heap = self._deadlines
        while heap and heap[0][1] not in self._units:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def place(self, now: int, place: int, kinds: Set[str], capacity: int) -> List[Do]:
        """A place handles these kinds, so many units at once. Of a place that is known already, the kinds change."""
        out: List[Do] = []
        known = self._places.setdefault(place, _Place(capacity))
        lost, known.kinds = known.kinds - kinds, kinds
        self._unroute(now, lost, out)
        self._start(now, out)
        return out

    def loaded(self, place: int, load: float) -> None:
        """A place says how busy it is, from 0 to 1: of those that handle an element the less busy one is asked."""
        if place in self._places:
            self._places[place].load = int(min(max(load, 0.0), 1.0) * 10)

    def remove_place(self, now: int, place: int) -> List[Do]:
        """A place is gone. What was worked on there is tried elsewhere, unless its element is only to be done once, or it was tried as often
        as may be; that is not done, and neither is what nobody else handles."""
        out: List[Do] = []
        known = self._places.pop(place, None)
        if known is None:
            return out
        for serial in [serial for serial, held in self._units.items() if held.place == place]:
            held = self._units[serial]
            if held.tries < self._limits.tries and not self._work.is_once(held.kind):
                held.place = None
                heapq.heappush(self._queues.setdefault(held.kind, []), (-held.score, serial))
                continue
            self._end(now, serial, self._work.failure("unrouted", "the peer that worked on it is gone"), None, out)
        self._unroute(now, known.kinds, out)
        self._start(now, out)
        return out

    def submit(self, now: int, submitter: int, unit: Unit, to: Any) -> List[Do]:
        """A unit is submitted. ``submitter`` tells who: the units of ordered groups are done one by one for each."""
        remembered = self._remembered.get(now, unit.id)
        if remembered is not None:
            return [Answer(to, remembered)]
        full = self._waiting >= self._limits.capacity
        serial = self._by_id.get(unit.id)
        if serial is not None and not full:
            self._units[serial].waiters.append(to)
            self._waiting += 1
            return []
        out: List[Do] = []
        kind = self._work.kind(unit.group, unit.element)
        failure = self._refusal(unit, kind, full)
        blockers: Set[str] = set()
        if failure is None:
            failure = self._blockers(now, unit, blockers)
        if failure is None and kind is not None:
            self._hold(now, submitter, unit, kind, blockers, to)
        else:
            out.append(Answer(to, Outcome(unit.id, None, failure, 0)))
        self._start(now, out)
        return out

    def finished(self, now: int, serial: int, output: Optional[str], failure: Optional[Failure]) -> List[Do]:
        """What was started is done. Of what was cancelled nothing is known any more."""
        out: List[Do] = []
        held = self._units.get(serial)
        if held is not None and held.place is not None:
            self._end(now, serial, failure, output, out)
            self._start(now, out)
        return out

    def due(self, now: int) -> List[Do]:
        """What has taken too long is answered, and no longer worked on."""
        out: List[Do] = []
        while True:
            deadline = self.next_deadline()
            if deadline is None or deadline > now:
                break
            serial = self._deadlines[0][1]
            held = self._units[serial]
            if held.blockers:
                message = f"{min(held.blockers)} did not come in time"
            elif held.place is None:
                message = "it was not begun in time"
            else:
                out.append(Cancel(serial, held.place))
                message = "it took too long"
            self._end(now, serial, self._work.failure("late", message), None, out)
        self._start(now, out)
        return out

    def drain(self) -> bool:
        """Nothing more is taken in; what is held is done. Whether nothing is left."""
        self._draining = True
        return not self._units

    def give_back(self, now: int) -> List[Do]:
        """Everything that is held is given back undone: answered with the code that says that another may do it."""
        out: List[Do] = []
        self._draining = True
        for serial in list(self._units):
            held = self._units.get(serial)
            if held is not None:
                if held.place is not None:
                    out.append(Cancel(serial, held.place))
                self._end(now, serial, self._work.failure("unrouted", "the node is shutting down"), None, out, remember=False)
        return out

    def _handles(self, kind: str) -> bool:
        return any(kind in place.kinds for place in self._places.values())

    def _refusal(self, unit: Unit, kind: Optional[str], full: bool) -> Optional[Failure]:
        failure = self._work.failure
        if self._draining:
            return failure("overloaded", "the node is shutting down")
        if full:
            return failure("overloaded", f"{self._limits.capacity} units wait already")
        if kind is None:
            return failure("unhandled", f"there is no {unit.group}:{unit.element}")
        if not self._handles(kind):
            peers = any(place != HERE for place in self._places)
            return failure("unrouted" if peers else "unhandled", f"nothing handles {kind}")
        return None

    def _blockers(self, now: int, unit: Unit, blockers: Set[str]) -> Optional[Failure]:
        """Gathers what a unit must wait for; gives why it cannot be done."""
        for id in unit.after:
            outcome = self._remembered.get(now, id)
            if outcome is None:
                blockers.add(id)
            elif outcome.failure is not None:
                return self._blocked_by(id)
        open_, seen = list(blockers), set()
        while open_:
            following = open_.pop()
            if following == unit.id:
                return self._work.failure("invalid", f"{unit.id} depends on itself")
            if following not in seen:
                seen.add(following)
                held = self._units.get(self._by_id.get(following, -1))
                open_ += (held.blockers or ()) if held is not None else ()
        return None

    def _blocked_by(self, id: str) -> Failure:
        return self._work.failure("blocked", f"{id}, on which it depends, was not done")

    def _hold(self, now: int, submitter: int, unit: Unit, kind: str, blockers: Set[str], to: Any) -> None:
        serial, self._next = self._next, self._next + 1
        route, limits = self._work.routes.get(unit.group, "parallel"), self._limits
        deadline = now + max(limits.timeout if unit.timeout is None else unit.timeout, 1)
        lane = (submitter, unit.group) if route == "ordered" else None
        # Waiting raises every priority alike, so that of two units that wait the order never changes.
        score = (unit.priority + (_URGENT if route == "urgent" else 0)) * max(limits.aging, 1) - now
        held = _Held(unit, kind, lane, score, deadline, blockers)
        held.waiters.append(to)
        heapq.heappush(self._deadlines, (deadline, serial))
        self._by_id[unit.id] = serial
        for id in blockers:
            self._dependents.setdefault(id, {})[serial] = None
        self._units[serial] = held
        self._waiting += 1
        # In an ordered group even what is blocked keeps its place in the line.
        if lane is not None:
            self._lanes.setdefault(lane, deque()).append(serial)
        self._ready(serial)

    def _ready(self, serial: int) -> None:
        """A unit that waits for nothing joins the queue of its kind; of an ordered group, once it is its turn."""
        held = self._units.get(serial)
        if held is None or held.blockers is None or held.blockers:
            return
        if held.lane is not None and self._lanes[held.lane][0] != serial:
            return
        held.blockers = None
        heapq.heappush(self._queues.setdefault(held.kind, []), (-held.score, serial))

    def _start(self, now: int, out: List[Do]) -> None:
        """Starts what can be: the best of all that wait for a kind with a free place, until there is none."""
        while True:
            best: Optional[Tuple[Tuple[int, int], str, int]] = None
            for kind in list(self._queues):
                head, place = self._head(kind), self._free(kind)
                if head is not None and place is not None and (best is None or head < best[0]):
                    best = (head, kind, place)
            if best is None:
                return
            (_, serial), kind, place = best
            heapq.heappop(self._queues[kind])
            held = self._units[serial]
            held.place, held.since = place, now
            held.tries += 1
            self._places[place].free -= 1
            out.append(Start(serial, place, held.unit, kind, max(held.deadline - now, 0)))

    def _head(self, kind: str) -> Optional[Tuple[int, int]]:
        """The first that waits for a place of a kind."""
        queue = self._queues[kind]
        while queue and queue[0][1] not in self._units:
            heapq.heappop(queue)
        if not queue:
            del self._queues[kind]
            return None
        return queue[0]

    def _free(self, kind: str) -> Optional[int]:
        """The node itself first, then who is least busy, then who has most room."""
        able = (
            (place != HERE, known.load, -known.free, place) for place, known in self._places.items() if known.free > 0 and kind in known.kinds
        )
        best = min(able, default=None)
        return None if best is None else best[3]

    def _end(
        self, now: int, serial: int, failure: Optional[Failure], output: Optional[str], out: List[Do], remember: bool = True
    ) -> None:
        """A unit is over: its submits are answered, and what waited for it goes on or fails with it."""
        ended: Deque[Tuple[int, Optional[Failure], Optional[str]]] = deque([(serial, failure, output)])
        while ended:
            serial, failure, output = ended.popleft()
            held = self._units.pop(serial, None)
            if held is None:
                continue
            id = held.unit.id
            self._by_id.pop(id, None)
            took = 0
            for blocker in held.blockers or ():
                self._dependents.get(blocker, {}).pop(serial, None)
                if not self._dependents.get(blocker, True):
                    del self._dependents[blocker]
            if held.place is not None:
                took = max(now - held.since, 0)
                if held.place in self._places:
                    self._places[held.place].free += 1
            self._step_out(held, serial)
            outcome = Outcome(id, output, failure, took)
            self._waiting -= len(held.waiters)
            out += [Answer(to, outcome) for to in held.waiters]
            for dependent in self._dependents.pop(id, {}):
                other = self._units.get(dependent)
                if failure is not None:
                    ended.append((dependent, self._blocked_by(id), None))
                elif other is not None and other.blockers:
                    other.blockers.discard(id)
                    self._ready(dependent)
            if remember:
                self._remembered.add(now, outcome)

    def _step_out(self, held: _Held, serial: int) -> None:
        """A unit leaves its line; it is the next one's turn."""
        line = None if held.lane is None else self._lanes.get(held.lane)
        if line is None or held.lane is None:
            return
        line.remove(serial)
        if line:
            self._ready(line[0])
        else:
            del self._lanes[held.lane]

    def _unroute(self, now: int, kinds: Set[str], out: List[Do]) -> None:
        """What waits for a kind that nobody handles any more is answered."""
        lost = {kind for kind in kinds if not self._handles(kind)}
        for serial in [serial for serial, held in self._units.items() if held.place is None and held.kind in lost]:
            self._end(now, serial, self._work.failure("unrouted", "who handled it is gone"), None, out, remember=False)


class Remembered:
    """Outcomes that are remembered for a time: so many at most, and so many octets of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held = 0
        self._outcomes: "OrderedDict[str, Tuple[int, Outcome]]" = OrderedDict()

    def add(self, now: int, outcome: Outcome) -> None:
        """Remembers an outcome; the oldest make room for it."""
        self._expire(now)
        size, limits = _size(outcome), self._limits
        if limits.remembered == 0 or size > limits.remembered_octets:
            return
        self._forget(outcome.id)
        while self._outcomes and (len(self._outcomes) >= limits.remembered or self._held + size > limits.remembered_octets):
            self._forget(next(iter(self._outcomes)))
        self._held += size
        self._outcomes[outcome.id] = (now + limits.remember_for, outcome)

    def get(self, now: int, id: str) -> Optional[Outcome]:
        """What became of a unit, if that is remembered."""
        self._expire(now)
        known = self._outcomes.get(id)
        return None if known is None else known[1]

    def _expire(self, now: int) -> None:
        while self._outcomes:
            id, (until, _) = next(iter(self._outcomes.items()))
            if until > now:
                return
            self._forget(id)

    def _forget(self, id: str) -> None:
        known = self._outcomes.pop(id, None)
        if known is not None:
            self._held -= _size(known[1])


def _size(outcome: Outcome) -> int:
    said = outcome.output if outcome.failure is None else outcome.failure.code + outcome.failure.message
    return 2 * len(outcome.id.encode()) + len((said or "").encode())


__all__: Sequence[str] = ("HERE", "Answer", "Cancel", "Do", "Limits", "Remembered", "Scheduler", "Start")
