"""PyTorch modules with a training function as subjects of model tests: each part of `TorchSubject` by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from mladvisor.testing import TorchSubject, run_suite  # noqa: E402
from mladvisor.testing.result import NotApplicableError  # noqa: E402
from mladvisor.testing.torch_subject import tensor  # noqa: E402

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore")]

RNG = np.random.default_rng(0)
X = RNG.normal(size=(160, 5))
Y = (X[:, 0] + X[:, 1] > 0).astype(int)


def net() -> nn.Module:
    """A small classifier."""
    return nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 2))


def train(model: nn.Module, x: Any, y: Any, steps: int = 150, rate: float = 0.02) -> None:
    """Full-batch Adam."""
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()


def subject(**options: Any) -> TorchSubject:
    """The classifier, or one that differs in what is given."""
    return TorchSubject(**{"make": net, "train": train, "loss": nn.functional.cross_entropy, **options})


def outcome(tested: TorchSubject, name: str) -> tuple[bool | None, str]:
    """Whether one test passes, and what it says."""
    (result,) = run_suite(tested, (X, Y), only=[name])
    return result.passed, result.detail


def test_a_sound_module_passes_all_that_applies() -> None:
    """Without serving code nothing is asked about bad input, and that is said."""
    results = {result.name: result for result in run_suite(subject(), (X, Y))}
    assert not [name for name, result in results.items() if result.passed is False]
    assert results["initial_loss"].passed and results["weights_move"].passed and results["same_after_reload"].passed
    assert results["refuses_nan"].passed is None and "predict=" in results["refuses_nan"].detail


def test_each_training_starts_from_a_fresh_module() -> None:
    """What one training has learnt is not there at the start of the next."""
    tested = subject()
    first, second = tested.make(), tested.make()
    assert first is not second
    trained = tested.train(X, Y, 3)
    assert set(trained.before) == {"0.weight", "0.bias", "2.weight", "2.bias"}
    assert not np.array_equal(trained.before["0.weight"], trained.model[0].weight.detach().numpy())
    again = tested.train(X, Y, 3).before
    assert all(np.array_equal(values, again[name]) for name, values in trained.before.items())


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (np.array([1.5, 2.0]), torch.float32),
        (np.array([1, 2]), torch.int64),
        (np.array([1, 2], dtype=np.uint8), torch.int64),
        (np.array([[1.0, 2.0]], dtype=np.float64), torch.float32),
    ],
)
def test_tensors_have_the_types_that_layers_want(given: Any, kind: Any) -> None:
    """Whole numbers stay whole (embeddings look them up), all else is float32."""
    assert tensor(given).dtype is kind


def test_labels_in_words_come_back_in_words() -> None:
    """The training sees 0, 1, 2 ...; answers are the labels that were given."""
    seen: list[Any] = []

    def watch(model: nn.Module, x: Any, y: Any) -> None:
        seen.append(y)
        train(model, x, y)

    tested = subject(train=watch)
    words = np.where(Y == 1, "yes", "no")
    model = tested.fit(tested.make(), X, words)
    assert seen[0].dtype is torch.int64 and set(seen[0].tolist()) == {0, 1}
    assert set(tested.predict(model, X)) == {"yes", "no"}
    assert (tested.predict(model, X) == words).mean() > 0.9


def test_targets_that_are_numbers() -> None:
    """Float targets reach the training as float32, and answers are one number a row."""

    def fit(model: nn.Module, x: Any, y: Any) -> None:
        assert y.dtype is torch.float32
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        for _ in range(200):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x).squeeze(1), y).backward()
            optimizer.step()

    tested = TorchSubject(lambda: nn.Linear(5, 1), fit, task="regression")
    model = tested.fit(tested.make(), X, X[:, 0] * 2)
    answers = tested.predict(model, X)
    assert answers.shape == (len(X),)
    assert np.corrcoef(answers, X[:, 0])[0, 1] > 0.99


def test_a_training_may_return_another_module() -> None:
    """The one that is returned is the one that is asked."""
    best = net()
    tested = subject(train=lambda *_: best)
    assert tested.fit(tested.make(), X, Y) is best


def test_training_is_in_training_mode_and_evaluation_is_not() -> None:
    """By default; evaluation code of one's own decides for itself."""
    modes: list[bool] = []
    tested = subject(train=lambda model, *_: modes.append(model.training))
    model = tested.fit(tested.make().eval(), X, Y)
    tested.scores(model, X)
    assert modes == [True] and not model.training


def test_evaluation_code_that_forgets_eval_is_found() -> None:
    """`outputs=` is that code: dropout that stays on answers otherwise each time."""

    def make() -> nn.Module:
        return nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 2))

    def forgets(model: nn.Module, x: Any) -> Any:
        return model.train()(x)

    assert outcome(subject(make=make), "evaluation_is_deterministic")[0] is True
    assert outcome(subject(make=make, outputs=forgets), "evaluation_is_deterministic")[0] is False


