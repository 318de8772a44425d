//! Classic metric expressions, such as `(100)*(builtin:service.errors.total.successCount:splitBy())/(…)`, as DQL.
//! Source: docs.dynatrace.com, Metrics API, metric selector and metric expressions.

use grailstage_dql::ast::{Expression, Parameter, Query};
use grailstage_dql::builder::{all_of, any_of, call, column, field, is_in, named_argument, not, timeseries};

use super::SloError;

/// How deep parentheses may nest.
const DEEPEST: usize = 32;

/// A metric expression.
#[derive(Debug, Clone)]
pub(super) struct MetricExpression {
    term: Term,
    metrics: Vec<Metric>,
}

#[derive(Debug, Clone)]
enum Term {
    Number(f64),
    /// A metric by its place.
    Metric(usize),
    Calculation(Box<Term>, char, Box<Term>),
}

/// A metric and what is made of its points.
#[derive(Debug, Clone)]
struct Metric {
    key: String,
    aggregation: Option<&'static str>,
    default: Option<f64>,
    filter: Option<Expression>,
}

/// Whether a query yields one value or one for each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolution {
    Scalar,
    Intervals,
}

/// What Grail calls a classic metric. Source: docs.dynatrace.com, built-in metrics on Grail.
const GRAIL_KEYS: [(&str, &str); 14] = [
    ("builtin:service.requestCount.total", REQUESTS),
    ("builtin:service.requestCount.server", REQUESTS),
    ("builtin:service.errors.total.count", FAILURES),
    ("builtin:service.errors.server.count", FAILURES),
    ("builtin:service.response.time", "dt.service.request.response_time"),
    ("builtin:service.response.server", "dt.service.request.response_time"),
    ("builtin:host.cpu.usage", "dt.host.cpu.usage"),
    ("builtin:host.mem.usage", "dt.host.memory.usage"),
    ("builtin:host.disk.usedPct", "dt.host.disk.used.percent"),
    ("builtin:containers.cpu.usageMilliCores", "dt.containers.cpu.usage_milli_cores"),
    ("builtin:synthetic.http.availability.location.total", "dt.synthetic.http.availability"),
    ("builtin:synthetic.http.duration.geo", "dt.synthetic.http.duration"),
    ("builtin:synthetic.browser.availability.location.total", "dt.synthetic.browser.availability"),
    ("builtin:kubernetes.container.restarts", "dt.kubernetes.container.restarts"),
];
const REQUESTS: &str = "dt.service.request.count";
const FAILURES: &str = "dt.service.request.failure_count";

/// Classic metrics that Grail has only as the difference of two.
const DIFFERENCES: [&str; 2] =
    ["builtin:service.errors.total.successCount", "builtin:service.errors.server.successCount"];

impl MetricExpression {
    /// Reads an expression.
    pub(super) fn read(text: &str) -> Result<Self, SloError> {
        let mut reader = Reader { text, position: 0, metrics: Vec::new() };
        let term = reader.sum(0)?;
        match reader.peek() {
            None => Ok(Self { term, metrics: reader.metrics }),
            Some(other) => Err(reader.wrong(&format!("`{other}` stands where an operator is expected"))),
        }
    }

    /// The query whose column `sli` is the value of the expression; of what `condition` lets through.
    pub(super) fn query(&self, condition: Option<&Expression>, resolution: Resolution) -> Query {
        let scalar = resolution == Resolution::Scalar;
        let columns = self.metrics.iter().enumerate().map(|(index, metric)| {
            let mut arguments = vec![Parameter::from(field(&metric.key))];
            if scalar {
                arguments.push(named_argument("scalar", true));
            }
            if let Some(default) = metric.default {
                arguments.push(named_argument("default", default));
            }
            if let Some(filter) = &metric.filter {
                arguments.push(named_argument("filter", filter.clone()));
            }
            column(&name_of(index), call(metric.aggregation(), arguments))
        });
        let mut pipeline = timeseries(columns);
        if let Some(condition) = condition {
            pipeline = pipeline.group_parameter("filter", [condition.clone()]);
        }
        pipeline.fields_add([column("sli", self.term.expression(scalar))]).build()
    }
}

