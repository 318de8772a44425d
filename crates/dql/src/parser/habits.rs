//! Tokens that do not belong where they stand, and what authors coming from other languages meant by them.

use super::{Parse, Parser};
use crate::ast::{BinaryOperator, Expression};
use crate::diagnostic::{Diagnostic, Edit};
use crate::span::Span;
use crate::token::{Token, TokenKind};

/// Functions that other languages have as operators between their operands.
const INFIX_FUNCTIONS: [&str; 6] =
    ["contains", "startsWith", "endsWith", "like", "matchesValue", "matchesPhrase"];

impl Parser<'_> {
    /// How a token is named in messages.
    pub(super) fn describe(&self, token: Token) -> String {
        let text = self.text(token);
        let short: String = text.chars().take(40).collect();
        match token.kind {
            TokenKind::End => "the end of the query".to_owned(),
            TokenKind::String | TokenKind::TripleString => {
                format!("a string like {}", short.replace('\n', " "))
            }
            _ => format!("`{}`", short.replace('\n', " ")),
        }
    }

    fn edit_token(token: Token, text: &str) -> Edit {
        Edit::replace(token.span(), text)
    }

    /// A token that cannot start an operand.
    pub(super) fn unexpected_operand<T>(&mut self, token: Token) -> Parse<T> {
        let text = self.text(token);
        let span = token.span();
        let error = |message: String| Diagnostic::error("PARSE_ERROR", span, message);
        let diagnostic = match token.kind {
            TokenKind::End => {
                let end = self.end();
                Diagnostic::error("PARSE_ERROR", Span::new(end, end), "the query ends where a value should stand")
            }
            TokenKind::UnterminatedString => error("the string has no end".to_owned()),
            TokenKind::UnterminatedBacktick => error("the field name has no end".to_owned())
                .with_help("names in backticks end with a backtick"),
            TokenKind::MalformedNumber => {
                let diagnostic = error(format!("`{text}` is not a number"));
                match text.strip_prefix('.') {
                    Some(rest) if rest.bytes().all(|byte| byte.is_ascii_digit()) => {
                        diagnostic.with_fix([Edit::insert(span.start, "0")])
                    }
                    _ if text.ends_with('.') => {
                        diagnostic.with_fix([Edit::insert(span.end, "0")])
                    }
                    _ => match whole_duration(text) {
                        Some(whole) => diagnostic
                            .with_help("durations take whole amounts")
                            .with_fix([Edit::replace(span, whole)]),
                        None if text.contains('.') => diagnostic.with_help("durations take whole amounts: `90m`"),
                        None => diagnostic,
                    },
                }
            }
            TokenKind::Placeholder => error(format!("{} is not allowed here", self.describe(token))).with_help(
                "variables such as `$Name` are filled in by dashboards before Grail reads a query; placeholders \
                 such as `${name}` are bound by Grailstage",
            ),
            TokenKind::Unknown if text.chars().next().is_some_and(char::is_alphabetic) => {
                let mut field = String::new();
                crate::quote::write_field(&mut field, text);
                error(format!("`{text}` is not a bare name"))
                    .with_help("bare names have letters of ASCII, digits, `_` and `.`; others stand in backticks")
                    .with_fix([Edit::replace(span, field)])
            }
            TokenKind::Unknown if matches!(text, "“" | "”" | "„" | "‘" | "’") => {
                error(format!("{} is not allowed here", self.describe(token)))
                    .with_help("typographic quotes do not make a string")
            }
            _ => error(format!("{} is not allowed here", self.describe(token))),
        };
        self.fail(diagnostic)
    }

    /// Reports a token that follows a value and is neither a comma nor an end, and skips to one. Returns whether
    /// a command starts here, its `|` missing.
    pub(super) fn unexpected_after_value(&mut self, value: Option<Span>, command: Option<Token>) -> bool {
        let token = self.peek();
        let next = self.token_at(self.position + 1);
        let error = Diagnostic::error(
            "PARSE_ERROR",
            token.span(),
            format!("{} is not allowed here", self.describe(token)),
        );
        if matches!(
            token.kind,
            TokenKind::UnterminatedString | TokenKind::UnterminatedBacktick | TokenKind::MalformedNumber
        ) {
            let _: Parse<()> = self.unexpected_operand(token);
        } else if let Some(dashes) = self.dashes_before(token) {
            self.report(
                error
                    .with_help("comments start with `//`, not with `--`")
                    .with_fix([Edit::replace(dashes, "//")]),
            );
        } else if self.is_word(token, "by") && value.is_some() {
            self.report_by(error, command);
        } else if self.is_word(token, "as") && value.is_some() && is_name(next) {
            let name = self.text(next);
            let start = value.map_or(token.start as usize, |value| value.start);
            let before = self.end();
            self.report(error.with_help("name a value with `name = value`").with_fix([
                Edit::insert(start, format!("{name} = ")),
                Edit::replace(Span::new(before, next.end as usize), ""),
            ]));
            self.bump();
            self.bump();
            if matches!(self.kind(), TokenKind::Identifier) {
                return false;
            }
        } else if token.kind == TokenKind::Identifier && is_command(self.text(token)) && command.is_some() {
            self.report(
                error
                    .with_help("a `|` is missing before the command")
                    .with_fix([Edit::insert(token.start as usize, "| ")]),
            );
            return true;
        } else {
            let diagnostic = self.operand_habit(token, next, value, error);
            self.report(diagnostic);
        }
        self.synchronize();
        false
    }

    fn operand_habit(&self, token: Token, next: Token, value: Option<Span>, error: Diagnostic) -> Diagnostic {
        let text = self.text(token);
        let before = self.position.checked_sub(1).map(|last| self.token_at(last));
        let infix = INFIX_FUNCTIONS.iter().find(|name| self.is_word(token, name));
        match (infix, value, before) {
            (Some(function), Some(_), Some(operand)) if is_operand(next) => {
                error.with_help(format!("`{function}` is a function: `{function}(field, value)`")).with_fix([
                    Edit::insert(operand.start as usize, format!("{function}(")),
                    Edit::replace(Span::new(operand.end as usize, next.start as usize), ", "),
                    Edit::insert(next.end as usize, ")"),
                ])
            }
            (_, Some(_), Some(operand)) if self.is_word(token, "is") && is_name(operand) => {
                let negated = next.kind == TokenKind::Not;
                let null = self.token_at(self.position + if negated { 2 } else { 1 });
                let function = if negated { "isNotNull" } else { "isNull" };
                let diagnostic = error.with_help(format!("write `{function}(field)`"));
                if null.kind != TokenKind::Null {
                    return diagnostic;
                }
                diagnostic.with_fix([
                    Edit::insert(operand.start as usize, format!("{function}(")),
                    Edit::replace(Span::new(operand.end as usize, null.end as usize), ")"),
                ])
            }
            (_, _, Some(name)) if token.kind == TokenKind::LeftBrace && is_name(name) => error
                .with_help("a parameter's name and its value are joined by `:`")
                .with_fix([Edit::replace(Span::new(name.end as usize, token.start as usize), ":")]),
            _ if token.kind == TokenKind::Not && self.is_word(next, "in") => error
                .with_help("write `not in(field, {…})` for a list, `not field in [query]` for a sub-query"),
            _ if text == ";" => {
                error.with_help("a query ends without `;`").with_fix([Self::edit_token(token, "")])
            }
            _ if text == "?" => error.with_help("write `if(condition, then, else: otherwise)`"),
            _ if text == "#" => {
                error.with_help("comments start with `//`").with_fix([Self::edit_token(token, "//")])
            }
            _ => error,
        }
    }

    /// A token where a command should start.
    pub(super) fn command_habit(&self, token: Token, error: Diagnostic) -> Diagnostic {
        match token.kind {
            TokenKind::Unknown if self.text(token) == ";" => {
                error.with_help("a query ends without `;`").with_fix([Self::edit_token(token, "")])
            }
            TokenKind::Unknown if self.text(token) == "#" => {
                error.with_help("comments start with `//`").with_fix([Self::edit_token(token, "//")])
            }
            TokenKind::Minus => error.with_help("comments start with `//`, not with `--`"),
            _ => error.with_help("a command starts with its name, such as `fetch` or `filter`"),
        }
    }

    /// `--` in front of the token on the same line: a comment of SQL.
    fn dashes_before(&self, token: Token) -> Option<Span> {
        let mut position = self.position;
        for _ in 0..8 {
            position = position.checked_sub(1)?;
            let second = self.token_at(position);
            let first = self.token_at(position.checked_sub(1)?);
            if second.kind == TokenKind::Minus && first.kind == TokenKind::Minus && first.end == second.start
            {
                let between = self.source.get(second.end as usize..token.start as usize)?;
                // The words of the comment, and after it the next line, on which the parser stumbles.
                return (between.matches('\n').count() <= 1).then(|| first.span().to(second.span()));
            }
        }
        None
    }

    /// `summarize count() by field, field`: the list up to the end of the command belongs into `by:{…}`.
    fn report_by(&mut self, error: Diagnostic, command: Option<Token>) {
        let before = self.end();
        self.bump();
        self.eat(TokenKind::Colon);
        let braced = self.kind() == TokenKind::LeftBrace;
        let list = self.peek().start as usize;
        loop {
            self.synchronize();
            if self.kind() != TokenKind::Comma {
                break;
            }
            // `, interval: 5m` is another parameter and no part of the list.
            if self.token_at(self.position + 2).kind == TokenKind::Colon {
                break;
            }
            self.bump();
        }
        let end = self.end();
        let groups = command.is_some_and(|command| !self.is_word(command, "sort"));
        let error = if groups { error.with_help("group with `, by:{field, …}`") } else { error };
        let error = if list >= end || !groups {
            error
        } else if braced {
            error.with_fix([Edit::replace(Span::new(before, list), ", by:")])
        } else {
            error.with_fix([Edit::replace(Span::new(before, list), ", by:{"), Edit::insert(end, "}")])
        };
        self.report(error);
    }

    /// `x in ["a", "b"]`, `x in ("a")`, `x in {"a"}`: the operator takes a sub-query only, lists take the function.
    pub(super) fn in_list(&mut self, needle: &Expression, word: Token) -> Parse<Expression> {
        let opening = self.peek();
        let is_list = matches!(
            opening.kind,
            TokenKind::LeftBracket | TokenKind::LeftParenthesis | TokenKind::LeftBrace
        );
        if !is_list {
            let diagnostic = Diagnostic::error(
                "PARSE_ERROR",
                word.span(),
                format!("{} is not allowed here", self.describe(word)),
            );
            return self.fail(diagnostic.with_help(
                "the operator takes a sub-query, `field in [query]`; for values write `in(field, {…})`",
            ));
        }
        self.bump();
        let wrong = if opening.kind == TokenKind::LeftBracket { self.peek() } else { opening };
        let mut depth = 1usize;
        let mut closing = None;
        let from = self.position;
        while self.kind() != TokenKind::End && self.kind() != TokenKind::Pipe {
            let token = self.bump();
            match token.kind {
                TokenKind::LeftBracket | TokenKind::LeftParenthesis | TokenKind::LeftBrace => depth += 1,
                TokenKind::RightBracket | TokenKind::RightParenthesis | TokenKind::RightBrace => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                closing = Some(token);
                break;
            }
        }
        let message = format!("{} is not allowed here", self.describe(wrong));
        let diagnostic = Diagnostic::error("PARSE_ERROR", wrong.span(), message)
            .with_help("the operator `in` takes a sub-query; for a list of values write `in(field, {…})`");
        let Some(closing) = closing else {
            self.position = from;
            return self.fail(diagnostic);
        };
        self.report(diagnostic.with_fix([
            Edit::insert(needle.span.start, "in("),
            Edit::replace(Span::new(needle.span.end, opening.end as usize), ", {"),
            Edit::replace(closing.span(), "})"),
        ]));
        // The list is understood; what follows it is read on.
        Ok(needle.clone())
    }

    /// An operator of another language: reported, and read as the one it stands for where it binds so.
    pub(super) fn foreign_operator(&mut self, token: Token, minimum: u8) -> Option<BinaryOperator> {
        let text = self.text(token);
        let (operator, replacement) = match text {
            "=" | "===" => (BinaryOperator::Equal, "=="),
            "!==" => (BinaryOperator::NotEqual, "!="),
            "&&" => (BinaryOperator::And, " and "),
            "||" => (BinaryOperator::Or, " or "),
            "=~" => (BinaryOperator::Matches, "~"),
            _ => return None,
        };
        if operator.level() < minimum {
            return None;
        }
        self.bump();
        let padded = |text: &str| {
            let blank =
                |position: usize| self.source.as_bytes().get(position).is_none_or(u8::is_ascii_whitespace);
            let text = if blank((token.start as usize).wrapping_sub(1)) { text.trim_start() } else { text };
            if blank(token.end as usize) { text.trim_end().to_owned() } else { text.to_owned() }
        };
        let help = match text {
            "=" => "`=` assigns; compare with `==`".to_owned(),
            _ => format!("write `{}`", replacement.trim()),
        };
        let mut edits = vec![Edit::replace(token.span(), padded(replacement))];
        if text == "=" {
            edits.extend(self.assignment_before());
        }
        let message = format!("`{text}` is not allowed here");
        let diagnostic =
            Diagnostic::error("PARSE_ERROR", token.span(), message).with_help(help).with_fix(edits);
        self.report(diagnostic);
        Some(operator)
    }

    /// In `filter a = 1 and b = 2` the first `=` reads as an assignment, but means `==` as the second does.
    fn assignment_before(&self) -> Option<Edit> {
        let earlier = self.tokens.get(..self.position.saturating_sub(1))?;
        let command = earlier.iter().rposition(|token| token.kind == TokenKind::Pipe)? + 1;
        let [name, field, assign] = earlier.get(command..command + 3)? else { return None };
        let filters = self.is_word(*name, "filter") || self.is_word(*name, "filterOut");
        (filters && is_name(*field) && assign.kind == TokenKind::Assign)
            .then(|| Self::edit_token(*assign, "=="))
    }

    pub(super) fn report_exclamation_mark(&mut self, token: Token) {
        self.report(
            Diagnostic::error("PARSE_ERROR", token.span(), "`!` is not allowed here")
                .with_help("negate with `not`")
                .with_fix([Self::edit_token(token, "not ")]),
        );
    }

    pub(super) fn report_list_in_parentheses(&mut self) {
        let token = self.peek();
        self.report(
            Diagnostic::error("PARSE_ERROR", token.span(), "`,` is not allowed here")
                .with_help("parentheses hold one value; lists stand in braces: `{a, b}`"),
        );
    }

    pub(super) fn report_slice(&mut self) {
        let token = self.peek();
        self.report(
            Diagnostic::error("PARSE_ERROR", token.span(), "`:` is not allowed here")
                .with_help("take a part of an array with `arraySlice(array, from: 0, to: 3)`"),
        );
    }
}

