"""Messages of libraries, found by their words in what a training printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.features.printed import END, START
from mladvisor.runs.read import read_run

CURVE = "".join(f"epoch {at} loss {1 / at:.3f}\n" for at in range(1, 9))
WARNING = "/env/loss.py:528: UserWarning: Using a target size (torch.Size([32])) that is different\n  mse()\n"
SEEN, LINE = "printed.using_a_target_size.seen", "printed.using_a_target_size.line"


def measures(folder: Path, **files: str) -> Measures:
    for name, text in files.items():
        (folder / name.replace("_log", ".log").replace("_err", ".err")).write_text(text)
    return Measures(read_run(folder))


def test_a_warning_in_the_log_is_found_with_its_row(tmp_path: Path) -> None:
    """The line is quoted from the kind of warning on: paths of somebody's machine say nothing."""
    m = measures(tmp_path, train_log=CURVE + WARNING)
    assert m.value(SEEN) is True
    assert m.value(LINE) == "UserWarning: Using a target size (torch.Size([32])) that is different"
    where = m.one(SEEN).where
    assert where is not None
    assert (where.file, where.rows) == ("train.log", (9, 9))


def test_a_warning_may_stand_in_another_file(tmp_path: Path) -> None:
    """A scheduler keeps what goes to the error stream beside the log."""
    assert measures(tmp_path, train_log=CURVE, job_err=WARNING).value(SEEN) is True


@pytest.mark.parametrize("name", ["warnings.txt", "fit_errors.txt"])
def test_warnings_may_be_kept_in_a_text(tmp_path: Path, name: str) -> None:
    """`python search.py 2> warnings.txt`."""
    (tmp_path / name).write_text("FitFailedWarning: \n16 fits failed out of a total of 16.\n")
    assert measures(tmp_path, train_log=CURVE).value("printed.fits_failed.seen") is True


@pytest.mark.parametrize("text", [CURVE, CURVE + "using a targeted size\n", CURVE + "Using a\ntarget size\n"])
def test_what_is_not_there_is_unknown_and_not_false(tmp_path: Path, text: str) -> None:
    """The words must stand whole and in a row on one line; without them nothing is known."""
    assert not measures(tmp_path, train_log=text).one(SEEN).known


