"""From findings to a posterior over sets of causes: pure arithmetic on arrays, exact on a noisy-OR network."""

from mladvisor.inference.network import Network, build_network, pooled_weights
from mladvisor.inference.posterior import Posterior, posterior, posteriors

__all__ = ["Network", "Posterior", "build_network", "pooled_weights", "posterior", "posteriors"]
