//! Takes known secrets out of texts that came from outside.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use percent_encoding::utf8_percent_encode;

use crate::error::TenantError;
use crate::host::HttpResponse;
use crate::secret::Secret;
use crate::token::FORM;

/// What stands where a secret was.
const MASK: &str = "[redacted]";
/// How much of a foreign body an error quotes.
const EXCERPT_CHARACTERS: usize = 120;
/// An access token can be echoed back after it was renewed; older ones than these have expired.
const REMEMBERED_TOKENS: usize = 4;

/// The secrets of one environment, as something to search for.
///
/// Services echo what they were sent ("invalid client_secret `…`"), so every foreign text passes here before
/// it becomes part of an error.
pub(crate) struct Redaction {
    configured: Vec<Rc<Secret>>,
    issued: RefCell<VecDeque<Rc<Secret>>>,
}

impl Redaction {
    pub(crate) fn new(configured: Vec<Rc<Secret>>) -> Self {
        Self { configured, issued: RefCell::default() }
    }

    /// Adds an access token to what is searched for.
    pub(crate) fn remember(&self, token: Rc<Secret>) {
        let mut issued = self.issued.borrow_mut();
        issued.push_front(token);
        issued.truncate(REMEMBERED_TOKENS);
    }

    /// The text with every known secret, plain or encoded as in the form it is sent in, replaced.
    pub(crate) fn text(&self, text: &str) -> String {
        let issued = self.issued.borrow();
        let mut clean = text.to_owned();
        for secret in self.configured.iter().chain(issued.iter()) {
            let plain = secret.expose();
            if plain.is_empty() {
                continue;
            }
            let encoded = utf8_percent_encode(plain, FORM).to_string();
            for form in [plain, encoded.as_str()] {
                if clean.contains(form) {
                    clean = clean.replace(form, MASK);
                }
            }
        }
        clean
    }

    /// The first characters of a body, on one line, cut only after secrets are gone.
    pub(crate) fn excerpt(&self, response: &HttpResponse) -> String {
        let clean = self.text(&String::from_utf8_lossy(&response.body));
        let mut line = String::new();
        for word in clean.split_whitespace() {
            if line.chars().count() >= EXCERPT_CHARACTERS {
                break;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        line.chars().filter(|character| !character.is_control()).take(EXCERPT_CHARACTERS).collect()
    }

    /// The error with every text in it cleaned.
    pub(crate) fn error(&self, error: TenantError) -> TenantError {
        error.map_text(|text| self.text(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redaction(secret: &str) -> Redaction {
        Redaction::new(vec![Rc::new(Secret::new(secret))])
    }

    #[test]
    fn takes_plain_and_encoded_secrets_out() {
        let redaction = redaction("a.b/c+d=");
        assert_eq!(redaction.text("got a.b/c+d= and a.b%2Fc%2Bd%3D"), "got [redacted] and [redacted]");
    }

    #[test]
    fn does_not_leave_half_a_secret_at_the_cut() {
        let secret = "S".repeat(60);
        let body = format!("{}{secret}", "x".repeat(100));
        let response = HttpResponse { status: 200, headers: vec![], body: body.into_bytes() };
        let excerpt = redaction(&secret).excerpt(&response);
        assert!(!excerpt.contains('S'), "{excerpt}");
    }

    #[test]
    fn an_empty_secret_masks_nothing() {
        assert_eq!(redaction("").text("abc"), "abc");
    }
}
