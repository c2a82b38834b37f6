//! The screens of regulation texts, one file each.

pub(super) mod compare;
pub(super) mod confirm;
pub(super) mod correct;
pub(super) mod detail;
pub(super) mod found;
pub(super) mod new;
