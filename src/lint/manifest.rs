//! The values of `rules.toml` with their positions, for lints of what [`Rules`](crate::rules::Rules)
//! keeps without them.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::Location;
use crate::rules::MANIFEST;
use crate::source::{SourceId, Sources};
use crate::span::Span;

/// A string of `rules.toml`.
#[derive(Clone)]
pub(super) struct Text<'t> {
    pub(super) value: &'t str,
    pub(super) location: Location,
}

/// `rules.toml` as TOML. What is invalid is skipped, because the parser of rules reported it.
pub(super) struct Manifest<'s> {
    source: SourceId,
    table: DeTable<'s>,
}

/// A table, such as a `[[rule]]`.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    source: SourceId,
    table: &'t DeTable<'t>,
}

impl<'s> Manifest<'s> {
    /// Reads the file; `None` if it is missing or not valid TOML.
    pub(super) fn read(sources: &'s Sources) -> Option<Manifest<'s>> {
        let source = sources.find(MANIFEST)?;
        let text = std::str::from_utf8(sources.get(source).content.as_ref().ok()?).ok()?;
        let table = DeTable::parse(text).ok()?.into_inner();
        Some(Manifest { source, table })
    }

    /// The tables `[[key]]`.
    pub(super) fn tables(&self, key: &str) -> Vec<Table<'_>> {
        let tables = self.table.get(key).and_then(|value| value.get_ref().as_array());
        let tables = tables.into_iter().flatten().filter_map(|value| value.get_ref().as_table());
        tables.map(|table| Table { source: self.source, table }).collect()
    }

    /// The table `[key]`.
    pub(super) fn table(&self, key: &str) -> Option<Table<'_>> {
        let table = self.table.get(key)?.get_ref().as_table()?;
        Some(Table { source: self.source, table })
    }
}

impl<'t> Table<'t> {
    pub(super) fn table(self, key: &str) -> Option<Table<'t>> {
        let table = self.table.get(key)?.get_ref().as_table()?;
        Some(Table { source: self.source, table })
    }

    /// The keys.
    pub(super) fn keys(self) -> impl Iterator<Item = Text<'t>> {
        self.table.keys().map(move |key| self.text(key.get_ref().as_ref(), key.span()))
    }

    /// The strings of an array.
    pub(super) fn strings(self, key: &str) -> Vec<Text<'t>> {
        let array = self.table.get(key).and_then(|value| value.get_ref().as_array());
        let values = array.into_iter().flatten();
        let texts = values.filter_map(|value| match value.get_ref() {
            DeValue::String(text) => Some(self.text(text.as_ref(), value.span())),
            _ => None,
        });
        texts.collect()
    }

    fn text(self, value: &'t str, span: Range<usize>) -> Text<'t> {
        let span = Span::new(span.start, span.end);
        Text { value, location: Location { source: self.source, span } }
    }
}
