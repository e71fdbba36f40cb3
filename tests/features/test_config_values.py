"""Configuration values: found under many names, typed, bounded, never guessed."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.features.config_keys import meanings
from mladvisor.features.config_lookup import flag, number, number_list
from mladvisor.runs.read import read_run

from .fakes import curve, loss, measures

SPELLINGS = [
    ("learning_rate", 1e-3),
    ("lr", "1e-3"),
    ("optimizer.init_args.lr", 1e-3),
    ("optimizer.config.learning_rate", 0.001),
    ("train.LR", 0.001),
    ("hparams/baseLr", 0.001),
    ("args.learning-rate", 0.001),
    ("lr.value", 0.001),
    ("SOLVER.BASE_LR", 0.001),
    ("taxa_aprendizado", 0.001),
    ("apprentissage.taux", 0.001),
    ("passo", 0.001),
    ("trening.krok", 0.001),
    ("współczynnik_uczenia", 0.001),
    ("training.rate", 0.001),
    ("optimizer.step", 0.001),
]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("krok", 100),
        ("passo", 10),
        ("training.step", 50),
        ("rate", 0.5),
        ("step", 0.1),
        ("dropout.taux", 0.5),
        ("data.rate", 0.1),
    ],
)
def test_a_word_for_a_rate_or_a_step_alone_is_one_of_training_or_none(key: str, value: Any) -> None:
    """Steps are counted as well, and drop-out, sampling and much else has a rate."""
    assert measures(config={key: value}).one("config.learning_rate").state == "unknown"


def test_settings_in_other_languages() -> None:
    """The words of a file of settings as Spanish, Italian and Polish write them."""
    spanish = measures(
        config={"entrenamiento.tam_lote": 4, "entrenamiento.funcion_perdida": "mse", "red.norm_lote": True}
    )
    assert [spanish.value(f"config.{name}") for name in ("batch_size", "loss", "batch_norm")] == [4, "mse", True]
    italian = measures(config={"lotto": 8, "epoche": 20, "passo": 0.1, "ottimizzatore": "sgd"})
    assert [italian.value(f"config.{name}") for name in ("batch_size", "epochs", "optimizer")] == [8, 20, "sgd"]
    polish = measures(config={"rozmiar_paczki": 16, "epoki": 5, "optymalizator": "adam", "funkcja_straty": "bce"})
    assert [polish.value(f"config.{name}") for name in ("batch_size", "epochs", "optimizer")] == [16, 5, "adam"]
    assert polish.value("config.loss") == "binary-cross-entropy"


@pytest.mark.parametrize(
    ("value", "said"), [("sigmoid", "sigmoid"), ("runs/relu", None), ("./out", None), (None, None)]
)
def test_an_output_of_one_word_is_the_last_activation(value: Any, said: str | None) -> None:
    """ "output" is a folder more often than not."""
    assert measures(config={"output": value, "lr": 0.1}).value("model.output.activation") == said


@pytest.mark.parametrize(("key", "value"), SPELLINGS)
def test_learning_rate_is_found_under_its_many_names(key: str, value: Any) -> None:
    """However a configuration spells it, the learning rate is one number."""
    found = measures(config={key: value}).one("config.learning_rate")
    assert found.value == pytest.approx(1e-3)
    assert found.where is not None
    assert found.where.column == key


@pytest.mark.parametrize(
    "value", ["auto", None, True, "fast", float("nan"), float("inf"), -0.1, [0.1, 0.2], {}, "1" * 50]
)
def test_a_learning_rate_that_is_no_number_is_unknown(value: Any) -> None:
    """`auto`, flags, lists, negative and endless numbers give no value, never a guess."""
    assert measures(config={"lr": value}).one("config.learning_rate").state == "unknown"


@pytest.mark.parametrize("key", ["eval.batch_size", "val_dataloader.batch_size", "test.batch_size", "sweep.batch_size"])
def test_settings_of_other_things_than_training_are_left_alone(key: str) -> None:
    """The batch size of evaluation is not that of training."""
    assert not measures(config={key: 64}).one("config.batch_size").known


@pytest.mark.parametrize(
    ("key", "value", "grouped"),
    [
        ("group_by_length", True, True),
        ("train_sampling_strategy", "group_by_length", True),
        ("train_sampling_strategy", "random", False),
        ("bucketing", False, False),
    ],
)
def test_batches_of_like_length(key: str, value: Any, grouped: bool) -> None:
    """Saw-teeth of the loss are then no want of shuffling."""
    assert measures(config={key: value}).value("config.grouped_by_length") is grouped


@pytest.mark.parametrize(("value", "rate"), [(0.002, 0.002), (100, None)])
def test_a_step_in_another_language_is_a_rate_below_one(value: float, rate: float | None) -> None:
    """ "passo: 0.002" is how far a step goes, "passo: 100" counts."""
    assert measures(config={"passo": value}).value("config.learning_rate") == rate


def test_the_most_specific_key_wins_and_the_others_are_named() -> None:
    """When several keys disagree, the note says which one was taken and what the others say."""
    found = measures(config={"lr": 0.1, "optimizer.learning_rate": 0.01}).one("config.learning_rate")
    assert found.value == 0.01
    assert "lr = 0.1" in found.note


def test_ultralytics_auto_ignores_lr0() -> None:
    """With `optimizer: auto` lr0 is not used; the logged rate is."""
    config = {"optimizer": "auto", "lr0": 0.01}
    assert not measures(config=config).one("config.learning_rate").known
    logged = curve("lr/pg0", "learning-rate", None, [0.001, 0.002, 0.0015])
    assert measures(logged, config=config).value("config.learning_rate") == 0.002


def test_the_logged_rate_stands_in_for_a_missing_setting() -> None:
    """Without a configured rate the largest logged one counts."""
    assert measures(curve("lr", "learning-rate", None, [0.1, 0.3, 0.2])).value("config.learning_rate") == 0.3


@pytest.mark.parametrize(
    ("config", "optimizer"),
    [
        ({"optimizer": "torch.optim.AdamW"}, "adamw"),
        ({"optimizer.class_path": "torch.optim.adam.Adam"}, "adam"),
        ({"optim": "adamw_torch_fused"}, "adamw"),
        ({"optimizer": "SGD", "momentum": 0.9}, "momentum"),
        ({"optimizer": "SGD", "momentum": 0.0}, "sgd"),
        ({"optimizer": "sgdm"}, "momentum"),
        ({"optimizer.type": "SGD", "optimizer.momentum": "0.9"}, "momentum"),
        ({"optimizer": "<class 'torch.optim.rmsprop.RMSprop'>"}, "rmsprop"),
        ({"otimizador": "adam"}, "adam"),
        ({"optimizer._target_": "torch.optim.Adagrad"}, "adagrad"),
        ({"optimizer": "my_own_thing"}, None),
    ],
)
def test_optimizers_have_one_name_each(config: dict[str, Any], optimizer: str | None) -> None:
    """Class paths, library names and options of one optimizer give one canonical name; others none."""
    assert measures(config=config).value("config.optimizer") == optimizer


def test_lightning_names_the_optimizer_in_the_curve() -> None:
    """LearningRateMonitor logs `lr-Adam`."""
    assert measures(curve("lr-Adam", "learning-rate", None, [0.1, 0.1])).value("config.optimizer") == "adam"


def test_batch_size_counts_devices_and_accumulation() -> None:
    """Rows per step are rows per device times devices times accumulated batches."""
    config = {"per_device_train_batch_size": 8, "gradient_accumulation_steps": 4, "num_gpus": 2}
    found = measures(config=config).one("config.batch_size")
    assert found.value == 64
    assert "accumulated" in found.note


def test_devices_multiply_a_plain_batch_size_only_under_ddp() -> None:
    """A plain batch size is per device only where the strategy says so."""
    config = {"batch_size": 32, "trainer.devices": 2}
    assert measures(config=config).value("config.batch_size") == 32
    assert measures(config={**config, "trainer.strategy": "ddp"}).value("config.batch_size") == 64


@pytest.mark.parametrize(
    ("config", "name", "value"),
    [
        ({"keep_prob": 0.8}, "config.dropout", pytest.approx(0.2)),
        ({"dropout": 1.5}, "config.dropout", None),
        ({"PS": 0.6}, "config.dropout", 0.6),
        ({"ps": 16}, "config.dropout", None),
        ({"batch_size": 32, "accumulate_steps": 8}, "config.batch_size", 256),
        ({"init.weight": "zeros"}, "config.initializer", "zeros"),
        ({"init.weights": "zeros"}, "config.initializer", "zeros"),
        ({"norm.momentum": 0.5, "norm.type": "batch"}, "config.momentum", None),
        ({"norm.momentum": 0.0005, "norm.type": "batch"}, "model.norm_share", 0.0005),
        ({"optimizer.momentum": 0.9}, "config.momentum", 0.9),
        ({"n_hidden": 7, "width": 64}, "config.layers", 7),
        ({"n_hidden": 7, "width": 64}, "config.width", 64),
        ({"n_embed": 512, "embed_dim": 64}, "config.width", 64),
        ({"n_embed": 12}, "config.width", 12),
        ({"n_hidden": 64, "width": 32}, "config.layers", None),
        ({"patience": 100, "epochs": 100}, "config.early_stopping", False),
        ({"patience": 5, "epochs": 100}, "config.early_stopping", True),
        ({"lr_scheduler.patience": 5}, "config.early_stopping", None),
        ({"early_stopping.min_delta": 0.01}, "config.min_delta", 0.01),
        ({"early_stopping_threshold": 0.2}, "config.min_delta", 0.2),
        ({"max_grad_norm": None}, "config.gradient_clip", 0.0),
        ({"clip": 1e9}, "config.gradient_clip", 0.0),  # never reached
        ({"max_bin": 4}, "config.column_bins", 4.0),
        ({"border_count": 128}, "config.column_bins", 128.0),
        ({"grad_clip": 5}, "config.gradient_clip", 5.0),
        ({"warmup_steps": 100, "max_steps": 1000}, "config.warmup", pytest.approx(0.1)),
        ({"warmup_epochs": 0}, "config.warmup", 0.0),
        ({"hidden_layer_sizes": "[64, 32]"}, "config.layers", 2.0),
        ({"model.hidden_layers": 48}, "config.layers", None),
        ({"model.backbone.act_cfg.type": "Softmax"}, "config.activation", "softmax"),
        ({"model.act_cfg.type": "LeakyReLU", "model.norm_cfg.type": "BN"}, "config.activation", "leakyrelu"),
        ({"model.hidden_layers": 3}, "config.layers", 3.0),
        ({"model.hidden_layers": 48, "model.hidden_size": 64}, "config.layers", 48.0),
        ({"hidden_sizes": [64, 128]}, "config.widths_grow", True),
        ({"hidden_sizes": [64, 64, 32]}, "config.widths_grow", False),
        ({"class_names": ["cat", "dog", "eel"]}, "config.classes", 3.0),
        ({"id2label.0": "a", "id2label.1": "b"}, "config.classes", 2.0),
        ({"task": "binary_classification", "n_classes": 5}, "config.classes", None),  # settings that contradict
        ({"task": "binary_classification", "n_classes": 2}, "config.classes", 2.0),
        ({"task": "classification", "n_classes": 5}, "config.classes", 5.0),
        ({"model.backbone.act_cfg.type": "Softmax"}, "config.activation", "softmax"),
        ({"model.backbone.norm_cfg.type": "BN"}, "config.activation", None),
        ({"ent_coef": 0.01}, "config.entropy_weight", 0.01),
        ({"ppo.entropy_coeff": 2}, "config.entropy_weight", 2.0),
        ({"ent_coef": "auto"}, "config.entropy_weight", None),
        ({"num_labels": 4, "problem_type": "binary_classification"}, "config.classes", None),
        ({"num_labels": 2, "problem_type": "binary_classification"}, "config.classes", 2.0),
        ({"num_labels": 4, "problem_type": "multiclass"}, "config.classes", 4.0),
        ({"precision": "bf16-mixed"}, "config.precision", "bf16"),
        ({"precision": 16}, "config.precision", "fp16"),
        ({"torch_dtype": "float32"}, "config.precision", "fp32"),
        ({"amp": True}, "config.precision", "fp16"),
        ({"pretrained": "models/bert"}, "config.fine_tuning", True),
        ({"init_from": "scratch"}, "config.fine_tuning", False),
        ({"peft_type": "LORA"}, "config.fine_tuning", True),
        ({"model": "gru", "rnn_hidden": 2}, "config.narrowest", 2),
        ({"model": "cnn", "channels": [1, 2]}, "config.widest_channels", 2),
        ({"model": "cnn", "channels": [1, 2], "filters": [32, 64]}, "config.widest_channels", 64),
        ({"model": "cnn", "channels": [0, 1]}, "config.widest_channels", None),
        ({"n_splits": 5}, "config.trainings", 5),
        ({"ensemble": True}, "config.trainings", None),
        ({"dropout": 0.0, "model.head_dropout": 0.6}, "config.dropout", 0.6),
        ({"dropout": 0.3, "model.head_dropout": 0.1}, "config.dropout", 0.3),
        ({"model": "rnn", "nonlinearity": "relu"}, "model.recurrent_unbounded", True),
        ({"model": "rnn", "nonlinearity": "tanh"}, "model.recurrent_unbounded", False),
        ({"model": "mlp", "nonlinearity": "relu"}, "model.recurrent_unbounded", None),
        ({"model": "lstm", "hidden_sizes": 2}, "config.narrowest", 2),
        ({"model": "gru", "input_shape": [48, 3]}, "config.sequence_length", 48),
        ({"model": "gru", "input_shape": [48, 3], "seq_len": 24}, "config.sequence_length", 24),
        ({"model": "mlp", "input_shape": [48, 3]}, "config.sequence_length", None),
        ({"model": "mlp", "hidden_sizes": [64, 32]}, "config.narrowest", 32),
        ({"model": "cnn", "init": "normal(0.00004)"}, "config.initial_scale", pytest.approx(0.002)),
        ({"model": "cnn", "init": "normal(0.02)"}, "config.initial_scale", None),
        ({"data.target": "sale_price_eur"}, "config.target_in_money", True),
        ({"data.label_column": "monthly_rent"}, "config.target_in_money", True),
        ({"data.target": "log_price"}, "config.target_in_money", False),
        ({"data.target": "price_change_pct"}, "config.target_in_money", False),
        ({"data.target": "delivery_minutes"}, "config.target_in_money", False),
        ({"data.target": 3}, "config.target_in_money", None),
        ({"model.output_activation": None, "loss": "bce"}, "model.output.activation", "linear"),
        ({"output_activation": None, "loss": "nll_loss"}, "model.output.activation", None),  # in a function, perhaps
        ({"output": None, "loss": "bce"}, "model.output.activation", None),  # a folder, perhaps
        ({"model.type": "rnn", "model.cell": "relu"}, "model.recurrent_unbounded", True),
        ({"model.type": "rnn", "model.cell": "lstm"}, "model.recurrent_unbounded", None),
        ({"model": "lstm", "activation": "relu"}, "model.recurrent_unbounded", None),
        ({"model": "rnn", "cell": "rnn_relu"}, "model.recurrent_unbounded", True),
        ({"rnn_mode": "RNN_TANH"}, "model.recurrent_unbounded", False),
        ({"model": "rnn", "cell_type": "gru"}, "model.recurrent_unbounded", None),
        ({"n_heads": 2, "d_model": 48}, "config.fine_tuning", False),
        ({"num_attention_heads": 12, "hidden_size": 768}, "config.fine_tuning", None),
        ({"d_model": 48}, "config.fine_tuning", None),
        ({"loss": "bce_manual"}, "config.loss_by_hand", True),
        ({"loss": "MyDiceLoss"}, "config.loss_by_hand", True),
        ({"loss": "cross_entropy"}, "config.loss_by_hand", False),
        ({"loss": "neg_log_likelihood (custom)"}, "config.loss_by_hand", True),
        ({"loss": "soft_dice (smooth=0)"}, "config.loss_floor", 0.0),
        ({"loss": "DiceLoss(eps=0.0)"}, "config.loss_floor", 0.0),
        ({"criterion.name": "dice", "criterion.smooth": 1}, "config.loss_floor", 1.0),
        ({"loss.name": "ce", "loss.label_smoothing": 0}, "config.loss_floor", None),
        ({"optimizer.name": "adam", "optimizer.eps": 0}, "config.loss_floor", None),
        ({"out_dim": 6}, "model.output.units", 6.0),
        ({"model.output_dim": 6, "num_outputs": 4}, "model.output.units", 4.0),
        ({"model.encoder.out_dim": 64}, "model.output.units", None),
        ({"loss": "bce", "task": "classification", "out_dim": 6}, "task", None),
        ({"loss": "bce", "task": "classification", "out_dim": 1}, "task", "binary"),
        ({"freeze": "embedding"}, "config.fine_tuning", True),
        ({"freeze_layers": 0}, "config.fine_tuning", False),
        ({"init_checkpoint": "bag-2023"}, "config.fine_tuning", True),
        ({"target_scaling": "standard"}, "config.target_centred", True),
        ({"standardize_targets": True}, "config.target_centred", True),
        ({"target_scaling": "none"}, "config.target_centred", False),
        ({"target_transform": "log1p"}, "config.target_centred", None),
        ({"y_scaler": "StandardScaler"}, "config.target_standardised", True),
        ({"standardize_targets": True}, "config.target_standardised", True),
        ({"target_scaling": "minmax"}, "config.target_standardised", None),
        ({"normalize_targets": True}, "config.target_standardised", None),
        ({"target_scaling": "none"}, "config.target_standardised", False),
        ({"input_normalise": False}, "config.normalization", False),
        ({"training.standardisieren": False}, "config.normalization", False),
        ({"inputs_scaled": True}, "config.normalization", True),
        ({"data.numeric_scaler": "none"}, "config.normalization", False),
        ({"data.numeric_scaler": "standard"}, "config.normalization", True),
        ({"target.scaling": "none"}, "config.normalization", None),
        ({"ziel.skalierung": "keine"}, "config.target_centred", False),
        ({"label.normalize": True}, "config.normalization", None),
        ({"data.scaling": "none"}, "config.normalization", False),
        ({"scaler": None, "input_shape": [40, 3]}, "config.normalization", None),
        ({"scaler": None, "input_shape": [17]}, "config.normalization", False),
        ({"normalize": False, "input_shape": [3, 32, 32]}, "config.normalization", False),
        ({"loss": "sparse_categorical_crossentropy"}, "config.loss", "cross-entropy"),
        ({"criterion": "nn.BCEWithLogitsLoss"}, "config.loss", "binary-cross-entropy"),
        ({"loss": 0.3}, "config.loss", None),
        ({"loss_fn": "nn.CrossEntropyLoss"}, "loss.expects", "logits"),
        ({"loss": "categorical_crossentropy"}, "loss.expects", "probabilities"),
        ({"norm_layer": "BatchNorm2d"}, "config.batch_norm", True),
        ({"norm_layer": "LayerNorm"}, "config.batch_norm", False),
        ({"shuffle": "False"}, "config.shuffle", False),
        ({"val.shuffle": False}, "config.shuffle", None),
    ],
)
def test_single_settings(config: dict[str, Any], name: str, value: Any) -> None:
    """Each setting is read as what it means, or not at all."""
    assert measures(config=config).value(name) == value


@given(st.text(max_size=300))
def test_any_key_is_understood_or_left(key: str) -> None:
    """No key of a stranger's file can make the lookup fail."""
    assert isinstance(meanings(key), tuple)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@given(_VALUES)
