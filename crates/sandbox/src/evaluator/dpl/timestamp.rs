//! Timestamp formats of DPL and of `formatTimestamp`: letters of java.time patterns.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::value::zoned;

/// A format such as `yyyy-MM-dd'T'HH:mm:ss.SSS`.
#[derive(Debug, Clone)]
pub(crate) struct Format(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    /// A letter and how often it stands.
    Letter(char, usize),
    /// A part that may be absent.
    Optional(Vec<Part>),
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Format {
    /// Reads a format; unknown letters are an error.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\'' => {
                    let quoted: String =
                        characters.by_ref().take_while(|character| *character != '\'').collect();
                    parts.push(Part::Text(if quoted.is_empty() { "'".into() } else { quoted }));
                }
                'y' | 'Y' | 'u' | 'M' | 'L' | 'd' | 'D' | 'H' | 'h' | 'm' | 's' | 'S' | 'a' | 'E' | 'e'
                | 'Z' | 'z' | 'X' | 'x' | 'V' | 'n' | 'w' => {
                    let mut count = 1;
                    while characters.next_if_eq(&character).is_some() {
                        count += 1;
                    }
                    parts.push(Part::Letter(character, count));
                }
                // Patterns without quotes around the T are common, and mean the letter.
                'T' => parts.push(Part::Text("T".into())),
                _ if character.is_ascii_alphabetic() => {
                    return Err(format!(
                        "the letter `{character}` of a timestamp format is not supported by the sandbox"
                    ));
                }
                _ => parts.push(Part::Text(character.into())),
            }
        }
        Ok(Self(parts))
    }

    pub(super) fn iso() -> Self {
        let fraction = Part::Optional(vec![Part::Text(".".into()), Part::Letter('S', 1)]);
        let offset = Part::Optional(vec![Part::Letter('X', 3)]);
        let mut parts = Self::new("yyyy-MM-ddTHH:mm:ss").map(|format| format.0).unwrap_or_default();
        parts.extend([fraction, offset]);
        Self(parts)
    }

    pub(super) fn http() -> Self {
        Self::new("dd/MMM/yyyy:HH:mm:ss Z").unwrap_or_else(|_| Self(Vec::new()))
    }

    /// Reads a time from the start of a text: nanoseconds since 1970 and how many bytes it took.
    pub(super) fn read(&self, text: &str, zone: &TimeZone) -> Option<(i64, usize)> {
        let mut fields = Fields::default();
        let rest = fields.read(&self.0, text)?;
        Some((fields.nanos(zone)?, text.len() - rest.len()))
    }
}

#[derive(Debug, Clone)]
struct Fields {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nano: i32,
    afternoon: Option<bool>,
    offset: Option<i32>,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            year: 1970,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            nano: 0,
            afternoon: None,
            offset: None,
        }
    }
}

impl Fields {
    fn read<'t>(&mut self, parts: &[Part], text: &'t str) -> Option<&'t str> {
        let mut rest = text;
        for part in parts {
            rest = match part {
                Part::Text(wanted) => rest.strip_prefix(wanted.as_str())?,
                Part::Optional(parts) => {
                    let mut tried = self.clone();
                    match tried.read(parts, rest) {
                        Some(after) => {
                            *self = tried;
                            after
                        }
                        None => rest,
                    }
                }
                Part::Letter(letter, count) => self.letter(*letter, *count, rest)?,
            };
        }
        Some(rest)
    }

    fn letter<'t>(&mut self, letter: char, count: usize, text: &'t str) -> Option<&'t str> {
        let width = if count == 1 { 2 } else { count };
        match letter {
            'y' | 'Y' | 'u' => {
                let (value, rest) = number(text, if count == 2 { 2 } else { 4 })?;
                self.year = i16::try_from(if count == 2 { 2000 + value } else { value }).ok()?;
                Some(rest)
            }
            'M' | 'L' if count >= 3 => {
                let (month, rest) = name(text, &MONTHS, count == 3)?;
                self.month = i8::try_from(month + 1).ok()?;
                Some(rest)
            }
            'E' => name(text, &DAYS, count <= 3).map(|(_, rest)| rest),
            'S' => {
                let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(9);
                let digits = if count > 1 { digits.min(count) } else { digits };
                let (fraction, rest) =
                    text.split_at_checked(digits).filter(|(digits, _)| !digits.is_empty())?;
                self.nano = format!("{fraction:0<9}").parse().ok()?;
                Some(rest)
            }
            'a' => {
                let half = text.get(..2)?.to_ascii_uppercase();
                self.afternoon = Some(match half.as_str() {
                    "AM" => false,
                    "PM" => true,
                    _ => return None,
                });
                text.get(2..)
            }
            'Z' | 'z' | 'X' | 'x' | 'V' => self.offset(text),
            _ => {
                let (value, rest) = number(text, width)?;
                let value = i8::try_from(value).ok()?;
                match letter {
                    'M' | 'L' => self.month = value,
                    'd' => self.day = value,
                    'H' | 'h' => self.hour = value,
                    'm' => self.minute = value,
                    's' => self.second = value,
                    _ => return None,
                }
                Some(rest)
            }
        }
    }

    fn offset<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        for zero in ["Z", "UTC", "GMT"] {
            if let Some(rest) = text.strip_prefix(zero) {
                self.offset = Some(0);
                return Some(rest);
            }
        }
        let sign = match text.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let (hours, rest) = number(text.get(1..)?, 2)?;
        let after = rest.strip_prefix(':').unwrap_or(rest);
        let (minutes, rest) = number(after, 2).unwrap_or((0, rest));
        self.offset = Some(sign * (hours * 3600 + minutes * 60));
        Some(rest)
    }

    fn nanos(&self, zone: &TimeZone) -> Option<i64> {
        let hour = match self.afternoon {
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
            None => self.hour,
        };
        let civil =
            DateTime::new(self.year, self.month, self.day, hour, self.minute, self.second, self.nano).ok()?;
        let zone = match self.offset {
            Some(seconds) => Offset::from_seconds(seconds).ok()?.to_time_zone(),
            None => zone.clone(),
        };
        i64::try_from(zone.to_timestamp(civil).ok()?.as_nanosecond()).ok()
    }
}

