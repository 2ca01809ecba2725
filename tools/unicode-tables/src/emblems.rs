//! Emoji and symbols that show letters, besides the letters in filled squares and circles.

/// `src/normalize/leet.rs` has their letters.
pub(crate) const ALL: &str = "©®✖✝❌❕❗➕⭕🆎🆑🆒🆓🆔🆕🆖🆗🆘🆙🆚💲🔟";
