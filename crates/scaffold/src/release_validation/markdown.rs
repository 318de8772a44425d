//! A verdict as people read it in a pull request or a task log.

use super::request::{ValidationObjective, Verdict};
use crate::markdown::escaped;

/// A line with the verdict, and a table of the objectives where there are some.
pub(super) fn table(
    guardian: &str,
    verdict: Verdict,
    reason: Option<&str>,
    objectives: &[ValidationObjective],
) -> String {
    let mut text = format!("**{}**: {}", escaped(guardian), verdict.text());
    if let Some(reason) = reason {
        text.push_str(&format!(", {}", escaped(reason)));
    }
    if objectives.is_empty() {
        return text;
    }
    text.push_str(
        "\n\n| Objective | Result | Value | Target | Warning |\n| --- | --- | ---: | ---: | ---: |",
    );
    for objective in objectives {
        let bound = |number: Option<f64>| match (number, objective.comparison.as_deref()) {
            (Some(number), Some(comparison)) => format!("{} {}", escaped(comparison), rounded(number)),
            (Some(number), None) => rounded(number),
            (None, _) => String::new(),
        };
        text.push_str(&format!(
            "\n| {} | {} | {} | {} | {} |",
            escaped(&objective.name),
            escaped(objective.result.as_deref().unwrap_or("unknown")),
            objective.value.map(rounded).unwrap_or_default(),
            bound(objective.target),
            bound(objective.warning),
        ));
    }
    text
}

/// Two digits behind the point at most.
fn rounded(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_objectives_with_their_bounds_and_keeps_names_text() {
        let objective = ValidationObjective {
            name: "p95 | [x](javascript:1)\n<b>".to_owned(),
            result: Some("warning".to_owned()),
            value: Some(312.456),
            target: Some(400.0),
            warning: None,
            comparison: Some("at most".to_owned()),
        };
        assert_eq!(
            table("cart", Verdict::Warning, None, &[objective]),
            "**cart**: warning\n\n\
             | Objective | Result | Value | Target | Warning |\n\
             | --- | --- | ---: | ---: | ---: |\n\
             | p95 \\| \\[x\\](javascript:1) \\<b\\> | warning | 312.46 | at most 400 |  |"
        );
    }

    #[test]
    fn says_why_there_are_no_objectives() {
        assert_eq!(
            table("cart", Verdict::Timeout, Some("nothing began"), &[]),
            "**cart**: timeout, nothing began"
        );
    }
}
