//! Queries in YAML, as in `catalog-info.yaml` and `app-config.yaml`.
//!
//! Only block texts are looked at (`key: |` and `key: >`): a query in quotes on one line has YAML's escapes in it.

use grailstage_dql::Dialect;

use super::input::Source;

/// The block texts under keys that are called `query` or `dql` or end so, named by file and line. They are read as
/// templates: what is embedded in an entity usually has placeholders.
pub(super) fn queries(source: &Source) -> Vec<Source> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(indent) = block_under_query_key(line) else { continue };
        let rest = lines.get(index + 1..).unwrap_or_default();
        let is_inside = |line: &&&str| line.trim().is_empty() || indent_of(line) > indent;
        let block: Vec<&str> = rest.iter().take_while(is_inside).copied().collect();
        let margin = block
            .iter()
            .filter(|line| !line.trim().is_empty())
            .map(|line| indent_of(line))
            .min()
            .unwrap_or(0);
        let text: Vec<&str> = block.iter().map(|line| line.get(margin..).unwrap_or_default()).collect();
        found.push(Source {
            path: source.path.clone(),
            name: format!("{} (from line {})", source.name, index + 2),
            text: text.join("\n").trim_end().to_owned() + "\n",
            dialect: Dialect::Template,
        });
    }
    found
}

/// The indentation of a line such as `  example.com/dql: |-`.
fn block_under_query_key(line: &str) -> Option<usize> {
    let (key, value) = line.trim().trim_start_matches("- ").rsplit_once(": ")?;
    let key = key.trim_matches(['"', '\'']).to_ascii_lowercase();
    let named = ["query", "dql"].iter().any(|name| {
        key.strip_suffix(name).is_some_and(|start| start.is_empty() || start.ends_with(['/', '-', '.', '_']))
    });
    (named && value.starts_with(['|', '>'])).then(|| indent_of(line))
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
