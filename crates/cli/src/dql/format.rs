//! `grailstage dql fmt`

use super::{FormatArguments, input, output};
use crate::failure::Failure;

/// Formats all queries; tells whether all could be read and, with `--check`, were formatted already.
pub(super) fn run(arguments: &FormatArguments) -> Result<bool, Failure> {
    let mut good = true;
    for source in input::files(&arguments.input)? {
        let formatted = match grailstage_dql::format(&source.text, source.dialect) {
            Ok(formatted) => formatted,
            Err(errors) => {
                output::draw(&errors, &source);
                good = false;
                continue;
            }
        };
        if arguments.check {
            if formatted != source.text {
                eprintln!("{} is not formatted", source.name);
                good = false;
            }
        } else if source.is_standard_input() {
            output::print(formatted.trim_end_matches('\n'))?;
        } else if formatted != source.text {
            std::fs::write(&source.path, formatted).map_err(|error| Failure {
                message: format!("cannot write `{}`: {error}", source.name),
                help: None,
            })?;
        }
    }
    Ok(good)
}
