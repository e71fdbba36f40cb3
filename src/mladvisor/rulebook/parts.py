"""What the documents of a rulebook have in common: fields that several kinds carry, and the struct they are made of."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Status = Literal["experimental", "tested", "stable", "off"]
Effort = Literal["glance", "check", "experiment"]

StatusField = Annotated[Status, Meta(description="How far it is proven; `off` disables it, also from a later layer")]
SourceField = Annotated[
    str | list[str],
    Meta(description="Where it comes from: each starts with a statement id of the article, or with +topic"),
]
SaidField = Annotated[list[str], Meta(description="How people put it in chat; a block list if a phrase has a comma")]
ReplaceField = Annotated[bool, Meta(description="In a later layer: take the place of the document of the same id")]


class Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A document, or a map inside one."""
