//! The organisation a confirmed regulation asks for: units, titles and the norm kadro table, proposed from its reading
//! or its profile, put right by a person, then opened in the directory. Drawing the form is the screen's.

use std::collections::HashSet;

use directory::{NewUnit, create_title, create_unit, set_norm};
use kernel::{Error, NewEvent, Ref, Result, Tx, Violation, tr};
use uuid::Uuid;
use web::Form;

use super::force::renew;
use super::kind;
use super::opened::Opened;
use crate::profiles::Profile;
use crate::reading::UnitKind;
use crate::reading::proposal::propose;

/// Opening units is the directory's power, and so is this.
pub(crate) const FOUND: &str = "directory.unit.edit";
/// Most rows of units, and of titles, one form may have.
pub(super) const MOST: usize = 320;
/// Empty rows at the end, for what the regulation forgot.
pub(super) const SPARE: usize = 2;

/// Where a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Under {
    Top,
    /// A row of the same form.
    Row(usize),
    /// A unit that is open already.
    Unit(Uuid),
}

/// One unit of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnitRow {
    pub is_wanted: bool,
    pub name: String,
    /// Code of [`directory::kinds::unit::KINDS`].
    pub kind: String,
    pub under: Under,
    /// Addresses that name it, for the person who wonders.
    pub read_at: String,
}

/// One title of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TitleRow {
    pub is_wanted: bool,
    pub name: String,
    /// Code of [`directory::kinds::title::EMPLOYMENTS`].
    pub employment: String,
    pub is_head: bool,
    /// As typed; empty where the regulation gives no number.
    pub norm: String,
    pub read_at: String,
}

/// Everything to be opened, and what is open already.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub units: Vec<UnitRow>,
    pub titles: Vec<TitleRow>,
    /// Open units and titles of the town, by id.
    pub open_units: Vec<(Uuid, String)>,
    pub open_titles: Vec<(Uuid, String)>,
}

impl Plan {
    /// The open unit of this name.
    pub fn open_unit(&self, name: &str) -> Option<Uuid> {
        named(&self.open_units, name)
    }

    pub fn open_title(&self, name: &str) -> Option<Uuid> {
        named(&self.open_titles, name)
    }
}

/// Names are the same when only case, accents or spaces differ.
fn named(open: &[(Uuid, String)], name: &str) -> Option<Uuid> {
    let folded = tr::fold(name);
    open.iter().find(|(_, known)| tr::fold(known) == folded).map(|(id, _)| *id)
}

/// Units, titles and numbers as the reading gives them.
pub(super) fn plan_of_reading(opened: &Opened) -> Plan {
    let proposal = propose(opened.reading(), opened.text());
    let at = |sources: &[String], printed: Option<&str>, also: &[String]| {
        let said = sources.iter().filter_map(|source| {
            let node = opened.reading().nodes.iter().find(|node| node.address == *source);
            node.map(|node| node.address_tr.clone())
        });
        let mended =
            printed.map(|printed| format!("metinde “{printed}” basılmış, harfleri tamamlandı; denetleyin"));
        let other = also.iter().map(|also| format!("metinde “{also}” diye de geçiyor"));
        said.chain(mended).chain(other).collect::<Vec<_>>().join("; ")
    };
    let units = proposal.units.iter().map(|unit| UnitRow {
        is_wanted: true,
        name: unit.name.clone(),
        kind: code_of(unit.kind).into(),
        under: unit.parent.map_or(Under::Top, Under::Row),
        read_at: at(&unit.sources, unit.printed.as_deref(), &[]),
    });
    let titles = proposal.titles.iter().map(|title| TitleRow {
        norm: title.norm.map(|norm| norm.to_string()).unwrap_or_default(),
        read_at: at(&title.sources, title.printed.as_deref(), &title.also),
        ..title_row(&title.name)
    });
    Plan { units: units.collect(), titles: titles.collect(), ..Plan::default() }
}

