//! Reads messages from a column of a table: [`Columns`].
//!
//! A table is CSV with a header, separated by commas, semicolons or tabs. Values in quotes may have line
//! breaks (RFC 4180).

use std::io::{self, Read};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::recording::{Head, MAX_PIECE, Part, Piece, ReadError};
use ivs_chat_review::stats::Label;
use ivs_chat_review::table::{Row, Table, TableError};

/// The columns of interest, by their names in the header.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) text: String,
    pub(crate) label: Option<LabelColumn>,
}

/// The column that says whether a message is harmful.
#[derive(Clone, Debug)]
pub(crate) struct LabelColumn {
    pub(crate) name: String,
    /// Its values for harmful messages. All others are harmless.
    pub(crate) harmful: Vec<String>,
}

impl Columns {
    /// Passes each row to `visit`, until it returns `false`. Returns whether the table was read to the
    /// end. A row without one of the columns is unreadable.
    pub(super) fn read(
        &self,
        input: impl Read,
        mut visit: impl FnMut(Part<'_>, Option<Label>) -> bool,
    ) -> Result<bool, ReadError> {
        let mut table = Table::new(input, MAX_PIECE)?;
        let header = table.next_row().map_err(read_error)?;
        let position = |wanted: &str| {
            let mut names = header.iter().flat_map(Row::cells);
            let found = names.position(|name| name.trim_ascii() == wanted.as_bytes());
            // A table without a header has a message in the first row, so that is not quoted.
            found.ok_or_else(|| {
                let message = format!("no column `{}` in the first row", display_safe(wanted));
                ReadError::Io(io::Error::new(io::ErrorKind::NotFound, message))
            })
        };
        let text = position(&self.text)?;
        let label =
            self.label.as_ref().map(|label| Ok::<_, ReadError>((position(&label.name)?, label)));
        let label = label.transpose()?;
        let head = Head::default();
        while let Some(row) = table.next_row().map_err(read_error)? {
            let label = label.map(|(column, label)| {
                let value = row.cell(column)?.trim_ascii();
                let is_harmful = label.harmful.iter().any(|harmful| harmful.as_bytes() == value);
                Some(if is_harmful { Label::Harmful } else { Label::Harmless })
            });
            let (piece, label) = match (row.cell(text), label) {
                (Some(text), None) => (Piece::Text(text), None),
                (Some(text), Some(Some(label))) => (Piece::Text(text), Some(label)),
                _ => (Piece::Unreadable, None),
            };
            if !visit(Part { piece, head: &head, line: row.line }, label) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A quote that is not closed is damage of the table.
fn read_error(error: TableError) -> ReadError {
    ReadError::Io(match error {
        TableError::Io(error) => error,
        error => io::Error::new(io::ErrorKind::InvalidData, error),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(table: &[u8], columns: &Columns) -> Result<Vec<String>, String> {
        let mut rows = Vec::new();
        let result = columns.read(table, |part, label| {
            rows.push(match part.piece {
                Piece::Text(text) => {
                    format!("{} {} {label:?}", part.line, String::from_utf8_lossy(text))
                }
                other => format!("{} {other:?}", part.line),
            });
            true
        });
        result.map(|_| rows).map_err(|error| error.to_string())
    }

    fn columns(label: Option<&str>) -> Columns {
        let label = label.map(|name| LabelColumn {
            name: name.to_owned(),
            harmful: vec!["1".to_owned(), "2".to_owned()],
        });
        Columns { text: "text".to_owned(), label }
    }

    #[test]
    fn a_column_of_any_table_is_read() {
        for (table, label, expected) in [
            ("text\nhello\n", None, &["2 hello None"][..]),
            ("id,text\r\n1,\"a, \"\"b\"\"\nc\"\r\n2,d", None, &["2 a, \"b\"\nc None", "4 d None"]),
            ("\u{FEFF}text;id\na,b;1\n", None, &["2 a,b None"]),
            ("id\ttext\n1\ta;b, c\n", None, &["2 a;b, c None"]),
            (
                "id, text ,class\n1,a,1\n2,b,0\n3,c,2\n4\n5,d\n",
                Some("class"),
                &[
                    "2 a Some(Harmful)",
                    "3 b Some(Harmless)",
                    "4 c Some(Harmful)",
                    "5 Unreadable",
                    "6 Unreadable",
                ],
            ),
            ("text\n", None, &[]),
        ] {
            let rows = rows(table.as_bytes(), &columns(label));
            assert_eq!(rows.expect("a table"), expected, "{table}");
        }
    }

    #[test]
    fn a_missing_column_is_an_error_without_text() {
        for (table, label, missing) in [
            ("secret,x\n", None, "text"),
            ("", None, "text"),
            ("Text\na", None, "text"),
            ("text\na", Some("x"), "x"),
        ] {
            let error = rows(table.as_bytes(), &columns(label)).expect_err("it is missing");
            assert_eq!(error, format!("no column `{missing}` in the first row"), "{table}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn rows_are_read_as_they_were_written(
            texts in prop::collection::vec("[ -~é\n\r\"]{0,12}", 0..8),
            delimiter in prop::sample::select(&b",;\t"[..]),
        ) {
            let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
            table.write_record(["id", "text", "class"]).expect("memory can be written");
            for text in &texts {
                table.write_record(["1", text, "2"]).expect("memory can be written");
            }
            let table = table.into_inner().expect("memory can be written");
            let mut read = Vec::new();
            let end = columns(Some("class")).read(&table[..], |part, label| {
                assert_eq!(label, Some(Label::Harmful));
                let Piece::Text(text) = part.piece else { panic!("{:?}", part.piece) };
                read.push(String::from_utf8_lossy(text).into_owned());
                true
            });
            prop_assert!(end.expect("a table"));
            prop_assert_eq!(read, texts);
        }

        #[test]
        fn any_bytes_are_read_or_refused(
            bytes in prop::collection::vec(prop::sample::select(&b"text,;\t\"\n\r\xFF"[..]), 0..60),
        ) {
            let _ = rows(&[b"text,\n", &bytes[..]].concat(), &columns(None));
            let _ = rows(&bytes, &columns(None));
        }
    }
}
