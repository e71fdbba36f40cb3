"""The word model: collect the words of labelled folders, fit the model, and say what it is worth to other authors.

    python benchmarks/words.py collect OUT.jsonl.gz ROOT [ROOT ...]   # a root: one author's labels.csv and run folders
    python benchmarks/words.py fit CORPUS.jsonl.gz [...] --write rules/fitted/words.json
    python benchmarks/words.py check CORPUS.jsonl.gz [...]            # each author judged by a fit to all the others

`benchmarks/words/` holds the corpus of the shipped model: of each run of twenty-two benchmarks of outsiders (AD to AR
and the forms, see docs/benchmark-strangers.md; of AQ and AR three quarters) and of the development half of the fault
benchmark, with its label, the words that three authors or more used. Runs with two faults, faint ones, and those that
are a log and its settings are left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np

from mladvisor.calibration.labelled import standing
from mladvisor.calibration.labels import folder_of, read_labels
from mladvisor.calibration.word_fit import Bag, fit_words, label_of, vocabulary
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.errors import MladvisorError
from mladvisor.rulebook.word_model import HEALTHY, WordModel
from mladvisor.runs.bag_of_words import bag_of_words
from mladvisor.runs.read import read_run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("collect", "fit", "check"))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args(arguments)
    if given.what == "collect":
        collect(given.paths[0], given.paths[1:])
        return 0
    bags = [bag for path in given.paths for bag in read_corpus(path)]
    if given.what == "check":
        check(bags)
        return 0
    model = fit_words(bags)
    if given.write is None:
        parser.error("fit needs --write FILE")
    write(model, given.write)
    print(f"{len(model.words)} words, {len(bags)} bags of {len({bag.author for bag in bags})} authors: {given.write}")
    return 0


def collect(out: Path, roots: Sequence[Path]) -> None:
    """Write the bags of all labelled runs below the roots."""
    rulebook = rulebook_with()
    work = [(root, row) for root in roots for row in read_labels(root, rulebook) if not row.get("second")]
    with get_context("fork").Pool(2) as pool:
        bags = [bag for found in pool.map(_bags_of, work, chunksize=20) for bag in found]
    shared = set(vocabulary(bags, authors=min(3, len(roots)), least=2))
    out.parent.mkdir(parents=True, exist_ok=True)
    with gzip.GzipFile(out, "wb", mtime=0) as file:
        for bag in bags:
            line = {"author": bag.author, "label": bag.label, "words": " ".join(sorted(bag.words & shared))}
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    print(f"{len(bags)} bags of {len(work)} runs, {len(shared)} words: {out}")


def _bags_of(work: tuple[Path, dict[str, str]]) -> list[Bag]:
    root, row = work
    stands = standing(row, "folder")
    if stands == "faint":
        return []
    try:
        words = bag_of_words(read_run(folder_of(root, row["run"])))
    except MladvisorError:
        return []
    return [Bag(root.name, label_of(row, stands), words)] if words else []


def read_corpus(path: Path) -> Iterator[Bag]:
    """The bags of a corpus."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            yield Bag(found["author"], found["label"], frozenset(found["words"].split()))


def write(model: WordModel, path: Path) -> None:
    """The model as JSON, a word a line, so that a change of it can be read."""
    head = msgspec.structs.asdict(model)
    words = head.pop("words")
    lines = [f"{json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    rows = ",\n".join(
        f"{json.dumps(word, ensure_ascii=False)}: [{','.join(map(str, row))}]" for word, row in words.items()
    )
    path.write_text("{\n" + "\n".join(lines) + '\n"words": {\n' + rows + "\n}}\n", encoding="utf-8")


def check(bags: Sequence[Bag]) -> None:
    """What the words alone name, of authors that the fit knows nothing of."""
    by: defaultdict[str, list[Bag]] = defaultdict(list)
    for bag in bags:
        by[bag.author].append(bag)
    told = []
    for author, own in by.items():
        model = fit_words([bag for bag in bags if bag.author != author])
        causes = [label for label in model.labels if label != HEALTHY]
        ranks = list(_ranks(model, causes, own))
        told += ranks
        print(f"{author:6s} {_line(ranks)}", flush=True)
    print(f"{'all':6s} {_line(told)}")


def _ranks(model: WordModel, causes: Sequence[str], bags: Iterable[Bag]) -> Iterator[int]:
    share = np.array([model.share[model.labels.index(cause)] for cause in causes])
    for bag in bags:
        if bag.label in causes:
            leaning = model.leaning(bag.words, causes)
            likely = share if leaning is None else share * leaning.factor
            yield int((likely >= likely[causes.index(bag.label)]).sum())


def _line(ranks: Sequence[int]) -> str:
    place = np.array(ranks)
    return f"{len(place)} faulty bags: {np.mean(place == 1):.0%} first, {np.mean(place <= 3):.0%} among three"


if __name__ == "__main__":
    sys.exit(main())
