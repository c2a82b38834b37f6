//! What access must ask upward: where people work, what lies under a unit, and who acts for whom.
//! The directory crate answers; this crate only names the questions.

use std::collections::HashMap;

use kernel::{Boxed, Db, Instant, Result};
use uuid::Uuid;

/// A staff member whose powers somebody else uses at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// The one acted for.
    pub staff_id: Uuid,
    /// Name of the one acted for.
    pub name: String,
    /// Unit whose post is filled; the scopes of the passed powers count from it.
    pub unit_id: Option<Uuid>,
    pub until: Instant,
}

/// Answers for many people at once, because lists of them are asked too. Unknown ids are missing from the answers.
pub trait Directory: Send + Sync {
    /// The unit each staff member works in at `at`.
    fn units_of<'a>(
        &'a self,
        db: &'a Db,
        staff: &'a [Uuid],
        at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Uuid>>>;

    /// Each unit with everything under it at `at`, itself first.
    fn trees<'a>(
        &'a self,
        db: &'a Db,
        units: &'a [Uuid],
        at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Vec<Uuid>>>>;

    /// For whom each staff member acts at `at`.
    fn acting<'a>(
        &'a self,
        db: &'a Db,
        staff: &'a [Uuid],
        at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Vec<Acting>>>>;
}

/// No units and nobody acting: for a server that keeps no directory yet.
pub struct NoDirectory;

impl Directory for NoDirectory {
    fn units_of<'a>(
        &'a self,
        _db: &'a Db,
        _staff: &'a [Uuid],
        _at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Uuid>>> {
        Box::pin(async { Ok(HashMap::new()) })
    }

    fn trees<'a>(
        &'a self,
        _db: &'a Db,
        units: &'a [Uuid],
        _at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Vec<Uuid>>>> {
        Box::pin(async { Ok(units.iter().map(|unit| (*unit, vec![*unit])).collect()) })
    }

    fn acting<'a>(
        &'a self,
        _db: &'a Db,
        _staff: &'a [Uuid],
        _at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Vec<Acting>>>> {
        Box::pin(async { Ok(HashMap::new()) })
    }
}
