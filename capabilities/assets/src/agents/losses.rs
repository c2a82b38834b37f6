//! What is missing of a machine since its last report. Pure: two machines in, what is gone out.

use kernel::event::Change;
use kernel::tr;

use crate::wire::{Disk, Machine};

/// What was there before and is not now.
pub(super) fn losses(before: &Machine, now: &Machine) -> Vec<Change> {
    let mut lost = Vec::new();
    if let (Some(had), Some(has)) = (before.memory_mb, now.memory_mb) {
        // The graphics card takes a share of the memory that changes with the firmware; a module is more.
        if has + 512 <= had {
            let (field, label) = ("memory_mb".into(), "bellek".into());
            lost.push(Change { field, label, before: megabytes(had), after: megabytes(has) });
        }
    }
    for disk in lost_disks(before, now) {
        let name = disk.model.as_deref().unwrap_or("disk");
        let size = disk.size_mb.map(megabytes).unwrap_or_default();
        let known_by = disk.serial.as_deref().unwrap_or(&size);
        let (field, label) = ("disk_mb".into(), "disk".into());
        lost.push(Change { field, label, before: format!("{name} ({known_by})"), after: String::new() });
    }
    lost
}

fn megabytes(value: i64) -> String {
    format!("{} MB", tr::grouped(value))
}

/// A serial names a disk. Where one of the two reports has none (an agent that may no longer read it, or one that may now), disks
/// of the same size and model are counted against each other.
fn lost_disks<'a>(before: &'a Machine, now: &'a Machine) -> Vec<&'a Disk> {
    // Disks without a size are there, and nobody can say which of those from before they are.
    if now.unsized_disks > 0 {
        return Vec::new();
    }
    let mut left: Vec<&Disk> = now.disks.iter().collect();
    let by_serial: Vec<&Disk> =
        before.disks.iter().filter(|disk| !take(&mut left, |one| has_serial_of(disk, one))).collect();
    by_serial.into_iter().filter(|disk| !take(&mut left, |one| may_be(disk, one))).collect()
}

/// Takes the first that fits out of the list; answers whether there was one.
fn take(left: &mut Vec<&Disk>, fits: impl Fn(&Disk) -> bool) -> bool {
    let place = left.iter().position(|one| fits(one));
    place.map(|place| left.swap_remove(place)).is_some()
}

fn has_serial_of(disk: &Disk, one: &Disk) -> bool {
    disk.serial.is_some() && disk.serial == one.serial
}

/// Two serials that differ are two disks.
fn may_be(disk: &Disk, one: &Disk) -> bool {
    let is_named_twice = disk.serial.is_some() && one.serial.is_some();
    let is_one_model = disk.model.is_none() || one.model.is_none() || disk.model == one.model;
    !is_named_twice && is_one_model && disk.size_mb == one.size_mb
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(disks: &[(&str, &str, i64)]) -> Machine {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_string());
        let disk = |(model, serial, size_mb): &(&str, &str, i64)| Disk {
            model: text(model),
            serial: text(serial),
            size_mb: Some(*size_mb),
        };
        Machine { disks: disks.iter().map(disk).collect(), ..Machine::default() }
    }

    #[test]
    fn a_disk_is_missed_by_its_serial_or_by_its_size() {
        let two = [("ST500", "", 500), ("ST500", "", 500)];
        for (before, now, expected) in [
            (&two[..], &two[..1], 1),
            (&two[..], &[][..], 2),
            (&two[..], &[("ST500", "A", 500), ("ST500", "B", 500)][..], 0),
            (&[("ST500", "A", 500)][..], &[("ST500", "", 500)][..], 0),
            (&[("ST500", "A", 500)][..], &[("ST500", "B", 500)][..], 1),
            (&[("ST500", "A", 500), ("ST500", "", 500)][..], &[("ST500", "A", 500)][..], 1),
            (&[("", "", 500)][..], &[("ST500", "", 500)][..], 0),
            (&[("ST500", "", 500)][..], &[("ST250", "", 250)][..], 1),
            (&[("ST500", "", 500)][..], &[("ST500", "", 500), ("USB", "X", 64)][..], 0),
        ] {
            let lost = losses(&machine(before), &machine(now));
            assert_eq!(lost.len(), expected, "{before:?} {now:?}");
        }
        let unknown = Machine { unsized_disks: 1, ..Machine::default() };
        assert!(losses(&machine(&two), &unknown).is_empty(), "it is there, without its size");
        assert_eq!(losses(&machine(&two[..1]), &machine(&[]))[0].before, "ST500 (500 MB)");
    }
}
