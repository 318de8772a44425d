//! Prints the TypeScript declarations of what crosses the boundary, or with `cards` the registry of the cards, for
//! `cargo xtask build` to write into `@grailstage/backstage-plugin-dynatrace-common` and `@grailstage/core`.

use grailstage_dql::{analysis, diagnostic, report, span};
use grailstage_insights::{
    answer, card_annotations, error, health, language, ownership, queries, query_answer, request,
};
use ts_rs::{Config, TS};

fn main() {
    if std::env::args().nth(1).as_deref() == Some("cards") {
        print_cards();
    } else {
        print_types();
    }
}

/// The registry of the cards, for the places that show them.
fn print_cards() {
    println!("// Generated from crates/insights by `cargo xtask build`. Change the Rust registry instead.\n");
    println!(
        "/**\n * The annotations that make each card apply to a component; any one of them will do.\n *\n * @public\n */"
    );
    println!("export const dynatraceCards = {{");
    for (id, annotations) in card_annotations() {
        println!("  '{id}': [");
        for annotation in annotations {
            println!("    '{annotation}',");
        }
        println!("  ],");
    }
    println!("}} as const;");
}

fn print_types() {
    let config = Config::default();
    println!("// Generated from crates/insights by `cargo xtask build`. Change the Rust types instead.\n");
    macro_rules! declare {
        ($($type:ty),* $(,)?) => {
            $(
                let docs = <$type as TS>::docs().unwrap_or_default();
                let docs = docs.trim_end().trim_end_matches("*/").trim_end();
                println!("{docs}\n * @public\n */\nexport {}\n", <$type as TS>::decl(&config));
            )*
        };
    }
    declare!(
        request::CardRequest,
        request::QueryRequest,
        answer::CardAnswer,
        answer::CardState,
        answer::AnswerTimeframe,
        answer::Fact,
        answer::Section,
        answer::Table,
        answer::Column,
        answer::ColumnKind,
        answer::Unit,
        answer::Align,
        answer::Cell,
        answer::LinkCell,
        answer::EntityCell,
        answer::ReadinessCell,
        answer::StatusCell,
        answer::SparklineCell,
        answer::RecordCell,
        answer::Status,
        answer::Chart,
        answer::ChartKind,
        answer::Series,
        answer::Note,
        answer::Severity,
        answer::EnvironmentReport,
        answer::EnvironmentState,
        answer::AskedQuery,
        answer::AskedService,
        query_answer::QueryAnswer<'static>,
        query_answer::QueryColumn,
        queries::CustomQueryRequest,
        queries::CatalogQueriesRequest,
        queries::CatalogQueriesAnswer,
        queries::EntityQueryAnswer,
        queries::QueryRefusal,
        queries::AskedCatalogQuery,
        health::HealthAnswer,
        health::EnvironmentHealth,
        health::HealthState,
        health::MissingScopes,
        health::LastFailure,
        grailstage_tenant::Observation<'static>,
        grailstage_tenant::Route,
        grailstage_tenant::CacheOutcome,
        ownership::OwnershipTeamsRequest,
        ownership::OwnershipTeamsAnswer,
        ownership::OwnershipSyncRequest,
        ownership::OwnershipSyncAnswer,
        ownership::SyncedEnvironment,
        ownership::SyncedTeam,
        ownership::SyncStep,
        ownership::SyncOutcome,
        ownership::ChangedField,
        error::ErrorPayload,
        error::ErrorSpan,
        language::DqlDialect,
        language::DqlOptions,
        language::DqlCheckOptions,
        report::Report,
        report::Finding,
        diagnostic::Severity,
        diagnostic::Position,
        diagnostic::Fix,
        diagnostic::Edit,
        span::Span,
        analysis::Analysis,
        analysis::SourceTimeframe,
        analysis::Moment,
        analysis::Rows,
    );
}
