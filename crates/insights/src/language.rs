//! The language for JavaScript: what there is to say about a text, as JSON.
//!
//! The answers are text because that is what crosses the boundary fastest, and byte for byte what `grailstage dql`
//! prints.

use grailstage_dql::Dialect;
use grailstage_dql::report::{Report, check_report, explain_report, format_report};
use serde::Deserialize;
use serde_json::Value;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::InsightError;

/// How a text is read: as a whole query, as a part of one that may start in the middle, or as a query with
/// `${placeholders}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum DqlDialect {
    /// A whole query.
    #[default]
    Query,
    /// A part of a pipeline.
    Snippet,
    /// A query with placeholders.
    Template,
}

impl DqlDialect {
    const ALL: [(&'static str, Self); 3] =
        [("query", Self::Query), ("snippet", Self::Snippet), ("template", Self::Template)];
}

impl From<DqlDialect> for Dialect {
    fn from(dialect: DqlDialect) -> Self {
        match dialect {
            DqlDialect::Query => Self::Query,
            DqlDialect::Snippet => Self::Snippet,
            DqlDialect::Template => Self::Template,
        }
    }
}

/// How DQL is formatted or explained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct DqlOptions {
    /// How the text is read; `query` where absent.
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<DqlDialect>"))]
    pub dialect: DqlDialect,
}

/// How DQL is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct DqlCheckOptions {
    /// How the text is read; `query` where absent.
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<DqlDialect>"))]
    pub dialect: DqlDialect,
    /// Whether habits that cost are reported, too; `false` where absent.
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub lints: bool,
}

/// The mistakes in a text, as the JSON of a [`Report`]. The options are those of [`DqlCheckOptions`] as JSON, or null.
///
/// # Errors
/// [`InsightError::InvalidOption`] for an option that does not exist or takes other values.
pub fn check_dql(text: &str, options: &Value) -> Result<String, InsightError> {
    let mut chosen = DqlCheckOptions::default();
    for_each_option(options, &["dialect", "lints"], |name, value| {
        match name {
            "lints" => chosen.lints = switch(name, value)?,
            _ => chosen.dialect = dialect(name, value)?,
        }
        Ok(())
    })?;
    json(&check_report(text, chosen.dialect.into(), chosen.lints))
}

/// A text laid out anew, as the JSON of a [`Report`]. The options are those of [`DqlOptions`] as JSON, or null.
///
/// # Errors
/// [`InsightError::InvalidOption`] for an option that does not exist or takes other values.
pub fn format_dql(text: &str, options: &Value) -> Result<String, InsightError> {
    json(&format_report(text, only_dialect(options)?))
}

/// What a query reads and yields, as the JSON of a [`Report`]. The options are those of [`DqlOptions`] as JSON, or null.
///
/// # Errors
/// [`InsightError::InvalidOption`] for an option that does not exist or takes other values.
pub fn explain_dql(text: &str, options: &Value) -> Result<String, InsightError> {
    json(&explain_report(text, only_dialect(options)?))
}

fn only_dialect(options: &Value) -> Result<Dialect, InsightError> {
    let mut chosen = DqlOptions::default();
    for_each_option(options, &["dialect"], |name, value| {
        chosen.dialect = dialect(name, value)?;
        Ok(())
    })?;
    Ok(chosen.dialect.into())
}

/// Reads the members of the options, all of which have to be known.
fn for_each_option(
    options: &Value,
    known: &[&str],
    mut read: impl FnMut(&str, &Value) -> Result<(), InsightError>,
) -> Result<(), InsightError> {
    match options {
        Value::Null => Ok(()),
        Value::Object(options) => options.iter().try_for_each(|(name, value)| {
            if known.contains(&name.as_str()) {
                return read(name, value);
            }
            Err(InsightError::UnknownOption {
                option: name.clone(),
                known: known.iter().map(|name| (*name).to_owned()).collect(),
            })
        }),
        other => Err(InsightError::InvalidRequest {
            reason: format!("the options are `{}` and not an object", shortened(other)),
        }),
    }
}

