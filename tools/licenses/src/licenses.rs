//! The licenses of all components of a binary, as a text that is shipped with it.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

use cargo_metadata::Package;
use spdx::{Expression, ParseMode};

use crate::linked::Linked;

const APACHE: &str = include_str!("../../../LICENSE-APACHE");
const MIT: &str = include_str!("../../../LICENSE-MIT");
const UNICODE: &str = include_str!("../texts/UNICODE-3.0.txt");

/// What precedes the list in the text for a binary.
fn head(binary: &str) -> String {
    format!(
        "\
Third-party licenses of the ivs-chat-review {binary}

The components of the {binary} binary, each with its license and the numbers of its license texts below.
For licenses joined by OR, choose one.
"
    )
}

/// A component with a license.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    name: String,
    license: String,
    texts: Vec<String>,
}

/// Returns the crates of a binary in order, and its other components.
pub(crate) fn parts(linked: &[Linked], packages: &[Package]) -> Result<Vec<Part>, Box<dyn Error>> {
    let mut parts = vec![
        Part {
            name: "Rust's standard library".to_owned(),
            license: "MIT OR Apache-2.0".to_owned(),
            texts: vec![tidy(APACHE)],
        },
        Part {
            name: "Unicode character data, from which src/normalize/table.rs is made".to_owned(),
            license: "Unicode-3.0".to_owned(),
            texts: vec![tidy(UNICODE)],
        },
    ];
    for it in linked {
        let named = |package: &&Package| {
            package.name.as_str() == it.name && package.version.to_string() == it.version
        };
        let of = || format!("{} {}", it.name, it.version);
        let package = packages
            .iter()
            .find(named)
            .ok_or_else(|| format!("{}: unknown to cargo metadata", of()))?;
        // A crate of this repository.
        if package.source.is_none() {
            continue;
        }
        let license = package
            .license
            .clone()
            .ok_or_else(|| format!("{}: has no license expression", of()))?;
        let folder =
            package.manifest_path.parent().ok_or_else(|| format!("{}: has no folder", of()))?;
        let mut texts =
            texts(folder.as_std_path()).map_err(|error| format!("{}: {error}", of()))?;
        if texts.is_empty() {
            let text = standard(&license, &it.name, package.repository.as_deref());
            texts.push(text.ok_or_else(|| {
                format!("{}: has no license file, which {license} requires", of())
            })?);
        }
        parts.push(Part { name: of(), license, texts });
    }
    Ok(parts)
}

/// Returns the license text of a crate without a license file, if its license has a standard text.
///
/// The MIT license has one except for the copyright line, which is filled in with the crate's name
/// and repository.
fn standard(license: &str, name: &str, repository: Option<&str>) -> Option<String> {
    if is_satisfied_by(license, "Apache-2.0") {
        return Some(tidy(APACHE));
    }
    let terms = MIT.find("Permission is hereby granted").map(|start| tidy(&MIT[start..]))?;
    let at = repository.map(|url| format!(", {url}")).unwrap_or_default();
    is_satisfied_by(license, "MIT")
        .then(|| format!("MIT License\n\nCopyright (c) the authors of {name}{at}\n\n{terms}"))
}

/// Returns whether one license satisfies an expression.
fn is_satisfied_by(license: &str, id: &str) -> bool {
    let expression = Expression::parse_mode(license, ParseMode::LAX);
    expression.is_ok_and(|it| {
        it.evaluate(|wanted| wanted.license.id().is_some_and(|wanted| wanted.name == id))
    })
}

/// Returns the license files in a folder and its subfolders, by path.
fn texts(folder: &Path) -> io::Result<Vec<String>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        if entry.file_type()?.is_dir() {
            found.extend(texts(&entry.path())?);
        } else if is_license(&entry.file_name().to_string_lossy()) {
            found.push(tidy(&fs::read_to_string(entry.path())?));
        }
    }
    Ok(found)
}

/// Returns whether a file has a usual name of license files, and is not code.
fn is_license(file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    let starts = ["license", "licence", "copying", "copyright", "notice", "unlicense"];
    starts.iter().any(|start| file.starts_with(start)) && !file.ends_with(".rs")
}

