"""Chinese, Japanese and Korean words in heads of tables and names of cases, and the English words that stand for them.

These languages put no blanks between words: a cell is read from its left, the longest known word first.
"""

from __future__ import annotations

import re

_WORDS = """
train: 训练集 训练数据 训练 学習データ 学習用 学習 訓練データ 訓練 훈련 학습
valid: 验证集 验证 検証データ 検証用 検証 驗證 검증
test: 测试集 测试 评估集 评估 評価データ 評価用 評価 テスト 測試 테스트 시험
serving: 线上 生产环境 本番 生产 上线 生産 運用 운영
mean: 平均值 均值 平均 평균
std: 标准差 標準偏差 표준편차
min: 最小值 最小
max: 最大值 最大
missing: 缺失值 缺失 空值 欠損値 欠損 欠測 결측
share: 占比 比例 率 割合 비율
count: 数量 个数 件数 数 条数 人数 張數 개수
rows: 总行数 行数 总数 样本数 サンプル数 记录数 紀錄數 レコード数
column: 字段名 字段 列名 列 カラム名 カラム 項目 欄位
feature: 特征名 特征 特徴量名 特徴量 特徴 特徵 변수 특성
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
label: 标签 ラベル 標籤 라벨 레이블
loss: 损失 損失 손실
accuracy: 准确率 精度 正解率 準確率 正确率 정확도
raw: 原始
samples: 样本量 样本 樣本數 樣本 サンプル 표본수 표본 샘플
recall: 召回率 再現率 재현율
precision: 精确率 查准率 適合率 정밀도
f1: F1值 F1分数
auc: AUC值
error: 误差 錯誤率 错误率 誤差 오차 오류율
mae: 平均绝对误差 平均絶対誤差
rmse: 均方根误差
group: 分组 组别 群组 グループ 그룹
segment: 细分 類型 タイプ 세그먼트
region: 地区 地域 区域 지역
class: 类别 類別 クラス 클래스
target: 目标 目標 目的変数 목표
rate: 比率
importance: 重要性 重要度 중요도
correlation: 相关系数 相关性 相関係数 相関 상관계수 상관
mutual_information: 互信息 相互情報量
model: 模型 モデル 모델
version: 版本 バージョン 버전
month: 月份 月 월
week: 周次 周 週 주차
date: 日期 日付 날짜
value: 取值 数值 値
metric: 指标 指標 지표
revenue: 营收 收入 销售额 売上 매출
profit: 利润 利益 이익
conversion: 转化率 転換率 전환율
complaints: 投诉率 投诉 苦情 불만
churn: 流失率 解約率 이탈률
returns: 退货率 返品率 반품률
orders: 订单数 订单 注文数 주문수
threshold: 阈值 閾値 임계값
epoch: 轮次 エポック 에포크
wrong: 标错 错标 標錯 错误 誤り 오류
annotator: 标注员 標註員 アノテーター
"""
_OF_FAULTS = """
null: 为空 空值 缺失值 欠損
missing field: 缺少 缺失字段 不足
unknown category: 未知 未登録 非法取值
range: 超出 越界 負 负 範囲外
string: 字符串 文本 文字列 非数字
"""
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def _table(text: str) -> dict[str, str]:
    lines = [line.partition(":") for line in text.strip().split("\n")]
    return {word: said for said, _, words in lines for word in words.split()}


_SAID, _FAULTS = _table(_WORDS), _table(_OF_FAULTS)
_KNOWN = re.compile("|".join(sorted(_SAID, key=len, reverse=True)))
_MARKS = re.compile(r"[ \t]*([^\w\s])[ \t]*")
_FAULTY = re.compile("|".join(sorted(_FAULTS, key=len, reverse=True)))


def is_east_asian(text: str) -> bool:
    """Whether a text has a Chinese, Japanese or Korean letter."""
    return not text.isascii() and _HAN.search(text) is not None


def in_english_words(cell: str) -> str:
    """A head with English words in place of known ones: "训练集违例" is "train_violations"."""
    said = _KNOWN.sub(lambda found: f" {_SAID[found[0]]} ", cell)
    return cell if said == cell else "_".join(_MARKS.sub(r"\1", said.replace("_", " ")).split())


def faults_in(text: str) -> set[str]:
    """The English words for what is wrong with an input: "年龄为空" is about a null."""
    return {word for found in _FAULTY.findall(text) for word in _FAULTS[found].split()}
