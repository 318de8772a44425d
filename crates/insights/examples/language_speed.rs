//! The native half of `js/core/bench/language.mjs`: the same functions over the same texts, in turn with WebAssembly.
//!
//! The first line of standard input is the texts, a JSON array of `[text, dialect]`. Each line after it is
//! `FUNCTION PASSES`; it is answered with the nanoseconds that so many passes over all texts took.

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use grailstage_insights::language::{check_dql, explain_dql, format_dql};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut lines = std::io::stdin().lines();
    let texts: Vec<(String, String)> = serde_json::from_str(&lines.next().ok_or("there are no texts")??)?;
    let texts: Vec<(String, Value)> =
        texts.into_iter().map(|(text, dialect)| (text, json!({ "dialect": dialect }))).collect();
    let mut answers = std::io::stdout();
    for line in lines {
        let line = line?;
        let (function, passes) = line.split_once(' ').ok_or("a line is `FUNCTION PASSES`")?;
        let function = match function {
            "checkDql" => check_dql,
            "formatDql" => format_dql,
            "explainDql" => explain_dql,
            other => return Err(format!("there is no function `{other}`").into()),
        };
        let started = Instant::now();
        for _ in 0..passes.parse::<usize>()? {
            for (text, options) in &texts {
                black_box(function(text, options)?);
            }
        }
        writeln!(answers, "{}", started.elapsed().as_nanos())?;
    }
    Ok(())
}