def test_parsers_accept_anything(value: Any) -> None:
    """Any value gives a finite number, a flag, a list of finite numbers, or nothing."""
    parsed = number(value)
    assert parsed is None or isfinite(parsed)
    assert flag(value) in (True, False, None)
    assert all(isfinite(part) for part in number_list(value) or ())


@given(st.dictionaries(st.sampled_from([key for key, _ in SPELLINGS] + ["optimizer", "batch_size", "epochs", "loss",
                                                                         "precision", "hidden_sizes", "dropout"]),
                       _VALUES, max_size=6))  # fmt: skip
def test_no_configuration_makes_a_measurement_crash(config: dict[str, Any]) -> None:
    """Whatever stands in the file, every configuration feature is a value or unknown."""
    m = measures(config=config)
    for name in [name for name in m if name.startswith(("config.", "lr.", "optimizer.", "model.", "task", "chance."))]:
        m.one(name)
    assert not m.failures


def test_the_narrowest_hidden_layer() -> None:
    """Of a list of widths the least, of a single width that one."""
    assert measures(config={"hidden_sizes": [32, 1, 16]}).value("config.narrowest") == 1
    assert measures(config={"layers": [64, 32, 1]}).value("config.narrowest") == 32  # and the output
    assert measures(config={"hidden_sizes": [64, 32, 1]}).value("config.narrowest") == 1
    assert measures(config={"layer_sizes": [1]}).value("config.narrowest") == 1
    assert measures(config={"hidden_size": 64}).value("config.narrowest") == 64
    assert measures(config={"lr": 0.1}).value("config.narrowest") is None
    assert measures(config={"n_hidden": 1}).value("config.narrowest") is None  # of layers, it may be
    assert measures(config={"width": 1.0}).value("config.narrowest") is None  # a factor
    assert measures(config={"hidden": 2}).value("config.narrowest") is None  # of layers, it may be
    assert measures(config={"hidden": 2, "layers": 3}).value("config.narrowest") == 2  # which are told
    assert measures(config={"hidden": 48}).value("config.narrowest") == 48
    assert measures(config={"width": 2, "depth": 16}).value("config.narrowest") is None
    assert measures(config={"n_hidden": 48}).value("config.narrowest") == 48


