//! Text to text: one layout for all, comments where they were, leaves as they were written.
//!
//! The printer writes the tokens of a parsed tree in the order of the source. The formatter counts along, and so
//! knows for every token which comments stand before it, without the tree having to carry them. Names, numbers,
//! strings and backticks are taken from the source byte for byte: the name of an unnamed column is its source
//! text, so another spelling could be another column.

use crate::ast::Query;
use crate::diagnostic::Diagnostic;
use crate::layout::Layout;
use crate::parser::{Dialect, Parsed, parse_recovering};
use crate::printer::{Origin, Printer};
use crate::span::Span;
use crate::token::{Comment, Token, TokenKind};

/// Lays out a text anew. The result ends in a line end.
///
/// # Errors
///
/// The errors of a text that is no query; what cannot be read is not touched.
///
/// ```
/// use grailstage_dql::{Dialect, format};
///
/// let text = "fetch logs // all of them\n|filter a==1 AND b in [fetch x]";
/// assert_eq!(
///     format(text, Dialect::Query).unwrap(),
///     "fetch logs // all of them\n| filter a == 1 and b in [fetch x]\n"
/// );
/// ```
pub fn format(source: &str, dialect: Dialect) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse_recovering(source, dialect);
    if !parsed.is_valid() {
        return Err(parsed.diagnostics.into_iter().filter(Diagnostic::is_error).collect());
    }
    Ok(format_parsed(source, &parsed))
}

/// Lays out a text that was parsed without errors.
pub(crate) fn format_parsed(source: &str, parsed: &Parsed) -> String {
    let origin = Source {
        source,
        tokens: &parsed.tokens,
        comments: &parsed.comments,
        token: 0,
        leaf_end: 0,
        passed: 0,
        line_ended: false,
    };
    let mut printer = Printer::new(origin);
    printer.formatted(&parsed.query);
    let mut text = printer.layout.render();
    text.push('\n');
    text
}

impl Printer<Source<'_>> {
    fn formatted(&mut self, query: &Query) {
        if self.origin.kind() == TokenKind::Pipe {
            self.leading_pipe();
        }
        self.query(query);
        self.origin.flush(&mut self.layout, |_| true);
    }
}

/// The text a tree was read from, and how far it is written.
pub(crate) struct Source<'a> {
    source: &'a str,
    tokens: &'a [Token],
    /// Comments still to be written.
    comments: &'a [Comment],
    /// Index of the next token.
    token: usize,
    /// Where the leaf being written ends; it may be two tokens, sign and digits.
    leaf_end: usize,
    /// Where the last thing written ends.
    passed: usize,
    /// Whether the last thing written is a comment that ends its line.
    line_ended: bool,
}

impl Source<'_> {
    fn kind(&self) -> TokenKind {
        self.tokens.get(self.token).map_or(TokenKind::End, |token| token.kind)
    }

    /// Writes the next comments that stand before the next token and are accepted, told whether they stand on their
    /// own line.
    fn flush(&mut self, layout: &mut Layout, accept: impl Fn(bool) -> bool) {
        while let Some((comment, rest)) = self.comments.split_first() {
            // What follows a comment that ends its line stands on its own line, wherever it stood.
            let own_line = comment.own_line || self.line_ended;
            if comment.token_index > self.token || !accept(own_line) {
                return;
            }
            if self.empty_line_until(comment.span.start) {
                layout.empty_line();
            }
            let text = self.source.get(comment.span.start..comment.span.end).unwrap_or_default();
            layout.comment(text, own_line, comment.block);
            self.line_ended = own_line || !comment.block;
            self.passed = self.passed.max(comment.span.end);
            self.comments = rest;
        }
    }

    fn empty_line_until(&self, position: usize) -> bool {
        let gap = self.source.get(self.passed..position).unwrap_or_default();
        self.passed > 0 && gap.bytes().filter(|byte| *byte == b'\n').count() > 1
    }
}

