"""Whether the description of a column says that its value is written only once the outcome is known.

"filled by back office after the cancellation call", "comisión facturada al cierre de la venta", "code posé par le
service recouvrement après incident": somebody writes it, afterwards, and what it follows is an outcome.
"""

from __future__ import annotations

import re

from mladvisor.runs.other_languages import plainly

_WRITTEN = (
    r"(?:fill|enter|record|assign|bill|invoic|flag|updat|log|open|issu|add|creat|determin|cod|charg|book|rais|comput"
    r"|calculat|complet)(?:e?d|s)\b|\b(?:set|sets|post|posted|written|paid|known|available|exists?|given|put)\b"
    r"|\b(?:pose|renseigne|saisi|rempli|facture|enregistre|attribue|ouvert|connu|verse|calcule|code)e?s?\b"
    r"|\b(?:facturad|registrad|rellenad|anotad|asignad|abiert|pagad|calculad|conocid|emitid|preenchid|lancad|cobrad)[oa]s?\b"
    r"|\b(?:erfasst|eingetragen|vergeben|gesetzt|berechnet|gebucht|ausgefullt|ausgefuellt|bekannt|angelegt|gezahlt)\b"
    r"|\b(?:compilat|registrat|assegnat|fatturat|pagat|inserit)[oa]\b"
)
_AFTER = (
    r"\b(?:after|afterwards|once|upon|following|post|at (?:the )?(?:close|closing|settlement|end)"
    r"|when (?:the |a )?(?:case|claim|dispute|customer|fraud|chargeback|incident|loan))\b"
    r"|\b(?:apres|une fois|a la (?:cloture|fin|resiliation|vente))\b"
    r"|\b(?:despues|tras|una vez|al (?:cierre|final|cerrar)|apos|depois|ao (?:fechar|final)|no fechamento)\b"
    r"|\b(?:nach|nachdem|sobald|nachtraglich|nachtraeglich|bei (?:abschluss|kuendigung|ausfall))\b"
    r"|\b(?:dopo|alla chiusura|in seguito)\b"
)
_OUTCOME = (
    r"\b(?:cancel|churn|terminat|outcome|event|incident|default|collect|recover|diagnos|clos|sale\b|sold|fraud|chargeback"
    r"|confirm|investigat|settle|resol|dispute|failure|breakdown|repair|discharge|label|target|verdict|readmi|convers"
    r"|resili|recouvrement|impaye|vente|cloture|panne|fraude|cancelac|baja|venta|cierre|impago|averia|venda|fechamento"
    r"|inadimpl|kuendig|kundig|ausfall|verkauf|betrug|schaden|abschluss|storno|disdetta|vendita|insolven|chiusura|guasto)"
)
_PLAINLY = re.compile(
    r"\b(?:after the fact|in hindsight|retroactively|retrospectively|only known (?:later|afterwards)"
    r"|known only (?:later|afterwards|after)"
    r"|not (?:yet )?(?:known|available) at (?:prediction|scoring|decision|application|request) time"
    r"|a posteriori|erst nachtr(?:a|ae)glich|made from the label|derived from the (?:label|target|outcome))\b"
)
_TOLD = re.compile(f"(?:{_WRITTEN}).{{0,80}}?(?:{_AFTER})|(?:{_AFTER}).{{0,80}}?(?:{_WRITTEN})")
_OUTCOMES = re.compile(_OUTCOME)
_MOST = 400


def is_written_afterwards(description: str) -> bool:
    """The description says that the value is written after an outcome."""
    said = plainly(description[:_MOST])
    return bool(_PLAINLY.search(said) or (_TOLD.search(said) and _OUTCOMES.search(said)))


_IN_TIME = re.compile(
    r"\b(?:known|available|measured|observed|read|taken|recorded|given|fixed|set|bekannt|verfugbar|gemessen|connue?s?|mesuree?s?"
    r"|disponibles?|conocid[oa]s?|medid[oa]s?)\b.{0,40}?"
    r"(?:\b(?:live|in real[ -]time|real[ -]time|beforehand|in advance|online|up ?front|at (?:the )?(?:time of )?"
    r"(?:prediction|scoring|serving|inference|request|application|booking|decision|forecast|admission|order)(?: time)?"
    r"|before (?:the )?(?:prediction|outcome|event|decision|forecast)|im voraus|vorab|live|a l'avance|de antemano)\b)"
)
_NOT = re.compile(r"\b(?:not|never|only|un(?:known|available)|nicht|pas|after|once|nach|apres|despues)\b")


def is_known_in_time(description: str) -> bool:
    """The description says that the value is there when a prediction is made: "measured on site, available live"."""
    said = plainly(description[:_MOST])
    return bool(_IN_TIME.search(said)) and not _NOT.search(said)
