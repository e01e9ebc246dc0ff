"""The right merge of two plans, where there is one beyond doubt: by identity, which no merge of texts can see."""

from typing import NamedTuple

from merges.plans import Node, Plan, Token, likeness, tidy
from merges.triples import Triple


class DoubtError(Exception):
    """Both sides changed one thing, or may be taken to have."""


class Place(NamedTuple):
    node: Node
    holder: int


FRONT = -1


def places(plan: Plan) -> dict[int, Place]:
    found = {plan.root.uid: Place(plan.root, 0)}
    found.update({node.uid: Place(node, holder.uid) for holder, node in plan.root.parents()})
    found.update({key.uid: Place(key, FRONT) for key in plan.front})
    return found


def either(base: object, ours: object, theirs: object) -> object:
    """The changed one of two values."""
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    raise DoubtError


def combine_tokens(base: list[Token], ours: list[Token], theirs: list[Token]) -> list[Token]:
    if base in (ours, theirs):
        return list(theirs if base == ours else ours)
    before, own, other = dict(base), dict(ours), dict(theirs)
    merged = {}
    for kind in dict.fromkeys([*own, *other]):
        value = either(before.get(kind), own.get(kind), other.get(kind))
        if isinstance(value, str):
            merged[kind] = value
    return list(merged.items())


class Combiner:
    def __init__(self, triple: Triple) -> None:
        self.plans = triple
        self.base, self.ours, self.theirs = (places(plan) for plan in triple)

    def combine(self) -> Plan:
        self.refuse_alike()
        merged = Plan(Node("heading", self.plans.base.root.uid))
        nodes: dict[int, Node] = {}
        holders: dict[int, int] = {}
        for uid in dict.fromkeys([*self.ours, *self.theirs, *self.base]):
            kept = self.settle(uid)
            if kept is not None:
                nodes[uid], holders[uid] = kept
        merged.root = nodes[self.plans.base.root.uid]
        for holder in [*nodes, FRONT]:
            mine = {uid for uid, above in holders.items() if above == holder}
            kids = [nodes[uid] for uid in self.order(holder, mine)]
            if holder == FRONT:
                merged.front = kids
            else:
                nodes[holder].kids = kids
        if any(above not in nodes for above in holders.values() if above not in (0, FRONT)):
            raise DoubtError
        self.settle_file(merged)
        tidy(merged)
        return merged

    def refuse_alike(self) -> None:
        """Both may have added one thing, or given two things the same words."""
        added = [
            {(place.node.kind, place.node.text.casefold()) for uid, place in side.items() if uid not in self.base}
            for side in (self.ours, self.theirs)
        ]
        if added[0] & added[1] - {("table", ""), ("fence", "")}:
            raise DoubtError

    def settle(self, uid: int) -> tuple[Node, int] | None:
        base, ours, theirs = self.base.get(uid), self.ours.get(uid), self.theirs.get(uid)
        if base is None:
            place = ours or theirs
            assert place is not None
            return self.bare(place.node), place.holder
        if ours is None or theirs is None:
            left = ours or theirs
            if left is not None and self.touched(base, left):
                raise DoubtError
            return None
        holder = either(base.holder, ours.holder, theirs.holder)
        assert isinstance(holder, int)
        # What was moved and given other words is known again only if it is an item with most words left.
        sure = (
            base.node.kind == "item" and min(likeness(base.node.text, side.node.text) for side in (ours, theirs)) >= 0.8
        )
        if not sure and ours.node.text != theirs.node.text and not base.holder == ours.holder == theirs.holder:
            raise DoubtError
        return self.merge(base.node, ours.node, theirs.node), holder

    def touched(self, base: Place, left: Place) -> bool:
        """Whether the side that left it did anything with it, or below it."""
        if base.holder != left.holder or base.node.signature != left.node.signature:
            return True
        return [kid.uid for kid in base.node.kids] != [kid.uid for kid in left.node.kids]

    def bare(self, node: Node) -> Node:
        twin = node.copy()
        twin.kids = []
        return twin

    def merge(self, base: Node, ours: Node, theirs: Node) -> Node:
        node = self.bare(base)
        self.refuse_reworded(base, ours, theirs)
        for name in ("text", "value", "mark", "bullet", "level"):
            setattr(node, name, either(getattr(base, name), getattr(ours, name), getattr(theirs, name)))
        node.tokens = combine_tokens(base.tokens, ours.tokens, theirs.tokens)
        node.cells = [str(either(*cells)) for cells in zip(base.cells, ours.cells, theirs.cells, strict=True)]
        return node

    def refuse_reworded(self, base: Node, ours: Node, theirs: Node) -> None:
        """What was given other words, and changed by the other side too, is known again only if it is alike."""
        for own, other in ((ours, theirs), (theirs, ours)):
            if own.text == base.text:
                continue
            same = list(base.walk()), list(other.walk())
            untouched = len(same[0]) == len(same[1]) and all(
                first.uid == second.uid and first.signature == second.signature
                for first, second in zip(*same, strict=True)
            )
            if not untouched and (base.kind != "item" or likeness(base.text, own.text) < 0.8):
                raise DoubtError

    def order(self, holder: int, mine: set[int]) -> list[int]:
        before, own, other = ([kid.uid for kid in self.kids(side, holder)] for side in (0, 1, 2))
        common = set(before) & set(own) & set(other)
        orders = [[uid for uid in uids if uid in common] for uids in (before, own, other)]
        if orders[0] not in orders[1:] and orders[1] != orders[2]:
            raise DoubtError
        lead, follow = (own, other) if orders[1] != orders[0] else (other, own)
        order = [uid for uid in lead if uid in mine]
        for at, uid in enumerate(follow):
            if uid in mine and uid not in order:
                after = next((known for known in reversed(follow[:at]) if known in order), None)
                order.insert(order.index(after) + 1 if after is not None else 0, uid)
        if set(order) != mine:
            raise DoubtError
        return order

    def kids(self, side: int, holder: int) -> list[Node]:
        if holder == FRONT:
            return self.plans[side].front
        place = (self.base, self.ours, self.theirs)[side].get(holder)
        return place.node.kids if place else []

    def settle_file(self, merged: Plan) -> None:
        base, ours, theirs = self.plans
        if not base.end == ours.end == theirs.end:
            raise DoubtError
        merged.end = base.end
        merged.indent = str(either(base.indent, ours.indent, theirs.indent))
        merged.ended = bool(either(base.ended, ours.ended, theirs.ended))


def combine(triple: Triple) -> Plan | None:
    try:
        return Combiner(triple).combine()
    except DoubtError:
        return None
