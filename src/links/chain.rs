//! Chains of labels and separators, and the host in them: [`Chain`].

use super::authority;
use super::chars::is_in_label;
use super::label::{Label, LabelPosition};
use super::separator::{Separator, skip_spaces};
use super::tld::Tld;
use crate::normalize::is_dot;
use crate::span::Span;

/// Consecutive labels with separators between them.
pub(super) struct Chain {
    /// The host in it, if any.
    pub(super) host: Option<BareHost>,
    /// The position after it.
    pub(super) end: usize,
}

/// A host without a scheme.
#[derive(Clone, Copy)]
pub(super) struct BareHost {
    pub(super) span: Span,
    /// Whether it can hardly be anything else.
    pub(super) is_certain: bool,
    /// Whether its dots are words, so that slashes may be words too.
    pub(super) is_spelled_out: bool,
    /// Whether a path follows.
    pub(super) has_path: bool,
}

/// Words before a spaced dot that are not hosts, in text about top-level domains: `the dot com
/// bubble`, `play .io games`.
#[rustfmt::skip]
const NEVER_HOSTS: [&str; 52] = [
    "a", "about", "all", "an", "and", "any", "are", "as", "asp", "at", "buy", "by", "c",
    "domain", "every", "first", "for", "from", "get", "have", "her", "his", "in", "is", "its",
    "learn", "like", "love", "microsoft", "my", "new", "no", "not", "of", "old", "on", "only",
    "or", "our", "own", "play", "some", "that", "the", "their", "this", "to", "use", "using",
    "vb", "with", "your",
];

/// Words after such a top-level domain that have the same effect.
const ABOUT_DOMAINS: [&str; 7] = ["boom", "bubble", "bust", "company", "companies", "crash", "era"];

/// Words before a word for a dot in another language that are not hosts: `el punto com`.
#[rustfmt::skip]
const NEVER_HOSTS_FOREIGN: [&str; 49] = [
    "al", "au", "cada", "ce", "cet", "com", "das", "de", "del", "dem", "den", "der", "deste",
    "di", "dieser", "do", "du", "ein", "einem", "einen", "el", "em", "en", "esse", "este", "good",
    "il", "jeder", "le", "mon", "no", "o", "on", "que", "quel", "this", "um", "un", "und", "une",
    "what", "за", "каждая", "моя", "наша", "одна", "та", "эта", "это",
];

/// Top-level domains that are also among the commonest words of languages with Latin letters.
const FIRST_WORDS: [&str; 4] = ["ai", "co", "de", "io"];

/// Words after which these rather begin another sentence: `gracias.de nada`.
#[rustfmt::skip]
const LAST_WORDS: [&str; 30] = [
    "bene", "bien", "bom", "bra", "certo", "danke", "gracias", "grazie", "haha", "hej", "hola", "ja",
    "jaja", "kk", "lol", "merci", "nie", "no", "nossa", "obrigada", "obrigado", "ok", "okay", "oui",
    "perfekt", "si", "sim", "tak", "vale", "yes",
];

/// The top-level domains of hosts in scripts without spaces, which need no other indication.
const UNSPACED: [&str; 9] = ["com", "net", "org", "jp", "cn", "tw", "hk", "th", "kr"];

/// Software whose name looks like a host: `asp.net`.
const SOFTWARE: [&str; 3] = ["ado", "asp", "vb"];

impl Chain {
    /// Reads the chain that begins with `first`, in time linear in it.
    pub(super) fn read(text: &str, first: Label) -> Chain {
        let mut reader = ChainReader {
            text,
            start: first.start,
            run: first.start,
            last: first,
            has_latin: first.has_latin,
            is_www: first.is(text, "www"),
            is_bracketed: false,
            host: None,
            is_kept: false,
        };
        let mut before = None;
        while let Some((separator, next)) = Separator::at(text, reader.last.next) {
            // Unlike the separators so far, this one may end a sentence.
            let is_other = separator.is_loose() && before != Some(separator);
            if is_other && reader.host.is_some_and(|host| host.is_certain) {
                break;
            }
            let Some(label) = Label::read(text, next, LabelPosition::Later) else { break };
            if !reader.add(separator, label) {
                break;
            }
            before = Some(separator);
        }
        reader.finish()
    }

