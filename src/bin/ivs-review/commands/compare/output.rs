//! Prints a comparison as text, JSON or Markdown.

use std::io::Write;

use ivs_chat_review::compare::{CLASSES, Class, LEVELS, RuleTally};
use ivs_chat_review::display::display_safe;
use serde_json::{Map, Value, json};

use super::super::selection::left_out;
use super::super::table;
use super::handler_log::HandlerLog;
use super::{Run, percentage};
use crate::cli::{CompareArgs, CompareFormat};
use crate::terminal::{count, json_line, shortened, underlined};

/// What a recording cannot show.
const LIMITS: &str = "IVS Chat logs messages as they were delivered: denied messages are missing, and \
    masked words stay masked.\nSo all newly caught messages are counted, but not all that are no longer caught.";

pub(super) fn print(args: &CompareArgs, run: &Run) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    match args.format {
        CompareFormat::Json => writeln!(out, "{}", json_line(&json(run))?)?,
        CompareFormat::Text => text(args, run, &mut out)?,
        CompareFormat::Markdown => markdown(args, run, &mut out)?,
    }
    out.flush()?;
    Ok(())
}

/// The rules with changes, sorted by their number, and the others by ID.
fn sorted(run: &Run) -> Vec<(&String, &RuleTally)> {
    let mut rules: Vec<_> = run.tally.rules.iter().collect();
    rules.sort_by_key(|(_, rule)| std::cmp::Reverse(rule.changes()));
    rules
}

fn json(run: &Run) -> Value {
    let Run { tally, counts, filtered, samples, .. } = run;
    let classes = |counts: &[u64; CLASSES.len()]| -> Value {
        let classes =
            CLASSES.iter().map(|&it| (it.as_str().to_owned(), counts[it as usize].into()));
        Value::Object(classes.collect())
    };
    let changed = |counts: &[u64; CLASSES.len()]| {
        let mut classes = classes(counts);
        classes.as_object_mut().into_iter().for_each(|it| it.retain(|_, count| *count != 0));
        classes
    };
    let row = |counts: &[u64; LEVELS.len()]| -> Value {
        let levels = LEVELS.iter().map(|&(it, name)| (name.to_owned(), counts[it as usize].into()));
        Value::Object(levels.collect())
    };
    let verdicts: Map<String, Value> = LEVELS
        .iter()
        .map(|&(it, name)| (name.to_owned(), row(&tally.verdicts[it as usize])))
        .collect();
    let rules: Vec<Value> = sorted(run)
        .into_iter()
        .map(|(id, rule)| {
            let entries = rule.entries.iter();
            let entries: Vec<Value> = entries
                .map(|(entry, counts)| json!({"entry": entry, "classes": changed(counts)}))
                .collect();
            json!({
                "id": id,
                "before": rule.before,
                "after": rule.after,
                "classes": classes(&rule.classes),
                "entries": entries,
            })
        })
        .collect();
    let mut object = json!({
        "messages": tally.messages(),
        "skipped": counts.events + counts.unreadable + filtered,
        "duplicates": counts.duplicates,
        "events": counts.events,
        "unreadable": counts.unreadable,
        "filtered": filtered,
        "verdicts": verdicts,
        "classes": classes(&tally.classes),
        "rules": rules,
    });
    if let Some(log) = run.handler_log {
        object["handler_log"] = json!(log);
    }
    let ids: Map<String, Value> =
        run.ids.iter().map(|(class, ids)| (class.as_str().to_owned(), ids.into())).collect();
    if !ids.is_empty() {
        object["ids"] = ids.into();
    }
    if !samples.is_empty() {
        let samples: Vec<Value> = samples
            .iter()
            .flat_map(|(cause, class, texts)| {
                texts.into_iter().map(move |(text, count, _)| {
                    json!({
                        "rule": cause.rule,
                        "entry": cause.entry,
                        "class": class.as_str(),
                        "messages": count,
                        "text": text,
                    })
                })
            })
            .collect();
        object["samples"] = samples.into();
    }
    object
}

/// Returns the names of the two rule sets; `None` for the sum of several runs.
fn names(args: &CompareArgs) -> Option<(String, String)> {
    let to = args.to.as_deref().unwrap_or(&args.folder.path).to_string_lossy();
    let names = (display_safe(&args.from).into_owned(), display_safe(&to).into_owned());
    args.merge.is_empty().then_some(names)
}

/// Returns what a recording cannot show, with numbers where the log of the handler has them.
fn limits(run: &Run) -> String {
    let numbers = run.handler_log.map_or(String::new(), |log| {
        let HandlerLog { denied, rewritten, unreadable } = log;
        let denied = count(denied, "message", "messages");
        let damage = match unreadable {
            0 => String::new(),
            parts => format!(", and {} that cannot be read", count(parts, "part", "parts")),
        };
        format!(
            "\nThe log of the handler has {denied} denied and {rewritten} rewritten or tagged{damage}."
        )
    });
    format!("{LIMITS}{numbers}")
}

/// Returns a class as prose: `newly caught`.
fn label(class: Class) -> String {
    class.as_str().replace('_', " ")
}

fn percent(count: u64, all: u64) -> String {
    format!("{:.2} %", percentage(count, all))
}

/// What was compared, in one sentence.
fn summary(run: &Run) -> String {
    let Run { tally, counts, filtered, .. } = run;
    let messages = tally.messages();
    let changes = tally.changes();
    let share = percent(changes, messages);
    let messages = count(messages, "message", "messages");
    format!("{messages}, {changes} changed ({share}){}", left_out(counts, *filtered))
}

