//! `query:parse`: the canonical form of a query as a tree, with the places in the text that its parts come from.
//! Source: docs.dynatrace.com, "Parse a query", and `DQLNode` of `@dynatrace-sdk/client-query`.

mod walk;

use grailstage_dql::span::Span;
use serde_json::{Map, Value as Json, json};

use super::message::{Request, Response};
use super::query::Execution;
use crate::error::SandboxError;
use crate::evaluator;
use crate::place::Places;
use crate::stack::with_room;
use crate::store::Store;

/// A part of a query.
#[derive(Debug)]
struct Node {
    part: Part,
    /// Whether the query would say the same without it.
    optional: bool,
}

#[derive(Debug)]
enum Part {
    /// One token, or what stands between two.
    Terminal {
        kind: &'static str,
        canonical: String,
        /// Bytes of the query as written; nothing for what only the canonical form has.
        written: Option<Span>,
    },
    Container {
        kind: &'static str,
        children: Vec<Node>,
    },
    /// The key of a parameter that is clear without it: not written, not canonical, worth knowing.
    Info(Box<Node>),
}

impl Node {
    /// Where it was written: from its first part that was to its last.
    fn written(&self) -> Option<Span> {
        match &self.part {
            Part::Terminal { written, .. } => *written,
            Part::Container { children, .. } => children.iter().filter_map(Self::written).reduce(Span::to),
            Part::Info(_) => None,
        }
    }

    /// The node as JSON. The documentation lets `isOptional` and `isMandatoryOnUserOrder` be absent for false, the types
    /// of the client do not: they are always written. Parameters keep the order of the author, so that no brace becomes
    /// mandatory in that order.
    fn json(&self, places: &Places) -> Json {
        let mut json = Map::new();
        let node_type = match &self.part {
            Part::Terminal { kind, canonical, .. } => {
                json.insert("type".into(), (*kind).into());
                json.insert("canonicalString".into(), canonical.as_str().into());
                json.insert("isMandatoryOnUserOrder".into(), false.into());
                "TERMINAL"
            }
            Part::Container { kind, children } => {
                json.insert("type".into(), (*kind).into());
                json.insert(
                    "children".into(),
                    children.iter().map(|child| child.json(places)).collect::<Vec<Json>>().into(),
                );
                "CONTAINER"
            }
            Part::Info(node) => {
                json.insert("alternatives".into(), json!({"INFO": node.json(places)}));
                "ALTERNATIVE"
            }
        };
        json.insert("nodeType".into(), node_type.into());
        json.insert("isOptional".into(), self.optional.into());
        if let Some(span) = self.written() {
            json.insert("tokenPosition".into(), places.position(span));
        }
        json.into()
    }
}

/// Answers the tree, or what `query:execute` would say is wrong. What only the sandbox cannot do, and what the token must
/// not read, can be parsed all the same.
pub(crate) fn parse(request: &Request, store: &Store, now_millis: i64) -> Response {
    let mut execution = match Execution::read(request, now_millis, Vec::new()) {
        Ok(execution) => execution,
        Err(message) => return Response::gateway_error(400, &message, "parse"),
    };
    execution.options.scopes = None;
    let query = &execution.query;
    match evaluator::verify(query, store, &execution.options) {
        Ok(()) | Err(SandboxError::NotSupported { .. }) => {}
        Err(error) => return Response::json(error.status(), error.envelope(query, "").to_string()),
    }
    // Nodes are as deep as the query: they are made, written and dropped on one large stack.
    let tree = with_room(|| walk::tree(query).map(|node| node.json(&Places::of(query)).to_string()));
    tree.map_or_else(
        || Response::gateway_error(500, "The query can't be shown as a tree.", "parse"),
        |tree| Response::json(200, tree),
    )
}
