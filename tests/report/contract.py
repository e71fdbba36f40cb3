"""The JSON contract as a schema, written from the design and not from the code."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
WHERE = {
    "type": ["object", "null"],
    "required": ["file"],
    "properties": {
        "file": TEXT,
        "column": TEXT,
        "x": {"enum": ["", "epoch", "step", "row"]},
        "from": {"type": ["number", "null"]},
        "to": {"type": ["number", "null"]},
        "rows": {"type": ["array", "null"], "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
    },
}


def _object(**properties: Any) -> dict[str, Any]:
    """An object with these required fields; further fields are allowed, as the contract may grow."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


EVIDENCE = _object(finding=TEXT, degree=SHARE, decibans={"type": "number"}, because=TEXT, where=WHERE)
FIX = _object(do=TEXT, clears=TEXTS, source=TEXT)
HYPOTHESIS = _object(cause=TEXT, title=TEXT, probability=SHARE, evidence=_list(EVIDENCE), fixes=_list(FIX))
FINDING = {
    **_object(
        finding=TEXT,
        state={"enum": ["measured", "answered", "checked", "unknown", "not-applicable"]},
        degree={"anyOf": [SHARE, {"type": "null"}]},
        items=TEXTS,
        case={"type": ["string", "null"]},
        features={"type": "object"},
    ),
    "if": {"properties": {"state": {"enum": ["unknown", "not-applicable"]}}},
    "then": {"properties": {"degree": {"type": "null"}}},
    "else": {"properties": {"degree": SHARE}},
}
UNCHECKED = _object(finding=TEXT, missing=TEXTS, reason=TEXT, how=TEXT)
NEXT = _object(
    finding=TEXT,
    kind={"enum": ["ask", "check", "try"]},
    question=TEXT,
    bits={"type": "number", "minimum": 0},
    effort=TEXT,
)
RUN = _object(
    run={"type": ["string", "null"]},
    task={"type": ["string", "null"]},
    format=TEXT,
    healthy={"anyOf": [SHARE, {"type": "null"}]},
    hypotheses=_list(HYPOTHESIS),
    findings=_list(FINDING),
    unchecked=_list(UNCHECKED),
    next=_list(NEXT),
    assumed=TEXTS,
    warnings=TEXTS,
    error={"type": ["string", "null"]},
)
DOCUMENT = {
    **_object(schema_version={"const": 1}, mladvisor=TEXT, runs=_list(RUN)),
    "additionalProperties": False,
}
