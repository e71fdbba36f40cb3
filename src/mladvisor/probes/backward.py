"""Sees each `loss.backward()` while some probe is open: the one place where every PyTorch loop shows its loss.

PyTorch has no hook for it, so `torch.Tensor.backward` is replaced for as long as a probe is open and put back by the
last one that closes. The replacement calls the watchers, then the original.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Watcher = Callable[[torch.Tensor], None]

_watchers: list[Watcher] = []
_original: list[Any] = []
"""The method that was replaced, while it is."""


def watch(watcher: Watcher) -> None:
    """Call `watcher(loss)` before each backward pass."""
    if not _original:
        _original.append(torch.Tensor.backward)
        torch.Tensor.backward = _seen  # type: ignore[method-assign]
    _watchers.append(watcher)


def unwatch(watcher: Watcher) -> None:
    """Stop calling it; nothing happens when it is not watching."""
    if watcher in _watchers:
        _watchers.remove(watcher)
    if _original and not _watchers and torch.Tensor.backward is _seen:
        torch.Tensor.backward = _original.pop()  # type: ignore[method-assign]


def _seen(self: torch.Tensor, *arguments: Any, **named: Any) -> Any:
    for watcher in tuple(_watchers):
        watcher(self)
    return _original[0](self, *arguments, **named)