/// The same from a built-in profile.
pub(super) fn plan_of_profile(profile: &Profile) -> Plan {
    let place = |name: &str| profile.units.iter().position(|unit| unit.name == name);
    let units = profile.units.iter().map(|unit| UnitRow {
        is_wanted: true,
        name: unit.name.clone(),
        kind: kind_of_name(&unit.name).into(),
        under: unit.parent.as_deref().and_then(place).map_or(Under::Top, Under::Row),
        read_at: String::new(),
    });
    let titles = profile.titles.iter().map(|title| TitleRow {
        norm: title.count.map(|count| count.to_string()).unwrap_or_default(),
        ..title_row(&title.name)
    });
    Plan { units: units.collect(), titles: titles.collect(), ..Plan::default() }
}

fn title_row(name: &str) -> TitleRow {
    let folded = tr::fold(name);
    // How a title is usually employed (657 art. 4, 4857); the person sees it and may change it.
    let employments =
        [("sozlesmeli", "contract"), ("sirket", "company"), ("istirak", "company"), ("isci", "worker")];
    let employment = employments.iter().find(|(word, _)| folded.contains(word)).map_or("officer", |it| it.1);
    TitleRow {
        is_wanted: true,
        name: name.into(),
        employment: employment.into(),
        is_head: folded == "mudur" || folded.ends_with(" muduru"),
        norm: String::new(),
        read_at: String::new(),
    }
}

fn code_of(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Directorate => "directorate",
        UnitKind::Service => "service",
        UnitKind::Section => "chiefdom",
        UnitKind::Office => "bureau",
        UnitKind::Unit => "other",
    }
}

fn kind_of_name(name: &str) -> &'static str {
    let folded = tr::fold(name);
    let endings =
        [("mudurlugu", "directorate"), ("servisi", "service"), ("sefligi", "chiefdom"), ("burosu", "bureau")];
    endings.iter().find(|(ending, _)| folded.ends_with(ending)).map_or("other", |it| it.1)
}

/// Names of the form's fields for row `number`.
pub(super) fn unit_field(number: usize, part: &str) -> String {
    format!("birim{number}_{part}")
}

pub(super) fn title_field(number: usize, part: &str) -> String {
    format!("unvan{number}_{part}")
}

/// Reads the form back; what cannot be understood is said at its row. `open` is what is open now.
pub(super) fn parse(form: &Form, open: Plan) -> (Plan, Vec<Violation>) {
    let mut plan = Plan { units: Vec::new(), titles: Vec::new(), ..open };
    let has = |name: &str| form.0.iter().any(|(known, _)| known == name);
    for number in (0..MOST).take_while(|number| has(&unit_field(*number, "ad"))) {
        let text = |part: &str| form.get(&unit_field(number, part)).to_owned();
        plan.units.push(UnitRow {
            is_wanted: text("kur") == "evet",
            name: tr::clean_line(&text("ad")).text,
            kind: text("tur"),
            under: under(&text("ust")),
            read_at: text("yer"),
        });
    }
    for number in (0..MOST).take_while(|number| has(&title_field(*number, "ad"))) {
        let text = |part: &str| form.get(&title_field(number, part)).to_owned();
        plan.titles.push(TitleRow {
            is_wanted: text("kur") == "evet",
            name: tr::clean_line(&text("ad")).text,
            employment: text("tur"),
            is_head: text("yonetici") == "evet",
            norm: text("kadro").trim().to_owned(),
            read_at: text("yer"),
        });
    }
    let violations = check(&plan);
    (plan, violations)
}

fn under(sent: &str) -> Under {
    if let Some(row) = sent.strip_prefix("satir").and_then(|row| row.parse().ok()) {
        return Under::Row(row);
    }
    sent.parse().map_or(Under::Top, Under::Unit)
}

