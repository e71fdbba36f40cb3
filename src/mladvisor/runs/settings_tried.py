"""Names of settings that people try models with: what makes one larger, and what penalises it."""

from __future__ import annotations

from mladvisor.runs.sweeps import KINDS
from mladvisor.runs.word_sets import word_set

SIZES = KINDS["size"] | word_set(
    "rank n_states states latent latent_dim n_components components factors n_factors n_conv conv_layers "
    "n_hidden_layers num_hidden_layers n_estimators max_leaf_nodes num_blocks n_blocks blocks channels d_ff dim heads "
    "n_units hidden_layers vocab_size knots"
)
PENALTIES = KINDS["penalty"] | word_set(
    "lambda_ sp reg_param regparam beta prior_sd min_samples_leaf min_child_weight gamma noise mixup noise_multiplier"
    " penalty smoothing l2_leaf_reg strength droprate p_dropout drop_path"
)
SETTINGS = SIZES | PENALTIES | word_set("k n_neighbors neighbours neighbors kernel bandwidth skip residual norm window")
