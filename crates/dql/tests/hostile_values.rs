//! Binding hostile values: whatever a value holds, the query keeps its shape.
//!
//! `GRAILSTAGE_HOSTILE_CASES` sets the number of cases; a million take less than a minute in a release build.

use grailstage_dql::ast::{
    Expression, ExpressionKind, Literal, Parameter, Query, SmolStr, StringStyle, Value,
};
use grailstage_dql::template::{Bindings, Template};
use grailstage_dql::{parse, print};

/// Every position a placeholder can stand in.
const TEMPLATE: &str = r#"fetch logs, from:-${span}
| filter field == ${bare} and in(other, {${list}, "last"}) and `tag:${name}` == "a ${quoted} b"
| fieldsAdd raw = """x${triple}y""", nested = record(k = concat("${quoted}", ${bare})), `${name}` = if(${bare} == 1, 2, else:"""${triple}""")
| parse content, "JSON:j"
| lookup [
    data json:"""[{"id":"${json}"}]"""
    | filter id in [fetch logs | filter ${bare} ~ "x" or y != ${bare} | fields x]
  ], sourceField:id, lookupField:`id ${name}`
| sort `${name}` desc
| limit 10"#;

/// Pieces that end literals, start comments or commands, or look like placeholders.
const PIECES: [&str; 48] = [
    "\"",
    "\"\"",
    "\"\"\"",
    "\"\"\"\"",
    "\\",
    "\\\\",
    "\\\"",
    "\\`",
    "`",
    "``",
    "'",
    "|",
    "| limit 0",
    "| fetch logs",
    "//",
    "/*",
    "*/",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "${bare}",
    "$${x}",
    "$x",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ", b = 1",
    " or true",
    " and not x",
    "by:{a}",
    ":",
    "=",
    "é",
    "𝄞",
    "a",
    " ",
    "\u{fffd}",
];

/// Xorshift: the cases are the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % bound
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.below(7) {
            if self.below(4) == 0 {
                let code = u32::try_from(self.below(0x11_0000)).unwrap_or_default();
                text.extend(char::from_u32(code));
            } else {
                text.push_str(PIECES.get(self.below(PIECES.len())).copied().unwrap_or_default());
            }
        }
        text
    }
}

fn bindings(mut text: impl FnMut() -> String) -> Bindings {
    Bindings::default()
        .with("span", 2_i64)
        .with("bare", text())
        .with("list", vec![text(), text()])
        .with("name", text())
        .with("quoted", text())
        .with("triple", text())
        .with("json", text())
}

/// Takes the content out of every string and field name.
fn shape(query: &mut Query) {
    each_leaf(query, &mut |leaf| match leaf {
        Leaf::Text(value, _) | Leaf::Name(value) => *value = SmolStr::default(),
    });
    quoted(query);
}

/// Gives all strings one style.
fn quoted(query: &mut Query) {
    each_leaf(query, &mut |leaf| {
        if let Leaf::Text(_, style) = leaf {
            *style = StringStyle::Quoted;
        }
    });
}

enum Leaf<'a> {
    Text(&'a mut SmolStr, &'a mut StringStyle),
    Name(&'a mut SmolStr),
}

type Visit<'a> = dyn FnMut(Leaf<'_>) + 'a;

fn each_leaf(query: &mut Query, visit: &mut Visit<'_>) {
    for command in &mut query.commands {
        parameters(&mut command.parameters, visit);
    }
}

fn parameters(parameters: &mut [Parameter], visit: &mut Visit<'_>) {
    for parameter in parameters {
        value(&mut parameter.value, visit);
    }
}

fn value(of: &mut Value, visit: &mut Visit<'_>) {
    match of {
        Value::Expression(expression) | Value::Sorted { expression, .. } => {
            self::expression(expression, visit)
        }
        Value::Assignment { field, value } => {
            visit(Leaf::Name(&mut field.name));
            self::value(value, visit);
        }
        Value::Group(members) => parameters(members, visit),
        Value::Block(query) => each_leaf(query, visit),
    }
}

fn expression(of: &mut Expression, visit: &mut Visit<'_>) {
    match &mut of.kind {
        ExpressionKind::Literal(Literal::String { value, style }) => visit(Leaf::Text(value, style)),
        ExpressionKind::Literal(_) => {}
        ExpressionKind::Field(field) => visit(Leaf::Name(&mut field.name)),
        ExpressionKind::Call { arguments, .. } => parameters(arguments, visit),
        ExpressionKind::Unary { operand, .. } => expression(operand, visit),
        ExpressionKind::Binary { left, right, .. } => {
            expression(left, visit);
            expression(right, visit);
        }
        ExpressionKind::Index { base, index } => {
            expression(base, visit);
            if let Some(index) = index {
                expression(index, visit);
            }
        }
        ExpressionKind::Align { value, .. } => {
            if let Some(value) = value {
                expression(value, visit);
            }
        }
        ExpressionKind::InQuery { needle, query } => {
            expression(needle, visit);
            each_leaf(query, visit);
        }
        ExpressionKind::Parenthesized(inner) => expression(inner, visit),
    }
}

#[test]
fn no_value_changes_the_shape_of_a_query() {
    let cases: u32 =
        std::env::var("GRAILSTAGE_HOSTILE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(5_000);
    let template = Template::parse(TEMPLATE).unwrap();
    let mut expected = template.bind(&bindings(|| "harmless".to_owned())).unwrap();
    shape(&mut expected);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for case in 0..cases {
        let values = bindings(|| random.text());
        let bound = template.bind(&values).unwrap();
        let text = print(&bound);
        let mut read = match parse(&text) {
            Ok(read) => read,
            Err(errors) => panic!("case {case}: {:?}\n{text}", errors.first()),
        };
        // A value that does not fit triple quotes is written, and read back, in the other style.
        let mut bound = bound;
        quoted(&mut bound);
        quoted(&mut read);
        assert_eq!(read, bound, "case {case}\n{text}");
        shape(&mut read);
        assert!(read == expected, "case {case}\n{text}");
    }
}
