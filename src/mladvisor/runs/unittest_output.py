"""What `python -m unittest -v` prints: a line and a verdict for each test, then a section for each that failed.

    test_nan (tests.TestInput.test_nan) ... FAIL
    ======================================================================
    FAIL: test_nan (tests.TestInput.test_nan)
    ----------------------------------------------------------------------
    AssertionError: ValueError not raised

What the tests print themselves stands between a name and its verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_LINES = 40_000
_CASE = re.compile(r"^(test\w*) \([\w.<>]{1,200}\)(?: \[[^\]]*\])?(?: \.\.\. ?(.*))?$")
_SECTION = re.compile(r"^(FAIL|ERROR): (test\w*) \(")
_RULE = re.compile(r"^(?:={10,}|-{10,})$")
_VERDICTS = {"ok": False, "fail": True, "error": None, "expected failure": None, "unexpected success": None}
_END = re.compile(r"(?:^|\s)(ok|FAIL|ERROR|expected failure|unexpected success|skipped\b.{0,200})$")


def cases(text: str) -> Iterator[tuple[str, bool, str]]:
    """(name, failed, what its section says) of each test that passed or failed; errors in a set-up say nothing."""
    lines = text.split("\n")[:MAX_LINES]
    told = _told(lines)
    name = ""
    for line in lines:
        if _SECTION.match(line):
            break
        case = _CASE.match(line[:400].rstrip())
        if case is not None:
            name = case[1]
        came = _END.search((case[2] or "") if case is not None else line[:400].rstrip()) if name else None
        if came is None:
            continue
        failed = _VERDICTS.get(came[1].lower())
        if failed is not None:
            yield name, failed, told.get(name, "")
        name = ""
    if not any(_CASE.match(line[:400].rstrip()) for line in lines):  # without -v only those that failed are named
        yield from ((name, True, said) for name, said in told.items())


def _told(lines: list[str]) -> dict[str, str]:
    """Name -> the message at the end of the section of a test that failed."""
    told: dict[str, str] = {}
    name = ""
    for line in lines:
        section = _SECTION.match(line[:400])
        if section is not None:
            name = section[2] if section[1] == "FAIL" else ""
        elif _RULE.match(line.rstrip()):
            name = name if line.startswith("-") and not told.get(name) else ""
        elif name and line.strip() and not line.startswith((" ", "Traceback")):
            told[name] = f"{told.get(name, '')} {line.strip()[:300]}"
    return told
