//! What must I fix first: the open vulnerabilities of a subject, each once, by risk.
//!
//! ```text
//! annotations ─> Member ─> workloads (Smartscape, or classic entities)             ─> whom each one affects
//!                          findings  (state reports of the last hour, the newest)  ─> one row a vulnerability
//! ```

use grailstage_dql::ast::{Direction, Expression};
use grailstage_dql::builder::{
    Pipeline, ago, all_of, any_of, array, collect_distinct, column, count_distinct, fetch, field, hours,
    is_null, not, now, take_any, take_max, take_min,
};
use grailstage_tenant::number::{Double, Long};
use grailstage_tenant::{EntityModel, EnvironmentConfig, links};
use serde::Deserialize;

use crate::InsightError;
use crate::answer::{Cell, Column, ColumnKind, Fact, LinkCell, Row, Section, Status, Table, Unit};
use crate::card::{Card, Contents, Context, Question, Results};
use crate::counterparts::{self, Member};
use crate::moment::Moment;
use crate::subject::Subject;
use crate::workloads::{self, Workload};

/// From which risk score on, of 10, a vulnerability needs to be looked at, and fixed. Source: docs.dynatrace.com,
/// Davis security score: high from 7.0, critical from 9.0.
pub const RISKY: (f64, f64) = (7.0, 9.0);

/// The card.
pub struct Vulnerabilities;

/// A vulnerability with what is drawn of it.
pub struct Shown {
    pub(crate) score: Option<f64>,
    pub(crate) muted: bool,
    pub(crate) exposed: bool,
    row: Row,
}

impl Shown {
    /// Its title, and its page where it has one.
    pub(crate) fn title(&self) -> (&str, Option<&str>) {
        self.row.first().map_or(("", None), Cell::words)
    }

    /// The environment that found it.
    pub(crate) fn environment(&self) -> &str {
        self.row.last().map_or("", |cell| cell.words().0)
    }
}

impl Card for Vulnerabilities {
    /// Nothing where the findings were asked for in vain.
    type Reading = Option<Vec<Shown>>;

    fn id(&self) -> &'static str {
        "vulnerabilities"
    }

    fn annotations(&self) -> &'static [&'static str] {
        &counterparts::ANNOTATIONS
    }

    fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<Question>>, InsightError> {
        let members = counterparts::members(context.subject)?;
        if members.is_empty() {
            return Ok(None);
        }
        let model = context.environment.entity_model();
        let assessment = |name: &str| field(&format!("vulnerability.davis_assessment.{name}"));
        let findings = open(&members, model)
            .summarize([
                column("id", take_any(field("vulnerability.id"))),
                column("title", take_any(field("vulnerability.title"))),
                column("cve", take_any(field("vulnerability.references.cve"))),
                column("level", take_any(field("vulnerability.risk.level"))),
                column("score", take_max(field("vulnerability.risk.score"))),
                column("exposure", collect_distinct(assessment("exposure_status"))),
                column("data", collect_distinct(assessment("data_assets_status"))),
                column("library", take_any(field("affected_entity.vulnerable_component.name"))),
                column("first_seen", take_min(field("vulnerability.first_seen"))),
                column("age", now().minus(take_min(field("vulnerability.first_seen")))),
                column("affected", collect_distinct(field("counterpart"))),
                column("entities", count_distinct(field("affected_entity.id"))),
            ])
            .by([column("display_id", field("vulnerability.display_id")), column("muted", not(not_muted()))])
            .sort_by("score", Direction::Descending)
            .build();
        let mut questions = vec![Question { key: "findings", query: findings }];
        let selections = counterparts::selections(&members);
        if !selections.is_empty() {
            let query = workloads::labelled(model, &selections).build();
            questions.push(Question { key: "workloads", query });
        }
        Ok(Some(questions))
    }

    fn read(&self, context: &Context<'_>, results: &Results) -> Result<Self::Reading, InsightError> {
        let members = counterparts::members(context.subject)?;
        let findings: Vec<Finding> = results.records("findings")?;
        let workloads: Vec<Workload> = results.records("workloads")?;
        let shown = findings
            .into_iter()
            .map(|finding| finding.shown(context.environment, &members, &workloads))
            .collect();
        Ok(results.get("findings").map(|_| shown))
    }

    fn answer(&self, _: &Subject, readings: Vec<Self::Reading>) -> Contents {
        if readings.iter().all(Option::is_none) {
            return Contents::default();
        }
        let well = if readings.iter().all(Option::is_some) { Status::Ok } else { Status::Unknown };
        let mut all: Vec<Shown> = readings.into_iter().flatten().flatten().collect();
        // What is exposed goes before what is not, at the same score.
        all.sort_by(|a, b| {
            let score = |shown: &Shown| shown.score.unwrap_or(0.0);
            score(b).total_cmp(&score(a)).then_with(|| b.exposed.cmp(&a.exposed))
        });
        let (muted, open): (Vec<Shown>, Vec<Shown>) = all.into_iter().partition(|shown| shown.muted);
        let facts = facts(&open, &muted, well);
        let table = |key, title, rows: Vec<Shown>| {
            let rows = rows.into_iter().map(|shown| shown.row).collect();
            Section::Table(Table { key, title: Some(title), columns: columns(), rows })
        };
        let sections =
            vec![table("open", "Open vulnerabilities", open), table("muted", "Muted vulnerabilities", muted)];
        Contents { facts, sections, notes: Vec::new() }
    }
}

