//! Test reports in the XML of JUnit, as Maven, Gradle, pytest, Jest, Go and others write them.
//!
//! There is no official schema; read is what they have in common: suites, which may hold suites, and cases with the
//! outcome inside. Source: the reports of these tools, and github.com/testmoapp/junitxml, which describes them.
//! A document type is refused: no report needs one, and entities that expand are how such files attack.

use std::collections::HashMap;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::ScaffoldError;

/// How deep suites and cases may lie within each other.
const DEEPEST: usize = 64;
/// How many cases all reports of a step may have.
pub(super) const MOST_CASES: usize = 10_000;
/// The characters that are kept of a failure's message.
const MESSAGE_CHARACTERS: usize = 1_000;

/// One execution of a test case.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TestCase {
    /// The suite it is in; the innermost that has a name.
    pub(super) suite: String,
    /// Its name, behind that of its class where it has one.
    pub(super) name: String,
    pub(super) outcome: Outcome,
    /// How long it took.
    pub(super) seconds: Option<f64>,
    /// What its failure says, in one text of bounded length.
    pub(super) message: Option<String>,
    /// Which try it is, from 1.
    pub(super) attempt: u32,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// Reads the cases of a report. A case that the report holds several times, or that its runner tried again, has several
/// attempts. `attempts` counts them over all reports of a step.
pub(super) fn read(
    file: &str,
    xml: &str,
    attempts: &mut HashMap<(String, String), u32>,
) -> Result<Vec<TestCase>, ScaffoldError> {
    let xml = xml.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(xml);
    let mut report = Report { cases: Vec::new(), open: Vec::new(), has_root: false, attempts };
    loop {
        let at = reader.buffer_position();
        let wrong = |problem: String| invalid(file, xml, at, &problem);
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                report.start(&element).map_err(wrong)?;
                if report.open.len() > DEEPEST {
                    return Err(wrong(format!("has elements more than {DEEPEST} deep")));
                }
            }
            Ok(Event::Empty(element)) => {
                report.start(&element).map_err(wrong)?;
                report.end();
            }
            Ok(Event::End(_)) => report.end(),
            Ok(Event::Text(text)) => report.text(&text.xml10_content()),
            Ok(Event::CData(text)) => report.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => report.text(&referred(&reference).map_err(wrong)?),
            Ok(Event::DocType(_)) => return Err(wrong("has a document type, which is not read".to_owned())),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                return Err(invalid(file, xml, reader.error_position(), &format!("is not XML: {error}")));
            }
        }
        if report.cases.len() > MOST_CASES {
            return Err(ScaffoldError::InvalidInput {
                input: "results".to_owned(),
                problem: format!("has more than {MOST_CASES} executions of test cases"),
                help: Some("send the reports in several steps".to_owned()),
            });
        }
    }
    if report.open.is_empty() && report.has_root {
        return Ok(report.cases);
    }
    Err(invalid(file, xml, reader.buffer_position(), "ends before its elements do"))
}

/// What has been read of a report.
struct Report<'a> {
    cases: Vec<TestCase>,
    open: Vec<Element>,
    has_root: bool,
    attempts: &'a mut HashMap<(String, String), u32>,
}

