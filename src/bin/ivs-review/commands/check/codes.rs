//! `check --explain CODE`: prints the description of a code.

use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::diagnostic::Code;
use ivs_chat_review::display::display_safe;

use crate::code_docs::{section, summary};
use crate::{Outcome, ignore_broken_pipe};

/// Prints the description of a code, or a line for each code if `name` is empty.
pub(super) fn run(name: &str) -> anyhow::Result<Outcome> {
    let output = if name.is_empty() {
        Code::ALL.iter().map(|&code| format!("{:22} {}\n", code.as_str(), summary(code))).collect()
    } else {
        let name = name.trim_start_matches("error[").trim_start_matches("warning[");
        let name = name.trim_end_matches(']');
        let Some(code) = Code::from_name(name) else {
            let hint = match Code::nearest(name) {
                Some(code) => format!("did you mean `{code}`?"),
                None => "run `check --explain` for a list".to_owned(),
            };
            bail!("unknown code `{}`; {hint}", display_safe(name));
        };
        text(code)
    };
    ignore_broken_pipe(write(&output))?;
    Ok(Outcome::Fine)
}

fn write(text: &str) -> io::Result<()> {
    anstream::stdout().lock().write_all(text.as_bytes())
}

/// Returns a section as plain text: code blocks are indented instead of fenced.
fn text(code: Code) -> String {
    let mut text = format!("{}[{code}]\n\n", code.severity());
    let mut in_block = false;
    for line in section(code).lines() {
        if line.starts_with("```") {
            in_block = !in_block;
            continue;
        }
        let indent = if in_block && !line.is_empty() { "    " } else { "" };
        text += &format!("{indent}{line}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_printed_without_fences() {
        for &code in Code::ALL {
            let text = text(code);
            assert!(text.starts_with(&format!("{}[{code}]\n\n", code.severity())), "{text}");
            assert!(!text.contains("```"), "{text}");
        }
    }
}
