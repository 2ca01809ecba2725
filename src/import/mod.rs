//! Converts word lists of other systems: to a list and a rule of this one, and a report of what
//! changed its meaning.
//!
//! ```text
//! File ──detect──▶ Format ──read──▶ Drafts ──verify──▶ ImportedRules
//!                                     └──────────────▶ Items (the report)
//! ```
//!
//! One file per format reads the entries of that system, and gives each an [`Item`]: what is
//! written for it, and whether that matches the same messages, more, or fewer. `verify` then
//! compiles the result. A pattern that the engine refuses and an entry that does not match its own
//! text are left out.

mod cuss;
mod detect;
mod discord;
mod discourse;
mod draft;
mod dsojevic;
mod entry;
mod item;
mod lines;
mod literal;
mod mattermost;
mod nightbot;
mod output;
mod surge;
mod table;
mod twitch;
mod verify;
mod youtube;

use std::cell::OnceCell;
use std::fmt;

use jiff::civil::Date;

pub use self::item::{Item, Kind};
pub use self::output::{ImportedRule, append_rules};

use self::draft::Draft;
use self::literal::Node;
use crate::encoding::{foreign_format, to_utf8};
use crate::language::Language;

/// The system that a file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rules of Discord's AutoMod, as its API returns them.
    Discord,
    /// Blocked terms of Twitch, as its API returns them, or one term per line.
    Twitch,
    /// The blacklist of Nightbot, as its API returns it, or one phrase per line.
    Nightbot,
    /// The watched words of Discourse for one action.
    Discourse,
    /// The blocked words of YouTube Studio: one text with commas.
    Youtube,
    /// The settings of Mattermost's profanity filter, or its list of words.
    Mattermost,
    /// `dsojevic/profanity-list`, as it is published or as its source.
    Dsojevic,
    /// `surge-ai/profanity`.
    Surge,
    /// `words/cuss`, as JavaScript or JSON.
    Cuss,
    /// A table of which one column has words.
    Csv,
    /// One word or phrase per line, or a JSON array of them.
    Lines,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 11] = [
        Format::Discord,
        Format::Twitch,
        Format::Nightbot,
        Format::Discourse,
        Format::Youtube,
        Format::Mattermost,
        Format::Dsojevic,
        Format::Surge,
        Format::Cuss,
        Format::Csv,
        Format::Lines,
    ];

    /// Returns the name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Discord => "discord",
            Format::Twitch => "twitch",
            Format::Nightbot => "nightbot",
            Format::Discourse => "discourse",
            Format::Youtube => "youtube",
            Format::Mattermost => "mattermost",
            Format::Dsojevic => "dsojevic",
            Format::Surge => "surge",
            Format::Cuss => "cuss",
            Format::Csv => "csv",
            Format::Lines => "lines",
        }
    }

    /// Returns the format with this name.
    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Returns what the file is, as a noun.
    pub fn describe(self) -> &'static str {
        match self {
            Format::Discord => "Discord AutoMod rules",
            Format::Twitch => "Twitch blocked terms",
            Format::Nightbot => "Nightbot blacklist",
            Format::Discourse => "Discourse watched words",
            Format::Youtube => "YouTube blocked words",
            Format::Mattermost => "Mattermost profanity filter",
            Format::Dsojevic => "dsojevic/profanity-list",
            Format::Surge => "surge-ai/profanity",
            Format::Cuss => "words/cuss",
            Format::Csv => "CSV",
            Format::Lines => "one entry per line",
        }
    }

    /// Returns the license of a published list.
    fn license(self) -> Option<&'static str> {
        match self {
            Format::Dsojevic => Some("MIT, https://github.com/dsojevic/profanity-list"),
            Format::Surge => Some("MIT, https://github.com/surge-ai/profanity"),
            Format::Cuss => Some("MIT, https://github.com/words/cuss"),
            _ => None,
        }
    }

    /// Whether its entries have a severity.
    fn has_severity(self) -> bool {
        matches!(self, Format::Dsojevic | Format::Surge | Format::Cuss)
    }
}

/// What the rules are to do, instead of what the system does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionName {
    /// The message is not delivered.
    Deny,
    /// The match is masked.
    Mask,
    /// The match is replaced by `[removed]`.
    Replace,
    /// The message gets an attribute.
    Tag,
}

/// Options of an import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The format of the files; detected by default.
    pub format: Option<Format>,
    /// Whether entries match inside longer words.
    pub partial: bool,
    /// Whether entries are regular expressions.
    pub regex: bool,
    /// Entries below this severity are left out.
    pub min_severity: Option<f64>,
    /// The column of a table, by name or by number from 1.
    pub column: Option<String>,
    /// The language of the entries.
    pub language: Option<Language>,
    /// The action of the rules.
    pub action: Option<ActionName>,
    /// The day of the import, for the header and for entries that have expired.
    pub today: Date,
}

/// A file to import.
#[derive(Clone, Debug)]
pub struct File {
    /// The name without folders. Some systems write an action or a language into it.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// The result of an import.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The format of each file.
    pub formats: Vec<Format>,
    /// The rules with their lists.
    pub rules: Vec<ImportedRule>,
    /// One item for each entry of each file, in order.
    pub items: Vec<Item>,
}

