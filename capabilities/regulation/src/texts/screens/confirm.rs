//! Confirming a draft: from when it is in force, by which decision, and what it replaces.

use axum::extract::Path;
use kernel::{Day, Error, ErrorKind, Violation, tr};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome};

use super::super::force::{Force, Worked, put_in_force, replaceable};
use super::super::opened::{Opened, open};
use super::super::store::{self, Named, Regulation};

/// Names of the fields.
const TITLE: &str = "ad";
const ON: &str = "yururluk";
const DECISION: &str = "karar";
const OLD: &str = "yerine";
const LOOKED: &str = "bakildi";

pub(crate) async fn show(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    if let Some(next) = is_behind(&ctx, id).await? {
        return Ok(web::see_other(next));
    }
    let asked = asked(&ctx, id).await?;
    let mut typed = Form::default();
    typed.0.push((TITLE.into(), asked.regulation.title.clone()));
    typed.0.push((ON.into(), tr::date(ctx.act.now().day().0)));
    if let Some(old) = asked.replaceable.first() {
        typed.0.push((OLD.into(), old.id.to_string()));
    }
    page(&ctx, &asked, &typed, &[]).await
}

pub(crate) async fn confirm(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    if let Some(next) = is_behind(&ctx, id).await? {
        return Ok(web::see_other(next));
    }
    let asked = asked(&ctx, id).await?;
    let (force, violations) = parse(&asked, &form);
    let Some(force) = force.filter(|_| violations.is_empty()) else {
        return page(&ctx, &asked, &form, &violations).await;
    };
    let worked = match &asked.opened {
        Some(opened) => Some(Worked::of(opened).await?),
        None => None,
    };
    let tx = ctx.db().begin(&ctx.act).await?;
    match put_in_force(&tx, id, worked.as_ref(), &force).await {
        Ok(()) => tx.commit().await?,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            drop(tx);
            let violations = if error.violations.is_empty() {
                vec![Violation::new("YON-006", "", error.message_tr)]
            } else {
                error.violations
            };
            return page(&ctx, &asked, &form, &violations).await;
        }
        Err(error) => return Err(error.into()),
    }
    ctx.app.forget_cached();
    let next = ctx.guide.map_or_else(|| format!("/yonetmelik/{id}"), |guide| guide.next.to_owned());
    let done = if force.on > ctx.act.now().day() {
        format!("Yönetmelik onaylandı; {} tarihinde yürürlüğe girecek.", tr::date(force.on.0))
    } else {
        "Yönetmelik yürürlüğe konuldu.".into()
    };
    Ok(web::redirect(&next, &done))
}

/// Where a person who is led goes on when this was confirmed before: by a second click or the back button.
async fn is_behind(ctx: &Ctx, id: Uuid) -> kernel::Result<Option<&'static str>> {
    let Some(guide) = ctx.guide else { return Ok(None) };
    let regulation = store::regulation(ctx.db(), id).await?;
    Ok((regulation.state != "draft").then_some(guide.next))
}

/// What is being confirmed.
struct Asked {
    regulation: Regulation,
    /// `None` for one made from a profile.
    opened: Option<Opened>,
    replaceable: Vec<Named>,
}

impl Asked {
    /// Whether a text was read without finding a single article in it.
    fn is_bare(&self) -> bool {
        self.opened.as_ref().is_some_and(|opened| !opened.has_articles())
    }

    /// Places nobody has looked at: doubtful nodes and text without a place.
    fn doubts(&self) -> usize {
        self.opened.as_ref().map_or(0, |opened| {
            let reading = opened.reading();
            let doubtful = reading.nodes.iter().filter(|node| !node.certainty.is_certain()).count();
            let loose = reading.unplaced.iter().filter(|span| !span.of(opened.text()).trim().is_empty());
            doubtful + loose.count()
        })
    }
}

async fn asked(ctx: &Ctx, id: Uuid) -> kernel::Result<Asked> {
    let mut regulation = store::regulation(ctx.db(), id).await?;
    if regulation.state != "draft" {
        return Err(Error::conflict("Bu yönetmelik zaten onaylanmış."));
    }
    let opened = if regulation.text.is_empty() { None } else { Some(open(ctx.db(), id).await?) };
    regulation.text.clear();
    Ok(Asked { regulation, opened, replaceable: replaceable(ctx.db(), id).await? })
}

fn parse(asked: &Asked, form: &Form) -> (Option<Force>, Vec<Violation>) {
    let mut violations = Vec::new();
    let on = tr::parse_date(form.get(ON)).map(Day).map_err(|text| {
        violations.push(Violation::new("YON-007", ON, text));
    });
    let old = form.get(OLD);
    let supersedes = asked.replaceable.iter().find(|other| other.id.to_string() == old);
    if !old.is_empty() && supersedes.is_none() {
        let text = "Seçtiğiniz yönetmelik artık yürürlükte değil; listeden yeniden seçin.";
        violations.push(Violation::new("YON-008", OLD, text));
    }
    let is_backwards = |old: &&Named| on.is_ok_and(|on| old.in_force_on.is_some_and(|began| began > on));
    if supersedes.as_ref().is_some_and(is_backwards) {
        let text = "Yerini alacağı yönetmelik bu tarihten sonra yürürlüğe girmiş. Tarihi düzeltin.";
        violations.push(Violation::new("YON-009", ON, text));
    }
    if (asked.doubts() > 0 || asked.is_bare()) && form.get(LOOKED) != "evet" {
        let text = "Kuşkulu yerlere bakın ya da böyle kalabileceğini işaretleyin.";
        violations.push(Violation::new("YON-010", LOOKED, text));
    }
    let force = on.ok().map(|on| Force {
        on,
        title: form.get(TITLE).to_owned(),
        decision: form.get(DECISION).to_owned(),
        supersedes: supersedes.map(|old| old.id),
    });
    (force, violations)
}

