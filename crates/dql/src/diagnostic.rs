//! What is wrong with a query: where, why and what to do about it.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::span::Span;

/// How bad it is. Only errors make a query invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlSeverity"))]
pub enum Severity {
    /// Grail refuses the query, or its result cannot be what was meant.
    Error,
    /// The query runs, but probably not as meant, or at a cost.
    Warning,
    /// A matter of style.
    Hint,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlDiagnostic"))]
pub struct Diagnostic {
    /// A stable code for machines; Grail's own where it has one, such as `UNKNOWN_COMMAND`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, user text in backticks.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub help: Option<Cow<'static, str>>,
    /// The bytes of the query it is about.
    pub span: Span,
    /// Edits that repair it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub fix: Option<Fix>,
}

/// Edits of a query text that repair one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlFix"))]
pub struct Fix {
    /// The edits, sorted and apart from each other.
    pub edits: Vec<Edit>,
}

/// Replaces the bytes of `span` by `text`; an empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlEdit"))]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), help: None, span, fix: None }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// A hint.
    #[must_use]
    pub fn hint(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Hint, ..Self::error(code, span, message) }
    }

    /// With advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With edits that repair it. Edits that overlap are no repair and are left out.
    #[must_use]
    pub fn with_fix(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        let mut edits: Vec<Edit> = edits.into_iter().collect();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let apart = edits.windows(2).all(|pair| match pair {
            [first, second] => first.span.end <= second.span.start,
            _ => true,
        });
        let ordered = edits.iter().all(|edit| edit.span.start <= edit.span.end);
        self.fix = (apart && ordered && !edits.is_empty()).then_some(Fix { edits });
        self
    }

    /// Whether it makes the query invalid.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Draws the finding on the query it is about: header, place, marked line, help.
    ///
    /// ```text
    /// error[UNKNOWN_COMMAND]: unknown command `fliter`
    ///   --> cart.dql:2:3
    ///   |
    /// 2 | | fliter a == 1
    ///   |   ^^^^^^
    ///   = help: did you mean `filter`?
    /// ```
    #[must_use]
    pub fn render(&self, source: &str, file: &str) -> String {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        };
        let start = Position::of(source, self.span.start);
        let line = source.split('\n').nth(start.line - 1).unwrap_or_default().trim_end_matches('\r');
        let number = start.line.to_string();
        let gutter = " ".repeat(number.len());
        let (shown, before, marked) = window(line, start.column - 1, self.span_columns(source));
        let mut output = format!("{severity}[{}]: {}\n", self.code, self.message);
        let _ = writeln!(output, "{gutter}--> {file}:{}:{}", start.line, start.column);
        let _ = writeln!(output, "{gutter} |");
        let _ = writeln!(output, "{number} | {shown}");
        let _ = writeln!(output, "{gutter} | {}{}", " ".repeat(before), "^".repeat(marked.max(1)));
        if let Some(help) = &self.help {
            let _ = writeln!(output, "{gutter} = help: {help}");
        }
        if let Some(fix) = &self.fix {
            let fixed = fix.apply(source);
            let first = fix.edits.first().map_or(0, |edit| edit.span.start);
            let line_number = Position::of(&fixed, first).line;
            let line = fixed.split('\n').nth(line_number - 1).unwrap_or_default().trim();
            if !line.is_empty() && line.chars().count() <= SHOWN_COLUMNS {
                let _ = writeln!(output, "{gutter} = fix: {line}");
            }
        }
        output
    }

    /// How many columns of its first line the span covers.
    fn span_columns(&self, source: &str) -> usize {
        let covered = source.get(self.span.start..self.span.end).unwrap_or_default();
        covered.split('\n').next().map_or(0, |line| line.trim_end_matches('\r').chars().count())
    }
}

impl Fix {
    /// The query with the edits made.
    #[must_use]
    pub fn apply(&self, source: &str) -> String {
        let mut output = String::with_capacity(source.len() + 16);
        let mut position = 0;
        for edit in &self.edits {
            output.push_str(source.get(position..edit.span.start).unwrap_or_default());
            output.push_str(&edit.text);
            position = edit.span.end;
        }
        output.push_str(source.get(position..).unwrap_or_default());
        output
    }
}

impl Edit {
    /// Replaces what stands at `span`.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Inserts before `position`.
    #[must_use]
    pub fn insert(position: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(position, position), text: text.into() }
    }
}

/// A place in a text as people count: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS), ts(rename = "DqlPosition"))]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The position of a byte; a byte beyond the end is at the end, one inside a character at its start.
    #[must_use]
    pub fn of(source: &str, byte: usize) -> Self {
        let mut end = byte.min(source.len());
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        let before = source.get(..end).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        Self { line, column }
    }
}

const SHOWN_COLUMNS: usize = 160;

/// Cuts a very long line around the marked part. Returns the part shown, the columns before the mark and the
/// columns marked. Tabs are shown as one blank, so that marks stand where they should.
fn window(line: &str, before: usize, marked: usize) -> (String, usize, usize) {
    let plain = |character: char| if character.is_control() { ' ' } else { character };
    let total = line.chars().count();
    if total <= SHOWN_COLUMNS {
        return (line.chars().map(plain).collect(), before, marked.min(total.saturating_sub(before)));
    }
    let from = before.saturating_sub(SHOWN_COLUMNS / 3);
    let shown: String = line.chars().skip(from).take(SHOWN_COLUMNS).map(plain).collect();
    let (lead, lead_columns) = if from > 0 { ("… ", 2) } else { ("", 0) };
    let tail = if from + SHOWN_COLUMNS < total { " …" } else { "" };
    let visible = marked.min((from + SHOWN_COLUMNS).saturating_sub(before));
    (format!("{lead}{shown}{tail}"), before - from + lead_columns, visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_the_columns_of_the_span() {
        let source = "fetch logs\n| größe fliter a";
        let start = source.find("fliter").unwrap();
        let diagnostic =
            Diagnostic::error("UNKNOWN_COMMAND", Span::new(start, start + 6), "unknown command `fliter`")
                .with_help("did you mean `filter`?")
                .with_fix([Edit::replace(Span::new(start, start + 6), "filter")]);
        insta::assert_snapshot!(diagnostic.render(source, "cart.dql"), @r"
        error[UNKNOWN_COMMAND]: unknown command `fliter`
         --> cart.dql:2:9
          |
        2 | | größe fliter a
          |         ^^^^^^
          = help: did you mean `filter`?
          = fix: | größe filter a
        ");
    }

    #[test]
    fn cuts_very_long_lines_around_the_mark() {
        let source = format!("{}x{}", "a".repeat(5000), "b".repeat(5000));
        let rendered = Diagnostic::error("C", Span::new(5000, 5001), "m").render(&source, "-");
        assert!(rendered.lines().all(|line| line.chars().count() < 200));
        let marks = rendered.lines().nth(4).unwrap();
        let shown = rendered.lines().nth(3).unwrap();
        assert_eq!(shown.chars().nth(marks.chars().position(|c| c == '^').unwrap()), Some('x'));
    }

    #[test]
    fn positions_beyond_the_text_are_its_end() {
        assert_eq!(Position::of("a\nü", 99), Position { line: 2, column: 2 });
        assert_eq!(Position::of("a\nü", 3), Position { line: 2, column: 1 });
    }

    #[test]
    fn overlapping_edits_are_no_fix() {
        let diagnostic = Diagnostic::error("C", Span::new(0, 1), "m")
            .with_fix([Edit::replace(Span::new(0, 2), "a"), Edit::replace(Span::new(1, 3), "b")]);
        assert_eq!(diagnostic.fix, None);
    }
}
