"""Settings that stand inside the text of another: "SGD(lr=10, momentum=0.9)", "betas=(0.9, 0.99), eps=1e-6".

Parsed by commas and brackets; nothing is evaluated.
"""

from __future__ import annotations

import re
from typing import Any

from mladvisor.features.config_keys import is_options, words

_MAX_TEXT = 600
_MAX_NUMBER = 40
_CALL = re.compile(r"[A-Za-z_][\w.]{0,80} ?\((.*)\)$", re.DOTALL)
_IN_WORDS = re.compile(r"([A-Za-z_]\w{0,40})=(\([^()]{1,80}\)|[\w.+-]{1,40})")
"""The Trainer's model cards say "Adam with betas=(0.9,0.999) and epsilon=1e-08"."""
_PAIR = re.compile(r"['\"]?-{0,2}([A-Za-z_][\w.-]{0,60})['\"]?\s*([=:])\s*(\S.*)", re.DOTALL)


def settings_inside(text: str, key: str) -> list[tuple[str, Any]]:
    """Settings that the text under `key` holds, each with its dotted key below that one; [] of any other text.

    >>> settings_inside("Adam(lr=0.1)", "optimizer")
    [('optimizer.lr', '0.1')]
    >>> settings_inside("{'betas': (0.9, 0.98), 'eps': 1e-6}", "optim_args")
    [('optim_args.betas', '(0.9, 0.98)'), ('optim_args.eps', '1e-6')]
    """
    if "(" not in text and "=" not in text and ":" not in text:
        return []
    leaf = words(key.rpartition(".")[2])
    if leaf.startswith("opti") and " with " in text:
        return [(f"{key}.{name}", value) for name, value in _IN_WORDS.findall(text[:_MAX_TEXT])]
    return _of_call(text, key) or (_of_options(text, key) if is_options(leaf) else [])


def _of_call(text: str, key: str, depth: int = 0) -> list[tuple[str, Any]]:
    """Arguments of a call. Calls inside calls are opened too (`compile(loss="mse", optimizer=SGD(lr=10))`); a number
    without a name in an optimizer's call is its learning rate, as in Keras.
    """
    found: list[tuple[str, Any]] = []
    call = _CALL.match(text.strip()[:_MAX_TEXT])
    if call is None or depth > 2:
        return found
    for at, part in enumerate(_split(call[1])):
        name, equals, value = part.partition("=")
        name, value = name.strip(), value.strip().strip("'\"")
        if equals and name.isidentifier():
            found.append((f"{key}.{name}", value))
            if "(" in value and not value.startswith("("):
                found += _of_call(value, f"{key}.{name}", depth + 1)
        elif at == 0 and _is_number(part) and words(key.rpartition(".")[2]).startswith("opti"):
            found.append((f"{key}.lr", part))
    return found


def _of_options(text: str, key: str) -> list[tuple[str, Any]]:
    """Pairs that stand for a mapping: with commas, semicolons or blanks between them, in braces or bare.

    All parts must be pairs, or the text says something else.
    """
    bare = text.strip()[:_MAX_TEXT]
    if bare[:1] in "{[(" and bare[-1:] in "}])":
        bare = bare[1:-1]
    for between in (",;\n", ",;\n "):
        parts = [_PAIR.fullmatch(part) for part in _split(bare, between)]
        if parts and all(pair is not None and _is_one(pair[3]) for pair in parts):
            return [(f"{key}.{pair[1]}", pair[3].strip().strip("'\"")) for pair in parts if pair is not None]
    return []


def _is_one(value: str) -> bool:
    """One value: nothing else is set in it outside of brackets and quotes."""
    return value[:1] in "([{'\"" or "=" not in value


def _split(text: str, between: str = ",") -> list[str]:
    """Parts between any of these characters, where they stand in no bracket."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character in between and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [part for part in (*parts, text[start:].strip()) if part]


def _is_number(text: str) -> bool:
    try:
        return len(text) <= _MAX_NUMBER and abs(float(text)) < float("inf")
    except ValueError:
        return False
