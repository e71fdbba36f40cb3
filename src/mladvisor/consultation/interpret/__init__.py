"""Plain words: what a person types, as findings with degrees, values of features, and wishes.

Deterministic and offline. `interpret` reads a sentence; `answer_of` an answer to the question that is open.
"""

from __future__ import annotations

from mladvisor.consultation.interpret.answers import answer_of as answer_of
from mladvisor.consultation.interpret.answers import is_answer as is_answer
from mladvisor.consultation.interpret.answers import is_courtesy as is_courtesy
from mladvisor.consultation.interpret.heard import Heard as Heard
from mladvisor.consultation.interpret.index import is_ready as is_ready
from mladvisor.consultation.interpret.index import prepare as prepare
from mladvisor.consultation.interpret.sentence import interpret as interpret

__all__ = ["Heard", "answer_of", "interpret", "is_answer", "is_courtesy", "is_ready", "prepare"]
