"""Words by which people speak of a training's rate, batches and optimizer, and of what came of another choice.

All in lower case and without accents (`other_languages.plainly`): English, German, French, Spanish, Portuguese,
Italian, Chinese and Japanese.
"""

from __future__ import annotations

import re


def any_of(words: str) -> str:
    """Alternatives of a pattern, the longest first; "_" is a gap."""
    return "|".join(sorted((word.replace("_", r"[ \-]") for word in words.split()), key=len, reverse=True))


NUMBER = r"\d+(?:[.,]\d+)*(?:e[-+]?\d+)?k?"
SIZE = rf"(?P<n>{NUMBER})(?![.,]?\d|[a-z%])"
"""A whole number that nothing follows."""
IS = r"\s?(?:of|de|von|di|=|:|is|est|war|era)?\s?"
DECIMAL = r"\d+[.,]\d+(?:e[-+]?\d+)?|\d+e-\d+|nan"
RATE = (
    r"(?:(?<![a-z])(?:"
    + any_of(
        "learning_rate learning_rates lr step_size step_length stepsize step lernrate schrittweite "
        "lernschrittweite taux_d'apprentissage taux pas_d'apprentissage pas tasa_de_aprendizaje tasa paso "
        "taxa_de_aprendizado taxa_de_aprendizagem passo tasso_di_apprendimento rate"
    )
    + r")(?![a-z])|学习率|步长|学習率)"
)
BATCH = (
    r"(?:(?<![a-z])(?:"
    + any_of(
        "batch_size batchsize batch batches mini-batch mini-batches minibatch mini_batch lote lotes "
        "tamano_de_lote tamanho_do_lote lot lots taille_de_lot lotto lotti stapel stapelgroesse batchgroesse "
        "batch-groesse bs"
    )
    + r")(?![a-z])|批大小|批量大小|批量|批次大小|ハッチサイス|ハッチ)"
)
MOMENTUM = r"(?:(?<![a-z])(?:momentum|momento)(?![a-z])|动量|モメンタム)"
THINGS = (
    r"(?:[a-z]+[ -])?(?:"
    + any_of(
        "rows row examples example samples sample images image records record instances sequences sentences "
        "patients patient zeilen zeile beispiele beispiel bilder bild exemples exemple lignes ligne echantillons "
        "images exemplos exemplo amostras amostra linhas ejemplos ejemplo filas muestras esempi righe campioni "
        "items item"
    )
    + r")(?![a-z])"
)
UPDATE = (
    r"(?:(?:weight |gradient |optimi[sz]er |sgd )?(?:updates?|steps?)|mise a jour|atualizacao|actualizacion|schritt)"
)
ADAPTIVE = "adam adamw sparseadam lazyadam nadam radam adamax adagrad rmsprop adafactor adabelief lamb"
PLAIN = "sgd vanilla_sgd plain_sgd simple_sgd gradient_descent"
OPTIMIZER = (
    rf"(?<![a-z])(?:{any_of(f'{ADAPTIVE} {PLAIN} sgd_momentum momentum_sgd lion lbfgs adadelta rprop')})(?![a-z])"
)

SMALLER = any_of(
    "smaller lower lowered reduced reduce reducing decreased decrease decreasing dropped dropping cut cutting "
    "divided dividing less halved tiny kleiner kleinere kleineren kleinerer niedriger senken gesenkt "
    "verringert verringern reduziert plus_petit plus_petite plus_faible baisse reduit diminue menor reducido "
    "reducida reduzido reduzida mas_pequeno mas_baja bajando minore ridotto ridotta 降低 降到 减小 缩小 除以 小さく"
)
LARGER = any_of(
    "larger higher bigger raised raise raising increased increase increasing bumped greater multiplied "
    "multiplying groesser groessere groesseren groesserer hoeher hoehere erhoeht erhoehen plus_grand "
    "plus_grande plus_eleve augmente mayor aumentado aumentada maior mas_grande subiendo maggiore aumentato "
    "增大 提高 放大 乘以 大きく"
)
TIMES = r"(?:x|×|times|fach|mal|fois|veces|vezes|volte|倍)"
PART = any_of("half third quarter tenth hundredth zehntel hundertstel dixieme centieme decima decimo decima_parte")
OF = r"(?:of|the|des|der|du|de|da|del|la|le|our|its|unserer|d'|that)"

