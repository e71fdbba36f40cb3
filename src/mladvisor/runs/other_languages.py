"""Words of other languages in the names of files, columns and settings, and the English words that stand for them.

What columns of a *log* are called in other languages stands in `columns.yaml`. Words that are English too, or that mean
something else in another of the languages, are left out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORDS = """
config: 配置 设置 参数 超参数 設定 ハイパーパラメータ 설정 настройки параметры
data: daten datei datos dados donnees dati datensatz datensaetze
train: entrenamiento entrainement treino treinamento addestramento trainingsdaten
train: trening treningowy treningowe apprentissage
valid: pruefung prueflauf validierung validierungsdaten pruefdaten validacion validacao validazione
valid: walidacja walidacyjny walidacyjne
test: testdaten prueba pruebas teste testowy testowe
production: betrieb einsatz felddaten feld produktion produccion producao produzione produktiv
production: produkcja produkcyjny produkcyjne
raw: roh rohdaten crudo brutos
processed: verarbeitet aufbereitet procesado procesada processado traite traitee elaborato przetworzone
variable: variavel variabile zmienna
variables: variaveis variabili zmienne
features: merkmale merkmal variablen eingaben caracteristicas caracteristiques variables_d_entree cechy cecha
columns: spalten columnas colunas colonnes
column: spalte columna coluna colonna colonne
statistics: statistik statistiken merkmalsstatistik spaltenstatistik datenstatistik kennwerte estadisticas
statistics: estatisticas statistiques statistiche
profile: profil datenprofil merkmalsprofil spaltenprofil perfil profilo
correlation: korrelation correlacion correlacao correlazione
correlations: korrelationen correlaciones correlacoes correlazioni
with: mit
set: satz teilmenge teildatensatz conjunto
category: auspraegung auspraegungen kategorie kategorien modalite modalites modalita kategoria
count: anzahl zeilenzahl fallzahl recuento contagem conteggio effectif effectifs
split: echantillon muestra amostra campione
duplicates: dubletten duplikate duplikaty duplicados doublons duplicati
identical: identisch identische identico identica identiques identici
also: auch tambien tambem aussi anche
missing: fehlend fehlende fehlwerte faltantes manquants manquantes ausentes mancanti braki brak vacios vides nulos
missing: mancante faltante faltando manquant manquante ausente brakujacy
negative: negativa negativo negativi negativos negativas negatif negatifs negativ negativer negativen
infinite: infiniti infinito infinita infinitos infini infinis infinie unendlich unendliche
empty: vacio vacia vazio vazia vide vides vuoto vuota leer leere leeres
dictionary: datenbeschreibung merkmalsbeschreibung spaltenbeschreibung datenkatalog diccionario dicionario dictionnaire
diagnostics: diagnose diagnosen diagnostico diagnostic diagnostica
monitoring: ueberwachung monitoreo suivi seguimiento acompanhamento monitoramento monitoraggio
analysis: analyse analysen analisis analises analisi
predictions: vorhersagen vorhersage prognose prognosen predicciones previsoes previsioni prediccion previsao previsione
predicted: vorhergesagt geschaetzt previsto prevista prevu prevue predicho predicha predito predita pronosticado stimato
predicted: pronosticada estimado estimada estime estimee stimata previste previstos
layers: schichten capas camadas couches strati
layer: schicht capa camada couche strato
output: ausgabe ausgang salida saida sortie uscita
hidden: versteckt verdeckt oculta oculto cachee nascosto
epoch: epoche epoca epoque
penalty: strafe strafterm penalizacion penalidade penalizzazione
gradient norm: gradientennorm gradnorm_l2
weight norm: gewichtsnorm
gradient: gradienten gradiente gradienti
weight: gewicht gewichte peso pesos poids pesi
activation: aktivierung aktivierungen activacion ativacao attivazione
share: anteil proporcion proporcao proportion_de quota
zero: null nullen cero ceros
dead: tot tote muertas mortas mortes morti
max: maks
mean: mittelwert mittel media moyenne srednia promedio durchschnitt
std: standardabweichung streuung desviacion ecart_type ecart desv desvio odch odchylenie deviazione
type: typ datentyp tipo
design: entwurf diseno progetto conception
network: netz netzwerk reseau rete
model: modell modelo modele modello
architecture: architektur arquitectura arquitetura architettura
specification: spezifikation especificacion especificacao specifica
unit: einheit unidad unidade unite unita
required: pflicht pflichtfeld obligatorio obligatoire obbligatorio requerido
description: beschreibung bedeutung descripcion descricao descrizione
range: wertebereich bereich rango plage intervallo
metric: kennzahl metrik messgroesse kenngroesse metrica metrique
value: wert messwert valor valeur valore
values: werte zulaessig valores valeurs valori
minimum: minimo untergrenze
maximum: maximo obergrenze
name: nombre nome bezeichnung spaltenname merkmalsname nom
yes: ja si sim oui
settings: einstellungen konfiguration ajustes configuracion configuracao parametros parametres impostazioni
no: nein nao non
none: keine kein ohne ninguno ninguna aucun aucune nenhum nenhuma nessuno nessuna
target: ziel zielwert zielwerte zielgroesse zielspalte zielvariable objetivo alvo cible obiettivo
label: etikett etiqueta etiquette etichetta klasse
reviewed: geprueft ueberprueft nachgeprueft revisado revisada revise revisee verificado verificada verificato
corrected: korrigiert corregido corregida corrigido corrigida corrige corrigee corretto corretta
opinion: zweitmeinung gegenmeinung
deviating: abweichend abweichende abweichungen discordante discordantes discordanti
second: zweite zweites zweit segundo segunda deuxieme secondo seconda
recheck: nachpruefung stichprobe nachkontrolle reetiquetado revisione
annotator: annotierer pruefer gutachter anotador anotadora annotateur annotatore revisor
standardize: standardisieren standardisiert estandarizar estandarizado padronizar padronizado
standardize: standardiser standardizzare
normalize: normalisieren normalisiert normieren normalizar normalizado normaliser normalizzare
loss: verlust verlustfunktion perdida perda perte perdita
learning_rate: lernrate lernschrittweite
batch_size: stapel stapelgroesse losgroesse
epochs: epochen epocas epoques anzahl_epochen
momentum: impuls traegheit
shuffle: mischen durchmischen barajar mezclar embaralhar melanger mescola
seed: zufall zufallssaat zufallszahl startwert semilla semente graine
optimizer: optimierer optimizador otimizador optimiseur ottimizzatore
decision: entscheidung entscheid decision_finale decisione decisao
failure: ausfall ausfaelle impago impagos fallo fallos defaillance insolvenza
foregone: entgangen entgangene entgangener entgangenes
alarm: fehlalarm
costs: kosten costes costos custos couts costi
cost: coste costo custo cout
business: geschaeft negocio
revenue: umsatz umsaetze erloes erloese ingresos receita receitas ricavi
profit: gewinn gewinne ertrag ganancia ganancias beneficio benefice lucro guadagno
margin: marge deckungsbeitrag rohertrag margen margem margine
sales: absatz ventas ventes vendas vendite
on_time: puenktlich puenktlichkeit puntual puntualidad puntualidade ponctualite puntuale puntualita
wait: wartezeit wartezeiten wartedauer espera esperas attente attentes attesa attese
overtime: ueberstunden horas_extra heures_supplementaires straordinari
backlog: rueckstand rueckstaende atraso retard arretrato
complaints: beschwerden beschwerde reklamationen reklamation quejas plaintes reclamacoes reclami
refunds: erstattungen rueckerstattungen reembolsos
returns: retouren retoure ruecksendungen devoluciones devolucoes
churn: abwanderung abwanderungen
cancellations: kuendigungen stornos storno stornierungen cancelaciones annulations
stockouts: fehlmenge fehlmengen fehlbestand fehlbestaende
waste: verderb abschriften ausschuss merma
satisfaction: zufriedenheit satisfaccion soddisfazione satisfacao
returning: wiederkehrende wiederkehrer
clicks: klicks klick clics klickrate
dwell: verweildauer lesezeit lesedauer sehdauer hoerdauer
week: woche kalenderwoche semana semaine settimana
month: monat mois mes mese
day: jour dia giorno
importance: wichtigkeit merkmalswichtigkeit importancia importancias importanza
quarter: quartal
release: auslieferung freigabe
segment: segmento segmentos segmenti segmente
group: gruppe gruppen grupo grupos groupe groupes gruppo gruppi
region: regiao regione
metrics: metriken kennzahlen metricas metriques metriche
report: bericht berichte informe informes relatorio relatorios rapport rapports rapporto
evaluation: auswertung auswertungen bewertung evaluacion avaliacao valutazione
threshold: schwelle schwellwert schwellenwert umbral limiar seuil soglia
feature_scaling: normierung skalieren
feature_scaling: skalierung normalisierung standardisierung normalizacion escalado normalizacao normalisation_entree
weight_decay: gewichtsabnahme gewichtszerfall decadimento
batch_size: lotto
train: trening treningowy treningowa treningowe uczenie uczacy
valid: walidacja walidacyjny walidacyjna walidacyjne
production: produkcja
raw: surowe
features: cechy zmienne
feature: cecha zmienna
columns: kolumny
column: kolumna
correlation: korelacja
correlations: korelacje
count: liczba
missing: braki brakujace
layers: warstwy
layer: warstwa
hidden: ukryte ukryta ukryty
output: wyjscie wyjsciowa
activation: aktywacja
share: udzial
mean: srednia srednio
std: odchylenie odch
minimum: minimalna
maximum: maks maksymalna
network: siec
design: projekt
optimizer: optymalizator
epoch: epoka
epochs: epoki
shuffle: tasowanie mieszanie
label: etykieta
report: raport
costs: koszty
cost: koszt
revenue: przychod przychody
profit: zysk
margin: marza
group: grupa grupy
month: miesiac
week: tydzien
settings: ustawienia
settings: konfiguracja parametry instellingen installningar
optimizer: optimalisator optimerare
function: funcion funcao fonction funzione funkcja
learning_rate: leersnelheid inlaerningshastighet
batch_size: batchgrootte batchstorlek
shuffle: melange tasuj
layers: lagen
layer: laag
activation: activatie aktivering
seed: ziarno
threshold: drempel
output: uitvoer
train: apprentissage
comparison: confronto vergleich comparaison comparacion comparacao porownanie vergelijking
search: suche suchlauf busqueda busca recherche ricerca
scheduler: planificador planificateur agendador pianificatore harmonogram
"""
_NAMES = """
on_time: a_l_heure livraisons_a_l_heure entregas_a_tiempo entregas_no_prazo consegne_puntuali
learning_rate: tasa_aprendizaje tasa_de_aprendizaje taxa_de_aprendizagem taux_apprentissage
learning_rate: taux_d_apprentissage tasso_apprendimento tasso_di_apprendimento
batch_size: tamano_lote tamano_de_lote tamanho_de_lote tamanho_do_lote
learning_rate: wspolczynnik_uczenia szybkosc_uczenia tempo_uczenia krok_uczenia
loss: funkcja_straty
batch_size: rozmiar_paczki wielkosc_paczki rozmiar_partii wielkosc_partii
batch_size: taille_lot taille_de_lot taille_du_lot dimensione_batch dimensione_lotto
batch_size: tam_lote tam_do_lote rozmiar_batcha
learning_rate: passo_di_apprendimento
learning_rate: pas_d_apprentissage paso_de_aprendizaje passo_de_aprendizagem
epochs: liczba_epok numero_epoche numero_de_epocas nombre_d_epoques
loss_function: funcion_perdida funcion_de_perdida funcao_perda funcao_de_perda fonction_perte fonction_de_perte
loss_function: funzione_perdita funzione_di_perdita funkcja_kosztu funcion_de_coste funcion_de_costo
weight_decay: decaimiento_pesos decaimiento_de_pesos decaimento_pesos decaimento_de_pesos decaimento_de_peso zanik_wag
weight_decay: decadimento_pesi decadimento_dei_pesi decroissance_poids decroissance_des_poids
batch_norm: norm_lote norm_lotto norm_lot normalizacion_por_lotes normalizacao_em_lote normalisation_par_lots
gradient_clip: ecretage_grad ecretage_gradient ecretage_du_gradient recorte_gradiente recorte_de_gradiente
gradient_clip: gradientenbegrenzung przycinanie_gradientu
lr_scheduler: programma_passo plan_de_tasa lernratenplan
learning_rate: 学习率 学习速率 学習率 學習率 학습률 скорость_обучения
batch_size: 批大小 批次大小 批量大小 批处理大小 バッチサイズ 배치크기 배치_크기 размер_батча размер_пакета
epochs: 训练轮数 训练轮次 轮数 エポック数 에폭수 에포크수 эпохи число_эпох количество_эпох
optimizer: 优化器 優化器 最適化手法 옵티마이저 оптимизатор
dropout: 丢弃率 ドロップアウト ドロップアウト率 드롭아웃
weight_decay: 权重衰减 權重衰減 重み減衰
momentum: 动量 動量 モメンタム 모멘텀
loss: 损失函数 損失関数 損失函數 손실함수 функция_потерь
activation: 激活函数 活性化関数 활성화함수 функция_активации
hidden_sizes: 隐藏层 隐藏层大小 隠れ層 은닉층 скрытые_слои
num_classes: 类别数 类别数量 クラス数 число_классов количество_классов
shuffle: 打乱 シャッフル 셔플 перемешивание
"""


def _table(text: str) -> dict[str, str]:
    lines = [line.partition(":") for line in text.strip().split("\n")]
    return {plainly(word): said.replace(" ", "_") for said, _, words in lines for word in words.split()}


_GAP = re.compile(r"[_\-. ]+")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "đ": "d"}
)  # the last have no accent


def plainly(text: str) -> str:
    """Lower case without accents; umlauts as two letters."""
    text = text.lower()
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_UMLAUTS))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


_OF_WORD, _OF_NAME = _table(_WORDS), _table(_NAMES)


def english_word(word: str) -> str:
    """The English word for one of another language; any other word as it is."""
    return _OF_WORD.get(plainly(word), word)


@lru_cache(maxsize=1 << 14)
def english(name: str) -> str:
    """A name with English words in place of others: "Ziel" is "target", "Anteil_Null" is "share_zero".

    A name without any is given back as it is.
    """
    plain = plainly(name.strip())
    whole = _OF_NAME.get(_GAP.sub("_", plain)) or _OF_WORD.get(plain)
    if whole:
        return whole
    words = _merged(_GAP.split(plain))
    return "_".join(_OF_WORD.get(word, word) for word in words) if any(word in _OF_WORD for word in words) else name


def _merged(words: list[str]) -> list[str]:
    """Two words that mean one thing together as one: "ecart", "type", "max"."""
    result: list[str] = []
    for word in words:
        pair = f"{result[-1]}_{word}" if result else ""
        if pair in _OF_WORD:
            result[-1] = pair
        else:
            result.append(word)
    return result