async fn page(ctx: &Ctx, asked: &Asked, typed: &Form, violations: &[Violation]) -> Outcome {
    let base = format!("/yonetmelik/{}", asked.regulation.id);
    let fields = fields(asked, typed, violations);
    let label = |name: &str| fields.iter().find(|field| field.name == name).map_or("", |field| &field.label);
    let errors = violations.iter().map(|one| ui::FieldError {
        field: one.field.clone(),
        label: label(&one.field).to_owned(),
        text: one.text.clone(),
    });
    let lead = match &asked.opened {
        Some(opened) => format!(
            "{} öge okundu. Onaydan sonra okuma değişmez; her bent için görev önerileri hazırlanır.",
            tr::grouped(opened.reading().nodes.len() as i64)
        ),
        None => "Profilin maddeleri ve görevleri onaylanmış olarak alınır.".into(),
    };
    let view = ui::FormView {
        title: "Onayla ve yürürlüğe koy".into(),
        lead,
        action: format!("{base}/onayla"),
        csrf: ctx.csrf.clone(),
        errors: errors.collect(),
        sections: vec![ui::FormSection {
            title: String::new(),
            fields: fields.clone(),
            ..ui::FormSection::default()
        }],
        submit: "Onayla ve yürürlüğe koy".into(),
        cancel_href: Some(match (&ctx.guide, &asked.opened) {
            (Some(_), Some(_)) => format!("{base}/duzelt"),
            (Some(guide), None) => guide.before(&ctx.path).to_owned(),
            (None, _) => base.clone(),
        }),
        ..ui::FormView::default()
    };
    let frame = Frame::new(view.title.clone())
        .crumb("Yönetmelikler", "/yonetmelik")
        .crumb(&asked.regulation.title, base);
    if violations.is_empty() {
        ctx.page(frame, ui::form(&view)).await
    } else {
        ctx.refused(frame, ui::form(&view)).await
    }
}

fn fields(asked: &Asked, typed: &Form, violations: &[Violation]) -> Vec<ui::FieldView> {
    let error = |name: &str| violations.iter().find(|one| one.field == name).map(|one| one.text.clone());
    let said = asked.opened.as_ref().and_then(|opened| opened.reading().in_force.as_ref());
    let rule = said.map_or(String::new(), |force| format!(" Metinde: “{}”", force.sentence));
    let mut fields = vec![
        ui::FieldView {
            name: TITLE.into(),
            label: "Adı".into(),
            hint: "Metinden okundu; yanlışsa düzeltin. Onaydan sonra değişmez.".into(),
            value: typed.get(TITLE).into(),
            max_length: Some(300),
            width: ui::Width::Full,
            error: error(TITLE),
            ..ui::FieldView::default()
        },
        ui::FieldView {
            name: ON.into(),
            label: "Yürürlüğe girdiği gün".into(),
            hint: format!("İleri bir gün yazarsanız o gün gelince kendiliğinden yürürlüğe girer.{rule}"),
            kind: ui::Input::Date,
            value: typed.get(ON).into(),
            width: ui::Width::Short,
            error: error(ON),
            ..ui::FieldView::default()
        },
        ui::FieldView {
            name: DECISION.into(),
            label: "Meclis kararı".into(),
            hint: "Karar tarihi ve sayısı, evrakta geçtiği gibi.".into(),
            value: typed.get(DECISION).into(),
            optional: true,
            max_length: Some(300),
            width: ui::Width::Long,
            error: error(DECISION),
            ..ui::FieldView::default()
        },
    ];
    if !asked.replaceable.is_empty() {
        let chosen = typed.get(OLD);
        let mut options = vec![ui::Opt::new("", "Hiçbirinin; yanında yürürlüğe girer", chosen.is_empty())];
        options.extend(asked.replaceable.iter().map(|other| {
            let id = other.id.to_string();
            let is_chosen = id == chosen;
            ui::Opt::new(id, &other.title, is_chosen)
        }));
        fields.push(ui::FieldView {
            name: OLD.into(),
            label: "Yerini aldığı yönetmelik".into(),
            hint: "O günden sonra yürürlükten kalkar, okunabilir kalır; değişmeyen bentlerin onaylı görevleri aktarılır.".into(),
            kind: ui::Input::Select(options),
            value: chosen.into(),
            width: ui::Width::Long,
            error: error(OLD),
            ..ui::FieldView::default()
        });
    }
    fields.extend(looked_field(asked, typed, error(LOOKED)));
    fields
}

/// Asks whether what is doubtful may stay so; `None` where nothing is.
fn looked_field(asked: &Asked, typed: &Form, error: Option<String>) -> Option<ui::FieldView> {
    let doubts = asked.doubts();
    if doubts == 0 && !asked.is_bare() {
        return None;
    }
    let label = match asked.is_bare() {
        true => "Metinde hiç madde bulunamadı; böyle kalabilir".into(),
        false => format!("Kuşkulu ya da yeri bulunamayan {doubts} yer var; böyle kalabilir"),
    };
    Some(ui::FieldView {
        name: LOOKED.into(),
        label,
        kind: ui::Input::Checkbox,
        value: typed.get(LOOKED).into(),
        error,
        ..ui::FieldView::default()
    })
}
