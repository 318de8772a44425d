//! What the language expects at the end of a text.

use grailstage_dql::catalogue::{Kind, ParameterInfo, Signature, catalogue};
use grailstage_dql::lexer::lex;
use grailstage_dql::token::{Token, TokenKind};

use crate::api::signature::{function, positional};

/// What can stand at the end of a text.
#[derive(Debug)]
pub(super) enum Expected<'q> {
    /// The name of a command; `source` where a pipeline starts.
    Command { source: bool },
    /// A parameter: its value, and where `keys` says so a key.
    Parameter { slot: Slot<'q>, keys: bool },
    /// What follows a value.
    Continuation { slot: Slot<'q>, closing: Option<Closing> },
    /// Nothing that could be told, as inside of quotes and comments.
    Nothing,
}

/// The bracket that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    Parenthesis,
    Brace,
    Bracket,
}

/// A parameter and what stands around it.
#[derive(Debug)]
pub(super) struct Slot<'q> {
    /// The innermost command or function; none where it is unknown.
    pub(super) signature: Option<&'static Signature>,
    /// The parameter; none where it is unknown, or where there is none.
    pub(super) parameter: Option<&'static ParameterInfo>,
    /// The command.
    pub(super) command: &'q str,
    /// The keys that are written.
    pub(super) keys: Vec<&'q str>,
    /// The part of the pipeline before the command, and the names it assigns.
    pub(super) pipeline: &'q str,
    pub(super) assigned: Vec<&'q str>,
    /// Whether the value stands in a list in braces or in parentheses of its own.
    pub(super) grouped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Pipeline,
    Call,
    Group,
    Parenthesis,
    Index,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A parameter starts.
    Start,
    /// An operand is missing.
    Operand,
    /// A value can be complete.
    Done,
}

/// A bracket that is open, or the text itself.
struct Frame<'q> {
    open: Open,
    state: State,
    /// The command's or function's name.
    name: Option<&'q str>,
    signature: Option<&'static Signature>,
    parameter: Option<&'static ParameterInfo>,
    place: usize,
    keys: Vec<&'q str>,
    /// Of a pipeline: its first byte, and the byte of the last `|`.
    start: usize,
    pipe: usize,
    assigned: Vec<&'q str>,
}

impl<'q> Frame<'q> {
    const fn new(open: Open, start: usize) -> Self {
        Self {
            open,
            state: State::Start,
            name: None,
            signature: None,
            parameter: None,
            place: 0,
            keys: Vec::new(),
            start,
            pipe: start,
            assigned: Vec::new(),
        }
    }

    fn named(&mut self, name: &'q str, signature: Option<&'static Signature>) {
        self.name = Some(name);
        self.signature = signature;
        self.state = State::Start;
        self.keys.clear();
        self.place = 0;
        self.next_parameter();
    }

    fn next_parameter(&mut self) {
        self.state = State::Start;
        self.parameter = self.signature.and_then(|signature| positional(signature, &mut self.place));
    }
}

/// Reads `head`, the text before the word that is being typed.
pub(super) fn expected(head: &str) -> Expected<'_> {
    let lexed = lex(head);
    let in_comment = lexed.unterminated_comment.is_some()
        || lexed.comments.last().is_some_and(|comment| !comment.block && comment.span.end == head.len());
    let in_quotes = lexed.tokens.iter().any(|token| {
        matches!(token.kind, TokenKind::UnterminatedString | TokenKind::UnterminatedBacktick)
            || token.kind == TokenKind::SingleQuoted
                && !head.get(..token.end as usize).is_some_and(|text| text.ends_with('\''))
    });
    if in_comment || in_quotes {
        return Expected::Nothing;
    }
    let mut reader = Reader { head, frames: vec![Frame::new(Open::Pipeline, 0)] };
    let mut before = None;
    for token in lexed.tokens.iter().filter(|token| token.kind != TokenKind::End) {
        reader.read(*token, before);
        before = Some(*token);
    }
    reader.expected()
}

struct Reader<'q> {
    head: &'q str,
    frames: Vec<Frame<'q>>,
}

