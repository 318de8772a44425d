//! The matchers of a pattern.

use super::timestamp::Format;
use crate::record::Name;

/// A matcher with what is written around it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) matcher: MatcherKind,
    /// How often, at least and at most.
    pub(super) minimum: usize,
    pub(super) maximum: usize,
    pub(super) name: Option<Name>,
    pub(super) look: Look,
}

/// Whether a matcher only looks, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Consume,
    Ahead { wanted: bool },
    Behind { wanted: bool },
}

#[derive(Debug, Clone)]
pub(super) enum MatcherKind {
    Literal(String),
    Class(Class),
    /// `LD` and `DATA`: as little as possible up to what follows.
    Text {
        multiline: bool,
    },
    Integer {
        hexadecimal: bool,
    },
    Double {
        comma: bool,
    },
    Boolean,
    QuotedString {
        double: bool,
        single: bool,
    },
    End,
    Start,
    Ip {
        v4: bool,
        v6: bool,
    },
    Timestamp(Format),
    Json(JsonKind),
    KeyValues(Vec<Item>),
    Structure(Vec<Item>),
    Array(Vec<Item>),
    Enum(Vec<(String, i64)>),
    Uuid,
    Group(Vec<Vec<Item>>),
}

/// What a JSON matcher accepts and keeps.
#[derive(Debug, Clone)]
pub(super) enum JsonKind {
    Value,
    Array,
    Object { members: Vec<JsonMember>, flat: bool },
}

#[derive(Debug, Clone)]
pub(super) struct JsonMember {
    pub(super) name: Name,
    pub(super) kind: JsonMemberKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum JsonMemberKind {
    Any,
    Text,
    Long,
    Double,
    Boolean,
    Object,
    Array,
}

/// A set of characters.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    pub(super) negated: bool,
    pub(super) ranges: Vec<(char, char)>,
    pub(super) sets: Vec<fn(char) -> bool>,
}

impl Class {
    pub(super) fn of(set: fn(char) -> bool) -> Self {
        Self { sets: vec![set], ..Self::default() }
    }

    pub(super) fn contains(&self, character: char) -> bool {
        let listed = self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character))
            || self.sets.iter().any(|set| set(character));
        listed != self.negated
    }
}

/// The names that a match gives values to, in order.
pub(super) fn exported_names(items: &[Item], names: &mut Vec<Name>) {
    for item in items {
        if let Some(name) = &item.name {
            if !names.contains(name) {
                names.push(Name::clone(name));
            }
            continue;
        }
        match &item.matcher {
            MatcherKind::Group(alternatives) => {
                alternatives.iter().for_each(|items| exported_names(items, names));
            }
            MatcherKind::Json(JsonKind::Object { members, flat: true }) => {
                names.extend(members.iter().map(|member| Name::clone(&member.name)));
            }
            _ => {}
        }
    }
}
