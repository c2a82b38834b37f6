//! The page with which a telephone reads labels. The form works without script, one label at a time; the script adds the camera and
//! keeps what was read until it can be sent.

use maud::{Markup, html};

use crate::assets::COUNT_PATH;
use crate::names;
use crate::shell::hidden;

#[derive(Clone, Debug, Default)]
pub struct CountView {
    /// Where readings are sent.
    pub action: String,
    pub csrf: String,
    /// Where to go when done.
    pub done: String,
    /// How far it is.
    pub lead: String,
    /// Room that was typed before.
    pub place: String,
    /// Names this count in the telephone's store.
    pub key: String,
}

pub fn count_page(view: &CountView) -> Markup {
    html! {
        div.count data-count=(view.key) {
            p.lead { (view.lead) }
            form.form method="post" action=(view.action) novalidate {
                (hidden(names::CSRF, &view.csrf))
                div.field {
                    label.field-label for="oda" { "Bulunduğunuz oda " span.optional { "(isteğe bağlı)" } }
                    input.w-full #oda name="oda" value=(view.place) maxlength="120" autocomplete="off";
                }
                div.count-camera hidden data-count-camera {
                    video playsinline muted data-count-video {}
                    p.hint data-count-hint { "Etiketi kareye getirin." }
                }
                p { button.btn type="button" hidden data-count-start { "Kamerayla okut" } }
                div.field {
                    label.field-label for="kod" { "Etiket, envanter no ya da seri no" }
                    input.w-full #kod name="kod" maxlength="300" autocomplete="off" autocapitalize="characters" enterkeyhint="send";
                }
                div.form-end {
                    button.btn.is-primary type="submit" { "Ekle" }
                    a.btn.is-quiet href=(view.done) { "Bitir" }
                }
            }
            p.count-waiting role="status" data-count-waiting hidden {}
            ol.count-read aria-label="Son okunanlar" data-count-read {}
            script src=(COUNT_PATH) defer {}
        }
    }
}
