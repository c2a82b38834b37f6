//! Units with dated versions: the tree on any day, and the rules of opening, moving, renaming and closing.
//! Nothing is stored here; the store keeps the versions that these functions answer.

mod rules;
mod tree;

pub use rules::{Change, Revision, Situation, check_close, check_move, check_open, check_rename, revise};
pub use tree::{UnitNode, ancestors_at, descendants_at, tree_at, version_at};

use time::Date;
use uuid::Uuid;

/// What a unit was called and where it stood during `[valid_from, valid_to)`.
///
/// The versions of one unit do not overlap; a gap means that it was closed in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitVersion {
    pub unit_id: Uuid,
    pub parent_id: Option<Uuid>,
    pub name: String,
    /// What kind of unit it is, e.g. "Müdürlük", "Şeflik", "Büro".
    pub kind: String,
    pub valid_from: Date,
    /// The first day on which the version no longer holds; `None` while it stands.
    pub valid_to: Option<Date>,
}

impl UnitVersion {
    /// True on the days of this version.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }
}
