//! One file for each format: what its lines look like and how they are cut.

pub(crate) mod fortigate;
pub(crate) mod isc_dhcp;
