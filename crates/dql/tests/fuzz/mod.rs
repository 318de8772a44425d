//! Fuzz targets that run on a stable compiler: texts of the corpus, cut, spliced and sprinkled with what breaks parsers.
//!
//! A target returns what is wrong with a text, if anything. The same seed makes the same texts on every machine.

use std::path::Path;

use grailstage_dql::ast::{Expression, ExpressionKind, Literal, Parameter, Query, StringStyle, Value};
use grailstage_dql::builder::TimeSpan;
use grailstage_dql::template::{Bindings, Bound, Scope, Template};
use grailstage_dql::{Dialect, check, format, parse, parse_recovering, print};

/// What is fuzzed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Reading and checking: no panic, findings within the text, fixes that can be made.
    Parse,
    /// Printing and formatting: the same tree, and nothing to do the second time.
    Print,
    /// Binding: whatever the values, the text reads back as the tree that was bound.
    Bind,
}

impl Target {
    pub(crate) const ALL: [Self; 3] = [Self::Parse, Self::Print, Self::Bind];

    /// Tries one text.
    pub(crate) fn complaint(self, text: &str, random: &mut Random) -> Option<String> {
        match self {
            Self::Parse => reading(text),
            Self::Print => printing(text),
            Self::Bind => binding(text, random),
        }
    }
}

fn reading(text: &str) -> Option<String> {
    for dialect in [Dialect::Query, Dialect::Snippet, Dialect::Template] {
        for finding in check(text, dialect) {
            let span = finding.span;
            if text.get(span.start..span.end).is_none() {
                return Some(format!(
                    "{} at {}..{} is not within the text",
                    finding.code, span.start, span.end
                ));
            }
            if finding.render(text, "-").is_empty() {
                return Some("nothing is drawn".to_owned());
            }
            if let Some(fix) = &finding.fix {
                if fix.edits.iter().any(|edit| text.get(edit.span.start..edit.span.end).is_none()) {
                    return Some(format!("the fix of {} is not within the text", finding.code));
                }
                if fix.apply(text) == text {
                    return Some(format!("the fix of {} changes nothing", finding.code));
                }
            }
        }
    }
    None
}

fn printing(text: &str) -> Option<String> {
    let parsed = parse_recovering(text, Dialect::Query);
    if !parsed.is_valid() {
        return None;
    }
    let printed = print(&parsed.query);
    match parse(&printed) {
        Err(errors) => return Some(format!("printed, it is no query: {:?}\n{printed}", errors.first())),
        Ok(again) if again != parsed.query => {
            return Some(format!("printed, it is another query:\n{printed}"));
        }
        Ok(again) if print(&again) != printed => {
            return Some(format!("printed twice, it differs:\n{printed}"));
        }
        Ok(_) => {}
    }
    let formatted = format(text, Dialect::Query).ok()?;
    match parse(&formatted) {
        Ok(again) if again == parsed.query => {}
        _ => return Some(format!("formatted, it is another query:\n{formatted}")),
    }
    (format(&formatted, Dialect::Query).ok()? != formatted)
        .then(|| format!("formatted twice, it differs:\n{formatted}"))
}

fn binding(text: &str, random: &mut Random) -> Option<String> {
    // Strings become placeholders, bare and in their quotes.
    let text = text.replace("\"a\"", "${bare}").replace("webshop", "${text}").replace("ERROR", "$${text}");
    let template = Template::parse(&text).ok()?;
    let mut bound = template.bind(&Hostile(random.bindings())).ok()?;
    let printed = print(&bound);
    let mut read = match parse(&printed) {
        Ok(read) => read,
        Err(errors) => return Some(format!("bound, it is no query: {:?}\n{printed}", errors.first())),
    };
    quoted(&mut bound);
    quoted(&mut read);
    (read != bound).then(|| format!("bound, it reads as another query:\n{printed}"))
}

/// Every name has a value.
struct Hostile(Vec<Bound>);

impl Scope for Hostile {
    fn resolve(&self, path: &[String]) -> Option<Bound> {
        let index = path.iter().map(String::len).sum::<usize>();
        self.0.get(index % self.0.len().max(1)).cloned()
    }

    fn names(&self) -> Vec<String> {
        Bindings::default().names()
    }
}

/// Gives all strings one style: a value that does not fit triple quotes is written in the other.
fn quoted(query: &mut Query) {
    for command in &mut query.commands {
        command.parameters.iter_mut().for_each(quoted_parameter);
    }
}

fn quoted_parameter(parameter: &mut Parameter) {
    quoted_value(&mut parameter.value);
}

fn quoted_value(value: &mut Value) {
    match value {
        Value::Expression(expression) | Value::Sorted { expression, .. } => quoted_expression(expression),
        Value::Assignment { value, .. } => quoted_value(value),
        Value::Group(members) => members.iter_mut().for_each(quoted_parameter),
        Value::Block(query) => quoted(query),
    }
}

