"""From findings to a posterior over sets of causes: pure arithmetic on arrays, exact on a noisy-OR network."""

from mladvisor.inference.arrows import misleading_arrows
from mladvisor.inference.evidence import Step, evidence, evidence_table, joint_evidence, path
from mladvisor.inference.network import Network, build_network
from mladvisor.inference.posterior import Posterior, posterior, posteriors
from mladvisor.inference.questions import (
    YES,
    Outcomes,
    area_information,
    entropy,
    information,
    joint_information,
    leader,
    primary,
    would_change,
)
from mladvisor.inference.ranking import sort_keys
from mladvisor.inference.scope import looked_at

__all__ = [
    "YES",
    "Network",
    "Outcomes",
    "Posterior",
    "Step",
    "area_information",
    "build_network",
    "entropy",
    "evidence",
    "evidence_table",
    "information",
    "joint_evidence",
    "joint_information",
    "leader",
    "looked_at",
    "misleading_arrows",
    "path",
    "posterior",
    "posteriors",
    "primary",
    "sort_keys",
    "would_change",
]
