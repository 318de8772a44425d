use super::assert_values;

#[test]
fn arithmetic_is_typed() {
    assert_values(&[
        ("1 + 2", r#""3""#),
        ("1 + 2.5", "3.5"),
        ("3 / 2", r#""1""#),
        ("-3 / 2", r#""-1""#),
        ("3 / 2.0", "1.5"),
        ("3.0 / 2", "1.5"),
        ("7 % 4", r#""3""#),
        ("1 / 0", "null"),
        ("1.0 / 0", r#""Infinity""#),
        ("2 * 3.5", "7"),
        ("2 + 3 * 4", r#""14""#),
        ("(2 + 3) * 4", r#""20""#),
        ("10 - 2 - 3", r#""5""#),
        ("-2", r#""-2""#),
        (r#""a" + "b""#, "null"),
        (r#"1 + "1""#, "null"),
        ("null + 1", "null"),
        ("true + 1", "null"),
        ("5m + 30s", r#""330000000000""#),
        ("2h - 30m", r#""5400000000000""#),
        ("1h / 15m", "4"),
        ("1h / 4", r#""900000000000""#),
        ("1h * 1.5", r#""5400000000000""#),
        ("3 * 1m", r#""180000000000""#),
        ("90s % 1m", r#""30000000000""#),
        ("5m - now()", "null"),
        ("ip(\"10.0.0.1\") + 5", r#""10.0.0.6""#),
        ("9223372036854775807", r#""9223372036854775807""#),
        ("0x1F", r#""31""#),
    ]);
}

#[test]
fn time_calculations_know_the_calendar() {
    assert_values(&[
        ("now()", r#""2024-05-15T13:47:52.500000000Z""#),
        ("now() - 2h", r#""2024-05-15T11:47:52.500000000Z""#),
        ("now() - 1d", r#""2024-05-14T13:47:52.500000000Z""#),
        ("now() - 1M", r#""2024-04-15T13:47:52.500000000Z""#),
        ("now() + 1w", r#""2024-05-22T13:47:52.500000000Z""#),
        ("now() - 1q", r#""2024-02-15T13:47:52.500000000Z""#),
        ("now() - 1y", r#""2023-05-15T13:47:52.500000000Z""#),
        ("now() - toTimestamp(\"2024-05-15T13:00:00Z\")", r#""2872500000000""#),
        ("now()@h", r#""2024-05-15T13:00:00.000000000Z""#),
        ("now()-2h@h", r#""2024-05-15T11:00:00.000000000Z""#),
        ("-2h@h", r#""2024-05-15T11:00:00.000000000Z""#),
        ("@d", r#""2024-05-15T00:00:00.000000000Z""#),
        ("@w1", r#""2024-05-13T00:00:00.000000000Z""#),
        ("@M", r#""2024-05-01T00:00:00.000000000Z""#),
        ("now()@15m", r#""2024-05-15T13:45:00.000000000Z""#),
        ("timeframe(from: now()-1h, to: now())[start]", r#""2024-05-15T12:47:52.500000000Z""#),
        ("timeframe(from: now()-1h)[end]", r#""2024-05-15T13:47:52.500000000Z""#),
    ]);
}

#[test]
fn logic_has_three_values() {
    assert_values(&[
        ("true and null", "null"),
        ("false and null", "false"),
        ("null and false", "false"),
        ("true or null", "true"),
        ("null or true", "true"),
        ("false or null", "null"),
        ("null or null", "null"),
        ("true xor null", "null"),
        ("true xor false", "true"),
        ("not null", "null"),
        ("not true", "false"),
        ("1 and true", "null"),
        ("not 1 == 2", "true"),
        ("true or false and false", "true"),
        ("true xor true and false", "true"),
    ]);
}

#[test]
fn comparison_across_types() {
    assert_values(&[
        ("1 == 1.0", "true"),
        ("1 < 1.5", "true"),
        ("\"5\" == 5", "false"),
        ("\"5\" != 5", "true"),
        ("\"5\" < 6", "null"),
        ("null == null", "null"),
        ("null != 1", "null"),
        ("null < 1", "null"),
        ("\"Z\" < \"a\"", "true"),
        ("5m < 1h", "true"),
        ("60s == 1m", "true"),
        ("1d == 24h", "true"),
        ("now() > now() - 1s", "true"),
        ("array(1, 2) == array(1, 2)", "true"),
        ("array(\"x\") == \"x\"", "false"),
        ("record(a = 1) == record(a = 1)", "true"),
        ("true < false", "null"),
        ("toSmartscapeId(\"HOST-00000000000000AA\") == \"HOST-00000000000000AA\"", "false"),
        ("toSmartscapeId(\"HOST-00000000000000AA\") == toSmartscapeId(\"HOST-00000000000000AA\")", "true"),
        ("ip(\"10.0.0.2\") > ip(\"10.0.0.1\")", "true"),
    ]);
}

#[test]
fn the_search_operator_finds_words() {
    assert_values(&[
        (r#""Hello World" ~ "world""#, "true"),
        (r#""HelloWorld" ~ "world""#, "false"),
        (r#""HelloWorld" ~ "*world""#, "true"),
        (r#"array("a b", "c") ~ "b""#, "true"),
        (r#"record(key = "v") ~ "key""#, "true"),
        (r#"404 ~ "404""#, "true"),
        (r#"null ~ "x""#, "false"),
        (r#"true ~ "true""#, "false"),
    ]);
}

#[test]
fn elements_and_members() {
    assert_values(&[
        ("array(1, 2, 3)[0]", r#""1""#),
        ("array(1, 2, 3)[-1]", r#""3""#),
        ("array(1, 2, 3)[3]", "null"),
        ("record(a = 1, b = 2)[b]", r#""2""#),
        ("record(a = record(b = \"x\"))[a][b]", r#""x""#),
        ("record(`a b` = 1)[`a b`]", r#""1""#),
        ("record(a = 1)[c]", "null"),
        ("1[0]", "null"),
    ]);
}

#[test]
fn iteration_works_element_by_element() {
    assert_values(&[
        ("array(1, 2)[] + 10", r#"["11","12"]"#),
        ("array(1, 2)[] * array(3, 4)[]", r#"["3","8"]"#),
        ("array(1, 2)[] + array(1)[]", "null"),
        ("array(record(k = \"a\"), record(k = \"b\"))[][k]", r#"["a","b"]"#),
        ("if(array(2, 0)[] > 0, 10 / array(2, 0)[], else: 0)", r#"["5","0"]"#),
        ("iAny(array(1, 2)[] == 2)", "true"),
        ("iAny(array(1, 2)[] == 3)", "false"),
        ("arraySum(iCollectArray(array(1, 2)[] * 2))", "6"),
        ("record(i = iIndex(), v = array(\"a\", \"b\")[])", r#"[{"i":"0","v":"a"},{"i":"1","v":"b"}]"#),
        ("in(array(\"a\", \"b\")[], array(\"b\", \"c\"))", "[false,true]"),
        ("iSum(array(1, 2)[])", "3"),
        ("iMax(array(1, 2)[])", r#""2""#),
    ]);
}
