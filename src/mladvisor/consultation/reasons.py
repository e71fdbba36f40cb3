"""Explanations of a belief: why this question, how a number came about, why not another cause, what if."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mladvisor.consultation.machine import Machine, Step
from mladvisor.consultation.turn import Block
from mladvisor.consultation.views import Effect
from mladvisor.consultation.voice import ANSWER_WORDS, FEW, _moved
from mladvisor.diagnosis.engine import finding_sentence
from mladvisor.diagnosis.phrases import TELLING, absence, begun, elsewhere, lowered, odds, percent
from mladvisor.features.measured import Measured
from mladvisor.inference import evidence_table

TELLS = 0.03
"""An open finding that would move a cause by less than this is not worth naming as what would have to be true."""
TRIED = 12
"""Open findings that are tried for what would have to be true: the strongest arrows first."""

WHERE = (
    "Nothing is likely enough yet to ask about it by itself, and you may know where to look. What you name is asked "
    "about next; by itself it speaks for nothing and against nothing."
)


def why(session: Machine, step: Step) -> list[Block]:
    """Why this question: what it tells apart, and what each answer would do."""
    asked = session.why(step)
    if asked.opens:
        return [Block(WHERE), *(Block(option, "item") for option in asked.opens)]
    titles = [f'"{session.rulebook.causes[cause].doc.title}"' for cause in asked.separates[:2]]
    blocks = [Block(f"Nothing else that is as little trouble would tell me as much about {' and '.join(titles)}.")]
    blocks += [
        Block(f"If {ANSWER_WORDS.get(effect.answer, effect.answer)}: {_outcome(effect)}.", "item")
        for effect in asked.effects
    ]
    rule = session.rulebook.findings.get(step.finding)
    if rule is not None and rule.doc.explain:
        blocks.append(Block('"explain" tells what is meant by it.', "small"))
    return blocks


def _outcome(effect: Effect) -> str:
    """The leaders after an answer, and who moves."""
    first = effect.ranking[0]
    healthy = f"nothing is wrong, {percent(effect.healthy)}"
    named = f"{lowered(first.title)}, {percent(first.probability)}{_moved(first.change)}"
    leads = f"most likely {healthy}; then {named}" if effect.healthy > first.probability else f"most likely {named}"
    mover = max(effect.ranking, key=lambda one: abs(one.change))
    if mover.cause != first.cause and abs(mover.change) >= TELLS:
        leads += f"; {lowered(mover.title)} {_moved(mover.change).strip()} to {percent(mover.probability)}"
    return leads


def of_finding(session: Machine, finding: str) -> list[Block]:
    """What is known of a finding that somebody asks about: measured, told, or neither."""
    judged, title = session.state.judged[finding], session.rulebook.findings[finding].doc.title
    if judged.degree is None:
        why_ = _sentence(judged.note or "it was not measured here")
        return [Block(f"I cannot tell whether this is so: {lowered(title)}. {why_}")]
    told = "You told me so" if judged.state == "answered" else "I looked at that"
    return [Block(f"{told}: {_in_words(session, finding)}.")]


def behind(session: Machine, findings: Sequence[str]) -> list[Block]:
    """The likeliest causes of findings that are there."""
    rules = session.rulebook.findings
    seen = [name for name in findings if session.state.judged[name].present]
    causes = {cause for name in seen for cause in rules[name].arrows}
    likely = [one for one in session.ranking if one.cause in causes][:FEW]
    if not likely:
        return []
    ranks = [Block(one.title, "rank", percent(one.probability), one.probability) for one in likely]
    return [
        Block("What would explain it", "head"),
        *ranks,
        Block("Nothing is wrong", "rank", percent(session.healthy), session.healthy),
        Block(f'"how" and a name tells how a number came about: how {likely[0].cause}.', "small"),
    ]


def of_setting(session: Machine, feature: str, title: str) -> list[Block]:
    """What a setting is here, and what is judged of it."""
    value = session.state.scope.measured(feature)
    if not isinstance(value, Measured) or not value.known:
        return [Block(f"I do not know the {title} of this run; tell me, and I judge it.")]
    shown_ = f"{value.value:,.4g}" if isinstance(value.value, float) else str(value.value)
    named = title.replace(" ", "-")  # what is computed from it is judged by findings that bear its name
    known = [
        one
        for name, one in session.state.judged.items()
        if one.degree is not None and (name.startswith(named) or feature in session.rulebook.findings[name].leaves)
    ]
    blocks = [Block(f"The {title} is {shown_}.")]
    present = [one for one in known if one.present]
    if not present:
        blocks.append(Block(f"Of {len(known)} things that I check of it, none is conspicuous."))
    blocks += [Block(_in_words(session, one.finding), "item") for one in (present or known)[:FEW]]
    return blocks


def _in_words(session: Machine, finding: str) -> str:
    judged, title = session.state.judged[finding], session.rulebook.findings[finding].doc.title
    return (
        (finding_sentence(session.state, judged) or title) if judged.present else absence(title, judged.degree or 0.0)
    )


def _sentence(text: str) -> str:
    return f"{begun(text).rstrip('.')}."


def how(session: Machine, cause: str) -> list[Block]:
    """The way from the prior to the belief, the strongest steps in words."""
    told = session.how(cause)
    name = "nothing is wrong" if cause == "healthy" else lowered(told.title)
    blocks = [
        Block(f"How I came to {percent(told.probability)}: {name}", "head"),
        Block(f"Before looking at anything, I would have said {percent(told.prior)}: that is how common it is."),
    ]
    kept = told.weighty()
    blocks += [Block(step.because, "for" if step.decibans > 0 else "against", odds(step.decibans)) for step in kept]
    left, rest = len(told.steps) - len(kept), told.rest(kept)
    if told.steps:
        weaker = f"{left} weaker signs, " if left else ""
        others = "other explanations" if cause == "healthy" else "other causes"
        text = f"everything else together: {weaker}what speaks against {others}, and how far the reasons overlap"
        blocks.append(Block(text, "for" if rest > 0 else "against", odds(rest)))
        small = "Each × or ÷ is by how much it changes the odds beside all the others; the last takes them"
        blocks.append(Block(f"{small} from {percent(told.prior)} to {percent(told.probability)}.", "small"))
    if cause in session.ruled_out:
        blocks.append(Block("You ruled it out, so it counts for nothing.", "small"))
    return blocks


def why_not(session: Machine, cause: str) -> list[Block]:
    """What speaks against a cause, and what would have to be true for it."""
    state, rule = session.state, session.rulebook.causes[cause]
    index = state.network.causes.index(cause)
    now = float(state.belief.probability[index])
    title = rule.doc.title
    blocks = [Block(f"{title}: {percent(now)}", "head")]
    first = session.ranking[0]
    if cause in session.ruled_out:
        reason = session.ruled_out[cause]
        return [*blocks, Block("You ruled it out" + (f": {reason}." if reason else ".") + ' "undo" takes that back.')]
    if not state.possible[index]:
        said = "It is out of the question here: it does not happen to runs of this kind."
        return [*blocks, Block(said), Block(f"(Its rule requires {rule.doc.requires}.)", "small")]
    if now >= 0.5:
        blocks.append(Block("I do believe it. What speaks against it all the same:"))
    table = evidence_table(state.network, state.degrees, **state.limits)[:, index]
    order = [row for row in np.argsort(table).tolist() if table[row] <= -TELLING][:FEW]
    for row in order:
        finding = state.network.findings[row]
        judged = state.judged[finding]
        name = lowered(state.rulebook.findings[finding].doc.title)
        text = elsewhere(finding_sentence(state, judged)) if judged.present else absence(name, judged.degree or 0.0)
        if judged.state == "answered" and not judged.present and finding in state.answers:
            text = f"you say that it is not so: {name}"
        blocks.append(Block(text, "against", odds(float(table[row]))))
    if not order:
        blocks.append(Block("Nothing that I know speaks strongly against it."))
        if first.cause != cause and first.probability > now:
            blocks.append(Block(f'But "{first.title}" explains what is seen at least as well, or is more common.'))
    blocks += _would_have_to_be_true(session, cause, now)
    tells = [one for one in rule.doc.look_alikes if one.cause in session.rulebook.causes]
    tell_of_first = next((one.tell for one in tells if one.cause == first.cause), "")
    if tell_of_first:
        blocks.append(Block(f"To tell it from {lowered(first.title)}: {tell_of_first}.", "small"))
    return blocks


def _would_have_to_be_true(session: Machine, cause: str, now: float) -> list[Block]:
    state = session.state
    rules = state.rulebook.findings
    open_ = [
        finding
        for finding in state.network.findings
        if cause in rules[finding].arrows
        and state.judged[finding].state == "unknown"
        and state.judged[finding].askable
        and finding not in state.answers
    ]
    open_.sort(key=lambda finding: -rules[finding].arrows[cause] / max(rules[finding].otherwise or 0.01, 0.01))
    effects = []
    for finding in open_[:TRIED]:
        after = next(one for one in session.what_if(finding, "yes").ranking if one.cause == cause)
        if after.probability - now >= TELLS:
            effects.append((after.probability, finding))
    if not effects:
        return []
    blocks = [Block("What would speak for it", "head")]
    for probability, finding in sorted(effects, reverse=True)[:FEW]:
        blocks.append(Block(lowered(rules[finding].doc.title), "item", f"then {percent(probability)}"))
    return blocks


def what_if(session: Machine, effect: Effect, supposed: str) -> list[Block]:
    """The ranking if something were so."""
    blocks = [Block(f"Suppose: {supposed}", "head")]
    blocks += [
        Block(one.title, "rank", percent(one.probability) + _moved(one.change), one.probability)
        for one in effect.ranking[:FEW]
    ]
    moved = _moved(effect.healthy - session.healthy)
    blocks.append(Block("Nothing is wrong", "rank", percent(effect.healthy) + moved, effect.healthy))
    return [*blocks, Block("I have not noted it.", "small")]
