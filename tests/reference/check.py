"""How far are the answers from the truth? Recompute every fit of a data set in rational numbers.

    python check.py [NAME ...]

The floats of datasets/*.json are exact rationals, so normal equations in Fraction have no rounding.
Prints the largest relative error of the oracle; README.md quotes it beside the tolerances.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np

from models import MODELS
from single import Excluded, Study, window_key

HERE = Path(__file__).parent


def solve(a, b):
    """Gauss-Jordan on rationals; b is a list of right-hand sides."""
    n = len(a)
    rows = [list(a[i]) + [rhs[i] for rhs in b] for i in range(n)]
    for i in range(n):
        pivot = next(r for r in range(i, n) if rows[r][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(n):
            if r != i and rows[r][i] != 0:
                factor = rows[r][i]
                rows[r] = [v - factor * p for v, p in zip(rows[r], rows[i])]
    return [[rows[i][n + j] for i in range(n)] for j in range(len(b))]


def dot(a, b):
    return sum((x * y for x, y in zip(a, b)), Fraction(0))


def exact_fit(y, x):
    """Coefficients, s^2 and (X'X)^-1, all exact."""
    m, k = len(y), len(x[0])
    if k == 0:
        return [], dot(y, y) / m, []
    cols = list(zip(*x))
    xtx = [[dot(p, q) for q in cols] for p in cols]
    identity = [[Fraction(int(i == j)) for i in range(k)] for j in range(k)]
    out = solve(xtx, [[dot(p, y) for p in cols]] + identity)
    resid = [v - dot(row, out[0]) for v, row in zip(y, x)]
    return out[0], dot(resid, resid) / (m - k), out[1:]


def relative(found, true):
    true = float(true)
    return abs(found - true) / abs(true) if true else abs(found)


def check(name):
    data = json.loads((HERE / "datasets" / f"{name}.json").read_text())
    answers = json.loads((HERE / "answers" / f"{name}.json").read_text())
    study, worst = Study(data), {}
    for model in MODELS:
        for ev in data["events"]:
            d = study.design(ev["instrument"], model)
            try:
                f = study.fit_at(d, ev["day0"])
            except Excluded:
                continue
            if not study.present(d, ev["day0"]):
                continue
            # The design itself (excess returns, the benchmark without the stock) is taken as given.
            frac = lambda v: Fraction(float(v))  # noqa: E731
            rows = [[frac(v) for v in d.x[t]] for t in f.sessions]
            b, s2, inv = exact_fit([frac(d.y[t]) for t in f.sessions], rows)
            for w in study.windows:
                days = [ev["day0"] + tau for tau in range(w[0], w[1] + 1) if study.present(d, ev["day0"] + tau)]
                z = [sum(frac(d.x[t][j]) for t in days) for j in range(f.k)]
                car = sum(frac(d.y[t]) for t in days) - dot(z, b)
                var = s2 * (len(days) + sum(z[i] * dot(inv[i], z) for i in range(f.k)))
                key = window_key(w)
                get = lambda stat: answers[stat][model][ev["id"]][key]  # noqa: E731
                sd = np.sqrt(float(var))
                for stat, true in [("car", car), ("car_sd", sd), ("car_t", float(car) / sd)]:
                    error = relative(get(stat), true)
                    if error > worst.get(stat, (0.0,))[0]:
                        worst[stat] = (error, model, ev["id"], key)
    for stat, (error, *where) in sorted(worst.items()):
        print(f"{name:10} {stat:7} {error:.1e}  {' '.join(where)}")


for dataset in sys.argv[1:] or ["sample", "simulated", "hostile"]:
    check(dataset)
