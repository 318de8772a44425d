//! Patterns of fixed characters, any one character and any run of characters.

/// One part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Exactly(char),
    AnyOne,
    AnyRun,
}

/// Whether a text is what the pattern says. Takes no more than text times pattern steps and no stack.
pub(crate) fn matches(pattern: &[Part], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_pattern) = (0, 0);
    // Where the last run started, in the pattern and in the text.
    let mut run: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some(Part::AnyRun) => {
                run = Some((in_pattern, at));
                in_pattern += 1;
            }
            Some(part)
                if *part == Part::AnyOne || text.get(at).is_some_and(|c| *part == Part::Exactly(*c)) =>
            {
                at += 1;
                in_pattern += 1;
            }
            _ => match run {
                Some((start, from)) => {
                    run = Some((start, from + 1));
                    at = from + 1;
                    in_pattern = start + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(in_pattern..).is_some_and(|rest| rest.iter().all(|part| *part == Part::AnyRun))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(pattern: &str, text: &str) -> bool {
        let parts: Vec<Part> = pattern
            .chars()
            .map(|character| match character {
                '*' => Part::AnyRun,
                '?' => Part::AnyOne,
                character => Part::Exactly(character),
            })
            .collect();
        matches(&parts, text)
    }

    #[test]
    fn runs_and_single_characters() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbb", false),
            ("*b*d", "abcbd", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*aab", "aaaab", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_hard_pattern_on_a_long_text_ends() {
        let text = "a".repeat(20_000);
        assert!(!glob("*a*a*a*a*a*a*b", &text));
    }
}