@pytest.mark.parametrize(
    ("config", "rate"),
    [
        ({"dropout": 0.0, "head_dropout": 0.6}, 0.6),
        ({"dropout": 0.1, "head_dropout": 0.6}, 0.1),
        ({"dropout": 0.0, "head_dropout": 0.0}, 0.0),
        ({"final_dropout": 0.4}, 0.4),
    ],
)
def test_dropout_of_one_part(config: dict[str, Any], rate: float) -> None:
    """Where the usual key says none, one of a part counts."""
    assert measures(config=config).value("config.dropout") == rate


@pytest.mark.parametrize(
    ("scheme", "bias"),
    [
        ("kaiming_uniform, bias=-2.0", -2.0),
        ("normal(std=0.1); biases: 0.5", 0.5),
        ("he_normal", None),
        ("unbiased=1", None),
    ],
)
def test_a_bias_beside_the_scheme_of_the_weights(scheme: str, bias: float | None) -> None:
    """One text tells both where the weights start and where the biases do."""
    assert measures(config={"weight_init": scheme}).value("config.initial_bias") == bias


@pytest.mark.parametrize(
    ("config", "plain"),
    [
        ({"model": "rnn", "cell": "rnn"}, True),
        ({"model": "rnn", "rnn_type": "RNN_TANH"}, True),
        ({"model": "rnn", "cell_type": "BiLSTM"}, False),
        ({"model": "vanilla_rnn"}, True),
        ({"model": "rnn"}, None),
        ({"model": "mlp", "cell": "rnn"}, None),
        ({"model": "RNN", "nonlin": "tanh"}, True),  # gates have activations of their own
        ({"model": "rnn", "rnn_act": "tanh"}, None),
        ({"model": "bi_lstm_rnn", "nonlinearity": "tanh"}, None),
    ],
)
def test_recurrent_cells_by_the_settings(config: dict[str, Any], plain: bool | None) -> None:
    """Where no layers are listed the settings tell whether the cells have gates."""
    assert measures(config=config).value("model.recurrent_plain") is plain


