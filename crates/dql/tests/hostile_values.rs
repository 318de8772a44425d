//! Binding hostile values: whatever a value holds, the query keeps its shape.
//!
//! `GRAILSTAGE_HOSTILE_CASES` sets the number of cases; a million take less than a minute in a release build.

mod hostile_text;
mod query_shape;

use grailstage_dql::template::{Bindings, Template};
use grailstage_dql::{parse, print};
use hostile_text::Random;
use query_shape::{quoted, shape};

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
