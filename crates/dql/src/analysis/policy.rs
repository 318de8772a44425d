//! Rules of a platform team: what may be read, how far back, with which commands, and what is always filtered.

use super::columns::matches;
use super::reading::{Table, named, table_of_function, tables_of};
use super::timeframe::{Moment, Timeframe, offset};
use crate::ast::{Command, Expression, ExpressionKind, Name, Parameter, Query, Value};
use crate::catalogue::catalogue;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::visit::{Visitor, change_queries, walk_query};

/// The rules a query has to keep, sub-queries included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    /// The tables that may be read, `*` for any text at an end; `None` allows all. Metrics are `metrics`, topology is
    /// `smartscape.nodes` and `smartscape.edges`, lookup files are their paths.
    pub allowed_tables: Option<Vec<String>>,
    /// How much time a data source may read, in nanoseconds. A source that gives no time reads the default of the
    /// request, which is not the query's to choose and hence allowed.
    pub maximum_timeframe: Option<i128>,
    /// How far back a data source may read.
    pub maximum_lookback: Option<Lookback>,
    /// Commands that may not be used.
    pub forbidden_commands: Vec<String>,
    /// Conditions that hold for every record read from a table.
    pub mandatory_filters: Vec<MandatoryFilter>,
}

/// A stretch of time up to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookback {
    /// Its length in nanoseconds.
    pub nanoseconds: i128,
    /// Now, in nanoseconds since 1970-01-01 in UTC: timestamps in a query are counted from it.
    pub now: i128,
}

/// A condition that is put after every `fetch` of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct MandatoryFilter {
    /// The table, `*` for any text at an end.
    pub table: String,
    /// The condition.
    pub condition: Expression,
}

impl Policy {
    /// Holds a query to the rules and returns it with the mandatory filters in it.
    ///
    /// # Errors
    ///
    /// One finding for each rule broken, where it is broken.
    ///
    /// ```
    /// use grailstage_dql::analysis::{MandatoryFilter, Policy};
    /// use grailstage_dql::builder::field;
    ///
    /// let policy = Policy {
    ///     mandatory_filters: vec![MandatoryFilter { table: "logs".into(), condition: field("team").eq("a") }],
    ///     ..Policy::default()
    /// };
    /// let query = grailstage_dql::parse("fetch events | append [fetch logs | limit 3]").unwrap();
    /// let query = policy.enforce(&query).unwrap();
    /// assert!(grailstage_dql::print(&query).contains("fetch logs\n    | filter team == \"a\"\n    | limit 3"));
    /// ```
    pub fn enforce(&self, query: &Query) -> Result<Query, Vec<Diagnostic>> {
        let mut inspector = Inspector { policy: self, findings: Vec::new() };
        walk_query(query, &mut inspector);
        if !inspector.findings.is_empty() {
            return Err(inspector.findings);
        }
        let mut query = query.clone();
        change_queries(&mut query, &mut |query| self.add_filters(query));
        Ok(query)
    }

    fn filters_of<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a MandatoryFilter> {
        self.mandatory_filters.iter().filter(|filter| matches(&filter.table, &table.name))
    }

    fn add_filters(&self, query: &mut Query) {
        let mut commands = Vec::with_capacity(query.commands.len() + 1);
        for command in std::mem::take(&mut query.commands) {
            let filters: Vec<Command> = tables_of(&command)
                .iter()
                .flat_map(|table| self.filters_of(table))
                .map(|filter| filter_command(&filter.condition))
                .collect();
            commands.push(command);
            commands.extend(filters);
        }
        query.commands = commands;
    }
}

fn filter_command(condition: &Expression) -> Command {
    let span = Span::default();
    let value = Value::Expression(condition.clone());
    let parameters = vec![Parameter { name: None, value, span }];
    Command { name: Name { text: "filter".into(), span }, parameters, span }
}

struct Inspector<'a> {
    policy: &'a Policy,
    findings: Vec<Diagnostic>,
}

