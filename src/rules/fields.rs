//! The texts of a message that a rule searches: [`FieldSelector`].

use serde::{Deserialize, Serialize};

/// The texts of a message that a rule searches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSelector {
    /// Whether the content is searched.
    pub content: bool,
    /// The message attributes whose values are searched.
    pub attributes: AttributeNames,
    /// The sender attributes whose values are searched.
    pub sender: AttributeNames,
}

/// A set of attribute names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeNames {
    /// These names, sorted.
    Listed(Vec<String>),
    /// `*`: every name.
    All,
}

impl FieldSelector {
    /// The default: only the content.
    pub const CONTENT: FieldSelector = FieldSelector {
        content: true,
        attributes: AttributeNames::NONE,
        sender: AttributeNames::NONE,
    };

    /// Returns all fields that at least one of these selects.
    pub(crate) fn union<'f>(all: impl Iterator<Item = &'f FieldSelector>) -> FieldSelector {
        let mut content = false;
        let (mut attributes, mut sender) = (Vec::new(), Vec::new());
        for fields in all {
            content |= fields.content;
            fields.attributes.write(&mut attributes);
            fields.sender.write(&mut sender);
        }
        FieldSelector {
            content,
            attributes: AttributeNames::of(attributes),
            sender: AttributeNames::of(sender),
        }
    }

    /// Whether both may select the same text.
    pub(crate) fn overlaps(&self, other: &FieldSelector) -> bool {
        self.content && other.content
            || self.attributes.overlaps(&other.attributes)
            || self.sender.overlaps(&other.sender)
    }
}

impl AttributeNames {
    pub(crate) const NONE: AttributeNames = AttributeNames::Listed(Vec::new());

    /// Creates the set from names as written, in which `*` means all.
    pub(super) fn of(mut names: Vec<String>) -> AttributeNames {
        if names.iter().any(|name| name == "*") {
            return AttributeNames::All;
        }
        names.sort_unstable();
        names.dedup();
        AttributeNames::Listed(names)
    }

    fn write(&self, names: &mut Vec<String>) {
        match self {
            AttributeNames::Listed(these) => names.extend(these.iter().cloned()),
            AttributeNames::All => names.push("*".to_owned()),
        }
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        matches!(self, AttributeNames::Listed(names) if names.is_empty())
    }

    /// Whether the set contains `name`.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            AttributeNames::Listed(names) => {
                names.binary_search_by(|it| it.as_str().cmp(name)).is_ok()
            }
            AttributeNames::All => true,
        }
    }

    fn overlaps(&self, other: &AttributeNames) -> bool {
        match (self, other) {
            (AttributeNames::Listed(mine), _) => mine.iter().any(|name| other.contains(name)),
            (AttributeNames::All, other) => !other.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_overlap_if_both_select_the_same_text() {
        const NONE: FieldSelector = FieldSelector {
            content: false,
            attributes: AttributeNames::NONE,
            sender: AttributeNames::NONE,
        };
        let these = |name: &str| AttributeNames::Listed(vec![name.to_owned()]);
        let a = FieldSelector { attributes: these("a"), ..NONE };
        let b = FieldSelector { attributes: these("b"), ..NONE };
        let all = FieldSelector { attributes: AttributeNames::All, ..NONE };
        assert!(a.overlaps(&a) && a.overlaps(&all) && all.overlaps(&a) && all.overlaps(&all));
        assert!(!a.overlaps(&b) && !all.overlaps(&FieldSelector::CONTENT) && !NONE.overlaps(&all));
        let both = FieldSelector::union([&b, &a, &b].into_iter());
        assert_eq!(both.attributes, AttributeNames::Listed(vec!["a".into(), "b".into()]));
        assert_eq!(FieldSelector::union([&b, &all].into_iter()), all);
        assert!(
            FieldSelector { sender: these("a"), ..NONE }
                .overlaps(&FieldSelector { sender: AttributeNames::All, ..NONE })
        );
    }
}
