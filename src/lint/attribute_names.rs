//! Names of attributes with an unusual case. They are case-sensitive, and no attribute is known.

use std::collections::HashMap;

use super::Check;
use super::manifest::{Manifest, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::display::display_short;

impl Check<'_> {
    /// Reports names that only differ in case from another one of the file, or that alone begin
    /// with a capital letter.
    pub(super) fn attribute_names(&mut self, manifest: &Manifest<'_>) {
        let mut names: Vec<Text<'_>> = Vec::new();
        for rule in manifest.tables("rule") {
            names.extend(rule.table("unless").into_iter().flat_map(|unless| unless.keys()));
            names.extend(rule.strings("fields").into_iter().filter_map(|field| {
                let (_, value) = field.value.split_once('.')?;
                Some(Text { value, ..field })
            }));
        }
        for exempt in manifest.tables("exempt") {
            names.extend(exempt.table("sender").into_iter().flat_map(|sender| sender.keys()));
        }
        names.retain(|name| name.value != "*");
        names.sort_by_key(|name| name.location);
        let is_capital = |name: &str| name.starts_with(char::is_uppercase);
        let capitals = names.iter().filter(|name| is_capital(name.value));
        let mut capitals: Vec<&str> = capitals.map(|name| name.value).collect();
        capitals.dedup();
        let mut first: HashMap<String, &Text<'_>> = HashMap::new();
        let mut reported: Vec<&str> = Vec::new();
        for name in &names {
            let known = *first.entry(name.value.to_lowercase()).or_insert(name);
            let diagnostic =
                |message: String| Diagnostic::new(Code::AttributeCase, name.location, message);
            let shown = display_short(name.value);
            if known.value != name.value {
                let message = format!(
                    "`{shown}` and `{}` are two attributes: names are case-sensitive",
                    display_short(known.value)
                );
                self.diagnostics.push(
                    diagnostic(message)
                        .related(known.location, "the other spelling")
                        .help("write the name as your application sends it, in both places"),
                );
            } else if is_capital(name.value)
                && capitals.len() == 1
                && !reported.contains(&name.value)
            {
                let lower: String = name.value.to_lowercase();
                reported.push(name.value);
                self.diagnostics.push(
                    diagnostic(format!("`{shown}` does not match an attribute `{lower}`")).help(
                        "names are case-sensitive: write the name exactly as your application \
                         sends it",
                    ),
                );
            }
        }
    }
}