enum Element {
    Suite {
        name: Option<String>,
    },
    Case(OpenCase),
    /// `failure`, `error`, and what runners write for tries that failed before another.
    Failure {
        message: String,
        /// Whether an attribute says it.
        has_message: bool,
        kind: FailureKind,
    },
    Skipped,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FailureKind {
    /// The case failed.
    Last,
    /// A further try failed, too. Source: maven.apache.org/surefire, re-run failing tests.
    Rerun,
    /// A try failed, and another passed.
    Flaky,
}

#[derive(Default)]
struct OpenCase {
    class: Option<String>,
    name: String,
    seconds: Option<f64>,
    failed: bool,
    skipped: bool,
    message: Option<String>,
    reruns: u32,
    flaky: Vec<String>,
}

impl Report<'_> {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        let name = element.local_name();
        let name = name.as_ref();
        if self.open.is_empty() {
            if self.has_root || !matches!(name, "testsuites" | "testsuite") {
                return Err(format!("has `{name}` where `testsuites` or `testsuite` is expected"));
            }
            self.has_root = true;
        }
        let element = match name {
            "testsuite" => Element::Suite { name: attribute(element, "name")? },
            "testcase" => Element::Case(OpenCase {
                class: attribute(element, "classname")?,
                name: attribute(element, "name")?.unwrap_or_default(),
                seconds: attribute(element, "time")?.and_then(|text| seconds(&text)),
                ..OpenCase::default()
            }),
            "failure" | "error" => failure(element, FailureKind::Last)?,
            "rerunFailure" | "rerunError" => failure(element, FailureKind::Rerun)?,
            "flakyFailure" | "flakyError" => failure(element, FailureKind::Flaky)?,
            "skipped" => Element::Skipped,
            _ => Element::Other,
        };
        self.open.push(element);
        Ok(())
    }

    /// The text of a failure stands in for a missing message.
    fn text(&mut self, text: &str) {
        if let Some(Element::Failure { message, has_message: false, .. }) = self.open.last_mut()
            && message.len() <= MESSAGE_CHARACTERS * 4
        {
            message.push_str(text);
        }
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Element::Case(case)) => self.finish(case),
            Some(Element::Failure { message, kind, .. }) => {
                if let Some(Element::Case(case)) = self.open.last_mut() {
                    let message = shortened(&message);
                    match kind {
                        FailureKind::Last => {
                            case.failed = true;
                            case.message.get_or_insert(message);
                        }
                        FailureKind::Rerun => case.reruns = case.reruns.saturating_add(1),
                        FailureKind::Flaky => case.flaky.push(message),
                    }
                }
            }
            Some(Element::Skipped) => {
                if let Some(Element::Case(case)) = self.open.last_mut() {
                    case.skipped = true;
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, case: OpenCase) {
        let suite = self.open.iter().rev().find_map(|element| match element {
            Element::Suite { name } => name.clone().filter(|name| !name.trim().is_empty()),
            _ => None,
        });
        let suite = suite.or_else(|| case.class.clone()).unwrap_or_else(|| "tests".to_owned());
        let name = match case.class.filter(|class| !class.is_empty() && *class != suite) {
            Some(class) if !case.name.starts_with(&class) => format!("{class}.{}", case.name),
            _ => case.name,
        };
        let outcome = match (case.failed, case.skipped) {
            (true, _) => Outcome::Failed,
            (false, true) => Outcome::Skipped,
            (false, false) => Outcome::Passed,
        };
        let mut push = |outcome, seconds, message: Option<String>| {
            let attempt = self.attempts.entry((suite.clone(), name.clone())).or_default();
            *attempt = attempt.saturating_add(1);
            let message = message.filter(|message| !message.is_empty());
            let (suite, name, attempt) = (suite.clone(), name.clone(), *attempt);
            self.cases.push(TestCase { suite, name, outcome, seconds, message, attempt });
        };
        for message in case.flaky {
            push(Outcome::Failed, None, Some(message));
        }
        for _ in 0..case.reruns {
            push(Outcome::Failed, None, case.message.clone());
        }
        push(outcome, case.seconds, case.message);
    }
}

fn failure(element: &BytesStart<'_>, kind: FailureKind) -> Result<Element, String> {
    let message = attribute(element, "message")?.unwrap_or_default();
    Ok(Element::Failure { has_message: !message.trim().is_empty(), message, kind })
}

/// What `&amp;` and its like stand for. Other entities would need a document type.
fn referred(reference: &BytesRef<'_>) -> Result<String, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("is not XML: {error}");
    if let Some(character) = reference.resolve_char_ref().map_err(|error| wrong(&error))? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    let known = resolve_predefined_entity(&name);
    known.map(str::to_owned).ok_or_else(|| wrong(&format!("there is no entity `{name}`")))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let mut attributes = element.attributes();
    // Whether names are unique takes time by the square of their number, and does not matter here.
    for attribute in attributes.with_checks(false) {
        let attribute = attribute.map_err(|error| format!("is not XML: {error}"))?;
        if attribute.key.as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            return value.map(|text| Some(text.into_owned())).map_err(|error| format!("is not XML: {error}"));
        }
    }
    Ok(None)
}

/// `0.012`, and `1,234.5` as some runners write thousands.
fn seconds(text: &str) -> Option<f64> {
    let seconds: f64 = text.trim().replace(',', "").parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then_some(seconds)
}

/// The message in one piece of bounded length.
fn shortened(text: &str) -> String {
    let text = text.trim();
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(MESSAGE_CHARACTERS).collect();
    if characters.next().is_some() { format!("{start}…") } else { start }
}

