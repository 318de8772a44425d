//! Inputs made to exhaust the stack or the clock.

use grailstage_dql::{Dialect, check, parse_recovering};

fn codes(text: &str) -> Vec<&'static str> {
    parse_recovering(text, Dialect::Query).diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn a_megabyte_of_any_opening_is_an_error() {
    const MEGABYTE: usize = 1 << 20;
    let prefix = "fetch logs | filter ";
    for piece in [
        "(",
        "[",
        "{",
        "a(",
        "-",
        "not ",
        "a in [x ",
        "a in [b a in (",
        "x[",
        "a + (",
        "a:{",
        "b = {",
        "!",
        "@",
    ] {
        let text = prefix.to_owned() + &piece.repeat(MEGABYTE / piece.len());
        assert!(!codes(&text).is_empty(), "{piece}");
    }
}

#[test]
fn a_megabyte_of_a_chain_is_an_error() {
    let text = format!("fetch logs | filter a{}", " + a".repeat(1 << 18));
    assert_eq!(codes(&text), ["NESTING_TOO_DEEP"]);
    let text = format!("fetch logs | filter a{}", "[0]".repeat(1 << 18));
    assert_eq!(codes(&text), ["NESTING_TOO_DEEP"]);
}

#[test]
fn blocks_of_high_chains_do_not_add_up() {
    let chain = " + a".repeat(400);
    let nested = format!("a in [x a{chain}").repeat(50) + &"]".repeat(50);
    assert_eq!(codes(&format!("x {nested}")), ["NESTING_TOO_DEEP"]);
}

#[test]
fn long_flat_queries_are_read() {
    let fields = (0..20_000).map(|number| format!("f{number}")).collect::<Vec<_>>().join(", ");
    let commands = " | limit 1".repeat(20_000);
    assert_eq!(codes(&format!("fetch logs | fields {fields}{commands}")), [""; 0]);
}

#[test]
fn nonsense_yields_a_bounded_number_of_findings() {
    for piece in ["= ", "| ", ", ", ") ", "by ", "as b ", "'", "&& ", "a in (b) ", "1.5h ", "ü "] {
        let text = "fetch logs | filter a ".to_owned() + &piece.repeat(100_000);
        let found = codes(&text).len();
        assert!((1..=51).contains(&found), "{piece}: {found}");
    }
}

/// Flat texts of a number of parts, right and wrong ones.
fn flat(parts: usize) -> Vec<String> {
    let list = |part: fn(usize) -> String| (0..parts).map(part).collect::<Vec<_>>().join(", ");
    vec![
        format!("fetch logs{}", " | limit 1".repeat(parts)),
        format!("fetch logs | fields {}", list(|number| format!("f{number}"))),
        format!("fetch logs | fieldsAdd {}", list(|number| format!("a{number} = x == null"))),
        format!("fetch logs | fieldsAdd {}", list(|number| format!("a{number} = subtring(x, 1)"))),
        format!("fetch logs | filter x == \"{}\"", "a\\\"".repeat(parts)),
        format!("fetch logs /* {} */", "* a".repeat(parts)),
        format!("fetch logs\n{}| limit 1", "// a\n".repeat(parts)),
        format!("fetch logs{}", " | append [fetch logs]".repeat(parts)),
        format!("fetch logs{}", " | sort a | filter b == 1".repeat(parts)),
        format!("fetch logs{}", " | fliter a".repeat(parts)),
        format!("fetch logs{} | (", " | fliter a".repeat(parts)),
        format!("fetch logs{}", " | filter a = = b".repeat(parts)),
    ]
}

#[test]
fn what_is_said_of_a_text_of_twice_the_length_is_twice_as_long() {
    use grailstage_dql::report::{check_report, format_report};
    let sizes = |text: &str| {
        let parsed = parse_recovering(text, Dialect::Query);
        let checked = serde_json::to_string(&check_report(text, Dialect::Query, true)).unwrap();
        let formatted = serde_json::to_string(&format_report(text, Dialect::Query)).unwrap();
        [parsed.tokens.len(), parsed.comments.len(), checked.len(), formatted.len()]
    };
    for (once, twice) in flat(500).iter().zip(flat(1000)) {
        for (size, doubled) in sizes(once).into_iter().zip(sizes(&twice)) {
            // Numbers get longer, too.
            assert!(doubled * 10 <= size * 22, "{size} became {doubled}: {}", once.get(..60).unwrap());
        }
    }
}

#[test]
fn an_error_behind_a_thousand_warnings_is_found() {
    let warnings = " | filter x == null".repeat(1000);
    let found = check(&format!("fetch logs{warnings} | fliter a"), Dialect::Query);
    assert_eq!(found.iter().filter(|finding| finding.is_error()).count(), 1);
    assert_eq!(found.len(), 51);
}

/// The deepest texts that are read: one more level of each is refused.
fn deepest() -> Vec<String> {
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("fetch logs | filter {}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let chain = " or a".repeat(498);
    vec![
        nested("(", "a", ")", 100),
        nested("(", &format!("a{}", " or a".repeat(390)), ")", 100),
        nested("f(", "a", ")", 99),
        nested("not ", "a", "", 100),
        nested("-", "a", "", 100),
        nested("a in [fetch x | filter ", "a", "]", 99),
        nested("a or b xor c and not d == e ~ f + g * (", "a", ")", 32),
        nested("a or b xor c and d == e ~ f + g * (", "a", ")", 37),
        nested("in(a, {", "b", "})", 49),
        format!("fetch logs | filter a{chain}"),
        format!("fetch logs | filter a{}", "[0]".repeat(498)),
        format!("fetch logs | filter a{}", "@h".repeat(498)),
    ]
}

#[test]
fn the_deepest_trees_fit_the_stack_of_webassembly() {
    use grailstage_dql::{analysis, format, print, template};
    // The module is an optimised build with a stack of one megabyte; frames of a debug build are three times as large.
    let stack = if cfg!(debug_assertions) { 2 << 20 } else { 640 << 10 };
    let work = || {
        for text in deepest() {
            let parsed = parse_recovering(&text, Dialect::Query);
            assert!(parsed.is_valid(), "{:?} of {text}", parsed.diagnostics);
            let copy = parsed.query.clone();
            assert!(copy == parsed.query);
            assert!(parse_recovering(&print(&copy), Dialect::Query).query == copy);
            assert!(format(&text, Dialect::Query).is_ok());
            let _ = (check(&text, Dialect::Query), analysis::analyse(&copy), analysis::lint(&copy));
            assert!(analysis::Policy::default().enforce(&copy).is_ok());
            let template = template::Template::parse(&text).unwrap();
            assert!(template.bind(&template::Bindings::default()).is_ok());
        }
    };
    std::thread::Builder::new().stack_size(stack).spawn(work).unwrap().join().unwrap();
}
