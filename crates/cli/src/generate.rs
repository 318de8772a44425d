//! `grailstage sandbox generate`: records for load tests.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use grailstage_sandbox::BulkTable;
use grailstage_sandbox::load::record_to_json;
use grailstage_sandbox::serve::now_millis;
use grailstage_sandbox::value::read_timestamp;

use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// How many records
    #[arg(long)]
    rows: u64,
    /// Of which data object
    #[arg(long, default_value = "logs", value_parser = tables())]
    table: BulkTable,
    /// Decides everything but the times: the same seed gives the same records
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// When the last record is: a time such as 2024-05-15T13:00:00Z, or `now`. The others are a hundred a second before it
    #[arg(long, value_name = "TIME", default_value = "2026-01-01T00:00:00Z")]
    end: String,
    /// Where they are written; `-` is standard output
    #[arg(long, value_name = "FILE|-", default_value = "-")]
    out: String,
}

fn tables() -> impl TypedValueParser<Value = BulkTable> {
    PossibleValuesParser::new(BulkTable::ALL.map(|(name, _)| name)).try_map(|wanted| {
        let found = BulkTable::ALL.into_iter().find(|(name, _)| *name == wanted);
        found.map(|(_, table)| table).ok_or("there is no such table")
    })
}

/// Writes the records as they are made: memory does not grow with their number.
pub(crate) fn run(arguments: &Generate) -> Result<(), Failure> {
    let end = match arguments.end.as_str() {
        "now" => now_millis().saturating_mul(1_000_000),
        text => read_timestamp(text).ok_or_else(|| Failure {
            message: format!("`{text}` is not a point in time"),
            help: Some("write it as 2024-05-15T13:00:00Z, or now".into()),
        })?,
    };
    let records = arguments.table.records(arguments.rows, arguments.seed, end);
    let failed = |error: std::io::Error| Failure {
        message: format!("cannot write `{}`: {error}", arguments.out),
        help: None,
    };
    if arguments.out == "-" {
        return match write(std::io::stdout().lock(), records) {
            // Whoever reads has enough, as with `head`.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(failed),
        };
    }
    write(File::create(&arguments.out).map_err(failed)?, records).map_err(failed)
}

fn write(
    out: impl Write,
    records: impl Iterator<Item = grailstage_sandbox::store::Row>,
) -> std::io::Result<()> {
    let mut out = BufWriter::new(out);
    for record in records {
        serde_json::to_writer(&mut out, &record_to_json(&record))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
