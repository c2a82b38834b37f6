//! Work is given a person and a day on the board itself, one card after the other.

use std::collections::BTreeMap;

use kernel::record;
use kernel::{Day, Error, tr};
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

/// What the small form of each card is made of.
pub(super) struct Asked<'a> {
    csrf: &'a str,
    people: Vec<(&'a Uuid, &'a str)>,
    week: Day,
    may_plan: bool,
}

impl<'a> Asked<'a> {
    pub fn of(ctx: &'a Ctx, people: &'a BTreeMap<Uuid, String>, week: Day) -> Self {
        let mut people: Vec<(&Uuid, &str)> = people.iter().map(|(id, name)| (id, name.as_str())).collect();
        people.sort_by(|one, other| tr::compare(one.1, other.1));
        Self { csrf: &ctx.csrf, people, week, may_plan: ctx.actor().may_in_whole(INTAKE) }
    }

    /// Person, day, “Planla”; folded, so that the list stays a list on a telephone, too.
    pub fn form(&self, one: &Planned) -> Markup {
        if !self.may_plan {
            return html! {};
        }
        let none = ui::Opt::new("", "Kimseye verilmedi", one.assignee_id.is_none());
        let people = self.people.iter().map(|(id, name)| {
            ui::Opt::new(id.to_string(), (*name).to_string(), one.assignee_id == Some(**id))
        });
        // Each id on the page once; the fields are sent under the names that the ticket has for them.
        let who = ui::FieldView {
            name: format!("{WHO}-{}", one.id),
            label: "Görevli".into(),
            kind: ui::Input::Select(std::iter::once(none).chain(people).collect()),
            ..ui::FieldView::default()
        };
        let day = ui::FieldView {
            name: format!("{DAY}-{}", one.id),
            label: "Gün".into(),
            kind: ui::Input::Date,
            value: one.planned_on.clone(),
            ..ui::FieldView::default()
        };
        html! {
            details {
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
    let typed = [WHO, DAY].map(|name| (name.to_string(), form.get(&format!("{name}-{id}")).to_string()));
    let (draft, wrong) = record::parse_form(&kind, &BTreeMap::from(typed), Some(&before), ctx.actor());
    if !wrong.is_empty() {
        return Err(Error::invalid(wrong).into());
    }
    let version = form.get(ui::names::VERSION).parse().unwrap_or(0);
    let tx = ctx.db().begin(&ctx.act).await?;
    record::update(&tx, &kind, id, version, draft).await?;
    tx.commit().await?;
    let week = form.get(WEEK).parse::<Day>().map(|day| format!("{PATH}?hafta={day}"));
    Ok(redirect(week.as_deref().unwrap_or(PATH), &format!("“{}” planlandı.", before.title(&kind))))
}
