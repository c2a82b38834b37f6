//! One screen that gives the duties of the regulation in force to the units and titles it names: each as a box, all with
//! one press. What was given by hand stays as it is; whom the regulation does not name a person names.

use std::collections::HashMap;

use kernel::{Error, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, redirect};

use super::assign::keep;
use super::holders::{self, Whom};
use super::store::{self, Assignment, Clause};
use super::sync::restate;
use super::{MATCH, clause_anchor, title_of};

const PATH: &str = "/gorevler/atama";
const TITLE: &str = "Yönetmeliğin söylediği birimleri ata";
/// Name of the boxes.
const CHOSEN: &str = "oneri";

/// One line: a duty, whom the regulation names for it, and what that is in this town.
struct Line {
    duty: store::DutyRow,
    clause: Clause,
    said: String,
    /// Unit and title that would be written; the unit is `None` where the town has none of that name.
    unit: Option<(Uuid, String)>,
    title: Option<(Uuid, String)>,
}

impl Line {
    /// Sent by its box.
    fn value(&self) -> String {
        let title = self.title.as_ref().map(|(id, _)| id.simple().to_string()).unwrap_or_default();
        let unit = self.unit.as_ref().map(|(id, _)| id.simple().to_string()).unwrap_or_default();
        format!("{}.{unit}.{title}", self.duty.code)
    }

    fn assignment(&self, id: Uuid) -> Option<Assignment> {
        let (unit_id, unit) = self.unit.clone()?;
        Some(Assignment {
            id,
            duty_id: self.duty.id,
            unit_id,
            title_id: self.title.as_ref().map(|(id, _)| *id),
            staff_id: None,
            note: format!("Yönetmelik: {}", self.clause.address_tr),
            unit: Some(unit),
            title: self.title.as_ref().map(|(_, name)| name.clone()),
            staff: None,
        })
    }
}

/// Lines for every active duty with a confirmed clause, in the order of the catalogue; those that have them already are
/// left out.
async fn lines(db: &impl kernel::db::Sql) -> kernel::Result<Vec<Line>> {
    let mut sources: HashMap<String, Vec<Clause>> = store::sources(db).await?;
    let all: Vec<&Clause> = sources.values().flatten().collect();
    let articles = holders::articles(db, &all).await?;
    let units = directory::store::open_units(db).await?;
    let titles = directory::store::open_titles(db).await?;
    let directorate = units.iter().find(|(_, name)| tr::fold(name).contains("bilgi islem")).cloned();
    let assigned = store::assignments(db, None).await?;
    let named = |all: &[(Uuid, String)], name: &str| {
        let folded = tr::fold(name);
        all.iter().find(|(_, known)| tr::fold(known) == folded).cloned()
    };
    let mut lines: Vec<Line> = Vec::new();
    for duty in store::duties(db).await?.into_iter().filter(|duty| duty.state == "active") {
        let first = lines.len();
        for clause in sources.remove(&duty.code).unwrap_or_default() {
            let said = holders::holder(&clause, &articles);
            let (unit, title) = match &said {
                Some(said) => match said.kind {
                    Some(Whom::Unit) => (named(&units, &said.name), None),
                    Some(Whom::Title) => (directorate.clone(), named(&titles, &said.name)),
                    None => (directorate.clone(), None),
                },
                None => (directorate.clone(), None),
            };
            let words = said.map_or_else(|| "Müdürlük".to_owned(), |said| said.in_words());
            let line = Line { duty: duty.clone(), clause, said: words, unit, title };
            let is_written = |unit: &Uuid| {
                let title = line.title.as_ref().map(|(id, _)| *id);
                assigned
                    .iter()
                    .any(|one| one.duty_id == duty.id && one.unit_id == *unit && one.title_id == title)
            };
            let is_new = !line.unit.as_ref().is_some_and(|(unit, _)| is_written(unit));
            if is_new && !lines[first..].iter().any(|known| known.value() == line.value()) {
                lines.push(line);
            }
        }
    }
    Ok(lines)
}

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let lines = lines(ctx.db()).await?;
    let waiting = store::count_undecided(ctx.db()).await?;
    let content = html! {
        h1 { (TITLE) }
        p.lead {
            "Yürürlükteki yönetmeliğin teyit edilmiş maddelerinde görevi kime verdiği okundu. Uygun olanları işaretli bırakın; \
             elle yazdığınız sorumlular olduğu gibi kalır."
        }
        @if waiting > 0 {
            (ui::notice(ui::FlashKind::Info, html! {
                (tr::grouped(waiting)) " maddenin görevi henüz karar bekliyor; onlar burada görünmez."
                @if ctx.actor().may_in_whole(MATCH) { " " a href="/gorevler/eslestirme" { "Görev eşleştirmeye geçin" } "." }
            }))
        }
        @if lines.is_empty() {
            (ui::empty_state("Yönetmelikten atanacak bir görev kalmadı.", Some(&ui::Link::new("Görevler", "/gorevler"))))
        } @else {
            (form(&ctx, &lines))
        }
    };
    ctx.page(Frame::new(TITLE).crumb("Görevler", "/gorevler"), content).await
}

