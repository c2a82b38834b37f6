//! The names this crate writes into forms and addresses, so that the server reads the same ones.
//! Only constants.

/// Hidden field of every POST form: the token against cross-site requests.
pub const CSRF: &str = "csrf";
/// Hidden field of an edit form: the version of the record the person saw.
pub const VERSION: &str = "surum";
/// Check boxes of a list: ids of the selected rows, repeated.
pub const IDS: &str = "id";
/// `evet` when the person chose every record that fits the filters, not only the visible page.
pub const ALL_MATCHING: &str = "tumu";
/// Which bulk action or verb was pressed.
pub const VERB: &str = "eylem";
/// Reason typed on a confirmation page.
pub const REASON: &str = "gerekce";
/// The second answer of an act that asks for a day and a text.
pub const ALSO: &str = "neden";
/// Points of a signature drawn on a confirmation page.
pub const SIGNATURE: &str = "imza";
/// Where to come back to after a preference, a comment or a log-in.
pub const RETURN: &str = "donus";
/// Hidden field of a form that makes something: its one-time token.
pub const ONCE: &str = "tek";
/// `evet` from the button that saves and goes on with the next.
pub const NEXT: &str = "sonraki";
/// Suffix of the text a person typed into a combobox; the plain name carries the chosen value.
pub const TYPED_SUFFIX: &str = "_metin";
/// Suffixes of the two ends of a date range filter.
pub const FROM_SUFFIX: &str = "_bas";
pub const TO_SUFFIX: &str = "_son";
/// Query key of the chosen columns, repeated, in order.
pub const COLUMN: &str = "sutun";
/// Preference fields and their values, posted to [`PREFERENCES`].
pub const THEME: &str = "tema";
pub const DENSITY: &str = "yogunluk";
pub const SHORTCUTS: &str = "kisayol";
/// Text of a comment and whether it is an internal note (`evet`).
pub const COMMENT: &str = "metin";
pub const INTERNAL: &str = "ic_not";
/// Which item of a correction screen was decided.
pub const ITEM: &str = "oge";
/// Field of uploaded files, repeated.
pub const FILES: &str = "dosya";
/// The newest notice a person had on the screen when they marked all of them as read.
pub const UP_TO: &str = "kadar";
/// Notices a person wants, repeated.
pub const WANTED: &str = "istenen";
/// Name of a view to be saved.
pub const VIEW_NAME: &str = "ad";

/// `GET ?q=`: the search page; with the header `HX-Request`, the palette fragment.
pub const SEARCH: &str = "/ara";
/// Full-text search.
pub const TEXT_SEARCH: &str = "/ara/metin";
/// `POST`: log out.
pub const LOGOUT: &str = "/cikis";
/// `GET`: log in.
pub const LOGIN: &str = "/giris";
/// `POST`: theme, density and shortcut preferences.
pub const PREFERENCES: &str = "/tercihler";
/// `GET`: the municipality's colours, the text of [`crate::theme_css`].
pub const THEME_CSS: &str = "/varlik/tema.css";
/// `GET`: the picture of the municipality's crest.
pub const CREST: &str = "/varlik/arma.png";
/// `GET`: the start page.
pub const HOME: &str = "/";
