"""Chinese and Japanese words in heads of tables and names of cases, and the English words that stand for them.

These languages put no blanks between words: a cell is read from its left, the longest known word first.
"""

from __future__ import annotations

import re

_WORDS = """
train: 训练集 训练数据 训练 学習データ 学習用 学習 訓練データ 訓練
valid: 验证集 验证 検証データ 検証用 検証
test: 测试集 测试 评估集 评估 評価データ 評価用 評価 テスト
serving: 线上 生产环境 本番
mean: 平均值 均值 平均
std: 标准差 標準偏差
min: 最小值 最小
max: 最大值 最大
missing: 缺失值 缺失 空值 欠損値 欠損 欠測
share: 占比 比例 率 割合
count: 数量 个数 件数 数
rows: 总行数 行数 总数 样本数 サンプル数
column: 字段名 字段 列名 列 カラム名 カラム 項目
feature: 特征名 特征 特徴量名 特徴量 特徴
variable: 变量名 变量 変数名 変数
violations: 违例数 违例 违规数 违规 违反
outside: 越界 超出范围 範囲外
unknown: 未知 未见 未登録
expected: 期望结果 期望 预期结果 预期 约定 期待値 期待
actual: 实际结果 实际 実際 実測
result: 结论 结果 判定 結果
input: 输入 入力
case: 测试用例 用例 ケース
unique: 不同值 唯一值 种类数 ユニーク
name: 名称 名前
type: 类型 型
range: 范围 範囲
drift: 漂移 ドリフト
label: 标签 ラベル
loss: 损失 損失
accuracy: 准确率 精度 正解率
raw: 原始
"""
_OF_FAULTS = """
null: 为空 空值 缺失值 欠損
missing field: 缺少 缺失字段 不足
unknown category: 未知 未登録 非法取值
range: 超出 越界 負 负 範囲外
string: 字符串 文本 文字列 非数字
"""
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def _table(text: str) -> dict[str, str]:
    lines = [line.partition(":") for line in text.strip().split("\n")]
    return {word: said for said, _, words in lines for word in words.split()}


_SAID, _FAULTS = _table(_WORDS), _table(_OF_FAULTS)
_KNOWN = re.compile("|".join(sorted(_SAID, key=len, reverse=True)))
_MARKS = re.compile(r"[ \t]*([^\w\s])[ \t]*")
_FAULTY = re.compile("|".join(sorted(_FAULTS, key=len, reverse=True)))


def is_east_asian(text: str) -> bool:
    """Whether a text has a Chinese or Japanese letter."""
    return not text.isascii() and _HAN.search(text) is not None


def in_english_words(cell: str) -> str:
    """A head with English words in place of known ones: "训练集违例" is "train_violations"."""
    said = _KNOWN.sub(lambda found: f" {_SAID[found[0]]} ", cell)
    return cell if said == cell else "_".join(_MARKS.sub(r"\1", said.replace("_", " ")).split())


def faults_in(text: str) -> set[str]:
    """The English words for what is wrong with an input: "年龄为空" is about a null."""
    return {word for found in _FAULTY.findall(text) for word in _FAULTS[found].split()}
