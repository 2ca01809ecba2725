//! The presets of `init`. They differ in the modes of `[categories]` alone.

use clap::ValueEnum;

/// Which categories are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preset {
    // Documented values would make `--help` several pages long.
    SlursOnly,
    Standard,
    Family,
    Empty,
}

impl Preset {
    /// Returns the mode of a category that has this mode in the shipped rules.
    fn mode<'m>(self, category: &str, shipped: &'m str) -> &'m str {
        match self {
            Preset::Standard => shipped,
            Preset::Family => "on",
            Preset::SlursOnly if category == "hate" => "on",
            Preset::SlursOnly | Preset::Empty => "off",
        }
    }

    /// Returns `rules.toml` with the modes of the preset: of the lines `category = "mode"` from
    /// `[categories]` to the next empty line.
    pub(super) fn apply(self, manifest: &str) -> String {
        let mut is_inside = false;
        let mut applied = String::with_capacity(manifest.len() + 64);
        for line in manifest.split_inclusive('\n') {
            match line.trim_end() {
                "[categories]" => is_inside = true,
                "" => is_inside = false,
                _ => {}
            }
            match line.trim_end().split_once(" = ").filter(|_| is_inside) {
                Some((category, mode)) => {
                    let mode = self.mode(category, mode.trim_matches('"'));
                    applied.extend([category, " = \"", mode, "\"\n"]);
                }
                None => applied += line,
            }
        }
        applied
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::commands::init::shipped::RULES;

    /// The modes of `[categories]`, and the lines outside of it.
    fn parts(manifest: &str) -> (BTreeMap<&str, &str>, Vec<&str>) {
        let (before, rest) = manifest.split_once("[categories]\n").expect("a section");
        let (modes, after) = rest.split_once("\n\n").expect("a next section");
        let modes = modes.lines().map(|line| line.split_once(" = ").expect("a mode"));
        (modes.collect(), before.lines().chain(after.lines()).collect())
    }

    #[test]
    fn presets_differ_in_categories_alone() {
        let shipped = RULES.iter().find(|(path, _)| *path == "rules.toml").expect("a file").1;
        let (modes, others) = parts(shipped);
        assert_eq!(Preset::Standard.apply(shipped), shipped);
        for (preset, on) in
            [(Preset::SlursOnly, 1), (Preset::Family, modes.len()), (Preset::Empty, 0)]
        {
            let applied = preset.apply(shipped);
            let (applied, same) = parts(&applied);
            assert_eq!(same, others);
            assert!(applied.keys().eq(modes.keys()));
            let count = applied.values().filter(|mode| **mode == "\"on\"").count();
            assert_eq!(count, on, "{preset:?}");
        }
    }
}
