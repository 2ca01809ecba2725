//! The characters that are read as the dot of a host.

/// Letters and digits of other scripts that look like a dot. Between Latin letters they are read as
/// one.
pub(crate) const LETTER_DOTS: [char; 4] = ['٠', '۰', 'ꓸ', 'ꞏ'];

/// Whether a character is a dot of hosts, including the ideographic full stops, which resolvers
/// accept as well (UTS #46).
pub(crate) fn is_dot(c: char) -> bool {
    matches!(
        c,
        '.' | '。'
            | '·'
            | '•'
            | '∙'
            | '⋅'
            | '‧'
            | '・'
            | '۔'
            | '܁'
            | '܂'
            | 'ꓸ'
            | '●'
            | '◦'
            | '∘'
            | '⸱'
            | 'ꞏ'
    )
}