/// The newest report of each open vulnerability of the members, muted ones included: once for each of their entities
/// that it affects, which is then `counterpart`.
pub(crate) fn open(members: &[Member], model: EntityModel) -> Pipeline {
    counterparts::concerning(newest(), affected(), members, model)
}

/// The newest report of each open vulnerability, muted ones included. Open ones are reported again every 15 minutes.
/// Source: docs.dynatrace.com, vulnerability state reports.
pub(crate) fn newest() -> Pipeline {
    fetch("security.events")
        .from(ago(hours(1)))
        .filter(all_of([
            field("event.provider").eq("Dynatrace"),
            field("event.type").eq("VULNERABILITY_STATE_REPORT_EVENT"),
            field("event.level").eq("ENTITY"),
        ]))
        .dedup_sorted(
            ["vulnerability.display_id", "affected_entity.id"],
            [("timestamp", Direction::Descending)],
        )
        .filter(field("vulnerability.resolution.status").eq("OPEN"))
}

/// All entities that a vulnerability affects.
pub(crate) fn affected() -> Expression {
    counterparts::texts([
        field("related_entities.kubernetes_workloads.ids").each(),
        field("related_entities.services.ids").each(),
        field("related_entities.hosts.ids").each(),
        array([field("affected_entity.id")]).each(),
    ])
}

/// Muted neither as a whole nor for the entity; what was never muted may have no field that says so.
pub(crate) fn not_muted() -> Expression {
    all_of(
        ["vulnerability.parent.mute.status", "vulnerability.mute.status"]
            .map(|name| any_of([is_null(field(name)), field(name).ne("MUTED")])),
    )
}

#[derive(Deserialize)]
struct Finding {
    display_id: String,
    muted: bool,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    cve: Option<Vec<String>>,
    #[serde(default)]
    level: Option<String>,
    #[serde(default)]
    score: Option<Double>,
    #[serde(default)]
    exposure: Option<Vec<Option<String>>>,
    #[serde(default)]
    data: Option<Vec<Option<String>>>,
    #[serde(default)]
    library: Option<String>,
    #[serde(default)]
    first_seen: Option<Moment>,
    #[serde(default)]
    age: Option<Long>,
    #[serde(default)]
    affected: Option<Vec<Option<String>>>,
    #[serde(default)]
    entities: Option<Long>,
}

