//! What may be done with a unit on a day, with the reason where it may not. The tree is in `tree`.

use kernel::tr;
use time::Date;
use uuid::Uuid;

use super::tree::{ancestors_at, tree_at, version_at};
use super::{UnitNode, UnitVersion};
use crate::Refusal;

/// Longest name of a unit, in characters.
const MAX_NAME_CHARS: usize = 200;

/// Deeper trees than this are a mistake; it also bounds every walk over the tree.
const MAX_DEPTH: usize = 12;

/// What the rules need to know about the people of a unit that is to be closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Situation {
    /// People whose post is in the unit on the closing day or later.
    pub staff_count: u32,
    /// Appointments, actings and similar that run in the unit on the closing day or later.
    pub open_duty_count: u32,
}

/// A change of a standing unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Rename { name: String, kind: String },
    Move { parent_id: Option<Uuid> },
    Close,
}

/// What a change does to the versions: `before` replaces the version that held (it is `None` when the
/// change falls on that version's first day, so that nothing of it remains); `after` begins on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub before: Option<UnitVersion>,
    pub after: Option<UnitVersion>,
}

/// May a new unit of this name stand under this parent from a day on?
pub fn check_open(
    parent_id: Option<Uuid>,
    name: &str,
    on: Date,
    versions: &[UnitVersion],
) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    refusals.extend(parent_refusal(parent_id, on, versions));
    refusals.extend(name_refusals(None, parent_id, name, on, versions));
    if let Some(parent_id) = parent_id {
        let depth = ancestors_at(parent_id, on, versions).len() + 2;
        refusals.extend(depth_refusal(depth));
    }
    all_clear(refusals)
}

/// May this unit stand under another parent from a day on? `new_parent_id` `None` makes it a root.
///
/// The circle is looked for on that day and on every later day on which some unit changes.
pub fn check_move(
    unit_id: Uuid,
    new_parent_id: Option<Uuid>,
    on: Date,
    versions: &[UnitVersion],
) -> Result<(), Vec<Refusal>> {
    let current = standing(unit_id, on, versions).map_err(|refusal| vec![refusal])?;
    let mut refusals = Vec::new();
    if current.parent_id == new_parent_id {
        refusals.push(Refusal::new("unit.same_parent", "parent", "Birim zaten bu üst birime bağlı."));
    }
    if new_parent_id == Some(unit_id) {
        refusals.push(Refusal::new("unit.cycle", "parent", "Birim kendisine bağlanamaz."));
        return Err(refusals);
    }
    refusals.extend(parent_refusal(new_parent_id, on, versions));
    if let Some(parent_id) = new_parent_id {
        let days = change_days_from(on, versions);
        if days.iter().any(|&day| ancestors_at(parent_id, day, versions).contains(&unit_id)) {
            refusals.push(Refusal::new(
                "unit.cycle",
                "parent",
                "Birim kendi altındaki bir birime bağlanamaz; önce o birimi taşıyın.",
            ));
        } else {
            let depth = ancestors_at(parent_id, on, versions).len() + 1 + height_of(unit_id, on, versions);
            refusals.extend(depth_refusal(depth));
        }
    }
    refusals.extend(name_refusals(Some(unit_id), new_parent_id, &current.name, on, versions));
    refusals.extend(later_refusal(current));
    all_clear(refusals)
}

/// May this unit bear another name from a day on?
pub fn check_rename(
    unit_id: Uuid,
    name: &str,
    on: Date,
    versions: &[UnitVersion],
) -> Result<(), Vec<Refusal>> {
    let current = standing(unit_id, on, versions).map_err(|refusal| vec![refusal])?;
    let mut refusals = name_refusals(Some(unit_id), current.parent_id, name, on, versions);
    refusals.extend(later_refusal(current));
    all_clear(refusals)
}

/// May this unit be closed, `on` being the first day without it?
pub fn check_close(
    unit_id: Uuid,
    on: Date,
    situation: Situation,
    versions: &[UnitVersion],
) -> Result<(), Vec<Refusal>> {
    let current = standing(unit_id, on, versions).map_err(|refusal| vec![refusal])?;
    let mut refusals = Vec::new();
    let children: Vec<&str> = open_children(unit_id, on, versions);
    if !children.is_empty() {
        refusals.push(Refusal::new(
            "unit.open_children",
            "on",
            format!(
                "Altında açık birim olan bir birim kapatılamaz; önce şunları kapatın ya da taşıyın: {}.",
                list_names(&children)
            ),
        ));
    }
    if situation.staff_count > 0 {
        refusals.push(Refusal::new(
            "unit.staff",
            "on",
            format!(
                "Birimde {} var; kapatmadan önce başka bir birime aktarın.",
                tr::count("personel", u64::from(situation.staff_count))
            ),
        ));
    }
    if situation.open_duty_count > 0 {
        refusals.push(Refusal::new(
            "unit.open_duties",
            "on",
            format!(
                "Birimde süren {} var; kapatmadan önce sona erdirin.",
                tr::count("görevlendirme ya da vekâlet", u64::from(situation.open_duty_count))
            ),
        ));
    }
    refusals.extend(later_refusal(current));
    all_clear(refusals)
}

