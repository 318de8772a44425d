//! Reads `catalogue.txt`.

use super::{Assignment, Catalogue, DataObject, Kind, ParameterInfo, Signature, Types};

impl Catalogue {
    /// Reads the table; a line that cannot be read is left out, and a test says which.
    pub(super) fn read(text: &'static str) -> Self {
        let mut catalogue = Self::default();
        let mut lower_case: Vec<&'static str> = Vec::new();
        for (section, line) in lines(text) {
            if section == "data objects" {
                catalogue.data_objects.extend(data_object(line));
                continue;
            }
            let Some(signatures) = signatures(line, section) else { continue };
            for signature in &signatures {
                // The catalogue lives as long as the program; so do its names.
                lower_case.push(String::leak(signature.name.to_ascii_lowercase()));
            }
            if section == "commands" {
                catalogue.commands.extend(signatures);
            } else {
                catalogue.functions.extend(signatures);
            }
        }
        catalogue.lower_case = lower_case;
        catalogue.index();
        catalogue
    }
}

/// The lines that no reader takes.
#[cfg(test)]
pub(super) fn unread(text: &'static str) -> Vec<String> {
    lines(text)
        .filter(|(section, line)| match *section {
            "data objects" => data_object(line).is_none(),
            section => signatures(line, section).is_none(),
        })
        .map(|(_, line)| line.to_owned())
        .collect()
}

/// The lines with their section.
fn lines(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut section = "";
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(
        move |line| match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(heading) => {
                section = heading.strip_prefix("functions: ").unwrap_or(heading);
                None
            }
            None => Some((section, line)),
        },
    )
}

fn data_object(line: &'static str) -> Option<DataObject> {
    let (name, scope) = line.split_once(' ')?;
    let (name, prefix) = name.strip_suffix('*').map_or((name, false), |start| (start, true));
    Some(DataObject { name, prefix, scope })
}

/// `name, name (parameters) -> types flags`
fn signatures(line: &'static str, category: &'static str) -> Option<Vec<Signature>> {
    let (names, rest) = line.split_once(" (")?;
    let (parameters, tail) = split_at_closing(rest)?;
    let parameters: Vec<ParameterInfo> =
        split_list(parameters).into_iter().map(parameter).collect::<Option<_>>()?;
    let mut result = Types::ANY;
    let (mut source, mut experimental, mut deprecated) = (false, false, false);
    let mut words = tail.split_ascii_whitespace();
    while let Some(word) = words.next() {
        match word {
            "->" => result = Types::from_catalogue(words.next()?)?,
            "source" => source = true,
            "experimental" => experimental = true,
            "deprecated" => deprecated = true,
            _ => return None,
        }
    }
    let signature = |name: &'static str| Signature {
        name,
        parameters: parameters.clone(),
        result,
        source,
        experimental,
        deprecated,
        category,
    };
    Some(names.split(", ").map(signature).collect())
}

/// The text up to the parenthesis that closes the one before it, and the text after.
fn split_at_closing(text: &'static str) -> Option<(&'static str, &'static str)> {
    let mut depth = 1;
    for (position, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..position)?, text.get(position + 1..)?));
        }
    }
    None
}

/// Splits at commas outside of braces.
fn split_list(text: &'static str) -> Vec<&'static str> {
    let mut depth = 0;
    text.split(move |character| {
        match character {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            _ => {}
        }
        character == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
    .collect()
}

fn parameter(text: &'static str) -> Option<ParameterInfo> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (mut name, mut optional, mut variadic, mut named) = (name, false, false, false);
    for (mark, flag) in [("...", &mut variadic), ("?", &mut optional), (":", &mut named)] {
        (name, *flag) = strip(name, mark);
    }
    let (name, nameless) =
        name.strip_prefix('<').and_then(|n| n.strip_suffix('>')).map_or((name, false), |n| (n, true));
    let mut info = ParameterInfo {
        name,
        alias: None,
        nameless,
        named,
        optional,
        variadic,
        kind: Kind::Value,
        types: Types::ANY,
        choices: Vec::new(),
        range: None,
        default: None,
        constant: false,
        literal: false,
        assignment: Assignment::Forbidden,
        sortable: false,
        experimental: false,
        unlisted: false,
    };
    let mut words = rest.split_ascii_whitespace();
    while let Some(word) = words.next() {
        match word {
            "alias" => info.alias = Some(words.next()?),
            "assignable" => info.assignment = Assignment::Allowed,
            "assigned" => info.assignment = Assignment::Required,
            "sortable" => info.sortable = true,
            "literal" => info.literal = true,
            "experimental" => info.experimental = true,
            "unlisted" => info.unlisted = true,
            types => value_of(&mut info, types)?,
        }
    }
    Some(info)
}

/// `types{choices}[range]=default!`
fn value_of(info: &mut ParameterInfo, text: &'static str) -> Option<()> {
    let (text, constant) = strip(text, "!");
    info.constant = constant;
    let text = match text.split_once('=') {
        Some((before, default)) => {
            info.default = Some(default);
            before
        }
        None => text,
    };
    let text = match text.split_once('[') {
        Some((before, range)) => {
            let (low, high) = range.strip_suffix(']')?.split_once("..")?;
            info.range =
                Some((low.parse().ok()?, if high.is_empty() { None } else { Some(high.parse().ok()?) }));
            before
        }
        None => text,
    };
    let text = match text.split_once('{') {
        Some((before, choices)) => {
            info.choices = choices.strip_suffix('}')?.split(',').collect();
            info.kind = Kind::Choice;
            before
        }
        None => text,
    };
    info.kind = match text {
        "" => return Some(()),
        "dataObject" => Kind::DataObject,
        "bucket" => Kind::Bucket,
        "metricKey" => Kind::MetricKey,
        "field" => Kind::Field,
        "anyField" => Kind::AnyField,
        "fieldPattern" => Kind::FieldPattern,
        "aggregation" => Kind::Aggregation,
        "timeseriesAggregation" => Kind::TimeseriesAggregation,
        "metricAggregation" => Kind::MetricAggregation,
        "joinCondition" => Kind::JoinCondition,
        "query" => Kind::Query,
        "dplPattern" | "namelessDplPattern" => Kind::Pattern,
        "json" => Kind::Json,
        "file" | "newFile" => Kind::File,
        "nodeType" | "edgeType" => Kind::TopologyType,
        "search" => Kind::Search,
        "jsonPath" | "entityAttribute" | "entityType" => Kind::Opaque,
        types => {
            info.types = Types::from_catalogue(types)?;
            Kind::Value
        }
    };
    Some(())
}

fn strip<'a>(text: &'a str, mark: &str) -> (&'a str, bool) {
    text.strip_suffix(mark).map_or((text, false), |rest| (rest, true))
}