def test_the_error_at_the_end_of_a_long_log_is_found(tmp_path: Path) -> None:
    """Between the start and the end of a large file nothing is looked through; a row is not counted there."""
    filler = "epoch 1 loss 0.5\n" * ((START + 2 * END) // 17)
    m = measures(tmp_path, train_log=CURVE + filler + WARNING)
    assert m.value(SEEN) is True
    assert m.one(SEEN).where.rows is None  # type: ignore[union-attr]


def test_a_single_file_is_looked_through(tmp_path: Path) -> None:
    """`mladvisor diagnose train.log` knows of its warnings, too."""
    (tmp_path / "out.txt").write_text(CURVE + WARNING)
    assert Measures(read_run(tmp_path / "out.txt")).value(SEEN) is True


def test_a_run_without_printed_text_says_how_to_keep_it(tmp_path: Path) -> None:
    """Tables hold no warnings: the note says what to do, and is empty where there is nothing to do."""
    (tmp_path / "metrics.csv").write_text("epoch,loss\n" + "".join(f"{at},{1 / at}\n" for at in range(1, 9)))
    assert "2>&1" in Measures(read_run(tmp_path)).one(SEEN).note
    assert measures(tmp_path, train_log=CURVE).one(SEEN).note == ""


TORN = "Traceback (most recent call last):\n  File 'a.py'\nRuntimeError: mat1 and mat2 shapes cannot be multiplied\n"
ENDS = "printed.mat1_and_mat2_shapes_cannot_be_multiplied.ends"


def test_an_error_counts_where_the_log_ends_with_it(tmp_path: Path) -> None:
    """A training that goes on for many lines has got over it; an error in another stream does not say when it came."""
    assert measures(tmp_path, train_log=CURVE + TORN).value(ENDS) is True
    longer = "".join(f"epoch {at} loss {1 / at:.3f}\n" for at in range(9, 40))
    assert not measures(tmp_path, train_log=CURVE + TORN + longer).one(ENDS).known
    assert not measures(tmp_path, train_log=CURVE, job_err=TORN).one(ENDS).known


@pytest.mark.parametrize(
    ("name", "text"), [("train_log", "INFO using a target size of 3\n"), ("samples_txt", WARNING), ("faq_md", WARNING)]
)
def test_words_are_a_message_only_in_a_warning_of_a_program(tmp_path: Path, name: str, text: str) -> None:
    """What a model wrote, or people noted, warns of nothing."""
    (tmp_path / name.replace("_", ".")).write_text(text)
    (tmp_path / "run.log").write_text(CURVE)
    assert not Measures(read_run(tmp_path)).one(SEEN).known


@pytest.mark.parametrize(
    ("finding", "error"),
    [
        ("refused-text-for-numbers", "ValueError: could not convert string to float: '1,438'"),
        ("refused-text-for-numbers", "ValueError: invalid literal for int() with base 10: 'n/a'"),
        ("refused-text-for-numbers", 'ValueError: Unable to parse string "12 kg" at position 3'),
        ("refused-text-for-numbers", "ValueError: pandas dtypes must be int, float or bool.\nFields with bad pandas"),
        ("refused-text-for-numbers", "ValueError: DataFrame.dtypes for data must be int, float, bool or category."),
        ("refused-text-for-numbers", "TypeError: can't convert np.ndarray of type numpy.object_. The only supported"),
        (
            "refused-text-for-numbers",
            "ValueError: Failed to convert a NumPy array to a Tensor (Unsupported object type",
        ),
        ("refused-columns-absent", "KeyError: \"['utilization', 'late'] not in index\""),
        ("refused-columns-absent", "KeyError: \"None of [Index(['a'], dtype='object')] are in the [columns]\""),
        ("refused-columns-absent", "ValueError: columns are missing: {'inquiries'}"),
        (
            "refused-rows-out-of-step",
            "ValueError: Found input variables with inconsistent numbers of samples: [80, 79]",
        ),
        ("refused-rows-out-of-step", "ValueError: Data cardinality is ambiguous. Make sure all arrays contain"),
        ("refused-rows-out-of-step", "AssertionError: Size mismatch between tensors"),
        ("refused-rows-out-of-step", "ValueError: Length of values (79) does not match length of index (80)"),
        ("refused-shapes", "RuntimeError: expected input[1, 1, 8, 8] to have 3 channels, but got 1 channels instead"),
        ("refused-shapes", "RuntimeError: shape '[32, 400]' is invalid for input of size 18432"),
        ("refused-shapes", "RuntimeError: input.size(-1) must be equal to input_size. Expected 8, got 7"),
        ("refused-shapes", "IndexError: index out of range in self"),
        ("refused-shapes", "ValueError: Shapes (None, 1) and (None, 10) are incompatible"),
        ("refused-shapes", "InvalidArgumentError: logits and labels must have the same first dimension, got logits"),
        ("refused-columns-absent", "ValueError: Usecols do not match columns, columns expected but not found: ['a']"),
    ],
)
def test_what_libraries_say_of_what_they_refuse(tmp_path: Path, finding: str, error: str) -> None:
    """In the words of pandas, scikit-learn, LightGBM, XGBoost, PyTorch and Keras."""
    (tmp_path / "train.py").write_text("import torch\nfor e in range(3):\n    loss.backward()\n")
    (tmp_path / "stderr.txt").write_text(f"read (2400, 8)\nTraceback (most recent call last):\n  File x\n{error}\n")
    found = {one.finding: one.degree for one in diagnose(tmp_path).findings}
    assert found[finding] == 1.0


def test_an_error_that_was_answered_ends_nothing(tmp_path: Path) -> None:
    """A test of bad requests prints the errors that it wants to see."""
    log = "".join(f"epoch {at} loss {1 / at:.3f}\n" for at in range(1, 9))
    error = "ValueError: could not convert string to float: '45k'\n"
    name = "printed.could_not_convert_string_to_float"
    (tmp_path / "train.log").write_text(log + "income as text -> HTTP 400 " + error)
    m = Measures(read_run(tmp_path))
    assert m.value(f"{name}.seen") is True and m.value(f"{name}.ends") is None
    assert m.value(f"{name}.answered") is True
    (tmp_path / "train.log").write_text(
        log + "{'a': 'x'} -> {'status': 422, 'error': \"could not convert string to float\"}\n"
    )
    assert Measures(read_run(tmp_path)).value(f"{name}.ends") is None
    (tmp_path / "train.log").write_text(log + "2024-03-01 12:00:00 ERROR " + error)
    assert Measures(read_run(tmp_path)).value(f"{name}.ends") is True
