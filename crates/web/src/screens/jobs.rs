//! Jobs waiting and jobs that could not be done: the dead-letter screen.

use kernel::record::{Choice, Direction, Field, FieldKind, Kind, Tone, Verb, View};

const STATES: [Choice; 2] =
    [Choice::new("queued", "Sırada", Tone::Doing), Choice::new("dead", "Yapılamadı", Tone::Late)];

/// `job_log`-free by design: finished jobs leave the table, what they did is in the events.
pub(super) fn kind() -> Kind {
    let mut kind = Kind::new("job", "iş", "Bekleyen işler", "/yonetim/isler", "house.job.view");
    kind.title = "name";
    kind.is_versioned = false;
    kind.default_sort = ("run_at", Direction::Ascending);
    kind.fields = vec![
        Field::text("name", "İş", 120).listed().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("run_at", "Sıradaki deneme", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("attempts", "Deneme", FieldKind::Int { min: 0, max: 1_000 }).listed().read_only(),
        Field::text("last_error", "Son hata", 2_000).listed().read_only(),
        Field::new("created_at", "Eklendi", FieldKind::Instant).read_only(),
        Field::text("payload", "Veri", 10_000).read_only(),
    ];
    kind.views = vec![View { id: "dead", label_tr: "Yapılamayanlar", query: "state=dead" }];
    kind.verbs = vec![Verb {
        id: "yeniden-dene",
        label_tr: "Yeniden dene",
        permission: "house.job.revive",
        from: &["dead"],
        to: None,
        event: "changed",
        needs_reason: false,
        is_official: false,
        is_danger: false,
        in_bulk: true,
        run: Some(|tx, record, _reason| Box::pin(kernel::job::revive(tx, record.id))),
    }];
    kind
}
