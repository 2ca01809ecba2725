//! The JSON Schema of `rules.toml`: it is up to date, accepts what the decoder accepts, and has the same
//! keys.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test` updates the copy in the documentation.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ivs_chat_review::diagnostic::Code;
use ivs_chat_review::rules;
use ivs_chat_review::schema;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::Date;
use regex::Regex;
use serde_json::{Value, json};

static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&schema::rules_toml()).expect("JSON"));

/// Returns where a value is not valid by a schema, and why. Knows only the keywords that the schema may
/// use.
fn violations(schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut require = |is_valid: bool, why: &str| {
        if !is_valid {
            found.push(format!("{path}: {why}"));
        }
    };
    let mut inner = Vec::new();
    for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
        match keyword.as_str() {
            "$schema" | "title" | "description" => {}
            "type" => require(
                match wanted.as_str().expect("a type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64(),
                    "number" => value.is_number(),
                    other => panic!("type {other}"),
                },
                "type",
            ),
            "enum" => require(wanted.as_array().expect("an array").contains(value), "enum"),
            "minimum" => require(value.as_f64() >= wanted.as_f64(), "minimum"),
            "maximum" => require(value.as_f64() <= wanted.as_f64(), "maximum"),
            "minItems" => {
                let items = value.as_array().map_or(0, Vec::len) as u64;
                require(items >= wanted.as_u64().expect("a number"), "minItems");
            }
            "pattern" => {
                let regex = Regex::new(wanted.as_str().expect("a pattern")).expect("valid");
                require(value.as_str().is_some_and(|text| regex.is_match(text)), "pattern");
            }
            "format" => {
                assert_eq!(wanted, "date");
                let is_date = |text: &str| text.parse::<Date>().is_ok();
                require(value.as_str().is_some_and(is_date), "format");
            }
            "required" => {
                for key in wanted.as_array().expect("an array") {
                    let key = key.as_str().expect("a key");
                    require(value.get(key).is_some(), &format!("missing {key}"));
                }
            }
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    inner.extend(violations(wanted, item, &format!("{path}[{number}]")));
                }
            }
            "properties" => {
                for (key, property) in wanted.as_object().expect("an object") {
                    let value = value.get(key);
                    let path = format!("{path}.{key}");
                    inner.extend(
                        value.into_iter().flat_map(|value| violations(property, value, &path)),
                    );
                }
            }
            "additionalProperties" => {
                let known =
                    |key: &str| schema.get("properties").is_some_and(|it| it.get(key).is_some());
                for (key, value) in value.as_object().into_iter().flatten() {
                    let path = format!("{path}.{key}");
                    match wanted {
                        _ if known(key) => {}
                        Value::Bool(false) => require(false, &format!("unknown {key}")),
                        wanted => inner.extend(violations(wanted, value, &path)),
                    }
                }
            }
            other => panic!("keyword {other}"),
        }
    }
    found.extend(inner);
    found
}

/// Returns a TOML value as language servers pass it to a validator.
fn to_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(to_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, to_json(value))).collect())
        }
        other => serde_json::to_value(other).expect("a simple value"),
    }
}

/// Returns the violations of a manifest; `None` if it is not TOML.
pub(crate) fn violations_of(manifest: &str) -> Option<Vec<String>> {
    let table: toml::Table = manifest.parse().ok()?;
    Some(violations(&SCHEMA, &to_json(toml::Value::Table(table)), "$"))
}

fn sources(manifest: &str) -> Sources {
    let mut sources = Sources::default();
    sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
    sources
}

/// The manifests below a folder.
fn manifests(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            manifests(&path, all);
        } else if path.file_name().is_some_and(|name| name == "rules.toml") {
            all.push(path);
        }
    }
}

#[test]
fn the_copy_in_the_documentation_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules/rules.schema.json");
    let current = schema::rules_toml();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &current).expect("writable");
    }
    let copy = fs::read_to_string(&path).expect("the copy exists").replace("\r\n", "\n");
    assert_eq!(copy, current, "run `ivs-review generate schema > docs/rules/rules.schema.json`");
}

#[test]
fn what_the_decoder_accepts_is_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["rules", "tests", "examples"] {
        manifests(&root.join(folder), &mut paths);
    }
    let mut checked = 0;
    for path in paths {
        let Ok(manifest) = fs::read_to_string(&path) else { continue };
        // Without its lists, a manifest may have these errors.
        let is_of_lists = |code| matches!(code, Code::MissingList | Code::EmptyRule);
        let diagnostics = rules::parse(&sources(&manifest)).diagnostics;
        if diagnostics.iter().any(|it| it.is_error() && !is_of_lists(it.code)) {
            continue;
        }
        checked += 1;
        let none = Some(Vec::new());
        assert_eq!(violations_of(&manifest), none, "{}", path.display());
    }
    assert!(checked >= 40, "{checked} manifests");
}

