"""mladvisor reads a training run as an experienced colleague would.

    >>> import mladvisor
    >>> diagnosis = mladvisor.diagnose("runs/resnet")
    >>> diagnosis.hypotheses[0].cause, diagnosis.healthy

Everything is imported when first used, so that `import mladvisor` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mladvisor.consultation.cases import consult as consult
    from mladvisor.consultation.cases import resume as resume
    from mladvisor.consultation.session import Consultation as Consultation
    from mladvisor.diagnosis.api import diagnose as diagnose
    from mladvisor.diagnosis.model import Diagnosis as Diagnosis

__version__ = "0.1.0"
__all__ = ["Consultation", "Diagnosis", "__version__", "consult", "diagnose", "resume"]

_HOME = {
    "Consultation": "mladvisor.consultation.session",
    "Diagnosis": "mladvisor.diagnosis.model",
    "consult": "mladvisor.consultation.cases",
    "diagnose": "mladvisor.diagnosis.api",
    "resume": "mladvisor.consultation.cases",
}


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


def __getattr__(name: str) -> Any:
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'mladvisor' has no attribute {name!r}")
