//! The Dynatrace Query Language: its text, its tree, its names, and what a query reads.
//!
//! ```text
//!  text ──lex──▶ tokens ──parse──▶ Query ──print──▶ text          one command a line, any value as one literal
//!   │                              ▲ │ ▲
//!   │                    builder ──┘ │ └── Template::bind ◀── values for ${placeholders}
//!   │                                │
//!   ├─format──▶ text                 ├─analyse──▶ tables, permissions, times, rows, columns
//!   │  (keeps comments)              ├─lint─────▶ habits that cost
//!   └─check───▶ Diagnostics          └─Policy::enforce──▶ Query with mandatory filters
//!      (names, parameters, types)
//! ```
//!
//! A [`Query`](ast::Query) made here prints to text that reads back as the same tree; [`quote`] is the only place
//! that writes quotes and backticks. What is known of commands and functions stands in one table, the [`catalogue`].
//! Nothing here knows the schema of an environment, and nothing does input or output.

pub mod analysis;
pub mod ast;
pub mod builder;
pub mod catalogue;
pub mod check;
pub mod diagnostic;
pub mod formatter;
pub mod grail_error;
mod layout;
pub mod lexer;
pub mod parser;
pub mod printer;
pub mod quote;
pub mod report;
pub mod span;
pub mod template;
pub mod token;
mod visit;

pub use builder::{Pipeline, data, fetch, smartscape_nodes, timeseries};
pub use check::{check, check_parsed};
pub use formatter::format;
pub use parser::{Dialect, Parsed, parse, parse_recovering, parse_snippet};
pub use printer::{print, print_expression};