fn number(text: &str, most: usize) -> Option<(i32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(digits).filter(|(digits, _)| !digits.is_empty())?;
    Some((digits.parse().ok()?, rest))
}

fn name<'t>(text: &'t str, names: &[&str], short: bool) -> Option<(usize, &'t str)> {
    names.iter().enumerate().find_map(|(index, name)| {
        let wanted = if short { name.get(..3)? } else { name };
        let found = text.get(..wanted.len())?;
        found.eq_ignore_ascii_case(wanted).then(|| (index, text.get(wanted.len()..).unwrap_or_default()))
    })
}

/// Writes a point in time in a format; nothing when the format cannot be read.
pub(crate) fn format(nanos: i64, format: &str, zone: &TimeZone) -> Option<String> {
    use std::fmt::Write as _;
    let time = zoned(nanos, zone)?;
    let mut out = String::new();
    for part in Format::new(format).ok()?.0 {
        let (letter, count) = match part {
            Part::Text(text) => {
                out.push_str(&text);
                continue;
            }
            Part::Letter(letter, count) => (letter, count),
            Part::Optional(_) => continue,
        };
        let month = MONTHS.get(usize::try_from(time.month() - 1).unwrap_or(0)).copied().unwrap_or_default();
        let weekday = usize::try_from(time.weekday().to_monday_zero_offset()).unwrap_or(0);
        let day = DAYS.get(weekday).copied().unwrap_or_default();
        let hour12 = match time.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        let padded = match letter {
            'y' | 'Y' | 'u' if count == 2 => i64::from(time.year() % 100),
            'y' | 'Y' | 'u' => i64::from(time.year()),
            'M' | 'L' if count >= 3 => {
                out.push_str(if count == 3 { month.get(..3).unwrap_or(month) } else { month });
                continue;
            }
            'E' => {
                out.push_str(if count <= 3 { day.get(..3).unwrap_or(day) } else { day });
                continue;
            }
            'a' => {
                out.push_str(if time.hour() < 12 { "AM" } else { "PM" });
                continue;
            }
            'S' => {
                let digits = std::format!("{:09}", time.subsec_nanosecond());
                out.push_str(digits.get(..count.min(9)).unwrap_or(&digits));
                continue;
            }
            'Z' | 'z' | 'X' | 'x' | 'V' => {
                let seconds = time.offset().seconds();
                if seconds == 0 && letter == 'X' {
                    out.push('Z');
                } else {
                    let sign = if seconds < 0 { '-' } else { '+' };
                    let colon = if count == 3 { ":" } else { "" };
                    let minutes = seconds.abs() / 60;
                    let _ = write!(out, "{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60);
                }
                continue;
            }
            'M' | 'L' => i64::from(time.month()),
            'd' => i64::from(time.day()),
            'D' => i64::from(time.day_of_year()),
            'H' => i64::from(time.hour()),
            'h' => i64::from(hour12),
            'm' => i64::from(time.minute()),
            's' => i64::from(time.second()),
            'n' => i64::from(time.subsec_nanosecond()),
            'w' => i64::from(time.date().iso_week_date().week()),
            'e' => i64::from(time.weekday().to_monday_one_offset()),
            _ => continue,
        };
        let _ = write!(out, "{padded:0count$}");
    }
    Some(out)
}
