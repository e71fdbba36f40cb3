"""Which way a real-world metric is better, by the words of its name: money, customers, complaints, delays."""

from __future__ import annotations

import re

from mladvisor.runs.other_languages import english

_LESS = re.compile(
    r"churn|complain|cost|return(?!ing)|refund|latency|error|fail|loss(?!less)|bounce|ticket|incident|escalat|unsubscri"
    r"|cancel|wait|delay|time_to|downtime|fraud|claim|abandon|defect|rework|escape|missed|false_|stockout|waste|cpa\b"
    r"|damag|breakage|injur|cpc\b|chargeback|overstock|override|reopen|opt_out|optout|spoil|penalt|write_?off|dropout_rate|readmi"
    r"|overtime|backlog|no_?show|overbook|mortality|(?<![a-z])deaths?(?![a-z])|infection|accident|scrap"
    r"|thumbs?_down|dislike|down_?vote|unhelpful|correction|corrected"
)
_MORE = re.compile(
    r"revenue|sales|conver|profit|margin|retention|retain|click|ctr|engage|order|signup|sign_up|subscri|satisf|nps|csat"
    r"|rating|saved|saving|uptime|gmv|arpu|ltv|purchase|watch|session|visit|accept|adopt|usage|active|book|solved|resol"
    r"|success|(?<!un)sold(?!_out)|on_?time|punctual|income|yield|turnover|upsell|renew|earning|returning|uplift|basket|rpm\b|ecpm|roas|roi\b|dwell"
    r"|(?<!already_)(?<!un)read(?:$|[_\s/-])|listen|streamed|played|time_spent|spent_time|screen_time|tips?(?:$|[_\s/-])|donat"
    r"|thumbs?_up|up_?vote|(?<!un)helpful|(?:^|_)likes?(?:$|_)"
)

_TURNED = re.compile(r"avoided|prevented|averted|saved|saving|recovered|reduction")
_GONE = re.compile(
    r"(?:^|[_/\s-])(?:lost|missed|wasted|at_risk|at risk|late|overdue|delayed|cancell?ed|failed|unpaid)(?:$|[_/\s-])"
)
_MOVED = re.compile(r"(?:^|[_/\s-])(?:psi|drift|drifted|ks|jsd|wasserstein|divergence)(?:$|[_/\s-])")
_TIME = re.compile(r"(?:^|[_/\s-])(?:hours?|hrs?|h|minutes?|mins?|seconds?|secs?|s|days|time|duration)(?:$|[_/\s-])")
_WORK = re.compile(
    r"resol|respon|handl|process|turn_?around|lead_?time|cycle|deliver|repair|review|repl(?:y|ies)|clos(?:e|ing|ure)"
    r"|solve|queue|pick|service_?time|triage|approval|assign|onboard|lookup|search_time|\bmtt[rdf]\b"
)
"""What is better the sooner it is done: "median_resolution_hours", but not "watch_hours"."""

_OF_BUSINESS = re.compile(
    r"revenue|profit|turnover|gmv|arpu|(?:^|[_/\s-])ltv(?:$|[_/\s-])|churn|complain|refund|return_rate|returns?_per|chargeback|conversion"
    r"|retention|purchase|order(?:s|_value|_rate)|orders?_per|sales|sign_?ups?|unsubscri|opt_?outs?|bounce|csat|(?:^|[_/\s-])nps|roas"
    r"|watch_?(?:time|min|hours)|dwell|session_(?:length|time|duration)|basket|cancellation|ctr_live|live_ctr|online_ctr"
    r"|escalation|ticket|stockout|donation|readmission|engagement|satisfaction|uplift"
)
"""What only a business counts: a log of training holds many names with "click", "active" or "time" in them."""


def is_of_business(name: str) -> bool:
    """The name of what is counted of customers, orders and money rather than of rows."""
    return _OF_BUSINESS.search(english(name).lower().replace(" ", "_")) is not None


def direction(name: str) -> int:
    """1 where more is better, -1 where less is, 0 where the name says neither or both.

    What is avoided or saved is better the more it is ("downtime_avoided"), what is lost the less ("lost_sales").
    """
    low = english(name).lower()
    if _MOVED.search(low):
        return 0  # how far a column has moved, whatever it counts
    turned, gone = _TURNED.search(low), _GONE.search(low)
    if turned or gone:
        return 0 if turned and gone else 1 if turned else -1
    if _WORK.search(low) and _TIME.search(low):
        return -1
    less, more = _LESS.search(low), _MORE.search(low)
    return 0 if bool(less) == bool(more) else -1 if less else 1