WITH = any_of("with using at mit bei com con avec chez when once after under on dans quand sobald wenn cuando quando")
"""What stands before another choice that was tried."""

GOOD = (
    r"(?<![a-z])(?:"
    + any_of(
        "settles settle settled smooth smoothly steady steadily stable fixed fixes fixed_it works worked "
        "converges converged falls fell drops dropped goes_down went_down comes_down sinkt faellt ruhig stabil "
        "konvergiert descend converge converge_bien stabil baja desciende converge cai desce scende recovers "
        "recovered"
    )
    + r")(?![a-z])|平稳|收敛|稳定|安定|收束"
)
BAD = (
    r"(?<![a-z])(?:"
    + any_of(
        "nothing_moved nothing_changes no_change no_difference creep creeps slower slow worse jumps jumped "
        "jumping diverges diverged explodes exploded blows blew stuck longer same_loss ends_the_same "
        "as_before also_fine no_better not never langsamer laenger schlechter springt divergiert plus_lent "
        "plus_lentement pire diverge peor mas_lento pior mais_lento peggio nan inf"
    )
    + r")(?![a-z])|慢|发散|更差|一样|也|遅い|発散"
)
PLANNED = re.compile(
    r"(?<![a-z])(?:"
    + any_of(
        "should could would might maybe perhaps plan planned planning next todo will let's suggest suggestion "
        "propose proposed recommend recommended advise wonder sollte sollten koennte koennten vielleicht muesste "
        "devrait devrions pourrait peut-etre deberia podria quizas deveria poderia talvez dovrebbe forse"
    )
    + r")(?![a-z])|建议|应该|打算|计划|可以试"
)
BEFORE = (
    r"(?<![a-z])(?:"
    + any_of(
        "before was previously old main baseline earlier former formerly originally used_to_be last_week "
        "last_month last_quarter last_release last_version last_run vorher frueher alt avant auparavant antes "
        "anterior prima had tinhamos teniamos avions hatten"
    )
    + r")(?![a-z])|原来|之前|以前"
)
AFTER = (
    r"(?<![a-z])(?:"
    + any_of("after now currently since_then branch nachher jetzt apres maintenant despues ahora depois agora dopo ora")
    + r")(?![a-z])|之后|现在|以后"
)
SCORE = (
    r"(?<![a-z])(?:"
    + any_of(
        "acc accuracy recall precision f1 auc auroc r2 r^2 score map top-1 top1 bleu dice iou exatidao acuracia "
        "exactitude exactitud genauigkeit trefferquote accuratezza precisao"
    )
    + r")(?:@\d+)?(?![a-z])|准确率|精度|正确率|正解率"
)
"""Of which more is better; what has no such word is taken for a loss."""
LOSS = (
    r"(?<![a-z])(?:"
    + any_of(
        "loss nll ce error mae rmse mse perplexity ppl verlust fehler perte erreur perdida erro perda perdita "
        "bits val train"
    )
    + r")(?![a-z])|损失|误差|損失|誤差"
)
COMPLAINT = re.compile(
    r"(?<![a-z])(?:jump|swing|oscillat|wander|nois[ey]|erratic|does not settle|never settles|gets? nowhere|stuck"
    r"|plateau|creep|crawl|diverg|explod|springt|schwank|pendel|oscille|bruite|stagne|oscil[al]|salta|ruido)"
    r"|摆动|震荡|不收敛|发散|振動|停滞"
)
"""What is said of a training that does not go well."""
