"""Simulated consultations: a session that sees only the curves of a faulty run asks, and somebody who knows answers.

Answers come from the whole folder: a finding that it shows is answered yes or no by its degree, a question for a value
by the measured value. What the folder cannot tell is answered "unsure" (it was asked, but not answered). With
`by_truth` such answers are drawn from the rulebook's own frequencies for the true causes, as a person could give
them who knows the whole project and whose answers are as the rulebook expects; that flatters.

Counted are the questions until the right cause leads: it is named before all others, and is more probable than
"healthy". Beside the session's own order the same questions are asked in three others. "Commonest first" is what the
author of a questionnaire would do: what is most often seen comes first (how probable a "yes" is when one cause is at
work, causes as common as the rulebook has them), settings last. "Fixed" is the order of the rulebook.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from benchmarks.scoring.failures import NOTHING, stands, would_tell
from benchmarks.scoring.grounds import Grounds, why_untold
from benchmarks.scoring.kept import KeptLookup, Workshop
from benchmarks.scoring.tables import Table, counts

from mladvisor.calibration.labelled import at_level, standing
from mladvisor.calibration.labels import LEVELS, also_of, causes_of, folder_of
from mladvisor.consultation.session import Consultation
from mladvisor.diagnosis.network import network_of
from mladvisor.diagnosis.state import Lookup
from mladvisor.errors import MladvisorError
from mladvisor.features.measured import Measured
from mladvisor.inference import Network, sort_keys
from mladvisor.rulebook import Judged, Rulebook
from mladvisor.rulebook.documents import ANSWERS
from mladvisor.runs.read import read_run

ORDERS = ("most useful", "with files", "commonest first", "fixed", "random")
OWN = ORDERS[:2]
"""The session's own: what stands in its way is told run by run."""
PATIENCE = 20
"""Questions after which a person gives up."""
SOON = 6
UNSURE = "unsure"


class Reached(NamedTuple):
    """How many questions it took until the right cause led, None for never; also counts mechanisms as right.

    Attributes:
        asked, answered: questions in all, and those of them that could be answered.
        also_answered: the same until a cause of `also` led, or the right one.
        hidden: curves alone do not show the fault.
    """

    asked: int | None
    answered: int | None
    also_answered: int | None
    hidden: bool


class Ended(NamedTuple):
    """How a consultation stood at its end, in words: what led, what raised that, what spoke for the truth."""

    leads: str
    raised: str
    speaks: str


class Consulted(NamedTuple):
    """What came of one run in each order of `ORDERS`, and how those of `OWN` ended in which its cause never led."""

    row: dict[str, str]
    reached: list[Reached]
    ended: dict[str, Ended]
    read: frozenset[str]


class Knows:
    """Somebody who answers from the whole folder."""

    def __init__(
        self,
        lookup: Lookup,
        rulebook: Rulebook,
        causes: Sequence[str],
        *,
        luck: random.Random | None,
        folder: Path | None = None,
    ) -> None:
        self.lookup, self.rulebook, self.causes, self.luck = lookup, rulebook, causes, luck
        self.folder = UNSURE if folder is None else folder
        self.judged: dict[str, Judged] = rulebook.evaluate(rulebook.scope(lookup, {}), {})

    def answer(self, about: str) -> Any:
        """The answer to a question about a finding or for a value."""
        if about in self.rulebook.questions:
            return self._value(about)
        if about in self.rulebook.menus:
            return self._picks(about)
        if about in self.rulebook.handovers:
            return self.folder
        return self._of_finding(about)

    def _of_finding(self, about: str) -> str:
        degree = self.judged[about].degree
        if degree is not None:
            return word(degree)
        if self.luck is None or self.judged[about].state == "not-applicable":
            return UNSURE
        return "yes" if self.luck.random() < expected(network_of(self.rulebook), about, self.causes) else "no"

    def _picks(self, about: str) -> Any:
        """What is picked from a menu: what the folder shows; options that it cannot tell are left open."""
        told: dict[str, str] = {}
        for option, findings in self.rulebook.menus[about].options.items():
            words = [word for word in map(self._of_finding, findings) if word != UNSURE]
            told[option] = max(words, key=lambda each: ANSWERS[each] or 0.0) if words else UNSURE
        if set(told.values()) == {UNSURE}:
            return UNSURE
        if any((ANSWERS[each] or 0.0) >= 0.5 for each in told.values()):
            return {option: "probably-not" if each == "no" else each for option, each in told.items()}
        return told

    def _value(self, about: str) -> Any:
        question = self.rulebook.questions[about]
        measured = self.lookup(question.sets)
        if not isinstance(measured, Measured) or not measured.known:
            return UNSURE
        if question.kind == "choice":
            return measured.value if measured.value in question.choices else UNSURE
        return measured.value


