//! Label selectors by Kubernetes' rules: what is accepted and what it means, what is refused and where.
//!
//! Rules: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>.

use grailstage_catalog::{CatalogError, LabelSelector};

/// Selectors that Kubernetes accepts, with their canonical form.
const ACCEPTED: &[(&str, &str)] = &[
    // Nothing required.
    ("", ""),
    ("  ", ""),
    ("\t\r\n", ""),
    // Equality.
    ("a=b", "a=b"),
    ("a==b", "a=b"),
    ("a!=b", "a!=b"),
    ("a = b", "a=b"),
    ("a\t==\nb", "a=b"),
    (" a !=b ", "a!=b"),
    ("a= b,c =d", "a=b,c=d"),
    // The empty value.
    ("a=", "a="),
    ("a==", "a="),
    ("a!=", "a!="),
    ("a= ", "a="),
    ("a=,b", "a=,b"),
    ("a=,b=", "a=,b="),
    // Existence.
    ("a", "a"),
    ("!a", "!a"),
    ("! a", "!a"),
    ("\ra", "a"),
    ("a,!b", "a,!b"),
    // Sets.
    ("a in (x)", "a in (x)"),
    ("a in (x,y)", "a in (x,y)"),
    ("a in(x)", "a in (x)"),
    ("a in ( x , y )", "a in (x,y)"),
    ("a  in\t (x)", "a in (x)"),
    ("a notin (x)", "a notin (x)"),
    ("a notin\n(x,y)", "a notin (x,y)"),
    ("a in (y,x,y)", "a in (x,y)"),
    ("a in (x),b", "a in (x),b"),
    ("a in (x) , b notin (y) , !c", "a in (x),b notin (y),!c"),
    // Empty values in sets.
    ("a in ()", "a in ()"),
    ("a in ( )", "a in ()"),
    ("a notin ()", "a notin ()"),
    ("a in (,)", "a in ()"),
    ("a in (,x)", "a in (,x)"),
    ("a in (x,)", "a in (,x)"),
    ("a in (x,,y)", "a in (,x,y)"),
    ("a in (x,,)", "a in (,x)"),
    ("a in (,,)", "a in ()"),
    // `in` and `notin` as keys and values.
    ("in", "in"),
    ("notin", "notin"),
    ("!in", "!in"),
    ("in=in", "in=in"),
    ("notin!=notin", "notin!=notin"),
    ("in in (in,notin)", "in in (in,notin)"),
    ("notin notin (in)", "notin notin (in)"),
    ("in,notin", "in,notin"),
    ("a in (b),in", "a in (b),in"),
    ("Notin", "Notin"),
    // Keys.
    ("app.kubernetes.io/name=cart", "app.kubernetes.io/name=cart"),
    ("backstage.io/kubernetes-id", "backstage.io/kubernetes-id"),
    ("0.1.2.domain/99 notin (10.10.100.1, tick.tack)", "0.1.2.domain/99 notin (10.10.100.1,tick.tack)"),
    ("A_b.C-9", "A_b.C-9"),
    ("1", "1"),
    ("a--b..c__d", "a--b..c__d"),
    // Values.
    ("a=1.2.3", "a=1.2.3"),
    ("a=v1_2-rc.1", "a=v1_2-rc.1"),
    ("a=UPPER", "a=UPPER"),
    // Order by key; one key may be required more than once, in the order written.
    ("b=1,a=2", "a=2,b=1"),
    ("b,!a,a!=1", "!a,a!=1,b"),
    ("a=2,a=1", "a=2,a=1"),
    ("B,a", "B,a"),
    // Numbers.
    ("a>1", "a>1"),
    ("a<5", "a<5"),
    ("a > 007", "a>7"),
    ("a>1,a<9223372036854775807", "a>1,a<9223372036854775807"),
];

