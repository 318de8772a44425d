//! Matching a text against matchers: tries what is possible, in the order written, until everything fits.

use std::cell::Cell;
use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::tz::TimeZone;
use serde::de::Deserialize as _;

use super::item::{Item, JsonKind, JsonMember, JsonMemberKind, Look, MatcherKind};
use crate::record::{Name, Record};
use crate::value::{Value, uid_from, value_from_json};

/// The most bytes a line or data matcher takes.
const LONGEST: usize = 32_768;

/// The most steps one match takes; a pattern that needs more does not match.
const MOST_STEPS: u32 = 1_000_000;
/// The most often a group is repeated.
const MOST_ROUNDS: usize = 256;

pub(super) struct Matcher<'t> {
    text: &'t str,
    zone: &'t TimeZone,
    steps: Cell<u32>,
}

/// Where a group started, in the text and in the captures.
#[derive(Clone, Copy)]
struct GroupStart {
    position: usize,
    captures: usize,
}

/// Names and what they were given.
pub(super) type Captures = Vec<(Name, Value)>;
/// What has to match after a matcher, given where it ended.
type Then<'k> = &'k mut dyn FnMut(usize, &mut Captures) -> bool;

impl<'t> Matcher<'t> {
    pub(super) const fn new(text: &'t str, zone: &'t TimeZone) -> Self {
        Self { text, zone, steps: Cell::new(0) }
    }

    /// Matches at a byte: where the match ends and what it named.
    pub(super) fn at(&self, items: &[Item], start: usize) -> Option<(usize, Captures)> {
        let mut captures = Vec::new();
        let mut end = None;
        self.sequence(items, start, &mut captures, true, &mut |position, _| {
            end = Some(position);
            true
        });
        end.map(|end| (end, captures))
    }

    /// Whether the whole text matches.
    pub(super) fn whole(&self, items: &[Item]) -> bool {
        self.sequence(items, 0, &mut Vec::new(), false, &mut |position, _| position == self.text.len())
    }

