//! Names, parameters and types: what is wrong with a query that reads well.
//!
//! The checks know the catalogue and no schema: which fields a table has is Grail's to say. Where Grail has a code
//! for a mistake, the finding carries it, with the span Grail reports.

mod aggregation;
mod arguments;
mod command;
mod expression;
mod suggestion;
mod typing;
mod value;

pub(crate) use suggestion::nearest;

use crate::ast::{Command, Query};
use crate::catalogue::{Catalogue, catalogue};
use crate::diagnostic::Diagnostic;
use crate::parser::{Dialect, MAX_DIAGNOSTICS, Parsed, parse_recovering};
use crate::span::Span;
use crate::token::TokenKind;

/// Reads and checks a text. The findings are sorted by place, errors of syntax first: where there are any, only
/// unknown names are reported besides, since what stands around an error is not reliable.
///
/// ```
/// use grailstage_dql::{Dialect, check};
///
/// let findings = check("fetch logs | fliter loglevel = \"ERROR\"", Dialect::Query);
/// assert_eq!(findings[0].code, "UNKNOWN_COMMAND");
/// assert_eq!(findings[0].help.as_deref(), Some("did you mean `filter`?"));
/// ```
#[must_use]
pub fn check(source: &str, dialect: Dialect) -> Vec<Diagnostic> {
    let mut parsed = parse_recovering(source, dialect);
    let mut found = check_parsed(source, &parsed, dialect);
    if let Some(error) = parsed.diagnostics.first().map(|error| error.span)
        && let Some(cause) = found.iter().position(|unknown| is_cause(unknown, error, &parsed))
    {
        // Grail reports the command alone: what is wrong behind it follows from there being no such command.
        let cause = found.remove(cause);
        parsed.diagnostics.remove(0);
        parsed.diagnostics.insert(0, cause);
    }
    parsed.diagnostics.extend(found);
    parsed.diagnostics
}

/// Whether an unknown command explains an error of syntax right behind the word that follows it, as in `count by x`.
fn is_cause(unknown: &Diagnostic, error: Span, parsed: &Parsed) -> bool {
    let command = parsed.tokens.iter().position(|token| token.span().start == unknown.span.start);
    let Some([_, word, next]) = command.and_then(|index| parsed.tokens.get(index..index + 3)) else {
        return false;
    };
    unknown.code == "UNKNOWN_COMMAND"
        && word.kind == TokenKind::Identifier
        && next.span().start == error.start
}

/// Checks a text that was read. Returns the findings beyond those of reading, by place: of errors and of the rest
/// the first fifty each.
#[must_use]
pub fn check_parsed(source: &str, parsed: &Parsed, dialect: Dialect) -> Vec<Diagnostic> {
    let mut checker = Checker {
        source,
        catalogue: catalogue(),
        names_only: !parsed.is_valid(),
        diagnostics: Vec::new(),
        iterates: false,
    };
    checker.query(&parsed.query, dialect == Dialect::Snippet);
    let mut diagnostics = checker.diagnostics;
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity, diagnostic.span.end));
    diagnostics
}

struct Checker<'a> {
    source: &'a str,
    catalogue: &'static Catalogue,
    /// Whether only unknown names are reported.
    names_only: bool,
    diagnostics: Vec<Diagnostic>,
    /// Whether the expression read last has a `[]` that makes an array of it.
    iterates: bool,
}

/// What the commands before make of the records.
#[derive(Debug, Clone, Default)]
struct Flow {
    /// The command before, in its canonical spelling.
    previous: Option<&'static str>,
    /// The data object of `fetch`.
    data_object: Option<String>,
    /// Records are series: their time is in `timeframe`, not in `timestamp`.
    series: bool,
    /// `search` may follow.
    searchable: bool,
    /// Fields are still those of the data object.
    original_fields: bool,
}

impl Checker<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        if self.names_only && !matches!(diagnostic.code, "UNKNOWN_COMMAND" | "UNKNOWN_FUNCTION") {
            return;
        }
        // Errors are counted apart: no number of warnings makes a wrong query a right one.
        let alike = self.diagnostics.iter().filter(|found| found.is_error() == diagnostic.is_error());
        if alike.count() < MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    fn text(&self, span: crate::span::Span) -> &str {
        self.source.get(span.start..span.end).unwrap_or_default()
    }

    fn query(&mut self, query: &Query, snippet: bool) {
        let outside = self.iterates;
        let mut flow = Flow { searchable: true, ..Flow::default() };
        for (index, command) in query.commands.iter().enumerate() {
            self.command(command, index == 0, snippet, &mut flow);
        }
        self.iterates = outside;
    }

    fn command(&mut self, command: &Command, first: bool, snippet: bool, flow: &mut Flow) {
        let catalogue = self.catalogue;
        let Some(signature) = catalogue.command(&command.name.text) else {
            self.unknown_command(command, first);
            self.all_values(&command.parameters);
            flow.previous = None;
            return;
        };
        if command.name.text != signature.name {
            self.spelling(&command.name, signature.name);
        }
        self.position(command, signature, first, snippet);
        self.context(command, signature, flow);
        self.command_parameters(command, signature);
        flow.follow(command, signature);
    }
}
