//! `cargo xtask new-card`: the files of a card and its line in each registry, as a start that works.
//!
//! ```text
//! pod-restarts ─> crates/insights/src/pod_restarts.rs, tests/pod_restarts.rs        from the templates beside this file
//!              ─> cards.rs, lib.rs, availability.ts, index.ts, entityCards.ts, …    one entry each
//!              ─> payloads.ts, dynatraceCards.ts                                    generated, as `cargo xtask build` does
//! ```

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::build;
use crate::process::{command, run as run_command, say};
use crate::repository;
use crate::setup;

const CARD: &str = include_str!("new_card/card.rs.template");
const TEST: &str = include_str!("new_card/test.rs.template");

/// What a module cannot be called: the words of Rust, and crates that every file knows.
const RESERVED_MODULES: &[&str] = &[
    "abstract", "alloc", "as", "async", "await", "become", "box", "break", "const", "continue", "core",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in",
    "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "self", "static", "std", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "yield",
];

/// Extensions of the frontend that are cards of another kind.
const OTHER_EXTENSIONS: &[&str] = &["catalog-queries", "dql-query"];

/// `cargo xtask new-card ID`
pub(crate) fn run(id: &str) -> anyhow::Result<()> {
    let root = repository::root();
    let name = CardName::new(id)?;
    add(&root, &name)?;
    setup::npm_packages(&root.join("js"))?;
    finish(&root)?;
    let module = &name.module;
    say(format!(
        "the card `{id}` is there, and lists workloads until it is told otherwise. What is left to do:"
    ));
    println!("  crates/insights/src/{module}.rs     its questions and its answer");
    println!("  crates/insights/tests/{module}.rs   the same numbers, worked out without DQL");
    println!("  js/plugins/dynatrace/src            its texts, in each language");
    println!("  tests/e2e/cardNumbers.spec.ts       its numbers in the browser");
    println!("  README.md of the frontend and of the common package, CHANGELOG.md");
    println!("  cargo test -p grailstage-insights --test {module}");
    Ok(())
}

/// The id of a card, and the names made of it.
pub(crate) struct CardName {
    id: String,
    module: String,
    /// `PodRestarts`
    pascal: String,
    /// `Pod restarts`
    title: String,
}

impl CardName {
    /// Refuses what would be no name in one of the languages.
    pub(crate) fn new(id: &str) -> anyhow::Result<Self> {
        let words: Vec<&str> = id.split('-').collect();
        let is_word = |word: &&str| {
            word.starts_with(|first: char| first.is_ascii_lowercase())
                && word.chars().all(|each| each.is_ascii_lowercase() || each.is_ascii_digit())
        };
        if !words.iter().all(is_word) {
            bail!(
                "`{id}` cannot be the id of a card: it takes words of lower-case letters and digits, joined by hyphens, \
                 such as `pod-restarts`"
            );
        }
        let title = words.join(" ");
        let module = words.join("_");
        let pascal: String = words.iter().map(|word| capitalised(word)).collect();
        let is_taken = RESERVED_MODULES.contains(&module.as_str())
            || OTHER_EXTENSIONS.contains(&id)
            || has_word(CARD, &pascal);
        if is_taken {
            bail!(
                "`{id}` cannot be the id of a card: its name means something else in the files of a card; choose one \
                 such as `pod-restarts`"
            );
        }
        Ok(Self { id: id.to_owned(), module, pascal, title: capitalised(&title) })
    }