fn name_of(index: usize) -> String {
    format!("m{index}")
}

impl Metric {
    fn aggregation(&self) -> &'static str {
        self.aggregation.unwrap_or_else(|| {
            let counts = self.key.rsplit(['.', '_']).next().is_some_and(|last| last == "count");
            if counts { "sum" } else { "avg" }
        })
    }
}

impl Term {
    fn expression(&self, scalar: bool) -> Expression {
        match self {
            Self::Number(number) => Expression::from(*number),
            Self::Metric(index) => {
                let metric = field(&name_of(*index));
                if scalar { metric } else { metric.each() }
            }
            Self::Calculation(left, operator, right) => {
                let (left, right) = (left.expression(scalar), right.expression(scalar));
                match operator {
                    '+' => left.plus(right),
                    '-' => left.minus(right),
                    '*' => left.times(right),
                    _ => left.divided_by(right),
                }
            }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    position: usize,
    metrics: Vec<Metric>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.position += wanted.len_utf8();
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), SloError> {
        if self.takes(wanted) { Ok(()) } else { Err(self.wrong(&format!("`{wanted}` is missing"))) }
    }

    fn wrong(&self, reason: &str) -> SloError {
        let before = self.text.get(..self.position).unwrap_or_default();
        SloError::Unreadable { reason: reason.to_owned(), position: before.chars().count() + 1 }
    }

    fn sum(&mut self, depth: usize) -> Result<Term, SloError> {
        let mut term = self.product(depth)?;
        while let Some(operator @ ('+' | '-')) = self.peek() {
            self.position += 1;
            term = Term::Calculation(Box::new(term), operator, Box::new(self.product(depth)?));
        }
        Ok(term)
    }

    fn product(&mut self, depth: usize) -> Result<Term, SloError> {
        let mut term = self.operand(depth)?;
        while let Some(operator @ ('*' | '/')) = self.peek() {
            self.position += 1;
            term = Term::Calculation(Box::new(term), operator, Box::new(self.operand(depth)?));
        }
        Ok(term)
    }

    fn operand(&mut self, depth: usize) -> Result<Term, SloError> {
        if depth == DEEPEST {
            return Err(self.wrong("parentheses are nested too deeply"));
        }
        match self.peek() {
            None => Err(self.wrong("the expression ends where a metric or number is expected")),
            Some('(') => {
                self.position += 1;
                let term = self.sum(depth + 1)?;
                self.expect(')')?;
                if self.takes(':') {
                    let name = self.word();
                    return Err(SloError::NotSupported { what: format!("`:{name}` behind parentheses") });
                }
                Ok(term)
            }
            Some('-') => {
                self.position += 1;
                let term = self.operand(depth + 1)?;
                Ok(Term::Calculation(Box::new(Term::Number(0.0)), '-', Box::new(term)))
            }
            Some(digit) if digit.is_ascii_digit() => {
                let number = self.word();
                number.parse().map(Term::Number).map_err(|_| self.wrong(&format!("`{number}` is no number")))
            }
            Some(_) => self.metric(),
        }
    }

    /// Letters, digits, dots, underscores and hyphens.
    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let ends =
            |character: char| !character.is_ascii_alphanumeric() && !matches!(character, '.' | '_' | '-');
        let (word, _) = rest.split_at_checked(rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        self.position += word.len();
        word
    }

    fn metric(&mut self) -> Result<Term, SloError> {
        let mut key = self.word().to_owned();
        if key.is_empty() {
            return Err(self.wrong("a metric or number is expected"));
        }
        if matches!(key.as_str(), "builtin" | "ext" | "calc" | "func" | "legacy") {
            self.expect(':')?;
            key = format!("{key}:{}", self.word());
        }
        let mut metric = Metric { key, aggregation: None, default: None, filter: None };
        while self.takes(':') {
            self.transformation(&mut metric)?;
        }
        if DIFFERENCES.contains(&metric.key.as_str()) {
            let requests = self.add(Metric { key: REQUESTS.into(), ..metric.clone() });
            let failures = self.add(Metric { key: FAILURES.into(), ..metric });
            return Ok(Term::Calculation(Box::new(requests), '-', Box::new(failures)));
        }
        if metric.key.contains(':') {
            let known = GRAIL_KEYS.iter().find(|(classic, _)| *classic == metric.key);
            let Some((_, grail)) = known else {
                return Err(SloError::NotSupported { what: format!("the classic metric `{}`", metric.key) });
            };
            metric.key = (*grail).to_owned();
        }
        Ok(self.add(metric))
    }

    fn add(&mut self, metric: Metric) -> Term {
        self.metrics.push(metric);
        Term::Metric(self.metrics.len() - 1)
    }

    /// What stands behind a colon.
    fn transformation(&mut self, metric: &mut Metric) -> Result<(), SloError> {
        let name = self.word();
        let refused = || Err(SloError::NotSupported { what: format!("the transformation `:{name}`") });
        match name {
            "avg" => metric.aggregation = Some("avg"),
            "sum" => metric.aggregation = Some("sum"),
            "min" => metric.aggregation = Some("min"),
            "max" => metric.aggregation = Some("max"),
            "count" => metric.aggregation = Some("count"),
            "auto" | "value" | "fold" | "names" => {
                if self.takes('(') {
                    self.expect(')')?;
                }
            }
            "splitBy" => {
                self.expect('(')?;
                if !self.takes(')') {
                    return Err(SloError::NotSupported { what: "`:splitBy` with dimensions".into() });
                }
            }
            "default" => {
                self.expect('(')?;
                self.peek();
                let number = self.word();
                let read = number.parse().map_err(|_| self.wrong(&format!("`{number}` is no number")))?;
                metric.default = Some(read);
                if self.takes(',') {
                    self.peek();
                    self.word();
                }
                self.expect(')')?;
            }
            "filter" => {
                self.expect('(')?;
                let condition = self.condition(0)?;
                self.expect(')')?;
                metric.filter = Some(match metric.filter.take() {
                    Some(before) => before.and(condition),
                    None => condition,
                });
            }
            _ => return refused(),
        }
        Ok(())
    }

    /// `eq("dimension","value")`, `and(…)` and the like.
    fn condition(&mut self, depth: usize) -> Result<Expression, SloError> {
        if depth == DEEPEST {
            return Err(self.wrong("conditions are nested too deeply"));
        }
        self.peek();
        let name = self.word();
        self.expect('(')?;
        let condition = match name {
            "and" | "or" | "not" => {
                let mut parts = vec![self.condition(depth + 1)?];
                while self.takes(',') {
                    parts.push(self.condition(depth + 1)?);
                }
                match name {
                    "and" => all_of(parts),
                    "or" => any_of(parts),
                    _ => not(all_of(parts)),
                }
            }
            "eq" | "ne" | "prefix" | "suffix" | "contains" | "in" | "existsKey" => {
                let dimension = field(&self.argument()?);
                let mut values = Vec::new();
                while self.takes(',') {
                    values.push(self.argument()?);
                }
                let first = values.first().cloned().unwrap_or_default();
                let text_function = |function: &'static str| {
                    call(
                        function,
                        [
                            Parameter::from(dimension.clone()),
                            Parameter::from(Expression::from(first.as_str())),
                        ],
                    )
                };
                match name {
                    "eq" => dimension.eq(first.as_str()),
                    "ne" => dimension.ne(first.as_str()),
                    "prefix" => text_function("startsWith"),
                    "suffix" => text_function("endsWith"),
                    "contains" => text_function("contains"),
                    "in" => is_in(dimension, values),
                    _ => call("isNotNull", [Parameter::from(dimension)]),
                }
            }
            _ => return Err(SloError::NotSupported { what: format!("the condition `{name}`") }),
        };
        self.expect(')')?;
        Ok(condition)
    }