/// Selectors that Kubernetes refuses, with the bytes at fault and the rest of the message.
const REFUSED: &[(&str, (usize, usize), &str)] = &[
    // Commas.
    (",", (0, 1), "expected a label key or `!`, found `,`"),
    (",a", (0, 1), "expected a label key or `!`, found `,`"),
    ("a,", (2, 2), "expected a label key or `!`, found the end"),
    ("a=b, ", (5, 5), "expected a label key or `!`, found the end"),
    ("a,,b", (2, 3), "expected a label key or `!`, found `,`"),
    ("a in (x),", (9, 9), "expected a label key or `!`, found the end"),
    // Operators without a key.
    ("=a", (0, 1), "expected a label key or `!`, found `=`"),
    ("!=a", (0, 2), "expected a label key or `!`, found `!=`"),
    ("(a)", (0, 1), "expected a label key or `!`, found `(`"),
    (">1", (0, 1), "expected a label key or `!`, found `>`"),
    ("!", (1, 1), "expected a label key, found the end"),
    ("!!a", (1, 2), "expected a label key, found `!`"),
    ("!,a", (1, 2), "expected a label key, found `,`"),
    // `!` with anything but a key.
    ("!a=b", (2, 3), "expected `,` or the end, found `=`"),
    ("!a in (b)", (3, 5), "expected `,` or the end, found `in`"),
    // Two operators.
    ("a===b", (3, 4), "expected a label value, `,` or the end, found `=`"),
    ("a=!b", (2, 3), "expected a label value, `,` or the end, found `!`"),
    ("a==b==c", (4, 6), "expected `,` or the end, found `==`"),
    ("a=b=c", (3, 4), "expected `,` or the end, found `=`"),
    ("a=b!c", (3, 4), "expected `,` or the end, found `!`"),
    ("a=(b)", (2, 3), "expected a label value, `,` or the end, found `(`"),
    ("a>=1", (2, 3), "expected an integer, found `=`"),
    // No operator where one is needed.
    ("a b", (2, 3), "expected `=`, `==`, `!=`, `>`, `<`, `in`, `notin`, `,` or the end, found `b`"),
    ("a!b", (1, 2), "expected `=`, `==`, `!=`, `>`, `<`, `in`, `notin`, `,` or the end, found `!`"),
    ("a(b)", (1, 2), "expected `=`, `==`, `!=`, `>`, `<`, `in`, `notin`, `,` or the end, found `(`"),
    ("ain (b)", (4, 5), "expected `=`, `==`, `!=`, `>`, `<`, `in`, `notin`, `,` or the end, found `(`"),
    ("a IN (b)", (2, 4), "expected `=`, `==`, `!=`, `>`, `<`, `in`, `notin`, `,` or the end, found `IN`"),
    (
        "a not in (b)",
        (2, 5),
        "expected `=`, `==`, `!=`, `>`, `<`, `in`, `notin`, `,` or the end, found `not`",
    ),
    ("in (b)", (3, 4), "expected `=`, `==`, `!=`, `>`, `<`, `in`, `notin`, `,` or the end, found `(`"),
    // Two values.
    ("a=b c", (4, 5), "expected `,` or the end, found `c`"),
    ("a=b && c=d", (4, 6), "expected `,` or the end, found `&&`"),
    ("a in (b) c", (9, 10), "expected `,` or the end, found `c`"),
    // Sets.
    ("a in", (4, 4), "expected `(`, found the end"),
    ("a in b", (5, 6), "expected `(`, found `b`"),
    ("a in in", (5, 7), "expected `(`, found `in`"),
    ("a notin , b", (8, 9), "expected `(`, found `,`"),
    ("a in (", (6, 6), "expected a label value, `,` or `)`, found the end"),
    ("a in (b", (7, 7), "expected `,` or `)`, found the end"),
    ("a in (b,", (8, 8), "expected a label value, `,` or `)`, found the end"),
    ("a in (b c)", (8, 9), "expected `,` or `)`, found `c`"),
    ("a in (b=c)", (7, 8), "expected `,` or `)`, found `=`"),
    ("a in ((b))", (6, 7), "expected a label value, `,` or `)`, found `(`"),
    ("a in (b))", (8, 9), "expected `,` or the end, found `)`"),
    // Keys that no label can have.
    ("-a", (0, 1), "label key `-a` has a name that does not start with a letter or digit"),
    ("a_=b", (1, 2), "label key `a_` has a name that does not end with a letter or digit"),
    ("a$b", (1, 2), "label key `a$b` has `$` in its name, which is not allowed"),
    ("x,grün", (4, 6), "label key `grün` has `ü` in its name, which is not allowed"),
    ("a/b/c", (3, 4), "label key `a/b/c` has more than one `/`"),
    ("/a", (0, 0), "label key `/a` has nothing before the `/`"),
    ("a.b/", (4, 4), "label key `a.b/` has no name"),
    ("App.io/name", (0, 1), "label key `App.io/name` has `A` in its prefix, which is not allowed"),
    ("a_b.io/name", (1, 2), "label key `a_b.io/name` has `_` in its prefix, which is not allowed"),
    ("a..b/c", (2, 2), "label key `a..b/c` has an empty part in its prefix"),
    ("a.-b/c", (2, 3), "label key `a.-b/c` has a prefix that does not start with a letter or digit"),
    ("\u{a0}a", (0, 2), "label key `\u{a0}a` has `\u{a0}` in its name, which is not allowed"),
    ("a\0b", (1, 2), "label key `a\\u{0}b` has `\\u{0}` in its name, which is not allowed"),
    // Values that no label can have.
    ("a=-b", (2, 3), "label value `-b` does not start with a letter or digit"),
    ("a=b.", (3, 4), "label value `b.` does not end with a letter or digit"),
    ("a=b/c", (3, 4), "label value `b/c` has `/`, which is not allowed"),
    ("a=b||c=d", (3, 4), "label value `b||c` has `|`, which is not allowed"),
    ("a=\"b\"", (2, 3), "label value `\"b\"` has `\"`, which is not allowed"),
    ("a!='b'", (3, 4), "label value `'b'` has `'`, which is not allowed"),
    ("a in (b, c:d)", (10, 11), "label value `c:d` has `:`, which is not allowed"),
    // Numbers.
    ("a>", (2, 2), "expected an integer, found the end"),
    ("a<b", (2, 3), "expected an integer, found `b`"),
    ("a>1.5", (2, 5), "expected an integer, found `1.5`"),
    ("a>-1", (2, 3), "label value `-1` does not start with a letter or digit"),
    ("a>9223372036854775808", (2, 21), "expected an integer, found `9223372036854775808`"),
    ("a>1 2", (4, 5), "expected `,` or the end, found `2`"),
];