    /// Reads the host of an authority, which may end in any label. Returns its end.
    pub(super) fn read_authority(text: &str, first: Label) -> usize {
        let mut last = first;
        while let Some((separator, next)) = Separator::at(text, last.next) {
            let Some(label) = Label::read(text, next, LabelPosition::Authority) else { break };
            let is_tld = || Tld::of(text, label, last.has_latin) >= Some(Tld::Unambiguous);
            let is_joined = match separator {
                Separator::Dot | Separator::Bracketed | Separator::Quoted => true,
                Separator::Right => Tld::may_follow_full_stop(text, label),
                _ => is_tld() && !is_never_host(text, last),
            };
            if !is_joined {
                break;
            }
            last = label;
        }
        last.end
    }
}

struct ChainReader<'t> {
    text: &'t str,
    start: usize,
    /// The start of the last labels without spaces between them.
    run: usize,
    last: Label,
    has_latin: bool,
    is_www: bool,
    is_bracketed: bool,
    host: Option<BareHost>,
    /// Whether the host is kept if a label follows that is not a top-level domain.
    is_kept: bool,
}

impl ChainReader<'_> {
    /// Adds a label. Returns false if it is not part of the host.
    fn add(&mut self, separator: Separator, label: Label) -> bool {
        let (text, before) = (self.text, self.last);
        if separator == Separator::Dot
            && before.has_unspaced
            && !self.text[before.end..].starts_with('.')
        {
            // The full stop of a Chinese or Japanese sentence.
            return false;
        }
        let is_never_host = match separator {
            Separator::Word | Separator::Spaced | Separator::Left => is_never_host(text, before),
            Separator::ForeignWord(_) => {
                let is_foreign = NEVER_HOSTS_FOREIGN.iter().any(|word| before.is(text, word));
                is_never_host(text, before) || (is_foreign && self.host.is_none())
            }
            _ => false,
        };
        if is_never_host {
            return false;
        }
        let tld = Tld::of(text, label, self.has_latin);
        let has_path = authority::is_path(text, label.end)
            || (separator.is_word() && authority::is_spelled_out_path(text, label.end));
        let is_tld = |least| tld >= Some(least) || (tld.is_some() && has_path);
        let is_certain = match separator {
            Separator::Dot => {
                self.is_www || self.is_bracketed || has_path || self.is_plain(tld, before, label)
            }
            Separator::Bracketed => tld.is_some(),
            Separator::Quoted => is_tld(Tld::Unambiguous),
            Separator::Word => is_tld(Tld::Unambiguous) && !is_about_domains(text, label),
            Separator::ForeignWord(word) => {
                let is_weak = label.is(text, word.word_after)
                    && !has_path
                    && !ends_sentence(text, label)
                    && !matches!(Separator::at(text, label.next), Some((next, _)) if next == separator);
                let is_own = tld.is_some() && word.own.iter().any(|own| label.is_lower(text, own));
                (is_tld(Tld::Common) || is_own) && !is_weak
            }
            Separator::Spaced => is_tld(Tld::Common),
            Separator::Left if is_tld(Tld::Common) => true,
            Separator::Right
                if Tld::may_follow_full_stop(text, label)
                    && (has_path
                        || ends_sentence(text, label)
                        || text[before.end..label.start].contains('\n')
                            && !label.is_capitalized(text)
                            && !label.is(text, "net")) =>
            {
                true
            }
            Separator::Left | Separator::Right => return false,
        };
        self.is_bracketed |= matches!(separator, Separator::Bracketed | Separator::Quoted);
        self.has_latin |= label.has_latin;
        self.last = label;
        if separator.is_loose() {
            self.run = label.start;
        }
        let is_host = tld.is_some() && (is_certain || separator == Separator::Dot);
        if is_host {
            let start = if separator.is_loose() { self.start } else { self.run };
            let was_certain = self.host.is_some_and(|host| host.is_certain);
            self.host = Some(BareHost {
                span: Span::new(start, label.end),
                is_certain: is_certain || was_certain,
                is_spelled_out: separator.is_word(),
                has_path,
            });
            let is_common = tld == Some(Tld::Common) && !label.is_capitalized(text);
            self.is_kept |=
                self.is_www || self.is_bracketed || separator != Separator::Dot || is_common;
        }
        true
    }

    /// Whether `label` makes a host certain without any other indication than its top-level domain.
    fn is_plain(&self, tld: Option<Tld>, before: Label, label: Label) -> bool {
        let is_named = before.is_long && before.has_letter;
        match tld {
            // A word of a language with its own script is often a top-level domain as well, unless
            // only two letters: `рф`.
            Some(Tld::Unambiguous) if label.is_foreign_word(self.text) => {
                is_named && !label.is_capitalized(self.text) && ends_sentence(self.text, label)
            }
            _ if before.has_unspaced => {
                // `日本語.jp`, but not `我来了.com是什么`.
                let ends = !self.text[label.next..].starts_with(is_in_label);
                ends && before.is_long && UNSPACED.iter().any(|tld| label.is(self.text, tld))
            }
            Some(Tld::Common) => {
                let is_software = SOFTWARE.iter().any(|name| before.is(self.text, name));
                !(is_software && label.is(self.text, "net"))
            }
            Some(Tld::Unambiguous) => {
                is_named
                    && !label.is_capitalized(self.text)
                    && !begins_sentence(self.text, before, label)
            }
            _ => false,
        }
    }

    fn finish(self) -> Chain {
        let end = self.last.next;
        let host = self.host.map(|host| {
            // `java.io.File` and `System.Net.Http` are not hosts.
            let is_whole = host.span.end == self.last.end;
            BareHost { is_certain: host.is_certain && (is_whole || self.is_kept), ..host }
        });
        Chain { host, end }
    }
}