@pytest.mark.parametrize(
    ("config", "without"),
    [
        ({"arch": "mlp", "hidden_sizes": []}, True),
        ({"model": "Deep-Net", "n_hidden_layers": 0}, True),
        ({"model": "mlp", "hidden_sizes": [8]}, False),
        ({"model": "linear", "hidden_sizes": []}, None),
        ({"model": "cnn", "hidden_sizes": []}, None),
        ({"model": "mlp", "lr": 0.1}, None),
    ],
)
def test_a_network_without_hidden_layers(config: dict[str, Any], without: bool | None) -> None:
    """What is called a network of several layers, and lists none."""
    assert measures(config=config).value("config.network_without_hidden") is without


@pytest.mark.parametrize(
    ("config", "scale"),
    [
        ({"initializer": "normal_x8"}, 8.0),
        ({"init": "normal_0.001", "hidden": [200, 200]}, 0.01),
        ({"init": "N(0, 3^2)", "hidden": [32, 32]}, 12.0),
        ({"init": "uniform(-3, 3)", "hidden": [24, 24]}, 6.0),
        ({"init": "trunc_normal_0.1", "hidden": [64, 64]}, None),
        ({"weight_init": "orthogonal(gain=4.5)"}, 4.5),
        ({"init_gain": 0.02}, 0.02),
        ({"initializer": "he_normal"}, None),
        ({"initializer": "xavier_uniform"}, None),
        ({"weight_init": "normal:std=0.06", "hidden_sizes": [32] * 12, "model": "mlp"}, 0.24),
        ({"weight_init": "normal:std=0.06", "hidden_sizes": [32] * 2, "model": "mlp"}, None),  # harmless in two layers
        ({"init_std": 0.02, "n_layers": 12, "width": 768, "model": "transformer"}, None),
        ({"init": "std2", "hidden": [32, 16]}, 8.0),
        ({"init": "normal_std0.5", "hidden": 32, "n_layers": 3}, 2.0),
        ({"init_std": 0.02, "hidden": 2}, None),  # layers, it may be
        ({"cell": "rnn", "rec_gain": 2.5}, 2.5),
        ({"init_gain": 1.414, "model": "mlp"}, None),  # that of ReLU
        ({"cell": "rnn", "rec_gain": 1.5}, 1.5),
    ],
)
def test_the_scale_of_initial_weights(config: dict[str, Any], scale: float | None) -> None:
    """A factor in the scheme's name or under a key of its own; a scheme without one tells nothing."""
    found = measures(config=config).value("config.initial_scale")
    assert found == (None if scale is None else pytest.approx(scale))


