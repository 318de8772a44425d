//! Fuzz targets that run on a stable compiler: what the actions of templates read from files, cut, spliced and sprinkled
//! with what breaks parsers.
//!
//! A target returns what is wrong with a text, if anything. The same seed makes the same texts on every machine.

use std::collections::BTreeMap;
use std::future::pending;
use std::rc::Rc;

use futures_executor::block_on;
use grailstage_insights::Client;
use grailstage_scaffold::ScaffoldError;
use grailstage_scaffold::event_sending::send_event;
use grailstage_scaffold::zone_onboarding::onboard;
use serde_json::{Value, json};

use crate::sandbox_host::{SandboxHost, environment};

/// How many executions of cases an action takes.
const MOST_CASES: usize = 10_000;

/// What is fuzzed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Any text as a report in the XML of JUnit: read or refused by name and line, and numbers that agree.
    Report,
    /// A report that was written from cases: what is read is what was written.
    Written,
    /// Any text as the template of an access document: filled in or refused, and nothing put in is looked at again.
    Document,
}

/// Where actions are tried.
pub(crate) struct Ground {
    client: Client<SandboxHost>,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let config =
            json!({ "environments": [environment("production", grailstage_sandbox::PLATFORM_TOKEN)] });
        Self { client: Client::new(Rc::clone(&SandboxHost::new()), &config).unwrap() }
    }

    fn report(&self, xml: &str) -> Result<Value, ScaffoldError> {
        let request = json!({
            "id": "it", "type": "test", "dryRun": true, "results": [{ "file": "fuzz.xml", "xml": xml }],
        });
        let request = serde_json::from_value(request).unwrap();
        let bytes = block_on(send_event(&self.client, &request, pending()))?;
        Ok(serde_json::from_slice(&bytes).unwrap())
    }
}

impl Target {
    pub(crate) const ALL: [Self; 3] = [Self::Report, Self::Written, Self::Document];

    /// Tries one text.
    pub(crate) fn complaint(self, ground: &Ground, random: &mut Random) -> (String, Option<String>) {
        match self {
            Self::Report => {
                let text = random.text();
                let complaint = reading(ground, &text);
                (text, complaint)
            }
            Self::Written => {
                let cases = random.cases();
                let text = written(&cases);
                let complaint = agreeing(ground, &cases, &text);
                (text, complaint)
            }
            Self::Document => {
                let text = random.document();
                let complaint = filling(ground, &text, &random.document());
                (text, complaint)
            }
        }
    }
}

fn reading(ground: &Ground, text: &str) -> Option<String> {
    let answer = match ground.report(text) {
        Ok(answer) => answer,
        Err(error) => return refusal(&error, text),
    };
    let number = |key: &str| usize::try_from(answer["tests"][key].as_u64().unwrap()).unwrap();
    let count = usize::try_from(answer["count"].as_u64().unwrap()).unwrap();
    let total = number("total");
    if total != number("passed") + number("failed") + number("skipped") || number("flaky") > number("passed")
    {
        return Some(format!("its numbers do not agree: {}", answer["tests"]));
    }
    if answer["tests"]["failures"].as_array().unwrap().len() != number("failed").min(20) {
        return Some("it names another number of failures".to_owned());
    }
    (count < total || count > MOST_CASES).then(|| format!("{count} executions of {total} cases"))
}

/// A refusal names the input and, of a file, its name and a line that it has.
fn refusal(error: &ScaffoldError, text: &str) -> Option<String> {
    let message = error.to_string();
    if error.code() != "invalid-input" {
        return Some(format!("it is refused as {}: {message}", error.code()));
    }
    if message.contains("without any test case") || message.contains("more than") {
        return None;
    }
    let line = message.rsplit_once("(line ").and_then(|(_, rest)| rest.strip_suffix(')')?.parse().ok());
    let lines = text.split('\n').count();
    let is_named =
        message.contains("`fuzz.xml`") && line.is_some_and(|line: usize| (1..=lines).contains(&line));
    (!is_named).then(|| format!("the refusal does not lead there: {message}"))
}