fn form(ctx: &Ctx, lines: &[Line]) -> Markup {
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            let place = format!("/yonetmelik/{}#{}", line.clause.regulation_id, clause_anchor(line.clause.node_id));
            vec![
                html! {
                    @if line.unit.is_some() {
                        // Without an assignment at all the proposal is as good as any; beside one by hand a person decides.
                        label { input type="checkbox" name=(CHOSEN) value=(line.value()) checked[line.duty.responsible.is_empty()];
                            " " (line.duty.code) " " (title_of(&line.duty.code)) }
                    } @else { (line.duty.code) " " (title_of(&line.duty.code)) }
                },
                html! { a href=(place) { (line.clause.address_tr) } },
                html! { (line.said) },
                html! {
                    @match &line.unit {
                        Some((_, unit)) => { (unit) @if let Some((_, title)) = &line.title { " · " (title) } },
                        None => { "Teşkilatta bu adla birim yok; " a href={ "/gorevler/" (line.duty.id) "/kimde" } { "elle belirleyin" } },
                    }
                },
                html! { @if line.duty.responsible.is_empty() { "—" } @else { (line.duty.responsible) } },
            ]
        })
        .collect();
    html! {
        form method="post" action=(PATH) {
            input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
            (ui::table("Önerilen sorumlular", &ui::heads(&["Görev", "Dayanak", "Yönetmeliğe göre", "Yazılacak birim", "Şimdiki sorumlu"]), &rows))
            div.form-end {
                button.btn.is-primary type="submit" { "İşaretlileri ata" }
                a.btn.is-quiet href="/gorevler" { "Vazgeç" }
            }
        }
    }
}

/// What is written is worked out again: a box says only which of today's proposals was meant.
pub(super) async fn send(ctx: Ctx, form: Form) -> Outcome {
    let tx = ctx.db().begin(&ctx.act).await?;
    let chosen: Vec<&str> = form.all(CHOSEN).collect();
    let mut written = 0;
    for line in lines(&tx).await?.iter().filter(|line| chosen.contains(&line.value().as_str())) {
        let Some(assignment) = line.assignment(tx.new_id()) else { continue };
        keep(&tx, &assignment, &line.duty.title).await?;
        written += 1;
    }
    if written == 0 {
        tx.rollback().await?;
        let text = "Atanacak bir görev işaretlenmedi ya da önerilenler bu arada değişti.";
        return Err(Error::conflict(text).into());
    }
    restate(&tx, None).await?;
    tx.commit().await?;
    Ok(redirect(PATH, &format!("{written} görevin sorumlusu yazıldı.")))
}
