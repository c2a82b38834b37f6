//! The municipality's crest as whoever may change settings sends, replaces and takes it away.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use files::{Limits, Store, image};
use http::{HeaderValue, header};
use kernel::Error;
use kernel::setting::{Setting, set};
use maud::{Markup, html};

use crate::answer::{Outcome, redirect};
use crate::crest;
use crate::ctx::Ctx;
use crate::form::Upload;
use crate::shell::Frame;

pub(super) const PATH: &str = "/yonetim/ayarlar/arma";
/// Field of the second form of the page, which takes the crest away.
const REMOVE: &str = "kaldir";
/// Bytes and pixels of what is sent; what is kept is far smaller.
const MOST: Limits = Limits { max_bytes: 5 * 1024 * 1024, max_pixels: 16_000_000, ..Limits::DEFAULT };

pub(super) async fn show(ctx: Ctx) -> Outcome {
    page(&ctx, None).await
}

pub(super) async fn save(ctx: Ctx, upload: Upload) -> Outcome {
    if upload.form.get(REMOVE) == "evet" {
        keep(&ctx, "").await?;
        return Ok(redirect(PATH, "Arma kaldırıldı; yerinde belediyenin ilk harfi duruyor."));
    }
    let Some(file) = upload.files.into_iter().next().filter(|file| !file.bytes.is_empty()) else {
        return page(&ctx, Some("Önce bir dosya seçin.".into())).await;
    };
    if file.bytes.len() as u64 > MOST.max_bytes {
        return page(&ctx, Some(files::Error::too_large(MOST.max_bytes).message_tr)).await;
    }
    let drawn = tokio::task::spawn_blocking(move || image::small_png(&file.bytes, &MOST, crest::LONGEST));
    let png = match drawn.await.map_err(Error::internal)? {
        Ok(png) => png,
        Err(error) => return page(&ctx, Some(error.message_tr)).await,
    };
    let stored = ctx.app.services.get::<Store>()?.put_bytes(png).await.map_err(crate::kit::store_error)?;
    keep(&ctx, &stored.sha256.to_hex()).await?;
    Ok(redirect(PATH, "Arma kaydedildi."))
}

/// The blob stays: the event speaks of it, and papers that carried it were printed.
async fn keep(ctx: &Ctx, digest: &str) -> kernel::Result<()> {
    let tx = ctx.db().begin(&ctx.act).await?;
    let setting: Setting = crest::setting();
    set(&tx, &setting, &setting.parse(digest)?).await?;
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok(())
}

async fn page(ctx: &Ctx, wrong: Option<String>) -> Outcome {
    let href = crest::href(&*ctx.app.settings().await?);
    let is_there = href.is_some();
    let field = ui::FieldView {
        name: ui::names::FILES.into(),
        label: if is_there { "Yerine konacak görüntü" } else { "Görüntü dosyası" }.into(),
        hint: "PNG ya da JPEG; en çok 5 MB. Zemini saydam bir PNG en iyi sonucu verir.".into(),
        kind: ui::Input::File { accept: "image/png,image/jpeg".into(), multiple: false },
        error: wrong.clone(),
        ..ui::FieldView::default()
    };
    let errors = wrong.iter().map(|text| ui::FieldError {
        field: ui::names::FILES.into(),
        label: field.label.clone(),
        text: text.clone(),
    });
    let view = ui::FormView {
        title: "Belediyenin arması".into(),
        lead: "Sayfaların başında, giriş sayfasında ve basılan her kâğıdın başlığında görünür.".into(),
        action: PATH.into(),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        errors: errors.collect(),
        sections: vec![ui::FormSection { fields: vec![field], ..ui::FormSection::default() }],
        before: href.as_deref().map(picture),
        submit: if is_there { "Değiştir" } else { "Yükle" }.into(),
        cancel_href: Some("/yonetim/ayarlar".into()),
        multipart: true,
        ..ui::FormView::default()
    };
    let frame = Frame::new(view.title.clone()).crumb("Ayarlar", "/yonetim/ayarlar");
    let content = html! {
        (ui::form(&view))
        @if is_there {
            form method="post" action=(PATH) {
                input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                input type="hidden" name=(REMOVE) value="evet";
                button.btn type="submit" { "Armayı kaldır" }
            }
        }
    };
    if wrong.is_some() { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

fn picture(href: &str) -> Markup {
    html! { p { img.crest-large src=(href) alt="Şimdiki arma" width="128" height="128"; } }
}

/// The line of the settings page.
pub(super) async fn line(ctx: &Ctx) -> kernel::Result<Markup> {
    let href = crest::href(&*ctx.app.settings().await?);
    Ok(html! {
        p.hint {
            @if href.is_some() { "Belediyenin arması yüklü: " a href=(PATH) { "Armayı değiştir" } }
            @else { "Belediyenin arması yok: " a href=(PATH) { "Arma yükle" } }
        }
    })
}

/// For every page, also of those who are not signed in.
pub(super) async fn get(ctx: Ctx) -> Outcome {
    let settings = ctx.app.settings().await?;
    let png = crest::png(&settings, &ctx.app.services).await?.ok_or_else(Error::not_found)?;
    // Another node may know the new picture some seconds later; then nobody keeps the old one under its address.
    let is_of_address =
        crest::href(&settings).is_some_and(|href| href.ends_with(&format!("v={}", ctx.param("v"))));
    let kept = if is_of_address { "public, max-age=31536000, immutable" } else { "no-store" };
    let mut response: Response = Body::from(png).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    Ok(response)
}
