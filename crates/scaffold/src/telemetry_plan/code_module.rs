//! Language, C library and OneAgent mode -> whether a code module of OneAgent can trace the process.

use super::request::{Language, Libc, OneAgentMode};
use super::support_facts::{
    CLASSIC_MUSL, CODE_MODULE_PYTHON, CODE_MODULE_PYTHON_MUSL, CODE_MODULES_GLIBC, CODE_MODULES_MUSL,
    GO_STATIC, OPERATOR_MODES, SDK_PYTHON_MUSL, SupportFact,
};

/// Whether a code module can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usable {
    /// It can.
    Yes,
    /// It cannot, or nobody could confirm that it can.
    No,
}

/// Whether a code module can trace the process, and the facts that say so, the deciding one first.
pub(super) fn code_module(
    language: Language,
    libc: Libc,
    mode: OneAgentMode,
) -> (Usable, Vec<(String, Option<&'static SupportFact>)>) {
    let name = language.name();
    let said = |text: String, fact| (text, Some(fact));
    if !mode.injects() {
        let text = format!("{} puts no code module into the process", mode.name());
        return (Usable::No, vec![(text, (mode == OneAgentMode::HostMonitoring).then_some(OPERATOR_MODES))]);
    }
    match (language, libc) {
        (Language::Ruby | Language::Rust | Language::Other, _) => {
            (Usable::No, vec![(format!("OneAgent has no code module for {name}"), Some(CODE_MODULES_GLIBC))])
        }
        (Language::Python, Libc::Musl) => (
            Usable::No,
            vec![
                said("the OneAgent SDK for Python does not run on Alpine (musl)".to_owned(), SDK_PYTHON_MUSL),
                said("the code modules for Alpine images include none for Python".to_owned(), CODE_MODULES_MUSL),
                said(
                    "the code module that OneAgent injects may work from OneAgent 1.309 on, but that is not confirmed"
                        .to_owned(),
                    CODE_MODULE_PYTHON_MUSL,
                ),
            ],
        ),
        (Language::Go, Libc::Static) => (
            Usable::No,
            vec![said("a statically linked Go program is traced in part only".to_owned(), GO_STATIC)],
        ),
        (_, Libc::Static) => {
            (Usable::No, vec![("nothing can be injected into a program without a C library".to_owned(), None)])
        }
        (_, Libc::Unknown) => (
            Usable::No,
            vec![(
                "the C library of the image is not known, and it decides whether a code module fits".to_owned(),
                None,
            )],
        ),
        (_, Libc::Musl) if mode == OneAgentMode::ClassicFullStack => (
            Usable::No,
            vec![said("classic full stack does not reach into Alpine containers".to_owned(), CLASSIC_MUSL)],
        ),
        (_, Libc::Musl) => (
            Usable::Yes,
            vec![said(format!("OneAgent has a code module for {name} on Alpine (musl)"), CODE_MODULES_MUSL)],
        ),
        (_, Libc::Glibc) => {
            let fact = if language == Language::Python { CODE_MODULE_PYTHON } else { CODE_MODULES_GLIBC };
            (Usable::Yes, vec![said(format!("OneAgent has a code module for {name}"), fact)])
        }
    }
}
