"""The documents of a rulebook: the one definition of their fields, types, defaults and docs.

The published JSON Schema (`rulebook.schema`) is made from these structs, and `load` reads YAML into them. Texts that
hold an expression stay texts here; `link` compiles them.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta

from mladvisor.rulebook.asked import Handover as Handover  # noqa: PLC0414
from mladvisor.rulebook.asked import Menu as Menu  # noqa: PLC0414 - exported again: documents stand here together
from mladvisor.rulebook.asked import MenuTest as MenuTest  # noqa: PLC0414
from mladvisor.rulebook.asked import Question as Question  # noqa: PLC0414
from mladvisor.rulebook.parts import Effort, Part, ReplaceField, SaidField, SourceField, StatusField

FREQUENCIES = {
    "always": 0.95,
    "usually": 0.85,
    "often": 0.6,
    "sometimes": 0.3,
    "rarely": 0.08,
    "hardly": 0.02,
    "never": 0.005,
}
PRIORS = {"common": 10.0, "occasional": 2.0, "rare": 0.5}
ANSWERS = {"yes": 0.95, "probably": 0.8, "unsure": None, "probably-not": 0.2, "no": 0.05}
PRESENT = 0.5
"""Degree from which on a finding, a case of it, or what a person says, holds more than not."""
FACTS = {**ANSWERS, "yes": 0.998, "no": 0.005}
"""What answers mean about facts of data, code and set-up, which a person looks up; a curve is read by eye.