fn dialect(name: &str, value: &Value) -> Result<DqlDialect, InsightError> {
    let known = DqlDialect::ALL.iter().find(|(dialect, _)| value.as_str() == Some(*dialect));
    known.map(|(_, dialect)| *dialect).ok_or_else(|| {
        invalid(name, value, DqlDialect::ALL.iter().map(|(dialect, _)| format!("\"{dialect}\"")).collect())
    })
}

fn switch(name: &str, value: &Value) -> Result<bool, InsightError> {
    value.as_bool().ok_or_else(|| invalid(name, value, vec!["true".to_owned(), "false".to_owned()]))
}

fn invalid(name: &str, value: &Value, allowed: Vec<String>) -> InsightError {
    InsightError::InvalidOption { option: name.to_owned(), value: shortened(value), allowed }
}

/// A value as JSON, cut where it is too long for a message.
fn shortened(value: &Value) -> String {
    const SHOWN: usize = 40;
    let text = value.to_string();
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() { format!("{start}…") } else { start }
}

fn json(report: &Report) -> Result<String, InsightError> {
    serde_json::to_string(report)
        .map_err(|error| InsightError::UnexpectedRecords { reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::ErrorPayload;

    fn refused(answer: Result<String, InsightError>) -> ErrorPayload {
        answer.unwrap_err().into()
    }

    #[test]
    fn reads_a_text_as_a_query_without_lints_unless_told_otherwise() {
        let costly = "fetch logs | filter lower(a) == \"b\"";
        let plain: Value = serde_json::from_str(&check_dql(costly, &Value::Null).unwrap()).unwrap();
        assert_eq!(plain, json!({ "valid": true, "diagnostics": [] }));
        let with_lints: Value =
            serde_json::from_str(&check_dql(costly, &json!({ "lints": true })).unwrap()).unwrap();
        assert!(!with_lints["diagnostics"].as_array().unwrap().is_empty(), "{with_lints}");
        assert_eq!(with_lints["valid"], json!(true));
    }

    #[test]
    fn reads_a_text_in_the_dialect_that_is_given() {
        let snippet = "| limit 3";
        let valid = |options| format_dql(snippet, &options).unwrap().contains("\"valid\":true");
        assert!(!valid(json!({})));
        assert!(valid(json!({ "dialect": "snippet" })));
        let template =
            explain_dql("fetch logs | filter a == ${b}", &json!({ "dialect": "template" })).unwrap();
        assert!(template.contains(r#""tables":["logs"]"#), "{template}");
    }

    #[test]
    fn refuses_another_value_with_the_option_the_value_and_those_allowed() {
        for check in [check_dql, format_dql, explain_dql] {
            let error = refused(check("fetch logs", &json!({ "dialect": "sql" })));
            assert_eq!(error.code, "invalid-option");
            assert_eq!(error.status, 400);
            assert_eq!(error.message, "the option `dialect` cannot be `\"sql\"`");
            assert_eq!(error.help.unwrap(), "it takes `\"query\"`, `\"snippet\"`, `\"template\"`");
        }
        let error = refused(check_dql("fetch logs", &json!({ "lints": "yes" })));
        assert_eq!(error.message, "the option `lints` cannot be `\"yes\"`");
        assert_eq!(error.help.unwrap(), "it takes `true`, `false`");
    }

    #[test]
    fn refuses_an_unknown_option_with_those_there_are() {
        let error = refused(check_dql("fetch logs", &json!({ "lint": true })));
        assert_eq!((error.code.as_str(), error.status), ("invalid-option", 400));
        assert_eq!(error.message, "there is no option `lint`");
        assert_eq!(error.help.unwrap(), "the options are `dialect`, `lints`");
        let error = refused(format_dql("fetch logs", &json!({ "lints": true })));
        assert_eq!(error.help.unwrap(), "the options are `dialect`");
    }

    #[test]
    fn refuses_options_that_are_no_object_and_cuts_long_values() {
        let error = refused(check_dql("fetch logs", &json!("a".repeat(500))));
        assert_eq!(error.code, "invalid-request");
        assert!(error.message.len() < 200, "{}", error.message);
        assert!(error.message.contains("aaa"), "{}", error.message);
    }
}
