//! Style sheet, script, icon and colours; health, readiness and numbers for machines; the component gallery.

use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::Error;
use kernel::db::Sql;

use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::shell::Frame;

/// Files carry a hash in their name, so browsers may keep them for ever.
pub(super) async fn asset(Path(name): Path<String>) -> Outcome {
    let path = format!("/varlik/{name}");
    let found = ui::assets().iter().find(|asset| asset.path == path).ok_or_else(Error::not_found)?;
    let mut response = Response::new(Body::from(found.body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(found.content_type));
    headers.insert(header::ETAG, HeaderValue::from_static(found.etag));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}

/// The municipality's colours.
pub(super) async fn theme(ctx: Ctx) -> Outcome {
    let css = ui::theme_css(&ctx.app.settings().await?.text("house.brand"));
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=60")];
    Ok((headers, css).into_response())
}

/// The process answers.
pub(super) async fn health() -> &'static str {
    "ok"
}

/// The database answers too.
pub(super) async fn ready(ctx: Ctx) -> Outcome {
    let one: Option<i64> = ctx.db().scalar("SELECT count(*) FROM migration", vec![]).await?;
    let is_ready = one.is_some_and(|count| count > 0);
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, if is_ready { "ready" } else { "not migrated" }).into_response())
}

/// Prometheus text; counts only, nothing about persons.
pub(super) async fn metrics(ctx: Ctx) -> Outcome {
    let count = |sql: &'static str| ctx.db().scalar::<i64>(sql, vec![]);
    let queued = count("SELECT count(*) FROM job WHERE state = 'queued'").await?.unwrap_or(0);
    let dead = count("SELECT count(*) FROM job WHERE state = 'dead'").await?.unwrap_or(0);
    let unsealed =
        count("SELECT count(*) FROM (SELECT 1 FROM event WHERE seal_no IS NULL LIMIT 100000) AS open")
            .await?;
    let text = format!(
        "# TYPE belde_jobs_queued gauge\nbelde_jobs_queued {queued}\n\
         # TYPE belde_jobs_dead gauge\nbelde_jobs_dead {dead}\n\
         # TYPE belde_events_unsealed gauge\nbelde_events_unsealed {}\n",
        unsealed.unwrap_or(0)
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

pub(super) async fn openapi(ctx: Ctx) -> Outcome {
    Ok(Json(crate::openapi::document(ctx.registry(), &ctx.app.public_url)).into_response())
}

const GALLERY: &str = "/yonetim/bilesenler";

/// Every component with an example, for those who build screens.
pub(super) async fn gallery(ctx: Ctx) -> Outcome {
    ctx.page(Frame::new("Bileşenler"), ui::gallery_page(GALLERY)).await
}

/// One example that is a whole screen.
pub(super) async fn gallery_screen(ctx: Ctx, Path(slug): Path<String>) -> Outcome {
    let example = ui::gallery()
        .into_iter()
        .find(|one| one.slug == slug && one.is_screen)
        .ok_or_else(Error::not_found)?;
    ctx.page(Frame::new(example.name).crumb("Bileşenler", GALLERY), example.markup).await
}
