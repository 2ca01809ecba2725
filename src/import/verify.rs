//! Compiles what was read, and leaves out what the engine refuses or what does not match its own
//! text.

use jiff::civil::Date;

use super::draft::Draft;
use super::item::{Item, Kind};
use super::output::{ImportedRule, append_rules, toml_pattern, unique_ids};
use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, Scratch};
use crate::rules::{self, MANIFEST};
use crate::source::{Source, Sources};

/// Checks all patterns and entries of the rules, which must have different ids.
pub(super) fn verify(drafts: &mut [Draft], today: Date) {
    unique_ids(drafts);
    for draft in drafts.iter_mut() {
        draft.items.iter_mut().for_each(verify_patterns);
        draft.remove_idle_exceptions();
    }
    let written: Vec<_> = drafts.iter().filter_map(|it| ImportedRule::new(it, today)).collect();
    let (_, engine, _) = compile(&append_rules("", &written), &written);
    let mut scratch = Scratch::default();
    for draft in drafts {
        let has_exceptions =
            draft.items.iter().flat_map(|it| &it.lines).any(|it| it.starts_with('!'));
        for item in &mut draft.items {
            let Some(probe) = item.probe.take().filter(|_| item.kind != Kind::LeftOut) else {
                continue;
            };
            let message = format!("so {probe} then");
            let found = engine.find(&message, None, &mut scratch);
            if found.iter().any(|it| engine.rules().rule(it.rule).id == draft.rule.id) {
                continue;
            }
            let item_now = std::mem::replace(item, Item::left_out(0, "", ""));
            *item = if has_exceptions && item_now.kind != Kind::LeftOut {
                Item { kind: Kind::Unchanged, ..item_now }
                    .narrowed("an exception of the list suppresses it")
            } else {
                let mut item = item_now;
                item.leave_out("it has nothing that a message could match");
                item
            };
        }
    }
}

/// Leaves out patterns that the engine refuses, with the reason that it gives.
fn verify_patterns(item: &mut Item) {
    let mut refused = None;
    item.patterns.retain(|pattern| match refusal(pattern) {
        Some(message) => {
            refused = Some(message);
            false
        }
        None => true,
    });
    let Some(message) = refused else { return };
    if item.lines.is_empty() && item.patterns.is_empty() {
        item.leave_out(message);
    } else {
        let rest = std::mem::replace(item, Item::left_out(0, "", ""));
        *item = rest.narrowed(message);
    }
}

/// Returns the error for a pattern.
fn refusal(pattern: &str) -> Option<String> {
    let manifest = format!(
        "version = 1\n[[rule]]\nid = \"a\"\naction = \"deny\"\npatterns = [{}]\n",
        toml_pattern(pattern)
    );
    let (_, engine, mut diagnostics) = compile(&manifest, &[]);
    diagnostics.extend(engine.compile_patterns());
    diagnostics.into_iter().find(Diagnostic::is_error).map(|it| it.message)
}

fn compile(manifest: &str, rules: &[ImportedRule]) -> (Sources, Engine, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    sources.push(Source { path: MANIFEST.into(), content: Ok(manifest.as_bytes().to_vec()) });
    for (path, text) in rules.iter().filter_map(|rule| rule.list.as_ref()) {
        sources.push(Source { path: path.clone(), content: Ok(text.as_bytes().to_vec()) });
    }
    let parsed = rules::parse(&sources);
    let mut diagnostics = parsed.diagnostics;
    let (engine, more) = Engine::compile(parsed.rules);
    diagnostics.extend(more);
    (sources, engine, diagnostics)
}
