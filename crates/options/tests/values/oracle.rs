//! The rows of `options.json` (`QuantLib` 1.44: European closed form, American finite differences of 2,000 × 2,000).

use market::Right;
use options::value::{Inputs, Terms, european, european_value};
use serde_json::Value;

/// European values and greeks: absolute and relative at once, |found − expected| ≤ this · (1 + |expected|).
const EUROPEAN: f64 = 1e-8;

/// American values and deltas: |found − expected| ≤ 0.002 + 0.1 % of it.
pub(crate) const AMERICAN_ABSOLUTE: f64 = 0.002;
pub(crate) const AMERICAN_RELATIVE: f64 = 0.001;

pub(crate) struct Row {
    pub(crate) terms: Terms,
    pub(crate) right: Right,
    fields: Value,
}

impl Row {
    pub(crate) fn get(&self, name: &str) -> f64 {
        self.fields[name].as_f64().unwrap()
    }
}

pub(crate) fn rows() -> Vec<Row> {
    let rows: Vec<Value> = serde_json::from_str(include_str!("options.json")).unwrap();
    assert_eq!(rows.len(), 168);
    rows.into_iter()
        .map(|fields| {
            let get = |name: &str| fields[name].as_f64().unwrap();
            let terms = Terms::new(Inputs {
                spot: get("spot"),
                strike: get("strike"),
                years: get("days") / 365.0,
                rate: get("rate"),
                yield_rate: get("dividend_yield"),
                volatility: get("volatility"),
            })
            .unwrap();
            let right = match fields["right"].as_str().unwrap() {
                "call" => Right::Call,
                "put" => Right::Put,
                other => panic!("{other}"),
            };
            Row {
                terms,
                right,
                fields,
            }
        })
        .collect()
}

#[test]
fn european_values_and_greeks_are_quantlibs() {
    for row in rows() {
        let found = european(&row.terms, row.right);
        for (name, found) in [
            ("european", found.value),
            ("delta", found.greeks.delta),
            ("gamma", found.greeks.gamma),
            ("vega_per_1", found.greeks.vega),
            ("theta_per_year", found.greeks.theta),
        ] {
            let expected = row.get(name);
            assert!(
                (found - expected).abs() <= EUROPEAN * (1.0 + expected.abs()),
                "{name}: {found}, not {expected}: {:?}",
                row.terms
            );
        }
        assert_eq!(european_value(&row.terms, row.right), found.value);
    }
}
