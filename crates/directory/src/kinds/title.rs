//! The kind `title`: what people are appointed as.

use kernel::record::{Choice, Direction, Draft, Field, FieldKind, Kind, Record, Tone, View};
use kernel::{Boxed, Result, Tx, Violation, tr};

use super::{set_text, text_of};
use crate::store;

const STATES: &[Choice] =
    &[Choice::new("open", "Kullanılıyor", Tone::Done), Choice::new("closed", "Kaldırıldı", Tone::Wait)];

/// How a person of the title is employed; codes are stored.
pub const EMPLOYMENTS: &[Choice] = &[
    Choice::new("elected", "Seçilmiş", Tone::Wait),
    Choice::new("officer", "Memur", Tone::Wait),
    Choice::new("contract", "Sözleşmeli", Tone::Wait),
    Choice::new("worker", "İşçi", Tone::Wait),
    Choice::new("company", "Şirket personeli", Tone::Wait),
];

/// Titles, at `/teskilat/unvanlar`.
pub fn kind() -> Kind {
    let mut kind = Kind::new("title", "unvan", "Unvanlar", "/teskilat/unvanlar", "directory.norm.view");
    kind.title = "name";
    kind.create = Some("directory.norm.edit");
    kind.edit = Some("directory.norm.edit");
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["name"]];
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Unvan", 120).required().listed().sorted_by("name_key").searched(),
        Field::choice("employment", "İstihdam türü", EMPLOYMENTS).required().listed().filtered(),
        Field::new("is_head", "Birim yöneticisi unvanıdır", FieldKind::Bool)
            .hint("Bu unvandaki kişi şemada biriminin başında görünür.")
            .listed()
            .filtered(),
        Field::choice("state", "Durum", STATES).default("open").listed().filtered().required(),
    ];
    kind.views = vec![
        View { id: "yonetici", label_tr: "Yönetici unvanları", query: "is_head=evet" },
        View { id: "kaldirilan", label_tr: "Kaldırılan", query: "state=closed" },
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if draft.or("state", before).is_null() {
            set_text(draft, "state", "open");
        }
        let key = tr::collation_key(&text_of(draft, "name", before));
        if store::is_taken(tx, "title", "name_key", &key, before.map(|title| title.id)).await? {
            return Ok(vec![Violation::new("title.name_taken", "name", "Bu unvan zaten tanımlı.")]);
        }
        Ok(Vec::new())
    })
}