impl Finding {
    fn shown(self, environment: &EnvironmentConfig, members: &[Member], workloads: &[Workload]) -> Shown {
        let has = |list: &Option<Vec<Option<String>>>, value: &str| {
            list.iter().flatten().flatten().any(|each| each == value)
        };
        let (public, adjacent) =
            (has(&self.exposure, "PUBLIC_NETWORK"), has(&self.exposure, "ADJACENT_NETWORK"));
        let exposure = if public {
            Cell::status(Status::Error, "Public network")
        } else if adjacent {
            Cell::status(Status::Warning, "Adjacent network")
        } else if has(&self.exposure, "NOT_DETECTED") {
            Cell::status(Status::Ok, "Not detected")
        } else {
            Cell::Unknown
        };
        let data = if has(&self.data, "REACHABLE") {
            Cell::status(Status::Error, "Reachable")
        } else if has(&self.data, "NOT_DETECTED") {
            Cell::status(Status::Ok, "Not detected")
        } else {
            Cell::Unknown
        };
        let affected: Vec<String> = self.affected.iter().flatten().flatten().cloned().collect();
        let concerned: Vec<&str> = members
            .iter()
            .filter(|member| member.has_any(&affected, workloads))
            .map(|member| member.name.as_str())
            .collect();
        let own = workloads
            .iter()
            .filter(|workload| affected.iter().any(|id| workload.has_id(id)))
            .map(|workload| workload.link(environment))
            .collect();
        let score = self.score.map(|Double(score)| score);
        let text = self.title.unwrap_or_else(|| self.display_id.clone());
        let title = match self.id.and_then(|id| links::vulnerability(environment.url(), &id)) {
            Some(url) => Cell::Link(LinkCell { text, url, detail: Some(self.display_id) }),
            None => Cell::Text(text),
        };
        let row = vec![
            title,
            self.level.map_or(Cell::Unknown, |level| Cell::status(status_of(score), level.to_lowercase())),
            Cell::number(score),
            exposure,
            data,
            Cell::text(self.library),
            Cell::text(self.cve.filter(|cve| !cve.is_empty()).map(|cve| cve.join(", "))),
            Cell::Links(own),
            Cell::number(self.entities.map(|Long(count)| count as f64)),
            Cell::text(self.first_seen.map(|moment| moment.to_string())),
            Cell::number(self.age.map(|Long(nanoseconds)| nanoseconds as f64 / 1e6)),
            Cell::joined(&concerned),
            Cell::Text(environment.name().to_owned()),
        ];
        Shown { score, muted: self.muted, exposed: public, row }
    }
}

fn status_of(score: Option<f64>) -> Status {
    match score {
        None => Status::Unknown,
        Some(score) if score >= RISKY.1 => Status::Error,
        Some(score) if score >= RISKY.0 => Status::Warning,
        Some(_) => Status::Neutral,
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("vulnerability", "Vulnerability", ColumnKind::Link),
        Column::new("risk", "Risk", ColumnKind::Status),
        Column::new("score", "Risk score", ColumnKind::Number).on_request(),
        Column::new("exposure", "Exposure", ColumnKind::Status),
        Column::new("data-assets", "Data assets", ColumnKind::Status).where_known(),
        Column::new("library", "Vulnerable component", ColumnKind::Text),
        Column::new("cve", "CVE", ColumnKind::Text).where_known(),
        Column::new("workloads", "Affected workloads", ColumnKind::Links),
        Column::new("entities", "Affected entities", ColumnKind::Number).on_request(),
        Column::new("first-seen", "First seen", ColumnKind::Timestamp),
        Column::number("age", "Age", Unit::Milliseconds).on_request(),
        Column::new("component", "Component", ColumnKind::Text).of_several(),
        Column::new("environment", "Environment", ColumnKind::Text),
    ]
}

/// How many there are in all environments, by what they ask for; `well` is what it means that there are none.
fn facts(open: &[Shown], muted: &[Shown], well: Status) -> Vec<Fact> {
    let worst = open.iter().map(|shown| status_of(shown.score)).max().unwrap_or(well);
    let count = |is: &dyn Fn(&Shown) -> bool| open.iter().filter(|shown| is(shown)).count();
    let bad = |count, status| if count == 0 { well } else { status };
    let critical = count(&|shown| shown.score.is_some_and(|score| score >= RISKY.1));
    let exposed = count(&|shown| shown.exposed);
    vec![
        Fact::count("open", "Open", open.len(), worst),
        Fact::count("critical", "Critical", critical, bad(critical, Status::Error)),
        Fact::count("exposed", "Exposed to the public", exposed, bad(exposed, Status::Warning)),
        Fact::count("muted", "Muted", muted.len(), Status::Neutral),
    ]
}
