//! Filters and sorting of settings objects: `value.name = 'Team A' and value.identifier contains 'team'`.
//! Source: developer.dynatrace.com, filtering of platform services; Settings API, parameters `filter` and `sort`.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::CharIndices;

use serde_json::Value as Json;

use super::object::SettingsObject;

/// The longest filter, in characters.
const LONGEST: usize = 1024;
/// The deepest nesting by parentheses.
const DEEPEST: usize = 5;
/// Fields that may be compared, beside `value` and what is in it.
const COMPARABLE: [&str; 5] = ["created", "modified", "createdBy", "modifiedBy", "author"];

/// A filter.
#[derive(Debug, PartialEq)]
pub(crate) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Compare(Path, Operator, Json),
    In(Path, Vec<Json>),
    Exists(Path),
}

/// A field, and where in its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path(Vec<String>);

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    StartsWith,
    EndsWith,
}

impl Path {
    /// Reads a path whose field has to be one of `fields`, those that are in the answer.
    fn new(text: &str, fields: &[String]) -> Result<Self, String> {
        let parts: Vec<String> = text.split('.').map(ToOwned::to_owned).collect();
        let field = parts.first().cloned().unwrap_or_default();
        if field != "value" && !(COMPARABLE.contains(&field.as_str()) && parts.len() == 1) {
            return Err(format!(
                "the field `{text}` can't be filtered or sorted by; use {} or `value.…`",
                COMPARABLE.join(", ")
            ));
        }
        if !fields.contains(&field) {
            return Err(format!(
                "the field `{field}` has to be among the parameter `fields` to be used here"
            ));
        }
        Ok(Self(parts))
    }

    fn of(&self, object: &SettingsObject) -> Option<Json> {
        let (field, rest) = self.0.split_first()?;
        let value = object.field(field)?;
        rest.iter().try_fold(value, |value, part| value.get(part).cloned()).filter(|value| !value.is_null())
    }
}

impl Filter {
    /// Reads a filter over objects of which the answer shows `fields`; the error says what is wrong with it.
    pub(crate) fn new(text: &str, fields: &[String]) -> Result<Self, String> {
        if text.chars().count() > LONGEST {
            return Err(format!("the filter has more than {LONGEST} characters"));
        }
        let mut parser = Parser { words: words(text)?.into_iter().peekable(), fields };
        let filter = parser.any(0)?;
        match parser.words.next() {
            None => Ok(filter),
            Some(word) => Err(format!("the filter has `{}` where `and` or `or` is expected", word.text())),
        }
    }

    /// Whether an object passes.
    pub(crate) fn passes(&self, object: &SettingsObject) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.passes(object)),
            Self::Or(parts) => parts.iter().any(|part| part.passes(object)),
            Self::Not(part) => !part.passes(object),
            Self::Exists(path) => path.of(object).is_some(),
            Self::In(path, wanted) => path.of(object).is_some_and(|value| wanted.contains(&value)),
            Self::Compare(path, operator, wanted) => {
                let value = path.of(object);
                match operator {
                    Operator::Equal => value.as_ref() == Some(wanted),
                    Operator::Unequal => value.as_ref() != Some(wanted),
                    _ => value.is_some_and(|value| operator.holds(&value, wanted)),
                }
            }
        }
    }
}

impl Operator {
    fn holds(self, value: &Json, wanted: &Json) -> bool {
        let texts = value.as_str().zip(wanted.as_str());
        match self {
            Self::Contains => match value {
                Json::Array(elements) => elements.contains(wanted),
                _ => texts.is_some_and(|(value, wanted)| value.contains(wanted)),
            },
            Self::StartsWith => texts.is_some_and(|(value, wanted)| value.starts_with(wanted)),
            Self::EndsWith => texts.is_some_and(|(value, wanted)| value.ends_with(wanted)),
            _ => order(value, wanted).is_some_and(|order| match self {
                Self::Less => order == Ordering::Less,
                Self::LessOrEqual => order != Ordering::Greater,
                Self::Greater => order == Ordering::Greater,
                Self::GreaterOrEqual => order != Ordering::Less,
                Self::Equal => order == Ordering::Equal,
                _ => order != Ordering::Equal,
            }),
        }
    }
}