@pytest.mark.parametrize(
    ("key", "value", "warned"),
    [
        ("batch_size", -5, True),
        ("dropout", 7, True),
        ("epochs", "three", True),
        ("weight_decay", float("inf"), True),
        ("learning_rate", 10**50, True),
        ("batch_size", -1, False),
        ("batch_size", "auto", False),
        ("max_steps", -1, False),
        ("learning_rate", "adaptive", False),
        ("dropout", ["low", "high"], False),
        ("momentum", None, False),
        ("threshold", 30, False),
        ("batch_size", "${data.batch}", False),
    ],
)
def test_values_that_cannot_be_meant_are_warned_of(key: str, value: Any, warned: bool) -> None:
    """A value out of every bound is told with file, key and what was expected; "not set" is not."""
    m = measures(config={key: value})
    assert not m.one(f"config.{key}").known
    assert len(m.warnings) == warned
    if warned:
        assert f": {key} is " in m.warnings[0]
        assert "is expected" in m.warnings[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [(-12.0, -12.0), ("constant(-2)", -2.0), ("Constant(value=0.5)", 0.5), ("zeros", 0.0), ("ones", 1.0), ("he", None)],
)
def test_where_biases_start(written: Any, value: float | None) -> None:
    """A number, or a constant as libraries write it; a scheme says nothing of the value."""
    assert measures(config={"bias_init": written}).value("config.initial_bias") == value