impl Visitor for Inspector<'_> {
    fn query(&mut self, query: &Query) {
        for command in &query.commands {
            self.command(command);
        }
    }

    fn expression(&mut self, expression: &Expression) {
        let ExpressionKind::Call { function, .. } = &expression.kind else { return };
        let (Some(allowed), Some(table)) = (&self.policy.allowed_tables, table_of_function(&function.text))
        else {
            return;
        };
        if !allowed.iter().any(|pattern| matches(pattern, table)) {
            let message = format!("the policy does not allow `{table}`, which `{}` reads", function.text);
            self.findings.push(
                Diagnostic::error("POLICY_TABLE", function.span, message)
                    .with_help(format!("it allows {}", allowed.join(", "))),
            );
        }
    }
}

impl Inspector<'_> {
    fn command(&mut self, command: &Command) {
        let name = &command.name;
        if self.policy.forbidden_commands.iter().any(|forbidden| forbidden.eq_ignore_ascii_case(&name.text)) {
            let message = format!("the policy forbids `{}`", name.text);
            self.findings.push(Diagnostic::error("POLICY_COMMAND", name.span, message));
        }
        let tables = tables_of(command);
        let signature = catalogue().command(&name.text);
        let reads = signature.is_some_and(|signature| signature.source && signature.name != "data");
        if reads && tables.is_empty() {
            let message = format!("it cannot be told what `{}` reads", name.text);
            self.findings.push(Diagnostic::error("POLICY_TABLE", command.span, message));
        }
        for table in tables {
            self.table(command, &table);
        }
        if catalogue().command(&name.text).is_some_and(|signature| signature.source) {
            self.timeframe(command);
            self.lookback(command);
        } else if catalogue().command(&name.text).is_none() {
            // What an unknown command reads cannot be told.
            let message = format!("unknown command `{}`", name.text);
            self.findings.push(Diagnostic::error("UNKNOWN_COMMAND", name.span, message));
        }
    }

    fn table(&mut self, command: &Command, table: &Table) {
        if let Some(allowed) = &self.policy.allowed_tables
            && !allowed.iter().any(|pattern| matches(pattern, &table.name))
        {
            self.findings.push(
                Diagnostic::error(
                    "POLICY_TABLE",
                    table.span,
                    format!("the policy does not allow `{}`", table.name),
                )
                .with_help(format!("it allows {}", allowed.join(", "))),
            );
        }
        let is_fetch = command.name.text.eq_ignore_ascii_case("fetch");
        if !is_fetch && self.policy.filters_of(table).next().is_some() {
            // Series, snapshots and topology do not carry the fields a filter of records could go by.
            self.findings.push(
                Diagnostic::error(
                    "POLICY_FILTER",
                    command.name.span,
                    format!("the policy filters `{}`, which `{}` gets around", table.name, command.name.text),
                )
                .with_help("read the table with `fetch`"),
            );
        }
    }

    fn timeframe(&mut self, command: &Command) {
        let Some(maximum) = self.policy.maximum_timeframe else { return };
        let timeframe = Timeframe::of(command);
        if timeframe.is_default() {
            return;
        }
        let most = days_or_hours(maximum);
        let finding = match timeframe.length() {
            Some(length) if length <= maximum => return,
            Some(_) => format!("the policy allows {most} of data at a time"),
            None if timeframe.from == Moment::Default => return,
            None => {
                format!("the policy allows {most} of data, and the query does not tell how much it reads")
            }
        };
        self.findings.push(
            Diagnostic::error("POLICY_TIMEFRAME", command.span, finding)
                .with_help("give `from:` and `to:` as offsets to now, or both as timestamps"),
        );
    }

    fn lookback(&mut self, command: &Command) {
        let Some(Lookback { nanoseconds, now }) = self.policy.maximum_lookback else { return };
        let timeframe = Timeframe::of(command);
        // Whichever way a shift goes, it is a second look of the same length at another time.
        let shift = named(command, "shift").map_or(Some(0), |shift| offset(shift).map(i128::abs));
        let before_now = |moment| match moment {
            // A default is that of the request, which is not the query's to choose.
            Moment::Default => Some(0),
            Moment::Relative(offset) => Some(-offset),
            Moment::Absolute(time) => Some(now - time),
            Moment::Unknown => None,
        };
        let from = match timeframe.from {
            // How far back it is, and with it what is shifted, is not told here.
            Moment::Default if shift != Some(0) => None,
            from => before_now(from),
        };
        let reach = match (from, before_now(timeframe.to), shift) {
            (Some(from), Some(to), Some(shift)) => Some(from.max(to) + shift),
            _ => None,
        };
        let most = days_or_hours(nanoseconds);
        let (finding, help) = match reach {
            Some(reach) if reach <= nanoseconds => return,
            Some(_) => (
                format!("the policy allows data of the last {most}"),
                format!("begin later, such as with `from:-{}`", duration(nanoseconds)),
            ),
            None => (
                format!(
                    "the policy allows data of the last {most}, and the query does not tell how far back it reads"
                ),
                "give `from:` and `to:` as offsets to now or as timestamps".to_owned(),
            ),
        };
        let span = ["shift", "from", "timeframe", "to"]
            .into_iter()
            .find_map(|name| named(command, name))
            .map_or(command.span, |expression| expression.span);
        self.findings.push(Diagnostic::error("POLICY_TIMEFRAME", span, finding).with_help(help));
    }
}