/// What only the whole form can tell; the rules of the directory come on top when it is opened.
fn check(plan: &Plan) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (number, row) in plan.units.iter().enumerate().filter(|(_, row)| row.is_wanted) {
        let mut say = |part: &str, text: &str| {
            found.push(Violation::new("YON-011", unit_field(number, part), text));
        };
        if row.name.is_empty() {
            say("ad", "Birimin adını yazın ya da satırın işaretini kaldırın.");
        } else if !seen.insert(tr::fold(&row.name)) {
            say("ad", "Bu ad yukarıda bir kez daha geçiyor; birini kaldırın.");
        }
        let is_lost = match row.under {
            Under::Row(above) => {
                above == number
                    || !plan.units.get(above).is_some_and(|above| above.is_wanted)
                    || loops(plan, number)
            }
            Under::Unit(id) => !plan.open_units.iter().any(|(known, _)| *known == id),
            Under::Top => false,
        };
        if is_lost {
            say("ust", "Bağlı olacağı birim kurulmuyor ya da kendisine bağlanıyor; başka birim seçin.");
        }
    }
    seen.clear();
    for (number, row) in plan.titles.iter().enumerate().filter(|(_, row)| row.is_wanted) {
        let mut say = |part: &str, text: &str| {
            found.push(Violation::new("YON-012", title_field(number, part), text));
        };
        if row.name.is_empty() {
            say("ad", "Unvanı yazın ya da satırın işaretini kaldırın.");
        } else if !seen.insert(tr::fold(&row.name)) {
            say("ad", "Bu unvan yukarıda bir kez daha geçiyor; birini kaldırın.");
        }
        if !row.norm.is_empty() && !row.norm.parse::<u32>().is_ok_and(|norm| norm <= 10_000) {
            say("kadro", "0 ile 10.000 arasında bir sayı yazın ya da boş bırakın.");
        }
    }
    found
}

fn loops(plan: &Plan, from: usize) -> bool {
    let mut here = from;
    for _ in 0..=plan.units.len() {
        match plan.units.get(here).map(|row| row.under) {
            Some(Under::Row(above)) if above == from => return true,
            Some(Under::Row(above)) => here = above,
            _ => return false,
        }
    }
    true
}

/// How much was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Opening {
    pub units: usize,
    pub titles: usize,
    pub norms: usize,
}

/// Opens what is wanted and not open yet, all or nothing; doing it again opens nothing twice.
///
/// # Errors
/// 403 without the directory's powers, 422 with the rule of the directory that was broken, at the row it is about.
pub(super) async fn found(tx: &Tx, regulation: (Uuid, &str), plan: &Plan) -> Result<Opening> {
    tx.act().require(FOUND, None, None)?;
    let mut opening = Opening::default();
    let ids = found_units(tx, plan, &mut opening).await?;
    let head = plan.units.iter().position(|row| row.is_wanted && row.kind == "directorate");
    let head = head.or_else(|| plan.units.iter().position(|row| row.is_wanted));
    found_titles(tx, plan, head.and_then(|head| ids.get(head).copied().flatten()), &mut opening).await?;
    let (id, title) = regulation;
    let note = format!(
        "{} birim, {} unvan ve {} norm kadro satırı açıldı.",
        opening.units, opening.titles, opening.norms
    );
    tx.record(NewEvent::new(Ref::new(kind().id, id), title, "organisation_founded").note(note)).await?;
    renew(tx, id).await?;
    Ok(opening)
}

