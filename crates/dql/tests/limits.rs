//! Inputs made to exhaust the stack or the clock.

use grailstage_dql::{Dialect, parse_recovering};

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
    use grailstage_dql::{analysis, check, format, print, template};
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
