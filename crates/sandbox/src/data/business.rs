//! Business events: orders and payments of the webshop in production.

use std::sync::Arc;

use super::Random;
use super::company::Landscape;
use super::ids::uuid;
use super::trouble::in_incident;
use crate::record::Record;
use crate::store::Row;
use crate::value::{DAY, MINUTE, Value};

/// The time between two orders.
const INTERVAL: i64 = 3 * MINUTE;

/// The orders of the last seven days, by time; none where nobody buys.
pub(super) fn rows(landscape: &Landscape, seed: u64, now: i64) -> Vec<Row> {
    if landscape.name != "production" {
        return Vec::new();
    }
    let last = now.div_euclid(INTERVAL);
    (last - 7 * DAY / INTERVAL..last)
        .filter_map(|slot| {
            let mut random = Random::new(seed ^ 0x0bde ^ slot.cast_unsigned());
            let time = slot * INTERVAL + i64::try_from(random.below(INTERVAL.cast_unsigned())).ok()?;
            let failed = in_incident(time, now) && random.chance(0.5);
            (time < now).then(|| order(slot, time, failed, seed, &mut random))
        })
        .collect()
}

/// The order of that number.
pub(super) fn order(number: i64, time: i64, failed: bool, seed: u64, random: &mut Random) -> Row {
    let amount = (500 + random.below(20_000)) as f64 / 100.0;
    let record = Record::new()
        .with("timestamp", Value::Timestamp(time))
        .with("event.id", uuid(seed, &format!("order/{number}")))
        .with("event.kind", "BIZ_EVENT")
        .with("event.type", if failed { "com.webshop.order.failed" } else { "com.webshop.order.placed" })
        .with("event.provider", "webshop")
        .with("order.id", format!("o-{}", 100_000 + number.rem_euclid(900_000)))
        .with("order.items", i64::try_from(1 + random.below(7)).unwrap_or(1))
        .with("order.amount", amount)
        .with("order.currency", "EUR")
        .with("order.country", random.pick(&["AT", "DE", "ES", "FR", "PL"]).copied())
        .with("dt.system.bucket", "default_bizevents");
    Arc::new(record)
}