async fn found_units(tx: &Tx, plan: &Plan, opening: &mut Opening) -> Result<Vec<Option<Uuid>>> {
    let mut ids: Vec<Option<Uuid>> = plan.units.iter().map(|row| plan.open_unit(&row.name)).collect();
    let mut codes = directory::store::unit_codes(tx).await?;
    // A unit is opened after the one it stands under; each round opens at least one or nothing is left.
    for _ in 0..plan.units.len() {
        for number in 0..plan.units.len() {
            let row = &plan.units[number];
            if !row.is_wanted || ids[number].is_some() {
                continue;
            }
            let parent = match row.under {
                Under::Top => None,
                Under::Unit(id) => Some(id),
                Under::Row(above) => match ids[above] {
                    Some(id) => Some(id),
                    None => continue,
                },
            };
            let code = free_code(&row.name, &codes);
            codes.insert(code.clone());
            let new = NewUnit {
                code,
                name: row.name.clone(),
                kind: row.kind.clone(),
                parent,
                on: None,
                sort_no: number as i64,
            };
            let id = create_unit(tx, &new).await.map_err(|error| at(error, &unit_field(number, "ad")))?;
            ids[number] = Some(id);
            opening.units += 1;
        }
    }
    Ok(ids)
}

async fn found_titles(tx: &Tx, plan: &Plan, head: Option<Uuid>, opening: &mut Opening) -> Result<()> {
    for (number, row) in plan.titles.iter().enumerate().filter(|(_, row)| row.is_wanted) {
        let title = match plan.open_title(&row.name) {
            Some(id) => id,
            None => {
                let made = create_title(tx, &row.name, &row.employment, row.is_head).await;
                opening.titles += 1;
                made.map_err(|error| at(error, &title_field(number, "ad")))?
            }
        };
        if let (Some(unit), Ok(norm)) = (head, row.norm.parse::<u32>()) {
            let set = set_norm(tx, unit, title, norm, "").await;
            set.map_err(|error| at(error, &title_field(number, "kadro")))?;
            opening.norms += 1;
        }
    }
    Ok(())
}

/// The rule of the directory, said at the row of this form.
fn at(mut error: Error, field: &str) -> Error {
    for violation in &mut error.violations {
        violation.field = field.to_owned();
    }
    error
}

/// `Bilgi İşlem Müdürlüğü` → `BIM`, with a number where that is taken.
fn free_code(name: &str, taken: &HashSet<String>) -> String {
    let folded = tr::fold(name);
    let words = folded.split(' ').filter(|word| *word != "ve");
    let letters: String =
        words.filter_map(|word| word.chars().find(char::is_ascii_alphanumeric)).take(12).collect();
    let base = if letters.is_empty() { "BIRIM".to_owned() } else { letters.to_ascii_uppercase() };
    let mut code = base.clone();
    let mut number = 2_u32;
    while taken.contains(&code) {
        code = format!("{base}-{number}");
        number += 1;
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_made_of_initials_and_never_given_twice() {
        let mut taken = HashSet::new();
        assert_eq!(free_code("Bilgi İşlem Müdürlüğü", &taken), "BIM");
        taken.insert("BIM".to_owned());
        assert_eq!(free_code("Bilgi ve İletişim Müdürlüğü", &taken), "BIM-2");
        assert_eq!(free_code("—", &taken), "BIRIM");
    }

    #[test]
    fn units_that_stand_under_each_other_are_refused() {
        let row = |name: &str, under| UnitRow {
            is_wanted: true,
            name: name.into(),
            kind: "service".into(),
            under,
            read_at: String::new(),
        };
        let mut plan =
            Plan { units: vec![row("A", Under::Row(1)), row("B", Under::Row(0))], ..Plan::default() };
        assert_eq!(check(&plan).len(), 2);
        plan.units[0].under = Under::Top;
        assert!(check(&plan).is_empty());
        plan.units[0].is_wanted = false;
        assert_eq!(check(&plan)[0].field, "birim1_ust");
    }

    #[test]
    fn titles_bring_how_they_are_usually_employed() {
        assert_eq!(title_row("Kadrolu İşçi").employment, "worker");
        assert_eq!(title_row("Sözleşmeli Personel").employment, "contract");
        assert_eq!(title_row("İştirak Çalışanı").employment, "company");
        assert!(title_row("Müdür").is_head && !title_row("Şef").is_head);
    }
}