/// The versions that a change makes of the version that holds on its day. Check first; this does not.
pub fn revise(current: &UnitVersion, on: Date, change: Change) -> Revision {
    let before = (current.valid_from < on).then(|| UnitVersion { valid_to: Some(on), ..current.clone() });
    let next = UnitVersion { valid_from: on, ..current.clone() };
    let after = match change {
        Change::Rename { name, kind } => Some(UnitVersion { name, kind, ..next }),
        Change::Move { parent_id } => Some(UnitVersion { parent_id, ..next }),
        Change::Close => None,
    };
    Revision { before, after }
}

fn all_clear(refusals: Vec<Refusal>) -> Result<(), Vec<Refusal>> {
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

fn standing(unit_id: Uuid, on: Date, versions: &[UnitVersion]) -> Result<&UnitVersion, Refusal> {
    version_at(unit_id, on, versions).ok_or_else(|| {
        Refusal::new("unit.not_open", "on", format!("Birim {} tarihinde açık değil.", tr::date(on)))
    })
}

fn parent_refusal(parent_id: Option<Uuid>, on: Date, versions: &[UnitVersion]) -> Option<Refusal> {
    let parent_id = parent_id?;
    match version_at(parent_id, on, versions) {
        None => Some(Refusal::new(
            "unit.parent_not_open",
            "parent",
            format!("Üst birim {} tarihinde açık değil; başka bir üst birim seçin.", tr::date(on)),
        )),
        // A parent that is planned to close would leave the unit hanging.
        Some(_) if !is_open_for_good(parent_id, on, versions) => Some(Refusal::new(
            "unit.parent_closes",
            "parent",
            "Üst birimin kapanacağı tarih belirlenmiş; başka bir üst birim seçin.",
        )),
        Some(_) => None,
    }
}

/// True when the versions of a unit follow one another without a gap from a day on.
fn is_open_for_good(unit_id: Uuid, from: Date, versions: &[UnitVersion]) -> bool {
    let mut day = from;
    // Each turn moves to a later version, so the walk is bounded by the number of versions.
    while let Some(version) = version_at(unit_id, day, versions) {
        match version.valid_to {
            None => return true,
            Some(next) => day = next,
        }
    }
    false
}

fn name_refusals(
    unit_id: Option<Uuid>,
    parent_id: Option<Uuid>,
    name: &str,
    on: Date,
    versions: &[UnitVersion],
) -> Vec<Refusal> {
    let folded = tr::fold(name);
    if folded.is_empty() {
        return vec![Refusal::new("unit.name_empty", "name", "Birimin adını yazın.")];
    }
    if name.chars().count() > MAX_NAME_CHARS {
        let reason = format!("Birim adı en çok {MAX_NAME_CHARS} karakter olabilir.");
        return vec![Refusal::new("unit.name_long", "name", reason)];
    }
    let has_namesake = versions.iter().any(|other| {
        Some(other.unit_id) != unit_id
            && other.parent_id == parent_id
            && other.valid_to.is_none_or(|end| end > on)
            && tr::fold(&other.name) == folded
    });
    if has_namesake {
        return vec![Refusal::new(
            "unit.name_taken",
            "name",
            "Aynı üst birimin altında bu adla başka bir birim var.",
        )];
    }
    Vec::new()
}

fn depth_refusal(depth: usize) -> Option<Refusal> {
    (depth > MAX_DEPTH).then(|| {
        let reason = format!("Birim ağacı en çok {MAX_DEPTH} basamak olabilir.");
        Refusal::new("unit.too_deep", "parent", reason)
    })
}

/// A change in the middle of what is already planned would rewrite the plan unseen.
fn later_refusal(current: &UnitVersion) -> Option<Refusal> {
    let end = current.valid_to?;
    Some(Refusal::new(
        "unit.later_version",
        "on",
        format!(
            "Birim için {} tarihinde geçerli olacak bir değişiklik kayıtlı; önce onu geri alın ya da o tarihten sonrasını seçin.",
            tr::date(end)
        ),
    ))
}

/// The day itself and every later day on which some version begins, in order.
fn change_days_from(on: Date, versions: &[UnitVersion]) -> Vec<Date> {
    let mut days: Vec<Date> = versions.iter().map(|v| v.valid_from).filter(|&day| day > on).collect();
    days.push(on);
    days.sort_unstable();
    days.dedup();
    days
}

/// Names of the units that stand under a unit on a day or are planned to.
fn open_children(unit_id: Uuid, on: Date, versions: &[UnitVersion]) -> Vec<&str> {
    let mut names: Vec<&str> = versions
        .iter()
        .filter(|v| v.parent_id == Some(unit_id) && v.valid_to.is_none_or(|end| end > on))
        .map(|v| v.name.as_str())
        .collect();
    names.sort_by(|a, b| tr::compare(a, b));
    names.dedup();
    names
}

fn list_names(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let mut text = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" ve {} birim daha", names.len() - SHOWN));
    }
    text
}

