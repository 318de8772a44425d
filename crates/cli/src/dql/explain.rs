//! `grailstage dql explain`

use std::fmt::Write as _;

use grailstage_dql::analysis::{Analysis, Moment, Rows, Timeframe};
use grailstage_dql::report::{Report, explain_report};

use super::{ExplainArguments, input, output};
use crate::failure::Failure;

/// Explains all queries; tells whether all are valid.
pub(super) fn run(arguments: &ExplainArguments) -> Result<bool, Failure> {
    let sources = match &arguments.jsonl {
        Some(field) => input::lines(&arguments.input, field)?,
        None => input::files(&arguments.input)?,
    };
    let mut reports: Vec<(String, Report)> = Vec::new();
    for source in sources {
        let report = explain_report(&source.text, source.dialect);
        if arguments.jsonl.is_some() {
            output::print(&output::json(&report)?)?;
        } else if let (Some(analysis), false) = (&report.analysis, arguments.json) {
            output::print(&text(&source.name, analysis))?;
        } else if !arguments.json {
            output::draw(report.diagnostics.iter().map(|finding| &finding.diagnostic), &source);
        }
        reports.push((source.name, report));
    }
    if arguments.json {
        output::print(&output::json_of_files(&reports)?)?;
    }
    Ok(reports.iter().all(|(_, report)| report.valid))
}

fn text(name: &str, analysis: &Analysis) -> String {
    let list = |items: &[String]| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
    let mut text = format!("{name}\n  tables       {}\n", list(&analysis.tables));
    if !analysis.metrics.is_empty() {
        let _ = writeln!(text, "  metrics      {}", list(&analysis.metrics));
    }
    let _ = writeln!(
        text,
        "  permissions  {}",
        if analysis.scopes.is_empty() { "none".to_owned() } else { analysis.scopes.join(", ") }
    );
    for source in &analysis.timeframes {
        let _ = writeln!(text, "  time         {}: {}", source.table, timeframe(&source.timeframe));
    }
    let rows = match analysis.rows {
        Rows::AtMost(1) => "one".to_owned(),
        Rows::AtMost(count) => format!("at most {count}"),
        Rows::PerGroup => "one for each group".to_owned(),
        Rows::Unbounded => "as many as there are".to_owned(),
    };
    let _ = writeln!(text, "  rows         {rows}");
    let _ =
        write!(text, "  columns      {}", analysis.columns.as_deref().map_or("not known".to_owned(), list));
    text
}

fn timeframe(timeframe: &Timeframe) -> String {
    if timeframe.is_default() {
        return "the default of the request".to_owned();
    }
    match timeframe.length() {
        Some(length) => {
            format!("{} to {}, at most {}", moment(timeframe.from), moment(timeframe.to), duration(length))
        }
        None => format!("{} to {}", moment(timeframe.from), moment(timeframe.to)),
    }
}

fn moment(moment: Moment) -> String {
    match moment {
        Moment::Default | Moment::Relative(0) => "now".to_owned(),
        Moment::Relative(nanoseconds) if nanoseconds < 0 => format!("{} ago", duration(-nanoseconds)),
        Moment::Relative(nanoseconds) => format!("in {}", duration(nanoseconds)),
        Moment::Absolute(_) => "a fixed time".to_owned(),
        Moment::Unknown => "a computed time".to_owned(),
    }
}

/// The largest unit that divides a duration.
fn duration(nanoseconds: i128) -> String {
    const UNITS: [(i128, &str); 7] = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ];
    let unit = UNITS.iter().find(|(size, _)| nanoseconds % size == 0);
    unit.map_or_else(String::new, |(size, name)| format!("{}{name}", nanoseconds / size))
}
