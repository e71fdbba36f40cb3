"""Programs of TensorFlow, JAX and fastai: what they set, hand to their loss and do with their gradients."""

from __future__ import annotations

import pytest

from mladvisor.features.code_held_variables import variables_alike
from mladvisor.features.code_loss_elsewhere import squashed_elsewhere
from mladvisor.features.code_steps_elsewhere import applies_gradients
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.settings import settings_in
from mladvisor.runs.script.trains import trains

TF1 = """
import tensorflow as tf
lr = 0.5
z = tf.matmul(h, W) + b
out = {out}
cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=out, labels=t))
step = tf.train.GradientDescentOptimizer(lr).minimize(cost)
"""
JAX = """
import jax, optax
def forward(p, x):
    return {out}
def loss_fn(p, x, y):
    return optax.softmax_cross_entropy_with_integer_labels(forward(p, x), y).mean()
tx = optax.adamw(3e-4, weight_decay=0.1)
def step(p, s, x, y):
    g = jax.grad(loss_fn)(p, x, y)
    u, s = tx.update(g, s, p)
    {then}
"""
FASTAI = "from fastai.vision.all import *\nlearn = Learner(dls, net, opt_func=SGD)\nlearn.{call}\n"


def settings(text: str) -> dict[str, object]:
    code = Code("train.py", text)
    assert trains(code)
    return {key: one.value for key, one in settings_in(code, constants(code))[0].items()}


def test_optimizers_of_other_libraries_are_settings() -> None:
    found = settings(TF1.format(out="z"))
    assert (found["optimizer"], found["optimizer.learning_rate"]) == ("SGD", 0.5)
    found = settings(JAX.format(out="x @ p", then="return optax.apply_updates(p, u)"))
    assert (found["optimizer"], found["optimizer.learning_rate"]) == ("AdamW", 3e-4)
    assert found["optimizer.weight_decay"] == 0.1


@pytest.mark.parametrize(
    ("call", "rate"),
    [
        ("fit(10, lr=15.)", 15.0),
        ("fit_one_cycle(10, 1e-2)", 0.01),
        ("fine_tune(10, base_lr=0.2)", 0.2),
        ("fit(10)", None),
    ],
)
def test_a_learner_of_fastai_is_told_rate_and_epochs(call: str, rate: float | None) -> None:
    found = settings(FASTAI.format(call=call))
    assert found["train.epochs"] == 10 and found.get("optimizer.lr") == rate and found["optimizer"] == "SGD"


@pytest.mark.parametrize(
    ("text", "squashed"),
    [
        (TF1.format(out="tf.nn.softmax(z)"), True),
        (TF1.format(out="tf.layers.dense(h, 10, activation=tf.nn.softmax)"), True),
        (TF1.format(out="z"), False),
        (TF1.format(out="z") + "p = tf.nn.softmax(out)\n", False),
        (JAX.format(out="jax.nn.softmax(x @ p)", then=""), True),
        (JAX.format(out="x @ p", then=""), False),
    ],
)
def test_outputs_that_are_squashed_before_a_loss_that_does_so(text: str, squashed: bool) -> None:
    assert (squashed_elsewhere(Code("train.py", text)) is not None) is squashed


FLAX = """
import flax.linen as nn
import optax
class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.Dense(10)(x)
        return {out}
def loss_fn(params):
    logits = state.apply_fn(params, x)
    return optax.softmax_cross_entropy(logits, y).mean()
"""


@pytest.mark.parametrize(("out", "squashed"), [("nn.softmax(x)", True), ("x", False)])
def test_what_a_module_of_flax_gives_back(out: str, squashed: bool) -> None:
    assert (squashed_elsewhere(Code("train.py", FLAX.format(out=out))) is not None) is squashed


@pytest.mark.parametrize(
    ("hidden", "last", "alike"),
    [
        ("tf.zeros([64, 48])", "tf.zeros([48, 10])", True),
        ("tf.random_normal([64, 48])", "tf.zeros([48, 10])", False),
        ("tf.zeros([48])", "tf.zeros([48, 10])", False),  # a single matrix may start at zero
    ],
)
def test_variables_that_all_start_at_one_number(hidden: str, last: str, alike: bool) -> None:
    text = f"import tensorflow as tf\nW = {{'h': tf.Variable({hidden}), 'out': tf.Variable({last})}}\n"
    assert bool(variables_alike(Code("train.py", text))) is alike


TAPE = """
import tensorflow as tf
with tf.GradientTape() as tape:
    loss = f(model(x))
g = tape.gradient(loss, model.trainable_variables)
{then}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TAPE.format(then="print(loss)"), False),
        (TAPE.format(then="opt.apply_gradients(zip(g, model.trainable_variables))"), None),
        (TAPE.format(then="for v, d in zip(vs, g): v.assign_sub(0.1 * d)"), None),
        (TAPE.format(then="").replace("model.trainable_variables", "x"), None),  # a map of what the model looks at
        (JAX.format(out="x @ p", then="return p, s"), False),
        (JAX.format(out="x @ p", then="return optax.apply_updates(p, u), s"), None),
    ],
)
def test_gradients_that_nothing_is_done_with(text: str, expected: bool | None) -> None:
    found = applies_gradients(Code("train.py", text))
    assert (found[0] if found is not None else None) is expected