    fn fill(&self, template: &str) -> String {
        template
            .replace("{{id}}", &self.id)
            .replace("{{module}}", &self.module)
            .replace("{{type}}", &self.pascal)
            .replace("{{title}}", &self.title)
            .replace("{{lower}}", &self.title.to_lowercase())
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|each| each == word)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Where an entry goes in a file that has one for each card.
enum Place {
    /// Before the first line that is this one, after the line that starts the list.
    EndOf {
        list: &'static str,
        end: &'static str,
    },
    EndOfFile,
}

/// One entry for each card.
struct Registry {
    file: &'static str,
    place: Place,
    entry: &'static str,
}

const REGISTRIES: &[Registry] = &[
    Registry {
        file: "crates/insights/src/lib.rs",
        place: Place::EndOf { list: "pub mod cards;", end: "" },
        entry: "pub mod {{module}};\n",
    },
    Registry {
        file: "crates/insights/src/cards.rs",
        place: Place::EndOf { list: "use crate::card::AnyCard;", end: "" },
        entry: "use crate::{{module}}::{{type}};\n",
    },
    Registry {
        file: "crates/insights/src/cards.rs",
        place: Place::EndOf { list: "const CARDS: &[&dyn AnyCard] = &[", end: "];" },
        entry: "    &{{type}},\n",
    },
    Registry {
        file: "js/plugins/dynatrace-common/src/availability.ts",
        place: Place::EndOfFile,
        entry: "
/**
 * Says whether the card `{{id}}` has something to show for an entity.
 *
 * @public
 */
export const is{{type}}Available = (entity: Entity): boolean =>
  isDynatraceCardAvailable('{{id}}', entity);
",
    },
    Registry {
        file: "js/plugins/dynatrace/src/index.ts",
        place: Place::EndOf {
            list: "  isDynatraceCardAvailable,",
            end: "} from '@grailstage/backstage-plugin-dynatrace-common';",
        },
        entry: "  is{{type}}Available,\n",
    },
    Registry {
        file: "js/plugins/dynatrace/src/legacy/entityCards.ts",
        place: Place::EndOfFile,
        entry: "
/**
 * Card `{{id}}` of an entity, for the legacy frontend system.
 *
 * @public
 */
export const Entity{{type}}Card = provideCard('Entity{{type}}Card', '{{id}}');
",
    },
    Registry {
        file: "js/plugins/dynatrace/src/translation.ts",
        place: Place::EndOf { list: "  cards: {", end: "  }," },
        entry: "    '{{id}}': {
      title: '{{title}}',
      emptyTitle: 'No {{lower}} found',
      emptyHelp: 'Check that the annotations above select the workloads.',
    },
",
    },
    Registry {
        file: "js/plugins/dynatrace/src/translations/de.ts",
        place: Place::EndOf {
            list: "  'cards.kubernetes-deployments.title': 'Kubernetes-Workloads',",
            end: "  'column.workload': 'Workload',",
        },
        entry: "  'cards.{{id}}.title': '{{title}}',
  'cards.{{id}}.emptyTitle': 'Nichts gefunden',
  'cards.{{id}}.emptyHelp':
    'Prüfen Sie, ob die Annotationen oben die Workloads auswählen.',
",
    },
];

/// Writes the files of a card and its entries, beneath `root`. Changes nothing where one of them cannot be written.
pub(crate) fn add(root: &Path, name: &CardName) -> anyhow::Result<()> {
    let module = &name.module;
    let folder = format!("crates/insights/src/{module}");
    if root.join(&folder).exists() {
        bail!("{folder} is there already: choose another id than `{}`", name.id);
    }
    let exported = [format!("is{}Available", name.pascal), format!("Entity{}Card", name.pascal)];
    let mut written = Vec::new();
    for (file, template) in [
        (format!("crates/insights/src/{module}.rs"), CARD),
        (format!("crates/insights/tests/{module}.rs"), TEST),
    ] {
        if root.join(&file).exists() {
            bail!("{file} is there already: choose another id than `{}`", name.id);
        }
        written.push((file, name.fill(template)));
    }
    for registry in REGISTRIES {
        let (file, text) = match written.iter_mut().find(|(file, _)| file == registry.file) {
            Some((file, text)) => (file, text),
            None => {
                let text = fs::read_to_string(root.join(registry.file))
                    .with_context(|| format!("cannot read {}", registry.file))?;
                if let Some(known) = exported.iter().find(|known| has_word(&text, known)) {
                    bail!("{} has `{known}` already: choose another id than `{}`", registry.file, name.id);
                }
                written.push((registry.file.to_owned(), text));
                let Some((file, text)) = written.last_mut() else { continue };
                (file, text)
            }
        };
        *text = inserted(text, &registry.place, &name.fill(registry.entry))
            .with_context(|| format!("{file} is not as `cargo xtask new-card` knows it"))?;
    }
    for (file, text) in written {
        fs::write(root.join(&file), text).with_context(|| format!("cannot write {file}"))?;
    }
    Ok(())
}

