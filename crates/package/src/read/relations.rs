//! Relationships of a part or of the whole package (ECMA-376 part 2).

use crate::part_name;
use crate::role::Role;
use crate::xml::Element;

/// One relationship to a part of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    /// What the type says; none for a type that is not of the format.
    pub role: Option<Role>,
    /// Its id; of annexes it holds theirs.
    pub id: String,
    /// Clean name of the target; none when it points out of the package.
    pub target: Option<String>,
}

/// Reads a list of relationships that belongs to `source`, a clean name or empty for the package.
pub(crate) fn relations(root: &Element, source: &str) -> Vec<Relation> {
    let read = |element: &Element| {
        let is_external =
            element.attribute("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
        let target = element.attribute("Target").unwrap_or("");
        Relation {
            role: Role::of_type(element.attribute("Type").unwrap_or("")),
            id: element.attribute("Id").unwrap_or("").to_owned(),
            target: if is_external { None } else { part_name::resolve(source, target) },
        }
    };
    root.all("Relationship").map(read).collect()
}
