"""What is known of the model without its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features import layer_names, loss_names, vocabulary
from mladvisor.features.catalogue import Measures
from mladvisor.features.model_description import _grown, _made_of
from mladvisor.runs.read import read_run
from mladvisor.runs.script.code import Code

from .fakes import curve, loss, measures


@pytest.mark.parametrize(
    ("imports", "made", "expected"),
    [
        ("from sklearn.ensemble import GradientBoostingClassifier", "GradientBoostingClassifier(verbose=1)", True),
        ("from sklearn import ensemble", "ensemble.HistGradientBoostingRegressor()", True),
        ("import lightgbm as lgb", "lgb.train({}, data)", True),
        ("from sklearn.ensemble import RandomForestClassifier", "RandomForestClassifier()", False),
        (
            "from sklearn.ensemble import GradientBoostingClassifier\nfrom sklearn.neural_network import MLPClassifier",
            "GradientBoostingClassifier()",
            False,  # the one beside which the other is judged is not known
        ),
        ("import torch\nimport xgboost", "xgboost.XGBClassifier()", False),
    ],
)
def test_a_script_that_boosts(imports: str, made: str, expected: bool) -> None:
    """Boosting of a script is told by its class, where nothing else in it learns."""
    assert (_grown(Code("t.py", f"{imports}\nm = {made}\nm.fit(X, y)\n")) is not None) is expected


@pytest.mark.parametrize(
    ("config", "format", "family"),
    [
        ({"model": "resnet50"}, "", "cnn"),
        ({"arch": "timm/vit_base_patch16"}, "", "transformer"),
        ({"model_name": "bert-base-uncased"}, "hf-trainer", "transformer"),
        ({"architectures": ["T5ForConditionalGeneration"]}, "", "transformer"),
        ({"model.type": "LSTM"}, "", "rnn"),
        ({"model": "XGBClassifier"}, "", "boosting"),
        ({"model": "runs/detect/train/weights/yolo12n.pt"}, "", "cnn"),
        ({"n_head": 6}, "", "transformer"),
        ({"family": "rnn", "cell": "rnn_relu"}, "hf-trainer", "rnn"),
        ({"rnn_type": "GRU"}, "", "rnn"),
        ({"family": "binomial"}, "", None),
        ({"lr": 0.001}, "hf-trainer", "transformer"),
        ({"architectures": ["BowClassifier"]}, "hf-trainer", None),
        ({"architectures": ["OddForSequenceClassification"]}, "hf-trainer", "transformer"),
        ({"type": "mlp", "hidden_layers": [8]}, "hf-trainer", "mlp"),
        ({"scheduler.type": "linear", "type": "cosine"}, "", None),
        ({}, "catboost", "boosting"),
        ({"model": "MLP"}, "", "mlp"),
        ({"model": "MLP", "hidden_sizes": [32, 16]}, "", "mlp"),
        ({"model": "MLP", "hidden_sizes": []}, "", "linear"),
        ({"model": "my_net_7"}, "", None),
        ({"model": "chatterbox"}, "", None),
    ],
)
def test_families(config: dict[str, Any], format: str, family: str | None) -> None:
    """Names of models, their parts and formats tell the family; other names tell nothing."""
    assert measures(config=config, format=format).value("model.family") == family


@pytest.mark.parametrize(
    ("line", "family"),
    [
        ("layer = nn.TransformerEncoderLayer(24, 2)", "transformer"),
        ("a, b = layers.MultiHeadAttention(2, 8), layers.Conv1D(8, 3)", "transformer"),
        ("c, d = nn.Conv2d(1, 8, 3), nn.LSTM(8, 8)", "cnn"),
        ("r = nn.GRU(3, 8, batch_first=True)", "rnn"),
        ("y = nn.functional.scaled_dot_product_attention(q, k, v)", "transformer"),
        ("l = nn.Linear(3, 8)", None),
        ("l = mine.LSTM(3, 8)", None),
    ],
)
def test_a_family_by_the_layers_that_a_script_makes(line: str, family: str | None) -> None:
    """Where the order of the layers cannot be told, their kinds still can."""
    code = Code("train.py", f"import mine\nfrom torch import nn\nfrom keras import layers\n{line}\n")
    found = _made_of(code)
    assert (found[0] if found else None) == family


def test_batch_norm_is_known_from_configuration_or_architecture() -> None:
    """Said, implied by the architecture, meaningless for trees, else unknown."""
    assert measures(config={"use_batchnorm": False, "model": "resnet18"}).value("model.has_batch_norm") is False
    assert measures(config={"model": "resnet18"}).value("model.has_batch_norm") is True
    assert measures(config={"model": "xgboost"}).one("model.has_batch_norm").state == "not-applicable"
    assert measures(config={"model": "mlp"}).one("model.has_batch_norm").state == "unknown"


@pytest.mark.parametrize(
    "config", [{"norm_eval": True}, {"freeze_bn": True}, {"MODEL.RESNETS.NORM": "FrozenBN"}, {"model.bn_eval": "true"}]
)
def test_frozen_norms_take_no_statistics_from_batches(config: dict[str, Any]) -> None:
    """Backbones of detectors keep the statistics that they were trained with, whatever the batch holds."""
    assert measures(config={"backbone": "resnet50", **config}).value("model.has_batch_norm") is False
    assert measures(config={"backbone": "resnet50", "norm_eval": False}).value("model.has_batch_norm") is True


def test_rows_per_parameter() -> None:
    """A thousand rows for a million parameters are a thousandth."""
    m = measures(config={"num_parameters": 1_000_000, "num_train_examples": 1000})
    assert m.value("model.rows_per_parameter") == pytest.approx(0.001)


@given(st.text(max_size=250))
def test_any_text_has_a_canonical_name_or_none(text: str) -> None:
    """Text from a stranger's file never makes the vocabulary fail."""
    assert vocabulary.optimizer(text) is None or isinstance(vocabulary.optimizer(text), str)
    assert vocabulary.family(text) in (*vocabulary.FAMILY_NAMES, None)
    for read in (loss_names.loss, layer_names.activation, loss_names.loss_input):
        assert read(text) is None or isinstance(read(text), str)


