# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""What a machine does about requests that wait for their answers."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from . import codec, drafts
from .actions import Action, Answer, Full, Invalid, Send
from .evaluate import Scope, key_text
from .findings import Refused
from .pending import Pending
from .schema import Schema
from .values import Decoded

_U64 = (1 << 64) - 1


class Requests:
    """The sets of requests of a role, each by its index in the role's table."""

    def __init__(self, schema: Schema, role: Dict[str, Any], scope: Scope) -> None:
        self._schema = schema
        self._tables: List[Dict[str, Any]] = role["pendings"]
        self._scope = scope
        self._sets: List[Pending] = []
        self.clear()

    def clear(self) -> None:
        """None wait."""
        self._sets = [Pending(table["most"]) for table in self._tables]

    def full(self, index: int) -> Optional[Full]:
        """Why no further request is taken, if none is."""
        known = self._sets[index]
        return Full(known.most) if known.full else None

    def track(self, index: int, request: Decoded) -> None:
        """A request that was sent waits from now on."""
        table = self._tables[index]
        keys = [key_of(request, key["request"]) for key in table["keys"]]
        within = self._about(request, lambda: self._scope.milliseconds(table["within"]))
        self._sets[index].add(request, keys, min(self._scope.context.now + max(within, 1), _U64))

    def resolve(self, index: int) -> Optional[Answer]:
        """What came, with the request that it answers, if it answers one."""
        table, reply = self._tables[index], self._scope.message
        if self._scope.came != "message" or reply is None or reply.message not in table["replies"]:
            return None
        of = table["replies"].index(reply.message)
        request = self._sets[index].resolve([key_of(reply, key["replies"][of]) for key in table["keys"]])
        return None if request is None else Answer(request, reply)

    def again(self, index: int) -> List[Action]:
        """All that wait, to be sent again."""
        return [Send(request, codec.encode(self._schema, request)) for request in self._sets[index].requests()]

    def fail(self, index: int, guard: Optional[Dict[str, Any]], answer: Dict[str, Any]) -> List[Action]:
        """Answers those for which a condition holds, the oldest first."""
        made: List[Action] = []
        for serial, request in self._sets[index].all():
            if guard is None or self._about(request, lambda: self._scope.eval(guard)) is True:
                self._sets[index].remove(serial)
                made.append(self._answer(request, answer))
        return made

    def cancel(self, index: int, key: str) -> Optional[Decoded]:
        """Takes away the oldest request whose first key this is."""
        return self._sets[index].cancel(key)

    def overdue(self, index: int, now: int) -> List[Action]:
        """Answers the first that is too late now."""
        request = self._sets[index].take_due(now)
        return [] if request is None else [self._answer(request, self._tables[index]["late"])]

    def abandon(self) -> List[Action]:
        """Answers all that still wait where the machine ends."""
        made: List[Action] = []
        for table, known in zip(self._tables, self._sets):
            for serial, request in known.all():
                known.remove(serial)
                made.append(self._answer(request, table["late"]))
        return made

    def earliest(self) -> Optional[Tuple[int, int]]:
        """The earliest deadline, and its set."""
        due = ((known.deadline(), index) for index, known in enumerate(self._sets))
        return min(((at, index) for at, index in due if at is not None), default=None)

    def _answer(self, request: Decoded, answer: Dict[str, Any]) -> Action:
        """A reply that is made: in the request's envelope, checked as what is sent is."""
        schema = self._schema
        message = schema.messages[answer["message"]]
        fields = self._about(request, lambda: {name: self._scope.eval(value) for name, value in answer["body"]})
        body = drafts.with_defaults(schema, schema.types[message.body].members, fields)
        made = Decoded(answer["message"], message.tag or "", request.envelope, body)
        try:
            return Answer(request, codec.decode(schema, codec.encode(schema, made)))
        except Refused as refused:
            return Invalid(refused.violations)

    def _about(self, request: Decoded, say: Callable[[], Any]) -> Any:
        """What is said while a request is what came."""
        scope = self._scope
        came = (scope.came, scope.message, scope.refused, scope.row)
        scope.came, scope.message, scope.refused, scope.row = "message", request, None, None
        said = say()
        scope.came, scope.message, scope.refused, scope.row = came
        return said


def key_of(message: Decoded, member: Optional[Dict[str, Any]]) -> Optional[str]:
    """The text of a member by which messages are told apart; none where it is absent."""
    if member is None:
        return None
    of = message.body if member["of"] == "body" else message.envelope
    value = of.get(member["name"]) if isinstance(of, dict) else None
    return None if value is None or isinstance(value, bool) else key_text(value)
