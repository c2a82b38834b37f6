//! The tree of units on a day, built from their versions; no rules.

use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::tr;
use time::Date;
use uuid::Uuid;

use super::UnitVersion;

/// One unit with the units below it, in Turkish order of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitNode {
    pub version: UnitVersion,
    pub children: Vec<UnitNode>,
}

/// The forest of units on a day, roots and children in Turkish order of names.
///
/// No unit of that day is lost: one whose parent does not exist then stands among the roots, and so does
/// the first unit of a circle, should bad data ever hold one.
pub fn tree_at(day: Date, versions: &[UnitVersion]) -> Vec<UnitNode> {
    let standing: Vec<&UnitVersion> = standing_on(day, versions);
    let ids: HashSet<Uuid> = standing.iter().map(|v| v.unit_id).collect();
    let mut children: HashMap<Uuid, Vec<&UnitVersion>> = HashMap::new();
    let mut roots = Vec::new();
    for version in &standing {
        match version.parent_id.filter(|parent| ids.contains(parent)) {
            Some(parent) => children.entry(parent).or_default().push(version),
            None => roots.push(*version),
        }
    }
    let mut placed = HashSet::new();
    let mut forest: Vec<UnitNode> =
        roots.into_iter().filter_map(|root| grow(root, &children, &mut placed)).collect();
    for version in standing {
        forest.extend(grow(version, &children, &mut placed));
    }
    forest
}

/// The version of a unit that holds on a day.
pub fn version_at(unit_id: Uuid, day: Date, versions: &[UnitVersion]) -> Option<&UnitVersion> {
    versions.iter().find(|v| v.unit_id == unit_id && v.holds_on(day))
}

/// The units above a unit on a day, nearest first; stops at a circle.
pub fn ancestors_at(unit_id: Uuid, day: Date, versions: &[UnitVersion]) -> Vec<Uuid> {
    let mut found = Vec::new();
    let mut current = unit_id;
    while let Some(parent) = version_at(current, day, versions).and_then(|v| v.parent_id) {
        if parent == unit_id || found.contains(&parent) {
            break;
        }
        found.push(parent);
        current = parent;
    }
    found
}

/// Every unit below a unit on a day, without the unit itself.
pub fn descendants_at(unit_id: Uuid, day: Date, versions: &[UnitVersion]) -> HashSet<Uuid> {
    let mut below: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for version in standing_on(day, versions) {
        if let Some(parent) = version.parent_id {
            below.entry(parent).or_default().push(version.unit_id);
        }
    }
    let mut found = HashSet::new();
    let mut open = vec![unit_id];
    while let Some(next) = open.pop() {
        for &child in below.get(&next).map_or(&[][..], Vec::as_slice) {
            if child != unit_id && found.insert(child) {
                open.push(child);
            }
        }
    }
    found
}

/// One version per unit, in Turkish order of names (then of ids, so that the order is always the same).
fn standing_on(day: Date, versions: &[UnitVersion]) -> Vec<&UnitVersion> {
    let mut by_unit: BTreeMap<Uuid, &UnitVersion> = BTreeMap::new();
    for version in versions.iter().filter(|v| v.holds_on(day)) {
        by_unit.entry(version.unit_id).or_insert(version);
    }
    let mut standing: Vec<&UnitVersion> = by_unit.into_values().collect();
    standing.sort_by_cached_key(|v| (tr::collation_key(&v.name), v.unit_id));
    standing
}