    /// A text in quotes or a bare word. `~` escapes.
    fn argument(&mut self) -> Result<String, SloError> {
        if self.peek() != Some('"') {
            return match self.word() {
                "" => Err(self.wrong("a value is expected")),
                word => Ok(word.to_owned()),
            };
        }
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    self.position += index + 1;
                    return Ok(text);
                }
                '~' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                other => text.push(other),
            }
        }
        Err(self.wrong("the text lacks its closing quote"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The query on one line.
    fn dql(text: &str) -> String {
        let query = MetricExpression::read(text).unwrap().query(None, Resolution::Scalar);
        grailstage_dql::print(&query).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_success_rate_is_a_difference_over_all_requests() {
        assert_eq!(
            dql(
                "(100)*(builtin:service.errors.total.successCount:splitBy())/(builtin:service.requestCount.total:splitBy())"
            ),
            "timeseries m0 = sum(dt.service.request.count, scalar:true), \
             m1 = sum(dt.service.request.failure_count, scalar:true), \
             m2 = sum(dt.service.request.count, scalar:true) \
             | fieldsAdd sli = 100.0 * (m0 - m1) / m2"
        );
    }

    #[test]
    fn operators_bind_as_in_arithmetic() {
        assert!(dql("1 + 2 * my.metric:avg").ends_with("sli = 1.0 + 2.0 * m0"));
        assert!(dql("(1 + 2) * my.metric").ends_with("sli = (1.0 + 2.0) * m0"));
        assert!(dql("100 - -my.metric").ends_with("sli = 100.0 - (0.0 - m0)"));
    }

    #[test]
    fn filters_and_defaults_belong_to_their_metric() {
        let text = r#"my-metric.count:filter(and(eq("k8s.ns","a~"b"),or(prefix(host,"h"),in("z","1","2")))):splitBy():sum:default(0, always)"#;
        assert!(
            dql(text).starts_with(
                "timeseries m0 = sum( `my-metric.count`, scalar:true, default:0.0, \
                 filter:k8s.ns == \"a\\\"b\" and (startsWith(host, \"h\") or in(z, {\"1\", \"2\"})) )"
            ),
            "{}",
            dql(text)
        );
    }

    #[test]
    fn each_interval_has_its_value_where_that_is_asked_for() {
        let read = MetricExpression::read("100 - my.share").unwrap();
        let condition = field("a").eq("b");
        assert_eq!(
            grailstage_dql::print(&read.query(Some(&condition), Resolution::Intervals)),
            "timeseries m0 = avg(my.share), filter:{a == \"b\"}\n| fieldsAdd sli = 100.0 - m0[]"
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, said) in [
            ("", "at character 1: the expression ends"),
            ("(a.b", "at character 5: `)` is missing"),
            ("100 * ", "at character 7"),
            ("a.b c.d", "at character 5: `c` stands"),
            ("1.2.3", "`1.2.3` is no number"),
            ("a.b:filter(eq(\"x", "lacks its closing quote"),
            ("a.b:percentile(5)", "the transformation `:percentile` of a metric expression is not supported"),
            ("a.b:splitBy(\"x\")", "`:splitBy` with dimensions"),
            ("(a.b):fold", "`:fold` behind parentheses"),
            ("builtin:no.such.metric", "the classic metric `builtin:no.such.metric`"),
            ("a.b:filter(regex(x))", "the condition `regex`"),
            (&"(".repeat(100), "nested too deeply"),
        ] {
            let error = MetricExpression::read(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
