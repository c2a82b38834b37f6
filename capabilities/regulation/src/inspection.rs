//! The inspector's view: every duty by family with its source, people, screens, last evidence and what is missing;
//! on the screen, printed and as PDF/A. Reads only; the paper is drawn in `paper`.

mod paper;
mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use kernel::capability::{Evidence, EvidenceNow, MenuEntry, Permission};
use kernel::event::VerbLabel;
use kernel::{Boxed, Capability, Db, Instant, NewEvent, Ref, Registry, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Allow, Ctx, Frame, Outcome, Routes};

use crate::catalogue::Catalogue;
use crate::duties::store::{Clause, DutyRow, duties, in_force, sources};
use crate::duties::{COVERAGE, page};

/// Sees the inspection view and takes it out as a file.
pub(crate) const VIEW: &str = "regulation.inspection.view";
/// The subject of events about the view, which is no record of a table.
const SUBJECT: Uuid = Uuid::from_u128(0xbe1d_e000_0000_8000_8000_0000_0000_0003);
/// Source clauses named for one duty; more are counted.
const MOST_SOURCES: usize = 3;

/// What this part declares.
pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![MenuEntry {
            group_tr: "Görev ve denetim",
            label_tr: "Denetim görünümü",
            path: "/denetim",
            permission: VIEW,
        }],
        permissions: vec![Permission {
            code: VIEW,
            sentence_tr: "Denetim görünümünü açar, yazdırır ve PDF olarak indirir.",
            roles: &[("admin", "all"), ("deputy_mayor", "all"), ("director", "all"), ("auditor", "all")],
        }],
        subjects: vec![("inspection", "denetim görünümü")],
        verbs: vec![VerbLabel { verb: "paper_taken", label_tr: "PDF olarak indirildi", is_official: false }],
        evidence: vec![Evidence {
            duty: "REG-3",
            label_tr: "İndirilen denetim görünümleri",
            path: "/kayitlar?verb=paper_taken",
            fresh_days: 365,
            run: papers,
        }],
        ..Capability::default()
    }
}

/// Routes of this part.
pub(crate) fn routes() -> Routes {
    let may = Allow::Whole(VIEW);
    Routes::new().get("/denetim", may, show).get("/denetim/yazdir", may, print).get(
        "/denetim/pdf",
        may,
        download,
    )
}

/// What a duty that the regulation states may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    Unconfirmed,
    NobodyNamed,
    NoScreen,
    NoEvidence,
    OldEvidence,
}

impl Gap {
    fn label_tr(self) -> &'static str {
        match self {
            Self::Unconfirmed => "Dayanağı teyit bekliyor",
            Self::NobodyNamed => "Sorumlusu yok",
            Self::NoScreen => "Ekranı yok",
            Self::NoEvidence => "Kanıtı yok",
            Self::OldEvidence => "Kanıtı eski",
        }
    }

    /// Each has a shape of its own beside its word and colour.
    fn tone(self) -> ui::Tone {
        match self {
            Self::Unconfirmed | Self::OldEvidence => ui::Tone::Waiting,
            Self::NobodyNamed | Self::NoScreen | Self::NoEvidence => ui::Tone::Bad,
        }
    }
}

/// What is missing. A duty that the regulation in force does not state lacks nothing: it is not this directorate's.
pub(crate) fn gaps(duty: &DutyRow, is_served: bool) -> Vec<Gap> {
    if duty.coverage == "none" || duty.state != "active" {
        return Vec::new();
    }
    let found = [
        (duty.coverage == "proposed", Gap::Unconfirmed),
        (duty.responsible.is_empty(), Gap::NobodyNamed),
        (!is_served, Gap::NoScreen),
        (duty.evidence_state == "none", Gap::NoEvidence),
        (duty.evidence_state == "old", Gap::OldEvidence),
    ];
    found.into_iter().filter_map(|(is_missing, gap)| is_missing.then_some(gap)).collect()
}

/// One duty as the inspector reads it.
struct Line {
    duty: DutyRow,
    sources: Vec<Clause>,
    screens: Vec<String>,
    gaps: Vec<Gap>,
}

impl Line {
    /// "Madde 6, bent a; Madde 9 ve 2 madde daha", or the word for a duty without any.
    fn source_text(&self) -> String {
        if self.sources.is_empty() {
            let choice = COVERAGE.iter().find(|choice| choice.code == self.duty.coverage);
            return choice.map_or("", |choice| choice.label_tr).to_string();
        }
        let named = self.sources.iter().take(MOST_SOURCES).map(|clause| clause.address_tr.as_str());
        let named = named.collect::<Vec<_>>().join("; ");
        match self.sources.len().saturating_sub(MOST_SOURCES) {
            0 => named,
            more => format!("{named} ve {more} madde daha"),
        }
    }