At .99 a slip of the tongue (1 in 100) was more probable than any single cause (1 in 300 where curves look sound), so
that who said "columns are missing" was told that nothing is wrong.
"""

Each = Literal["column", "layer", "slice", "class", "batch", "split"]
TryEffort = Literal["minutes", "one run", "many runs"]
Family = Literal["data", "optimisation", "numerics", "evaluation"]
Expression = str | bool | float
Frequency = Literal["always", "usually", "often", "sometimes", "rarely", "hardly", "never"] | float
Prior = Literal["common", "occasional", "rare"] | float
Arrows = dict[str, Frequency | None]
Given = float | bool | str | list[float] | dict[str, float | bool | str | list[float] | None] | None

FAMILIES: tuple[str, ...] = ("data", "optimisation", "numerics", "evaluation")


class Try(Part, frozen=True):
    """An experiment that the user can run to settle a finding."""

    do: Annotated[str, Meta(description="What to do, in one sentence")]
    command: Annotated[str, Meta(description="A command line that does it")] = ""
    effort: Annotated[TryEffort, Meta(description="What it costs")] = "one run"


class Fix(Part, frozen=True):
    """Something to do about a cause."""

    do: Annotated[
        str | list[str],
        Meta(description="A sentence, or a list of steps; [..] is dropped when a value in it is unknown, {a / 10:g}"),
    ]
    when: Annotated[Expression, Meta(description="Shown only where this holds: not where it is unknown")] = True
    cost: Annotated[str, Meta(description='What it takes: "minutes", "one run", "many runs" ...')] = ""
    clears: Annotated[list[str], Meta(description="Findings gone afterwards; default: this cause's findings")] = []
    source: SourceField = []


class LookAlike(Part, frozen=True):
    """A cause that is easily taken for this one, and how to tell them apart."""

    cause: Annotated[str, Meta(description="Id of the other cause")]
    tell: Annotated[str, Meta(description="How to tell them apart")]


class Show(Part, frozen=True, rename={"start": "from", "end": "to"}):
    """What the plot shades. Starts, ends, levels and periods are expressions."""

    curve: Annotated[str, Meta(description="A curve, as loss.val")] = ""
    start: Annotated[Expression, Meta(description="Where the stretch starts, in x")] = ""
    end: Annotated[Expression, Meta(description="Where the stretch ends, in x")] = ""
    level: Annotated[Expression, Meta(description="A horizontal line")] = ""
    every: Annotated[Expression, Meta(description="A period, in x")] = ""
    table: Annotated[str, Meta(description="A table: train, val, test")] = ""
    rows: Annotated[str, Meta(description="Which rows of the table, or `items` for its columns")] = ""
    layers: Annotated[str, Meta(description="`items`, or `all`")] = ""
    value: Annotated[str, Meta(description="The statistic of the layers")] = ""
    predictions: Annotated[str, Meta(description="A split of the predictions")] = ""
    at: Annotated[Expression, Meta(description="A threshold in the predictions")] = ""


class RuleTest(Part, frozen=True):
    """An example that the rule must judge as said."""

    given: Annotated[
        dict[str, Given], Meta(description="feature: value, [value, standard error], {item: value}, or null (unknown)")
    ]
    expect: Annotated[
        str,
        Meta(
            description="present, absent, unknown, or a degree as 0.3..0.7",
            pattern=r"^(present|absent|unknown|[0-9.]+\.\.[0-9.]+)$",
        ),
    ]
    items: Annotated[list[str] | None, Meta(description="The items that must be named, in any order")] = None
    case: Annotated[str | None, Meta(description="The case of `when` that must hold")] = None


class Finding(Part, frozen=True, rename={"try_": "try"}):
    """A symptom: a rule over features says whether it is present."""

    finding: Annotated[str, Meta(description="Its id, which is the file's name")]
    title: Annotated[str, Meta(description='What is wrong, worded for "present"', min_length=1)]
    source: SourceField
    status: StatusField = "experimental"
    applies: Annotated[Expression, Meta(description="False: does not apply and is never asked; unknown: applies")] = (
        True
    )
    refines: Annotated[str, Meta(description="Counts and is asked only while that finding is present")] = ""
    each: Annotated[Each | None, Meta(description="Evaluate `when` for every item of this family")] = None
    at_least: Annotated[float, Meta(description="Items needed: a count, or a share below 1", gt=0)] = 1
    when: Annotated[
        Expression | dict[str, Expression] | None,
        Meta(description="The condition, or a map case -> condition: present if a case holds"),
    ] = None
    ask: Annotated[str, Meta(description="A yes/no question, worded so that yes = present")] = ""
    effort: Annotated[Effort, Meta(description="What answering `ask` costs")] = "glance"
    try_: Annotated[Try | None, Meta(description="An experiment by the user")] = None
    said: SaidField = []
    implies: Annotated[
        dict[str, float | bool | str],
        Meta(description="What a yes stands for where other rules measure it, without a run: feature -> value"),
    ] = {}
    explained_by: Annotated[
        Arrows, Meta(description="Cause or family:NAME -> how often it is present given only this cause; null removes")
    ] = {}
    otherwise: Annotated[
        Frequency | None, Meta(description="How often it is present with none of the causes; a measured number is best")
    ] = None
    fitted: Annotated[
        bool, Meta(description="False: a fit to labelled runs leaves its numbers as they are written")
    ] = True
    group: Annotated[str, Meta(description="Measures the same phenomenon as others: the evidence is pooled")] = ""
    advice: Annotated[list[Fix], Meta(description="Good practice, outside inference, instead of arrows")] = []
    measured: Annotated[str, Meta(description="The evidence sentence, a template; default: features and values")] = ""
    explain: Annotated[str, Meta(description="The page for a novice")] = ""
    also_seen_when: Annotated[list[str], Meta(description="Look-alikes, in words")] = []
    show: Annotated[Show | None, Meta(description="What the plot shades")] = None
    tests: Annotated[list[RuleTest], Meta(description="At least one present and one absent if there is a `when`")] = []
    replace: ReplaceField = False


class Cause(Part, frozen=True):
    """What is wrong with a run."""

    cause: Annotated[str, Meta(description="Its id, which is the file's name")]
    title: Annotated[str, Meta(description="What is wrong", min_length=1)]
    family: Annotated[Family, Meta(description="For family: arrows, and the order of questions")]
    prior: Annotated[Prior, Meta(description="Relative weight among the causes: a word, or a number above 0")]
    source: SourceField
    status: StatusField = "experimental"
    requires: Annotated[Expression, Meta(description="False: impossible here; unknown: as if true")] = True
    due_to: Annotated[Arrows, Meta(description='Roots, shown as "because of": cause -> frequency')] = {}
    excludes: Annotated[list[str], Meta(description="Causes that never hold together with this one")] = []
    shows: Annotated[Arrows, Meta(description="Finding -> frequency: arrows from the cause's side")] = {}
    called: Annotated[list[str], Meta(description="Short names that people know it by; each names one cause")] = []
    said: SaidField = []
    stated_by: Annotated[
        list[str], Meta(description="Findings that name this cause outright when a person says them")
    ] = []
    remeasures: Annotated[
        list[Literal["loss", "metric"]],
        Meta(
            description="What means something else once it is mended, so that its values before and after say nothing"
        ),
    ] = []
    explain: Annotated[str, Meta(description="The page for a novice")] = ""
    look_alikes: Annotated[list[LookAlike], Meta(description="Causes easily taken for this one")] = []
    fixes: Annotated[list[Fix], Meta(description="What to do about it")] = []
    replace: ReplaceField = False


class Fact(Part, frozen=True, rename={"expression": "is"}):
    """A named condition or number, with what it means."""

    expression: Annotated[Expression, Meta(description="A condition or a number over features and other facts")]
    means: Annotated[str, Meta(description="In words")] = ""
    source: SourceField = []


class Facts(Part, frozen=True):
    """Named conditions and numbers over features."""

    facts: Annotated[dict[str, Expression | Fact], Meta(description="Name -> expression, or {is, means, source}")]
    replace: ReplaceField = False


class Case(Part, frozen=True):
    """A regression test of the whole rulebook."""

    case: Annotated[str, Meta(description="Its id, which is the file's name")]
    given: Annotated[dict[str, float | str], Meta(description="Finding -> degree, or an answer (yes, probably ...)")]
    top: Annotated[list[str], Meta(description="The causes that must come first, in any order")] = []
    healthy: Annotated[
        str, Meta(description="The probability of healthy, as 0.6..1", pattern=r"^[0-9.]+\.\.[0-9.]+$")
    ] = "0..1"
    title: Annotated[str, Meta(description="What it is an example of")] = ""
    source: SourceField = []


class Statements(Part, frozen=True):
    """The statements of the article that the shipped rules cite."""

    statements: Annotated[dict[str, str], Meta(description="Id -> the statement in our own words")]


class NetworkNumbers(Part, frozen=True):
    """The constants of the inference; see `inference.Network`. What is left out keeps its value."""

    healthy: Annotated[float | None, Meta(description="Probability that nothing is wrong, before any evidence")] = None
    sizes: Annotated[list[float] | None, Meta(description="Relative weights of one, two and three causes at once")] = (
        None
    )
    absent_factor: Annotated[float | None, Meta(description="What an absent finding counts, beside a present one")] = (
        None
    )
    echo: Annotated[
        float | None, Meta(description="What the findings of a group count besides its strongest, 0 to 1")
    ] = None
    unlisted: Annotated[float | None, Meta(description="Share of faults that the rulebook does not list")] = None
    temperature: Annotated[float | None, Meta(description="Above 1 the evidence counts less")] = None
    weights: Annotated[
        dict[str, float] | None,
        Meta(description="Group of findings (or a finding without one) -> what it counts, 1 as it stands"),
    ] = None
    words: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None,
        Meta(description="What the words of the files beside the log count: 1 as fitted, 0 nothing"),
    ] = None


class NetworkDocument(Part, frozen=True):
    """Constants of the inference, as fitted to labelled runs."""

    network: NetworkNumbers
    source: SourceField = []


KINDS: dict[str, Any] = {
    "finding": Finding,
    "cause": Cause,
    "facts": Facts,
    "question": Question,
    "menu": Menu,
    "handover": Handover,
    "case": Case,
    "statements": Statements,
    "network": NetworkDocument,
}
UNNAMED = ("facts", "statements", "network")
"""Kinds of document that have no id: several of them are told apart by their place."""


def field_names(struct: Any) -> tuple[str, ...]:
    """The names of a struct's fields as they stand in YAML."""
    return tuple(struct.__struct_encode_fields__)


def frequency(value: Frequency) -> float:
    """The probability that a frequency word or number means."""
    return FREQUENCIES[value] if isinstance(value, str) else float(value)


def weight(value: Prior) -> float:
    """The relative prior weight that a word or number means."""
    return PRIORS[value] if isinstance(value, str) else float(value)


def listed(value: str | list[str]) -> list[str]:
    """A text or list of texts, as a list."""
    return [value] if isinstance(value, str) else list(value)


def between(text: str) -> tuple[float, float]:
    """The ends of a band such as "0.3..0.7". Raises ValueError when it is none."""
    low, _, high = text.partition("..")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = 1.0, 0.0
    if not 0.0 <= ends[0] <= ends[1] <= 1.0:
        raise ValueError(f'"{text}" is no band between 0 and 1, as in 0.3..0.7')
    return ends