/// A case of a suite and how each of its executions ends: pass, fail or skipped.
type Cases = Vec<(String, String, &'static str)>;

fn written(cases: &Cases) -> String {
    let mut xml = "<?xml version=\"1.0\"?>\n<testsuites>".to_owned();
    for (suite, case, outcome) in cases {
        let inner = match *outcome {
            "fail" => "<failure message=\"no\"/>",
            "skipped" => "<skipped/>",
            _ => "",
        };
        let (suite, case) = (referred(suite), referred(case));
        xml.push_str(&format!(
            "<testsuite name=\"{suite}\"><testcase name='{case}'>{inner}</testcase></testsuite>\n"
        ));
    }
    xml.push_str("</testsuites>");
    xml
}

/// Each character by its number.
fn referred(text: &str) -> String {
    text.chars().map(|character| format!("&#x{:x};", u32::from(character))).collect()
}

fn agreeing(ground: &Ground, cases: &Cases, text: &str) -> Option<String> {
    let answer = match ground.report(text) {
        Ok(answer) => answer,
        Err(error) => return Some(format!("it is refused: {error}")),
    };
    let mut last: BTreeMap<(&str, &str), (&str, bool)> = BTreeMap::new();
    for (suite, case, outcome) in cases {
        let entry = last.entry((suite, case)).or_insert((outcome, false));
        *entry = (outcome, entry.1 || *outcome == "fail");
    }
    let count = |is: &dyn Fn(&(&str, bool)) -> bool| last.values().filter(|value| is(value)).count();
    let expected = [
        ("total", last.len()),
        ("passed", count(&|(outcome, _)| *outcome == "pass")),
        ("failed", count(&|(outcome, _)| *outcome == "fail")),
        ("skipped", count(&|(outcome, _)| *outcome == "skipped")),
        ("flaky", count(&|(outcome, failed)| *outcome == "pass" && *failed)),
    ];
    let (suite, case, _) = &cases[0];
    let first = &answer["first"];
    if (&first["test.suite.name"], &first["test.case.name"]) != (&json!(suite), &json!(case)) {
        return Some(format!(
            "the first case is {} of {}",
            first["test.case.name"], first["test.suite.name"]
        ));
    }
    let differs = expected.iter().find(|(key, number)| answer["tests"][*key] != json!(number));
    differs.map(|(key, number)| format!("{key} is {} and not {number}", answer["tests"][*key]))
}

fn filling(ground: &Ground, template: &str, reason: &str) -> Option<String> {
    let ask = |template: &str| {
        let request = json!({
            "zone": "it", "namespaces": ["webshop"], "group": "it", "reason": reason, "dryRun": true,
            "documents": [{ "path": "fuzz.md", "template": template }],
        });
        let request = serde_json::from_value(request).unwrap();
        block_on(onboard(&ground.client, &request, pending())).map(|mut zone| zone.documents.remove(0).text)
    };
    match ask(&format!("{{{{ reason }}}}{template}")) {
        Err(error) if error.code() == "invalid-input" && error.to_string().contains("`fuzz.md`") => None,
        Err(error) => Some(format!("the refusal does not lead there: {error}")),
        Ok(text) if !text.starts_with(reason) => Some("what was put in was changed".to_owned()),
        Ok(text) if !template.contains("{{") && text != format!("{reason}{template}") => {
            Some("what has no placeholder was changed".to_owned())
        }
        Ok(_) => None,
    }
}

/// Reports as runners write them.
const SEEDS: [&str; 4] = [
    r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest" tests="2"><testsuite name="cart" tests="2" time="0.5">
  <testcase classname="CartTest" name="adds an item" time="1,234.5"/>
  <testcase classname="CartTest" name="takes &lt;b&gt;" time="0.25">
    <failure message="expected 1 &amp; got 2" type="AssertionError"><![CDATA[at cart.js:1]]></failure>
    <system-out>noise</system-out></testcase>
</testsuite></testsuites>"#,
    r#"<testsuite name="outer"><properties><property name="a" value="b"/></properties><testsuite name="inner">
<testcase name="x"><skipped message="later"/></testcase></testsuite><testcase name="y"><error>no</error></testcase>
</testsuite>"#,
    r#"<testsuite name="s"><testcase name="flaky"><flakyFailure message="once"/></testcase>
<testcase name="broken"><failure message="still"/><rerunFailure message="again"/></testcase></testsuite>"#,
    "<!-- none -->\n<testsuite/>",
];

/// What is put into reports.
const PIECES: [&str; 34] = [
    "<",
    ">",
    "</",
    "/>",
    "&",
    ";",
    "\"",
    "'",
    "=",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "?>",
    "<!DOCTYPE a [",
    "<!ENTITY a 'b'>",
    "&amp;",
    "&a;",
    "&#0;",
    "&#x1F600;",
    "<testsuite>",
    "</testsuite>",
    "<testcase name='n'>",
    "</testcase>",
    "<failure>",
    "</failure>",
    "<skipped/>",
    " name='n'",
    " time='-1e999'",
    "\0",
    "\u{feff}",
    "\n",
    "é",
];

/// What templates of documents are made of.
const PARTS: [&str; 16] = [
    "{{",
    "}}",
    "{",
    "}",
    "zone",
    " group ",
    "{{zone}}",
    "{{ policy }}",
    "{{segment}}",
    "{{reason}}",
    "{{nothing}}",
    "\n",
    "é",
    "𝄞",
    "# ",
    "${x}",
];

/// Xorshift.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound.max(1)
    }

    fn pick(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.below(texts.len())]
    }

    /// A place in a text between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut place = self.below(text.len() + 1);
        while !text.is_char_boundary(place) {
            place -= 1;
        }
        place
    }

    /// A text made from the reports.
    fn text(&mut self) -> String {
        let mut text = self.pick(&SEEDS).to_owned();
        for _ in 0..self.below(6) {
            let (one, other) = (self.place(&text), self.place(&text));
            let (start, end) = (one.min(other), one.max(other));
            match self.below(6) {
                0 => text.replace_range(start..end, ""),
                1 => {
                    let copied = text[start..end].repeat(1 + self.below(3));
                    text.insert_str(end, &copied);
                }
                2 => {
                    let other = self.pick(&SEEDS);
                    let from = self.place(other);
                    text.replace_range(start.., &other[from..]);
                }
                _ => text.insert_str(start, self.pick(&PIECES)),
            }
        }
        text
    }

    fn document(&mut self) -> String {
        (0..self.below(8)).map(|_| self.pick(&PARTS)).collect()
    }

    /// At least one case; few names, so that some run several times.
    fn cases(&mut self) -> Cases {
        let names: Vec<String> = (0..3).map(|_| self.name()).collect();
        (0..=self.below(12))
            .map(|_| {
                let (suite, case) = (&names[self.below(3)], &names[self.below(3)]);
                (suite.clone(), case.clone(), self.pick(&["pass", "fail", "skipped"]))
            })
            .collect()
    }

    /// A name of characters that XML may hold, and not blank.
    fn name(&mut self) -> String {
        let mut name = "n".to_owned();
        for _ in 0..self.below(8) {
            let code = u32::try_from(self.below(0x1_1000)).unwrap_or_default();
            let character =
                char::from_u32(code).filter(|it| *it >= ' ' && !matches!(it, '\u{fffe}' | '\u{ffff}'));
            name.push(character.unwrap_or('"'));
        }
        name
    }
}
