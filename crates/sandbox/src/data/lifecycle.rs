//! Software development lifecycle events: 30 days of runs, builds, tests, deployments, changes and releases, and the
//! validations of guardians. Fields: docs.dynatrace.com, semantic dictionary, SDLC events.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Random;
use super::company::{COMPONENTS, Component, Landscape};
use super::guardians::{self, Objective};
use super::ids::uuid;
use crate::record::Record;
use crate::store::Row;
use crate::value::{DAY, HOUR, MINUTE, SECOND, Value};

/// How many days back events reach.
const DAYS: i64 = 30;

/// The test cases of a component: name, how often of a hundred runs it fails, how many seconds it takes.
const CASES: [(&str, u64, u64); 8] = [
    ("accepts a valid order", 1, 2),
    ("refuses an empty cart", 0, 1),
    ("keeps prices stable", 1, 3),
    ("survives a restart", 2, 14),
    ("retries when the upstream is slow", 18, 8),
    ("calculates taxes", 0, 1),
    ("renders the summary", 3, 4),
    ("loads ten thousand items", 2, 55),
];

/// How many days a version stays in production.
const DAYS_OF_A_VERSION: i64 = 3;

/// One run of a pipeline.
struct Run<'r> {
    component: &'static Component,
    seed: u64,
    /// How many versions have come after this run's.
    versions_ago: u32,
    /// The version that each stage has so far.
    released: &'r mut BTreeMap<&'static str, String>,
    id: String,
    revision: String,
    start: i64,
    now: i64,
    rows: &'r mut Vec<(i64, Row)>,
}

/// The events of an environment, by time.
pub(super) fn rows(landscape: &Landscape, seed: u64, now: i64) -> Vec<Row> {
    let mut rows = Vec::new();
    let today = now.div_euclid(DAY);
    for component in COMPONENTS.iter().filter(|component| component.telemetry) {
        let mut released = BTreeMap::new();
        for day in today - DAYS..=today {
            let mut random = Random::of(seed, &format!("runs/{}/{day}", component.name));
            for number in 0..1 + random.below(3) {
                let start =
                    day * DAY + 7 * HOUR + i64::try_from(random.below(10 * 3600)).unwrap_or(0) * SECOND;
                let mut draw = Random::new(random.next());
                let id = format!("{}", 100_000 + draw.below(900_000));
                let revision = format!("{:016x}{:016x}{:08x}", draw.next(), draw.next(), draw.next() >> 32);
                let versions_ago = u32::try_from((today - day) / DAYS_OF_A_VERSION).unwrap_or(0);
                let (released, rows) = (&mut released, &mut rows);
                let mut run = Run { component, seed, versions_ago, released, id, revision, start, now, rows };
                run.record(landscape, &mut draw, number);
            }
        }
    }
    rows.retain(|(time, _)| *time < now);
    rows.sort_by_key(|(time, _)| *time);
    rows.into_iter().map(|(_, row)| row).collect()
}

