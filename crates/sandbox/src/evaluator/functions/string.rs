//! String functions. Positions count UTF-16 code units.

use super::{Arguments, Function, function, named, required, variadic};
use crate::evaluator::search::Needle;
use crate::evaluator::wildcard::{self, Part};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    function("lower", &[required("expression")], |a| a.text(0).map(str::to_lowercase).into()),
    function("upper", &[required("expression")], |a| a.text(0).map(str::to_uppercase).into()),
    function("trim", &[required("expression")], |a| a.text(0).map(str::trim).into()),
    function("concat", &[named("delimiter"), variadic("expression")], concat),
    function("contains", &[required("expression"), required("substring"), named("caseSensitive")], |a| {
        compared(a, |text, part| text.contains(part))
    }),
    function("startsWith", &[required("expression"), required("prefix"), named("caseSensitive")], |a| {
        compared(a, |text, part| text.starts_with(part))
    }),
    function("endsWith", &[required("expression"), required("suffix"), named("caseSensitive")], |a| {
        compared(a, |text, part| text.ends_with(part))
    }),
    function("stringLength", &[required("expression")], |a| {
        a.text(0).map(|t| t.encode_utf16().count()).into()
    }),
    function("getCharacter", &[required("expression"), required("position")], |a| {
        match (a.text(0), a.long(1)) {
            (Some(text), Some(position)) => {
                let units: Vec<u16> = text.encode_utf16().collect();
                let position = clamp(position, units.len());
                units.get(position..position + 1).map(String::from_utf16_lossy).into()
            }
            _ => Value::Null,
        }
    }),
    function("substring", &[required("expression"), named("from"), named("to")], substring),
    function("indexOf", &[required("expression"), required("substring"), named("from")], |a| {
        index_of(a, |text, part, from| {
            let start = byte_of(text, clamp(from.unwrap_or(0), text.encode_utf16().count()));
            text.get(start..)?.find(part).map(|found| start + found)
        })
    }),
    function("lastIndexOf", &[required("expression"), required("substring"), named("from")], |a| {
        index_of(a, |text, part, from| {
            let last = byte_of(text, clamp(from.unwrap_or(i64::MAX), text.encode_utf16().count()));
            let mut found = text.match_indices(part).map(|(index, _)| index).collect::<Vec<_>>();
            found.retain(|index| *index <= last);
            found.pop()
        })
    }),
    function(
        "replaceString",
        &[required("expression"), required("substring"), required("replacement")],
        |a| match (a.text(0), a.text(1), a.text(2)) {
            (Some(text), Some(part), Some(by)) if !part.is_empty() => text.replace(part, by).into(),
            (Some(text), Some(_), Some(_)) => text.into(),
            _ => Value::Null,
        },
    ),
    function("splitString", &[required("expression"), required("pattern")], |a| {
        match (a.text(0), a.text(1)) {
            (Some(text), Some("")) => Value::strings(text.chars().map(String::from)),
            (Some(text), Some(pattern)) => Value::strings(text.split(pattern)),
            _ => Value::Null,
        }
    }),
    function("like", &[required("expression"), required("pattern")], |a| match (a.text(0), a.text(1)) {
        (Some(text), Some(pattern)) => like(text, pattern).into(),
        _ => Value::Null,
    }),
    function("levenshteinDistance", &[required("first"), required("second")], |a| {
        match (a.text(0), a.text(1)) {
            (Some(first), Some(second)) => levenshtein(first, second).into(),
            _ => Value::Null,
        }
    }),
    function(
        "matchesValue",
        &[required("expression"), variadic("value"), named("caseSensitive"), named("wildcard")],
        |a| matches_any(a, |needle, text| needle.matches_whole(text)),
    ),
    function(
        "matchesPhrase",
        &[required("expression"), required("phrase"), named("caseSensitive"), named("wildcard")],
        |a| matches_any(a, |needle, text| needle.matches_phrase(text)),
    ),
    function("punctuation", &[required("expression"), named("count"), named("withSpace")], |a| {
        let limit = usize::try_from(a.long(1).unwrap_or(32)).unwrap_or(0);
        let with_space = a.get(2) == &Value::Boolean(true);
        a.text(0)
            .map(|text| {
                text.chars()
                    .filter(|c| c.is_ascii_punctuation() || (with_space && *c == ' '))
                    .take(limit)
                    .collect::<String>()
            })
            .into()
    }),
];

