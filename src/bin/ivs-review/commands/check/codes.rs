//! `check --explain CODE`: prints the section of a code in `docs/diagnostics.md`, the only description of codes.

use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::diagnostic::Code;
use ivs_chat_review::display::display_safe;

use crate::{Outcome, even_unread};

const PAGE: &str = include_str!("../../../../../docs/diagnostics.md");

/// Tells what a code means; all codes in a line each if none is named.
pub(super) fn run(name: &str) -> anyhow::Result<Outcome> {
    let told = if name.is_empty() {
        Code::ALL.iter().map(|&code| format!("{:22} {}\n", code.as_str(), summary(code))).collect()
    } else {
        let name = name.trim_start_matches("error[").trim_start_matches("warning[");
        let name = name.trim_end_matches(']');
        let Some(code) = Code::named(name) else {
            let hint = match Code::nearest(name) {
                Some(code) => format!("did you mean `{code}`?"),
                None => "`check --explain` lists them".to_owned(),
            };
            bail!("there is no code `{}`; {hint}", display_safe(name));
        };
        text(code)
    };
    even_unread(write(&told))?;
    Ok(Outcome::Fine)
}

fn write(text: &str) -> io::Result<()> {
    anstream::stdout().lock().write_all(text.as_bytes())
}

/// The section of a code, without its heading; empty if the page has none.
pub(crate) fn section(code: Code) -> &'static str {
    let heading = format!("\n## {code}\n");
    let Some((_, rest)) = PAGE.split_once(&heading) else { return "" };
    let end = rest.find("\n## ").unwrap_or(rest.len());
    rest[..end].trim()
}

/// The first sentence of a section, which says what the code means.
pub(crate) fn summary(code: Code) -> String {
    let paragraph = section(code).split("\n\n").next().unwrap_or_default().replace('\n', " ");
    paragraph.split_inclusive(". ").next().unwrap_or_default().trim_end().to_owned()
}

/// A section as a terminal shows it: examples stand in from the left, where the page has fences.
fn text(code: Code) -> String {
    let mut told = format!("{}[{code}]\n\n", code.severity());
    let mut inside = false;
    for line in section(code).lines() {
        if line.starts_with("```") {
            inside = !inside;
            continue;
        }
        let indent = if inside && !line.is_empty() { "    " } else { "" };
        told += &format!("{indent}{line}\n");
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_section_for_each_code_and_no_other() {
        let missing: Vec<_> = Code::ALL.iter().filter(|&&code| summary(code).is_empty()).collect();
        assert!(missing.is_empty(), "docs/diagnostics.md has no section for {missing:?}");
        let headings: Vec<&str> =
            PAGE.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(headings, codes);
        for &code in Code::ALL {
            let (summary, text) = (summary(code), text(code));
            assert!(summary.ends_with('.') && summary.len() < 120, "{summary}");
            assert!(text.starts_with(&format!("{}[{code}]\n\n", code.severity())), "{text}");
            assert!(!text.contains("```"), "{text}");
        }
    }
}
