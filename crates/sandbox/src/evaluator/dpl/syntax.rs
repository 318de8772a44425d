//! Pattern text to matchers.

use std::collections::HashMap;

use super::item::{Class, Item, JsonKind, JsonMember, JsonMemberKind, Look, MatcherKind};
use super::timestamp::Format;
use crate::record::Name;

/// The most characters that a matcher without a quantifier takes.
const DEFAULT_MAXIMUM: usize = 4096;

pub(super) fn parse(text: &str) -> Result<Vec<Item>, String> {
    let mut parser = Parser { depth: 0, rest: text, macros: HashMap::new() };
    let mut alternatives = parser.alternatives()?;
    parser.space();
    if !parser.rest.is_empty() {
        return Err(format!("`{}` isn't allowed here", parser.rest.chars().take(10).collect::<String>()));
    }
    match (alternatives.len(), alternatives.pop()) {
        (1, Some(items)) => Ok(items),
        (_, Some(last)) => {
            alternatives.push(last);
            Ok(vec![plain(MatcherKind::Group(alternatives))])
        }
        (_, None) => Ok(Vec::new()),
    }
}

fn plain(matcher: MatcherKind) -> Item {
    Item { matcher, minimum: 1, maximum: 1, name: None, look: Look::Consume }
}

/// How deep groups may nest.
const DEEPEST: usize = 64;

struct Parser<'t> {
    depth: usize,
    rest: &'t str,
    macros: HashMap<&'t str, Vec<Item>>,
}