def test_a_spread_of_initial_weights_is_set_against_the_inputs() -> None:
    """A standard deviation of 4 over 64 inputs is 22 times that of He et al.; without the inputs it is so many
    times too wide at least as for four of them, and of a smaller one nothing is told.
    """
    assert measures(config={"init_std": 4.0}).value("config.initial_scale") == pytest.approx(5.66, 0.01)
    assert measures(config={"init_std": 0.2}).value("config.initial_scale") is None
    found = measures(config={"init_std": 4.0, "hidden_sizes": [64, 32]}).value("config.initial_scale")
    assert found == pytest.approx(22.6, 0.01)


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"init_const": 0.02}, "constant"),
        ({"init.constant": 0.1}, "constant"),
        ({"init_const": 0}, None),  # switched off, it may be
        ({"init": "he", "init_const": 0.1}, "he"),
        ({"init_std": 0.02, "const_init": 0.1}, None),
        ({"layer_scale_init_value": 1e-6}, None),
    ],
)
def test_a_constant_that_all_weights_start_at(config: dict[str, Any], named: str | None) -> None:
    assert measures(config=config).value("config.initializer") == named


@pytest.mark.parametrize(
    ("config", "value"),
    [
        ({"model_eval_mode": False}, True),
        ({"model_eval_mode": True}, False),
        ({"validate_in_train_mode": True}, True),
        ({"eval_mode": False}, None),  # the program trains, it may say
    ],
)
def test_a_model_that_settings_leave_in_training_mode(config: dict[str, Any], value: bool | None) -> None:
    assert measures(config=config).value("config.evaluates_in_training") is value


def test_an_optimizer_that_only_the_format_suggests_is_not_told() -> None:
    """A name in the settings is; the name of a curve may be a logger's habit."""
    assert measures(config={"optim": "adam"}).value("config.optimizer_told") is True
    assert measures(config={"lr": 0.1}).value("config.optimizer_told") is False


def test_a_nested_key_that_was_written_flat() -> None:
    """ "training_batch_size" is `training: {batch_size: ...}`; a name of its own stays what it is."""
    for key, quantity in {"training_batch_size": "batch_size", "model_bn": "batch_norm", "optimizer_lr": None}.items():
        named = {found for found, _ in meanings(key)}
        assert quantity in named if quantity else named
    assert {found for found, _ in meanings("model_bn")} == {found for found, _ in meanings("model.bn")}
    assert not meanings("eval_batch_size_of_old") and not meanings("data_bn") and not meanings("data_width")
    for flat, nested in {
        "compile_optimizer_config_learning_rate": "compile.optimizer.config.learning_rate",
        "COMPILE_OPTIMIZER_CLASS_NAME": "compile.optimizer.class_name",
        "optim_eps": "optim.eps",
        "DATA_SHUFFLE": "data.shuffle",
        "training_args_learning_rate": "training_args.learning_rate",
    }.items():
        assert meanings(flat)[0][0] == meanings(nested)[0][0], flat


def test_arguments_that_were_written_flat_are_settings(tmp_path: Path) -> None:
    """A dump is a configuration by its keys, also behind the blocks that they were flattened with."""
    (tmp_path / "log.csv").write_text("epoch,loss\n1,0.7\n2,0.5\n3,0.4\n")
    (tmp_path / "args.txt").write_text("Namespace(optimizer_name='sgd', training_batch_size=64, data_shuffle=False)\n")
    m = Measures(read_run(tmp_path))
    assert m.one("config.batch_size").value == 64 and m.one("config.shuffle").value is False


@pytest.mark.parametrize(
    "config",
    [
        {"zielwert_standardisieren": True, "ausgabe_aktivierung": "sigmoid"},
        {"target_standardise": True, "output_act": "sigmoid"},
        {"objetivo_estandarizar": True, "activacion_salida": "sigmoid"},
    ],
)
def test_a_scaled_target_and_the_last_activation_in_other_words(config: dict[str, object]) -> None:
    """Word by word in English, in either order."""
    found = measures(config=config)
    assert found.value("config.target_normalization") is True
    assert found.value("model.output.activation") == "sigmoid"


def test_iterations_of_scikits_networks_are_epochs() -> None:
    told = measures(config={"max_iter": 15, "learning_rate_init": 0.003})
    assert told.value("config.epochs") == 15 and told.value("config.max_steps") is None
    assert measures(config={"max_iter": 9000, "lr": 0.1}).value("config.max_steps") == 9000


def test_dropout_of_a_layer_of_its_own_counts(tmp_path: Path) -> None:
    """`head_dropout` beside `dropout: 0.0`; a flag that drops rows is none."""
    (tmp_path / "metrics.csv").write_text("epoch,train_loss\n0,1\n1,0.9\n2,0.8\n")
    (tmp_path / "config.yaml").write_text("model:\n  dropout: 0.0\n  head_dropout: 0.6\ndata:\n  drop_last: true\n")
    m = Measures(read_run(tmp_path))
    assert m.value("config.dropout_anywhere") == 0.6