fn order(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (Json::String(left), Json::String(right)) => Some(left.cmp(right)),
        (Json::Number(left), Json::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Json::Bool(left), Json::Bool(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Word {
    /// A name, number or keyword.
    Bare(String),
    /// A text in quotes.
    Quoted(String),
    /// An operator, comma or parenthesis.
    Sign(&'static str),
}

impl Word {
    fn text(&self) -> &str {
        match self {
            Self::Bare(text) | Self::Quoted(text) => text,
            Self::Sign(sign) => sign,
        }
    }
}

fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        let rest = text.get(index..).unwrap_or_default();
        let sign = ["!=", "<=", ">=", "=", "<", ">", "(", ")", ","].into_iter().find(|s| rest.starts_with(s));
        if character.is_whitespace() {
            continue;
        }
        if let Some(sign) = sign {
            if sign.len() == 2 {
                characters.next();
            }
            words.push(Word::Sign(sign));
        } else if matches!(character, '\'' | '"') {
            words.push(Word::Quoted(quoted(character, &mut characters)?));
        } else {
            let mut word = String::from(character);
            while let Some((_, next)) = characters.next_if(|(_, next)| {
                !next.is_whitespace() && !matches!(next, '!' | '<' | '>' | '=' | '(' | ')' | ',' | '\'' | '"')
            }) {
                word.push(next);
            }
            words.push(Word::Bare(word));
        }
    }
    Ok(words)
}

fn quoted(quote: char, characters: &mut Peekable<CharIndices<'_>>) -> Result<String, String> {
    let mut text = String::new();
    while let Some((_, character)) = characters.next() {
        match character {
            '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
            _ if character == quote => return Ok(text),
            _ => text.push(character),
        }
    }
    Err(format!("the filter has a text that lacks its closing {quote}"))
}

struct Parser<'f> {
    words: Peekable<std::vec::IntoIter<Word>>,
    fields: &'f [String],
}

impl Parser<'_> {
    fn keyword(&mut self, keyword: &str) -> bool {
        self.words
            .next_if(|word| matches!(word, Word::Bare(text) if text.eq_ignore_ascii_case(keyword)))
            .is_some()
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.words.next_if(|word| matches!(word, Word::Sign(found) if *found == sign)).is_some()
    }

    fn any(&mut self, depth: usize) -> Result<Filter, String> {
        let mut parts = vec![self.all(depth)?];
        while self.keyword("or") {
            parts.push(self.all(depth)?);
        }
        Ok(only_or(parts, Filter::Or))
    }

    fn all(&mut self, depth: usize) -> Result<Filter, String> {
        let mut parts = vec![self.one(depth)?];
        while self.keyword("and") {
            parts.push(self.one(depth)?);
        }
        Ok(only_or(parts, Filter::And))
    }

    fn one(&mut self, depth: usize) -> Result<Filter, String> {
        if self.keyword("not") {
            return Ok(Filter::Not(Box::new(self.one(depth)?)));
        }
        if self.sign("(") {
            if depth == DEEPEST {
                return Err(format!("the filter has parentheses deeper than {DEEPEST}"));
            }
            let filter = self.any(depth + 1)?;
            return if self.sign(")") { Ok(filter) } else { Err("the filter lacks a `)`".into()) };
        }
        let path = match self.words.next() {
            Some(Word::Bare(name)) => Path::new(&name, self.fields)?,
            Some(word) => return Err(format!("the filter has `{}` where a field is expected", word.text())),
            None => return Err("the filter ends where a field is expected".into()),
        };
        if self.keyword("not") {
            return Ok(Filter::Not(Box::new(self.comparison(path)?)));
        }
        self.comparison(path)
    }

    fn comparison(&mut self, path: Path) -> Result<Filter, String> {
        let operator = match self.words.next() {
            Some(Word::Sign("=")) => Operator::Equal,
            Some(Word::Sign("!=")) => Operator::Unequal,
            Some(Word::Sign("<")) => Operator::Less,
            Some(Word::Sign("<=")) => Operator::LessOrEqual,
            Some(Word::Sign(">")) => Operator::Greater,
            Some(Word::Sign(">=")) => Operator::GreaterOrEqual,
            Some(Word::Bare(word)) if word.eq_ignore_ascii_case("contains") => Operator::Contains,
            Some(Word::Bare(word)) if word.eq_ignore_ascii_case("starts-with") => Operator::StartsWith,
            Some(Word::Bare(word)) if word.eq_ignore_ascii_case("ends-with") => Operator::EndsWith,
            Some(Word::Bare(word)) if word.eq_ignore_ascii_case("exists") => return Ok(Filter::Exists(path)),
            Some(Word::Bare(word)) if word.eq_ignore_ascii_case("in") => return self.list(path),
            Some(word) => {
                return Err(format!(
                    "the filter has the unknown operator `{}`; there are =, !=, <, <=, >, >=, contains, starts-with, ends-with, exists and in",
                    word.text()
                ));
            }
            None => return Err("the filter ends where an operator is expected".into()),
        };
        Ok(Filter::Compare(path, operator, self.value()?))
    }

    fn list(&mut self, path: Path) -> Result<Filter, String> {
        if !self.sign("(") {
            return Err("the filter lacks a `(` behind `in`".into());
        }
        let mut values = vec![self.value()?];
        while self.sign(",") {
            values.push(self.value()?);
        }
        if self.sign(")") { Ok(Filter::In(path, values)) } else { Err("the filter lacks a `)`".into()) }
    }

    fn value(&mut self) -> Result<Json, String> {
        match self.words.next() {
            Some(Word::Quoted(text)) => Ok(Json::String(text)),
            Some(Word::Bare(text)) => match serde_json::from_str::<Json>(&text) {
                Ok(value @ (Json::Bool(_) | Json::Number(_))) => Ok(value),
                _ => Err(format!("the filter has `{text}` where a value is expected; texts stand in quotes")),
            },
            Some(word) => Err(format!("the filter has `{}` where a value is expected", word.text())),
            None => Err("the filter ends where a value is expected".into()),
        }
    }
}

fn only_or(mut parts: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

/// An order of objects: `-modified,value.name`.
#[derive(Debug)]
pub(crate) struct Sort(Vec<(Path, bool)>);

impl Sort {
    /// Reads fields with commas; `-` before one turns its order round.
    pub(crate) fn new(text: &str, fields: &[String]) -> Result<Self, String> {
        let keys = text.split(',').map(str::trim).filter(|key| !key.is_empty()).map(|key| {
            let (name, descending) = match key.strip_prefix('-') {
                Some(name) => (name, true),
                None => (key.strip_prefix('+').unwrap_or(key), false),
            };
            Ok((Path::new(name.trim(), fields)?, descending))
        });
        keys.collect::<Result<_, String>>().map(Self)
    }

    /// Which of two objects comes first; what lacks a field comes last.
    pub(crate) fn compare(&self, left: &SettingsObject, right: &SettingsObject) -> Ordering {
        self.0
            .iter()
            .map(|(path, descending)| match (path.of(left), path.of(right)) {
                (Some(left), Some(right)) => {
                    let order = order(&left, &right).unwrap_or(Ordering::Equal);
                    if *descending { order.reverse() } else { order }
                }
                (left, right) => right.is_some().cmp(&left.is_some()),
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}