fn quoted_expression(expression: &mut Expression) {
    match &mut expression.kind {
        ExpressionKind::Literal(Literal::String { style, .. }) => *style = StringStyle::Quoted,
        ExpressionKind::Literal(_) | ExpressionKind::Field(_) | ExpressionKind::Align { value: None, .. } => {
        }
        ExpressionKind::Call { arguments, .. } => arguments.iter_mut().for_each(quoted_parameter),
        ExpressionKind::Unary { operand: inner, .. }
        | ExpressionKind::Align { value: Some(inner), .. }
        | ExpressionKind::Parenthesized(inner) => quoted_expression(inner),
        ExpressionKind::Binary { left, right, .. } => {
            quoted_expression(left);
            quoted_expression(right);
        }
        ExpressionKind::Index { base, index } => {
            quoted_expression(base);
            if let Some(index) = index {
                quoted_expression(index);
            }
        }
        ExpressionKind::InQuery { needle, query } => {
            quoted_expression(needle);
            quoted(query);
        }
    }
}

/// The texts that are cut up: the corpus of this project.
pub(crate) fn seeds() -> Vec<String> {
    let mut texts = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus"), &mut texts);
    texts.sort();
    texts
}

fn collect(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "dql") {
            texts.extend(std::fs::read_to_string(path));
        }
    }
}

/// What is put into texts.
const PIECES: [&str; 76] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ",",
    ":",
    "=",
    "==",
    "!=",
    "<>",
    "<",
    ">=",
    "+",
    "-",
    "--",
    "*",
    "/",
    "//",
    "/*",
    "*/",
    "%",
    "~",
    "@",
    "@h",
    "@w1",
    "@3h",
    "'",
    "\"",
    "\"\"\"",
    "\"a\"",
    "\"\"\"\"",
    "`",
    "`a b`",
    "\\",
    "$",
    "$x",
    "${x}",
    "$${a['b']}",
    "&&",
    "||",
    "!",
    ".",
    ".5",
    "1.",
    "1.5h",
    "0x",
    "0xFF",
    "9223372036854775808",
    "1e9",
    "5m",
    "5mm",
    "true",
    "null",
    "not",
    "and",
    "or",
    "xor",
    "in",
    "by",
    "as",
    "asc",
    "desc",
    "alias:",
    "by:{a}",
    "count()",
    "fetch logs",
    "filter",
    "in [fetch x]",
    "\n",
    "\r\n",
    "\u{a0}",
    "é",
    "𝄞",
];

/// Xorshift.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % bound.max(1)
    }

    fn pick<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts.get(self.below(texts.len())).copied().unwrap_or_default()
    }

    /// A place in a text between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut place = self.below(text.len() + 1);
        while !text.is_char_boundary(place) {
            place -= 1;
        }
        place
    }

    /// A text made from the seeds.
    pub(crate) fn text(&mut self, seeds: &[String]) -> String {
        let mut text = seeds.get(self.below(seeds.len())).cloned().unwrap_or_default();
        for _ in 0..self.below(6) {
            let (one, other) = (self.place(&text), self.place(&text));
            let (start, end) = (one.min(other), one.max(other));
            match self.below(8) {
                0 => text.replace_range(start..end, ""),
                1 if end - start < 200 => {
                    let copied = text.get(start..end).unwrap_or_default().repeat(1 + self.below(3));
                    text.insert_str(end, &copied);
                }
                2 => {
                    let other = seeds.get(self.below(seeds.len())).cloned().unwrap_or_default();
                    let from = self.place(&other);
                    text.replace_range(start.., other.get(from..).unwrap_or_default());
                }
                3 => {
                    let character = u32::try_from(self.below(0x11_0000)).ok().and_then(char::from_u32);
                    text.insert_str(start, &character.map(String::from).unwrap_or_default());
                }
                _ => {
                    let piece = self.pick(&PIECES);
                    let piece = if self.below(2) == 0 { format!(" {piece} ") } else { piece.to_owned() };
                    text.insert_str(start, &piece);
                }
            }
        }
        text
    }

    fn bindings(&mut self) -> Vec<Bound> {
        (0..5)
            .map(|_| match self.below(8) {
                0 => Bound::Long(self.next().cast_signed()),
                1 => Bound::Double(f64::from_bits(self.next())),
                2 => Bound::Boolean(true),
                3 => Bound::Duration(TimeSpan {
                    amount: self.next().cast_signed() >> 8,
                    unit: grailstage_dql::ast::DurationUnit::Minute,
                }),
                4 => Bound::List(vec![Bound::String(self.pick(&PIECES).to_owned()), Bound::Long(i64::MIN)]),
                _ => Bound::String((0..self.below(5)).map(|_| self.pick(&PIECES)).collect()),
            })
            .collect()
    }
}
