//! Texts, breaks and groups to lines of a width: a group that does not fit breaks at all its breaks, outermost
//! groups first. Linear in the number of items.

/// A line is this many characters at most where it can be.
const WIDTH: usize = 100;

/// Columns of one level of indentation.
const INDENT: usize = 2;

#[derive(Debug, Clone, Copy)]
enum Item {
    /// Bytes of the buffer.
    Text {
        start: usize,
        end: usize,
    },
    /// A comment on its own line or after a token, of the `// …` kind or not.
    Comment {
        start: usize,
        end: usize,
        own_line: bool,
        block: bool,
    },
    /// A blank.
    Blank,
    /// A blank where the group is flat, a line end where it is broken.
    Line,
    /// Nothing where the group is flat, a line end where it is broken.
    SoftLine,
    /// A line end.
    HardLine,
    /// An empty line, where another line follows.
    EmptyLine,
    /// Opens a group, with its width when flat.
    Begin {
        width: usize,
    },
    End,
    Indent,
    Dedent,
}

/// Collects what is to be laid out.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    buffer: String,
    items: Vec<Item>,
}

impl Layout {
    /// A text that `write` appends.
    pub(crate) fn text_with(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.buffer.len();
        write(&mut self.buffer);
        self.items.push(Item::Text { start, end: self.buffer.len() });
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.text_with(|buffer| buffer.push_str(text));
    }

    pub(crate) fn comment(&mut self, text: &str, own_line: bool, block: bool) {
        let start = self.buffer.len();
        self.buffer.push_str(text.trim_end());
        self.items.push(Item::Comment { start, end: self.buffer.len(), own_line, block });
    }

    pub(crate) fn blank(&mut self) {
        self.items.push(Item::Blank);
    }

    pub(crate) fn line(&mut self) {
        self.items.push(Item::Line);
    }

    pub(crate) fn soft_line(&mut self) {
        self.items.push(Item::SoftLine);
    }

    pub(crate) fn hard_line(&mut self) {
        self.items.push(Item::HardLine);
    }

    pub(crate) fn empty_line(&mut self) {
        self.items.push(Item::EmptyLine);
    }

    pub(crate) fn begin(&mut self) {
        self.items.push(Item::Begin { width: 0 });
    }

    pub(crate) fn end(&mut self) {
        self.items.push(Item::End);
    }

    pub(crate) fn indent(&mut self) {
        self.items.push(Item::Indent);
    }

    pub(crate) fn dedent(&mut self) {
        self.items.push(Item::Dedent);
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.buffer.get(start..end).unwrap_or_default()
    }

    /// Writes the width of each group when flat into its beginning.
    fn measure(&mut self) {
        // Open groups: index of the beginning and the total width before it.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut total = 0usize;
        let mut widths: Vec<(usize, usize)> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            let width = match *item {
                Item::Text { start, end } => {
                    self.slice(start, end).split('\n').next().map_or(0, |line| line.chars().count())
                }
                Item::Comment { start, end, own_line: false, block: true } => {
                    self.slice(start, end).chars().count() + 2
                }
                Item::Comment { .. } | Item::HardLine => WIDTH + 1,
                Item::Line | Item::Blank => 1,
                Item::SoftLine | Item::EmptyLine | Item::Indent | Item::Dedent => 0,
                Item::Begin { .. } => {
                    open.push((index, total));
                    0
                }
                Item::End => {
                    widths.extend(open.pop().map(|(begin, before)| (begin, total.saturating_sub(before))));
                    0
                }
            };
            total = total.saturating_add(width);
        }
        for (begin, measured) in widths {
            if let Some(Item::Begin { width }) = self.items.get_mut(begin) {
                *width = measured;
            }
        }
    }

    /// Lays everything out.
    pub(crate) fn render(mut self) -> String {
        self.measure();
        let mut writer =
            Writer { output: String::with_capacity(self.buffer.len() * 5 / 4), ..Writer::default() };
        let mut broken = vec![true];
        for item in &self.items {
            let breaks = broken.last().copied().unwrap_or(true);
            match *item {
                Item::Text { start, end } => writer.text(self.slice(start, end)),
                Item::Comment { start, end, own_line, block } => {
                    writer.comment(self.slice(start, end), own_line, block);
                }
                Item::Blank => writer.blank(),
                Item::Line if breaks => writer.line(),
                Item::Line => writer.blank(),
                Item::SoftLine if breaks => writer.line(),
                Item::SoftLine => {}
                Item::HardLine => writer.line(),
                Item::EmptyLine => writer.empty_line = true,
                Item::Begin { width } => broken.push(writer.column() + width > WIDTH),
                Item::End => {
                    broken.pop();
                }
                Item::Indent => writer.indent += INDENT,
                Item::Dedent => writer.indent = writer.indent.saturating_sub(INDENT),
            }
        }
        writer.output
    }
}

#[derive(Debug, Default)]
struct Writer {
    output: String,
    indent: usize,
    /// Characters of the line being written.
    width: usize,
    /// Whether a line end is due before the next text.
    due_line: bool,
    /// Whether a blank is due before the next text on the same line.
    due_blank: bool,
    /// Whether an empty line is due with the next line end.
    empty_line: bool,
}

impl Writer {
    fn column(&self) -> usize {
        if self.due_line { self.indent } else { self.width + usize::from(self.due_blank) }
    }

    fn line(&mut self) {
        self.due_line = !self.output.is_empty();
        self.due_blank = false;
    }

    fn blank(&mut self) {
        self.due_blank = !self.due_line;
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.due_line {
            self.output.push('\n');
            if self.empty_line {
                self.output.push('\n');
            }
            self.output.extend(std::iter::repeat_n(' ', self.indent));
            self.width = self.indent;
        } else if self.due_blank {
            self.output.push(' ');
            self.width += 1;
        }
        self.due_line = false;
        self.due_blank = false;
        self.empty_line = false;
        self.output.push_str(text);
        match text.rsplit_once('\n') {
            Some((_, last)) => self.width = last.chars().count(),
            None => self.width += text.chars().count(),
        }
    }

    fn comment(&mut self, text: &str, own_line: bool, block: bool) {
        if own_line {
            self.line();
        } else if !self.due_line {
            self.due_blank = !self.output.is_empty();
        }
        self.text(text);
        if own_line || !block {
            self.due_line = true;
        } else {
            self.due_blank = true;
        }
    }
}
