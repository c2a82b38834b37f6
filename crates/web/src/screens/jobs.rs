//! Jobs waiting and jobs that could not be done: the dead-letter screen.

use kernel::record::{Choice, Direction, Field, FieldKind, Kind, Tone, Verb, View};

const STATES: [Choice; 3] = [
    Choice::new("queued", "Sırada", Tone::Doing),
    Choice::new("dead", "Yapılamadı", Tone::Late),
    Choice::new("discarded", "Vazgeçildi", Tone::Wait),
];

/// `job_log`-free by design: finished jobs leave the table, what they did is in the events. Those somebody gave up stay,
/// with the reason in their timeline. Names are filled in by the registry, which knows all jobs.
pub(super) fn kind() -> Kind {
    let mut kind = Kind::new("job", "iş", "Bekleyen işler", "/yonetim/isler", "house.job.view");
    kind.title = "name";
    kind.is_versioned = false;
    kind.default_sort = ("run_at", Direction::Ascending);
    kind.fields = vec![
        Field::choice("name", "İş", &[]).listed().filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("run_at", "Sıradaki deneme", FieldKind::Instant).listed().filtered().sorted().read_only(),
        Field::new("attempts", "Deneme", FieldKind::Int { min: 0, max: 1_000 }).listed().read_only(),
        Field::text("last_error", "Son hata", 2_000).listed().read_only(),
        Field::new("created_at", "Eklendi", FieldKind::Instant).read_only(),
        Field::text("payload", "Veri", 10_000).read_only(),
    ];
    kind.views = vec![
        View { id: "dead", label_tr: "Yapılamayanlar", query: "state=dead" },
        View { id: "discarded", label_tr: "Vazgeçilenler", query: "state=discarded" },
    ];
    kind.verbs = vec![
        Verb::new("yeniden-dene", "Yeniden dene", "house.job.revive", &["dead"], "dead", "job_revived")
            .staying()
            .bulk()
            .run(|tx, record, _reason| Box::pin(kernel::job::revive(tx, record.id))),
        Verb::new("vazgec", "Vazgeç", "house.job.discard", &["dead"], "discarded", "job_discarded")
            .asking("Gerekçe")
            .danger()
            .bulk(),
    ];
    kind
}