@pytest.mark.parametrize(
    ("config", "rate"),
    [
        ({"keep_prob": 0.5, "drop_last": 0}, 0.5),
        ({"drop_last": 0}, None),
        ({"lr_drop": 0.5}, None),
        ({"dropout": 0.1, "attn_drop": "0.3"}, 0.3),
        ({"dropout": 0.2, "attn_drop": 0.0}, 0.2),
        ({"use_dropout": 1}, None),
    ],
)
def test_dropout_anywhere_is_of_units(config: dict[str, Any], rate: float | None) -> None:
    """Rows that are left out of the last batch, and a rate that drops, say nothing of dropout."""
    assert measures(config=config).value("config.dropout_anywhere") == rate


@pytest.mark.parametrize(
    ("config", "frozen"),
    [
        ({"freeze": ["conv1", "fc1"]}, True),
        ({"model.freeze_layers": 3}, True),
        ({"freeze_backbone": False}, False),
        ({"freeze": []}, False),
        ({"freeze_epochs": 3}, None),
    ],
)
def test_layers_that_the_settings_freeze(config: dict[str, object], frozen: bool | None) -> None:
    """Names of layers, how many, or a flag; layers that are frozen for some epochs alone are none."""
    assert measures(config=config).value("config.frozen") is frozen


@pytest.mark.parametrize(
    ("config", "pretrained"),
    [
        ({"task": "detect", "model": "small.yaml"}, False),
        ({"task": "detect", "model": "small.pt"}, None),
        ({"task": "detect", "model": "small.yaml", "pretrained": True}, True),
        ({"model": "small.yaml"}, None),
    ],
)
def test_a_model_that_a_file_of_layers_describes_starts_anew(
    config: dict[str, object], pretrained: bool | None
) -> None:
    """Ultralytics' settings name a file of layers or one of weights."""
    assert measures(config=config).value("config.pretrained") is pretrained


@pytest.mark.parametrize(
    ("key", "value", "rows_sorted"),
    [
        ("source_order", "grouped by activity", True),
        ("data.row_order", "sorted by label", True),
        ("dataset_order", "class order", True),
        ("file_order", "random", False),
        ("row_order", "shuffled per class", False),
        ("row_order", "sorted by date", None),
        ("file_order", "as exported", None),
        ("row_order", "sorted by id", None),  # which says nothing of the rows
        ("sample_order", "ordered by duration", None),
        ("order", "sorted", None),
    ],
)
def test_whether_like_rows_lie_together(key: str, value: str, rows_sorted: bool | None) -> None:
    assert measures(config={key: value}).value("config.rows_sorted") is rows_sorted


def test_the_buffer_of_a_stream() -> None:

    assert measures(config={"data.shuffle_buffer": 16}).value("config.shuffle_buffer") == 16
    assert measures(config={"buffer_size": 16}).value("config.shuffle_buffer") is None  # of replays


@pytest.mark.parametrize(
    ("config", "narrowest", "layers"),
    [
        ({"hidden": "64-2-64"}, 2, 3),
        ({"hidden": "64 -> 2 -> 64"}, 2, 3),
        ({"model.units_per_layer": [64, 2, 64]}, 2, 3),
        ({"n_units_l0": 64, "n_units_l1": 2, "n_units_l2": 8}, 2, 3),
        ({"model.hidden_1": 64, "model.hidden_2": 2}, 2, 2),
        ({"layer1_units": 16, "layer2_units": 2, "layer3_units": 8}, 2, 3),
        ({"layer1_units": 16}, None, None),  # one alone may be anything
        ({"hidden_1": 64, "hidden_3": 2}, None, None),  # with a gap they are no row
    ],
)
def test_widths_in_a_row_of_keys_or_a_chain(config: dict[str, Any], narrowest: int | None, layers: int | None) -> None:
    """As searches write them, and as people do."""
    m = measures(config={"model.type": "mlp", **config})
    assert (m.value("config.narrowest"), m.value("config.layers")) == (narrowest, layers)


@pytest.mark.parametrize(
    ("config", "shuffled"),
    [
        ({"train_loader.shuffle": True, "val_loader.shuffle": False, "test_loader.shuffle": False}, True),
        ({"val_loader.shuffle": False}, None),
        ({"validation_ds.shuffle": False, "train_ds.shuffle": True}, True),  # NeMo's
        ({"shuffle": False}, False),
        ({"shuffle": False, "sampler": "WeightedRandomSampler"}, True),
        ({"dataloader.shuffle": False, "dataloader.sampler": "DistributedSampler"}, True),
        ({"shuffle": False, "sampler": "SequentialSampler"}, False),
        ({"shuffle": False, "sampler.type": "RandomSampler"}, True),
        ({"sampler.type": "DistributedSampler", "sampler.shuffle": False}, False),
    ],
)
def test_what_deals_the_rows_of_training(config: dict[str, Any], shuffled: bool | None) -> None:
    """Loaders of evaluation do not shuffle, and PyTorch forbids `shuffle=True` beside a sampler that draws."""
    assert measures(config=config).value("config.shuffle") is shuffled


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("resampling", "negatives undersampled to 50 % in train only", True),
        ("oversampling", "train only, after the split", True),
        ("smote", True, True),
        ("oversample", False, False),
        ("resample", 16000, None),
        ("resample", "16 kHz", None),
        ("resampling", "bilinear", None),
    ],
)
def test_classes_that_are_dealt_on_purpose(key: str, value: Any, told: bool | None) -> None:
    """Sounds and pictures are resampled, too."""
    assert measures(config={key: value}).value("config.resampled") is told


