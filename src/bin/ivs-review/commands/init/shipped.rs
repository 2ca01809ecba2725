//! The files that `init` writes: the shipped rules and the workflows.

/// A file: its path, and its text.
pub(super) type File = (&'static str, &'static str);

macro_rules! shipped {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../../../rules/", $path)))
    };
}

/// The shipped rules.
#[rustfmt::skip]
pub(super) const RULES: [File; 19] = [
    shipped!("lists/ableism.txt"),
    shipped!("lists/allow.txt"),
    shipped!("lists/doxing.txt"),
    shipped!("lists/ethnic-slurs.txt"),
    shipped!("lists/hate.txt"),
    shipped!("lists/homophobia.txt"),
    shipped!("lists/insults.txt"),
    shipped!("lists/mild.txt"),
    shipped!("lists/names.txt"),
    shipped!("lists/profanity.txt"),
    shipped!("lists/scams.txt"),
    shipped!("lists/self-harm.txt"),
    shipped!("lists/sexual-harassment.txt"),
    shipped!("lists/sexual.txt"),
    shipped!("lists/shadow-words.txt"),
    shipped!("lists/spam.txt"),
    shipped!("lists/threats.txt"),
    shipped!("lists/trash-talk.txt"),
    shipped!("rules.toml"),
];

/// The workflows for GitHub, by their paths in a repository.
pub(super) const WORKFLOWS: [File; 2] = [
    (".github/workflows/compare.yml", include_str!("../../../../../examples/github/compare.yml")),
    (".github/workflows/rules.yml", include_str!("../../../../../examples/github/rules.yml")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use ivs_chat_review::rules::load;

    use super::*;

    #[test]
    fn every_shipped_file_is_included() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let sources = load(&folder).expect("the shipped rules");
        let files: BTreeSet<&str> = sources.paths().map(|(path, _)| path).collect();
        assert_eq!(RULES.map(|(path, _)| path).into_iter().collect::<BTreeSet<_>>(), files);
    }
}