def word(degree: float) -> str:
    """The word that a person would use for a degree."""
    for limit, answer in ((0.8, "yes"), (0.5, "probably"), (0.2, "probably-not")):
        if degree >= limit:
            return answer
    return "no"


def expected(network: Network, finding: str, causes: Sequence[str]) -> float:
    """How often the network expects a finding when these causes are at work."""
    if finding not in network.findings:
        return 0.0
    row = network.findings.index(finding)
    columns = [network.causes.index(cause) for cause in causes]
    return float(1.0 - (1.0 - network.otherwise[row]) * np.prod(1.0 - network.arrows[row, columns]))


def open_questions(session: Consultation) -> list[str]:
    """Everything that could still be asked, in the order of the rulebook, whatever it would tell."""
    rulebook, state = session.rulebook, session.state
    asked = session.answers
    findings = [
        name
        for name in state.network.findings
        if name not in asked
        and (state.judged[name].state, state.judged[name].askable) == ("unknown", True)
        and (rulebook.findings[name].doc.ask or rulebook.findings[name].doc.try_)
    ]
    values = [
        name
        for name, question in rulebook.questions.items()
        if name not in asked and question.kind != "number" and not _known(session, question.sets)
    ]
    return findings + values


def _known(session: Consultation, feature: str) -> bool:
    measured = session.state.scope.measured(feature)
    return isinstance(measured, Measured) and measured.known


def commonest(network: Network) -> list[str]:
    """All findings, those first that are present most often when one cause is at work."""
    share = network.prior / network.prior.sum()
    present = 1.0 - (1.0 - network.otherwise) * (1.0 - network.arrows @ share)
    return [network.findings[row] for row in np.argsort(-present, kind="stable").tolist()]


def pick(order: str, luck: random.Random) -> Callable[[Consultation], str | None]:
    """What is asked next in an order; None when nothing is left."""

    def useful(session: Consultation) -> str | None:
        """The best step that is answered in words: files are handed over in the order below."""
        steps = session.next_steps(most=1 + len(session.rulebook.handovers))
        return next((step.finding for step in steps if step.finding not in session.rulebook.handovers), None)

    def with_files(session: Consultation) -> str | None:
        step = session.next_step()
        return step.finding if step is not None else None

    def common(session: Consultation) -> str | None:
        left = dict.fromkeys(open_questions(session))
        return next((name for name in commonest(session.state.network) if name in left), next(iter(left), None))

    def fixed(session: Consultation) -> str | None:
        return next(iter(open_questions(session)), None)

    def at_random(session: Consultation) -> str | None:
        left = open_questions(session)
        return luck.choice(left) if left else None

    return dict(zip(ORDERS, (useful, with_files, common, fixed, at_random), strict=True))[order]


def consult(
    session: Consultation,
    knows: Callable[[str], Any],
    choose: Callable[[Consultation], str | None],
    right: Sequence[str],
    also: Sequence[str],
    *,
    hidden: bool = False,
) -> Reached:
    """Ask until a right cause leads, nothing is left to ask, or patience ends."""
    answered, also_answered = 0, None
    for asked in range(PATIENCE + 1):
        leads = leading(session)
        if also_answered is None and leads in (*right, *also):
            also_answered = answered
        if leads in right:
            return Reached(asked, answered, also_answered, hidden)
        about = choose(session) if asked < PATIENCE else None
        if about is None:
            break
        answered += reply(session, about, knows(about))
    return Reached(None, None, also_answered, hidden)


def reply(session: Consultation, about: str, answer: Any) -> bool:
    """Give an answer, or hand files over; whether it told anything."""
    if about in session.rulebook.handovers and answer != UNSURE:
        try:
            session.give(about, answer)
        except MladvisorError:
            answer = UNSURE
        else:
            return True
    session.answer(about, answer)
    return bool(answer != UNSURE)


def leading(session: Consultation) -> str | None:
    """The cause that leads, None while "healthy" does."""
    belief = session.state.belief
    best = int(sort_keys(belief.probability[None], session.state.network.roots)[0].argmax())
    return session.state.network.causes[best] if belief.probability[best] > belief.healthy else None


def table(found: dict[str, list[Reached]], title: str, note: str = "") -> Table:
    """One row for each order: shares and medians over all runs, of which those never reached count as the largest."""
    rows = []
    for name, each in found.items():
        answers = [np.inf if one.answered is None else one.answered for one in each]
        asked = [np.inf if one.asked is None else one.asked for one in each]
        rows.append(
            [
                name,
                str(len(each)),
                _share(answers, 0),
                _number(np.median(answers)),
                _number(np.median(asked)),
                _share(answers, 3),
                _share(answers, SOON),
                _share(asked, SOON),
                _share([np.inf if one.also_answered is None else one.also_answered for one in each], SOON),
            ]
        )
    header = ("order", "runs", "leads at once", "median answers", "median asked", "in 3 answers")
    return Table(title, (*header, f"in {SOON}", f"in {SOON} asked", f"or also, in {SOON}"), rows, note)