    /// "dün 09:40: Alınan yedek: 12."; on paper, which is read on another day, with the full moment (`None`).
    fn evidence_text(&self, now: Option<Instant>) -> String {
        let when = |at| now.map_or_else(|| tr::instant(at), |now| tr::past(at, now.0));
        match (self.duty.evidence_at, self.duty.evidence.is_empty()) {
            (_, true) => "—".into(),
            (Some(at), false) => format!("{}: {}", when(at), self.duty.evidence),
            (None, false) => self.duty.evidence.clone(),
        }
    }

    fn gap_badges(&self) -> Markup {
        if self.gaps.is_empty() {
            return if self.duty.coverage == "none" {
                ui::state_badge(ui::Tone::Off, "Yönetmelikte yok")
            } else {
                ui::state_badge(ui::Tone::Done, "Eksiği yok")
            };
        }
        html! { @for gap in &self.gaps { (ui::state_badge(gap.tone(), gap.label_tr())) " " } }
    }

    fn gap_text(&self) -> String {
        if self.gaps.is_empty() {
            return if self.duty.coverage == "none" { "—".into() } else { "Eksiği yok".into() };
        }
        self.gaps.iter().map(|gap| gap.label_tr()).collect::<Vec<_>>().join("; ")
    }
}

/// Headings of the view, on screen and on paper.
const HEADS: [&str; 6] = ["Görev", "Dayanak", "Kim yapıyor", "Ekran", "Son kanıt", "Eksik"];

/// The whole view at one moment.
struct Sheet {
    lines: Vec<Line>,
    regulations: i64,
    only_gaps: bool,
}

impl Sheet {
    async fn read(db: &Db, registry: &Registry, only_gaps: bool) -> Result<Self> {
        let mut sources: HashMap<String, Vec<Clause>> = sources(db).await?;
        let duties = duties(db).await?.into_iter().filter(|duty| duty.state == "active");
        let lines = duties.map(|duty| {
            let gaps = gaps(&duty, page::is_served(registry, &duty.code));
            let screens = page::screen_names(registry, &duty.code);
            Line { sources: sources.remove(&duty.code).unwrap_or_default(), screens, gaps, duty }
        });
        let lines = lines.collect();
        Ok(Self { lines, regulations: in_force(db).await?, only_gaps })
    }

    /// Families in the order of the catalogue with the lines to be shown; a family without any is left out.
    fn families(&self) -> Vec<(&'static str, Vec<&Line>)> {
        let shown = |family: &str| {
            let own = self.lines.iter().filter(|line| line.duty.family == family);
            own.filter(|line| !self.only_gaps || !line.gaps.is_empty()).collect::<Vec<_>>()
        };
        let families = Catalogue::built_in().families().iter();
        let all = families.map(|family| (family.name_tr.as_str(), shown(&family.id)));
        all.filter(|(_, lines)| !lines.is_empty()).collect()
    }

    fn count(&self, is_counted: impl Fn(&Line) -> bool) -> usize {
        self.lines.iter().filter(|line| is_counted(line)).count()
    }

    fn stated(&self) -> usize {
        self.count(|line| line.duty.coverage != "none")
    }

    fn with_gap(&self) -> usize {
        self.count(|line| !line.gaps.is_empty())
    }

    /// Value, name and whether it is bad news.
    fn figures(&self) -> Vec<(usize, &'static str, bool)> {
        let lacking = |gap: Gap| self.count(|line| line.gaps.contains(&gap));
        let stated = |line: &Line| line.duty.coverage != "none";
        vec![
            (self.stated(), "yönetmelikteki görev", false),
            (self.count(|line| stated(line) && line.duty.evidence_state == "fresh"), "kanıtı güncel", false),
            (lacking(Gap::OldEvidence), "kanıtı eski", true),
            (lacking(Gap::NoEvidence), "kanıtı yok", true),
            (lacking(Gap::NobodyNamed), "sorumlusu yok", true),
            (lacking(Gap::Unconfirmed), "dayanağı teyit bekliyor", true),
        ]
    }
}

fn wants_gaps(ctx: &Ctx) -> bool {
    ctx.param("eksik") == "evet"
}

fn query(only_gaps: bool) -> &'static str {
    if only_gaps { "?eksik=evet" } else { "" }
}

