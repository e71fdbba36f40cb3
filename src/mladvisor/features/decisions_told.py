"""What notes and printed evaluations tell of ranking and decisions together (`runs/decisions_said`)."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.metric_names import metric_of
from mladvisor.features.printed import texts
from mladvisor.runs.cut_gains import gains_in, gains_said
from mladvisor.runs.decisions_said import Decisions, best_in_file, decisions_in_file, decisions_in_text
from mladvisor.runs.model import Curve
from mladvisor.runs.report_names import words_of
from mladvisor.runs.tabled import opened
from mladvisor.runs.word_sets import word_set

_HOW = "write AUC beside recall, precision and specificity of the decisions into a note or evaluation beside the log"


@feature("decisions.told.*", unit="fraction", doc="Area under the curve (`area`), recall, precision or specificity, as"
         " the one note or printed evaluation tells it that tells the area and one of the rates", how=_HOW,
         source="metric.auc")  # fmt: skip
def told(m: Measures, name: str) -> Measured:
    file, found = m.once(_decisions)
    value = getattr(found, name, None)
    return unknown(_HOW, "not-logged") if value is None else Measured(value, where=Where(file))


def _decisions(m: Measures) -> tuple[str, Decisions]:
    """The one note, else the last text that was printed, if it tells the area. Use `m.once`."""
    files = m.run.files.get("decision_note", ())
    if files:
        one = opened(m.run.folder, files[0])
        return files[0], decisions_in_file(one) if len(files) == 1 else Decisions()
    for text in m.once(texts):
        if text.ends and b"auc" in text.lower:
            found = decisions_in_text(text.bare[-_END:].decode("utf-8", "replace"))
            if found.area is not None:
                return text.file, found
    return "", Decisions()


_END = 6_000
"""Bytes at the end of a log, where the evaluation stands: what was logged on the way has several values."""


@feature("threshold.told_best", doc="The threshold that the one note that says so calls the best", how=_HOW,
         source="fig4.b")  # fmt: skip
def told_best(m: Measures) -> Measured:
    found = m.once(_best)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[0], where=Where(found[2]))


@feature("threshold.told_used", doc="The threshold in use: the configured one, else the one that the same note says is"
         " used, else that of a detector's evaluation", how=_HOW, source="fig4.b")  # fmt: skip
def told_used(m: Measures) -> Measured:
    configured = m.one("config.threshold")
    if configured.known:
        return configured
    found = m.once(_best)
    conf = m.run.config.get("conf")
    value = found[1] if found is not None else None
    if value is None and conf is not None and isinstance(conf.value, float):
        value = conf.value
    return unknown(_HOW, "not-logged") if found is None or value is None else Measured(value, where=Where(found[2]))


def _best(m: Measures) -> tuple[float, float | None, str] | None:
    files = m.run.files.get("cut_note", ())
    if len(files) != 1:
        return None
    best, used = best_in_file(opened(m.run.folder, files[0]))
    return (best, used, files[0]) if best is not None else None


@feature("threshold.told_gain", unit="fraction", doc="What F1, balanced accuracy or another score of both kinds of"
         " error gains at the best threshold over the one in use, as a report tells it at both", how=_HOW,
         source="fig4.b")  # fmt: skip
def told_gain(m: Measures) -> Measured:
    configured = m.value("config.threshold")
    cut = configured if isinstance(configured, float) else None
    told: list[tuple[float, str]] = []
    for file in m.run.files.get("cut_gain", ()):
        found = gains_in(opened(m.run.folder, file))
        told += [(gain, file) for each in found if (gain := each.over(cut)) is not None]
    for text in m.once(texts) if not told else ():
        said = gains_said(text.bare[-_END:].decode("utf-8", "replace")) if text.ends else []
        told += [(gain, text.file) for each in said if (gain := each.over(cut)) is not None]
    return Measured(max(told)[0], where=Where(max(told)[1])) if told else unknown(_HOW, "not-logged")


_AT_BEST = word_set("max best opt optimal optimum argmax")
_CUTS = word_set("cut cutoff thr threshold thresh")


@feature("threshold.logged_gain", unit="fraction", doc="What a metric gains at the best threshold over the one in use,"
         " at the end of a log that follows both (f1 and f1_max beside argmax_cut)",
         how="log the metric at the threshold in use and at the best one", source="fig4.b")  # fmt: skip
def logged_gain(m: Measures) -> Measured | None:
    curves = [curve for curve in m.run.curves if len(curve)]
    if not any(words & _AT_BEST and words & _CUTS for words in (set(words_of(curve.name)) for curve in curves)):
        return None
    metrics = [curve for curve in m.run.having("metric") if len(curve)]
    for best in metrics:
        if not _AT_BEST.isdisjoint(words_of(best.name)):
            used = [each for each in metrics if _same(each, best) and _AT_BEST.isdisjoint(words_of(each.name))]
            if len(used) == 1:
                return Measured(float(best.y[-1] - used[0].y[-1]), where=Where(best.place.file, best.name))
    return None


def _same(one: Curve, other: Curve) -> bool:
    """Curves of one metric on one split, of equal length."""
    first, second = metric_of(one.role.name, one.name), metric_of(other.role.name, other.name)
    alike = first is not None and second is not None and first.name == second.name and first.higher and first.bounded
    return alike and one.role.split == other.role.split and len(one) == len(other)
