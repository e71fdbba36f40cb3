"""Annotations in the form of COCO: images, what is marked in them, and the names of the classes."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from mladvisor.runs.readers import Candidate
from mladvisor.runs.split_names import split_called

MOST_BYTES = 20_000_000
NOTHING = "(nothing)"
"""The label of an image in which nothing is marked."""


def split_of_annotations(file: Candidate) -> str | None:
    """The split that a file of annotations is of, by its name or its folder; None for any other file."""
    if not file.name.lower().endswith(".json") or file.size > MOST_BYTES:
        return None
    if not any(each in file.head for each in (b'"file_name"', b'"category_id"', b'"supercategory"')):
        return None
    stem, folder = (_YEAR.sub("", name) for name in (file.name.partition(".")[0], file.folder.rpartition("/")[2]))
    return split_called(stem) or split_called(folder)


_YEAR = re.compile(r"(?<=[a-z])20\d\d")
"""The release behind the name: "instances_val2017"."""


def images_in(content: Any) -> list[tuple[str, str]]:
    """(file, class) of each image: the class that is marked in it most often, of equal ones the first."""
    if not isinstance(content, dict) or not all(
        isinstance(content.get(key), list) for key in ("images", "annotations")
    ):
        return []
    classes = content.get("categories")
    named = {
        each.get("id"): str(each.get("name"))
        for each in (classes if isinstance(classes, list) else ())
        if isinstance(each, dict)
    }
    marked: dict[Any, Counter[str]] = {}
    for each in content["annotations"]:
        if isinstance(each, dict) and isinstance(each.get("category_id"), int | str):
            name = named.get(each["category_id"], str(each["category_id"]))
            marked.setdefault(str(each.get("image_id")), Counter())[name] += 1
    return [
        (str(each["file_name"]), counted.most_common(1)[0][0] if counted else NOTHING)
        for each in content["images"]
        if isinstance(each, dict) and each.get("file_name")
        for counted in (marked.get(str(each.get("id"))),)
    ]
