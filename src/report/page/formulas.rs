//! The formulas of the methods, as HTML of ours: code, formula, source. The words for a code are
//! in `text`; codes of models and tests are those of the settings.

/// (code, formula, source).
pub(in crate::report) const FORMULAS: &[(&str, &str, &str)] = &[
    (
        "market",
        "R<sub>t</sub> = α + β·R<sub>m,t</sub> + e<sub>t</sub>",
        "Sharpe 1963; MacKinlay 1997",
    ),
    (
        "robust",
        "R<sub>t</sub> = α + β·R<sub>m,t</sub> + e<sub>t</sub>, min Σρ(e<sub>t</sub>/s)",
        "Huber 1964",
    ),
    (
        "market-adjusted",
        "N<sub>t</sub> = R<sub>m,t</sub>",
        "Brown, Warner 1985",
    ),
    ("mean-adjusted", "N<sub>t</sub> = R̄", "Brown, Warner 1985"),
    (
        "capm",
        "R<sub>t</sub> − R<sub>f</sub> = α + β·(R<sub>m,t</sub> − R<sub>f</sub>) + e<sub>t</sub>",
        "Sharpe 1964",
    ),
    (
        "ff3",
        "R<sub>t</sub> − R<sub>f</sub> = α + Σ<sub>j</sub> β<sub>j</sub>·F<sub>j,t</sub> + e<sub>t</sub>, F: Mkt−RF, SMB, HML",
        "Fama, French 1993",
    ),
    (
        "carhart",
        "R<sub>t</sub> − R<sub>f</sub> = α + Σ<sub>j</sub> β<sub>j</sub>·F<sub>j,t</sub> + e<sub>t</sub>, F: Mkt−RF, SMB, HML, Mom",
        "Carhart 1997",
    ),
    (
        "ff5",
        "R<sub>t</sub> − R<sub>f</sub> = α + Σ<sub>j</sub> β<sub>j</sub>·F<sub>j,t</sub> + e<sub>t</sub>, F: Mkt−RF, SMB, HML, RMW, CMA",
        "Fama, French 2015",
    ),
    (
        "ff6",
        "R<sub>t</sub> − R<sub>f</sub> = α + Σ<sub>j</sub> β<sub>j</sub>·F<sub>j,t</sub> + e<sub>t</sub>, F: Mkt−RF, SMB, HML, RMW, CMA, Mom",
        "Fama, French 2018",
    ),
    (
        "factors",
        "R<sub>t</sub> = α + Σ<sub>j</sub> β<sub>j</sub>·F<sub>j,t</sub> + e<sub>t</sub>",
        "MacKinlay 1997",
    ),
    (
        "scholes-williams",
        "β = (β<sub>−1</sub> + β<sub>0</sub> + β<sub>+1</sub>) / (1 + 2ρ̂<sub>m</sub>)",
        "Scholes, Williams 1977",
    ),
    ("dimson", "β = Σ<sub>k</sub> β<sub>k</sub>", "Dimson 1979"),
    (
        "garch",
        "σ<sub>t</sub><sup>2</sup> = ω + a·e<sub>t−1</sub><sup>2</sup> + b·σ<sub>t−1</sub><sup>2</sup>",
        "Bollerslev 1986",
    ),
    (
        "egarch",
        "ln σ<sub>t</sub><sup>2</sup> = ω + a·(|z<sub>t−1</sub>| − E|z|) + g·z<sub>t−1</sub> + b·ln σ<sub>t−1</sub><sup>2</sup>",
        "Nelson 1991",
    ),
    (
        "gjr",
        "σ<sub>t</sub><sup>2</sup> = ω + (a + g·1[e<sub>t−1</sub> &lt; 0])·e<sub>t−1</sub><sup>2</sup> + b·σ<sub>t−1</sub><sup>2</sup>",
        "Glosten, Jagannathan, Runkle 1993",
    ),
    (
        "synthetic-control",
        "N<sub>t</sub> = Σ<sub>j</sub> w<sub>j</sub>·R<sub>j,t</sub>, w<sub>j</sub> ≥ 0, Σw<sub>j</sub> = 1",
        "Abadie, Diamond, Hainmueller 2010",
    ),
    (
        "ar",
        "AR<sub>t</sub> = R<sub>t</sub> − N<sub>t</sub>",
        "MacKinlay 1997",
    ),
    (
        "ar_sd",
        "Var(AR<sub>t</sub>) = s<sup>2</sup>·(1 + z<sub>t</sub>′(X′X)<sup>−1</sup>z<sub>t</sub>), s<sup>2</sup> = Σe<sup>2</sup>/(M − k)",
        "Patell 1976; Campbell, Lo, MacKinlay 1997",
    ),
    (
        "car",
        "CAR(W) = Σ<sub>t∈W</sub> AR<sub>t</sub>",
        "Fama, Fisher, Jensen, Roll 1969",
    ),
    (
        "car_sd",
        "Var(CAR(W)) = s<sup>2</sup>·(L + z<sub>W</sub>′(X′X)<sup>−1</sup>z<sub>W</sub>), z<sub>W</sub> = Σ<sub>t∈W</sub> z<sub>t</sub>",
        "Campbell, Lo, MacKinlay 1997",
    ),
    (
        "t",
        "t = CAR/sd(CAR), M − k df",
        "Campbell, Lo, MacKinlay 1997",
    ),
    (
        "sq",
        "p = min(1, 2·min(#{e ≤ v} + 1, #{e ≥ v} + 1)/(n + 1))",
        "Gelbach, Helland, Klick 2013",
    ),
    (
        "placebo",
        "p = (1 + #{|v*| ≥ |v|})/(1 + n)",
        "Fisher 1935; Abadie et al. 2010",
    ),
    (
        "mde",
        "MDE = (t<sub>0.975</sub> + t<sub>0.80</sub>)·sd(CAR)",
        "Bloom 1995",
    ),
    (
        "bhar",
        "BHAR(W) = Π<sub>t∈W</sub>(1 + R<sub>t</sub>) − Π<sub>t∈W</sub>(1 + N<sub>t</sub>)",
        "Barber, Lyon 1997",
    ),
    (
        "joint",
        "R<sub>t</sub> = α + β·R<sub>m,t</sub> + Σ<sub>d</sub> γ<sub>d</sub>·1[t = d] + e<sub>t</sub>",
        "Karafiath 1988",
    ),
    (
        "money",
        "AR<sub>0</sub> · P<sub>−1</sub> · N<sub>shares</sub>",
        "",
    ),
    (
        "caar",
        "CAAR(W) = (1/N)·Σ<sub>i</sub> CAR<sub>i</sub>(W)",
        "MacKinlay 1997",
    ),
    (
        "cross_section_t",
        "√N·CAAR/S, t with N − 1 df",
        "Brown, Warner 1985",
    ),
    (
        "crude_dependence_t",
        "CAAR/(S√L), t with M − 1 df",
        "Brown, Warner 1980",
    ),
    (
        "patell_z",
        "ΣCSAR<sub>i</sub>/√(L·ΣQ<sub>i</sub>), Q<sub>i</sub> = (M<sub>i</sub> − k)/(M<sub>i</sub> − k − 2), N(0, 1)",
        "Patell 1976",
    ),
    (
        "bmp_t",
        "√N·mean(SCAR)/sd(SCAR), t with N − 1 df",
        "Boehmer, Musumeci, Poulsen 1991",
    ),
    (
        "kp_patell_z",
        "Patell z·√(1/(1 + (N − 1)r̄)), N(0, 1)",
        "Kolari, Pynnönen 2010",
    ),
    (
        "kp_bmp_t",
        "BMP t·√((1 − r̄)/(1 + (N − 1)r̄)), t with N − 1 df",
        "Kolari, Pynnönen 2010",
    ),
    (
        "corrado_rank_z",
        "√L·mean<sub>W</sub>(Ū)/S, U = rank/(1 + T) − ½, N(0, 1)",
        "Corrado 1989; Corrado, Zivney 1992",
    ),
    (
        "grank_t",
        "Z·√((T − 2)/(T − 1 − Z<sup>2</sup>)), t with T − 2 df",
        "Kolari, Pynnönen 2011",
    ),
    (
        "grank_z",
        "Z = Ū<sub>0</sub>/√((1/T)·Σ(n<sub>t</sub>/N)·Ū<sub>t</sub><sup>2</sup>), N(0, 1)",
        "Kolari, Pynnönen 2011",
    ),
    ("sign_z", "(w − N/2)/√(N/4), N(0, 1)", "Brown, Warner 1980"),
    (
        "generalized_sign_z",
        "(w − N·p̂)/√(N·p̂(1 − p̂)), N(0, 1)",
        "Cowan 1992",
    ),
    (
        "wilcoxon_w",
        "W = Σ ranks of |CAR<sub>i</sub>| with CAR<sub>i</sub> &gt; 0",
        "Wilcoxon 1945",
    ),
    (
        "skewness_adjusted_t",
        "√N·(S + γS<sup>2</sup>/3 + γ/(6N)), S = mean/sd of BHAR, bootstrap",
        "Johnson 1978; Lyon, Barber, Tsai 1999",
    ),
    (
        "wild_bootstrap_p",
        "p = P(|Σ±CAR| ≥ |ΣCAR|), one sign at random for windows that overlap",
        "Liu 1988; Cameron, Gelbach, Miller 2008",
    ),
    (
        "block_bootstrap_p",
        "p = P(|t*| ≥ |t|), t of BMP, t* that of blocks of estimation residuals, with the variance of SCARs",
        "Künsch 1989",
    ),
    (
        "calendar_time_alpha",
        "R<sub>p,t</sub> = α + Σ<sub>j</sub> β<sub>j</sub>·F<sub>j,t</sub> + e<sub>t</sub>",
        "Jaffe 1974; Mandelker 1974; Fama 1998",
    ),
    (
        "holm",
        "p<sub>(i)</sub>·(m − i + 1);  p<sub>(i)</sub>·m/i",
        "Holm 1979; Benjamini, Hochberg 1995",
    ),
];
