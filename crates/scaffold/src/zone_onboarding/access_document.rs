//! Documents that ask for access, from templates with `{{placeholders}}`.

use super::{AccessDocument, AccessDocumentTemplate, ProposedSegment, ZoneOnboardingRequest};
use crate::ScaffoldError;

const GROUP: (&str, &str) = (
    "access-request/group.md",
    "# Group {{group}}

Please make the group **{{group}}** in the environment {{environment}}, bind it to the policy below, and put in it
whoever answers for the namespaces {{namespaces}} (cluster: {{cluster}}).

## Policy

```text
{{policy}}
```

## Segment

{{segment}}
",
);

const TICKET: (&str, &str) = (
    "access-request/ticket.md",
    "# Access to {{zone}} for {{group}}

- Environment: {{environment}}
- Management zone: {{zone}}
- Namespaces: {{namespaces}}
- Cluster: {{cluster}}
- Group: {{group}}
- Asked for by: {{requester}}
- Reason: {{reason}}
",
);

const PLACEHOLDERS: [&str; 9] =
    ["zone", "group", "namespaces", "cluster", "environment", "requester", "reason", "policy", "segment"];

/// Whether all placeholders of the templates are known.
pub(super) fn check(request: &ZoneOnboardingRequest) -> Result<(), ScaffoldError> {
    for AccessDocumentTemplate { path, template } in templates(request) {
        filled(&path, &template, |_| String::new())?;
    }
    Ok(())
}

/// The documents, filled in.
pub(super) fn documents(
    request: &ZoneOnboardingRequest,
    environment: &str,
    segment: &ProposedSegment,
    policy: &str,
) -> Result<Vec<AccessDocument>, ScaffoldError> {
    let value = |name: &str| match name {
        "zone" => request.zone.clone(),
        "group" => request.group.clone(),
        "namespaces" => request.namespaces.join(", "),
        "cluster" => request.cluster.clone().unwrap_or_else(|| "any".to_owned()),
        "environment" => environment.to_owned(),
        "requester" => request.requester.clone().unwrap_or_else(|| "-".to_owned()),
        "reason" => request.reason.clone().unwrap_or_else(|| "-".to_owned()),
        "policy" => policy.to_owned(),
        _ => segment
            .includes
            .iter()
            .map(|include| format!("- `{}`: `{}`", include.data_object, include.filter))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    templates(request)
        .into_iter()
        .map(|AccessDocumentTemplate { path, template }| {
            let text = filled(&path, &template, value)?;
            Ok(AccessDocument { path, text })
        })
        .collect()
}

fn templates(request: &ZoneOnboardingRequest) -> Vec<AccessDocumentTemplate> {
    request.documents.clone().unwrap_or_else(|| {
        [GROUP, TICKET]
            .map(|(path, template)| AccessDocumentTemplate {
                path: path.to_owned(),
                template: template.to_owned(),
            })
            .into()
    })
}

/// The template with each placeholder replaced once: what is put in is not looked at again.
fn filled(path: &str, template: &str, value: impl Fn(&str) -> String) -> Result<String, ScaffoldError> {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, tail) = after.split_once("}}").ok_or_else(|| {
            ScaffoldError::input(
                "documents",
                format!("has a `{{{{` without `}}}}` in the template of `{path}`"),
            )
        })?;
        let name = name.trim();
        if !PLACEHOLDERS.contains(&name) {
            return Err(ScaffoldError::InvalidInput {
                input: "documents".to_owned(),
                problem: format!("has the unknown placeholder `{name}` in the template of `{path}`"),
                help: Some(format!("there are `{}`", PLACEHOLDERS.join("`, `"))),
            });
        }
        text.push_str(before);
        text.push_str(&value(name));
        rest = tail;
    }
    text.push_str(rest);
    Ok(text)
}
