"""Which way a real-world metric is better, by the words of its name: money, customers, complaints, delays."""

from __future__ import annotations

import re

_LESS = re.compile(
    r"churn|complain|cost|return(?!ing)|refund|latency|error|fail|loss(?!less)|bounce|ticket|incident|escalat|unsubscri"
    r"|cancel|wait|delay|time_to|downtime|fraud|claim|abandon|defect|rework|escape|missed|false_|stockout|waste|cpa\b"
    r"|cpc\b|chargeback|overstock|override|reopen|opt_out|optout|spoil|penalt|write_?off|dropout_rate|readmi"
)
_MORE = re.compile(
    r"revenue|sales|conver|profit|margin|retention|retain|click|ctr|engage|order|signup|sign_up|subscri|satisf|nps|csat"
    r"|rating|saved|saving|uptime|gmv|arpu|ltv|purchase|watch|session|visit|accept|adopt|usage|active|book|solved|resol"
    r"|income|yield|turnover|upsell|renew|earning|returning|uplift|basket|rpm\b|ecpm|roas|roi\b|dwell"
)


def direction(name: str) -> int:
    """1 where more is better, -1 where less is, 0 where the name says neither or both."""
    low = name.lower()
    less, more = _LESS.search(low), _MORE.search(low)
    return 0 if bool(less) == bool(more) else -1 if less else 1