/// Removes differences between files with the same text: line ends, and trailing whitespace of
/// lines and of the file.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Writes each part with the numbers of its texts, followed by the texts, each once.
pub(crate) fn render(binary: &str, parts: &[Part]) -> String {
    let mut texts: Vec<&str> = Vec::new();
    let mut list = String::new();
    for part in parts {
        let mut numbers: Vec<usize> =
            part.texts.iter().map(|text| number(&mut texts, text)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(list, "{}: {} [{}]", part.name, part.license, numbers.join(", "));
    }
    let mut out = format!("{}\n{list}", head(binary));
    let rule = "=".repeat(80);
    for (index, text) in texts.iter().enumerate() {
        let _ = write!(out, "\n{rule}\n[{}]\n\n{text}\n", index + 1);
    }
    out
}

/// Returns the number of a text, starting at 1; adds the text if it is new.
fn number<'a>(texts: &mut Vec<&'a str>, text: &'a str) -> usize {
    let known = texts.iter().position(|known| *known == text);
    known.unwrap_or_else(|| {
        texts.push(text);
        texts.len() - 1
    }) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, texts: &[&str]) -> Part {
        let texts = texts.iter().map(|text| tidy(text)).collect();
        Part { name: name.to_owned(), license: "MIT".to_owned(), texts }
    }

    #[test]
    fn equal_texts_are_written_once() {
        let parts = [
            part("a 1.0.0", &["one\n"]),
            part("b 1.0.0", &["two  \r\nlines\r\n", "\u{feff}one", "one\n\n"]),
            part("c 1.0.0", &[" one"]),
        ];
        let out = render("handler", &parts);
        let (list, texts) = out.split_once("\n====").expect("a list and texts");
        assert!(
            list.ends_with("\na 1.0.0: MIT [1]\nb 1.0.0: MIT [1, 2]\nc 1.0.0: MIT [3]\n"),
            "{list}"
        );
        let texts: String = texts.chars().filter(|c| *c != '=').collect();
        assert_eq!(texts, "\n[1]\n\none\n\n\n[2]\n\ntwo\nlines\n\n\n[3]\n\n one\n");
    }

    #[test]
    fn license_files_are_recognized_by_their_names() {
        for name in [
            "LICENSE",
            "LICENSE-MIT",
            "LICENCE.md",
            "license.txt",
            "COPYING",
            "UNLICENSE",
            "NOTICE",
        ] {
            assert!(is_license(name), "{name}");
        }
        for name in ["license.rs", "README.md", "Cargo.toml", "lib.rs", "my-license"] {
            assert!(!is_license(name), "{name}");
        }
    }

    #[test]
    fn only_apache_and_mit_need_no_file() {
        let of = |license| standard(license, "leaf", Some("https://example.com/leaf"));
        for license in ["Apache-2.0", "Apache-2.0 OR MIT", "MIT OR Apache-2.0"] {
            assert_eq!(of(license), Some(tidy(APACHE)), "{license}");
        }
        let text = of("MIT").expect("it has a standard text");
        let start = "MIT License\n\nCopyright (c) the authors of leaf, https://example.com/leaf\n\nPermission";
        assert!(text.starts_with(start) && text.ends_with("SOFTWARE."), "{text}");
        for license in ["ISC", "MIT AND ISC", "Apache-2.0 AND ISC", "nonsense"] {
            assert_eq!(of(license), None, "{license}");
        }
    }

    #[test]
    fn license_files_are_found_in_every_folder_of_a_crate() {
        let folder = std::env::temp_dir().join(format!("supply-chain-{}", std::process::id()));
        fs::create_dir_all(folder.join("src/tables")).expect("a temporary folder");
        for (file, text) in [
            ("LICENSE-MIT", "two"),
            ("COPYING", "one"),
            ("README.md", "none"),
            ("src/tables/LICENSE-UNICODE", "three"),
        ] {
            fs::write(folder.join(file), text).expect("a temporary file");
        }
        let found = texts(&folder);
        fs::remove_dir_all(&folder).expect("a temporary folder");
        assert_eq!(found.expect("a readable folder"), ["one", "two", "three"]);
    }
}
