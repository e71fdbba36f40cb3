"""What a table of predictions says of the table of all data beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from mladvisor.runs.read import read_run
from mladvisor.tables.arranged import without_predicted
from mladvisor.tables.collection import Tables
from mladvisor.tables.table import Table


@pytest.mark.parametrize(
    ("name", "predicted", "taken"),
    [
        ("sales.csv", range(300, 400), True),
        ("train.csv", range(300, 400), False),  # there they are copies
        ("sales.csv", [*range(320, 400), *range(400, 420)], False),  # rows from elsewhere, some of them copies
    ],
)
def test_predicted_rows_of_a_table_of_all_data_are_not_learned_from(
    tmp_path: Path, name: str, predicted: Iterable[int], taken: bool
) -> None:
    """A script that divides one table leaves it beside the rows that it was tested on."""

    def row(n: int) -> str:
        return f"{n % 7},{n * 37 % 101 / 7:.3f},{n * 53 % 97},{n % 2}"

    (tmp_path / name).write_text("a,b,c,sold\n" + "".join(f"{row(n)}\n" for n in range(400)))
    (tmp_path / "answers.csv").write_text("a,b,c,sold,prediction\n" + "".join(f"{row(n)},{n % 2}\n" for n in predicted))
    (tmp_path / "fit.py").write_text(
        f"import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\ndf = pd.read_csv({name!r})\n"
        "model = LogisticRegression().fit(df[:300].drop(columns='sold'), df[:300].sold)\n"
    )
    found = Tables(read_run(tmp_path)).splits
    assert found["train"].rows == (300 if taken else 400)
    assert found["val"].rows == 100


def test_of_equal_rows_as_many_are_taken_out_as_were_predicted() -> None:
    """What is left of them was learned from; what is known of the file's header stays known."""
    whole = Table(
        "train", "sales.csv", pd.DataFrame({"a": [1, 2, 2, 2, 3, 4, 5, 6], "b": 0}), duplicate_names=("a",), bad_lines=4
    )
    rest = without_predicted(whole, Table("val", "answers.csv", pd.DataFrame({"a": [2, 2, 3], "b": 0})))
    assert rest is not None and rest.frame["a"].tolist() == [1, 2, 4, 5, 6]
    assert (rest.duplicate_names, rest.bad_lines) == (("a",), 2)
