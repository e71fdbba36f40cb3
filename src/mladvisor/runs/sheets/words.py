"""What the cells and words of a small table, or of a sentence, speak of: splits, shares, order; and their numbers."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache

from mladvisor.runs.other_languages import english_word, plainly
from mladvisor.runs.word_sets import parted, word_set

_TRAIN = word_set(
    "train training trainset trn trainingsteil trainingsset lernteil lernmenge lerndaten lernmengen trainingsmenge "
    "entrainement entrenamiento entrenar treino treinamento addestramento apprentissage uczenie treningowy learn fit "
    "trainingsdaten ajuste"
)
_OTHER = word_set(
    "val valid validation validate dev test testing testset eval evaluation holdout heldout pruefteil pruefmenge "
    "prueftag testteil testmenge validierung validierungsteil validierungsmenge validierungsdaten testdaten "
    "validacion "
    "validacao validazione prueba pruebas teste verifica hold tst held"
)
_SCRIPTS = {
    "train": ("训练", "訓練", "学習", "훈련", "학습", "обуч"),
    "other": ("验证", "驗證", "検証", "测试", "測試", "テスト", "評価", "验証", "검증", "테스트", "провер", "тест"),
}
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1 << 13)
def words(text: str) -> tuple[str, ...]:
    """The words of a name or sentence, in small letters without accents, in English where a list has them."""
    plain = plainly(parted(text[:600]).replace("_", " "))
    return tuple(english_word(word) for word in _WORD.findall(plain))


_COMPOUND = re.compile(
    r"(?:(trainings?|lern)|(test|pruef|validierungs|holdout))"
    r"(?:zeilen?|daten|teile?s?|mengen?|bilder[n]?|satz|saetzen?|set|faellen?|beispielen?|gruppen?|datensaetzen?)"
)
"""Training and evaluation rows in one word, as German writes them."""
_SHORTEST_COMPOUND = 6


@lru_cache(maxsize=1 << 13)
def sides(text: str) -> frozenset[str]:
    """ "train", "other" or both, as a text names training data and data that is held out of it."""
    found = set()
    for word in _WORD.findall(plainly(parted(text[:600]).replace("_", " "))):
        if word in _TRAIN:
            found.add("train")
        elif word in _OTHER:
            found.add("other")
        elif len(word) > _SHORTEST_COMPOUND and (compound := _COMPOUND.fullmatch(word)):
            found.add("other" if compound[2] else "train")
    if not text.isascii():
        found.update(side for side, parts in _SCRIPTS.items() if any(part in text for part in parts))
    return frozenset(found)


def side(text: str) -> str | None:
    """The only side that a text names."""
    found = sides(text)
    return next(iter(found)) if len(found) == 1 else None


_FILLERS = word_set("set split data teil menge part partition subset sample jeu de conjunto the of x df y")


def is_side(cell: str) -> str | None:
    """The side that a cell names, where it says nothing else: "train", "split=valid", "训练集"."""
    if len(cell) > _MOST_NAME or cell[:1].isdigit() or cell[:1] in "-.":
        return None
    found = side(cell)
    if found is None:
        return None
    rest = [
        word for word in _WORD.findall(plainly(cell.replace("_", " "))) if word not in _TRAIN and word not in _OTHER
    ]
    if cell.isascii() or not any(part in cell for parts in _SCRIPTS.values() for part in parts):
        return found if _FILLERS.issuperset(map(english_word, rest)) else None
    return found if len(cell.strip()) <= _MOST_SCRIPT else None


_MOST_NAME, _MOST_SCRIPT = 40, 6


def without_sides(text: str) -> str:
    """A name without the words of splits: the same of "train_pos_rate" and "val_pos_rate"."""
    left = [word for word in _WORD.findall(plainly(parted(text).replace("_", " "))) if word not in _TRAIN | _OTHER]
    bare = " ".join(left)
    for part in (part for parts in _SCRIPTS.values() for part in parts if not text.isascii()):
        bare = bare.replace(part, "")
    digits = "".join(re.findall(r"\d+", text))
    return f"{bare} {digits}".strip()


_BEGINS = "0123456789-+."
_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:[ ,'\u00a0\u202f]\d{3})+(?:\.\d+)?")
_POINTS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3}){2,}|[-+]?\d{1,3}(?:\.\d{3})+,\d+")
_COMMA = re.compile(r"[-+]?\d+,\d{1,10}(?:e[-+]?\d+)?", re.IGNORECASE)


def amount(cell: str) -> float | None:
    """The number that a cell is: "9 602", "9,602", "9,4", "31.2 %" (0.312); None for any other cell."""
    text = cell.strip(" \t`*'\"")
    if text[-1:].isdecimal() and text[:1] in _BEGINS and "_" not in text:
        with suppress(ValueError):
            return float(text)
    percent = text.endswith(("%", "％"))
    text = unicodedata.normalize("NFKC", text).rstrip("% ") if percent else text
    if _PLAIN.fullmatch(text):
        found = float(text)
    elif _THOUSANDS.fullmatch(text):
        found = float(re.sub(r"[ ,'\u00a0\u202f]", "", text))
    elif _POINTS.fullmatch(text):
        found = float(text.replace(".", "").replace(",", "."))
    elif _COMMA.fullmatch(text):
        found = float(text.replace(",", "."))
    else:
        return None
    return found / 100.0 if percent else found


_IN_TEXT = re.compile(
    r"(?<![\w.,])[-+]?(?:[1-9]\d{0,2}(?:[.,' \u00a0\u202f]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?:e[-+]?\d+)?"
    r"(?![\d])\s?[%％]?",
    re.IGNORECASE,
)


_COUNTED_BEHIND = re.compile(
    r"(?i)\s?(?:\w*zeilen|\w*bilder|\w*datens|tage|f[aä]lle|patient|filas|registros|linhas|lignes|im[aá]gen|avis|clientes)"
)
"""What is counted in languages that part thousands by points: "1.200 Zeilen"."""


def numbers(text: str) -> list[tuple[int, int, float, bool]]:
    """(where it begins, where it ends, the number, whether it is a share in per cent) of each number of a sentence.

    "1.096" is a thousand and more where the sentence has decimal commas elsewhere.
    """
    commas = re.search(r"\d,\d{1,2}(?!\d)", text) is not None
    found = []
    for match in _IN_TEXT.finditer(text):
        said = unicodedata.normalize("NFKC", match[0]).strip()
        percent = said.endswith("%")
        said = said.rstrip("% ")
        if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+", said) and (commas or _COUNTED_BEHIND.match(text, match.end())):
            said = said.replace(".", "")
        value = amount(said)
        if value is not None:
            found.append((match.start(), match.end(), value / 100.0 if percent else value, percent))
    return found


SHARE = word_set(
    "share shares rate rates ratio proportion pct percent percentage prop frac fraction freq frequency prevalence "
    "anteil quote part taux tasa taxa ppm permille prozent porcentaje percentuale"
)
ROWS = word_set(
    "n num number rows row size count total samples sample examples records images utts items impressions clicks len "
    "length nrow cases events obs observations id ids index idx batch"
)
MEASURES = word_set(
    "loss losses acc accuracy auc auroc auprc f1 precision recall mae rmse mse mape r2 rsq error errors err wer cer "
    "bleu rouge iou dice map ndcg mrr score scores metric logloss nll perplexity ppl top1 top5 specificity "
    "sensitivity "
    "exactitude genauigkeit exactitud exatidao time seconds sec runtime duration epoch epochs step steps lr "
    "memory gpu "
    "topk hits throughput kappa mcc brier ece calibration correct wrong missing null nulls nan nans blank blanks empty "
    "importance "
    "shap psi kl js ks wasserstein pvalue chi drift corr correlation duplicate duplicates dup overlap shared leaked "
    "unknown oov unk coverage weight weights augmented synthetic fold seed date year month reward return gap std "
    "predicted prediction predictions pred confidence threshold latency cost infinite inf version pearson "
    "spearman kendall tau mutual cpu cache cached usage utilisation utilization util"
)
"""What differs between training and evaluation for other reasons than how the rows were divided."""


AUGMENTATIONS = word_set(
    "flip flips hflip vflip crop crops jitter mixup cutmix cutout rotate rotation blur dropout augment augmentation "
    "augmentations aug"
)
"""What is done to training rows alone."""
MOST_NUMBER = 1e30
"""No count and no share of a report is larger; whole numbers of JSON may be too long for a float."""


def trains(line: str) -> bool:
    """A line that a training logs: a loss beside an epoch or a step. There are thousands, and none speaks of data."""
    low = line.lower()
    return "loss" in low and _COUNTED.search(low) is not None and any(each in low for each in _OF_TRAINING)


_COUNTED = re.compile(r"loss[\w./@]{0,20}[\"'\])]{0,2}\s{0,3}[=:|]?\s{0,3}-?\d")
_OF_TRAINING = ("epoch", "step", "iter", "it/s", "update", " lr", "acc")


BY_DESIGN = (
    "oversampl", "over-sampl", "undersampl", "under-sampl", "resampl", "smote", "rebalanc", "balanced sampl",
    "weighted sampl", "out-of-time", "out of time", "later period", "on purpose", "by design", "cold start",
    "zero-shot",
)  # fmt: skip
"""Words of a text in which splits differ because somebody wanted them to."""
