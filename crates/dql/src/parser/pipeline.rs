//! Commands joined by `|`.

use super::{Dialect, Failed, Parse, Parser};
use crate::ast::{Command, Query};
use crate::diagnostic::{Diagnostic, Edit};
use crate::span::Span;
use crate::token::TokenKind;

impl Parser<'_> {
    /// Reads a whole text, or in a block up to its `]`, which is left.
    pub(super) fn pipeline(&mut self, in_block: bool) -> Query {
        let start = self.peek().start as usize;
        let mut query = Query::default();
        // A block is as high as its highest expression, so that blocks in expressions in blocks stay limited.
        let mut height = 0;
        if self.kind() == TokenKind::Pipe {
            let pipe = self.bump();
            if in_block || self.dialect != Dialect::Snippet {
                self.report(
                    Diagnostic::error("LEADING_PIPE", pipe.span(), "a query cannot start with `|`")
                        .with_help("start with a data source such as `fetch`")
                        .with_fix([Edit::replace(
                            Span::new(pipe.start as usize, self.peek().start as usize),
                            "",
                        )]),
                );
            }
        }
        loop {
            match self.kind() {
                TokenKind::Identifier => {
                    self.height = 0;
                    let command = self.command(in_block);
                    height = height.max(self.height);
                    query.commands.push(command);
                }
                TokenKind::Pipe => {
                    let span = self.peek().span();
                    self.report(
                        Diagnostic::error("PARSE_ERROR", span, "there is no command between `|` and `|`")
                            .with_fix([Edit::replace(span, "")]),
                    );
                }
                TokenKind::End | TokenKind::RightBracket if self.ends(in_block) => {
                    self.report_missing_command(in_block, query.commands.is_empty());
                    break;
                }
                _ => {
                    self.unexpected_command();
                    self.skip_command(in_block);
                }
            }
            match self.kind() {
                TokenKind::Pipe => {
                    self.bump();
                }
                TokenKind::Identifier => {}
                _ if self.ends(in_block) => break,
                _ => {
                    self.unexpected_command();
                    self.skip_command(in_block);
                    if !self.eat(TokenKind::Pipe) {
                        break;
                    }
                }
            }
        }
        query.span = self.span_from(start);
        self.height = height;
        query
    }

    fn ends(&self, in_block: bool) -> bool {
        match self.kind() {
            TokenKind::End => true,
            TokenKind::RightBracket => in_block,
            // A closing bracket of an outer level ends a block that lacks its own.
            TokenKind::RightParenthesis => in_block && self.open.first().is_some_and(|count| *count > 0),
            TokenKind::RightBrace => in_block && self.open.get(1).is_some_and(|count| *count > 0),
            _ => false,
        }
    }

    fn report_missing_command(&mut self, in_block: bool, empty: bool) {
        let span = self.peek().span();
        if empty {
            // `[]` is syntax; where a sub-query must not be empty the check says so.
            if !in_block {
                self.report(
                    Diagnostic::error("PARSE_ERROR", span, "the query has no command")
                        .with_help("start with a data source such as `fetch logs`"),
                );
            }
            return;
        }
        let pipe = self.token_at(self.position.saturating_sub(1)).span();
        let before = self.position.checked_sub(2).map_or(pipe.start, |last| self.token_at(last).end as usize);
        self.report(
            Diagnostic::error("PARSE_ERROR", pipe, "there is no command after `|`")
                .with_fix([Edit::replace(Span::new(before, pipe.end), "")]),
        );
    }

    fn unexpected_command(&mut self) {
        let token = self.peek();
        let message = format!("{} is not allowed here", self.describe(token));
        let diagnostic = Diagnostic::error("PARSE_ERROR", token.span(), message);
        let diagnostic = self.command_habit(token, diagnostic);
        self.report(diagnostic);
    }

    fn skip_command(&mut self, in_block: bool) {
        loop {
            self.synchronize();
            if self.kind() == TokenKind::Pipe || self.ends(in_block) {
                return;
            }
            self.bump();
        }
    }

    fn command(&mut self, in_block: bool) -> Command {
        let token = self.bump();
        let name = self.name(token);
        let mut parameters = Vec::with_capacity(1);
        let mut height = 0;
        if self.kind() == TokenKind::Comma {
            let comma = self.bump();
            self.report(
                Diagnostic::error(
                    "PARSE_ERROR",
                    comma.span(),
                    format!("`,` is not allowed after `{}`", name.text),
                )
                .with_help("commas stand between parameters only")
                .with_fix([Edit::replace(comma.span(), "")]),
            );
        }
        while !self.ends(in_block) && self.kind() != TokenKind::Pipe {
            self.height = 0;
            match self.parameter() {
                Ok(parameter) => parameters.push(parameter),
                Err(Failed) => self.synchronize(),
            }
            height = height.max(self.height);
            if self.after_parameter(parameters.last(), token, in_block).is_err() {
                break;
            }
        }
        self.height = height;
        Command { name, parameters, span: self.span_from(token.start as usize) }
    }

    /// Reads the comma before another parameter; fails where the command ends.
    fn after_parameter(
        &mut self,
        last: Option<&crate::ast::Parameter>,
        command: crate::token::Token,
        in_block: bool,
    ) -> Parse<()> {
        loop {
            match self.kind() {
                TokenKind::Comma => {
                    let comma = self.bump();
                    if self.kind() == TokenKind::Pipe || self.ends(in_block) {
                        self.report_trailing_comma(comma);
                        return Err(Failed);
                    }
                    return Ok(());
                }
                TokenKind::Pipe => return Err(Failed),
                _ if self.ends(in_block) => return Err(Failed),
                _ => {
                    if self.unexpected_after_value(last.map(|parameter| parameter.span), Some(command)) {
                        return Err(Failed);
                    }
                    if !matches!(self.kind(), TokenKind::Comma | TokenKind::Pipe | TokenKind::End)
                        && !self.ends(in_block)
                    {
                        // A closing bracket of an outer level that this block does not end with.
                        self.bump();
                        self.synchronize();
                    }
                }
            }
        }
    }

    pub(super) fn report_trailing_comma(&mut self, comma: crate::token::Token) {
        self.report(
            Diagnostic::error("PARSE_ERROR", comma.span(), "there is nothing after `,`")
                .with_fix([Edit::replace(comma.span(), "")]),
        );
    }
}
