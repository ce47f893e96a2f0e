//! The tables read back, and compared with the result.

use super::*;
use crate::report::fixture;

type Table = (Vec<String>, Vec<Vec<String>>);

fn read(result: &StudyResult, path: &str) -> Table {
    let files = CsvTables.files(result, &[]).unwrap();
    let file = files.into_iter().find(|f| f.path == path).unwrap();
    let mut reader = csv::Reader::from_reader(&*file.bytes);
    let header = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| cells(row.unwrap())).collect();
    (header, rows)
}

fn column(table: &Table, name: &str) -> Vec<String> {
    let at = table.0.iter().position(|h| h == name).unwrap();
    table.1.iter().map(|row| row[at].clone()).collect()
}

fn figures(table: &Table, name: &str) -> Vec<Option<u64>> {
    let cells = column(table, name).into_iter();
    let bits = |cell: String| cell.parse::<f64>().unwrap().to_bits();
    cells.map(|c| (!c.is_empty()).then(|| bits(c))).collect()
}

#[test]
fn the_contract_columns_come_first() {
    let result = fixture::nvda();
    for (path, columns) in [
        (
            "ledger.csv",
            "event_id,instrument,given_at,session,rule,status,reason,overlaps",
        ),
        (
            "fits.csv",
            "event_id,instrument,model,n_estimation,alpha,beta,residual_sd,r_squared,\
             first_session,last_session",
        ),
        (
            "abnormal_returns.csv",
            "event_id,instrument,relative_day,session,return,normal_return,ar,ar_sd,sar,ar_t,\
             ar_df,ar_p",
        ),
        (
            "cars.csv",
            "event_id,instrument,window_start,window_end,n_days,car,car_sd,car_t,car_df,car_p,\
             car_low,car_high,scar,csar,bhar,sq_p,placebo_p,car_joint,car_joint_sd",
        ),
        (
            "aar.csv",
            "group,relative_day,n,aar,caar,aar_sd,aar_low,aar_high",
        ),
        (
            "tests.csv",
            "group,window_start,window_end,test,statistic,df,p,p_holm,p_bh,n,null,note",
        ),
        (
            "claims.csv",
            "claim_id,text,scope,window_start,window_end,figure,low,high,p,verdict,reason",
        ),
        (
            "groups.csv",
            "group_a,group_b,window_start,window_end,difference,sd,statistic,df,p",
        ),
    ] {
        let header = read(&result, path).0.join(",");
        assert!(header.starts_with(columns), "{path}: {header}");
    }
}

#[test]
fn figures_read_back_bit_for_bit() {
    let mut result = fixture::nvda();
    let odd = [f64::MIN_POSITIVE, 1e300, 0.1 + 0.2, -1.0 / 3.0, 5e-324];
    for (row, value) in result.cars.iter_mut().zip(odd) {
        row.bhar = Some(value);
    }
    let table = read(&result, "cars.csv");
    let bits = |x: Option<f64>| x.map(f64::to_bits);
    let expected: Vec<_> = result.cars.iter().map(|r| bits(r.bhar)).collect();
    assert_eq!(figures(&table, "bhar"), expected);
    let expected: Vec<_> = result.cars.iter().map(|r| bits(r.car_joint)).collect();
    assert_eq!(figures(&table, "car_joint"), expected);
    assert!(expected.contains(&None));
    let no_exponent = |cell: &String| !cell.contains(['e', 'E']);
    assert!(column(&table, "bhar").iter().all(no_exponent));
}

#[test]
fn rows_say_what_the_result_says() {
    let result = fixture::nvda();
    let ledger = read(&result, "ledger.csv");
    assert_eq!(column(&ledger, "overlaps")[1], "sell-off;meeting");
    assert_eq!(column(&ledger, "status")[0], "excluded");
    assert_eq!(column(&ledger, "session")[4], "2025-02-03");
    let days = read(&result, "abnormal_returns.csv");
    let missing = column(&days, "ar").iter().filter(|c| c.is_empty()).count();
    assert_eq!(missing, 1);
    assert_eq!(column(&days, "relative_day")[0], "-1");
    let claims = read(&result, "claims.csv");
    assert_eq!(column(&claims, "verdict")[3], "not-testable");
    assert_eq!(column(&claims, "figure")[3], "");
}

#[test]
fn slopes_are_named_after_their_regressors() {
    let mut result = fixture::nvda();
    assert_eq!(column(&read(&result, "fits.csv"), "beta")[0], "2.29143");
    result.settings.regressors = vec!["Mkt-RF".into(), "SMB".into()];
    result.fits[0].betas = vec![("Mkt-RF".into(), 1.1), ("SMB".into(), -0.0)];
    let table = read(&result, "fits.csv");
    assert_eq!(column(&table, "beta_Mkt-RF")[..2], ["1.1", ""]);
    assert_eq!(column(&table, "beta_SMB")[0], "0");
    result.settings.regressors.clear();
    assert_eq!(column(&read(&result, "fits.csv"), "beta")[0], "");
}

#[test]
fn text_of_users_is_no_formula() {
    let table = read(&fixture::hostile(), "claims.csv");
    assert!(column(&table, "text")[0].starts_with("'=cmd()|<script>"));
    // Figures keep their sign.
    assert!(column(&table, "figure")[0].starts_with("-0.13"));
}
