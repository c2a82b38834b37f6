//! The kind `log_source`: a device, program or file whose lines are kept (AC-1). A new sender becomes one by itself; people
//! give it a name, correct what it was taken for, and say after how long a silence they want to hear of it.

pub(crate) mod store;

use std::net::IpAddr;

use kernel::migrate::{Migration, create};
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

use crate::{EDIT, VIEW};

pub(crate) const PATH: &str = "/kayit-kaynaklari";
pub(crate) const KIND: &str = "log_source";

/// Lines of senders that found no room to become sources count under this number.
pub(crate) const OTHERS: u32 = 0;

const STATES: [Choice; 4] = [
    Choice::new("heard", "Kayıt geliyor", Tone::Done),
    Choice::new("silent", "Sustu", Tone::Late),
    Choice::new("refused", "Kabul edilmiyor", Tone::Wait),
    Choice::new("retired", "Kaldırıldı", Tone::Wait),
];

const fn format(code: &'static str, label_tr: &'static str) -> Choice {
    Choice::new(code, label_tr, Tone::Doing)
}

/// What a source can be taken for; the codes are the names that `lines` gives its formats.
const FORMATS: [Choice; 17] = [
    Choice::new("unknown", "Tanınmadı", Tone::Late),
    Choice::new("plain", "Yalnız syslog başlığı", Tone::Wait),
    format("fortigate", "FortiGate"),
    format("isc_dhcp", "ISC DHCP"),
    format("isc_leases", "ISC DHCP kira dosyası"),
    format("kea", "Kea DHCP"),
    format("kea_forensic", "Kea adli kayıt"),
    format("kea_leases", "Kea kira dosyası"),
    format("dnsmasq", "dnsmasq"),
    format("windows_dhcp", "Windows DHCP"),
    format("filterlog", "pfSense / OPNsense"),
    format("cisco_asa", "Cisco ASA"),
    format("netfilter", "Linux güvenlik duvarı"),
    format("conntrack", "Linux bağlantı izleme"),
    format("mikrotik", "MikroTik"),
    format("free_radius", "FreeRADIUS"),
    format("windows_logon", "Windows oturumları"),
];

/// The same for who corrects it: first of all that Belde decides line by line.
const TOLD: [Choice; 17] = told();

const fn told() -> [Choice; 17] {
    let mut told = FORMATS;
    told[0] = Choice::new("auto", "Kendisi tanısın", Tone::Wait);
    told
}

pub(crate) fn format_label(code: &str) -> &'static str {
    FORMATS.iter().find(|one| one.code == code).map_or("Tanınmadı", |one| one.label_tr)
}

pub(crate) fn formats() -> &'static [Choice] {
    &FORMATS
}

pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0001_log_source", up: |backend| create(backend, &[table(), hours()]) }
}

/// A relay's lines are those of the devices behind it.
pub(crate) fn relays() -> Migration {
    let up = |backend| {
        let wider = Table::new("log_source", ABOUT);
        wider
            .bool("is_relay", "its lines are those of other devices, which their headers name")
            .default("FALSE")
            .add_columns(backend)
    };
    Migration { id: "access_logs/0007_log_relay", up }
}

/// What lines say that lead to somebody, so that it is noticed when they do no more.
pub(crate) fn named() -> Migration {
    let up = |backend| {
        let number = |table: Table, name, about| table.int(name, about).default("0");
        let wider = Table::new("log_source_hour", ABOUT_HOURS);
        let wider = number(wider, "translated", "lines that say a translated address");
        let wider = number(wider, "macs", "lines that say a hardware address");
        let mut all = number(wider, "users", "lines that say an account").add_columns(backend);
        let clock = Table::new("log_source", ABOUT).int_null(
            "skew_seconds",
            "how far its clock is behind ours; negative: ahead; null: not known yet",
        );
        all.extend(clock.add_columns(backend));
        all
    };
    Migration { id: "access_logs/0012_log_source_named", up }
}

const ABOUT_HOURS: &str = "what came of a source in an hour: its health, not the record itself";