fn class_rows(run: &Run) -> Vec<Vec<String>> {
    let all = run.tally.messages();
    let row =
        |count: u64, name: &str| vec![name.to_owned(), count.to_string(), percent(count, all)];
    CLASSES.iter().map(|&class| row(run.tally.classes[class as usize], &label(class))).collect()
}

fn verdict_rows(run: &Run) -> Vec<Vec<String>> {
    let row = |&(level, name): &(_, &str)| {
        let counts = run.tally.verdicts[level as usize];
        [name.to_owned()].into_iter().chain(counts.map(|count| count.to_string())).collect()
    };
    LEVELS.iter().map(row).collect()
}

/// Rows of rules and of their entries that change.
fn rule_rows(run: &Run) -> Vec<Vec<String>> {
    let shown = |counts: &[u64; CLASSES.len()]| -> String {
        let counts = CLASSES.iter().map(|&class| (class, counts[class as usize]));
        let counts = counts.filter(|&(_, count)| count > 0);
        counts
            .map(|(class, count)| format!("{} {count}", label(class)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut rows = Vec::new();
    for (id, rule) in sorted(run) {
        if rule.classes.iter().all(|&count| count == 0) {
            continue;
        }
        rows.push(vec![
            display_safe(id).into_owned(),
            String::new(),
            rule.before.to_string(),
            rule.after.to_string(),
            shown(&rule.classes),
        ]);
        for (entry, counts) in &rule.entries {
            rows.push(vec![
                String::new(),
                shortened(entry),
                String::new(),
                String::new(),
                shown(counts),
            ]);
        }
    }
    rows
}

/// The header and the rows of a table.
type Table = (&'static [&'static str], Vec<Vec<String>>);

/// The maximum number of rows of a table in Markdown.
const MAX_ROWS: usize = 200;

const RULE_HEAD: [&str; 5] = ["rule", "entry", "before", "after", "changes"];

/// Returns the tables that have rows.
fn tables(run: &Run) -> impl Iterator<Item = Table> {
    let tables: [Table; 3] = [
        (&["class", "messages", "share"], class_rows(run)),
        (&["before / after", "allow", "rewrite", "deny"], verdict_rows(run)),
        (&RULE_HEAD, rule_rows(run)),
    ];
    tables.into_iter().filter(|(_, rows)| !rows.is_empty())
}

fn text(args: &CompareArgs, run: &Run, out: &mut impl Write) -> anyhow::Result<()> {
    let names = match names(args) {
        Some((from, to)) => format!("{from} -> {to}"),
        None => count(args.merge.len() as u64, "file", "files"),
    };
    writeln!(out, "{names}: {}", summary(run))?;
    writeln!(out, "note: {}", limits(run))?;
    for (head, rows) in tables(run) {
        writeln!(out)?;
        table::write(out, head, &rows)?;
    }
    for (cause, class, texts) in run.samples.iter() {
        writeln!(out)?;
        let (rule, entry) = (display_safe(&cause.rule), display_safe(&cause.entry));
        writeln!(out, "{}, because of {entry} in rule {rule}:", label(class))?;
        for (text, count, spans) in texts {
            let (shown, underline) = underlined(text, spans);
            writeln!(out, "{count:>7}  {shown}")?;
            if !underline.is_empty() {
                writeln!(out, "         {underline}")?;
            }
        }
    }
    for (class, ids) in run.ids.iter() {
        writeln!(out)?;
        writeln!(out, "{}, message IDs:", label(class))?;
        for id in ids {
            writeln!(out, "{}", display_safe(id))?;
        }
    }
    Ok(())
}

fn markdown(args: &CompareArgs, run: &Run, out: &mut impl Write) -> anyhow::Result<()> {
    let title = names(args)
        .map_or("Rules".to_owned(), |(from, to)| format!("Rules: {} → {}", code(&from), code(&to)));
    writeln!(out, "### {title}\n\n{}\n", summary(run))?;
    for (head, rows) in tables(run) {
        writeln!(out, "| {} |", head.join(" | "))?;
        writeln!(out, "|{}", "---|".repeat(head.len()))?;
        // A comment on GitHub has at most 65,536 characters.
        for row in rows.iter().take(MAX_ROWS) {
            let cells = row.iter().enumerate().map(|(column, cell)| match column {
                0 | 1 if *head == RULE_HEAD => code(cell),
                _ => cell.clone(),
            });
            writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))?;
        }
        if let Some(more) = rows.len().checked_sub(MAX_ROWS).filter(|&more| more > 0) {
            writeln!(out, "\nand {}", count(more as u64, "more row", "more rows"))?;
        }
        writeln!(out)?;
    }
    if !run.samples.is_empty() {
        writeln!(out, "| class | rule | entry | messages | text |\n|---|---|---|---|---|")?;
        for (cause, class, texts) in run.samples.iter() {
            for (text, count, _) in texts {
                let (rule, entry) =
                    (code(&display_safe(&cause.rule)), code(&display_safe(&cause.entry)));
                let text = code(&display_safe(text));
                writeln!(out, "| {} | {rule} | {entry} | {count} | {text} |", label(class))?;
            }
        }
        writeln!(out)?;
    }
    for (class, ids) in run.ids.iter() {
        let ids: Vec<String> = ids.iter().map(|id| code(&display_safe(id))).collect();
        writeln!(out, "{}: {}\n", label(class), ids.join(" "))?;
    }
    writeln!(out, "{}", limits(run))?;
    Ok(())
}

/// Returns a text as inline code in a table: nothing in it is a link, a mention or a column.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '&' | '<' | '>' | '|' | '`' | '@' | '#' | '*' | '_' | '[' | ']' | '\\' | '~' | ':'
            | '$' => {
                format!("&#{};", u32::from(c))
            }
            c => c.to_string(),
        })
        .collect();
    format!("<code>{escaped}</code>")
}
