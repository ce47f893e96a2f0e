"""Answers that need no data set: adjusted p-values and tails of the reference laws."""

from scipy import stats
from statsmodels.stats.multitest import multipletests

P_LISTS = {
    "one": [0.03],
    "plain": [0.01, 0.04, 0.03, 0.005, 0.2],
    "ties": [0.02, 0.02, 0.02, 0.5, 0.5],
    "ends": [0.0, 1.0, 0.5, 1e-300, 0.049999999999999996],
    "above-one-after-adjustment": [0.4, 0.6, 0.9],
}


SAMPLE_TESTS = [
    "bmp_t", "calendar_time_alpha", "corrado_rank_z", "cross_section_t", "crude_dependence_t", "generalized_sign_z",
    "grank_t", "grank_z", "kp_bmp_t", "kp_patell_z", "patell_z", "sign_z", "wilcoxon_w",
]


def defined_p(answers, model):
    """Every p of one model's sample tests, over windows and groups: the family a study adjusts over."""
    out = []
    for stat in SAMPLE_TESTS:
        for _, windows in sorted(answers[stat].get(model, {}).items()):
            for _, result in sorted(windows.items()) if isinstance(windows, dict) else []:
                if isinstance(result, dict) and "p" in result:
                    out.append(result["p"])
    return out


def multiple_testing(families):
    out = {}
    for name, p in (P_LISTS | families).items():
        out[name] = {
            "p": p,
            "p_holm": multipletests(p, method="holm")[1].tolist(),
            "p_bh": multipletests(p, method="fdr_bh")[1].tolist(),
        }
    return out


def distributions():
    """Survival functions and quantiles: [arguments..., answer] rows."""
    xs, dfs = [0.0, 0.1, 0.5, 1.0, 1.96, 3.0, 5.0616, 8.0, 20.0], [1, 2, 4, 11, 30, 143, 238, 240, 1000]
    qs = [0.6, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9995]
    pairs = [(1, 10), (3, 238), (11, 238), (21, 238), (60, 60)]
    return {
        "normal_sf": [[x, stats.norm.sf(x)] for x in xs + [37.0]],
        "normal_quantile": [[q, stats.norm.ppf(q)] for q in qs],
        "t_sf": [[x, df, stats.t.sf(x, df)] for x in xs for df in dfs],
        "t_quantile": [[q, df, stats.t.ppf(q, df)] for q in qs for df in dfs],
        "f_sf": [[x, a, b, stats.f.sf(x, a, b)] for x in [0.2, 0.5, 1.0, 1.5, 2.5, 6.0, 30.0] for a, b in pairs],
        "chi2_sf": [[x, df, stats.chi2.sf(x, df)] for x in [0.01, 0.5, 1.0, 3.84, 10.0, 50.0] for df in [1, 2, 5, 20]],
    }
