//! SARIF 2.1.0 output ("Static Analysis Results Interchange Format", OASIS), for GitHub code
//! scanning and editors.

use std::collections::BTreeMap;

use ivs_chat_review::diagnostic::{Code, Diagnostic, Location, Severity};
use ivs_chat_review::display::json_safe;
use ivs_chat_review::source::Sources;
use serde::Serialize;

use crate::code_docs::{section, summary};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

/// A rule in SARIF, which is a diagnostic code here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<SarifLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

/// Returns the diagnostics as one log.
pub(crate) fn log(sources: &Sources, diagnostics: &[Diagnostic]) -> serde_json::Result<String> {
    let mut codes: BTreeMap<&str, Code> = BTreeMap::new();
    codes.extend(diagnostics.iter().map(|it| (it.code.as_str(), it.code)));
    let index = |code: Code| codes.keys().position(|&name| name == code.as_str()).unwrap_or(0);
    let results = diagnostics.iter().map(|it| result(sources, it, index(it.code))).collect();
    let driver = Driver {
        name: "ivs-review",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: codes.values().map(|&code| descriptor(code)).collect(),
    };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    };
    serde_json::to_string_pretty(&log).map(|json| json_safe(&json).into_owned())
}

fn descriptor(code: Code) -> Descriptor {
    let help = section(code);
    Descriptor {
        id: code.as_str(),
        short_description: Message { text: summary(code) },
        help: Help { text: help.to_owned(), markdown: help },
        default_configuration: Configuration { level: level(code) },
    }
}

fn level(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(sources: &Sources, diagnostic: &Diagnostic, rule_index: usize) -> SarifResult {
    let mut text = diagnostic.message.clone();
    for line in diagnostic.help.iter().chain(&diagnostic.paste) {
        text = format!("{text}\n{line}");
    }
    // Viewers show no folders, so a diagnostic of the folder is located at `rules.toml`.
    let folder = || SarifLocation {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: uri(&format!("{}rules.toml", sources.prefix)),
            },
            region: None,
        },
        message: None,
    };
    let at = diagnostic.location.map_or_else(folder, |it| sarif_location(sources, it, None));
    let related = diagnostic.related.as_ref();
    SarifResult {
        rule_id: diagnostic.code.as_str(),
        rule_index,
        level: level(diagnostic.code),
        message: Message { text },
        locations: vec![at],
        related_locations: related
            .map(|(location, label)| sarif_location(sources, *location, Some(label.clone())))
            .into_iter()
            .collect(),
    }
}

fn sarif_location(sources: &Sources, location: Location, label: Option<String>) -> SarifLocation {
    let start = sources.position(location.source, location.span.start);
    let end = sources.position(location.source, location.span.end);
    SarifLocation {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(&sources.name(location.source)) },
            region: Some(Region {
                start_line: start.line,
                start_column: start.column,
                end_line: end.line,
                end_column: end.column,
            }),
        },
        message: label.map(|text| Message { text }),
    }
}

/// Returns a path as a URI reference (RFC 3986), which is relative if the path is.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' => uri.push('/'),
            byte => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uri_references() {
        assert_eq!(uri("rules/lists/a b:ä.txt"), "rules/lists/a%20b%3A%C3%A4.txt");
        assert_eq!(uri("./rules/rules.toml"), "rules/rules.toml");
        assert_eq!(uri("/srv/rules.toml"), "file:///srv/rules.toml");
    }
}
