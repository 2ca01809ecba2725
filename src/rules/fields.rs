//! Which texts of a message a rule looks at: [`Fields`].

/// The texts of a message that a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The content.
    pub content: bool,
    /// Values of the message's attributes.
    pub attributes: Names,
    /// Values of the sender's attributes.
    pub sender: Names,
}

/// Names of attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// These, sorted.
    These(Vec<String>),
    /// `*`
    All,
}

impl Fields {
    /// What a rule looks at that does not say.
    pub const CONTENT: Fields =
        Fields { content: true, attributes: Names::NONE, sender: Names::NONE };

    /// All that any of these looks at.
    pub(crate) fn union<'f>(all: impl Iterator<Item = &'f Fields>) -> Fields {
        let mut content = false;
        let (mut attributes, mut sender) = (Vec::new(), Vec::new());
        for fields in all {
            content |= fields.content;
            fields.attributes.write(&mut attributes);
            fields.sender.write(&mut sender);
        }
        Fields { content, attributes: Names::of(attributes), sender: Names::of(sender) }
    }

    /// Whether a text that this looks at may be one that `other` looks at.
    pub(crate) fn meet(&self, other: &Fields) -> bool {
        self.content && other.content
            || self.attributes.meet(&other.attributes)
            || self.sender.meet(&other.sender)
    }
}

impl Names {
    pub(crate) const NONE: Names = Names::These(Vec::new());

    /// The names as they are written, `*` for all.
    pub(super) fn of(mut names: Vec<String>) -> Names {
        if names.iter().any(|name| name == "*") {
            return Names::All;
        }
        names.sort_unstable();
        names.dedup();
        Names::These(names)
    }

    fn write(&self, names: &mut Vec<String>) {
        match self {
            Names::These(these) => names.extend(these.iter().cloned()),
            Names::All => names.push("*".to_owned()),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        matches!(self, Names::These(names) if names.is_empty())
    }

    /// Whether the name is one of them.
    pub fn hold(&self, name: &str) -> bool {
        match self {
            Names::These(names) => names.binary_search_by(|it| it.as_str().cmp(name)).is_ok(),
            Names::All => true,
        }
    }

    fn meet(&self, other: &Names) -> bool {
        match (self, other) {
            (Names::These(mine), _) => mine.iter().any(|name| other.hold(name)),
            (Names::All, other) => !other.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_meet_where_one_text_is_looked_at_by_both() {
        const NONE: Fields =
            Fields { content: false, attributes: Names::NONE, sender: Names::NONE };
        let these = |name: &str| Names::These(vec![name.to_owned()]);
        let a = Fields { attributes: these("a"), ..NONE };
        let b = Fields { attributes: these("b"), ..NONE };
        let all = Fields { attributes: Names::All, ..NONE };
        assert!(a.meet(&a) && a.meet(&all) && all.meet(&a) && all.meet(&all));
        assert!(!a.meet(&b) && !all.meet(&Fields::CONTENT) && !NONE.meet(&all));
        let both = Fields::union([&b, &a, &b].into_iter());
        assert_eq!(both.attributes, Names::These(vec!["a".into(), "b".into()]));
        assert_eq!(Fields::union([&b, &all].into_iter()), all);
        assert!(Fields { sender: these("a"), ..NONE }.meet(&Fields { sender: Names::All, ..NONE }));
    }
}