/// The tables of the schema, with how a manifest writes a key in them: before the key, and after its
/// value.
fn tables(schema: &'static Value, before: &str, found: &mut Vec<(&'static Value, String)>) {
    let Some(properties) = schema.get("properties") else { return };
    found.push((schema, before.to_owned()));
    for (key, property) in properties.as_object().expect("an object") {
        let name = before.trim_matches(['[', ']', '\n']);
        let path = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        match property.get("items") {
            Some(items) => tables(items, &format!("[[{path}]]\n"), found),
            None => tables(property, &format!("[{path}]\n"), found),
        }
    }
}

#[test]
fn the_decoder_knows_each_key_and_no_other() {
    let mut all = Vec::new();
    tables(&SCHEMA, "", &mut all);
    let mut keys = 0;
    for (table, header) in &all {
        // No key accepts an array of arrays.
        let codes = |key: &str| -> Vec<Code> {
            let manifest = format!("{header}{key} = [[1]]\n");
            let diagnostics = rules::parse(&sources(&manifest)).diagnostics;
            let is_at_key = |span: ivs_chat_review::span::Span| span.start >= header.len();
            let here =
                diagnostics.iter().filter(|it| it.location.is_some_and(|at| is_at_key(at.span)));
            here.map(|it| it.code).collect()
        };
        for (key, _) in table["properties"].as_object().expect("an object") {
            keys += 1;
            assert!(codes(key).contains(&Code::InvalidType), "{header}{key}: {:?}", codes(key));
            assert!(!codes(key).contains(&Code::UnknownKey), "{header}{key}");
        }
        assert!(codes("colour").contains(&Code::UnknownKey), "{header}");
        assert_eq!(table["additionalProperties"], false, "{header}");
    }
    assert_eq!((all.len(), keys), (8, 54));
}

#[test]
fn invalid_manifests_are_invalid() {
    const RULE: &str = "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nterms = [\"bad\"]\n";
    assert_eq!(violations_of(RULE), Some(Vec::new()));
    for (manifest, violation) in [
        ("", "$: missing version"),
        ("version = 2", "$.version: maximum"),
        ("version = 1\ncolour = 1", "$: unknown colour"),
        ("version = 1\n[[rule]]\nid = \"A b\"\naction = \"mask\"", "$.rule[0].id: pattern"),
        ("version = 1\n[[rule]]\nid = \"a\"\naction = \"msak\"", "$.rule[0].action: enum"),
        ("version = 1\n[[rule]]\nid = \"a\"\n", "$.rule[0]: missing action"),
        ("version = 1\n[categories]\ninsults = \"of\"", "$.categories.insults: enum"),
        ("version = 1\n[[room]]\nrooms = []", "$.room[0].rooms: minItems"),
        ("version = 1\n[[room]]\nrooms = [\"a\"]\nrules = { a = true }", "$.room[0].rules.a: enum"),
        (
            "version = 1\n[settings]\nmax_message_length = 501",
            "$.settings.max_message_length: maximum",
        ),
    ] {
        let found = violations_of(manifest).expect("TOML");
        assert!(found.iter().any(|it| it == violation), "{manifest}: {found:?}");
    }
    for (key, violation) in [
        ("rollout = 100", "rollout: maximum"),
        ("rollout = 10.5", "rollout: type"),
        ("rollout_by = \"user\"", "rollout_by: enum"),
        ("from = \"soon\"", "from: format"),
        ("limit = { emoji = -1 }", "limit.emoji: minimum"),
        ("limit = { capitals = 1.0 }", "limit.capitals: maximum"),
        ("links = { ignore_words = \"yes\" }", "links.ignore_words: type"),
        ("detect = [\"fone\"]", "detect[0]: enum"),
        ("unless = { role = [] }", "unless.role: minItems"),
        ("samples = { cought = [] }", "samples: unknown cought"),
    ] {
        let found = violations_of(&format!("{RULE}{key}\n")).expect("TOML");
        assert_eq!(found, [format!("$.rule[0].{violation}")], "{key}");
    }
    assert_eq!(SCHEMA["required"], json!(["version"]));
}
