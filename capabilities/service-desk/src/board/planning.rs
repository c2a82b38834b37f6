//! Work is given a person and a day on the board itself, one card after the other.

use std::collections::BTreeMap;

use kernel::record;
use kernel::{Day, Error, ErrorKind, Violation, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Outcome, redirect};

use super::PATH;
use super::store::Planned;
use crate::ticket::{self, INTAKE};

const TICKET: &str = "kayit";
const WEEK: &str = "hafta";
const WHO: &str = "assignee_id";
const DAY: &str = "planned_on";

/// What was sent and could not be taken, so that the board shows it again.
#[derive(Default)]
pub(super) struct Refused {
    ticket: Option<Uuid>,
    title: String,
    pub week: Option<Day>,
    who: String,
    day: String,
    violations: Vec<Violation>,
}

impl Refused {
    /// Said above the board, where a card may be far below.
    pub fn said(&self) -> Option<Markup> {
        let texts = self.violations.iter().map(|one| one.text.as_str());
        let text = texts.collect::<Vec<_>>().join(" ");
        let notice = html! { p { "“" (self.title) "” planlanamadı: " (text) } };
        self.ticket.map(|_| ui::notice(ui::FlashKind::Error, notice))
    }

    fn error(&self, name: &str) -> Option<String> {
        self.violations.iter().find(|one| one.field == name).map(|one| one.text.clone())
    }
}

/// What the small form of each card is made of.
pub(super) struct Asked<'a> {
    refused: &'a Refused,
    csrf: &'a str,
    people: Vec<(&'a Uuid, &'a str)>,
    week: Day,
    may_plan: bool,
}

impl<'a> Asked<'a> {
    pub fn of(ctx: &'a Ctx, people: &'a BTreeMap<Uuid, String>, week: Day, refused: &'a Refused) -> Self {
        let mut people: Vec<(&Uuid, &str)> = people.iter().map(|(id, name)| (id, name.as_str())).collect();
        people.sort_by(|one, other| tr::compare(one.1, other.1));
        Self { refused, csrf: &ctx.csrf, people, week, may_plan: ctx.actor().may_in_whole(INTAKE) }
    }

    /// Person, day, “Planla”; folded, so that the list stays a list on a telephone, too.
    pub fn form(&self, one: &Planned) -> Markup {
        if !self.may_plan {
            return html! {};
        }
        let sent = Some(self.refused).filter(|refused| refused.ticket == Some(one.id));
        let chosen = match sent {
            Some(refused) => refused.who.clone(),
            None => one.assignee_id.map(|id| id.to_string()).unwrap_or_default(),
        };
        let none = ui::Opt::new("", "Kimseye verilmedi", chosen.is_empty());
        let people = self.people.iter().map(|(id, name)| {
            let id = id.to_string();
            let is_chosen = id == chosen;
            ui::Opt::new(id, (*name).to_string(), is_chosen)
        });
        // Each id on the page once; the fields are sent under the names that the ticket has for them.
        let who = ui::FieldView {
            name: format!("{WHO}-{}", one.id),
            label: "Görevli".into(),
            kind: ui::Input::Select(std::iter::once(none).chain(people).collect()),
            error: sent.and_then(|refused| refused.error(WHO)),
            ..ui::FieldView::default()
        };
        let day = ui::FieldView {
            name: format!("{DAY}-{}", one.id),
            label: "Gün".into(),
            kind: ui::Input::Date,
            value: sent.map_or_else(|| one.planned_on.clone(), |refused| refused.day.clone()),
            error: sent.and_then(|refused| refused.error(DAY)),
            ..ui::FieldView::default()
        };
        html! {
            details.card-form open[sent.is_some()] {
                summary { "Planla" span.visually-hidden { ": " (one.title) } }
                form.form method="post" action=(PATH) {
                    input type="hidden" name=(ui::names::CSRF) value=(self.csrf);
                    input type="hidden" name=(TICKET) value=(one.id);
                    input type="hidden" name=(ui::names::VERSION) value=(one.version);
                    input type="hidden" name=(WEEK) value=(self.week);
                    (ui::field(&who))
                    (ui::field(&day))
                    div.form-end { button.btn.is-primary type="submit" { "Planla" } }
                }
            }
        }
    }
}

/// `POST /destek/plan`: what the ticket's own form would write of these two.
pub(crate) async fn plan(ctx: Ctx, form: Form) -> Outcome {
    let kind = ticket::kind();
    let id: Uuid = form.get(TICKET).parse().map_err(|_| Error::not_found())?;
    let before = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let [who, day] = [WHO, DAY].map(|name| form.get(&format!("{name}-{id}")).to_string());
    let typed = BTreeMap::from([(WHO.to_string(), who.clone()), (DAY.to_string(), day.clone())]);
    let refused = |violations| Refused {
        ticket: Some(id),
        title: before.title(&kind),
        week: form.get(WEEK).parse().ok(),
        who: who.clone(),
        day: day.clone(),
        violations,
    };
    let (draft, wrong) = record::parse_form(&kind, &typed, Some(&before), ctx.actor());
    if !wrong.is_empty() {
        return super::page(&ctx, &refused(wrong)).await;
    }
    let version = form.get(ui::names::VERSION).parse().unwrap_or(0);
    let tx = ctx.db().begin(&ctx.act).await?;
    match record::update(&tx, &kind, id, version, draft).await {
        Ok(_) => tx.commit().await?,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            return super::page(&ctx, &refused(error.violations)).await;
        }
        Err(error) => return Err(error.into()),
    }
    let week = form.get(WEEK).parse::<Day>().map(|day| format!("{PATH}?hafta={day}"));
    Ok(redirect(week.as_deref().unwrap_or(PATH), &format!("“{}” planlandı.", before.title(&kind))))
}