@pytest.mark.parametrize(
    ("column", "family"),
    [
        ("eval-rmse", "boosting"),
        ("validation_0-logloss", "boosting"),
        ("valid_1's auc", "boosting"),
        ("training's l2", "boosting"),
        ("train-loss", None),
        ("eval_rmse", None),
        ("val-accuracy", None),
    ],
)
def test_boosted_trees_are_known_by_how_they_call_their_curves(column: str, family: str | None) -> None:
    """Advice for networks is not given to trees whose log alone is there; other logs are not taken for theirs."""
    one = curve(column, "loss", "val", [3.0, 2.0, 1.0])
    assert measures(one)["model.family"].value == family  # type: ignore[union-attr]


def test_the_rounds_of_scikit_learns_boosting(tmp_path: Path) -> None:
    """Its header says whose they are, without a script."""
    rounds = "".join(f"{at:10d} {2 / at:16.4f} {0.5:15.2f}s\n" for at in range(1, 9))
    (tmp_path / "stdout.txt").write_text("      Iter       Train Loss   Remaining Time \n" + rounds)
    assert Measures(read_run(tmp_path)).value("model.family") == "boosting"


@pytest.mark.parametrize(
    ("rate", "end", "told"),
    [(5e-5, 0.2, "adamw"), (0.15, 2.2, None), (0.15, 0.2, None)],
    ids=["a usual rate", "another model, or a mistake", "what learns at it is no transformer under AdamW"],
)
def test_a_trainers_log_stands_for_adamw_where_its_rates_can(rate: float, end: float, told: str | None) -> None:
    """Other models are trained with the Trainer, too, and other loops write its form."""
    rates = curve("learning_rate", "learning-rate", None, [rate] * 40)
    m = measures(loss([2.3 + (end - 2.3) * at / 39 for at in range(40)]), rates, format="hf-trainer-state")
    assert (m.value("config.optimizer"), m.value("model.family")) == (told, told and "transformer")


def test_a_trainer_s_own_file_may_tell_the_type(tmp_path: Path) -> None:
    """A Trainer trains other models than transformers."""
    (tmp_path / "config.json").write_text('{"type": "mlp", "hidden_layers": [64, 32]}')
    history = ", ".join(f'{{"step": {n}, "epoch": {n}, "loss": {1 / n:.4f}}}' for n in range(1, 9))
    (tmp_path / "trainer_state.json").write_text(f'{{"log_history": [{history}], "global_step": 8}}')
    assert Measures(read_run(tmp_path))["model.family"].value == "mlp"
