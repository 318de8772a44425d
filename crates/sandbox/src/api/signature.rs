//! Which parameter of a command or function a value goes to.

use grailstage_dql::catalogue::{ParameterInfo, Signature, catalogue};

/// The parameter that a value without a key goes to; `place` counts such values and stays where a parameter takes many.
pub(super) fn positional<'c>(signature: &'c Signature, place: &mut usize) -> Option<&'c ParameterInfo> {
    let info = signature.parameters.iter().filter(|info| !info.named).nth(*place)?;
    if !info.variadic {
        *place += 1;
    }
    Some(info)
}

/// The function of that name: the one over a metric, or the first of its namesakes.
pub(super) fn function(name: &str, over_metric: bool) -> Option<&'static Signature> {
    let mut namesakes = catalogue().functions(name);
    if over_metric {
        namesakes.find(|signature| signature.category == METRIC_AGGREGATION)
    } else {
        namesakes.next()
    }
}

/// The catalogue's heading of functions over a metric, as in `timeseries avg(key)`.
pub(super) const METRIC_AGGREGATION: &str = "metric aggregation";