@pytest.mark.parametrize(
    ("serve", "passed"),
    [
        (lambda model, x: model(tensor(x)).argmax(1).numpy(), False),
        (lambda model, x: _strict(model, x), True),
    ],
)
def test_serving_code_is_asked_about_bad_input(serve: Any, passed: bool) -> None:
    """`predict=` is that code; NaN that is answered fails the test."""
    assert outcome(subject(predict=serve), "refuses_nan")[0] is passed


def _strict(model: nn.Module, x: Any) -> Any:
    if not np.isfinite(np.asarray(x, dtype=float)).all():
        raise ValueError("NaN or infinity")
    return model(tensor(x)).argmax(1).numpy()


def test_errors_that_the_serving_code_declares() -> None:
    """Its own kind of error is as good as ValueError, once it is declared."""

    class BadInputError(Exception):
        pass

    def serve(model: nn.Module, x: Any) -> Any:
        if not np.isfinite(np.asarray(x, dtype=float)).all():
            raise BadInputError("NaN")
        return model(tensor(x)).argmax(1).numpy()

    assert outcome(subject(predict=serve), "refuses_nan")[0] is False
    assert outcome(subject(predict=serve, errors=(BadInputError,)), "refuses_nan")[0] is True


def test_the_first_layer_that_is_not_finite_is_named() -> None:
    """With the pass in which it happened; hooks are gone afterwards."""

    class Logs(nn.Module):
        def forward(self, x: Any) -> Any:
            return torch.log(x - x.max() - 1)

    tested = subject(make=lambda: nn.Sequential(nn.Linear(5, 16), Logs(), nn.Linear(16, 2)))
    model, broken = tested.fit_watched(tested.make(), X, Y)
    assert broken == 'layer "1" in forward pass 1'
    assert not any(part._forward_hooks for part in model.modules())
    assert outcome(tested, "finite_layers")[0] is False


def test_weights_that_end_up_not_finite_are_named() -> None:
    """Where every output was finite, and the last step spoilt the weights."""

    def spoil(model: Any, *_: Any) -> None:
        with torch.no_grad():
            model[2].bias.fill_(float("nan"))

    tested = subject(train=spoil)
    assert tested.fit_watched(tested.make(), X, Y)[1] == 'weights "2.bias" after training'


def test_a_layer_that_the_optimizer_was_not_given_is_named() -> None:
    """`weights_move` looks at each trainable weight; frozen ones are the other test's."""

    def head_only(model: Any, x: Any, y: Any) -> None:
        optimizer = torch.optim.SGD(model[2].parameters(), lr=0.1)
        for _ in range(5):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()

    passed, detail = outcome(subject(train=head_only), "weights_move")
    assert passed is False and "0.weight" in detail

    def frozen() -> nn.Module:
        model = net()
        model[0].requires_grad_(False)
        return model

    assert outcome(subject(make=frozen), "weights_move")[0] is True
    assert outcome(subject(make=frozen), "frozen_weights_stay")[0] is True


def test_the_loss_at_the_start_needs_a_loss() -> None:
    """Without one the test does not apply; with a start that is far too sure it fails."""
    with pytest.raises(NotApplicableError, match="loss="):
        subject(loss=None).loss(net(), X, Y)

    def sure() -> nn.Module:
        model = net()
        with torch.no_grad():
            model[2].weight.mul_(300)
        return model

    assert outcome(subject(), "initial_loss")[0] is True
    assert outcome(subject(make=sure), "initial_loss")[0] is False


def test_layers_are_those_of_the_probe() -> None:
    """Names, types, units and what is trainable, as `matches_design` compares them."""
    layers = subject().layers(net())
    assert [(one["name"], one["type"], one.get("units")) for one in layers] == [
        ("0", "Linear", 16),
        ("1", "ReLU", None),
        ("2", "Linear", 2),
    ]


def test_saving_by_state_and_by_functions_of_ones_own(tmp_path: Path) -> None:
    """Both give the same outputs; a head that is not saved is found."""
    tested = subject()
    model = tested.fit(tested.make(), X, Y)
    assert np.array_equal(tested.scores(model, X), tested.scores(tested.reload(model, tmp_path), X))

    def save(model: nn.Module, path: Path) -> None:
        torch.save(model[0].state_dict(), path)

    def load(path: Path) -> nn.Module:
        fresh = net()
        fresh[0].load_state_dict(torch.load(path, weights_only=True))
        return fresh

    assert outcome(subject(save=save, load=load), "same_after_reload")[0] is False


def test_a_module_alone_is_told_what_is_missing() -> None:
    """A torch module does not say how it is trained."""
    with pytest.raises(TypeError, match="TorchSubject"):
        run_suite(net(), (X, Y), only=["converges"])