fn concat(arguments: &Arguments<'_>) -> Value {
    let delimiter = arguments.text(0).unwrap_or_default();
    let parts: Option<Vec<String>> =
        arguments.rest.iter().map(|value| crate::value::text_of(value, arguments.zone())).collect();
    parts.map(|parts| parts.join(delimiter)).into()
}

fn compared(arguments: &Arguments<'_>, test: fn(&str, &str) -> bool) -> Value {
    match (arguments.text(0), arguments.text(1)) {
        (Some(text), Some(part)) if arguments.get(2) == &Value::Boolean(false) => {
            test(&text.to_lowercase(), &part.to_lowercase()).into()
        }
        (Some(text), Some(part)) => test(text, part).into(),
        _ => Value::Null,
    }
}

/// A position within `length` units; negative positions count from the end.
fn clamp(position: i64, length: usize) -> usize {
    if position < 0 {
        length.saturating_sub(usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX))
    } else {
        usize::try_from(position).unwrap_or(usize::MAX).min(length)
    }
}

/// The byte at which the UTF-16 code unit of that position starts.
fn byte_of(text: &str, position: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= position {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

fn substring(arguments: &Arguments<'_>) -> Value {
    let Some(text) = arguments.text(0) else { return Value::Null };
    let length = text.encode_utf16().count();
    let from = clamp(arguments.long(1).unwrap_or(0), length);
    let to = clamp(arguments.long(2).unwrap_or(i64::MAX), length);
    text.get(byte_of(text, from)..byte_of(text, to).max(byte_of(text, from))).into()
}

fn index_of(arguments: &Arguments<'_>, find: impl Fn(&str, &str, Option<i64>) -> Option<usize>) -> Value {
    match (arguments.text(0), arguments.text(1)) {
        (Some(text), Some(part)) => match find(text, part, arguments.long(2)) {
            Some(byte) => text.get(..byte).map(|before| before.encode_utf16().count()).into(),
            None => Value::Long(-1),
        },
        _ => Value::Null,
    }
}

/// `%` stands for any text, `_` for any character, a backslash takes that meaning away.
fn like(text: &str, pattern: &str) -> bool {
    let mut characters = pattern.chars();
    let mut parts = Vec::with_capacity(pattern.len());
    while let Some(character) = characters.next() {
        parts.push(match character {
            '%' => Part::AnyRun,
            '_' => Part::AnyOne,
            '\\' => Part::Exactly(characters.next().unwrap_or('\\')),
            character => Part::Exactly(character),
        });
    }
    wildcard::matches(&parts, text)
}

fn levenshtein(first: &str, second: &str) -> usize {
    let second: Vec<char> = second.chars().collect();
    let mut row: Vec<usize> = (0..=second.len()).collect();
    for (index, a) in first.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (b, above) in second.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(a != *b)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// The last two parameters of both callers are `caseSensitive` and `wildcard`.
fn matches_any(arguments: &Arguments<'_>, test: fn(&Needle, &str) -> bool) -> Value {
    let case_sensitive = arguments.get(2) == &Value::Boolean(true);
    let wildcard = arguments.text(3).unwrap_or("*");
    let patterns: Vec<&Value> = if arguments.rest.is_empty() {
        vec![arguments.get(1)]
    } else {
        arguments
            .rest
            .iter()
            .flat_map(|value| value.as_array().unwrap_or(std::slice::from_ref(value)))
            .collect()
    };
    let needles: Vec<Needle> = patterns
        .iter()
        .filter_map(|pattern| pattern.as_str())
        .map(|pattern| Needle::new(pattern, wildcard, case_sensitive))
        .collect();
    let any = |value: &Value| match value {
        Value::String(text) | Value::SmartscapeId(text) => {
            Some(needles.iter().any(|needle| test(needle, text)))
        }
        _ => None,
    };
    match arguments.get(0) {
        Value::Array(elements) => elements.iter().any(|element| any(element) == Some(true)).into(),
        value => any(value).into(),
    }
}
