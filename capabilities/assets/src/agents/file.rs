//! Inventories carried by hand from machines that no network reaches: the files that agents write with `--local`.

use files::Limits;
use files::archive::Archive;
use kernel::{Result, tr};
use maud::{Markup, html};
use web::{Ctx, Frame, Outcome, Upload};

use super::receive::{self, receive};
use crate::wire::{self, Message};

pub(crate) const PATH: &str = "/ajanlar/dosya";

/// Files of one zip; a town with more carries two.
const MOST_IN_ZIP: usize = 2_000;
/// Bytes of one of them, unpacked.
const MOST_OF_ONE: u64 = 32 * 1024 * 1024;

/// What became of one file.
struct Done {
    name: String,
    said: String,
    is_kept: bool,
}

/// `GET /ajanlar/dosya`
pub(crate) async fn ask(ctx: Ctx) -> Outcome {
    page(&ctx, &[], None).await
}

/// `POST /ajanlar/dosya`: each file by itself; one that cannot be read does not stop the others.
pub(crate) async fn take(ctx: Ctx, upload: Upload) -> Outcome {
    if upload.files.is_empty() {
        return page(&ctx, &[], Some("En az bir dosya seçin.")).await;
    }
    let mut done = Vec::new();
    for file in &upload.files {
        let name = tr::clean_line(&file.name).text;
        match inside(file.bytes.clone()).await? {
            None => done.push(taken(&ctx, name, file.bytes.clone()).await?),
            Some(Ok(files)) => {
                for (inner, bytes) in files {
                    let name = format!("{name}: {}", tr::clean_line(&inner).text);
                    done.push(taken(&ctx, name, bytes.into()).await?);
                }
            }
            Some(Err(said)) => done.push(Done { name, said, is_kept: false }),
        }
    }
    page(&ctx, &done, None).await
}

async fn taken(ctx: &Ctx, name: String, bytes: bytes::Bytes) -> Result<Done> {
    let said = one(ctx, bytes).await?;
    let is_kept = said.is_ok();
    Ok(Done { name, said: said.unwrap_or_else(|why| why), is_kept })
}

/// Name and bytes of each file of a zip, or why they cannot be had.
type Inside = std::result::Result<Vec<(String, Vec<u8>)>, String>;

/// `None` where it is no zip.
async fn inside(bytes: bytes::Bytes) -> Result<Option<Inside>> {
    if !bytes.starts_with(b"PK") {
        return Ok(None);
    }
    let read = move || -> Inside {
        let limits = Limits { max_entries: MOST_IN_ZIP, ..Limits::default() };
        let mut archive =
            Archive::open(std::io::Cursor::new(bytes), &limits).map_err(|why| why.message_tr)?;
        let names: Vec<String> = archive.entries().iter().map(|entry| entry.name.clone()).collect();
        let mut files = Vec::new();
        for name in names {
            let read = archive.read(&name, MOST_OF_ONE).map_err(|why| why.message_tr)?;
            files.extend(read.map(|bytes| (name, bytes)));
        }
        Ok(files)
    };
    Ok(Some(tokio::task::spawn_blocking(read).await.map_err(kernel::Error::internal)?))
}

/// What happened, or why nothing did.
async fn one(ctx: &Ctx, bytes: bytes::Bytes) -> Result<std::result::Result<String, String>> {
    let read = tokio::task::spawn_blocking(move || {
        wire::unpack(&bytes).and_then(|(_, text)| wire::read(&text, None))
    });
    let inventory = match read.await.map_err(kernel::Error::internal)? {
        Ok(Message::Inventory(inventory)) => inventory,
        Ok(_) => return Ok(Err("Bu dosya bir envanter değil.".into())),
        Err(why) => return Ok(Err(why.to_string())),
    };
    Ok(match receive(ctx.db(), &ctx.act.clock, &inventory, "").await {
        Ok(receive::Outcome::Kept) => Ok(format!("{}: alındı.", inventory.device_id)),
        Ok(receive::Outcome::Unchanged | receive::Outcome::Waiting) => {
            Ok(format!("{}: öncekiyle aynı.", inventory.device_id))
        }
        Ok(receive::Outcome::Refused) => Err(format!("{}: bu ajan reddedilmiş.", inventory.device_id)),
        Err(error) if error.violations.is_empty() => return Err(error),
        Err(error) => Err(error.violations.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(" ")),
    })
}

async fn page(ctx: &Ctx, done: &[Done], error: Option<&str>) -> Outcome {
    let field = ui::FieldView {
        name: ui::names::FILES.into(),
        label: "Envanter dosyaları".into(),
        hint: "Ajanın --local ile yazdığı .ocs, .xml ya da .json dosyaları; birkaçını birden ya da hepsini bir .zip içinde verebilirsiniz."
            .into(),
        kind: ui::Input::File { accept: ".ocs,.xml,.json,.zip".into(), multiple: true },
        error: error.map(str::to_string),
        ..ui::FieldView::default()
    };
    let errors = error.map(|text| ui::FieldError {
        field: ui::names::FILES.into(),
        label: "Dosya".into(),
        text: text.into(),
    });
    let view = ui::FormView {
        title: "Dosyadan envanter al".into(),
        lead: "Ağa bağlı olmayan bilgisayarların envanteri USB bellekle taşınır. Yeni makine onay bekler."
            .into(),
        action: PATH.into(),
        csrf: ctx.csrf.clone(),
        sections: vec![ui::FormSection {
            title: String::new(),
            fields: vec![field],
            ..ui::FormSection::default()
        }],
        submit: "Al".into(),
        cancel_href: Some("/ajanlar".into()),
        errors: errors.into_iter().collect(),
        multipart: true,
        ..ui::FormView::default()
    };
    let frame = Frame::new("Dosyadan envanter al").crumb("Ajanlar", "/ajanlar");
    let content = html! { (results(done)) (ui::form(&view)) };
    if error.is_some() { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

fn results(done: &[Done]) -> Markup {
    html! {
        @for one in done {
            @let kind = if one.is_kept { ui::FlashKind::Success } else { ui::FlashKind::Error };
            (ui::notice(kind, html! { (one.name) " — " (one.said) }))
        }
    }
}
