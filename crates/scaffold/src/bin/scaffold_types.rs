//! Prints the TypeScript declarations of what goes into the actions of templates and comes out, for
//! `cargo xtask build` to write into `@grailstage/backstage-plugin-dynatrace-common` and `@grailstage/core`.

use grailstage_scaffold::{
    dql_inspection, event_sending, guardian_creation, guardian_listing, release_gate, release_validation,
    telemetry_plan, workload_metadata, zone_onboarding,
};
use ts_rs::{Config, TS};

/// Types of crates/insights and crates/dql that appear in them, declared in `payloads.ts`.
const DECLARED_ELSEWHERE: [&str; 2] = ["DqlDialect", "DqlFinding"];

fn main() {
    let config = Config::default();
    println!("// Generated from crates/scaffold by `cargo xtask build`. Change the Rust types instead.\n");
    println!("import type {{");
    for name in DECLARED_ELSEWHERE {
        println!("  {name},");
    }
    println!("}} from './payloads';\n");
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
        dql_inspection::DqlInspectionRequest,
        dql_inspection::DqlInspection,
        dql_inspection::DqlDrawing,
        event_sending::EventSendRequest,
        event_sending::EventDestination,
        event_sending::EventStatus,
        event_sending::EventPipeline,
        event_sending::EventDeployment,
        event_sending::EventChange,
        event_sending::TestReport,
        event_sending::EventSendAnswer,
        event_sending::TestSummary,
        guardian_creation::GuardianCreateRequest,
        guardian_creation::Technology,
        guardian_creation::Criticality,
        guardian_creation::GuardianWorkload,
        guardian_creation::Thresholds,
        guardian_creation::GuardianObjective,
        guardian_creation::GuardianSlo,
        guardian_creation::GuardianCreateAnswer,
        guardian_creation::GuardianOutcome,
        guardian_creation::CreatedObjective,
        release_gate::ReleaseGateRequest,
        release_gate::GateAspects,
        release_gate::GateBounds,
        release_gate::GateTests,
        release_gate::GateValidations,
        release_gate::GateResult,
        release_gate::GateObjectives,
        release_gate::GateVulnerabilities,
        release_gate::GateProblems,
        release_gate::GateSeverity,
        release_gate::ReleaseGate,
        release_gate::GateVerdict,
        release_gate::Aspect,
        release_gate::GateAspect,
        release_gate::GateReason,
        release_gate::GateLeftOut,
        guardian_listing::GuardianListRequest,
        guardian_listing::GuardianList,
        guardian_listing::ListedGuardian,
        release_validation::ValidationStartRequest,
        release_validation::ValidationStart,
        release_validation::ValidationWaitRequest,
        release_validation::ValidationVerdict,
        release_validation::Verdict,
        release_validation::ValidationObjective,
        telemetry_plan::TelemetryPlanRequest,
        telemetry_plan::Language,
        telemetry_plan::Libc,
        telemetry_plan::Orchestrator,
        telemetry_plan::OneAgentMode,
        telemetry_plan::TelemetryPlan,
        telemetry_plan::SignalPlan,
        telemetry_plan::Signal,
        telemetry_plan::TelemetryRoute,
        telemetry_plan::PlanReason,
        telemetry_plan::PlanAlternative,
        telemetry_plan::PlanSource,
        telemetry_plan::TelemetryWiring,
        telemetry_plan::PodAnnotation,
        telemetry_plan::EnvironmentVariable,
        telemetry_plan::SecretKey,
        telemetry_plan::Package,
        workload_metadata::OwnerMetadataRequest,
        workload_metadata::ReleaseMetadataRequest,
        workload_metadata::WorkloadMetadata,
        workload_metadata::MetadataEntry,
        workload_metadata::MetadataKind,
        zone_onboarding::ZoneOnboardingRequest,
        zone_onboarding::AccessDocumentTemplate,
        zone_onboarding::ZoneOnboarding,
        zone_onboarding::ZoneStep,
        zone_onboarding::ProposedSegment,
        zone_onboarding::ProposedInclude,
        zone_onboarding::AccessDocument,
    );
}
