"""What other tools say of the zoo of tests/testing/zoo.py: scikit-learn's check_estimator, torchtest, deepchecks.

`python benchmarks/zoo_peers.py check_estimator|torchtest` asks them of every model that they take; the tool must be
installed. deepchecks needs older libraries than the zoo, so it judges stored answers, in two steps: `answers FOLDER`
trains the models and writes inputs, labels and answers, and `deepchecks FOLDER` (in an environment of its own, with
deepchecks and pandas) runs its model-evaluation suite on them. Each prints a line per model and the sums for
docs/model-tests.md: broken models that fail something, sound ones that do.
"""

from __future__ import annotations

import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 20


class TooLongError(Exception):
    """The tool took longer than `SECONDS` for one model."""


def animals() -> Iterator[tuple[str, bool, Any]]:
    """Name, whether it is sound, and the animal."""
    sys.path.insert(0, str(ROOT / "tests" / "testing"))
    from zoo import BROKEN, SOUND

    for sound, zoo in ((True, SOUND), (False, BROKEN)):
        for name, animal in zoo.items():
            yield name, sound, animal


def check_estimator(animal: Any) -> list[str] | None:
    """Names of failed checks; None for what is no estimator."""
    from sklearn.utils.estimator_checks import check_estimator as check

    model = animal.make()
    if not hasattr(model, "get_params"):
        return None
    results = check(model, on_fail=None, on_skip=None)
    return [result["check_name"] for result in results if result["status"] == "failed"]


def torchtest(animal: Any) -> list[str] | None:
    """Failed assertions of a first step: variables that do not change, NaN or infinite outputs."""
    import torch
    import torchtest as tool
    from zoo import data_of

    subject = animal.make()
    if not hasattr(subject, "_train"):
        return None
    data, loop = data_of(animal.data), subject._train
    torch.manual_seed(0)
    model = subject.make()
    x = torch.from_numpy(data.x[:64].copy())
    x, y = loop.prepare(x.float() if x.is_floating_point() else x.long(), subject._targets(data.y[:64]))
    optimizer = torch.optim.Adam(loop.parameters(model), loop.lr)
    frozen = [(name, p) for name, p in model.named_parameters() if not p.requires_grad]
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    try:
        tool.test_suite(
            model, loop.loss, optimizer, [x, y], train_vars=trained, non_train_vars=frozen or None,
            test_vars_change=True, test_nan_vals=True, test_inf_vals=True, device="cpu",
        )  # fmt: skip
    except TooLongError:
        raise
    except Exception as error:
        return [type(error).__name__]
    return []


def answers(folder: Path) -> None:
    """Inputs, labels and answers of each trained model, `NAME-sound.npz` or `NAME-broken.npz`."""
    import numpy as np

    from mladvisor.testing.subjects import as_subject

    folder.mkdir(parents=True, exist_ok=True)
    for name, sound, animal in animals():
        from zoo import data_of

        data, subject = data_of(animal.data), as_subject(animal.make())
        if getattr(data.x, "ndim", 2) != 2 or hasattr(data.x, "columns"):
            continue  # images and tables of words
        subject.task = "classification" if data.classes else "regression"
        try:
            model = subject.fit(subject.make(), data.x, data.y)
            told = [np.asarray(subject.predict(model, x)) for x in (data.x, data.x_test)]
        except Exception as error:
            print(f"{name}: {type(error).__name__}")
            continue
        np.savez(
            folder / f"{name.replace(' ', '_')}-{'sound' if sound else 'broken'}.npz",
            x=data.x, y=data.y, x_test=data.x_test, y_test=data.y_test, told=told[0], told_test=told[1],
            classes=bool(data.classes),
        )  # fmt: skip


def deepchecks(folder: Path) -> None:
    """Failed conditions of the model-evaluation suite on stored answers."""
    import numpy as np
    import pandas as pd
    from deepchecks.tabular import Dataset
    from deepchecks.tabular.suites import model_evaluation

    rows = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as stored:
            names = [f"f{i}" for i in range(stored["x"].shape[1])]
            several = "multiclass" if len(set(stored["y"].tolist())) > 2 else "binary"
            task = several if stored["classes"] else "regression"
            sets = []
            for split in ("", "_test"):
                frame = pd.DataFrame(stored[f"x{split}"], columns=names)
                frame["label"] = stored[f"y{split}"]
                sets.append(Dataset(frame, label="label", cat_features=[], label_type=task))
            told = stored["told"], stored["told_test"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = model_evaluation().run(*sets, y_pred_train=told[0], y_pred_test=told[1], with_display=False)
        failed = [one.get_header() for one in result.get_not_passed_checks()]
        rows.append((path.stem.rpartition("-")[0].replace("_", " "), path.stem.endswith("sound"), failed))
    show(rows)


def ask(tool: Callable[[Any], list[str] | None]) -> None:
    """One tool on every model that it takes, each within `SECONDS`."""

    def stop(*_: Any) -> None:
        raise TooLongError

    signal.signal(signal.SIGALRM, stop)
    rows = []
    for name, sound, animal in animals():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            signal.alarm(SECONDS)
            try:
                failed = tool(animal)
            except TooLongError:
                print(f"{name}: not finished within {SECONDS} s")
                continue
            finally:
                signal.alarm(0)
        if failed is not None:
            rows.append((name, sound, failed))
    show(rows)


def show(rows: list[tuple[str, bool, list[str]]]) -> None:
    """A line per model, then the sums."""
    for name, sound, failed in rows:
        print(f"{'sound ' if sound else 'broken'}  {name}: {', '.join(failed) or 'nothing'}", flush=True)
    for sound in (False, True):
        held = [failed for _, one, failed in rows if one == sound]
        print(f"{'sound' if sound else 'broken'}: {sum(map(bool, held))} of {len(held)} fail something")


def main() -> int:
    """Run what is named."""
    if len(sys.argv) == 2 and sys.argv[1] in ("check_estimator", "torchtest"):
        ask({"check_estimator": check_estimator, "torchtest": torchtest}[sys.argv[1]])
        return 0
    if len(sys.argv) == 3 and sys.argv[1] in ("answers", "deepchecks"):
        {"answers": answers, "deepchecks": deepchecks}[sys.argv[1]](Path(sys.argv[2]))
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