    fn rest(&self, position: usize) -> &'t str {
        self.text.get(position..).unwrap_or_default()
    }

    /// `open`: nothing has to follow, so that a last line or data matcher takes all it can.
    fn sequence(
        &self,
        items: &[Item],
        position: usize,
        captures: &mut Captures,
        open: bool,
        then: Then<'_>,
    ) -> bool {
        let Some((item, rest)) = items.split_first() else { return then(position, captures) };
        self.steps.set(self.steps.get().saturating_add(1));
        if self.steps.get() > MOST_STEPS {
            return false;
        }
        match item.look {
            Look::Consume => {}
            Look::Ahead { wanted } => {
                let found = self.at(std::slice::from_ref(&consuming(item)), position).is_some();
                return found == wanted && self.sequence(rest, position, captures, open, then);
            }
            Look::Behind { wanted } => {
                let item = consuming(item);
                let found =
                    (0..=position).rev().filter(|start| self.text.is_char_boundary(*start)).any(|start| {
                        self.sequence(
                            std::slice::from_ref(&item),
                            start,
                            &mut Vec::new(),
                            false,
                            &mut |end, _| end == position,
                        )
                    });
                return found == wanted && self.sequence(rest, position, captures, open, then);
            }
        }
        let last = open && rest.is_empty();
        let before = captures.len();
        let matched = self.item(item, position, captures, last, &mut |end, captures| {
            self.sequence(rest, end, captures, open, then)
        });
        if !matched {
            captures.truncate(before);
        }
        matched
    }

    fn item(
        &self,
        item: &Item,
        position: usize,
        captures: &mut Captures,
        last: bool,
        then: Then<'_>,
    ) -> bool {
        match &item.matcher {
            MatcherKind::Text { multiline } => {
                self.text_up_to(item, *multiline, position, captures, last, then)
            }
            MatcherKind::Class(class) => {
                let ends: Vec<usize> = std::iter::once(position)
                    .chain(
                        self.rest(position)
                            .char_indices()
                            .take_while(|(_, character)| class.contains(*character))
                            .take(item.maximum)
                            .map(|(offset, character)| position + offset + character.len_utf8()),
                    )
                    .collect();
                ends.iter().enumerate().skip(item.minimum).rev().any(|(count, end)| {
                    let value = self.text.get(position..*end).filter(|_| count > 0).map(Value::string);
                    named(item, value.unwrap_or_default(), captures, *end, then)
                })
            }
            MatcherKind::Group(alternatives) => {
                self.group(item, alternatives, position, captures, last, then)
            }
            _ if item.maximum == 1 => {
                if let Some((end, value)) = self.simple(&item.matcher, position)
                    && named(item, value, captures, end, then)
                {
                    return true;
                }
                item.minimum == 0 && named(item, Value::Null, captures, position, then)
            }
            _ => self.repeated(item, position, captures, then),
        }
    }

    /// A matcher that takes a value, several times in a row; its value is the text of all.
    fn repeated(&self, item: &Item, position: usize, captures: &mut Captures, then: Then<'_>) -> bool {
        let mut ends = vec![position];
        while ends.len() <= item.maximum {
            let Some(at) = ends.last().copied() else { break };
            match self.simple(&item.matcher, at) {
                Some((end, _)) if end > at => ends.push(end),
                _ => break,
            }
        }
        ends.iter().enumerate().skip(item.minimum).rev().any(|(_, end)| {
            let value = self.text.get(position..*end).map(Value::string).unwrap_or_default();
            named(item, value, captures, *end, then)
        })
    }

    fn text_up_to(
        &self,
        item: &Item,
        multiline: bool,
        position: usize,
        captures: &mut Captures,
        last: bool,
        then: Then<'_>,
    ) -> bool {
        let rest = self.rest(position);
        let limit = if item.maximum == 1 { LONGEST } else { item.maximum };
        let end = if multiline { rest.len() } else { rest.find('\n').unwrap_or(rest.len()) };
        let mut try_end = |length: usize, captures: &mut Captures| {
            let value = rest.get(..length).map(Value::string).unwrap_or_default();
            named(item, value, captures, position + length, then)
        };
        if last {
            return (end >= item.minimum) && try_end(end, captures);
        }
        let mut lengths = rest
            .char_indices()
            .map(|(offset, _)| offset)
            .chain(std::iter::once(rest.len()))
            .take_while(|l| *l <= end);
        lengths
            .by_ref()
            .filter(|length| *length >= item.minimum)
            .take(limit)
            .any(|length| try_end(length, captures))
    }

    fn group(
        &self,
        item: &Item,
        alternatives: &[Vec<Item>],
        position: usize,
        captures: &mut Captures,
        last: bool,
        then: Then<'_>,
    ) -> bool {
        let start = GroupStart { position, captures: captures.len() };
        self.group_from(item, alternatives, start, (position, 0), captures, last, then)
    }

    /// Repeats a group as often as it can; `at` holds where it is and how often it matched.
    #[expect(clippy::too_many_arguments, reason = "the state of one step of backtracking")]
    fn group_from(
        &self,
        item: &Item,
        alternatives: &[Vec<Item>],
        start: GroupStart,
        at: (usize, usize),
        captures: &mut Captures,
        last: bool,
        then: Then<'_>,
    ) -> bool {
        let (position, count) = at;
        let before = captures.len();
        if count < item.maximum.min(MOST_ROUNDS) {
            for alternative in alternatives {
                let open = last && item.maximum == 1;
                let matched = self.sequence(alternative, position, captures, open, &mut |end, captures| {
                    if end == position && count > 0 {
                        return false;
                    }
                    self.group_from(item, alternatives, start, (end, count + 1), captures, last, then)
                });
                if matched {
                    return true;
                }
                captures.truncate(before);
            }
        }
        if count < item.minimum {
            return false;
        }
        if item.name.is_none() {
            return then(position, captures);
        }
        // What a named group names is inside its own value.
        let inner = captures.split_off(start.captures.min(captures.len()));
        let value = if inner.is_empty() {
            self.text
                .get(start.position..position)
                .filter(|_| count > 0)
                .map(Value::string)
                .unwrap_or_default()
        } else {
            Value::record(inner.iter().cloned().collect())
        };
        let matched = named(item, value, captures, position, then);
        if !matched {
            captures.extend(inner);
        }
        matched
    }

    /// A matcher with exactly one way to match: where it ends and its value.
    fn simple(&self, kind: &MatcherKind, position: usize) -> Option<(usize, Value)> {
        let rest = self.rest(position);
        match kind {
            MatcherKind::Literal(text) => {
                rest.starts_with(text.as_str()).then(|| (position + text.len(), Value::string(text)))
            }
            MatcherKind::End => rest.is_empty().then_some((position, Value::Null)),
            MatcherKind::Start => (position == 0).then_some((position, Value::Null)),
            MatcherKind::Integer { hexadecimal } => {
                integer(rest, *hexadecimal).map(|(n, v)| (position + n, v))
            }
            MatcherKind::Double { comma } => double(rest, *comma).map(|(n, v)| (position + n, v)),
            MatcherKind::Boolean => ["true", "false"].iter().find_map(|word| {
                let found = rest.get(..word.len())?;
                found
                    .eq_ignore_ascii_case(word)
                    .then(|| (position + word.len(), Value::Boolean(*word == "true")))
            }),
            MatcherKind::QuotedString { double, single } => {
                let quote =
                    rest.chars().next().filter(|c| (*c == '"' && *double) || (*c == '\'' && *single))?;
                let (length, text) = quoted(rest, quote)?;
                Some((position + length, text.into()))
            }
            MatcherKind::Ip { v4, v6 } => ip(rest, *v4, *v6).map(|(n, v)| (position + n, v)),
            MatcherKind::Timestamp(format) => {
                let (nanos, length) = format.read(rest, self.zone)?;
                Some((position + length, Value::Timestamp(nanos)))
            }
            MatcherKind::Json(kind) => json(rest, kind).map(|(n, v)| (position + n, v)),
            MatcherKind::Enum(members) => members
                .iter()
                .filter(|(text, _)| rest.starts_with(text.as_str()))
                .max_by_key(|(text, _)| text.len())
                .map(|(text, number)| (position + text.len(), Value::Long(*number))),
            MatcherKind::Uuid => {
                let text = rest.get(..36)?;
                match uid_from(&Value::string(text)) {
                    Value::Uid(_) => Some((position + 36, Value::string(text))),
                    _ => None,
                }
            }
            MatcherKind::Structure(items) => {
                let (end, captures) = self.at(items, position)?;
                Some((end, Value::record(captures.into_iter().collect())))
            }
            MatcherKind::Array(items) => {
                let (end, rounds) = self.rounds(items, position);
                let elements = rounds.into_iter().map(|captures| match captures.as_slice() {
                    [(_, value)] => value.clone(),
                    _ => Value::record(captures.into_iter().collect()),
                });
                Some((end, Value::array(elements)))
            }
            MatcherKind::KeyValues(items) => {
                let (end, rounds) = self.rounds(items, position);
                if rounds.is_empty() {
                    return None;
                }
                let mut record = Record::new();
                for captures in rounds {
                    let find = |wanted: &str| captures.iter().find(|(name, _)| name.starts_with(wanted));
                    if let (Some((_, key)), Some((_, value))) = (find("key"), find("value")) {
                        let key = crate::value::text_of(key, self.zone).unwrap_or_default();
                        record.set(&Name::from(key), value.clone());
                    }
                }
                Some((end, Value::record(record)))
            }
            MatcherKind::Text { .. } | MatcherKind::Class(_) | MatcherKind::Group(_) => None,
        }
    }

    /// Applies items again and again: where the last round ended, and what each named.
    fn rounds(&self, items: &[Item], start: usize) -> (usize, Vec<Captures>) {
        let mut rounds = Vec::new();
        let mut position = start;
        while let Some((end, captures)) = self.at(items, position).filter(|(end, _)| *end > position) {
            rounds.push(captures);
            position = end;
        }
        (position, rounds)
    }
}

