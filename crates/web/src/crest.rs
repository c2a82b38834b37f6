//! The municipality's crest: a small picture of our own making, named by its digest in the settings. Who sends one is
//! `screens/crest`.

use files::{Digest, Store};
use kernel::job::Services;
use kernel::setting::{Setting, SettingKind, Settings};
use kernel::{Result, tr};
use printing::Letterhead;

/// Of the setting that holds its digest.
pub(crate) const KEY: &str = "house.crest";
/// Pixels of its longer side: sharp on paper where it is two centimetres high, and small enough to stand in every PDF.
pub(crate) const LONGEST: u32 = 400;
/// Bytes it may have: that many pixels, should they resist all packing.
const MOST_BYTES: u64 = 1024 * 1024;

pub(crate) fn setting() -> Setting {
    Setting {
        key: KEY,
        group_tr: "Kurum",
        label_tr: "Arma",
        hint_tr: "",
        kind: SettingKind::Picture,
        default: "\"\"",
    }
}

/// What stands for the crest where there is none: the first letter of the municipality.
pub(crate) fn letter(town: &str) -> String {
    town.chars().next().map(|letter| tr::upper(&letter.to_string())).unwrap_or_else(|| "B".into())
}

/// Where pages find it. The address changes with the picture, so that browsers may keep it.
pub(crate) fn href(settings: &Settings) -> Option<String> {
    let digest = settings.text(KEY);
    digest.get(..16).map(|mark| format!("{}?v={mark}", ui::names::CREST))
}

/// The PNG; nothing where there is no crest.
pub(crate) async fn png(settings: &Settings, services: &Services) -> Result<Option<Vec<u8>>> {
    let Ok(digest) = settings.text(KEY).parse::<Digest>() else { return Ok(None) };
    let bytes = services.get::<Store>()?.get_bytes(&digest, MOST_BYTES).await;
    Ok(Some(bytes.map_err(crate::kit::store_error)?.to_vec()))
}

/// The municipality's head over a paper, of whoever prints: a page or a job. Where the store of files does not answer the
/// paper is printed with the letter: it is worth more than its ornament.
pub async fn letterhead(settings: &Settings, services: &Services) -> Letterhead {
    let municipality = settings.text("house.town");
    let crest = png(settings, services).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the crest cannot be read; papers go without it");
        None
    });
    Letterhead {
        crest_letter: letter(&municipality),
        municipality,
        directorate: settings.text("house.directorate"),
        crest: crest.unwrap_or_default(),
    }
}