impl<'t> Parser<'t> {
    fn alternatives(&mut self) -> Result<Vec<Vec<Item>>, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("groups are nested too deeply".into());
        }
        let alternatives = self.alternatives_inside();
        self.depth -= 1;
        alternatives
    }

    fn alternatives_inside(&mut self) -> Result<Vec<Vec<Item>>, String> {
        let mut alternatives = vec![Vec::new()];
        loop {
            self.space();
            if self.eat("|") {
                alternatives.push(Vec::new());
            } else if self.eat(",") || self.eat(";") {
            } else if self.rest.is_empty() || self.rest.starts_with([')', '}']) {
                return Ok(alternatives);
            } else if self.rest.starts_with('$') {
                if let Some(items) = self.macro_call()?
                    && let Some(sequence) = alternatives.last_mut()
                {
                    sequence.extend(items);
                }
            } else {
                let item = self.item()?;
                if let Some(sequence) = alternatives.last_mut() {
                    sequence.push(item);
                }
            }
        }
    }

    /// `$name = …;` declares and yields nothing; `$name` stands for what was declared.
    fn macro_call(&mut self) -> Result<Option<Vec<Item>>, String> {
        self.eat("$");
        let name = self.word().ok_or("a macro needs a name")?;
        self.space();
        if self.eat("=") {
            let end = self.statement_end();
            let (declaration, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
            let items =
                Parser { depth: self.depth + 1, rest: declaration, macros: self.macros.clone() }.whole()?;
            self.macros.insert(name, items);
            self.rest = rest.strip_prefix(';').unwrap_or(rest);
            return Ok(None);
        }
        let items = self.macros.get(name).cloned().ok_or_else(|| format!("there's no macro `${name}`"))?;
        let mut item = plain(MatcherKind::Group(vec![items]));
        self.suffixes(&mut item)?;
        Ok(Some(vec![item]))
    }

    fn whole(mut self) -> Result<Vec<Item>, String> {
        let alternatives = self.alternatives()?;
        if self.rest.is_empty() {
            Ok(vec![plain(MatcherKind::Group(alternatives))])
        } else {
            Err(format!("`{}` isn't allowed here", self.rest.chars().take(10).collect::<String>()))
        }
    }

    fn statement_end(&self) -> usize {
        let mut quote = None;
        for (index, character) in self.rest.char_indices() {
            match (quote, character) {
                (None, ';') => return index,
                (None, '\'' | '"') => quote = Some(character),
                (Some(open), _) if open == character => quote = None,
                _ => {}
            }
        }
        self.rest.len()
    }

    fn item(&mut self) -> Result<Item, String> {
        let look = if self.eat("!>>") {
            Look::Ahead { wanted: false }
        } else if self.eat(">>") {
            Look::Ahead { wanted: true }
        } else if self.eat("!<<") {
            Look::Behind { wanted: false }
        } else if self.eat("<<") {
            Look::Behind { wanted: true }
        } else {
            Look::Consume
        };
        self.space();
        let mut item = self.matcher()?;
        item.look = look;
        self.suffixes(&mut item)?;
        Ok(item)
    }

    fn matcher(&mut self) -> Result<Item, String> {
        if self.rest.starts_with(['\'', '"']) {
            return Ok(plain(MatcherKind::Literal(self.quoted()?)));
        }
        if self.eat("(") {
            let alternatives = self.alternatives()?;
            self.expect(")")?;
            return Ok(plain(MatcherKind::Group(alternatives)));
        }
        if self.eat("[") {
            return Ok(plain(MatcherKind::Class(self.class()?)));
        }
        let Some(word) = self.word() else {
            return Err(format!("`{}` isn't allowed here", self.rest.chars().take(10).collect::<String>()));
        };
        self.named_matcher(word)
    }

    fn named_matcher(&mut self, word: &str) -> Result<Item, String> {
        let many = |set: fn(char) -> bool| {
            Ok(Item { maximum: DEFAULT_MAXIMUM, ..plain(MatcherKind::Class(Class::of(set))) })
        };
        let one = |kind| Ok(plain(kind));
        match word.to_ascii_uppercase().as_str() {
            "LD" | "LDATA" => one(MatcherKind::Text { multiline: false }),
            "DATA" => one(MatcherKind::Text { multiline: true }),
            "INT" | "INTEGER" | "LONG" => one(MatcherKind::Integer { hexadecimal: false }),
            "HEXINT" | "HEXLONG" => one(MatcherKind::Integer { hexadecimal: true }),
            "DOUBLE" | "FLOAT" => one(MatcherKind::Double { comma: false }),
            "CDOUBLE" | "CFLOAT" => one(MatcherKind::Double { comma: true }),
            "BOOLEAN" | "BOOL" => one(MatcherKind::Boolean),
            "STRING" => one(MatcherKind::QuotedString { double: true, single: true }),
            "DQS" | "CSVDQS" => one(MatcherKind::QuotedString { double: true, single: false }),
            "SQS" | "CSVSQS" => one(MatcherKind::QuotedString { double: false, single: true }),
            "WORD" => many(|character| character.is_alphanumeric() || character == '_'),
            "SPACE" => many(|character| matches!(character, ' ' | '\t' | '\u{b}' | '\u{c}' | '\u{a0}')),
            "BLANK" => many(|character| matches!(character, ' ' | '\t')),
            "NSPACE" => many(|character| !character.is_whitespace()),
            "UPPER" => many(|character| character.is_ascii_uppercase()),
            "LOWER" => many(|character| character.is_ascii_lowercase()),
            "ALPHA" => many(|character| character.is_ascii_alphabetic()),
            "DIGIT" => many(|character| character.is_ascii_digit()),
            "XDIGIT" => many(|character| character.is_ascii_hexdigit()),
            "ALNUM" => many(|character| character.is_ascii_alphanumeric()),
            "PUNCT" => many(|character| character.is_ascii_punctuation()),
            "GRAPH" => many(|character| character.is_ascii_graphic()),
            "PRINT" => many(|character| character.is_ascii_graphic() || character == ' '),
            "ASCII" => many(|character| character.is_ascii()),
            "CNTRL" => many(|character| character.is_ascii_control()),
            "EOL" | "LF" => one(MatcherKind::Literal("\n".into())),
            "CR" => one(MatcherKind::Literal("\r".into())),
            "EOLWIN" | "WINEOL" => one(MatcherKind::Literal("\r\n".into())),
            "EOS" | "EOF" => one(MatcherKind::End),
            "BOS" | "BOF" => one(MatcherKind::Start),
            "IPADDR" | "IP" => one(MatcherKind::Ip { v4: true, v6: true }),
            "IPV4" | "IPV4ADDR" => one(MatcherKind::Ip { v4: true, v6: false }),
            "IPV6" | "IPV6ADDR" => one(MatcherKind::Ip { v4: false, v6: true }),
            "UUIDSTRING" => one(MatcherKind::Uuid),
            "ISO8601" => one(MatcherKind::Timestamp(Format::iso())),
            "HTTPDATE" => one(MatcherKind::Timestamp(Format::http())),
            "TIMESTAMP" | "TIME" => {
                if self.eat("(") {
                    self.space();
                    let format = self.quoted()?;
                    self.skip_to_closing()?;
                    return one(MatcherKind::Timestamp(Format::new(&format)?));
                }
                one(MatcherKind::Timestamp(Format::iso()))
            }
            "JSON_VALUE" => {
                self.skip_braces()?;
                one(MatcherKind::Json(JsonKind::Value))
            }
            "JSON_ARRAY" => {
                self.skip_braces()?;
                one(MatcherKind::Json(JsonKind::Array))
            }
            "JSON" | "JSON_OBJECT" => {
                let members = if self.eat("{") { self.json_members()? } else { Vec::new() };
                let flat =
                    self.configuration()?.iter().any(|(name, value)| name == "flat" && value == "true");
                one(MatcherKind::Json(JsonKind::Object { members, flat }))
            }
            "KVP" => one(MatcherKind::KeyValues(self.braced()?)),
            "STRUCTURE" => one(MatcherKind::Structure(self.braced()?)),
            "ARRAY" => one(MatcherKind::Array(self.braced()?)),
            "ENUM" => one(MatcherKind::Enum(self.enumeration()?)),
            _ => Err(format!("the matcher `{word}` is not supported by the sandbox")),
        }
    }

    fn braced(&mut self) -> Result<Vec<Item>, String> {
        self.space();
        self.expect("{")?;
        let alternatives = self.alternatives()?;
        self.expect("}")?;
        Ok(vec![plain(MatcherKind::Group(alternatives))])
    }

    fn json_members(&mut self) -> Result<Vec<JsonMember>, String> {
        let mut members = Vec::new();
        loop {
            self.space();
            if self.eat("}") {
                return Ok(members);
            }
            if self.eat(",") {
                continue;
            }
            let word = self.word().ok_or("a JSON member needs a type")?.to_ascii_uppercase();
            let kind = match word.as_str() {
                "STRING" => JsonMemberKind::Text,
                "INT" | "INTEGER" | "LONG" => JsonMemberKind::Long,
                "DOUBLE" | "FLOAT" => JsonMemberKind::Double,
                "BOOLEAN" | "BOOL" => JsonMemberKind::Boolean,
                "JSON" | "JSON_OBJECT" => {
                    self.skip_braces()?;
                    JsonMemberKind::Object
                }
                "JSON_ARRAY" => {
                    self.skip_braces()?;
                    JsonMemberKind::Array
                }
                _ => JsonMemberKind::Any,
            };
            self.configuration()?;
            let kind = if self.eat("[]") { JsonMemberKind::Array } else { kind };
            self.eat("?");
            self.expect(":")?;
            let name = if self.rest.starts_with(['\'', '"', '`']) {
                self.quoted()?
            } else {
                self.name().ok_or("a JSON member needs a name")?.to_owned()
            };
            members.push(JsonMember { name: Name::from(name), kind });
        }
    }

    fn enumeration(&mut self) -> Result<Vec<(String, i64)>, String> {
        self.space();
        self.expect("{")?;
        let mut members = Vec::new();
        loop {
            self.space();
            if self.eat("}") {
                return Ok(members);
            }
            if self.eat(",") {
                continue;
            }
            let text = self.quoted()?;
            self.space();
            self.expect("=")?;
            self.space();
            let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(self.rest.len());
            let (digits, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
            members.push((text, digits.parse().map_err(|_| "an ENUM member needs a number")?));
            self.rest = rest;
        }
    }

    /// Quantifier, configuration, optionality and name, which may stand behind any matcher.
    fn suffixes(&mut self, item: &mut Item) -> Result<(), String> {
        loop {
            self.gap();
            if self.eat("*") {
                (item.minimum, item.maximum) = (0, DEFAULT_MAXIMUM);
            } else if self.eat("+") {
                (item.minimum, item.maximum) = (1, DEFAULT_MAXIMUM);
            } else if self.eat("?") {
                item.minimum = 0;
            } else if self.rest.starts_with('{') {
                (item.minimum, item.maximum) = self.quantifier()?;
            } else if self.rest.starts_with('(') && self.is_configuration() {
                self.configuration()?;
            } else if self.eat(":") {
                self.gap();
                let name = if self.rest.starts_with(['\'', '"', '`']) {
                    self.quoted()?
                } else {
                    self.name().ok_or("a name is missing after `:`")?.to_owned()
                };
                item.name = Some(Name::from(name));
                return Ok(());
            } else {
                return Ok(());
            }
        }
    }

    fn quantifier(&mut self) -> Result<(usize, usize), String> {
        self.expect("{")?;
        let end = self.rest.find('}').ok_or("`}` is missing")?;
        let (inside, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest.strip_prefix('}').unwrap_or(rest);
        let number =
            |text: &str| text.trim().parse::<usize>().map_err(|_| format!("`{text}` is not a quantity"));
        match inside.split_once(',') {
            Some((minimum, "")) => Ok((number(minimum)?, DEFAULT_MAXIMUM)),
            Some((minimum, maximum)) if minimum.trim().is_empty() => Ok((0, number(maximum)?)),
            Some((minimum, maximum)) => Ok((number(minimum)?, number(maximum)?)),
            None => Ok((number(inside)?, number(inside)?)),
        }
    }

    /// Whether the parenthesis holds settings, `(flat=true)`, and not a group.
    fn is_configuration(&self) -> bool {
        let inside = self.rest.get(1..).unwrap_or_default().trim_start();
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
        end > 0 && inside.get(end..).is_some_and(|rest| rest.trim_start().starts_with('='))
    }

    fn configuration(&mut self) -> Result<Vec<(String, String)>, String> {
        if !self.rest.starts_with('(') || !self.is_configuration() {
            return Ok(Vec::new());
        }
        self.expect("(")?;
        let end = self.rest.find(')').ok_or("`)` is missing")?;
        let (inside, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest.strip_prefix(')').unwrap_or(rest);
        Ok(inside
            .split(',')
            .filter_map(|setting| setting.split_once('='))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase()))
            .collect())
    }

    fn skip_to_closing(&mut self) -> Result<(), String> {
        let end = self.rest.find(')').ok_or("`)` is missing")?;
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        Ok(())
    }

    /// Leaves out `{…}`, which may hold braces itself.
    fn skip_braces(&mut self) -> Result<(), String> {
        if !self.rest.starts_with('{') {
            return Ok(());
        }
        let mut depth = 0_usize;
        for (index, character) in self.rest.char_indices() {
            match character {
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        self.rest = self.rest.get(index + 1..).unwrap_or_default();
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err("`}` is missing".into())
    }

    fn class(&mut self) -> Result<Class, String> {
        let mut class = Class { negated: self.eat("^") || self.eat("!"), ..Class::default() };
        loop {
            if self.eat("]") {
                return Ok(class);
            }
            let first = self.class_character().ok_or("`]` is missing")?;
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.eat("-");
                let last = self.class_character().ok_or("`]` is missing")?;
                class.ranges.push((first, last));
            } else {
                class.ranges.push((first, first));
            }
        }
    }

    fn class_character(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let mut character = characters.next()?;
        if character == '\\' {
            character = unescaped(characters.next()?);
        }
        self.rest = characters.as_str();
        Some(character)
    }

    fn quoted(&mut self) -> Result<String, String> {
        let mut characters = self.rest.chars();
        let quote =
            characters.next().filter(|c| matches!(c, '\'' | '"' | '`')).ok_or("a quoted text is missing")?;
        let mut out = String::new();
        loop {
            match characters.next() {
                None => return Err(format!("the closing {quote} is missing")),
                Some('\\') => out.extend(characters.next().map(unescaped)),
                Some(character) if character == quote => break,
                Some(character) => out.push(character),
            }
        }
        self.rest = characters.as_str();
        Ok(out)
    }

    fn word(&mut self) -> Option<&'t str> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).filter(|(word, _)| !word.is_empty())?;
        self.rest = rest;
        Some(word)
    }

    /// A field name: may hold dots.
    fn name(&mut self) -> Option<&'t str> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.'))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        self.rest = rest;
        Some(name)
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.eat(text) { Ok(()) } else { Err(format!("`{text}` is missing")) }
    }

    fn gap(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn space(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(comment) = self.rest.strip_prefix("//") {
                self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
            } else {
                return;
            }
        }
    }
}

const fn unescaped(character: char) -> char {
    match character {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}