/// Puts the files that [`add`] touched in order and generates what follows from them. Takes the npm packages of `js`.
pub(crate) fn finish(root: &Path) -> anyhow::Result<()> {
    run_command(&mut command("cargo", root, ["fmt", "--package", "grailstage-insights"]))?;
    build::insights_types(root, false)?;
    let mut touched: Vec<&str> = REGISTRIES.iter().map(|registry| registry.file).collect();
    touched.retain(|file| file.starts_with("js/"));
    touched.dedup();
    let files = touched.iter().filter_map(|file| file.strip_prefix("js/"));
    run_command(&mut command(
        "npx",
        &root.join("js"),
        ["prettier", "--log-level", "warn", "--write"].into_iter().chain(files),
    ))
}

fn inserted(text: &str, place: &Place, entry: &str) -> anyhow::Result<String> {
    let Place::EndOf { list, end } = place else {
        return Ok(format!("{text}{entry}"));
    };
    let mut result = String::with_capacity(text.len() + entry.len());
    let mut lines = text.split_inclusive('\n');
    for line in lines.by_ref() {
        result.push_str(line);
        if line.trim_end() == *list {
            break;
        }
    }
    let mut found = false;
    for line in lines {
        if !found && line.trim_end() == *end {
            result.push_str(entry);
            found = true;
        }
        result.push_str(line);
    }
    if !found {
        bail!("it has no line `{list}` with a line `{end}` after it");
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_all_names_of_the_id() {
        let name = CardName::new("pod-restarts").unwrap();
        assert_eq!(
            (&*name.module, &*name.pascal, &*name.title),
            ("pod_restarts", "PodRestarts", "Pod restarts")
        );
    }

    #[test]
    fn refuses_ids_that_are_no_names_everywhere() {
        for id in [
            "",
            "Pods",
            "pod restarts",
            "pod_restarts",
            "-pods",
            "pods-",
            "4xx",
            "pod-4xx",
            "../pods",
            "pöds",
        ] {
            let error = CardName::new(id).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(&format!("`{id}`")) && error.contains("such as"), "{error}");
        }
    }

    #[test]
    fn refuses_ids_whose_names_are_taken_in_every_card() {
        for id in
            ["type", "match", "self", "std", "table", "cell", "option", "workload-selection", "dql-query"]
        {
            let error = CardName::new(id).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(&format!("`{id}`")) && error.contains("means something else"), "{error}");
        }
        assert!(CardName::new("match-results").is_ok());
    }

    #[test]
    fn puts_an_entry_at_the_end_of_its_list() {
        let place = Place::EndOf { list: "a: [", end: "]" };
        assert_eq!(
            inserted("]\na: [\n  1,\n]\nb: [\n]\n", &place, "  2,\n").unwrap(),
            "]\na: [\n  1,\n  2,\n]\nb: [\n]\n"
        );
    }

    #[test]
    fn says_which_line_a_file_lacks() {
        let place = Place::EndOf { list: "a: [", end: "]" };
        for text in ["", "a: [\n", "]\n"] {
            assert!(inserted(text, &place, "x").unwrap_err().to_string().contains("`a: [`"));
        }
    }

    #[test]
    fn leaves_alone_what_is_there() {
        for (id, reason) in [
            ("vulnerabilities", "crates/insights/src/vulnerabilities.rs is there already"),
            ("ownership", "crates/insights/src/ownership is there already"),
            ("answer", "crates/insights/src/answer is there already"),
            ("queries", "crates/insights/src/queries is there already"),
            ("evidence", "crates/insights/src/evidence is there already"),
            ("dynatrace", "availability.ts has `isDynatraceAvailable` already"),
            ("dynatrace-ownership", "entityCards.ts has `EntityDynatraceOwnershipCard` already"),
        ] {
            let error = add(&repository::root(), &CardName::new(id).unwrap()).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains(&format!("`{id}`")), "{error}");
        }
    }
}
