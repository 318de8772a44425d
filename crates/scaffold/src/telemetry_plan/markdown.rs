//! A plan for people.

use super::{Signal, TelemetryPlan, TelemetryRoute};

/// The plan as Markdown, with its sources at the end.
pub(super) fn markdown(plan: &TelemetryPlan) -> String {
    let mut text =
        format!("# Telemetry of {}\n\n| Signal | Way into Dynatrace |\n| --- | --- |\n", plan.service);
    for signal in &plan.signals {
        text.push_str(&format!("| {} | {} |\n", signal_name(signal.signal), route_name(signal.route)));
    }
    for signal in &plan.signals {
        text.push_str(&format!("\n## {}: {}\n\n", signal_name(signal.signal), route_name(signal.route)));
        for reason in &signal.reasons {
            let place = reason
                .source
                .as_ref()
                .and_then(|id| plan.sources.iter().position(|source| source.id == *id))
                .map(|place| format!(" [{}]", place + 1));
            let doubt = if reason.confirmed { "" } else { " (not confirmed)" };
            text.push_str(&format!("- {}{}{doubt}\n", sentence(&reason.text), place.unwrap_or_default()));
        }
        list(&mut text, "It needs:", &signal.needs);
        let others = signal
            .alternatives
            .iter()
            .map(|other| format!("{}, if {}", route_name(other.route), other.when))
            .collect::<Vec<_>>();
        list(&mut text, "Instead:", &others);
    }
    list(&mut text, "## Left to do", &plan.wiring.steps);
    text.push_str("\n## Sources\n\n");
    for (place, source) in plan.sources.iter().enumerate() {
        let doubt =
            source.doubt.as_ref().map(|doubt| format!(" Not confirmed: {doubt}.")).unwrap_or_default();
        text.push_str(&format!(
            "{}. {}: <{}>, read {}.{doubt}\n",
            place + 1,
            sentence(&source.statement),
            source.url,
            source.read
        ));
    }
    text
}

fn list(text: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}\n\n"));
    for item in items {
        text.push_str(&format!("- {}\n", sentence(item)));
    }
}

/// Begins with a capital, unless it begins with code.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

const fn signal_name(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "Logs",
        Signal::Metrics => "Metrics",
        Signal::Traces => "Traces",
    }
}

const fn route_name(route: TelemetryRoute) -> &'static str {
    match route {
        TelemetryRoute::OneAgent => "OneAgent",
        TelemetryRoute::Prometheus => "Prometheus scraping",
        TelemetryRoute::OtlpDirect => "OTLP, directly",
        TelemetryRoute::OtlpCollector => "OTLP, through a collector",
    }
}