def _share(values: Sequence[float], most: int) -> str:
    return counts(float(np.mean(np.asarray(values) <= most)) if len(values) else 0.0, len(values))


def _number(value: float) -> str:
    return f"{value:g}" if np.isfinite(value) else "never"


def consultations(
    out: Path,
    rows: Sequence[dict[str, str]],
    rulebook: Rulebook,
    workshop: Workshop,
    *,
    most: int,
    by_truth: bool = False,
) -> tuple[Table, list[Consulted]]:
    """Consult about up to `most` faulty runs, spread over causes, in each order; also what came of each."""
    global _shared  # noqa: PLW0603 - what a forked process inherits need not be pickled
    chosen = spread([row for row in rows if standing(row, LEVELS[-1]) == "ill" and not row.get("second")], most)
    workshop.judge(chosen, rulebook, "folder")
    _shared = (out, rulebook, workshop, by_truth)
    with get_context("fork").Pool(workshop.jobs) as pool:
        done = [each for each in pool.map(_consult, chosen, chunksize=4) if each is not None]
    found = {order: [each.reached[index] for each in done] for index, order in enumerate(ORDERS)}
    hidden = {f"{order}, not in curves": [one for one in each if one.hidden] for order, each in found.items()}
    note = "Answers come from the folder" + (
        "; what it cannot tell is drawn from the rulebook's frequencies." if by_truth else '; else "unsure".'
    )
    note += " Commonest first: what is most often seen when something is wrong is asked first."
    title = "Questions until the right cause leads, from curves only" + (", unknown answers drawn" if by_truth else "")
    return table({**found, **hidden}, title, note), done


def not_arrived(done: Sequence[Consulted]) -> Table | None:
    """The runs whose cause never leads in one of the session's own orders, one line each; None where all arrive."""
    why, rows = why_untold(), []
    for each in sorted(done, key=lambda one: one.row["run"]):
        if not each.ended:
            continue
        fault, last = each.row.get("fault", ""), list(each.ended.values())[-1]
        ends = [each.ended[order].leads if order in each.ended else "arrives" for order in OWN]
        told = would_tell(why, each.row, each.read)
        rows.append([each.row["run"], fault, " + ".join(causes_of(each.row)), *ends, last.raised, last.speaks, told])
    if not rows:
        return None
    header = ("run", "fault", "cause", *OWN, "raised by", "speaks for it", "would tell")
    note = f"From curves, the right cause does not lead within {PATIENCE} questions; here is what does."
    title = f"Consultations that do not arrive: {len(rows)} of {len(done)}"
    return Table(title, header, rows, note, texts=len(header))


def spread(rows: Sequence[dict[str, str]], most: int) -> list[dict[str, str]]:
    """Up to `most` of the runs, causes in turn, in an order that does not depend on how they were made."""
    by_cause: dict[str, list[dict[str, str]]] = {}
    for row in sorted(rows, key=lambda each: random.Random(each["run"]).random()):
        by_cause.setdefault(row["cause"], []).append(row)
    turns = [(turn, cause) for cause, some in by_cause.items() for turn in range(len(some))]
    return [by_cause[cause][turn] for turn, cause in sorted(turns)[:most]]


_shared: tuple[Path, Rulebook, Workshop, bool]


def _consult(row: dict[str, str]) -> Consulted | None:
    out, rulebook, workshop, by_truth = _shared
    kept = workshop.kept("folder").get(row["run"])
    if kept is None or kept.error:
        return None
    path = folder_of(out, row["run"])
    causes = causes_of(row)
    knows = Knows(
        KeptLookup(path, "folder", kept.values),
        rulebook,
        causes,
        luck=random.Random(f"truth {row['run']}") if by_truth else None,
        folder=path,
    )
    first = Consultation(at_level(read_run(path), "curves"), rulebook)
    hidden = standing(row, "curves") == "hidden"
    found = Consulted(row, [], {}, kept.read)
    for order in ORDERS:
        session = first.fresh()
        choose = pick(order, random.Random(f"order {row['run']}"))
        reached = consult(session, knows.answer, choose, causes, also_of(row), hidden=hidden)
        found.reached.append(reached)
        if order in OWN and reached.asked is None:
            found.ended[order] = ended(session, causes)
    return found


def ended(session: Consultation, causes: Sequence[str]) -> Ended:
    """How a consultation stands."""
    state = session.state
    grounds, belief = Grounds(state.network, state.degrees, state.limits), state.belief
    best = int(sort_keys(belief.probability[None], state.network.roots)[0].argmax())
    true = [state.network.causes.index(cause) for cause in causes]
    return Ended(
        stands(state.network.causes[best], float(belief.probability[best]), float(belief.healthy)),
        grounds.strongest([best]) or NOTHING,
        grounds.strongest(true) or NOTHING,
    )