impl<'q> Reader<'q> {
    fn text(&self, token: Token) -> &'q str {
        self.head.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    fn read(&mut self, token: Token, before: Option<Token>) {
        use TokenKind as K;
        let text = self.text(token);
        let previous = before.map(|before| self.text(before)).unwrap_or_default();
        let over_metric = self
            .frames
            .iter()
            .any(|frame| frame.parameter.is_some_and(|parameter| parameter.kind == Kind::MetricAggregation));
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.open == Open::Pipeline && frame.name.is_none() && token.kind == K::Identifier {
            return frame.named(text, catalogue().command(text));
        }
        match token.kind {
            K::Pipe => self.pipe(token),
            K::Comma => frame.next_parameter(),
            K::Colon => {
                frame.keys.push(previous);
                frame.state = State::Operand;
                let signature = frame.signature;
                frame.parameter =
                    signature.and_then(|signature| signature.parameter(previous)).map(|(_, info)| info);
            }
            K::Assign => {
                frame.state = State::Operand;
                if let Some(pipeline) = self.pipeline() {
                    pipeline.assigned.push(previous);
                }
            }
            K::LeftParenthesis if before.is_some_and(|before| before.kind == K::Identifier) => {
                let mut call = Frame::new(Open::Call, token.end as usize);
                call.named(previous, function(previous, over_metric));
                self.frames.push(call);
            }
            K::LeftParenthesis => self.inner(Open::Parenthesis, token),
            K::LeftBrace => self.inner(Open::Group, token),
            K::LeftBracket if frame.state == State::Done => self.inner(Open::Index, token),
            K::LeftBracket => self.frames.push(Frame::new(Open::Pipeline, token.end as usize)),
            K::RightParenthesis | K::RightBrace | K::RightBracket => {
                if self.frames.len() > 1 {
                    self.frames.pop();
                }
                if let Some(outer) = self.frames.last_mut() {
                    outer.state = State::Done;
                }
            }
            K::Identifier if frame.state == State::Done && text.eq_ignore_ascii_case("in") => {
                frame.state = State::Operand;
            }
            K::Identifier
            | K::Backtick
            | K::Integer
            | K::Hexadecimal
            | K::Double
            | K::Duration
            | K::String
            | K::TripleString
            | K::True
            | K::False
            | K::Null
            | K::Placeholder => frame.state = State::Done,
            _ => frame.state = State::Operand,
        }
    }

    /// A bracket around a value of the same parameter.
    fn inner(&mut self, open: Open, token: Token) {
        let Some(outer) = self.frames.last() else { return };
        let mut frame = Frame::new(open, token.end as usize);
        if open != Open::Index {
            frame.parameter = outer.parameter;
        }
        self.frames.push(frame);
    }

    fn pipe(&mut self, token: Token) {
        while self.frames.len() > 1 && self.frames.last().is_some_and(|frame| frame.open != Open::Pipeline) {
            self.frames.pop();
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.name = None;
            frame.pipe = token.start as usize;
        }
    }

    fn pipeline(&mut self) -> Option<&mut Frame<'q>> {
        self.frames.iter_mut().rev().find(|frame| frame.open == Open::Pipeline)
    }

    fn expected(&mut self) -> Expected<'q> {
        let head = self.head;
        let Some(pipeline) = self.pipeline() else { return Expected::Nothing };
        let before = head.get(pipeline.start..pipeline.pipe).unwrap_or_default();
        let (command, assigned) = (pipeline.name.unwrap_or_default(), std::mem::take(&mut pipeline.assigned));
        let nested = self.frames.len() > 1;
        let Some(frame) = self.frames.pop() else { return Expected::Nothing };
        if frame.open == Open::Pipeline && frame.name.is_none() {
            return Expected::Command { source: before.trim().is_empty() };
        }
        let in_braces = matches!(frame.open, Open::Group | Open::Parenthesis);
        let state = frame.state;
        let keys = state == State::Start && matches!(frame.open, Open::Pipeline | Open::Call);
        let closing = match frame.open {
            Open::Call | Open::Parenthesis => Some(Closing::Parenthesis),
            Open::Group => Some(Closing::Brace),
            Open::Index => Some(Closing::Bracket),
            Open::Pipeline if nested => Some(Closing::Bracket),
            Open::Pipeline => None,
        };
        // In a list every member is one more value of the parameter.
        let parameter = match frame.open {
            Open::Group | Open::Parenthesis => frame.parameter.or_else(|| inherited(&self.frames)),
            _ => frame.parameter,
        };
        let slot = Slot {
            signature: frame.signature,
            parameter,
            command,
            keys: frame.keys,
            pipeline: before,
            assigned,
            grouped: in_braces,
        };
        if state == State::Done {
            Expected::Continuation { slot, closing }
        } else {
            Expected::Parameter { slot, keys }
        }
    }
}

/// The parameter whose value the open brackets are part of.
fn inherited(frames: &[Frame<'_>]) -> Option<&'static ParameterInfo> {
    let outer = frames.last()?;
    if matches!(outer.open, Open::Group | Open::Parenthesis) && outer.parameter.is_none() {
        let (_, rest) = frames.split_last()?;
        return inherited(rest);
    }
    outer.parameter
}
