//! `grailstage dql check`

use grailstage_dql::diagnostic::Severity;
use grailstage_dql::report::{Report, check_report};

use super::{CheckArguments, embedded, input, output};
use crate::failure::Failure;

/// Checks all queries; tells whether all are valid.
pub(super) fn run(arguments: &CheckArguments) -> Result<bool, Failure> {
    if let Some(field) = &arguments.jsonl {
        let mut valid = true;
        for source in input::lines(&arguments.input, field)? {
            let report = check_report(&source.text, source.dialect, arguments.lints);
            valid &= report.valid;
            output::print(&output::json(&report)?)?;
        }
        return Ok(valid);
    }
    let mut reports: Vec<(String, Report)> = Vec::new();
    let sources = input::files(&arguments.input)?;
    let sources = if arguments.yaml { sources.iter().flat_map(embedded::queries).collect() } else { sources };
    for source in sources {
        let report = check_report(&source.text, source.dialect, arguments.lints);
        if !arguments.json {
            output::draw(report.diagnostics.iter().map(|finding| &finding.diagnostic), &source);
        }
        reports.push((source.name, report));
    }
    if arguments.json {
        output::print(&output::json_of_files(&reports)?)?;
    } else {
        let findings = |severity| {
            let all = reports.iter().flat_map(|(_, report)| &report.diagnostics);
            all.filter(|finding| finding.diagnostic.severity == severity).count()
        };
        let (errors, warnings) = (findings(Severity::Error), findings(Severity::Warning));
        eprintln!("queries: {}, errors: {errors}, warnings: {warnings}", reports.len());
    }
    Ok(reports.iter().all(|(_, report)| report.valid))
}
