//! Screens of the directory: the kit's lists and forms, the chart, the calendar, and what detail pages add.

mod calendar;
mod chart;
mod extras;
mod moving;

use web::{Allow, Routes, kind_routes};

use crate::kinds;

/// Where the chart is drawn.
pub const CHART_PATH: &str = "/teskilat/sema";
/// Where the working calendar lives.
pub(crate) const CALENDAR_PATH: &str = "/teskilat/takvim";
/// The chart for the public, when it is published.
const PUBLIC_CHART_PATH: &str = "/teskilat-semasi";

/// Every route of the directory.
pub fn routes() -> Routes {
    let (see, see_all) = (Allow::Permission("directory.unit.view"), Allow::Whole("directory.unit.view"));
    let edit_staff = Allow::Permission("directory.staff.edit");
    Routes::new()
        .post("/teskilat/personel/tasi", edit_staff, moving::many)
        .post("/teskilat/personel/{id}/tasi", edit_staff, moving::one)
        .get(CHART_PATH, see_all, chart::show)
        .get(format!("{CHART_PATH}/yazdir"), see_all, chart::print)
        .get(PUBLIC_CHART_PATH, Allow::Public, chart::public)
        .get(CALENDAR_PATH, see, calendar::show)
        .and(kind_routes(&kinds::unit::kind(), Some(extras::unit)))
        .and(kind_routes(&kinds::title::kind(), None))
        .and(kind_routes(&kinds::norm::kind(), Some(extras::norm)))
        .and(kind_routes(&kinds::staff::kind(), Some(extras::staff)))
        .and(kind_routes(&kinds::appointment::kind(), Some(extras::appointment)))
        .and(kind_routes(&kinds::acting::kind(), Some(extras::acting)))
}

/// The Turkish word of a stored kind of unit.
fn kind_label(code: &str) -> &str {
    kinds::unit::KINDS.iter().find(|choice| choice.code == code).map_or(code, |choice| choice.label_tr)
}
