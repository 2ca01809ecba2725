//! `check --explain CODE`: prints the description of a code.

use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::diagnostic::Code;
use ivs_chat_review::display::display_safe;

use crate::code_docs::{section, summary};
use crate::{Outcome, even_unread};

/// Tells what a code means; all codes in a line each if none is named.
pub(super) fn run(name: &str) -> anyhow::Result<Outcome> {
    let told = if name.is_empty() {
        Code::ALL.iter().map(|&code| format!("{:22} {}\n", code.as_str(), summary(code))).collect()
    } else {
        let name = name.trim_start_matches("error[").trim_start_matches("warning[");
        let name = name.trim_end_matches(']');
        let Some(code) = Code::from_name(name) else {
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
    fn a_section_is_shown_without_its_fences() {
        for &code in Code::ALL {
            let text = text(code);
            assert!(text.starts_with(&format!("{}[{code}]\n\n", code.severity())), "{text}");
            assert!(!text.contains("```"), "{text}");
        }
    }
}