async fn show(ctx: Ctx) -> Outcome {
    let sheet = Sheet::read(ctx.db(), ctx.registry(), wants_gaps(&ctx)).await?;
    let figures = sheet.figures().into_iter().map(|(value, label, is_bad)| ui::KeyFigure {
        value: tr::grouped(value as i64),
        label: paper::capitalised(label),
        late: is_bad && value > 0,
        ..ui::KeyFigure::default()
    });
    let figures: Vec<_> = figures.collect();
    let tab = |label: &str, count: usize, href: &str, current| ui::Tab {
        label: label.into(),
        href: href.into(),
        count: Some(tr::grouped(count as i64)),
        current,
    };
    let content = html! {
        div.top {
            h1 { "Denetim görünümü" }
            div.top-end {
                a.btn href={ "/denetim/yazdir" (query(sheet.only_gaps)) } { "Yazdır" }
                a.btn href={ "/denetim/pdf" (query(sheet.only_gaps)) } { "PDF olarak indir" }
            }
        }
        p.lead { "Her görev; dayanağı, sorumlusu, ekranı ve son kanıtıyla. Kanıtlar saatte bir tazelenir; görevin sayfasında o anki durumları görünür." }
        @if sheet.regulations == 0 {
            (ui::notice(ui::FlashKind::Warning, html! { p {
                "Yürürlükte bir yönetmelik yok; bu yüzden hangi görevlerin müdürlüğe ait olduğu bilinmiyor."
            } }))
        }
        (ui::key_figures(&figures))
        (ui::tabs("Görünüm", &[
            tab("Bütün görevler", sheet.lines.len(), "/denetim", !sheet.only_gaps),
            tab("Yalnız eksiği olanlar", sheet.with_gap(), "/denetim?eksik=evet", sheet.only_gaps),
        ]))
        @let families = sheet.families();
        @if families.is_empty() {
            (ui::empty_state("Eksiği olan bir görev yok.", Some(&ui::Link::new("Bütün görevler", "/denetim"))))
        }
        @for (name, lines) in &families { (family(name, lines, &ctx)) }
    };
    ctx.page(Frame::new("Denetim görünümü").crumb("Görevler", "/gorevler"), content).await
}

fn family(name: &str, lines: &[&Line], ctx: &Ctx) -> Markup {
    let now = ctx.act.now();
    let may_open = ctx.actor().may_in_whole(crate::duties::VIEW);
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let title = html! { (line.duty.code) " " (line.duty.title) };
            vec![
                html! { @if may_open { a href={ "/gorevler/" (line.duty.id) } { (title) } } @else { (title) } },
                html! { (line.source_text()) },
                html! { (dash(&line.duty.responsible)) },
                html! { (dash(&line.screens.join(", "))) },
                html! { (line.evidence_text(Some(now))) },
                line.gap_badges(),
            ]
        })
        .collect();
    html! {
        h2 { (name) }
        (ui::table(name, &ui::heads(&HEADS), &rows))
    }
}

fn dash(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}

async fn print(ctx: Ctx) -> Outcome {
    let sheet = Sheet::read(ctx.db(), ctx.registry(), wants_gaps(&ctx)).await?;
    let now = ctx.act.now();
    let content = html! {
        p { @for (value, label, _) in sheet.figures() { (value) " " (label) ". " } }
        @for (name, lines) in sheet.families() {
            h2 { (name) }
            (ui::table(name, &ui::heads(&HEADS), &lines.iter().map(|line| vec![
                html! { (line.duty.code) " " (line.duty.title) },
                html! { (line.source_text()) },
                html! { (dash(&line.duty.responsible)) },
                html! { (dash(&line.screens.join(", "))) },
                html! { (line.evidence_text(Some(now))) },
                html! { (line.gap_text()) },
            ]).collect::<Vec<_>>()))
        }
    };
    let filter = if sheet.only_gaps { "Yalnız eksiği olan görevler" } else { "Bütün görevler" };
    ctx.print_page("Denetim görünümü", filter, content).await
}

/// The view as PDF/A; that it was taken out is an event.
async fn download(ctx: Ctx) -> Outcome {
    let sheet = Sheet::read(ctx.db(), ctx.registry(), wants_gaps(&ctx)).await?;
    let at = ctx.act.now();
    let document = paper::document(&sheet, ctx.letterhead().await?, &ctx.actor().signature(), at);
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let note = if sheet.only_gaps { "Yalnız eksiği olan görevler" } else { "Bütün görevler" };
    tx.record(NewEvent::new(Ref::new("inspection", SUBJECT), "Denetim görünümü", "paper_taken").note(note))
        .await?;
    tx.commit().await?;
    Ok(web::download(&format!("denetim-{}.pdf", at.day()), "application/pdf", bytes))
}

fn papers(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::papers(db, SUBJECT).await?;
        let sentence_tr = format!("İndirilen denetim görünümü: {}.", found.number);
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}