fn consuming(item: &Item) -> Item {
    Item { look: Look::Consume, ..item.clone() }
}

fn named(item: &Item, value: Value, captures: &mut Captures, end: usize, then: Then<'_>) -> bool {
    let before = captures.len();
    match (&item.name, &item.matcher, value) {
        (Some(name), _, value) => captures.push((Name::clone(name), value)),
        (None, MatcherKind::Json(JsonKind::Object { flat: true, .. }), Value::Record(record)) => {
            captures.extend(record.iter().map(|(name, value)| (Name::clone(name), value.clone())));
        }
        _ => {}
    }
    if then(end, captures) {
        return true;
    }
    captures.truncate(before);
    false
}

fn integer(text: &str, hexadecimal: bool) -> Option<(usize, Value)> {
    if hexadecimal {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let prefix = text.len() - digits.len();
        let count = digits.bytes().take(16).take_while(u8::is_ascii_hexdigit).count();
        let value = u64::from_str_radix(digits.get(..count)?, 16).ok()?;
        return Some((prefix + count, Value::Long(value.cast_signed())));
    }
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text.get(sign..)?.bytes().take_while(u8::is_ascii_digit).count();
    let length = sign + digits;
    text.get(..length)?.parse().ok().map(|value| (length, Value::Long(value)))
}