/// Why lines of a source were not read.
pub(crate) fn doubts() -> Migration {
    Migration { id: "access_logs/0010_log_source_doubt", up: |backend| create(backend, &[doubts_table()]) }
}

fn doubts_table() -> Table {
    Table::new(
        "log_source_doubt",
        "lines of a source that were not, or not wholly, taken apart in an hour, by reason",
    )
    .int("source", "number of the source")
    .text("node", "which node took the lines in")
    .at("hour", "beginning of the hour of receiving")
    .text("reason", "empty, too_long, marks, no_format, layout, message")
    .int("lines", "of this reason")
    .key(&["source", "hour", "reason", "node"])
    .index(&["hour"])
}

const ABOUT: &str = "devices, programs and files whose log lines are kept";

fn table() -> Table {
    Table::new("log_source", ABOUT)
        .id()
        .int("version", "for concurrent edits")
        .int("number", "what the lines themselves say of their source, in the journal")
        .text("name", "what people call it")
        .text("name_key", "Turkish sort key of the name")
        .text("sender", "address, or name of the file or archive, that the lines come from")
        .text("format", "what it was said to be; auto where every line is recognised by itself")
        .text("found_format", "what most of its last lines were")
        .int("offset_minutes", "what its clock is ahead of UTC where its lines do not say")
        .int_null(
            "silence_minutes",
            "silence after which people are told; null: as its format suggests, 0: never",
        )
        .text("note", "what people should know about it; may be empty")
        .text("state", "heard, silent, refused, retired")
        .int("lines", "received so far")
        .at_null("last_at", "when the last line was received")
        .int_null(
            "skew_us",
            "how far its clock is behind ours, microseconds; negative: ahead; null: its lines tell no time",
        )
        .at("created_at", "when its first line came")
        .unique(&["number"])
        .unique(&["sender"])
        .listing(&["state", "found_format"], &["name_key", "last_at", "created_at"])
}

fn hours() -> Table {
    Table::new("log_source_hour", ABOUT_HOURS)
        .int("source", "number of the source")
        .text("node", "which node took the lines in")
        .at("hour", "beginning of the hour of receiving")
        .int("lines", "received")
        .int("bytes", "of these lines")
        .int("cut", "cut off by the sender or a limit")
        .int("unread", "not, or not wholly, taken apart")
        .text("doubts", "why, as NAME COUNT separated by commas; may be empty")
        .key(&["source", "hour", "node"])
        .index(&["hour"])
}

