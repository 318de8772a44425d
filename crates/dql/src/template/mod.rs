//! Queries with placeholders: `${name}` is bound in the tree, so that a value stays one value.
//!
//! ```text
//!  text ── Template::parse ──▶ tree with placeholders ── bind(values) ──▶ Query
//! ```
//!
//! A placeholder may stand bare, as an element of `{…}`, inside a string of either kind, or inside backticks.
//! Bare it becomes a literal of its value's type; in a string or backticks it becomes part of the content, whatever
//! that content is. It cannot become a name, an operator or a command. In strings that hold a language of their own
//! (patterns, selectors, JSON) it must not contain what could end a literal there.
//!
//! ```
//! use grailstage_dql::template::{Bindings, Template};
//!
//! let template = Template::parse("fetch logs | filter `k8s.${kind}` == ${name} and in(x, {${list}})").unwrap();
//! let values = Bindings::default()
//!     .with("kind", "pod`s")
//!     .with("name", "it\" | limit 0")
//!     .with("list", ["a", "b"]);
//! assert_eq!(
//!     grailstage_dql::print(&template.bind(&values).unwrap()),
//!     "fetch logs\n| filter `k8s.pod\\`s` == \"it\\\" | limit 0\" and in(x, {\"a\", \"b\"})"
//! );
//! ```

mod binding;
mod bound;
mod placeholder;

pub use bound::{Bindings, Bound, Scope};
pub use placeholder::Placeholder;

use crate::ast::Query;
use crate::diagnostic::Diagnostic;
use crate::parser::{Dialect, parse_recovering};

/// A query with placeholders.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    source: String,
    query: Query,
}

impl Template {
    /// Reads a query with placeholders; one without is a template too.
    ///
    /// # Errors
    ///
    /// All errors of the text; a dashboard variable (`$Name`) is one.
    pub fn parse(source: &str) -> Result<Self, Vec<Diagnostic>> {
        let parsed = parse_recovering(source, Dialect::Template);
        let mut errors: Vec<Diagnostic> =
            parsed.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
        for span in &parsed.placeholders {
            let text = source.get(span.start..span.end).unwrap_or_default();
            if !text.contains('{') {
                errors.push(
                    Diagnostic::error("DASHBOARD_VARIABLE", *span, format!("`{text}` is a variable of a dashboard"))
                        .with_help(
                            "dashboards fill in variables before Grail reads the query; here write a placeholder such \
                             as `${componentName}`, or the value itself",
                        ),
                );
            } else if let Err(reason) = Placeholder::parse(text) {
                errors.push(Diagnostic::error("INVALID_PLACEHOLDER", *span, reason));
            }
        }
        if errors.is_empty() {
            Ok(Self { source: source.to_owned(), query: parsed.query })
        } else {
            Err(errors)
        }
    }

