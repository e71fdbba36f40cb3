"""The published JSON Schema of rule files, made from the structs in `documents`, for editors to complete and check."""

from __future__ import annotations

from typing import Any

import msgspec

from mladvisor.rulebook import documents


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one document of a rule file."""
    kinds = documents.KINDS
    _, components = msgspec.json.schema_components(list(kinds.values()), ref_template="#/$defs/{name}")
    definitions: dict[str, Any] = dict(components)
    definitions["Adjust"] = _adjust(definitions)
    choices = {**{kind: struct.__name__ for kind, struct in kinds.items()}, "adjust": "Adjust"}
    for kind, name in choices.items():
        definitions[name]["title"] = kind
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mladvisor rule",
        "description": "One document of a rule file; its first key says what it is.",
        "type": "object",
        "allOf": [
            # One branch per kind: an editor then reports the errors of that kind, not of all.
            {"if": {"required": [kind]}, "then": {"$ref": f"#/$defs/{name}"}}
            for kind, name in choices.items()
        ],
        "anyOf": [{"required": [kind]} for kind in choices],
        "$defs": definitions,
    }


def _adjust(definitions: dict[str, Any]) -> dict[str, Any]:
    """Fields of a finding, cause or question, each optional; null removes one."""
    adjustable = ("Question", "Menu", "Handover", "Cause", "Finding")
    properties: dict[str, list[Any]] = {}
    for name in adjustable:
        for field, its in definitions[name]["properties"].items():
            if field not in ("finding", "cause", "question", "menu", "handover", "replace"):
                choices = properties.setdefault(field, [])
                if its not in choices:
                    choices.append(its)
    return {
        "title": "adjust",
        "description": "A later layer: the fields named here replace or merge into those of the document with this id.",
        "type": "object",
        "properties": {
            "adjust": {"type": "string", "description": "Id of a finding, cause or question"},
            **{field: {"anyOf": [*choices, {"type": "null"}]} for field, choices in properties.items()},
        },
        "required": ["adjust"],
        "additionalProperties": False,
    }