fn grow(
    version: &UnitVersion,
    children: &HashMap<Uuid, Vec<&UnitVersion>>,
    placed: &mut HashSet<Uuid>,
) -> Option<UnitNode> {
    if !placed.insert(version.unit_id) {
        return None;
    }
    let below = children.get(&version.unit_id).map_or(&[][..], Vec::as_slice);
    let children = below.iter().filter_map(|child| grow(child, children, placed)).collect();
    Some(UnitNode { version: version.clone(), children })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    fn unit(id: u128, parent: Option<u128>, name: &str, from: Date, to: Option<Date>) -> UnitVersion {
        UnitVersion {
            unit_id: Uuid::from_u128(id),
            parent_id: parent.map(Uuid::from_u128),
            name: name.to_owned(),
            kind: "Şeflik".to_owned(),
            valid_from: from,
            valid_to: to,
        }
    }

    fn names(nodes: &[UnitNode]) -> Vec<&str> {
        nodes.iter().map(|n| n.version.name.as_str()).collect()
    }

    fn town() -> Vec<UnitVersion> {
        let start = date!(2020 - 01 - 01);
        let change = date!(2026 - 06 - 01);
        vec![
            unit(1, None, "Bilgi İşlem Müdürlüğü", start, None),
            unit(2, Some(1), "Şebeke Şefliği", start, Some(change)),
            unit(2, Some(1), "Ağ ve Sistem Şefliği", change, None),
            unit(3, Some(1), "Çağrı Masası", start, None),
            unit(4, Some(2), "Saha Ekibi", start, Some(change)),
            unit(4, Some(3), "Saha Ekibi", change, None),
            unit(5, Some(1), "Coğrafi Bilgi Şefliği", change, Some(date!(2027 - 01 - 01))),
        ]
    }

    #[test]
    fn the_tree_of_any_day_can_be_seen() {
        let before = tree_at(date!(2026 - 05 - 31), &town());
        assert_eq!(names(&before), ["Bilgi İşlem Müdürlüğü"]);
        assert_eq!(names(&before[0].children), ["Çağrı Masası", "Şebeke Şefliği"]);
        assert_eq!(names(&before[0].children[1].children), ["Saha Ekibi"]);
        let after = tree_at(date!(2026 - 06 - 01), &town());
        assert_eq!(
            names(&after[0].children),
            ["Ağ ve Sistem Şefliği", "Coğrafi Bilgi Şefliği", "Çağrı Masası"]
        );
        assert_eq!(names(&after[0].children[2].children), ["Saha Ekibi"]);
        assert_eq!(names(&tree_at(date!(2027 - 01 - 01), &town())[0].children).len(), 2);
        assert!(tree_at(date!(2019 - 12 - 31), &town()).is_empty());
    }

    #[test]
    fn a_unit_without_its_parent_is_not_lost() {
        let orphan = [unit(7, Some(99), "Yetim Büro", date!(2020 - 01 - 01), None)];
        assert_eq!(names(&tree_at(date!(2026 - 01 - 01), &orphan)), ["Yetim Büro"]);
    }

    #[test]
    fn a_circle_in_bad_data_does_not_hang_or_lose_a_unit() {
        let start = date!(2020 - 01 - 01);
        let circle = [unit(1, Some(2), "A", start, None), unit(2, Some(1), "B", start, None)];
        let forest = tree_at(start, &circle);
        assert_eq!((names(&forest), names(&forest[0].children)), (vec!["A"], vec!["B"]));
        assert_eq!(ancestors_at(Uuid::from_u128(1), start, &circle), [Uuid::from_u128(2)]);
        assert_eq!(descendants_at(Uuid::from_u128(1), start, &circle).len(), 1);
    }

    #[test]
    fn above_and_below_depend_on_the_day() {
        let ids = |numbers: &[u128]| numbers.iter().map(|&n| Uuid::from_u128(n)).collect::<Vec<_>>();
        let (before, after) = (date!(2026 - 05 - 31), date!(2026 - 06 - 01));
        assert_eq!(ancestors_at(Uuid::from_u128(4), before, &town()), ids(&[2, 1]));
        assert_eq!(ancestors_at(Uuid::from_u128(4), after, &town()), ids(&[3, 1]));
        assert_eq!(
            descendants_at(Uuid::from_u128(1), before, &town()),
            ids(&[2, 3, 4]).into_iter().collect()
        );
        assert!(descendants_at(Uuid::from_u128(2), after, &town()).is_empty());
    }

    fn count(nodes: &[UnitNode]) -> usize {
        nodes.iter().map(|n| 1 + count(&n.children)).sum()
    }

    proptest! {
        #[test]
        fn every_standing_unit_is_in_the_tree_once(parents in proptest::collection::vec(proptest::option::of(0_u128..20), 0..20)) {
            let day = date!(2026 - 01 - 01);
            let units: Vec<UnitVersion> = (0_u128..)
                .zip(parents)
                .map(|(id, parent)| unit(id, parent, &format!("Birim {id}"), day, None))
                .collect();
            prop_assert_eq!(count(&tree_at(day, &units)), units.len());
        }
    }
}
