//! Descriptions of diagnostic codes, from `docs/diagnostics.md`.

use ivs_chat_review::diagnostic::Code;

const PAGE: &str = include_str!("../../../docs/diagnostics.md");

/// Returns the section of a code without its heading; empty if the page has none.
pub(crate) fn section(code: Code) -> &'static str {
    let heading = format!("\n## {code}\n");
    let Some((_, rest)) = PAGE.split_once(&heading) else { return "" };
    let end = rest.find("\n## ").unwrap_or(rest.len());
    rest[..end].trim()
}

/// Returns the first sentence of a section.
pub(crate) fn summary(code: Code) -> String {
    let paragraph = section(code).split("\n\n").next().unwrap_or_default().replace('\n', " ");
    paragraph.split_inclusive(". ").next().unwrap_or_default().trim_end().to_owned()
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
            let summary = summary(code);
            assert!(summary.ends_with('.') && summary.len() < 120, "{summary}");
        }
    }
}
