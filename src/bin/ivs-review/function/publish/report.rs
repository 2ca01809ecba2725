//! What `publish` prints: the plan, then each step.

use std::io::{self, Write};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::layer::{Plan, Target};
use serde_json::{Value, json};

use crate::ignore_broken_pipe;
use crate::options::Format;
use crate::terminal::json_line;

/// Prints lines as text, or as one JSON object each.
pub(super) struct Report {
    format: Format,
}

impl Report {
    pub(super) fn new(format: Format) -> Report {
        Report { format }
    }

    pub(super) fn rules(&self, hash: &str, summary: &str) -> io::Result<()> {
        self.line("rules", &format!("{hash}: {summary}"), || json!({ "rules": hash }))
    }

    pub(super) fn function(
        &self,
        function: &str,
        layer: &str,
        live: Option<(u64, Option<&str>)>,
    ) -> io::Result<()> {
        let text = match live {
            Some((version, Some(hash))) => {
                format!("{function} has version {version} of {layer}, with the rules {hash}")
            }
            Some((version, None)) => format!("{function} has version {version} of {layer}"),
            None => format!("{function} does not have the layer {layer}"),
        };
        let (version, hash) = (live.map(|(version, _)| version), live.and_then(|(_, hash)| hash));
        self.line(
            "function",
            &text,
            || json!({ "function": function, "layer": layer, "version": version, "rules": hash }),
        )
    }

    pub(super) fn plan(&self, plan: &Plan) -> io::Result<()> {
        let mut steps = Vec::new();
        match &plan.target {
            Target::New(_) => {
                steps.push("publish a new version".to_owned());
                steps.push("point the function to it".to_owned());
            }
            Target::Existing(version) => {
                steps.push(format!("point the function to version {version}"));
            }
            Target::Current(_) => {}
        }
        steps.push("verify".to_owned());
        steps.extend(plan.delete.iter().map(|version| format!("delete version {version}")));
        let target = match &plan.target {
            Target::New(_) => json!("new"),
            Target::Existing(version) | Target::Current(version) => json!(version),
        };
        let changes = !matches!(plan.target, Target::Current(_));
        let text = if changes { String::new() } else { "up to date; ".to_owned() };
        self.line(
            "plan",
            &(text + &steps.join("; ")),
            || json!({ "plan": { "version": target, "changes": changes, "delete": plan.delete } }),
        )
    }

    /// Prints a step that was done.
    pub(super) fn step(&self, done: &str, what: &str) -> io::Result<()> {
        self.line(done, what, || json!({ "step": done, "result": what }))
    }

    fn line(&self, name: &str, text: &str, json: impl FnOnce() -> Value) -> io::Result<()> {
        let mut stdout = anstream::stdout();
        ignore_broken_pipe(match self.format {
            Format::Text => writeln!(stdout, "{name:<9}  {}", display_safe(text)),
            Format::Json => writeln!(stdout, "{}", json_line(&json())?),
        })
    }
}
