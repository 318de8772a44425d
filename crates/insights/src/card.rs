//! What a card is: a question about an entity, and how its answer is drawn.

use grailstage_catalog::Entity;
use grailstage_dql::ast::Query;
use grailstage_tenant::{EnvironmentConfig, GrailResult};

use crate::InsightError;
use crate::answer::{Column, Row};

/// One card.
///
/// A card never speaks to Dynatrace: it says what to ask and reads what comes back, so that it can be tested with
/// nothing but records.
pub trait Card: Sync {
    /// Its id, in kebab-case.
    fn id(&self) -> &'static str;

    /// What the cells of its rows are, in order.
    fn columns(&self) -> Vec<Column>;

    /// The annotations that make it apply to an entity; any one of them will do.
    fn annotations(&self) -> &'static [&'static str];

    /// The scopes of parts it can leave out, so that a token without them still gets the rest.
    fn optional_scopes(&self) -> &'static [&'static str];

    /// The DQL for an entity in an environment, without the parts that need one of the `missing_scopes`;
    /// `None` when the entity has none of [`Card::annotations`].
    ///
    /// # Errors
    /// When an annotation cannot be understood.
    fn question(
        &self,
        entity: &Entity,
        environment: &EnvironmentConfig,
        missing_scopes: &[String],
    ) -> Result<Option<Query>, InsightError>;

    /// The rows of one environment's answer.
    ///
    /// # Errors
    /// When the records are not what the question asks for.
    fn rows(&self, environment: &EnvironmentConfig, result: &GrailResult) -> Result<Vec<Row>, InsightError>;

    /// Brings the rows of all environments into the order a reader expects.
    fn sort(&self, rows: &mut [Row]);
}
