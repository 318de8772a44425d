//! The form that selectors of the Environment API share: calls with commas between them, `status("open"),text("a")`.
//! `~` takes the meaning from the character behind it.
//! Source: docs.dynatrace.com, Environment API v2, entity selector and problem selector.

/// One call of a selector.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'t> {
    /// What stands in front of the parenthesis.
    pub(crate) name: &'t str,
    /// What stands between the parentheses.
    pub(crate) inside: &'t str,
}

/// Splits a selector into its calls; `what` is what messages call it.
pub(crate) fn calls<'t>(text: &'t str, what: &str) -> Result<Vec<Call<'t>>, String> {
    let mut calls = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) =
            rest.split_once('(').ok_or_else(|| format!("`(` is missing in the {what} behind `{rest}`"))?;
        let (inside, after) = parenthesised(after).ok_or_else(|| format!("`)` is missing in the {what}"))?;
        calls.push(Call { name: name.trim(), inside });
        let after = after.trim_start();
        rest = match after.strip_prefix(',').map(str::trim_start) {
            Some("") => return Err(format!("the {what} ends where a criterion is expected")),
            Some(next) => next,
            None if after.is_empty() => after,
            None => return Err(format!("the {what} has `{after}` where a comma is expected")),
        };
    }
    Ok(calls)
}

/// What stands up to the closing parenthesis, and what stands behind it.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_u32);
    for (index, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '~' => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth == 0 => return Some((text.get(..index)?, text.get(index + 1..)?)),
            ')' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

impl Call<'_> {
    /// The values between commas, without quotes and escapes.
    pub(crate) fn values(&self) -> Vec<String> {
        let mut values = vec![String::new()];
        let mut characters = self.inside.chars();
        let mut quoted = false;
        while let Some(character) = characters.next() {
            match character {
                '"' => quoted = !quoted,
                ',' if !quoted => values.push(String::new()),
                _ => {
                    let character = if character == '~' { characters.next() } else { Some(character) };
                    if let Some(value) = values.last_mut() {
                        value.extend(character);
                    }
                }
            }
        }
        values.iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
    }
}