fn double(text: &str, comma: bool) -> Option<(usize, Value)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = usize::from(text.starts_with(['-', '+']));
    let whole = digits(length);
    length += whole;
    let point = if comma { b',' } else { b'.' };
    let mut fraction = 0;
    if bytes.get(length) == Some(&point) {
        fraction = digits(length + 1);
        if fraction > 0 {
            length += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    let value = text.get(..length)?.replace(',', ".").parse::<f64>().ok()?;
    Some((length, Value::Double(value)))
}

/// A quoted text: a backslash or a doubled quote keeps a quote inside.
fn quoted(text: &str, quote: char) -> Option<(usize, String)> {
    let mut out = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((index, character)) = characters.next() {
        if character == '\\' {
            out.extend(characters.next().map(|(_, escaped)| escaped));
        } else if character == quote {
            if characters.next_if(|(_, next)| *next == quote).is_none() {
                return Some((index + 1, out));
            }
            out.push(quote);
        } else {
            out.push(character);
        }
    }
    None
}

fn ip(text: &str, v4: bool, v6: bool) -> Option<(usize, Value)> {
    let longest = text
        .bytes()
        .take(45)
        .take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'))
        .count();
    (2..=longest).rev().find_map(|length| {
        let candidate = text.get(..length)?;
        if v4 && let Ok(address) = candidate.parse::<Ipv4Addr>() {
            return Some((length, Value::Ip(address.into())));
        }
        if v6 && let Ok(address) = candidate.parse::<Ipv6Addr>() {
            return Some((length, Value::Ip(address.into())));
        }
        None
    })
}

fn json(text: &str, kind: &JsonKind) -> Option<(usize, Value)> {
    let blank = text.len() - text.trim_start().len();
    let mut stream = serde_json::Deserializer::from_str(text.get(blank..)?);
    let read = serde_json::Value::deserialize(&mut stream).ok()?;
    let mut rest = stream.into_iter::<serde::de::IgnoredAny>();
    let length = blank + rest.byte_offset();
    let _ = rest.next();
    match kind {
        JsonKind::Value => Some((length, value_from_json(&read))),
        JsonKind::Array => read.is_array().then(|| (length, value_from_json(&read))),
        JsonKind::Object { members, .. } => {
            let object = read.as_object()?;
            if members.is_empty() {
                return Some((length, value_from_json(&read)));
            }
            let record: Record = members
                .iter()
                .map(|member| {
                    let value = object.get(member.name.as_ref()).map(value_from_json).unwrap_or_default();
                    (Name::clone(&member.name), of_kind(value, member))
                })
                .collect();
            Some((length, Value::record(record)))
        }
    }
}

fn of_kind(value: Value, member: &JsonMember) -> Value {
    let fits = match (&member.kind, &value) {
        (JsonMemberKind::Any, _)
        | (JsonMemberKind::Text, Value::String(_))
        | (JsonMemberKind::Long, Value::Long(_))
        | (JsonMemberKind::Boolean, Value::Boolean(_))
        | (JsonMemberKind::Object, Value::Record(_))
        | (JsonMemberKind::Array, Value::Array(_)) => true,
        (JsonMemberKind::Double, _) => return value.as_number().into(),
        _ => false,
    };
    if fits { value } else { Value::Null }
}
