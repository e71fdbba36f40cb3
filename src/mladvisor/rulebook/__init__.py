"""YAML rules to findings, each with a degree of presence or a reason why not, and the network of causes.

`load` reads folders of rules into a `Rulebook`, which judges a run's measurements. Knows nothing of files of a run.
"""

from mladvisor.rulebook.book import Judged, Rulebook
from mladvisor.rulebook.load import load
from mladvisor.rulebook.places import RuleErrors
from mladvisor.rulebook.reading import shipped_folder

__all__ = ["Judged", "RuleErrors", "Rulebook", "load", "shipped_folder"]