impl Import {
    /// Returns the number of items of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.items.iter().filter(|item| item.kind == kind).count()
    }
}

/// Why a file cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// The index of the file.
    pub file: usize,
    /// The line, from 1; 0 if it concerns the whole file.
    pub line: usize,
    /// What is wrong, and how to fix it.
    pub message: String,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ImportError {}

/// What is wrong at a line of a file.
type Problem = (usize, String);

/// Converts files to rules.
///
/// # Errors
/// The first file that cannot be read in its format. Invalid entries are no errors: they are left
/// out, and reported as items.
pub fn import(files: &[File], options: &Options) -> Result<Import, ImportError> {
    let mut result = Import::default();
    let mut drafts: Vec<Draft> = Vec::new();
    for (file, File { name, bytes }) in files.iter().enumerate() {
        let error = |(line, message)| ImportError { file, line, message };
        let mut bytes = bytes.clone();
        let text = text(&mut bytes).map_err(error)?;
        let source = Source::new(name, text, options);
        let (format, read) = source.read().map_err(error)?;
        result.formats.push(format);
        for mut draft in read {
            draft.apply(format, name, options);
            draft.items.iter_mut().for_each(|item| item.file = file);
            match drafts.iter_mut().find(|it| it.is_same_rule(&draft)) {
                Some(same) => same.append(draft),
                None => drafts.push(draft),
            }
        }
    }
    for draft in &mut drafts {
        draft.remove_duplicates();
    }
    verify::verify(&mut drafts, options.today);
    result.rules = drafts.iter().filter_map(|it| ImportedRule::new(it, options.today)).collect();
    result.items = drafts.into_iter().flat_map(|draft| draft.items).collect();
    result.items.sort_by_key(|item| (item.file, item.line));
    Ok(result)
}

/// Returns the text of a file, without a byte order mark. An empty file is a problem.
fn text(bytes: &mut Vec<u8>) -> Result<&str, Problem> {
    to_utf8(bytes);
    if let Some(format) = foreign_format(bytes) {
        return Err((0, format!("this is {}; {}", format.what, format.help)));
    }
    let text = str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        (line, "invalid UTF-8; save the file again with the encoding UTF-8".to_owned())
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match text.trim().is_empty() {
        true => Err((0, "the file is empty".to_owned())),
        false => Ok(text),
    }
}

/// One file as its format reads it.
struct Source<'s> {
    name: &'s str,
    text: &'s str,
    options: &'s Options,
    /// The offsets of line feeds.
    breaks: Vec<usize>,
    values: OnceCell<Result<Vec<Node>, literal::Error>>,
}

impl<'s> Source<'s> {
    fn new(name: &'s str, text: &'s str, options: &'s Options) -> Source<'s> {
        let breaks = text.match_indices('\n').map(|(at, _)| at).collect();
        Source { name, text, options, breaks, values: OnceCell::new() }
    }

    /// Returns the line of an offset, from 1.
    fn line(&self, offset: usize) -> usize {
        self.breaks.partition_point(|&at| at < offset) + 1
    }

    /// Returns the lines with their numbers, without line ends.
    fn lines(&self) -> impl Iterator<Item = (usize, &'s str)> {
        self.text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()))
    }

    /// The values of a JSON or JavaScript file.
    fn values(&self) -> Result<&[Node], &literal::Error> {
        self.values.get_or_init(|| literal::parse(self.text)).as_deref()
    }

    /// The name without its extension.
    fn stem(&self) -> &'s str {
        self.name.split_once('.').map_or(self.name, |(stem, _)| stem)
    }

    /// The language that the name of the file is, such as `pt.json`.
    fn language_of_name(&self) -> Option<Language> {
        let is_tag = self.stem().len() <= 3 || self.stem().contains('-');
        Language::from_tag(self.stem()).filter(|_| is_tag)
    }

    fn read(&self) -> Result<(Format, Vec<Draft>), Problem> {
        let format = match self.options.format {
            Some(format) => format,
            None => detect::detect(self)?,
        };
        if self.options.min_severity.is_some() && !format.has_severity() {
            let message = format!("--min-severity: {} has no severity", format.describe());
            return Err((0, message));
        }
        let is_table = matches!(format, Format::Csv | Format::Twitch);
        if self.options.column.is_some() && !is_table {
            return Err((0, format!("--column: {} has no columns", format.describe())));
        }
        let drafts = match format {
            Format::Discord => discord::read(self),
            Format::Twitch => twitch::read(self),
            Format::Nightbot => nightbot::read(self),
            Format::Discourse => discourse::read(self),
            Format::Youtube => youtube::read(self),
            Format::Mattermost => mattermost::read(self),
            Format::Dsojevic => dsojevic::read(self),
            Format::Surge => surge::read(self),
            Format::Cuss => cuss::read(self),
            Format::Csv => lines::read_table(self),
            Format::Lines => lines::read(self),
        }?;
        Ok((format, drafts))
    }

    /// The values of a file that must be JSON.
    fn json(&self) -> Result<&[Node], Problem> {
        self.values()
            .map_err(|error| (self.line(error.offset), format!("invalid JSON: {}", error.message)))
    }
}
