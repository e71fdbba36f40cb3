"""The documents that ask a person: for the value of a feature, for what is seen in one look, and for files."""

from typing import Annotated, Literal

from msgspec import Meta

from mladvisor.rulebook.parts import Effort, Part, ReplaceField, SaidField, SourceField, StatusField

FileKind = Literal[
    "config", "train", "val", "test", "train_raw", "val_raw", "test_raw", "schema", "predictions", "business", "layers",
    "batches", "checks", "model", "model_text", "design",
]  # fmt: skip
CONFIG = "config"
"""The kind of file that is no table."""
QuestionKind = Literal["number", "choice", "yes-no"]


class Question(Part, frozen=True):
    """A question whose answer is the value of a feature."""

    question: Annotated[str, Meta(description="Its id, which is the file's name")]
    ask: Annotated[str, Meta(description="The question")]
    sets: Annotated[str, Meta(description="The feature that the answer sets; a new one is named answer.<word>")]
    kind: Annotated[QuestionKind, Meta(description="What kind of answer it takes")]
    choices: Annotated[list[str], Meta(description="The answers of a choice")] = []
    typical: Annotated[
        list[float], Meta(description="Numbers that stand for the usual answers, to weigh what asking would tell")
    ] = []
    unit: Annotated[str, Meta(description="The unit of a number")] = ""
    said: SaidField = []
    effort: Annotated[Effort, Meta(description="What answering costs")] = "glance"
    status: StatusField = "experimental"
    source: SourceField = []
    replace: ReplaceField = False


class MenuTest(Part, frozen=True):
    """An example of an answer, and what it must lead to where nothing else is known."""

    pick: Annotated[list[str], Meta(description="The options that are picked; empty for none of them")]
    top: Annotated[list[str], Meta(description="Causes that must then come first, in any order")] = []
    absent: Annotated[list[str], Meta(description="Findings that must then count as absent")] = []


class Menu(Part, frozen=True):
    """A question of several options, each of which settles findings, or opens menus: what a person sees in one look."""

    menu: Annotated[str, Meta(description="Its id, which is the file's name")]
    ask: Annotated[str, Meta(description='The question, as "Which of these is true of ...?"', min_length=1)]
    options: Annotated[
        dict[str, str | list[str]],
        Meta(description="Option, worded as seen -> the finding that is present when it is picked, or menus it opens"),
    ]
    effort: Annotated[Effort, Meta(description="What it costs to look")] = "glance"
    tests: Annotated[list[MenuTest], Meta(description="Picks, and what they must lead to")] = []
    status: StatusField = "experimental"
    source: SourceField = []
    replace: ReplaceField = False


class Handover(Part, frozen=True):
    """A request for files that a person may have: what they hold is then measured."""

    handover: Annotated[str, Meta(description="Its id, which is the file's name")]
    ask: Annotated[str, Meta(description="The request, which says what the files are called", min_length=1)]
    brings: Annotated[
        list[FileKind],
        Meta(description="Kinds of files of a run folder, or `config`", min_length=1),
    ]
    tells: Annotated[
        list[str],
        Meta(description="How the measurements begin that these files give: column, model", min_length=1),
    ]
    applies: Annotated[
        str | bool | float, Meta(description="Of which runs these files may be had; unknown is no reason not to ask")
    ] = True
    effort: Annotated[Effort, Meta(description="What it costs to hand them over")] = "check"
    status: StatusField = "experimental"
    source: SourceField = []
    replace: ReplaceField = False
