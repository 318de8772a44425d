//! Which value belongs to which parameter, of commands and functions alike.

use super::Checker;
use super::expression::Place;
use crate::ast::{Command, Expression, ExpressionKind, Literal, Name, Parameter, Value};
use crate::catalogue::{Assignment, Kind, ParameterInfo, Signature};
use crate::diagnostic::{Diagnostic, Edit};
use crate::span::Span;

/// Parameters that exclude each other.
const CONFLICTS: [(&str, &str); 3] = [("timeframe", "from"), ("timeframe", "to"), ("bins", "interval")];

/// A call of a command or function.
#[derive(Clone, Copy)]
pub(super) struct Callee<'a> {
    pub(super) name: &'a Name,
    pub(super) signature: &'static Signature,
    pub(super) span: Span,
    pub(super) is_command: bool,
    pub(super) place: Place,
}

impl Checker<'_> {
    pub(super) fn command_parameters(&mut self, command: &Command, signature: &'static Signature) {
        let callee = Callee {
            name: &command.name,
            signature,
            span: command.span,
            is_command: true,
            place: Place::Record,
        };
        let mandatory =
            signature.parameters.iter().any(|parameter| !parameter.optional) || signature.name == "data";
        if command.parameters.is_empty() && mandatory {
            self.report(
                Diagnostic::error(
                    "NO_PARAMETERS_FOR_COMMAND",
                    command.name.span,
                    format!("`{}` needs parameters", signature.name),
                )
                .with_help(usage(signature)),
            );
            return;
        }
        self.bind(callee, &command.parameters);
        if matches!(signature.name, "fields" | "fieldsAdd" | "summarize") {
            self.duplicated_fields(&command.parameters);
        }
    }

    /// Binds values to parameters and checks each.
    pub(super) fn bind(&mut self, callee: Callee<'_>, parameters: &[Parameter]) {
        let mut binding =
            Binding { used: 0, named: Vec::new(), surplus: Vec::new(), values: 0, unknown: false };
        self.bind_list(callee, parameters, &mut binding, true);
        self.aliases(parameters);
        self.conflicts(&binding.named);
        if !binding.surplus.is_empty() && !binding.unknown {
            self.surplus(callee, &binding);
        }
        self.missing(callee, &binding);
    }

    fn bind_list(&mut self, callee: Callee<'_>, parameters: &[Parameter], binding: &mut Binding, top: bool) {
        for parameter in parameters {
            match &parameter.name {
                Some(name) if name.text.eq_ignore_ascii_case("alias") => {}
                Some(name) => self.bind_named(callee, name, parameter, binding),
                None => self.bind_positional(callee, parameter, binding, top),
            }
        }
    }

    fn bind_named(&mut self, callee: Callee<'_>, name: &Name, parameter: &Parameter, binding: &mut Binding) {
        let Some((index, info)) = callee.signature.parameter(&name.text) else {
            binding.unknown = true;
            self.unknown_parameter(callee, name, parameter);
            let place = callee.signature.parameters.iter().find_map(|info| match info.kind {
                Kind::Aggregation => Some(Place::Aggregation(super::aggregation::AGGREGATION)),
                Kind::TimeseriesAggregation => Some(Place::Aggregation(super::aggregation::TIMESERIES)),
                Kind::MetricAggregation => Some(Place::Aggregation(super::aggregation::METRIC)),
                _ => None,
            });
            self.value_in(&parameter.value, place.unwrap_or(callee.place));
            return;
        };
        if callee.is_command && callee.signature.name == "timeseries" && info.unlisted && binding.values > 1 {
            // With several aggregations `rollup:` belongs to each of them.
            binding.unknown = true;
            self.unknown_parameter(callee, name, parameter);
            return;
        }
        if info.name != name.text && info.alias.is_none_or(|alias| alias != name.text) {
            self.spelling(name, info.name);
        }
        if binding.mark(index) && !info.variadic {
            self.report(Diagnostic::error(
                "DUPLICATED_PARAMETER",
                parameter.span,
                format!("`{}:` is given more than once", info.name),
            ));
        }
        binding.named.push((info.name, parameter.span));
        self.bound(callee, info, parameter, true);
    }

    fn bind_positional(
        &mut self,
        callee: Callee<'_>,
        parameter: &Parameter,
        binding: &mut Binding,
        top: bool,
    ) {
        let positional = callee.signature.parameters.iter().enumerate().find(|(index, info)| {
            !info.named
                && (info.variadic || !binding.is_used(*index))
                && !self.moves_on(callee, *index, info, parameter, binding)
        });
        let Some((index, info)) = positional else {
            binding.surplus.push(parameter.span);
            self.value_of_any(&parameter.value);
            return;
        };
        if let Value::Group(members) = &parameter.value
            && info.variadic
        {
            if members.is_empty() {
                self.empty_braces(parameter.span);
            }
            binding.mark(index);
            if members.iter().all(|member| member.name.is_none()) && !top {
                for member in members {
                    self.bound(callee, info, member, false);
                }
            } else {
                // A group may hold named parameters of the command: `timeseries {a = sum(x), by:{y}}`.
                self.bind_list(callee, members, binding, false);
            }
            self.aliases(members);
            return;
        }
        binding.mark(index);
        binding.values += 1;
        self.bound(callee, info, parameter, false);
    }

    /// Whether a variadic parameter is done, so that the next positional one takes the value: the first group of
    /// `traverse` holds edges, the second nodes.
    fn moves_on(
        &self,
        callee: Callee<'_>,
        index: usize,
        _: &ParameterInfo,
        _: &Parameter,
        binding: &Binding,
    ) -> bool {
        callee.signature.name == "traverse" && index == 0 && binding.is_used(0)
    }

    fn unknown_parameter(&mut self, callee: Callee<'_>, name: &Name, parameter: &Parameter) {
        let signature = callee.signature;
        let diagnostic = Diagnostic::error(
            "UNKNOWN_PARAMETER_DEFINED",
            parameter.span,
            format!("`{}` has no parameter `{}`", signature.name, name.text),
        );
        let known = signature.parameters.iter().filter(|p| !p.nameless && !p.unlisted).map(|p| p.name);
        let nameable = signature.parameters.iter().any(|p| p.assignment != Assignment::Forbidden);
        let time = matches!(name.text.as_str(), "from" | "to" | "timeframe");
        let rest = Span::new(name.span.end, crate::check::value::value_span(&parameter.value).start);
        let diagnostic = if callee.is_command && time {
            diagnostic.with_help(format!("`{}:` belongs to the data source", name.text))
        } else if signature.name == "count" && name.text == "filter" {
            let condition = self.text(crate::check::value::value_span(&parameter.value)).to_owned();
            diagnostic
                .with_help("count records that meet a condition with `countIf(condition)`")
                .with_fix([Edit::replace(callee.span, format!("countIf({condition})"))])
        } else if signature.parameter(&name.text).is_some() {
            diagnostic.with_help(format!("give `{}:` to each aggregation", name.text))
        } else if nameable
            && super::suggestion::nearest(&name.text, known.clone()).is_none()
            && !matches!(parameter.value, Value::Group(_))
        {
            diagnostic.with_help("name a value with `name = value`").with_fix([Edit::replace(rest, " = ")])
        } else {
            Self::suggest_parameter(diagnostic, name, known)
        };
        self.report(diagnostic);
    }

    fn surplus(&mut self, callee: Callee<'_>, binding: &Binding) {
        let signature = callee.signature;
        let free: Vec<&ParameterInfo> = signature
            .parameters
            .iter()
            .enumerate()
            .filter(|(index, info)| {
                info.named && !binding.is_used(*index) && !info.unlisted && !info.experimental
            })
            .map(|(_, info)| info)
            .collect();
        let Some(first) = binding.surplus.first().copied() else { return };
        let span = binding.surplus.iter().fold(first, |span, next| span.to(*next));
        if callee.is_command {
            let offset = self.text(first).starts_with(['-', '@']) || self.text(first).starts_with("now(");
            if let Some(info) = free.first().filter(|info| offset && matches!(info.name, "from" | "to")) {
                self.report(
                    Diagnostic::error("PARAMETER_MUST_BE_NAMED", first, "this value has to be named")
                        .with_help(format!("write `{}:`", info.name))
                        .with_fix([Edit::insert(first.start, format!("{}:", info.name))]),
                );
                return;
            }
            let help = match signature.name {
                "fetch" => "fetch one data object and add another with `append [fetch …]`".to_owned(),
                _ => usage(signature),
            };
            let message = format!("`{}` takes fewer values", signature.name);
            self.report(Diagnostic::error("TOO_MANY_POSITIONAL_PARAMETERS", span, message).with_help(help));
            return;
        }
        if signature.name == "count" {
            // Whether Grail refuses or ignores it is not documented.
            self.report(
                Diagnostic::warning("COUNT_ARGUMENT", span, "`count` counts records and looks at no field")
                    .with_help("count values with `countDistinct(field)`, or those present with `countIf(isNotNull(field))`"),
            );
            return;
        }
        let message = format!("`{}` takes fewer values without a name", signature.name);
        if free.is_empty() {
            self.report(
                Diagnostic::error("TOO_MANY_POSITIONAL_PARAMETERS", span, message)
                    .with_help(usage(signature)),
            );
            return;
        }
        let names: Vec<String> = free.iter().map(|info| format!("`{}:`", info.name)).collect();
        let diagnostic = Diagnostic::error("TOO_MANY_POSITIONAL_PARAMETERS_WITH_OPTIONS", span, message)
            .with_help(format!("optional parameters are named: {}", names.join(", ")));
        let fits = binding.surplus.len() <= free.len();
        let edits = binding
            .surplus
            .iter()
            .zip(&free)
            .map(|(s, info)| Edit::insert(s.start, format!("{}:", info.name)));
        let diagnostic = if fits { diagnostic.with_fix(edits) } else { diagnostic };
        self.report(diagnostic);
    }

    fn missing(&mut self, callee: Callee<'_>, binding: &Binding) {
        let missing = |name: &str| {
            let index = callee.signature.parameters.iter().position(|info| info.name == name);
            index.is_some_and(|index| !binding.is_used(index))
        };
        let signature = callee.signature;
        let needed: Vec<&str> = match signature.name {
            // Edges and nodes may come by other names, and `data` has either records or text.
            "traverse" if !missing("edgeTypes") || !missing("targetTypes") => Vec::new(),
            "data" if missing("record") && missing("json") => vec!["record"],
            _ => signature
                .parameters
                .iter()
                .enumerate()
                .filter(|(index, info)| !info.optional && !binding.is_used(*index))
                .map(|(_, info)| info.name)
                .collect(),
        };
        if let (Some(name), false) = (needed.first(), binding.unknown) {
            self.report(
                Diagnostic::error(
                    "MISSING_REQUIRED_PARAMETER",
                    callee.name.span,
                    format!("`{}` needs `{name}`", signature.name),
                )
                .with_help(usage(signature)),
            );
        }
    }

    fn conflicts(&mut self, named: &[(&'static str, Span)]) {
        for (one, other) in CONFLICTS {
            let find = |name| named.iter().find(|(given, _)| *given == name);
            if let (Some((_, span)), Some(_)) = (find(one), find(other)) {
                self.report(Diagnostic::error(
                    "CONFLICTED_PARAMETER",
                    *span,
                    format!("`{one}:` and `{other}:` exclude each other"),
                ));
            }
        }
    }

    /// `alias:` names the value before it, once, and not one that has a name.
    fn aliases(&mut self, parameters: &[Parameter]) {
        let is_alias = |parameter: &Parameter| {
            parameter.name.as_ref().is_some_and(|name| name.text.eq_ignore_ascii_case("alias"))
        };
        for (index, parameter) in parameters.iter().enumerate() {
            if !is_alias(parameter) {
                continue;
            }
            let before = index.checked_sub(1).and_then(|before| parameters.get(before));
            // In a group of one value the alias may come first.
            let value = before.or_else(|| if parameters.len() == 2 { parameters.get(1) } else { None });
            let reason = match value {
                None => Some("`alias:` names no value"),
                Some(value) if is_alias(value) => Some("the value has an `alias:` already"),
                Some(Parameter { value: Value::Assignment { .. }, .. }) => {
                    Some("the value has a name already")
                }
                Some(Parameter { value: Value::Group(_) | Value::Block(_), .. }) => {
                    Some("a group or sub-query cannot be named by `alias:`")
                }
                Some(_) => None,
            };
            if let Some(reason) = reason {
                self.report(
                    Diagnostic::error("INVALID_ALIAS", parameter.span, reason)
                        .with_help("write `name = value`"),
                );
            }
        }
    }

    fn duplicated_fields(&mut self, parameters: &[Parameter]) {
        let mut seen: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        let flat = parameters.iter().flat_map(|parameter| match &parameter.value {
            Value::Group(members) if parameter.name.is_none() => members.as_slice(),
            _ => std::slice::from_ref(parameter),
        });
        for parameter in flat.filter(|parameter| parameter.name.is_none()) {
            let name = match &parameter.value {
                Value::Assignment { field, .. } => &field.name,
                value => match Self::plain_field(value) {
                    Some(name) => name,
                    None => continue,
                },
            };
            // Long lists are generated; looking for repetitions in them would be quadratic.
            if seen.len() < 100 && seen.contains(&name) {
                found.push((name.to_owned(), parameter.span));
            }
            seen.push(name);
        }
        for (name, span) in found {
            self.report(Diagnostic::warning(
                "DUPLICATED_FIELD",
                span,
                format!("`{name}` appears more than once; the last one counts"),
            ));
        }
    }

    pub(super) fn empty_braces(&mut self, span: Span) {
        self.report(
            Diagnostic::error("EMPTY_BRACKETS", span, "there is nothing in the braces")
                .with_help("leave the parameter out"),
        );
    }

    /// Checks the value of a parameter.
    fn bound(
        &mut self,
        callee: Callee<'_>,
        info: &'static ParameterInfo,
        parameter: &Parameter,
        named: bool,
    ) {
        if let (Value::Group(members), true) =
            (&parameter.value, named && (info.variadic || info.kind != Kind::Value))
        {
            if members.is_empty() {
                self.empty_braces(parameter.span);
            }
            for member in members {
                match &member.name {
                    Some(name) if name.text.eq_ignore_ascii_case("alias") => {}
                    Some(name) => {
                        let rest = Span::new(name.span.end, super::value::value_span(&member.value).start);
                        let diagnostic = Diagnostic::error(
                            "UNKNOWN_PARAMETER_DEFINED",
                            member.span,
                            format!("`{}:` has no parameter `{}`", info.name, name.text),
                        );
                        self.report(if info.assignment == Assignment::Forbidden {
                            diagnostic
                        } else {
                            diagnostic
                                .with_help("name a value with `name = value`")
                                .with_fix([Edit::replace(rest, " = ")])
                        });
                    }
                    None => match &member.value {
                        // Groups in groups are one list.
                        Value::Group(_) => {
                            self.bound(callee, info, &Parameter { name: None, ..member.clone() }, true)
                        }
                        _ => self.value(callee, info, &member.value, named),
                    },
                }
            }
            self.aliases(members);
            return;
        }
        self.value(callee, info, &parameter.value, named);
    }
}

struct Binding {
    /// A bit for each parameter that has a value; no signature has 32.
    used: u32,
    named: Vec<(&'static str, Span)>,
    surplus: Vec<Span>,
    /// Positional values seen.
    values: usize,
    /// Whether a name was unknown; values may then be surplus or missing only because of that.
    unknown: bool,
}

impl Binding {
    /// Notes that a parameter has a value; tells whether it had one before.
    fn mark(&mut self, index: usize) -> bool {
        let bit = 1_u32.checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(0);
        let before = self.used & bit != 0;
        self.used |= bit;
        before
    }

    fn is_used(&self, index: usize) -> bool {
        self.used & 1_u32.checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(0) != 0
    }
}

/// `limit size`, `substring(x, from:, to:)`: how a command or function is used.
fn usage(signature: &Signature) -> String {
    let parameters: Vec<String> = signature
        .parameters
        .iter()
        .filter(|info| !info.unlisted && !info.experimental)
        .map(|info| {
            let mut text = if info.named { format!("{}:", info.name) } else { info.name.to_owned() };
            if info.variadic {
                text.push('…');
            }
            if info.optional { format!("[{text}]") } else { text }
        })
        .collect();
    let parameters = parameters.join(", ");
    if signature.category == "commands" {
        format!("`{} {parameters}`", signature.name)
    } else {
        format!("`{}({parameters})`", signature.name)
    }
}

/// The string a value is, where it is a literal one.
pub(super) fn string_literal(value: &Value) -> Option<&str> {
    match value {
        Value::Expression(Expression {
            kind: ExpressionKind::Literal(Literal::String { value, .. }),
            ..
        }) => Some(value),
        _ => None,
    }
}
