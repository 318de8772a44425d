//! One validation of a guardian, found again by what its trigger carried.

use grailstage_catalog::GuardianTags;
use grailstage_tenant::{DqlRequest, Host, Tenant, TenantError};

use crate::guardian_validation::{BUSINESS, EventShape, LIFECYCLE, ValidationRecord, validations};
use crate::timeframe::Timeframe;

/// Which of the two kinds a guardian is: that says which events its validations leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardianKind {
    /// Its settings say `SDLC_EVENT`.
    Lifecycle,
    /// Its settings say `BIZ_EVENT`, or nothing.
    Business,
}

/// A validation as far as its events are there.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundValidation {
    /// Its id; of lifecycle guardians that of the task.
    pub id: String,
    /// `pass`, `warning`, `fail`, `error` or `info`; nothing while it goes on.
    pub result: Option<String>,
    /// What became of each objective.
    pub objectives: Vec<FoundObjective>,
    /// Opens it in Dynatrace.
    pub url: Option<String>,
}

/// What became of an objective.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundObjective {
    /// Its name.
    pub name: String,
    /// `pass`, `warning`, `fail`, `error` or `info`.
    pub status: Option<String>,
    /// The number that was measured.
    pub value: Option<f64>,
    /// Where it fails.
    pub target: Option<f64>,
    /// Where it warns.
    pub warning: Option<f64>,
    /// `at most` or `at least`.
    pub comparison: Option<String>,
}

/// The validation by that guardian whose trigger carried the text `correlation` in its execution context, or nothing
/// where no event of it is there yet. Asks anew each time.
///
/// # Errors
/// [`TenantError`] when the environment does not answer.
pub async fn find_validation<H: Host + 'static>(
    tenant: &Tenant<H>,
    kind: GuardianKind,
    guardian_id: &str,
    correlation: &str,
    timeframe: Timeframe,
) -> Result<Option<FoundValidation>, TenantError> {
    let shape: &EventShape = match kind {
        GuardianKind::Lifecycle => &LIFECYCLE,
        GuardianKind::Business => &BUSINESS,
    };
    // Of guardians with any tags.
    let query = validations(shape, timeframe, &[GuardianTags { tags: Vec::new() }]);
    let request = DqlRequest::new(grailstage_dql::print(&query));
    let result = tenant.run(&request, std::future::pending()).await?;
    let records: Vec<ValidationRecord> = result.rows()?;
    let found = records.into_iter().find(|record| record.is_of(guardian_id, correlation));
    Ok(found.map(|record| {
        let validation = record.into_validation(shape, tenant.environment(), &[]);
        FoundValidation {
            id: validation.id,
            result: validation.result,
            objectives: validation
                .objectives
                .into_iter()
                .map(|objective| FoundObjective {
                    name: objective.name,
                    status: objective.status,
                    value: objective.value,
                    target: objective.target,
                    warning: objective.warning,
                    comparison: objective.comparison,
                })
                .collect(),
            url: validation.url,
        }
    }))
}