/// Levels of the tree that hangs on a unit, the unit itself included.
fn height_of(unit_id: Uuid, on: Date, versions: &[UnitVersion]) -> usize {
    fn find(nodes: &[UnitNode], unit_id: Uuid) -> Option<&UnitNode> {
        nodes
            .iter()
            .find_map(|n| if n.version.unit_id == unit_id { Some(n) } else { find(&n.children, unit_id) })
    }
    fn height(node: &UnitNode) -> usize {
        1 + node.children.iter().map(height).max().unwrap_or(0)
    }
    find(&tree_at(on, versions), unit_id).map_or(1, height)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    const START: Date = date!(2020 - 01 - 01);
    const TODAY: Date = date!(2026 - 11 - 05);

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn unit(n: u128, parent: Option<u128>, name: &str) -> UnitVersion {
        UnitVersion {
            unit_id: id(n),
            parent_id: parent.map(id),
            name: name.to_owned(),
            kind: "Şeflik".to_owned(),
            valid_from: START,
            valid_to: None,
        }
    }

    fn town() -> Vec<UnitVersion> {
        vec![
            unit(1, None, "Bilgi İşlem Müdürlüğü"),
            unit(2, Some(1), "Ağ Şefliği"),
            unit(3, Some(1), "Yazılım Şefliği"),
            unit(4, Some(2), "Saha Ekibi"),
            UnitVersion { valid_to: Some(date!(2025 - 01 - 01)), ..unit(5, Some(1), "Eski Büro") },
        ]
    }

    fn codes(result: Result<(), Vec<Refusal>>) -> Vec<&'static str> {
        result.err().unwrap_or_default().iter().map(|r| r.code).collect()
    }

    #[test]
    fn a_unit_may_be_opened_under_an_open_one() {
        assert_eq!(check_open(Some(id(1)), "Coğrafi Bilgi Şefliği", TODAY, &town()), Ok(()));
        assert_eq!(check_open(None, "Başka Müdürlük", TODAY, &town()), Ok(()));
        assert_eq!(codes(check_open(Some(id(5)), "Büro", TODAY, &town())), ["unit.parent_not_open"]);
        assert_eq!(codes(check_open(Some(id(1)), " - ", TODAY, &town())), ["unit.name_empty"]);
        assert_eq!(codes(check_open(Some(id(1)), &"a".repeat(201), TODAY, &town())), ["unit.name_long"]);
        assert_eq!(codes(check_open(Some(id(1)), "AĞ ŞEFLİĞİ", TODAY, &town())), ["unit.name_taken"]);
        assert_eq!(check_open(Some(id(1)), "Eski Büro", TODAY, &town()), Ok(()));
    }

    #[test]
    fn a_unit_cannot_hang_under_itself_or_its_own() {
        assert_eq!(check_move(id(4), Some(id(3)), TODAY, &town()), Ok(()));
        assert_eq!(codes(check_move(id(1), Some(id(1)), TODAY, &town())), ["unit.cycle"]);
        assert_eq!(codes(check_move(id(1), Some(id(4)), TODAY, &town())), ["unit.cycle"]);
        assert_eq!(codes(check_move(id(2), Some(id(1)), TODAY, &town())), ["unit.same_parent"]);
        assert_eq!(codes(check_move(id(9), Some(id(1)), TODAY, &town())), ["unit.not_open"]);
    }

    #[test]
    fn a_circle_that_would_close_only_later_is_refused_too() {
        let mut versions = town();
        // From 2027 on, 3 hangs under 4; moving 2 (and with it 4) under 3 today would close a circle then.
        let later = date!(2027 - 01 - 01);
        versions[2].valid_to = Some(later);
        versions.push(UnitVersion { valid_from: later, ..unit(3, Some(4), "Yazılım Şefliği") });
        assert!(codes(check_move(id(2), Some(id(3)), TODAY, &versions)).contains(&"unit.cycle"));
    }

    #[test]
    fn a_move_into_a_namesake_or_a_closing_parent_is_refused() {
        let mut versions = town();
        versions.push(unit(6, Some(3), "Saha ekibi"));
        assert_eq!(codes(check_move(id(4), Some(id(3)), TODAY, &versions)), ["unit.name_taken"]);
        let mut versions = town();
        versions[2].valid_to = Some(date!(2027 - 01 - 01));
        assert_eq!(codes(check_move(id(4), Some(id(3)), TODAY, &versions)), ["unit.parent_closes"]);
    }

    #[test]
    fn a_unit_with_open_units_or_people_cannot_be_closed() {
        let nobody = Situation::default();
        assert_eq!(check_close(id(4), TODAY, nobody, &town()), Ok(()));
        let refusals = check_close(id(1), TODAY, nobody, &town()).unwrap_err();
        assert_eq!(refusals[0].code, "unit.open_children");
        assert!(
            refusals[0].reason.ends_with("önce şunları kapatın ya da taşıyın: Ağ Şefliği, Yazılım Şefliği.")
        );
        let people = Situation { staff_count: 3, open_duty_count: 1 };
        let refusals = check_close(id(4), TODAY, people, &town()).unwrap_err();
        assert!(refusals[0].reason.contains("3 personel var"));
        assert_eq!(refusals[1].code, "unit.open_duties");
        assert_eq!(codes(check_close(id(5), TODAY, nobody, &town())), ["unit.not_open"]);
    }

    #[test]
    fn a_rename_keeps_the_rules_of_names_and_the_plan() {
        assert_eq!(check_rename(id(2), "Ağ ve Sistem Şefliği", TODAY, &town()), Ok(()));
        assert_eq!(check_rename(id(2), "Ağ Şefliği", TODAY, &town()), Ok(()));
        assert_eq!(codes(check_rename(id(2), "yazılım şefliği", TODAY, &town())), ["unit.name_taken"]);
        let mut planned = town();
        planned[1].valid_to = Some(date!(2027 - 01 - 01));
        let refusals = check_rename(id(2), "Şebeke Şefliği", TODAY, &planned).unwrap_err();
        assert_eq!(refusals[0].code, "unit.later_version");
        assert!(refusals[0].reason.contains("01.01.2027"));
    }

    #[test]
    fn a_tree_may_not_grow_without_end() {
        let mut versions = vec![unit(1, None, "Kök")];
        versions.extend((2..=12).map(|n| unit(n, Some(n - 1), &format!("Birim {n}"))));
        assert_eq!(codes(check_open(Some(id(12)), "Onüçüncü", TODAY, &versions)), ["unit.too_deep"]);
        assert_eq!(check_open(Some(id(11)), "Onikinci", TODAY, &versions), Ok(()));
        versions.push(unit(20, None, "Başka Kök"));
        assert_eq!(codes(check_move(id(2), Some(id(20)), TODAY, &versions)), Vec::<&str>::new());
        assert_eq!(codes(check_move(id(20), Some(id(12)), TODAY, &versions)), ["unit.too_deep"]);
    }

    #[test]
    fn a_change_ends_one_version_and_begins_another() {
        let current = unit(2, Some(1), "Ağ Şefliği");
        let rename = Change::Rename { name: "Ağ ve Sistem".to_owned(), kind: "Şeflik".to_owned() };
        let revision = revise(&current, TODAY, rename.clone());
        let (before, after) = (revision.before.unwrap(), revision.after.unwrap());
        assert_eq!((before.name.as_str(), before.valid_to), ("Ağ Şefliği", Some(TODAY)));
        assert_eq!((after.name.as_str(), after.valid_from, after.valid_to), ("Ağ ve Sistem", TODAY, None));
        let on_the_first_day = revise(&current, START, rename);
        assert!(on_the_first_day.before.is_none() && on_the_first_day.after.is_some());
        let closing = revise(&current, TODAY, Change::Close);
        assert!(closing.before.is_some() && closing.after.is_none());
    }

    proptest! {
        #[test]
        fn allowed_moves_never_make_a_circle(moves in proptest::collection::vec((1_u128..8, proptest::option::of(1_u128..8), 0_i64..5), 0..30)) {
            let mut versions: Vec<UnitVersion> = (1..8).map(|n| unit(n, None, &format!("Birim {n}"))).collect();
            for (n, parent, step) in moves {
                let on = TODAY + time::Duration::days(step);
                if check_move(id(n), parent.map(id), on, &versions).is_err() {
                    continue;
                }
                let index = versions.iter().position(|v| v.unit_id == id(n) && v.holds_on(on)).unwrap();
                let current = versions.remove(index);
                let revision = revise(&current, on, Change::Move { parent_id: parent.map(id) });
                versions.extend(revision.before.into_iter().chain(revision.after));
            }
            for step in 0..6 {
                let day = TODAY + time::Duration::days(step);
                for n in 1..8 {
                    let mut above = Some(id(n));
                    for _ in 0..8 {
                        above = above.and_then(|unit_id| version_at(unit_id, day, &versions)).and_then(|v| v.parent_id);
                    }
                    prop_assert_eq!(above, None, "unit {} on {}", n, day);
                }
            }
        }
    }
}
