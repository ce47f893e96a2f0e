"""The numbers beside those of statsmodels and scipy, computed here and now on the same prices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import shockwave

DATES = {
    "export-controls": "2023-10-17",
    "earnings": "2024-02-22",
    "summer": "2024-08-05",
    "sell-off": "2025-01-27",
}


@pytest.fixture(scope="module")
def returns() -> pd.DataFrame:
    prices = shockwave.sample_prices("pandas")
    return prices.pivot(index="date", columns="symbol", values="adj_close").pct_change(fill_method=None)


@pytest.fixture(scope="module")
def result() -> shockwave.Result:
    events = [{"id": name, "at": at, "instruments": "NVDA;MSFT"} for name, at in DATES.items()]
    study = shockwave.Study(benchmark="SPY", windows=[(0, 0), (-1, 1), (0, 5)], placebo=False, bootstrap=99)
    return study.run(shockwave.sample_prices("pandas"), events)


@pytest.mark.parametrize("symbol", ["NVDA", "MSFT"])
@pytest.mark.parametrize("event", DATES)
def test_the_market_model_is_that_of_statsmodels(returns: pd.DataFrame, result, event: str, symbol: str) -> None:
    day_0 = returns.index.get_loc(pd.Timestamp(DATES[event]))
    past = returns.iloc[day_0 - 250 : day_0 - 10]
    ols = sm.OLS(past[symbol].to_numpy(), sm.add_constant(past["SPY"].to_numpy())).fit()

    fits = result.table("fits", "pandas").query("event_id == @event and instrument == @symbol").iloc[0]
    assert fits.n_estimation == 240
    assert [fits.alpha, fits.beta] == pytest.approx(ols.params, rel=1e-9, abs=1e-14)
    assert fits.residual_sd == pytest.approx(np.sqrt(ols.mse_resid), rel=1e-11)
    assert fits.r_squared == pytest.approx(ols.rsquared, rel=1e-10)

    window = returns.iloc[day_0 - 10 : day_0 + 11]
    forecast = ols.get_prediction(sm.add_constant(window["SPY"].to_numpy()))
    ar = window[symbol].to_numpy() - forecast.predicted_mean
    table = result.table("abnormal_returns", "pandas")
    rows = table.query("event_id == @event and instrument == @symbol")
    np.testing.assert_allclose(rows.ar, ar, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(rows.ar_sd, forecast.se_obs, rtol=1e-11)
    np.testing.assert_allclose(rows.ar_t, ar / forecast.se_obs, rtol=1e-9, atol=1e-12)
    p = 2 * stats.t.sf(np.abs(ar / forecast.se_obs), ols.df_resid)
    np.testing.assert_allclose(rows.ar_p, p, rtol=1e-8)


@pytest.mark.parametrize("event", DATES)
def test_a_car_has_the_covariance_of_its_forecast_errors(returns: pd.DataFrame, result, event: str) -> None:
    day_0 = returns.index.get_loc(pd.Timestamp(DATES[event]))
    past = returns.iloc[day_0 - 250 : day_0 - 10]
    ols = sm.OLS(past["NVDA"].to_numpy(), sm.add_constant(past["SPY"].to_numpy())).fit()
    days = returns.iloc[day_0 : day_0 + 6]
    design = sm.add_constant(days["SPY"].to_numpy())
    car = (days["NVDA"].to_numpy() - ols.predict(design)).sum()
    total = design.sum(axis=0)
    sd = np.sqrt(6 * ols.mse_resid + total @ ols.cov_params() @ total)

    cars = result.table("cars", "pandas")
    row = cars.query("event_id == @event and instrument == 'NVDA' and window_end == 5").iloc[0]
    assert row.car == pytest.approx(car, rel=1e-10)
    assert row.car_sd == pytest.approx(sd, rel=1e-11)
    assert row.car_p == pytest.approx(2 * stats.t.sf(abs(car / sd), ols.df_resid), rel=1e-8)
    half = stats.t.ppf(0.975, ols.df_resid) * sd
    assert [row.car_low, row.car_high] == pytest.approx([car - half, car + half], rel=1e-9)


def test_the_readme_figures(result: shockwave.Result) -> None:
    rows = result.table("abnormal_returns", "pandas").query("event_id == 'sell-off' and instrument == 'NVDA'")
    day = rows.query("relative_day == 0").iloc[0]
    assert (round(day.ar, 5), round(day.ar_t, 3)) == (-0.13328, -5.062)
    cars = result.table("cars", "pandas").query("event_id == 'sell-off' and instrument == 'NVDA'")
    assert round(cars.query("window_end == 0").iloc[0].sq_p, 4) == 0.0083
