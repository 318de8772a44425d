//! Names that do not exist and the ones that were meant.

use super::Checker;
use crate::ast::{Command, Expression, ExpressionKind, Name, Parameter, Value};
use crate::catalogue::Catalogue;
use crate::diagnostic::{Diagnostic, Edit};
use crate::span::Span;

/// Commands of other query languages and what they are here.
const FOREIGN_COMMANDS: [(&str, &str); 33] = [
    ("head", "limit"),
    ("take", "limit"),
    ("top", "limit"),
    ("first", "limit"),
    ("where", "filter"),
    ("having", "filter"),
    ("stats", "summarize"),
    ("aggregate", "summarize"),
    ("group", "summarize"),
    ("groupby", "summarize"),
    ("eval", "fieldsAdd"),
    ("extend", "fieldsAdd"),
    ("addfields", "fieldsAdd"),
    ("set", "fieldsAdd"),
    ("project", "fields"),
    ("select", "fields"),
    ("table", "fields"),
    ("keep", "fieldsKeep"),
    ("drop", "fieldsRemove"),
    ("remove", "fieldsRemove"),
    ("rename", "fieldsRename"),
    ("order", "sort"),
    ("orderby", "sort"),
    ("union", "append"),
    ("from", "fetch"),
    ("index", "fetch"),
    ("rex", "parse"),
    ("extract", "parse"),
    ("timechart", "makeTimeseries"),
    ("mvexpand", "expand"),
    ("unnest", "expand"),
    ("flatten", "fieldsFlatten"),
    ("grep", "search"),
];

/// Functions of other languages and what they are here.
const FOREIGN_FUNCTIONS: [(&str, &str); 45] = [
    ("toLower", "lower"),
    ("toLowerCase", "lower"),
    ("lcase", "lower"),
    ("toUpper", "upper"),
    ("toUpperCase", "upper"),
    ("ucase", "upper"),
    ("toNumber", "toDouble"),
    ("toNum", "toDouble"),
    ("toFloat", "toDouble"),
    ("toInt", "toLong"),
    ("toInteger", "toLong"),
    ("toStr", "toString"),
    ("str", "toString"),
    ("toBool", "toBoolean"),
    ("toDate", "toTimestamp"),
    ("toDateTime", "toTimestamp"),
    ("length", "stringLength"),
    ("len", "stringLength"),
    ("strlen", "stringLength"),
    ("substr", "substring"),
    ("split", "splitString"),
    ("replace", "replaceString"),
    ("join", "arrayToString"),
    ("iff", "if"),
    ("iif", "if"),
    ("case", "if"),
    ("ifNull", "coalesce"),
    ("nvl", "coalesce"),
    ("isNotEmpty", "isNotNull"),
    ("isEmpty", "isNull"),
    ("last", "takeLast"),
    ("first", "takeFirst"),
    ("any", "takeAny"),
    ("mean", "avg"),
    ("average", "avg"),
    ("stdev", "stddev"),
    ("dcount", "countDistinct"),
    ("distinctCount", "countDistinct"),
    ("uniq", "countDistinct"),
    ("count_if", "countIf"),
    ("count_distinct", "countDistinct"),
    ("makeList", "collectArray"),
    ("makeSet", "collectDistinct"),
    ("size", "arraySize"),
    ("pow", "power"),
];

