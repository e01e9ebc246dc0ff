"""Three versions of a plan: a base and two edited copies, made again from a seed and the names of the edits."""

from functools import lru_cache
from typing import NamedTuple

from merges import edits
from merges.plans import Hand, Plan, likeness, make_plan, make_pools, render, seeded

ALPHABETS = ("unique", "colliding")
# The share of common words from which on an item is one of other words.
LIKE = 0.6
# Each edit has words and identities of its own: a hundred words, a hundred thousand identities.
FIRST_WORD, WORDS, OTHER_SIDE = 2000, 100, 50_000


class Step(NamedTuple):
    """An edit. Steps of one number choose and say the same on both sides."""

    name: str
    number: int


class Spec(NamedTuple):
    """What a triple is made from. cut: identities of parts that the base is to lack; template: theirs is a template."""

    seed: int
    alphabet: str
    ours: tuple[Step, ...]
    theirs: tuple[Step, ...]
    cut: tuple[int, ...] = ()
    template: bool = False


class Triple(NamedTuple):
    base: Plan
    ours: Plan
    theirs: Plan

    def render(self) -> tuple[bytes, bytes, bytes]:
        return render(self.base), render(self.ours), render(self.theirs)


class Setting(NamedTuple):
    base: Plan
    pools: dict[str, list[str]] | None
    focus: float | None


@lru_cache(64)
def setting(seed: int, alphabet: str, template: bool) -> Setting:
    rng = seeded(f"{seed}/{alphabet}/{template}")
    pools = make_pools(rng) if alphabet == "colliding" else None
    base = make_plan(rng, pools)
    if template:
        base.front = []
        for item in base.nodes("item"):
            item.mark = " "
            item.tokens = [token for token in item.tokens if token[0] != "reason"]
    return Setting(base, pools, rng.random() if rng.random() < 0.6 else None)


def take(step: Step, where: Setting, plan: Plan, seed: int, side: int) -> bool:
    hand = Hand(seeded(seed * 1009 + step.number), where.pools, FIRST_WORD + step.number * WORDS, where.focus)
    hand.uids += side * OTHER_SIDE
    return edits.apply(step.name, hand, plan)


def make_spec(seed: int, alphabet: str, *, template: bool = False) -> Spec:
    """One to four edits a side; in one of four, the sides begin with the same edit."""
    where = setting(seed, alphabet, template)
    rng = seeded(seed * 31 + ALPHABETS.index(alphabet))
    number = 0
    sides: list[tuple[Step, ...]] = []
    names = edits.TEMPLATE_NAMES if template else edits.NAMES
    shared = Step(rng.choice(names), 1) if rng.random() < 0.25 else None
    for side, allowed in enumerate((edits.NAMES, names)):
        plan = where.base.copy()
        steps = []
        if shared and take(shared, where, plan, seed, side):
            steps.append(shared)
        for _ in range(rng.choice((1, 1, 2, 2, 3, 4))):
            for _attempt in range(4):
                number += 1
                step = Step(rng.choice(allowed), number + 1)
                if take(step, where, plan, seed, side):
                    steps.append(step)
                    break
        sides.append(tuple(steps))
    return Spec(seed, alphabet, sides[0], sides[1], (), template)


def build(spec: Spec) -> Triple:
    where = setting(spec.seed, spec.alphabet, spec.template)
    base = where.base.copy()
    if spec.cut:
        for node in base.root.walk():
            node.kids = [kid for kid in node.kids if kid.uid not in spec.cut]
        base.front = [key for key in base.front if key.uid not in spec.cut]
    plans = []
    for side, steps in enumerate((spec.ours, spec.theirs)):
        plan = base.copy()
        for step in steps:
            take(step, where, plan, spec.seed, side)
        rename_alike(base, plan)
        plans.append(plan)
    return Triple(base, plans[0], plans[1])


def rename_alike(base: Plan, plan: Plan) -> None:
    """Give an item that came the identity of one that went, where nobody could tell it from that one.

    That is so for the same words anywhere, and for much the same words in the same place.
    """
    before = {kid.uid: (parent.uid, kid) for parent, kid in base.root.parents() if kid.kind == "item"}
    now = [(parent.uid, kid) for parent, kid in plan.root.parents() if kid.kind == "item"]
    gone = before.keys() - {kid.uid for _, kid in now}
    for _, kid in now:
        same = [uid for uid in sorted(gone) if before[uid][1].text == kid.text]
        if kid.uid in before and before[kid.uid][1].text != kid.text and len(same) == 1:
            # Reworded into the very words of one that went.
            gone.add(kid.uid)
            gone.remove(same[0])
            kid.uid = same[0]
    for parent, kid in now:
        if kid.uid in before:
            continue
        shares = {uid: likeness(before[uid][1].text, kid.text) for uid in sorted(gone)}
        same = [uid for uid, share in shares.items() if share == 1]
        alike = same or [uid for uid, share in shares.items() if share >= LIKE and before[uid][0] == parent]
        if len(alike) == 1:
            kid.uid = alike[0]
            gone.remove(alike[0])
