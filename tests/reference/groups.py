"""Samples of events: AAR and CAAR per relative day, and the cross-section of CARs per window."""

import numpy as np
from scipy import stats

from sample_tests import sample_tests
from single import undefined, window_key


def groups_of(data):
    """Group name -> event ids, in the order of the input; `all` holds every event."""
    out = {"all": [ev["id"] for ev in data["events"]]}
    for ev in data["events"]:
        out.setdefault(ev["group"], []).append(ev["id"])
    return out


def mean_test(values):
    """Mean, its standard error, t and p: mean over events against 0, t law with N - 1."""
    n = len(values)
    if n < 2:
        return undefined("too-few-events")
    sd = float(np.std(values, ddof=1))
    if sd == 0.0:
        return undefined("zero-variance")
    res = stats.ttest_1samp(values, 0.0)
    low, high = res.confidence_interval(0.95)
    return {"value": float(res.statistic), "p": float(res.pvalue), "df": n - 1, "n": n,
            "se": sd / np.sqrt(n), "low": float(low), "high": float(high)}


def day_means(study, observed):
    """AAR over the events present on each relative day; CAAR is the running sum of the AARs."""
    out, caar = {}, 0.0
    for tau in study.event_days:
        ars = [obs["ars"][tau] for obs in observed if tau in obs["ars"]]
        key = str(tau)
        out.setdefault("aar_n", {})[key] = len(ars)
        if not ars:
            out.setdefault("aar", {})[key] = undefined("no-events")
            continue
        aar = float(np.mean(ars))
        caar += aar
        out.setdefault("aar", {})[key] = aar
        out.setdefault("caar", {})[key] = caar
        test = mean_test(ars)
        for name, part in [("aar_sd", "se"), ("aar_low", "low"), ("aar_high", "high"), ("aar_t", "value"), ("aar_p", "p")]:
            out.setdefault(name, {})[key] = test if "undefined" in test else test[part]
    return out


def window_means(study, observed):
    out = {}
    for w in study.windows:
        key = window_key(w)
        cars = [obs["stats"]["car"][key] for obs in observed]
        out.setdefault("window_caar", {})[key] = float(np.mean(cars))
        test = mean_test(cars)
        if "undefined" not in test:
            test = {"law": "t"} | {name: test[name] for name in ["value", "p", "df", "n"]}
        out.setdefault("cross_section_t", {})[key] = test
    return out


def group_stats(study, observed, model):
    """{statistic: {day or window: value}} of one group's used and provisional events."""
    if not observed:
        return {"window_caar": undefined("no-events")}
    return day_means(study, observed) | window_means(study, observed) | sample_tests(study, observed, model)
