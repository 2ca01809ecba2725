//! A punycode decoder for internationalized labels (RFC 3492).

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;

/// The most characters of a label (RFC 1035, section 2.3.4).
const MAX_LABEL: usize = 63;

/// Decodes a label that begins with `xn--`. Returns `None` if it is invalid or encodes only ASCII,
/// which no genuine label does.
pub(super) fn decode(label: &str) -> Option<String> {
    let encoded = label.strip_prefix("xn--").filter(|text| text.len() <= MAX_LABEL)?;
    let (basic, extended) = encoded.rsplit_once('-').unwrap_or(("", encoded));
    if !encoded.is_ascii() || extended.is_empty() {
        return None;
    }
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut bias, mut at) = (INITIAL_N, INITIAL_BIAS, 0u32);
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let (before, mut weight) = (at, 1u32);
        for k in (BASE..).step_by(BASE as usize) {
            let digit = digit(digits.next()?)?;
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
        }
        let length = out.len() as u32 + 1;
        bias = adapt(at - before, length, before == 0);
        n = n.checked_add(at / length)?;
        at %= length;
        out.insert(at as usize, char::from_u32(n)?);
        at += 1;
    }
    Some(out.into_iter().collect())
}

fn digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(BASE).map(|digit| match byte {
        b'0'..=b'9' => digit + 26,
        _ => digit - 10,
    })
}

fn adapt(delta: u32, length: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of RFC 3492, section 7.1, and existing hosts.
    #[test]
    fn labels_are_decoded() {
        for (label, text) in [
            ("xn--mnchen-3ya", Some("münchen")),
            ("xn--e1afmkfd", Some("пример")),
            ("xn--twtch-o2e", Some("twіtch")),
            ("xn--ihqwcrb4cv8a8dqg056pqjye", Some("他们为什么不说中文")),
            ("xn--egbpdaj6bu4bxfgehfvwxn", Some("ليهمابتكلموشعربي؟")),
            ("xn--ls8h", Some("💩")),
            // Code points far apart, so that the bias changes by more than one round.
            ("xn--i1a52hi1mqo3e9nya", Some("中文กسй")),
            ("xn--fiq228cck6i3byi", Some("中文𐐷🎉")),
            ("xn--fac-9la353bhv1nwxxae108d", Some("国й😀本éfac")),
            ("münchen", None),
            ("xn--", None),
            ("xn--twitch-", None),
            ("xn--99999999999", None),
            ("xn--ü", None),
        ] {
            assert_eq!(decode(label).as_deref(), text, "{label}");
        }
    }

    #[test]
    fn nothing_panics() {
        for a in 0..=255u8 {
            for b in 0..=255u8 {
                let label = format!("xn--{}{}9z", char::from(a), char::from(b));
                decode(&label);
            }
        }
    }
}
