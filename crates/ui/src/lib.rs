//! What every Belde screen is built from: view models, maud components, style sheet and script.
//! Knows no database, no HTTP server and no permission: it draws what it is given.
//!
//! Every component is a plain struct (what to show) and a function (how it looks). Texts arrive ready to
//! read: numbers, dates and durations are already in Turkish form. Nothing here emits `style=` or `on…=`
//! attributes, because the pages are served with `default-src 'self'` and no inline script or style.

mod assets;
mod base;
mod cell;
mod color;
mod confirm;
mod count;
mod detail;
mod diff;
mod document;
mod fields;
mod form;
mod gallery;
mod icons;
mod import;
mod list;
mod list_filters;
mod list_table;
mod log;
pub mod names;
mod notices;
mod palette;
mod pictures;
mod pieces;
mod print;
mod review;
mod shell;
mod table;
mod texts;
mod theme;
mod timeline;
mod tree;

pub use assets::{Asset, KEEPER_BODY, SCRIPT_PATH, STYLE_PATH, assets};
pub use base::{FlashKind, Link, Opt, Tone};
pub use cell::Cell;
pub use confirm::{ConfirmView, ErrorView, PadView, SignatureView, confirm_page, error_page, signatures};
pub use count::{CountView, count_page};
pub use detail::{
    Attachment, Attachments, Card, CommentBox, DetailView, Identity, Verb, attachments, comment_box, detail,
    facts,
};
pub use diff::{DiffView, diff, side_by_side};
pub use fields::{EachLine, FieldView, Input, Width, field, field_id};
pub use form::{
    ConflictRow, ConflictView, FieldError, Fold, FormSection, FormView, error_summary, form, refusal,
};
pub use gallery::{Example, gallery, gallery_page, gallery_screen, sample_shell};
pub use import::{ImportRow, ImportView, import_preview};
pub use list::{
    BulkAction, Chip, ColumnChoice, ColumnsForm, Direction, Empty, FilterKind, FilterView, Head, ListView,
    PageSize, Pager, Row, SaveView, SearchBox, SortLink, Tab, list,
};
pub use list_filters::filters;
pub use log::{LogLine, Pillar, histogram, log_lines, renewed};
pub use notices::{
    Bell, NoticeChoice, NoticeChoices, NoticeDay, NoticeItem, NoticeLine, NoticeSection, NoticesView, notices,
};
pub use palette::{
    ComboOption, PaletteGroup, PaletteItem, PaletteView, combobox_options, palette_results, search_page,
    shortcut_sheet,
};
pub use pictures::{
    Bar, CalendarDay, CalendarEntry, CalendarMonth, KeyFigure, Meter, Sparkline, bar_list, calendar_month,
    key_figures, meter, sparkline,
};
pub use pieces::{
    Step, StepState, due_badge, empty_state, notice, state_badge, stepper, summary_list, tabs, time_text,
};
pub use print::{PrintPage, print_page};
pub use review::{ReviewChoice, ReviewItem, ReviewView, review};
pub use shell::{
    BareShell, Density, Flash, MenuCount, MenuGroup, MenuItem, Shell, Theme, UserChip, bare_page, page,
};
pub use table::{Pick, heads, table, table_with_picks};
pub use texts::{TextHit, TextPiece, TextSearchView, text_search_page};
pub use theme::theme_css;
pub use timeline::{Change, TimelineItem, TimelineKind, timeline};
pub use tree::{TreeNode, tree};

#[cfg(test)]
mod tests;
