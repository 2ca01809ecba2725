//! The symbols of lists as keyboards for Chinese and Japanese write them: `＊gloober＊`, `！gloober`,
//! `＃ comment`, `gloober ＠plain`. Only those of ASCII have a meaning in lists.

use super::finding::{Finding, Fix, Kind, letters};

pub(super) fn find(raw: &str) -> Option<Finding> {
    let first = raw.chars().next()?;
    let rest = raw[first.len_utf8()..].trim_start();
    let span = 0..first.len_utf8();
    let message =
        |wide: char, plain: char| format!("`{wide}` is not `{plain}`, and has no meaning here");
    match first {
        '＃' if letters(rest) > 0 => {
            return Some(Finding::new(span, message('＃', '#')).fix(Fix::comment(rest)));
        }
        '！' if rest.starts_with(char::is_alphanumeric) => {
            let finding = Finding::new(span, message('！', '!')).keep("！");
            return Some(finding.fix(Fix::new(Kind::Exception, rest)));
        }
        '＞' if rest.starts_with(char::is_alphabetic) => {
            let plain = rest.replace('：', ": ");
            return Some(
                Finding::new(span, message('＞', '>'))
                    .advice(format!("write the test as `> {plain}`")),
            );
        }
        _ => {}
    }
    if let Some(at) = raw.find(" ＠").filter(|&at| letters(&raw[..at]) > 0) {
        let flags = raw[at..].trim_start().replacen('＠', "@", 1);
        let finding = Finding::new(at + 1..at + 1 + '＠'.len_utf8(), message('＠', '@'));
        return Some(finding.fix(Fix::entry(&raw[..at]).flags(&flags)));
    }
    let word = raw.trim_start_matches('＊');
    let inner = word.trim_end_matches(['＊', '＋']);
    let is_word =
        inner.starts_with(char::is_alphanumeric) && inner.ends_with(char::is_alphanumeric);
    let (wide, plain) = if raw.contains('＊') { ('＊', '*') } else { ('＋', '+') };
    (is_word && inner.len() < raw.len() && letters(inner) > 1).then(|| {
        let at = raw.find(wide).unwrap_or_default();
        let fixed = raw.replace('＊', "*").replace('＋', "+");
        Finding::new(at..at + wide.len_utf8(), message(wide, plain))
            .keep(&wide.to_string())
            .entry(&fixed)
    })
}
