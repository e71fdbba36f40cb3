"""Reasons for a cause: findings that measure the same are told as one, with what they say together."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.consultation.session import Consultation
from mladvisor.diagnosis.model import Evidence
from mladvisor.rulebook import load

CAUSE = "cause: {0}\ntitle: {0}\nfamily: data\nprior: common\nsource: mine\nfixes: [{{do: Mend, cost: minutes}}]\n"
FINDING = "finding: {0}\ntitle: {0}\nask: Is it so?\notherwise: {2}\nsource: mine\ngroup: {1}\nexplained_by: {{{3}}}\n"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Consultation:
    """Three findings of one kind, of which one says nothing of the fire."""
    folder: Path = tmp_path_factory.mktemp("kinds")
    for cause in ("fire", "flood"):
        folder.joinpath(f"{cause}.yaml").write_text(CAUSE.format(cause))
    for name, otherwise, arrows in (
        ("smoke", 0.02, "fire: often"),
        ("haze", 0.03, "fire: often"),
        ("fog", 0.02, "flood: sometimes"),
    ):
        folder.joinpath(f"{name}.yaml").write_text(FINDING.format(name, "air", otherwise, arrows))
    return Consultation(None, load([folder], shipped=False))


def reasons(session: Consultation, *seen: str) -> dict[str, Evidence]:
    """What speaks for a fire when these findings are seen."""
    case = session.fresh()
    for name in seen:
        case.answer(name, "yes")
    (fire,) = [one for one in case.diagnosis.hypotheses if one.cause == "fire"]
    return {one.finding: one for one in fire.evidence}


def test_what_measures_the_same_is_told_as_one_reason(session: Consultation) -> None:
    """The one that says most alone stands for both, with more than either adds to the other."""
    found = reasons(session, "smoke", "haze")
    assert found["smoke"].others == ["haze"] and found["haze"].others == []
    assert found["smoke"].weight > max(found["smoke"].decibans, found["haze"].decibans) + 1.9
    assert found["haze"].weight == found["haze"].decibans


@pytest.mark.parametrize("seen", [("smoke",), ("smoke", "fog")])
def test_what_points_elsewhere_stands_with_no_reason(session: Consultation, seen: tuple[str, ...]) -> None:
    """A finding alone of its kind, or beside one that points elsewhere, is told by itself."""
    found = reasons(session, *seen)
    assert found["smoke"].others == [] and found["smoke"].together is None


def test_how_a_number_came_about_is_told_with_the_same_weights(session: Consultation) -> None:
    """The page and the explanation name one reason for both, with one number; its step comes first."""
    case = session.fresh()
    for name in ("haze", "smoke"):
        case.answer(name, "yes")
    how = case.how("fire")
    assert how.steps[0].finding == "smoke" and how.steps[0].because.endswith("and 1 more sign of this kind")
    assert how.steps[0].decibans == pytest.approx(reasons(session, "smoke", "haze")["smoke"].weight, abs=0.01)
    assert how.steps[-1].after == pytest.approx(how.probability)