#[test]
fn accepts_what_kubernetes_accepts() {
    for (selector, canonical) in ACCEPTED {
        let read = LabelSelector::parse(selector).unwrap_or_else(|error| panic!("{selector:?}: {error}"));
        assert_eq!(read.to_string(), *canonical, "{selector:?}");
        assert_eq!(LabelSelector::parse(canonical), Ok(read), "{canonical:?}");
    }
}

#[test]
fn refuses_what_kubernetes_refuses_and_says_where_and_why() {
    for (selector, (start, end), reason) in REFUSED {
        let error = LabelSelector::parse(selector).expect_err(selector);
        let message = format!("malformed label selector at byte {start}: {reason}");
        assert_eq!(error.to_string(), message, "{selector:?}");
        assert_eq!(error.span().map(|span| (span.start, span.end)), Some((*start, *end)), "{selector:?}");
        assert_eq!(error.code(), "invalid-label-selector");
        assert!(!error.help().is_empty());
    }
}

#[test]
fn limits_names_and_values_to_63_characters_and_prefixes_to_253() {
    let (most, too_many) = ("n".repeat(63), "n".repeat(64));
    let (longest, too_long) = ("p".repeat(253), "p".repeat(254));
    for accepted in [
        most.clone(),
        format!("!{most}"),
        format!("{longest}/{most}"),
        format!("a={most}"),
        format!("a in ({most},b)"),
    ] {
        assert!(LabelSelector::parse(&accepted).is_ok(), "{accepted}");
    }
    for refused in [
        too_many.clone(),
        format!("!{too_many}"),
        format!("{too_long}/{most}"),
        format!("a={too_many}"),
        format!("a in (b,{too_many})"),
    ] {
        assert!(LabelSelector::parse(&refused).is_err(), "{refused}");
    }
}

#[test]
fn tells_machines_what_was_expected() {
    let Err(CatalogError::InvalidLabelSelector(fault)) = LabelSelector::parse("a in b") else {
        panic!("a set needs parentheses")
    };
    assert_eq!(fault.expected(), ["`(`"]);
    let Err(CatalogError::InvalidLabelSelector(fault)) = LabelSelector::parse("a=$") else {
        panic!("a value has no `$`")
    };
    assert!(fault.expected().is_empty());
}

#[test]
fn says_the_way_out_of_common_mistakes() {
    let help = |selector| LabelSelector::parse(selector).unwrap_err().help().to_owned();
    assert!(help("!tier=web").contains("`tier!=web`"));
    assert!(help("tier=(web,api)").contains("`tier in (web,api)`"));
    assert!(help("tier in web").contains("`tier in (web,api)`"));
    assert!(help("tier=web && app").contains("join requirements by `,`"));
    assert!(help("tier=web,").contains("none of them empty"));
    assert!(help("tier not in (web)").contains("`key notin (a,b)`"));
    assert!(help("tier=\"web\"").contains("letters, digits"));
    assert!(help("Acme.com/tier").contains("lower-case domain name"));
}