/// At `/kayit-kaynaklari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new(KIND, "kayıt kaynağı", "Kayıt kaynakları", PATH, VIEW);
    kind.title = "name";
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Adı", 120).required().listed().sorted_by("name_key").searched(),
        Field::text("sender", "Geldiği yer", 255)
            .required()
            .listed()
            .searched()
            .on_create()
            .hint("Cihazın IP adresi. Yazmanız gerekmez: kayıt gönderen her cihaz kendiliğinden buraya eklenir."),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::choice("found_format", "Kayıt türü", &FORMATS).listed().filtered().read_only(),
        Field::new("last_at", "Son kayıt", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("skew_seconds", "Saati geri (saniye)", FieldKind::Int { min: i64::MIN, max: i64::MAX })
            .listed()
            .read_only()
            .hint("Satırlarının yazdığı saat, alındıkları andan kaç saniye geri? Eksi ise ileri."),
        Field::choice("format", "Türü", &TOLD)
            .required()
            .default("auto")
            .hint("Belde satırları yanlış tanıyorsa doğrusunu seçin; bundan sonra gelen satırlar ona göre ayrıştırılır."),
        Field::new("offset_minutes", "Saat farkı (dakika)", FieldKind::Int { min: -720, max: 840 })
            .required()
            .default("180")
            .hint("Cihazın saati UTC’den kaç dakika ileri? Satırında saat dilimi yazmayan cihazlar içindir; Türkiye için 180."),
        Field::new("silence_minutes", "Kaç dakika susarsa haber verilsin?", FieldKind::Int { min: 0, max: 10_080 })
            .hint("Boş bırakırsanız türüne göre: DHCP ve oturum kayıtlarında 12 saat, ötekilerde 1 saat. 0 yazarsanız haber verilmez."),
        Field::new("is_relay", "Başka cihazların satırlarını aktarıyor", FieldKind::Bool)
            .hint("rsyslog gibi bir toplayıcı için işaretleyin: satır başlığındaki her cihaz adı kendi kaynağı olur, susması ayrı izlenir."),
        Field::new("note", "Not", FieldKind::LongText { max_length: 2000 }),
        Field::new("number", "Kaynak numarası", FieldKind::Int { min: 0, max: i64::MAX }).read_only(),
        Field::new("lines", "Toplam satır", FieldKind::Int { min: 0, max: i64::MAX }).read_only(),
        Field::new("created_at", "İlk kayıt", FieldKind::Instant).sorted().read_only(),
    ];
    let verb = |id, label_tr, from, to, event| Verb::new(id, label_tr, EDIT, from, to, event);
    kind.verbs = vec![
        verb("reddet", "Kayıtlarını kabul etme", &["heard", "silent"], "refused", "log_source_refused")
            .asking("Gerekçe"),
        verb("kabul-et", "Kayıtlarını yeniden kabul et", &["refused"], "heard", "log_source_accepted"),
        verb("kaldir", "Cihaz kaldırıldı", &["heard", "silent"], "retired", "log_source_retired")
            .asking("Gerekçe"),
        verb("geri-getir", "Cihaz yeniden kullanımda", &["retired"], "heard", "log_source_restored"),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut violations = Vec::new();
        if before.is_none() {
            let sender = spelled(draft.get("sender").text());
            if store::has_sender(tx, &sender).await? {
                let text = "Bu adresin kaydı var; listede arayıp adını değiştirin.";
                violations.push(Violation::new("KAY-002", "sender", text));
            }
            if !is_sender(&sender) {
                violations.push(Violation::new("KAY-001", "sender", "IP adresi yazın: 10.0.0.1 gibi."));
            }
            draft.set("sender", FieldValue::Text(sender));
            let number = store::next_number(tx).await?;
            draft.set("number", FieldValue::Int(number));
            draft.set("state", FieldValue::Text("heard".into()));
            draft.set("found_format", FieldValue::Text("unknown".into()));
            draft.set("lines", FieldValue::Int(0));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(violations)
    })
}

/// Addresses as they are compared: every spelling of one is the same sender.
fn spelled(typed: &str) -> String {
    typed
        .trim()
        .parse::<IpAddr>()
        .map_or_else(|_| typed.trim().to_owned(), |it| it.to_canonical().to_string())
}

/// What [`crate::keeping`] calls senders.
fn is_sender(text: &str) -> bool {
    // Behind a relay's address stands the name of the device.
    let address = text.split('/').next().unwrap_or_default();
    address.parse::<IpAddr>().is_ok() || SENDER_MARKS.iter().any(|mark| text.starts_with(mark))
}

/// Before the name of a sender that is no address.
pub(crate) const SENDER_MARKS: [&str; 3] = ["dosya:", "arşiv:", "http:"];

/// Makes a source of a sender that was not heard before; the one it became meanwhile when another node was faster.
pub(crate) async fn found(tx: &Tx, sender: &str) -> Result<()> {
    if store::has_sender(tx, sender).await? {
        return Ok(());
    }
    kernel::record::create(tx, &kind(), draft(sender, sender)).await?;
    Ok(())
}

/// A source of which nothing is known but who sends.
pub(crate) fn draft(sender: &str, name: &str) -> Draft {
    let text = |text: &str| FieldValue::Text(text.into());
    let mut draft = Draft::default();
    draft.set("name", text(name));
    draft.set("sender", text(sender));
    draft.set("format", text("auto"));
    draft.set("note", text(""));
    draft.set("is_relay", FieldValue::Bool(false));
    draft.set("offset_minutes", FieldValue::Int(access_stream::TURKIYE_MINUTES.into()));
    draft
}
