"""Names of files, columns and settings in other languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.runs import data_names, settings_names, table_names
from mladvisor.runs.discover import find_runs
from mladvisor.runs.layer_columns import is_layer_table
from mladvisor.runs.layer_meanings import Meaning, meaning
from mladvisor.runs.other_languages import english
from mladvisor.runs.read import read_run
from mladvisor.runs.roles import default_columns

LOG = "Epoche;Verlust Training;Verlust Prüfung\n" + "".join(f"{e};0,{90 - e};0,{95 - e}\n" for e in range(1, 20))
SETTINGS = (
    '[daten]\nziel = "Ausfall"\nmerkmale = ["Druck", "Strom"]\nskalierung = "keine"\n'
    "[training]\nlernrate = 0.02\nstapel = 16\nepochen = 19\nmischen = true\n"
)


def _rows(rows: int, seed: int) -> str:
    rng = np.random.default_rng(seed)
    cells = rng.normal(50, 9, (rows, 2)).round(2)
    lines = [f"P{row % 3};{a};{b};{int(a > 50)}".replace(".", ",") for row, (a, b) in enumerate(cells)]
    return "Anlage;Druck;Strom;Ausfall\n" + "\n".join(lines) + "\n"


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "verlauf.csv").write_text(LOG)
    (tmp_path / "einstellungen.toml").write_text(SETTINGS)
    (tmp_path / "Daten").mkdir()
    for seed, name in enumerate(("Training", "Pruefung", "Betrieb")):
        (tmp_path / "Daten" / f"{name}.csv").write_text(_rows(300, seed))
    answers = "Anlage;Ausfall;Vorhersage;Alarm\n" + "P1;0;0,1;0\nP2;1;0,8;1\n" * 40
    (tmp_path / "Vorhersagen.csv").write_text(answers)
    return tmp_path


def test_a_german_folder_is_one_run_with_tables_and_settings(tmp_path: Path) -> None:
    """A folder of data is none of its own, though a table in it is called training.csv."""
    assert list(find_runs(_folder(tmp_path))) == [tmp_path]
    m = Measures(read_run(tmp_path))
    found = m.once(tables)
    assert {name: table.file for name, table in found.splits.items()} == {
        "train": "Daten/Training.csv",
        "val": "Daten/Pruefung.csv",
        "test": "Daten/Betrieb.csv",
    }
    assert found.label_column == "Ausfall"
    assert found.left_out == {"Anlage"}
    assert {"y_true", "y_score", "y_pred"} <= set(found.get("predictions").columns)  # type: ignore[union-attr]
    assert m.value("config.learning_rate") == 0.02
    assert m.value("config.batch_size") == 16
    assert m.value("config.normalization") is False


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ziel", "target"),
        ("Anteil_Null", "share_zero"),
        ("Größe", "Größe"),
        ("Stapelgröße", "batch_size"),
        ("taux d'apprentissage", "taux d'apprentissage"),
        ("taux_apprentissage", "learning_rate"),
        ("tamaño_lote", "batch_size"),
        ("épocas", "epochs"),
        ("learning_rate", "learning_rate"),
    ],
)
def test_names_are_english_where_a_word_is_known(name: str, said: str) -> None:
    """Accents and umlauts do not count; what is not known stays as it is."""
    assert english(name) == said


def test_names_of_files_and_columns() -> None:
    """Tables by their names, layers by their columns, and a log's columns of the split that is checked."""
    assert data_names.table_kind_at("datos/entrenamiento.csv") == "train"
    assert table_names.table_kind("Vorhersagen.csv") == "predictions"
    assert table_names.table_kind("training.csv") is None  # what Keras' users call their log
    assert data_names.table_kind_at("data/training.csv") == "train"
    assert data_names.table_kind_at("samples/DEV.csv") is None  # what lies beside it says which it is
    assert settings_names.may_be_config("Einstellungen.yaml")
    assert meaning("Gradientennorm") == Meaning("gradient", "norm")
    assert is_layer_table(["Epoche", "Schicht", "Gradientennorm", "Anteil_Null"], "Schichten")
    assert default_columns().meaning("Verlust Pruefung").split == "val"


def test_scores_of_a_credit_office_are_answers(tmp_path: Path) -> None:
    """`pd` (probability of default) beside the label of the data; the decision in words beside it is no feature."""
    rows = "".join(f"{n};{20 + n % 50};{n % 3 // 2}\n" for n in range(90))
    (tmp_path / "train.csv").write_text(f"antrag_nr;alter;ausfall\n{rows}", encoding="utf-8")
    said = "".join(f"{n};0,{100 + 7 * n};{'ABLEHNUNG' if n > 60 else 'ANNAHME'};{n % 3 // 2}\n" for n in range(90))
    (tmp_path / "scores.csv").write_text(f"antrag_nr;pd;entscheidung;ausfall\n{said}", encoding="utf-8")
    (tmp_path / "log.csv").write_text("epoch,train_loss,val_loss\n1,0.9,0.9\n2,0.5,0.6\n3,0.4,0.5\n", encoding="utf-8")
    run = read_run(tmp_path)
    assert run.files["predictions"] == ("scores.csv",)
