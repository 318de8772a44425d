//! Each case is a pattern, a text and what the pattern makes of it, worked out by hand.

use jiff::tz::TimeZone;

use super::Pattern;
use crate::value::write_json;

fn parsed(pattern: &str, text: &str) -> String {
    let pattern = Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let Some(record) = pattern.fields(text, &TimeZone::UTC) else { return "no match".into() };
    let mut out = String::new();
    write_json(&crate::value::Value::record(record), &mut out, &TimeZone::UTC);
    out
}

#[test]
fn patterns_give_the_fields_they_name() {
    let cases = [
        ("INT:i", "42 x", r#"{"i":"42"}"#),
        ("INT:i", "x", "no match"),
        ("LD 'userId='LD:user','", "a userId=7f, b", r#"{"user":"7f"}"#),
        ("LD 'n='INT:n", "a n=-3", r#"{"n":"-3"}"#),
        ("LD:first ' ' LD:rest", "one two three", r#"{"first":"one","rest":"two three"}"#),
        ("LD:line EOL DATA:more", "one\ntwo\nthree", r#"{"line":"one","more":"two\nthree"}"#),
        ("LD:d ('-' ALNUM:hash EOS)", "cart-7d9f", r#"{"d":"cart","hash":"7d9f"}"#),
        ("LD:d ('-' ALNUM:a '-' ALNUM:b EOS)", "cart-api-7d9f-x2", r#"{"d":"cart-api","a":"7d9f","b":"x2"}"#),
        ("DOUBLE:d ' ' FLOAT:f", "1.5 2e3", r#"{"d":1.5,"f":2000}"#),
        ("IPADDR:ip", "10.0.0.1:80", r#"{"ip":"10.0.0.1"}"#),
        ("IPADDR:ip", "::1", r#"{"ip":"::1"}"#),
        ("WORD:w", "snake_case-x", r#"{"w":"snake_case"}"#),
        ("'a'? 'b':x", "b", r#"{"x":"b"}"#),
        ("(INT:i | WORD:w)", "abc", r#"{"i":null,"w":"abc"}"#),
        ("[a-c]{2}:x LD:y", "abcd", r#"{"x":"ab","y":"cd"}"#),
        ("[^,]*:x ','", "one two,", r#"{"x":"one two"}"#),
        ("STRING:s", r#""say \"hi\"" rest"#, r#"{"s":"say \"hi\""}"#),
        ("BOOLEAN:b", "TRUE", r#"{"b":true}"#),
        ("ENUM{'ok'=0, 'failed'=1}:e", "failed", r#"{"e":"1"}"#),
        ("INT:i // a comment\n ' ' /* another */ INT:j", "1 2", r#"{"i":"1","j":"2"}"#),
        ("$pair = INT:a ',' INT:b; $pair", "1,2", r#"{"a":"1","b":"2"}"#),
        ("LD:x >>'!' '!'", "hey!", r#"{"x":"hey"}"#),
    ];
    for (pattern, text, expected) in cases {
        assert_eq!(parsed(pattern, text), expected, "{pattern}");
    }
}

#[test]
fn json_matchers_keep_what_they_name() {
    let text = r#"{"id":7,"name":"x","tags":["a"],"ratio":1,"in":{"k":true}}"#;
    let cases = [
        ("JSON:j", r#"{"j":{"id":"7","name":"x","tags":["a"],"ratio":"1","in":{"k":true}}}"#),
        ("JSON{LONG:id, STRING:name}:j", r#"{"j":{"id":"7","name":"x"}}"#),
        ("JSON{LONG:name}:j", r#"{"j":{"name":null}}"#),
        ("JSON{STRING[]:tags}:j", r#"{"j":{"tags":["a"]}}"#),
        ("JSON{LONG:id, STRING:name}(flat=true)", r#"{"id":"7","name":"x"}"#),
    ];
    for (pattern, expected) in cases {
        assert_eq!(parsed(pattern, text), expected, "{pattern}");
    }
    assert_eq!(parsed("JSON:j", "not json"), "no match");
    assert_eq!(parsed("JSON_ARRAY:a", "[1,2]"), r#"{"a":["1","2"]}"#);
    assert_eq!(parsed("LD ' ' JSON:j", r#"prefix {"a":1} suffix"#), r#"{"j":{"a":"1"}}"#);
}

#[test]
fn key_value_pairs_make_a_record() {
    assert_eq!(parsed("KVP{[a-z]:key '=' INT:value ' '?}:kv", "a=1 b=2"), r#"{"kv":{"a":"1","b":"2"}}"#);
}

#[test]
fn structures_and_arrays_nest() {
    assert_eq!(parsed("STRUCTURE{INT:i ',' WORD:w}:s", "1,x"), r#"{"s":{"i":"1","w":"x"}}"#);
    assert_eq!(parsed("ARRAY{INT:i ','?}:a", "1,2,3"), r#"{"a":["1","2","3"]}"#);
}

#[test]
fn timestamps_are_read_by_their_format() {
    let cases = [
        ("TIMESTAMP('yyyy-MM-dd HH:mm:ss'):t", "2024-05-15 13:47:52", "2024-05-15T13:47:52.000000000Z"),
        ("TIMESTAMP('yyyy-MM-ddTHH:mm:ss.S'):t", "2024-05-15T13:47:52.5", "2024-05-15T13:47:52.500000000Z"),
        ("TIMESTAMP('d MMM yyyy'):t", "5 May 2024", "2024-05-05T00:00:00.000000000Z"),
        ("HTTPDATE:t", "15/May/2024:13:47:52 +0200", "2024-05-15T11:47:52.000000000Z"),
        ("ISO8601:t", "2024-05-15T13:47:52.123+02:00", "2024-05-15T11:47:52.123000000Z"),
    ];
    for (pattern, text, expected) in cases {
        assert_eq!(parsed(pattern, text), format!(r#"{{"t":"{expected}"}}"#), "{pattern}");
    }
}

#[test]
fn a_bad_pattern_is_refused_and_says_why() {
    assert_eq!(Pattern::new("INT:").err().unwrap(), "a name is missing after `:`");
    assert_eq!(Pattern::new("'open").err().unwrap(), "the closing ' is missing");
    assert!(Pattern::new("NOSUCH:x").err().unwrap().contains("`NOSUCH`"));
    assert!(Pattern::new("(INT").err().unwrap().contains("`)`"));
}

#[test]
fn hard_patterns_and_deep_nesting_end() {
    let text = "a".repeat(3000);
    assert_eq!(parsed("DATA DATA DATA DATA 'b'", &text), "no match");
    assert_eq!(parsed("('a')*:all 'b'", &text), "no match");
    let deep = "(".repeat(100_000);
    assert_eq!(Pattern::new(&deep).err().unwrap(), "groups are nested too deeply");
}

#[test]
fn text_is_split_and_replaced_at_matches() {
    let pattern = Pattern::new("SPACE").unwrap();
    assert_eq!(pattern.split("a  b c", &TimeZone::UTC), ["a", "b", "c"]);
    assert_eq!(pattern.replace_all("a  b c", "-", &TimeZone::UTC), "a-b-c");
    assert!(Pattern::new("INT").unwrap().matches_whole("12", &TimeZone::UTC));
    assert!(!Pattern::new("INT").unwrap().matches_whole("12a", &TimeZone::UTC));
}
