"""Chinese, Japanese and Korean words in names of columns and in notes, and the English words that stand for them.

They are written without blanks, so a word is found within a name: "训练样本数" is "train", "samples".
"""

from __future__ import annotations

import re

_WORDS = """
train: 训练集 训练 訓練 学習 훈련 학습
val: 验证集 验证 驗證 検証 검증
test: 测试集 测试 測試 テスト 테스트 시험
production: 生产 线上 上线 生産 本番 運用 운영
rows: 行数 记录数 紀錄數 レコード数
samples: 样本数 样本量 样本 樣本數 樣本 サンプル数 サンプル 件数 표본수 표본 샘플
n: 数量 个数 条数 人数 張數 数 개수
accuracy: 准确率 準確率 正确率 正解率 精度 정확도
recall: 召回率 再現率 재현율
precision: 精确率 查准率 適合率 정밀도
f1: F1值 F1分数
auc: AUC值
error: 误差 錯誤率 错误率 誤差 오차 오류율
mae: 平均绝对误差 平均絶対誤差
rmse: 均方根误差
loss: 损失 損失 손실
feature: 特征名 特征 特徵 特徴量 特徴 변수 특성
column: 字段 列名 欄位 カラム
group: 分组 组别 群组 グループ 그룹
segment: 细分 类型 類型 タイプ 세그먼트
region: 地区 地域 区域 지역
class: 类别 類別 クラス 클래스
label: 标签 標籤 ラベル 라벨 레이블
target: 目标 目標 目的変数 목표
mean: 均值 平均值 平均 평균
std: 标准差 標準偏差 표준편차
min: 最小值 最小
max: 最大值 最大
missing: 缺失值 缺失 欠損値 欠損 결측
share: 占比 比例 割合 비율
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
_ENGLISH = {
    word: english
    for line in _WORDS.strip().split("\n")
    for english, _, words in [line.partition(": ")]
    for word in words.split()
}
_FOUND = re.compile("|".join(map(re.escape, sorted(_ENGLISH, key=len, reverse=True))))
_HAN = re.compile(r"[぀-ヿ㐀-鿿가-힯]")


def in_han(name: str) -> bool:
    """A name with a character of these languages."""
    return not name.isascii() and _HAN.search(name) is not None


def from_han(name: str) -> str:
    """The name with English words in place of those that are known."""
    return re.sub(r"_{2,}", "_", _FOUND.sub(lambda found: f"_{_ENGLISH[found[0]]}_", name)).strip("_")