def test_the_rate_that_is_printed_during_warm_up() -> None:
    """ESPnet prints its optimizer in front of the first step, with the rate of that step."""
    from mladvisor.runs.model import Place, Setting

    rates = curve("optim0_lr0", "learning-rate", None, [1e-6 * at for at in range(1, 900, 90)])
    m = measures(rates)
    printed = {"lr": Setting(1.3e-7, Place(rates.place.file))}
    m.run.config.update(printed)
    assert m.value("config.learning_rate") == pytest.approx(8.11e-4)
    assert measures(rates, config={"lr": 1e-5}).value("config.learning_rate") == 1e-5, "settings are no print"


@pytest.mark.parametrize(
    ("key", "widths", "narrowest", "layers"),
    [
        ("layers", [2, 50, 50, 50, 1], 50, 3),  # physics-informed networks: from the inputs to the answer
        ("layers", [64, 32, 1], 32, 2),
        ("layers", [64, 32], 32, 2),
        ("layer_sizes", [8, 1, 8], 1, 3),
        ("hidden_sizes", [2, 50, 1], 1, 3),
    ],
)
def test_lists_of_layers_from_the_inputs_to_the_answer(
    key: str, widths: list[int], narrowest: float, layers: float
) -> None:
    m = measures(config={key: widths})
    assert (m.value("config.narrowest"), m.value("config.layers")) == (narrowest, layers)


def test_preferences_are_learnt_by_a_trained_model() -> None:
    """DPO, ORPO and GRPO run at a millionth, and from a model that can write."""
    for name in ("rewards/margins", "log_odds_ratio", "objective/kl", "completions/mean_length"):
        assert measures(curve(name, "other", None, [0.1, 0.2, 0.3])).value("config.fine_tuning") is True
    assert measures(curve("rewards", "reward", None, [0.1, 0.2, 0.3])).value("config.fine_tuning") is not True


def test_speechbrain_names_its_optimizer_in_a_tag(tmp_path: Path) -> None:
    """`!name:` and `!new:` say what is made of the keys below; nothing is made here."""
    (tmp_path / "hyperparams.yaml").write_text(
        "lr: 1.0\nopt_class: !name:torch.optim.Adadelta\n  rho: 0.95\n  lr: !ref <lr>\nbatch_size: 8\n"
    )
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{at},{1 / at}\n" for at in range(1, 9)))
    m = Measures(read_run(tmp_path))
    assert (m.value("config.optimizer"), m.value("config.learning_rate")) == ("adadelta", 1.0)


@pytest.mark.parametrize(
    ("config", "name", "value"),
    [
        ({"use_dropout": False, "dropout_rate": 0.9}, "config.dropout", None),
        ({"use_dropout": True, "dropout_rate": 0.4}, "config.dropout", 0.4),
        ({"model.use_l2": "false", "model.l2_lambda": 1.0}, "config.l2", None),
        ({"label_smoothing.enabled": False, "label_smoothing.value": 0.9}, "config.label_smoothing", None),
        ({"early_stopping.enabled": False, "early_stopping.patience": 3}, "config.patience", None),
        ({"use_amp": False, "dropout": 0.2}, "config.dropout", 0.2),
    ],
)
def test_what_a_switch_turns_off_is_not_in_force(config: dict[str, Any], name: str, value: Any) -> None:
    assert measures(config=config).value(name) == value


@pytest.mark.parametrize(
    ("config", "rows"),
    [
        ({"batch_size": 1, "full_batch": True}, None),
        ({"batch_size": 1, "model": "gcn"}, None),
        ({"batch_size": 1, "model": "mlp"}, 1),
        ({"batch_size": 32, "model": "gcn"}, 32),
    ],
)
def test_a_batch_of_one_graph(config: dict[str, Any], rows: float | None) -> None:
    """All nodes of a graph, or all rows, are one batch."""
    assert measures(config=config).value("config.batch_size") == rows


def test_rows_that_lie_mixed_need_no_shuffle() -> None:
    assert measures(config={"data.shuffle": False, "data.pre_shuffled": True}).value("config.shuffle") is True


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("model.init", True),
        ("init_weights", True),
        ("lora.init_weights", False),
        ("bias.init", False),
        ("layer_scale.init", False),
        ("batch_norm.init_weight", False),
        ("hidden_state.init", False),
        ("optimizer.init", False),
    ],
)
def test_the_start_of_a_part_is_that_of_no_other(key: str, expected: bool) -> None:
    """Zero or one is what biases, norms and adapters start at by custom."""
    assert ("initializer" in {quantity for quantity, _ in meanings(key)}) is expected


@pytest.mark.parametrize(
    ("settings", "rate"),
    [
        ({"lr": 0.001, "peak_learning_rate": 0.01, "warmup_steps": 100}, 0.01),
        ({"lr": 0.001, "peak_lr": 0.0005}, 0.001),  # no peak
        ({"lr": 0.001, "lr_max": 0.1}, 0.001),  # the end of a range that is searched, as likely
    ],
)
def test_the_rate_is_the_one_that_a_warm_up_climbs_to(settings: dict[str, float], rate: float) -> None:
    """Of two rates side by side the one called peak is in force for most of the run."""
    assert measures(loss([1.0, 0.5, 0.4]), config=settings).value("config.learning_rate") == rate
