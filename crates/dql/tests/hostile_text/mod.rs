//! Texts that try to become syntax of DQL.

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
pub(crate) struct Random(pub(crate) u64);

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

    pub(crate) fn text(&mut self) -> String {
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
