//! Variables of a guardian in its queries: `filter service == $service`.

use grailstage_dql::parse_recovering;
use grailstage_dql::parser::Dialect;
use grailstage_dql::template::{Bindings, Template};

use super::guardian_error::GuardianError;

/// The query with the variables' definitions in their places, each as one text.
pub(super) fn bound(query: &str, variables: &[(String, String)]) -> Result<String, GuardianError> {
    let parsed = parse_recovering(query, Dialect::Template);
    if parsed.placeholders.is_empty() {
        return Ok(query.to_owned());
    }
    // A placeholder of a template is bound in the syntax tree, where a value cannot become anything else.
    let mut template = query.to_owned();
    let mut values = Bindings::default();
    for span in parsed.placeholders.iter().rev() {
        let written = query.get(span.start..span.end).unwrap_or_default();
        let name = written.trim_start_matches('$');
        let Some(index) = variables.iter().position(|(known, _)| known == name) else {
            return Err(GuardianError::UnknownVariable { name: written.to_owned() });
        };
        template.replace_range(span.start..span.end, &format!("${{variable{index}}}"));
    }
    for (index, (_, definition)) in variables.iter().enumerate() {
        values = values.with(&format!("variable{index}"), definition.as_str());
    }
    let wrong = |diagnostics: Vec<grailstage_dql::diagnostic::Diagnostic>| GuardianError::Variable {
        message: diagnostics.into_iter().next().map(|first| first.message.to_string()).unwrap_or_default(),
    };
    let query = Template::parse(&template).and_then(|template| template.bind(&values)).map_err(wrong)?;
    Ok(grailstage_dql::print(&query))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Result<String, GuardianError> {
        bound(query, &[("stage".into(), "pro\"d".into()), ("stages".into(), "all".into())])
    }

    #[test]
    fn a_variable_becomes_one_text() {
        assert_eq!(
            of("fetch logs | filter a == $stage and b == $stages and c == $stage").unwrap(),
            "fetch logs\n| filter a == \"pro\\\"d\" and b == \"all\" and c == \"pro\\\"d\""
        );
    }

    #[test]
    fn a_query_without_variables_stays_as_it_is() {
        assert_eq!(of("fetch   logs // $stage").unwrap(), "fetch   logs // $stage");
        assert_eq!(of("fetch logs | limt 1").unwrap(), "fetch logs | limt 1");
    }

    #[test]
    fn an_unknown_variable_is_named() {
        let error = of("fetch logs | filter a == $other").unwrap_err();
        assert_eq!(error, GuardianError::UnknownVariable { name: "$other".into() });
    }

    #[test]
    fn a_query_that_is_wrong_around_a_variable_is_an_error() {
        assert!(matches!(of("fetch logs | filter a == $stage and ("), Err(GuardianError::Variable { .. })));
    }
}