    /// The tree, its placeholders as fields whose names start with `$`.
    #[must_use]
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Puts values in the place of the placeholders.
    ///
    /// # Errors
    ///
    /// One finding for each placeholder that has no value or whose value cannot stand where it does; unknown names
    /// are reported with the names there are.
    pub fn bind(&self, scope: &impl Scope) -> Result<Query, Vec<Diagnostic>> {
        binding::bind(&self.source, &self.query, scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::DurationUnit;
    use crate::builder::TimeSpan;
    use crate::{parse, print};

    fn values() -> Bindings {
        Bindings::default()
            .with("componentName", "cart")
            .with("count", 3_i64)
            .with("negative", -3_i64)
            .with("share", 0.5)
            .with("enabled", true)
            .with("window", TimeSpan { amount: 2, unit: DurationUnit::Hour })
            .with("list", ["a", "b"])
            .with("none", Vec::<String>::new())
            .with("hostile", "x' LD:evil \"")
            .with_path(["entity", "metadata", "labels", "app.kubernetes.io/name"], "shop")
    }

    fn bound(source: &str) -> String {
        print(&Template::parse(source).unwrap().bind(&values()).unwrap())
    }

    fn refused(source: &str) -> (&'static str, String) {
        let errors = Template::parse(source).and_then(|template| template.bind(&values())).unwrap_err();
        let error = errors.first().unwrap();
        let marked = source.get(error.span.start..error.span.end).unwrap();
        (error.code, marked.to_owned())
    }

    #[test]
    fn binds_by_type() {
        assert_eq!(
            bound(
                "data record(a=${componentName}, b=${count}, c=-${negative}, d=${share}, e=${enabled}, f=now()-${window}, g=${list})"
            ),
            r#"data record(a = "cart", b = 3, c = --3, d = 0.5, e = true, f = now()-2h, g = array("a", "b"))"#
        );
    }

    #[test]
    fn binds_in_every_position() {
        assert_eq!(
            bound(
                r#"fetch logs, from:${window} | filter in(x, {${list}, "c"}) and y == "a-${componentName}-$${count}" and `tag:${componentName}` == """${enabled}""""#
            ),
            "fetch logs, from:2h\n| filter in(x, {\"a\", \"b\", \"c\"}) and y == \"a-cart-3\" and `tag:cart` == \"\"\"true\"\"\""
        );
    }

    #[test]
    fn binds_paths_of_the_entity() {
        for path in [
            "entity.metadata.labels['app.kubernetes.io/name']",
            "entity.metadata.labels[\"app.kubernetes.io/name\"]",
            " entity.metadata['labels']['app.kubernetes.io/name'] ",
        ] {
            assert_eq!(
                bound(&format!("fetch logs | filter a == ${{{path}}}")),
                "fetch logs\n| filter a == \"shop\""
            );
        }
    }

    #[test]
    fn a_negative_number_stays_one_operand() {
        let source = "data record(a = ${negative}[0], b = 1 - ${negative}, c = ${negative}@h)";
        let query = Template::parse(source).unwrap().bind(&values()).unwrap();
        assert_eq!(parse(&print(&query)).unwrap(), query);
        assert!(print(&query).contains("(-3)[0]"));
    }

    #[test]
    fn unknown_names_are_refused_with_those_that_exist() {
        let errors = Template::parse("fetch logs | filter a == \"${componentNam}\"")
            .unwrap()
            .bind(&values())
            .unwrap_err();
        let error = errors.first().unwrap();
        assert_eq!(error.code, "UNKNOWN_PLACEHOLDER");
        let help = error.help.as_deref().unwrap();
        assert!(help.contains("did you mean `componentName`?") && help.contains("`window`"), "{help}");
        assert_eq!(error.span.start, 26);
    }

    #[test]
    fn absent_values_are_refused() {
        assert_eq!(
            refused("fetch logs | filter a == ${entity.metadata.annotations['b']}"),
            ("UNKNOWN_PLACEHOLDER", "${entity.metadata.annotations['b']}".to_owned())
        );
    }

    #[test]
    fn dashboard_variables_are_refused() {
        assert_eq!(
            refused("fetch logs | filter a == $Service"),
            ("DASHBOARD_VARIABLE", "$Service".to_owned())
        );
    }

    #[test]
    fn values_cannot_be_names() {
        assert_eq!(refused("fetch logs | ${componentName} 1").0, "PARSE_ERROR");
        assert_eq!(refused("fetch logs | fieldsAdd ${componentName} = 1").0, "PARSE_ERROR");
        assert_eq!(bound("fetch logs | fieldsKeep ${componentName}"), "fetch logs\n| fieldsKeep \"cart\"");
    }

    #[test]
    fn lists_need_room() {
        assert_eq!(refused("fetch logs | filter a == \"${list}\"").0, "LIST_IN_STRING");
        assert_eq!(refused("fetch logs | filter in(a, {${none}})").0, "EMPTY_LIST");
    }

    #[test]
    fn strings_of_other_languages_take_no_syntax() {
        assert_eq!(refused("fetch logs | parse a, \"'${hostile}' LD:b\"").0, "UNSAFE_VALUE");
        assert_eq!(refused("fetch logs | filter matchesPattern(a, \"'${hostile}'\")").0, "UNSAFE_VALUE");
        assert_eq!(
            bound("fetch logs | parse a, \"'${componentName}' LD:b\""),
            "fetch logs\n| parse a, \"'cart' LD:b\""
        );
        assert_eq!(
            bound(r#"data json:"""{"a":"${hostile}","n":${count}}""""#),
            r#"data json:"""{"a":"x' LD:evil \"","n":3}""""#
        );
        assert_eq!(refused(r#"data json:"""{"a":${hostile}}""""#).0, "UNSAFE_VALUE");
    }

    #[test]
    fn malformed_placeholders_are_refused() {
        assert_eq!(refused("fetch logs | filter a == ${}").0, "INVALID_PLACEHOLDER");
        assert_eq!(refused("fetch logs | filter a == ${a['b}").0, "INVALID_PLACEHOLDER");
        assert_eq!(refused("fetch logs | filter a == \"${a[0]}\"").0, "INVALID_PLACEHOLDER");
    }
}