const HOUR: i128 = 3_600_000_000_000;

/// A length in words: `30 days`, `36 hours`.
fn days_or_hours(nanoseconds: i128) -> String {
    let (number, unit) = match nanoseconds / HOUR {
        hours if hours >= 24 && hours % 24 == 0 => (hours / 24, "day"),
        hours => (hours, "hour"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// The same in DQL: `30d`, `36h`.
fn duration(nanoseconds: i128) -> String {
    match nanoseconds / HOUR {
        hours if hours >= 24 && hours % 24 == 0 => format!("{}d", hours / 24),
        hours => format!("{hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::field;
    use crate::{parse, print};

    fn policy() -> Policy {
        Policy {
            allowed_tables: Some(vec!["logs".into(), "dt.entity.*".into(), "metrics".into()]),
            maximum_timeframe: Some(24 * HOUR),
            maximum_lookback: None,
            forbidden_commands: vec!["experimentalSave".into()],
            mandatory_filters: vec![MandatoryFilter {
                table: "logs".into(),
                condition: field("team").eq("a\" or true"),
            }],
        }
    }

    fn codes(source: &str) -> Vec<&'static str> {
        match policy().enforce(&parse(source).unwrap()) {
            Ok(_) => Vec::new(),
            Err(findings) => findings.iter().map(|finding| finding.code).collect(),
        }
    }

    #[test]
    fn filters_stand_right_behind_every_fetch() {
        let source = "fetch logs | fieldsAdd team = \"a\" | filter x in [fetch logs | fields y] \
            | lookup [FETCH logs], lookupField:z | fieldsAdd l = lookup([fetch logs], lookupField:z)";
        let query = policy().enforce(&parse(source).unwrap()).unwrap();
        let text = print(&query);
        assert_eq!(text.matches("filter team == \"a\\\" or true\"").count(), 4, "{text}");
        assert_eq!(query.commands.get(1).unwrap().name.text, "filter");
    }

    #[test]
    fn tables_are_found_in_sub_queries() {
        assert_eq!(codes("fetch logs | append [fetch spans]"), ["POLICY_TABLE"]);
        assert_eq!(codes("fetch logs | filter a in [fetch spans | fields a]"), ["POLICY_TABLE"]);
        assert_eq!(codes("fetch dt.entity.host"), [""; 0]);
        assert_eq!(codes("smartscapeNodes \"*\""), ["POLICY_TABLE"]);
    }

    #[test]
    fn tables_named_in_odd_ways_are_found_or_refused() {
        for source in [
            "fetch {spans}",
            "fetch dataObject:spans",
            "fetch \"spans\"",
            "fetch sourceId:{spans}",
            "fetch a+b",
        ] {
            assert_eq!(codes(source), ["POLICY_TABLE"], "{source}");
        }
        assert!(print(&policy().enforce(&parse("fetch {logs}").unwrap()).unwrap()).contains("team"));
    }

    #[test]
    fn filters_cannot_be_gone_around() {
        assert_eq!(codes("fieldsSnapshot logs"), ["POLICY_FILTER"]);
    }

    #[test]
    fn long_and_unknown_times_are_refused() {
        assert_eq!(codes("fetch logs, from:-24h"), [""; 0]);
        assert_eq!(codes("fetch logs, from:-25h"), ["POLICY_TIMEFRAME"]);
        assert_eq!(codes("fetch logs, from:-48h, to:-47h"), [""; 0]);
        assert_eq!(codes("fetch logs, from:toTimestamp(\"2000-01-01\")"), ["POLICY_TIMEFRAME"]);
        assert_eq!(codes("fetch logs, from:\"2024-01-01T00:00:00Z\", to:\"2024-01-01T01:00:00Z\""), [""; 0]);
        assert_eq!(codes("fetch logs, from:\"2024-01-01T00:00:00Z\""), ["POLICY_TIMEFRAME"]);
    }

    #[test]
    fn no_way_to_say_a_time_reads_further_back_than_allowed() {
        // 2026-11-21T12:00:00Z
        let now = 1_795_262_400_000_000_000;
        let lookback = Lookback { nanoseconds: 30 * 24 * HOUR, now };
        let policy = Policy { maximum_lookback: Some(lookback), ..Policy::default() };
        let refused = |source: &str| policy.enforce(&parse(source).unwrap()).is_err();
        for allowed in [
            "fetch logs",
            "fetch logs, from:-30d",
            "fetch logs, from:-30d, to:now()",
            "fetch logs, from:\"2026-10-22T12:00:00Z\"",
            "timeseries a = avg(b), from:-15d, shift:-15d",
        ] {
            assert!(!refused(allowed), "{allowed}");
        }
        for source in [
            "fetch logs, from:-31d",
            "fetch logs, from:-60d, to:-59d",
            "fetch logs, to:-60d",
            "fetch logs, from:\"2026-10-22T11:59:59Z\", to:\"2026-10-22T13:00:00Z\"",
            "fetch logs, timeframe:\"2026-01-01T00:00:00Z/2026-01-02T00:00:00Z\"",
            "fetch logs, from:toTimestamp(\"2026-11-21\")",
            "timeseries a = avg(b), from:-15d, shift:-16d",
            "timeseries a = avg(b), from:-15d, shift:16d",
            // The reader may have chosen thirty days already.
            "timeseries a = avg(b), shift:-15d",
            "fetch logs | append [fetch spans, from:-31d]",
            "fetch logs | filter a in [fetch logs, from:-31d | fields a]",
        ] {
            assert!(refused(source), "{source}");
        }
        let findings = policy.enforce(&parse("fetch logs, from:-31d").unwrap()).unwrap_err();
        let finding = findings.first().unwrap();
        assert_eq!(finding.message, "the policy allows data of the last 30 days");
        assert_eq!(finding.help.as_deref(), Some("begin later, such as with `from:-30d`"));
        assert_eq!((finding.span.start, finding.span.end), (17, 21));
    }

    #[test]
    fn functions_that_look_up_entities_are_held_to_the_tables() {
        assert_eq!(codes("fetch logs | fieldsAdd entityName(dt.entity.host)"), [""; 0]);
        assert_eq!(codes("fetch logs | fieldsAdd getNodeName(a)"), ["POLICY_TABLE"]);
    }

    #[test]
    fn commands_are_forbidden_in_any_case() {
        assert_eq!(codes("fetch logs | EXPERIMENTALSAVE \"/lookups/a\""), ["POLICY_COMMAND"]);
        assert_eq!(codes("fetch logs | frobnicate"), ["UNKNOWN_COMMAND"]);
    }
}