impl Checker<'_> {
    /// A name written in another case than its own.
    pub(super) fn spelling(&mut self, name: &Name, canonical: &'static str) {
        self.report(
            Diagnostic::hint("NAME_CASE", name.span, format!("`{}` is written `{canonical}`", name.text))
                .with_fix([Edit::replace(name.span, canonical)]),
        );
    }

    pub(super) fn unknown_command(&mut self, command: &Command, first: bool) {
        let name = &command.name;
        let diagnostic =
            Diagnostic::error("UNKNOWN_COMMAND", name.span, format!("unknown command `{}`", name.text));
        let foreign = foreign(&FOREIGN_COMMANDS, &name.text);
        let diagnostic = match (name.text.to_ascii_lowercase().as_str(), command.parameters.as_slice()) {
            ("count", []) => diagnostic
                .with_help("count records with `summarize count()`")
                .with_fix([Edit::replace(name.span, "summarize count()")]),
            ("distinct", [only, ..]) => {
                let end = command.span.end;
                diagnostic.with_help("distinct values are groups: `summarize count(), by:{field}`").with_fix(
                    [
                        Edit::replace(Span::new(name.span.start, only.span.start), "summarize count(), by:{"),
                        Edit::insert(end, "}"),
                    ],
                )
            }
            ("groupby", [only, ..]) => {
                diagnostic.with_help("group with `summarize …, by:{field}`").with_fix([
                    Edit::replace(Span::new(name.span.start, only.span.start), "summarize count(), by:{"),
                    Edit::insert(command.span.end, "}"),
                ])
            }
            ("interval", _) => {
                diagnostic.with_help("`interval:` is a parameter of `timeseries` and `makeTimeseries`")
            }
            _ => match foreign.or_else(|| nearest(&name.text, self.command_names(first))) {
                Some(meant) => did_you_mean(diagnostic, name.span, meant),
                None => {
                    diagnostic.with_help("commands are listed in the DQL reference of docs.dynatrace.com")
                }
            },
        };
        self.report(diagnostic);
    }

    fn command_names(&self, first: bool) -> impl Iterator<Item = &'static str> {
        let catalogue: &'static Catalogue = self.catalogue;
        // Where a data source stands, only a data source can be meant, and the other way round.
        catalogue
            .all_commands()
            .iter()
            .filter(move |command| command.source == first)
            .map(|command| command.name)
    }

    pub(super) fn unknown_function(&mut self, call: &Expression, function: &Name, arguments: &[Parameter]) {
        let catalogue: &'static Catalogue = self.catalogue;
        let diagnostic = Diagnostic::error(
            "UNKNOWN_FUNCTION",
            function.span,
            format!("unknown function `{}`", function.text),
        );
        let lower = function.text.to_ascii_lowercase();
        let diagnostic = match (lower.as_str(), arguments) {
            ("arraycontains" | "array.contains" | "array_contains" | "mvfind", [array, element]) => {
                let text = format!("in({}, {})", self.text(element.span), self.text(array.span));
                diagnostic
                    .with_help("`in(element, array)` tells whether an array has an element")
                    .with_fix([Edit::replace(call.span, text)])
            }
            ("parsejson" | "json_parse" | "tojson" | "spath", _) => diagnostic
                .with_help("read JSON with the command `parse field, \"JSON:name\"`, or with `jsonField`"),
            ("tolower" | "lower_case", _) => did_you_mean(diagnostic, function.span, "lower").with_help(
                "did you mean `lower`? to compare without regard to case, `contains(…, caseSensitive:false)`",
            ),
            ("date" | "strftime" | "dateformat" | "formatdate", _) => {
                did_you_mean(diagnostic, function.span, "formatTimestamp")
            }
            ("match" | "regex" | "regexmatch" | "rlike", _) => diagnostic.with_help(
                "match with `matchesPattern(field, \"pattern\")`, `matchesValue(field, \"a*\")` or `like`",
            ),
            _ => {
                let names = catalogue.all_functions().iter().map(|function| function.name);
                match foreign(&FOREIGN_FUNCTIONS, &function.text).or_else(|| nearest(&function.text, names)) {
                    Some(meant) => did_you_mean(diagnostic, function.span, meant),
                    None => diagnostic,
                }
            }
        };
        self.report(diagnostic);
    }

    /// Adds the nearest of the names a parameter could have.
    pub(super) fn suggest_parameter<'n>(
        diagnostic: Diagnostic,
        name: &Name,
        known: impl Iterator<Item = &'n str>,
    ) -> Diagnostic {
        let known: Vec<&str> = known.collect();
        match nearest(&name.text, known.iter().copied()) {
            Some(meant) => diagnostic
                .with_help(format!("did you mean `{meant}`?"))
                .with_fix([Edit::replace(name.span, meant)]),
            None if known.is_empty() => diagnostic,
            None => {
                let list: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                diagnostic.with_help(format!("known are {}", list.join(", ")))
            }
        }
    }

    /// The field a quoted or bare name stands for, where the value is one.
    pub(super) fn plain_field(value: &Value) -> Option<&str> {
        match value {
            Value::Expression(Expression { kind: ExpressionKind::Field(field), .. }) => Some(&field.name),
            _ => None,
        }
    }
}

fn did_you_mean(diagnostic: Diagnostic, span: Span, meant: &str) -> Diagnostic {
    diagnostic.with_help(format!("did you mean `{meant}`?")).with_fix([Edit::replace(span, meant)])
}

fn foreign(table: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, ours)| *ours)
}

/// The known name that differs in the fewest letters, if it is close: one letter in three, three at most.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > 40 {
        return None;
    }
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let name = letters(name);
    known
        .map(|candidate| (letters(candidate), candidate))
        // Names whose lengths differ by more differ in more letters.
        .filter(|(letters, _)| letters.len().abs_diff(name.len()) <= limit)
        .map(|(letters, candidate)| (distance(&name, &letters), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The letters of a name without regard to case.
fn letters(name: &str) -> Vec<char> {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// Damerau-Levenshtein distance: letters put in, left out, changed or swapped.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(last.len());
        current.push(row + 1);
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&last, column) + usize::from(letter != other);
            let mut cost = changed.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = row > 0
                && column > 0
                && left.get(row - 1) == Some(other)
                && right.get(column - 1) == Some(letter);
            if swapped {
                cost = cost.min(at(&before_last, column - 1) + 1);
            }
            current.push(cost);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(left.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_letters_that_differ() {
        for (left, right, expected) in
            [("filter", "fliter", 1), ("filter", "filter", 0), ("", "abc", 3), ("containz", "contains", 1)]
        {
            assert_eq!(distance(&letters(left), &letters(right)), expected, "{left} {right}");
        }
    }

    #[test]
    fn far_names_are_not_meant() {
        assert_eq!(nearest("frobnicate", ["format", "round"].into_iter()), None);
    }
}