fn invalid(file: &str, xml: &str, at: u64, problem: &str) -> ScaffoldError {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(xml.len());
    let before = xml.as_bytes().get(..at).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    ScaffoldError::InvalidInput {
        input: "results".to_owned(),
        problem: format!("names `{file}`, which {problem} (line {line})"),
        help: Some("name reports in the XML of JUnit".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cases(xml: &str) -> Vec<TestCase> {
        read("report.xml", xml, &mut HashMap::new()).unwrap()
    }

    fn refusal(xml: &str) -> String {
        read("report.xml", xml, &mut HashMap::new()).unwrap_err().to_string()
    }

    #[test]
    fn reads_outcome_time_and_message_of_each_case() {
        let cases = cases(
            r#"<?xml version="1.0" encoding="UTF-8"?>
            <testsuites><testsuite name="cart" tests="3">
              <testcase classname="CartTest" name="adds an item" time="1,234.5"/>
              <testcase classname="CartTest" name="takes &lt;b&gt;" time="0.25">
                <failure message="expected 1 &amp; got 2">stack</failure><system-out>noise</system-out>
              </testcase>
              <testcase name="breaks"><error>no &lt;<![CDATA[connection>]]></error></testcase>
              <testcase classname="cart" name="later"><skipped/></testcase>
            </testsuite></testsuites>"#,
        );
        let told: Vec<_> = cases
            .iter()
            .map(|case| (case.name.as_str(), case.outcome, case.seconds, case.message.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("CartTest.adds an item", Outcome::Passed, Some(1234.5), None),
                ("CartTest.takes <b>", Outcome::Failed, Some(0.25), Some("expected 1 & got 2")),
                ("breaks", Outcome::Failed, None, Some("no <connection>")),
                ("later", Outcome::Skipped, None, None),
            ]
        );
        assert!(cases.iter().all(|case| case.suite == "cart" && case.attempt == 1));
    }

    #[test]
    fn a_case_belongs_to_the_innermost_suite_with_a_name() {
        let cases = cases(
            r#"<testsuite name="outer"><testsuite name="inner"><testsuite name=" "><testcase name="a"/></testsuite></testsuite>
            <testcase name="b"/></testsuite>"#,
        );
        let suites: Vec<_> = cases.iter().map(|case| (case.suite.as_str(), case.name.as_str())).collect();
        assert_eq!(suites, [("inner", "a"), ("outer", "b")]);
    }

    #[test]
    fn a_case_that_was_tried_again_has_an_attempt_for_each_try() {
        let cases = cases(
            r#"<testsuite name="s">
            <testcase name="flaky"><flakyFailure message="once"/></testcase>
            <testcase name="broken"><failure message="still"/><rerunFailure message="again"/></testcase>
            <testcase name="twice"><failure message="no"/></testcase><testcase name="twice"/>
            </testsuite>"#,
        );
        let tries: Vec<_> =
            cases.iter().map(|case| (case.name.as_str(), case.attempt, case.outcome)).collect();
        assert_eq!(
            tries,
            [
                ("flaky", 1, Outcome::Failed),
                ("flaky", 2, Outcome::Passed),
                ("broken", 1, Outcome::Failed),
                ("broken", 2, Outcome::Failed),
                ("twice", 1, Outcome::Failed),
                ("twice", 2, Outcome::Passed),
            ]
        );
    }

    #[test]
    fn refuses_entities_depth_other_documents_and_ends_that_are_missing() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite name="&b;"/>"#;
        assert!(refusal(bomb).contains("document type"), "{}", refusal(bomb));
        assert!(refusal(r#"<testsuite name="&unknown;"/>"#).contains("is not XML"));
        assert!(refusal(&"<testsuite>".repeat(100_000)).contains("64 deep"));
        assert!(refusal("<html/>").contains("`html`"));
        assert!(refusal("<testsuite>\n<testcase>").contains("(line 2)"));
        assert!(refusal("<testsuite></testsuites>").contains("is not XML"));
        assert!(refusal("").contains("ends before"));
    }

    #[test]
    fn refuses_more_cases_than_it_keeps() {
        let xml = format!("<testsuite>{}</testsuite>", "<testcase/>".repeat(MOST_CASES + 1));
        assert!(refusal(&xml).contains("more than 10000"));
    }

    #[test]
    fn attributes_without_end_take_no_time() {
        let attributes: String = (0..200_000).map(|nth| format!(" a{nth}=\"\"")).collect();
        assert_eq!(cases(&format!("<testsuite{attributes}><testcase name=\"a\"/></testsuite>")).len(), 1);
    }

    #[test]
    fn a_message_is_cut_at_a_character() {
        let long = "ü".repeat(5_000);
        let cases = cases(&format!(
            "<testsuite><testcase name=\"a\"><failure>{long}</failure></testcase></testsuite>"
        ));
        assert_eq!(cases[0].message.as_ref().unwrap().chars().count(), MESSAGE_CHARACTERS + 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            drop(read("x", &text, &mut HashMap::new()));
        }

        #[test]
        fn any_pieces_of_a_report_are_read_or_refused(pieces in proptest::collection::vec(prop_oneof![
            Just("<testsuite name='a'>"), Just("</testsuite>"), Just("<testcase name='b'>"), Just("</testcase>"),
            Just("<failure>"), Just("</failure>"), Just("<skipped/>"), Just("&amp;"), Just("<![CDATA["), Just("]]>"),
            Just("<!--"), Just("-->"), Just("<?x ?>"), Just("x"), Just("<testcase name=\"&#0;\"/>"),
        ], 0..40)) {
            drop(read("x", &pieces.concat(), &mut HashMap::new()));
        }
    }
}
