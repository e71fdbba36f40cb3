"""Second looks at labels, as sentences, tools and people with checked answers tell them; none of predictions."""

from __future__ import annotations

import json

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.label_lines import said_of_labels
from mladvisor.runs.read import read_run
from mladvisor.runs.rechecks_said import rechecks_in

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("We went through 150 tickets by hand.\nIn 45 of the 150 the queue label is not what they are about.", 0.3),
        ("Our recheck of 400 pages found that 120 carried the wrong class.", 0.3),
        ("Spot check of the codes, 1 000 records: 250 differ.", 0.25),
        ("Stichprobe: 300 Fälle neu kodiert, bei 90 ist der Code falsch.", 0.3),
        ("Revisamos una muestra a mano: 60 de 200 etiquetas son incorrectas.", 0.3),
        ("抽查 400 条:标错 120 条(30%)。", 0.3),
        ("Audit of 500 labels. In it 5 of 500 were wrong.", 0.01),
    ],
)
def test_a_passage_tells_how_many_labels_were_wrong(text: str, share: float) -> None:
    (said, *_) = rechecks_in(text.splitlines())
    assert said.what == "wrong-labels" and said.value == pytest.approx(share)


@pytest.mark.parametrize(
    "text",
    [
        "We reviewed 200 predictions by hand; in 45 of the 200 the predicted class was wrong.",
        "Recheck of 400 labels: 120 were wrong and have been corrected.",
        "We looked through 300 suspicious labels, 120 of 300 were wrong.",
        "Audit of 400 labels: not one was wrong.",
        "The loss differs in 3 of 200 epochs.",
        "checked 3 of 12 labels, wrong",
        "",
    ],
)
def test_other_passages_tell_nothing(text: str) -> None:
    assert not list(rechecks_in(text.splitlines()))


def test_a_column_that_agrees_with_the_label_is_no_check_of_labels() -> None:
    assert not list(said_of_labels("checked 31 columns against label 'left': best column agreement 4097 of 6000 rows"))


DATALAB = (
    "num_examples: 6000, num_classes: 2\n\n------- label issues -------\nNumber of examples with this issue: 1500\n"
)
PEOPLE = "worker\tn_labels\tgold_seen\tgold_correct\n" + "".join(f"w{n}\t900\t40\t{n}\n" for n in (22, 30, 38))


@pytest.mark.parametrize(
    ("file", "text", "share"),
    [
        ("datalab.txt", DATALAB, 0.25),
        ("confident_joint.json", json.dumps({"rows": "given", "cols": "true", "counts": [[70, 30], [20, 80]]}), 0.25),
        ("transcript_audit.json", json.dumps({"sampled": 500, "wer_of_training_transcripts": 0.3}), 0.3),
        ("workers.tsv", PEOPLE, 0.25),
        ("mail.eml", "Our recheck of 400 pages found that 100 carried the wrong class.\n", 0.25),
    ],
)
def test_reports_of_wrong_labels(folder: Folder, file: str, text: str, share: float) -> None:
    value = Measures(read_run(folder({"metrics.csv": LOG, file: text})))["report.wrong_labels"]
    assert isinstance(value, Measured) and value.value == pytest.approx(share)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("agreement.json", json.dumps({"items": 900, "cohen_kappa": 0.31, "krippendorff_alpha": 0.31})),
        ("retest.csv", "lab,n_pairs,pearson_r\nA,200,0.30\nB,180,0.32\n"),
    ],
)
def test_how_far_two_labels_of_a_row_agree(folder: Folder, file: str, text: str) -> None:
    value = Measures(read_run(folder({"metrics.csv": LOG, file: text})))["report.annotator_agreement"]
    assert isinstance(value, Measured) and value.value == pytest.approx(0.31)


def test_a_matrix_of_predictions_tells_nothing_of_labels(folder: Folder) -> None:
    text = json.dumps({"rows": "true", "cols": "predicted", "counts": [[70, 30], [20, 80]]})
    value = Measures(read_run(folder({"metrics.csv": LOG, "label_confusion.json": text})))["report.wrong_labels"]
    assert isinstance(value, Measured) and value.value is None