/// `1.5h` as `90m`: the decimal duration in the largest smaller unit that makes it whole.
fn whole_duration(text: &str) -> Option<String> {
    const STEPS: [(&str, i64); 6] =
        [("d", 24), ("h", 60), ("m", 60), ("s", 1000), ("ms", 1000), ("us", 1000)];
    const SMALLER: [&str; 6] = ["h", "m", "s", "ms", "us", "ns"];
    let digits = text.find(|character: char| character.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let (whole, fraction) = number.split_once('.')?;
    let scale = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let mut amount = format!("{whole}{fraction}").parse::<i64>().ok()?;
    let first = STEPS.iter().position(|(name, _)| *name == unit)?;
    for ((_, factor), smaller) in STEPS.iter().zip(SMALLER).skip(first) {
        amount = amount.checked_mul(*factor)?;
        if amount % scale == 0 {
            return Some(format!("{}{smaller}", amount / scale));
        }
    }
    None
}

const fn is_name(token: Token) -> bool {
    matches!(token.kind, TokenKind::Identifier | TokenKind::Backtick)
}

const fn is_operand(token: Token) -> bool {
    matches!(
        token.kind,
        TokenKind::Identifier
            | TokenKind::Backtick
            | TokenKind::String
            | TokenKind::TripleString
            | TokenKind::Integer
            | TokenKind::Double
    )
}

fn is_command(text: &str) -> bool {
    const COMMANDS: [&str; 34] = [
        "append",
        "data",
        "dedup",
        "describe",
        "expand",
        "fetch",
        "fields",
        "fieldsAdd",
        "fieldsFlatten",
        "fieldsKeep",
        "fieldsRemove",
        "fieldsRename",
        "fieldsSnapshot",
        "fieldsSummary",
        "filter",
        "filterOut",
        "join",
        "joinNested",
        "limit",
        "load",
        "lookup",
        "makeTimeseries",
        "metrics",
        "parse",
        "search",
        "smartscapeEdges",
        "smartscapeNodes",
        "sort",
        "summarize",
        "timeseries",
        "traverse",
        "jsonExtract",
        "failIf",
        "experimentalSave",
    ];
    COMMANDS.iter().any(|command| command.eq_ignore_ascii_case(text))
}