impl Origin for Source<'_> {
    fn before_token(&mut self, layout: &mut Layout) {
        // A comment before a comma is written after it: `a, // why` and not a line that starts with `,`.
        if self.kind() == TokenKind::Comma {
            return;
        }
        self.comments_before(layout);
    }

    fn after_token(&mut self, layout: &mut Layout) {
        self.line_ended = false;
        loop {
            self.passed = self.tokens.get(self.token).map_or(self.passed, |token| token.end as usize);
            self.token += 1;
            if self.passed >= self.leaf_end {
                break;
            }
        }
        self.leaf_end = 0;
        let after_comma = self.token.checked_sub(1).and_then(|last| self.tokens.get(last));
        let after_comma = after_comma.is_some_and(|token| token.kind == TokenKind::Comma);
        if self.kind() != TokenKind::Comma {
            // Behind a comma all comments belong to the list, not to the depth of what its next element starts with.
            self.flush(layout, |own_line| after_comma || !own_line);
        }
    }

    fn leaf(&mut self, span: Span) -> Option<&str> {
        self.leaf_end = span.end;
        let text = self.source.get(span.start..span.end)?;
        // Between the sign and the digits of the smallest long there may be blanks and comments.
        (!text.starts_with('-')).then_some(text)
    }

    fn comments_before(&mut self, layout: &mut Layout) {
        let before = self.comments.len();
        self.flush(layout, |_| true);
        let start = self.tokens.get(self.token).map_or(0, |token| token.start as usize);
        if self.comments.len() < before && self.empty_line_until(start) {
            layout.empty_line();
        }
    }

    fn empty_line_before(&self) -> bool {
        let token = self.tokens.get(self.token).map_or(0, |token| token.start as usize);
        let next = self.comments.first().map_or(token, |comment| comment.span.start.min(token));
        self.empty_line_until(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(source: &str) -> String {
        format(source, Dialect::Query).unwrap()
    }

    #[test]
    fn keeps_comment_between_commands() {
        insta::assert_snapshot!(formatted("fetch logs // a\n// b\n\n\n| /* c */ filter x // d\n/* e */| limit 3 // f\n// g"), @r"
        fetch logs // a
        // b

        | /* c */ filter x // d
        /* e */
        | limit 3 // f
        // g
        ");
    }

    #[test]
    fn keeps_comments_in_lists_behind_their_commas() {
        insta::assert_snapshot!(formatted("fetch logs | fields a // first\n, b, // second\n// own\nc /* in */, d"), @r"
        fetch logs
        | fields
            a, // first
            b, // second
            // own
            c, /* in */
            d
        ");
    }

    #[test]
    fn keeps_comments_before_closing_brackets() {
        insta::assert_snapshot!(formatted("fetch logs | filter in(a, {1, 2 // two\n// end\n}) | append [fetch x // y\n]"), @r"
        fetch logs
        | filter in(
            a,
            {
              1,
              2 // two
              // end
            }
          )
        | append [
            fetch x // y
          ]
        ");
    }

    #[test]
    fn a_comment_before_a_command_does_not_break_it() {
        let source = "// what it is\n\nfetch logs, from:-2h\n// why\n| limit 3\n";
        assert_eq!(formatted(source), source);
    }

    #[test]
    fn wraps_what_is_too_long() {
        let source = "fetch logs, from:now()-2h, bucket:{\"default_logs\"} | filter matchesValue(k8s.namespace.name, \
            \"webshop\") and (loglevel == \"ERROR\" or loglevel == \"FATAL\") and not contains(content, \"health\") \
            | summarize lines = count(), first = min(timestamp), last = max(timestamp), affected = \
            countDistinct(k8s.pod.name), by:{k8s.namespace.name} | lookup [fetch dt.entity.host | fields id, \
            entity.name], sourceField:dt.entity.host, lookupField:id | sort lines desc";
        insta::assert_snapshot!(formatted(source), @r#"
        fetch logs, from:now()-2h, bucket:{"default_logs"}
        | filter matchesValue(k8s.namespace.name, "webshop")
            and (loglevel == "ERROR" or loglevel == "FATAL")
            and not contains(content, "health")
        | summarize
            lines = count(),
            first = min(timestamp),
            last = max(timestamp),
            affected = countDistinct(k8s.pod.name),
            by:{k8s.namespace.name}
        | lookup [
            fetch dt.entity.host
            | fields id, entity.name
          ], sourceField:dt.entity.host, lookupField:id
        | sort lines desc
        "#);
    }

    #[test]
    fn takes_leaves_as_written() {
        let source = "fetch logs | filter `a` == 0xFF and b > -30min and c == \"\"\"x\"y\"\"\" and d < 08\n";
        assert_eq!(formatted(source), source.replace(" | ", "\n| "));
    }

    #[test]
    fn does_not_touch_what_it_cannot_read() {
        assert_eq!(format("fetch logs | filter (", Dialect::Query).unwrap_err().len(), 1);
    }
}