/// Whether a label is a word that is not a host before a spaced dot.
fn is_never_host(text: &str, label: Label) -> bool {
    NEVER_HOSTS.iter().any(|word| label.is(text, word))
}

/// Whether a top-level domain after a dot is rather the first word of another sentence.
fn begins_sentence(text: &str, before: Label, label: Label) -> bool {
    let is = |words: &[&str], label: Label| words.iter().any(|word| label.is(text, word));
    let after = || text[label.end..].strip_prefix(' ');
    is(&FIRST_WORDS, label)
        && is(&LAST_WORDS, before)
        && after().is_some_and(|after| after.starts_with(char::is_lowercase))
}

/// Whether the word after a spelled-out top-level domain shows that the text is about domains.
fn is_about_domains(text: &str, label: Label) -> bool {
    let after = skip_spaces(text, label.end);
    Label::read(text, after, LabelPosition::Later)
        .is_some_and(|next| ABOUT_DOMAINS.iter().any(|word| next.is(text, word)))
}

/// Whether a label is the last word of its sentence.
fn ends_sentence(text: &str, label: Label) -> bool {
    let after = skip_spaces(text, label.end);
    let next = text[after..].chars().next();
    after == text.len() || next.is_some_and(|c| !is_in_label(c) && !c.is_whitespace() && c != '@')
}

/// Whether the local part and `@` of an e-mail address precede a byte.
pub(super) fn follows_email_at(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let Some(local) = before.strip_suffix('@') else {
        let start = before.floor_char_boundary(before.len().saturating_sub(6));
        let before = before[start..].trim_end();
        return ["(at)", "[at]", "{at}"].iter().any(|word| {
            before
                .len()
                .checked_sub(word.len())
                .and_then(|at| before.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(word))
        });
    };
    local.chars().next_back().is_some_and(|c| is_in_label(c) || is_local_part_char(c) || c == '"')
}

/// Whether a local part continues at a byte, up to the `@` of an e-mail address:
/// `first.last+chat@example.com`.
pub(super) fn precedes_email_host(text: &str, at: usize) -> bool {
    /// In bytes (RFC 5321).
    const MAX_LOCAL: usize = 64;
    let mut rest = text[at..].char_indices();
    let end = rest.find(|&(at, c)| at >= MAX_LOCAL || !(is_in_label(c) || is_local_part_char(c)));
    end.is_some_and(|(end, c)| {
        c == '@' && text[at + end + 1..].chars().next().is_some_and(is_in_label)
    })
}

fn is_local_part_char(c: char) -> bool {
    is_dot(c) || matches!(c, '+' | '-' | '_' | '%')
}