impl Run<'_> {
    fn record(&mut self, landscape: &Landscape, random: &mut Random, number: u64) {
        let seconds = |random: &mut Random, from: u64, to: u64| {
            i64::try_from(from + random.below(to - from)).unwrap_or(0) * SECOND
        };
        if number == 0 {
            self.change(random);
        }
        let build_end = self.start + seconds(random, 60, 300);
        let built = !random.chance(0.04);
        self.task("build", "build", self.start, build_end, built, |record| record);
        let mut end = build_end;
        let mut passed = built;
        if built {
            let (tested, good) = self.tests(build_end, random);
            end = tested;
            passed = good;
        }
        if passed {
            for cluster in landscape.clusters {
                let start = end + seconds(random, 10, 60);
                end = start + seconds(random, 30, 150);
                let deployed = !random.chance(0.06);
                let (component, stage, namespace) = (self.component, cluster.stage, cluster.namespace);
                let deployment = format!("{}-{}", component.name, cluster.name);
                // A component without versions is released by its revision.
                let version = component
                    .version_before(stage, self.versions_ago)
                    .unwrap_or_else(|| self.revision.chars().take(7).collect());
                self.task("deployment", "deploy", start, end, deployed, |record| {
                    record
                        .with("cicd.deployment.id", deployment.as_str())
                        .with("cicd.deployment.name", component.name)
                        .with("cicd.deployment.namespace", namespace)
                        .with("cicd.deployment.release_stage", stage)
                        .with("artifact.version", version.as_str())
                        .with("cicd.deployment.status", if deployed { "succeeded" } else { "failed" })
                });
                self.validation(stage, &version, end, random);
                if deployed && self.released.get(stage) != Some(&version) {
                    self.released.insert(stage, version.clone());
                    self.task("release", "release", end, end + SECOND, true, |record| {
                        record
                            .with("release.name", version.as_str())
                            .with("artifact.version", version.as_str())
                            .with("cicd.deployment.release_stage", stage)
                            .with("cicd.deployment.namespace", namespace)
                    });
                }
                passed = passed && deployed;
            }
        }
        let outcome = if passed { "success" } else { "failure" };
        let queued = self.queued(random);
        let (start, id) = (self.start, self.id.clone());
        for (status, time) in [("started", start), ("finished", end)] {
            let record = self
                .envelope("pipeline", "run", status, time)
                .with("start_time", Value::Timestamp(start))
                .with("end_time", if status == "finished" { Value::Timestamp(end) } else { Value::Null })
                .with("duration", if status == "finished" { Value::Long(end - start) } else { Value::Null })
                .with("cicd.pipeline.run.outcome", if status == "finished" { Some(outcome) } else { None })
                .with("cicd.pipeline.run.queued.duration", Value::Long(queued))
                .with("cicd.pipeline.run.url.full", format!("https://ci.example.com/runs/{id}"));
            self.push(time, record);
        }
    }

    /// How long the run waited for a runner. In the morning many wait; storefront's tests take one with a browser, of
    /// which there are few.
    fn queued(&self, random: &mut Random) -> i64 {
        let hour = self.start.rem_euclid(DAY) / HOUR;
        let (from, to) = match (self.component.name, hour) {
            ("storefront", _) => (240, 1500),
            (_, 8 | 9) => (60, 600),
            _ => (1, 40),
        };
        i64::try_from(from + random.below(to - from)).unwrap_or(0) * SECOND
    }

    /// What all events of the run share.
    fn envelope(&self, category: &str, kind: &str, status: &str, time: i64) -> Record {
        let component = self.component;
        let id = uuid(self.seed, &format!("{}/{category}/{kind}/{status}/{time}", self.id));
        Record::new()
            .with("timestamp", Value::Timestamp(time))
            .with("event.id", id)
            .with("event.kind", "SDLC_EVENT")
            .with("event.version", "0.1.0")
            .with("event.provider", "github.com")
            .with("event.category", category)
            .with("event.type", kind)
            .with("event.status", status)
            .with("cicd.pipeline.id", format!("{}-main", component.name))
            .with("cicd.pipeline.name", "CI")
            .with("cicd.pipeline.run.id", self.id.as_str())
            .with("artifact.id", component.name)
            .with("artifact.version", component.version_before("production", self.versions_ago))
            .with("vcs.repository.name", component.name)
            .with("vcs.repository.url.full", format!("https://github.com/example/{}", component.name))
            .with("vcs.ref.head.name", "main")
            .with("vcs.ref.head.revision", self.revision.as_str())
            .with("dt.system.bucket", "default_events")
    }

    fn push(&mut self, time: i64, record: Record) {
        if time < self.now {
            self.rows.push((time, Arc::new(record)));
        }
    }

    /// A task: that it started and that it finished.
    fn task(
        &mut self,
        kind: &str,
        name: &str,
        start: i64,
        end: i64,
        good: bool,
        more: impl Fn(Record) -> Record,
    ) {
        let id = format!("{}-{name}-{start}", self.id);
        for (status, time) in [("started", start), ("finished", end)] {
            let finished = status == "finished";
            let record = self
                .envelope("task", kind, status, time)
                .with("task.id", id.as_str())
                .with("task.name", name)
                .with("start_time", Value::Timestamp(start))
                .with("end_time", if finished { Value::Timestamp(end) } else { Value::Null })
                .with("duration", if finished { Value::Long(end - start) } else { Value::Null })
                .with("task.outcome", finished.then_some(if good { "success" } else { "failure" }));
            self.push(time, more(record));
        }
    }

    /// The tests of a run: when they ended and whether they passed.
    fn tests(&mut self, start: i64, random: &mut Random) -> (i64, bool) {
        let mut time = start;
        let mut good = true;
        for (name, failing, takes) in CASES {
            let begin = time;
            let mut factor = 0.7 + 0.6 * random.unit();
            if takes > 30 {
                // The slowest case gets slower with every version.
                factor *= 1.5 - 0.05 * f64::from(self.versions_ago);
            }
            time += (i64::try_from(takes).unwrap_or(0) as f64 * factor * SECOND as f64) as i64;
            let failed = random.below(100) < failing;
            // A flaky case passes when it is tried again.
            let flaky = failed && name.starts_with("retries");
            good = good && (!failed || flaky);
            let record = self
                .envelope("task", "test", "finished", time)
                .with("task.id", format!("{}-{name}", self.id))
                .with("task.name", "integration tests")
                .with("start_time", Value::Timestamp(begin))
                .with("end_time", Value::Timestamp(time))
                .with("duration", Value::Long(time - begin))
                .with("task.outcome", if failed { "failure" } else { "success" })
                .with("test.suite.name", format!("{} integration", self.component.name))
                .with("test.case.name", name)
                .with("test.case.result.status", if failed { "fail" } else { "pass" });
            self.push(time, record);
            if flaky {
                let record = self
                    .envelope("task", "test", "finished", time + SECOND)
                    .with("task.id", format!("{}-{name}-again", self.id))
                    .with("task.name", "integration tests")
                    .with("task.run.attempt", 2_i64)
                    .with("task.outcome", "success")
                    .with("test.suite.name", format!("{} integration", self.component.name))
                    .with("test.case.name", name)
                    .with("test.case.result.status", "pass");
                self.push(time + SECOND, record);
            }
        }
        (time, good)
    }

    /// The change that caused the first run of a day.
    fn change(&mut self, random: &mut Random) {
        let number = 100 + random.below(900);
        let merged = self.start - MINUTE;
        let opened = merged - i64::try_from(random.below(40 * 3600)).unwrap_or(0) * SECOND;
        let record = self
            .envelope("task", "change", "finished", merged)
            .with("task.id", number.to_string())
            .with("task.outcome", "success")
            .with("start_time", Value::Timestamp(opened))
            .with("end_time", Value::Timestamp(merged))
            .with("duration", Value::Long(merged - opened))
            .with("vcs.change.id", number.to_string())
            .with("vcs.change.title", format!("Improve {} step {number}", self.component.name))
            .with("vcs.change.state", "merged")
            .with(
                "vcs.change.url.full",
                format!("https://github.com/example/{}/pull/{number}", self.component.name),
            );
        self.push(merged, record);
    }

    /// The validation of the stage's guardian after a deployment. Summary, tags and objectives are JSON text.
    fn validation(&mut self, stage: &str, version: &str, deployed: i64, random: &mut Random) {
        let component = self.component.name;
        let guardian = guardians::guardian_id(self.seed, self.component, stage);
        let task = uuid(self.seed, &format!("validation/{}/{stage}", self.id));
        let end = deployed + 2 * MINUTE;
        let mut counts = [0_u32; 3];
        let mut worst = "pass";
        let base = |run: &Self, kind: &str, status: &str, time: i64| {
            run.envelope("task", kind, status, time)
                .with("event.provider", "dynatrace.site.reliability.guardian")
                .with("task.id", task.as_str())
                .with("dt.srg.id", guardian.as_str())
                .with("dt.srg.name", guardians::name(run.component, stage))
                .with(
                    "dt.srg.tags",
                    serde_json::json!({"service": [component], "stage": [stage]}).to_string(),
                )
                .with(
                    "execution_context",
                    serde_json::json!({"buildId": run.id, "version": version}).to_string(),
                )
        };
        let started = base(self, "validation", "started", deployed + SECOND);
        self.push(deployed + SECOND, started);
        for Objective { name, target, warning, .. } in guardians::objectives(self.component) {
            let value = (warning * (0.4 + 0.65 * random.unit()) * 100.0_f64).round() / 100.0;
            let status = if value > target {
                "fail"
            } else if value > warning {
                "warning"
            } else {
                "pass"
            };
            let slot = match status {
                "pass" => 0,
                "warning" => 1,
                _ => 2,
            };
            if let Some(count) = counts.get_mut(slot) {
                *count += 1;
            }
            worst = match (worst, status) {
                (_, "fail") | ("fail", _) => "fail",
                (_, "warning") | ("warning", _) => "warning",
                _ => "pass",
            };
            let objective = serde_json::json!({
                "name": name,
                "objectiveType": "DQL",
                "comparisonOperator": "LESS_THAN_OR_EQUAL",
                "target": target,
                "warning": warning,
                "value": value,
                "status": status,
            });
            let record = base(self, "validation.objective", "finished", end)
                .with("dt.srg.objective", objective.to_string())
                .with("validation.result", status);
            self.push(end, record);
        }
        let [pass, warning, fail] = counts;
        let summary =
            serde_json::json!({"pass": pass, "warning": warning, "fail": fail, "error": 0, "info": 0});
        let record = base(self, "validation", "finished", end)
            .with("start_time", Value::Timestamp(deployed - 30 * MINUTE))
            .with("end_time", Value::Timestamp(deployed))
            .with("validation.result", worst)
            .with("dt.srg.validation.summary", summary.to_string());
        self.push(end, record);
    }
}
