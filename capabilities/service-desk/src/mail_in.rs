//! The kind `mail_message`: what came into the desk's mailbox and what became of it (SD-1). A message of somebody who works here is a
//! ticket, an answer belongs to its ticket, a machine's note is nothing, and what nobody here wrote waits for a person. Nothing is lost:
//! whatever is refused stays in the mailbox, too.

mod reading;
mod store;
mod taking;

use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Error, Result, Tx};

pub(crate) use reading::job;
pub(crate) use store::{failing_since, messages_of, strangers};
pub(crate) use taking::{Desk, take};

use crate::ticket;

/// Sees what came into the mailbox.
pub const VIEW: &str = "service_desk.mail.view";

/// What became of a message.
pub(crate) const STATES: [Choice; 6] = [
    Choice::new("ticket", "Kayıt açıldı", Tone::Done),
    Choice::new("thread", "Kaydına eklendi", Tone::Done),
    Choice::new("stranger", "Gönderen tanınmadı", Tone::New),
    Choice::new("automatic", "Kendiliğinden gönderilmiş", Tone::Wait),
    Choice::new("refused", "Alınmadı", Tone::Late),
    Choice::new("ignored", "Gerek görülmedi", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0007_mail", up: |backend| create(backend, &[table(), state_table()]) }
}

fn table() -> Table {
    Table::new("mail_message", "messages that came into the mailbox of the desk")
        .id()
        .int("version", "for concurrent edits")
        .text("message_id", "its own name, or the digest of its bytes")
        .text("title", "subject")
        .text("sender", "address, small letters")
        .text("sender_name", "name beside the address; may be empty")
        .text("text", "what was written, without what it answers")
        .text("state", "ticket, thread, stranger, automatic, refused, ignored")
        .text("why", "why it is no ticket; may be empty")
        .uuid_null("ticket_id", "ticket it opened or belongs to")
        .references("ticket")
        .at("received_at", "when it was read")
        .unique(&["message_id"])
        .index(&["sender", "received_at"])
        .listing(&["state", "ticket_id"], &["received_at"])
}

/// Whether the mailbox can be read at all, so that silence is not taken for peace.
fn state_table() -> Table {
    Table::new("mailbox_state", "how the last reading of the mailbox went")
        .text("name", "which mailbox")
        .at("read_at", "when it was last tried")
        .at_null("failing_since", "since when it cannot be read; null while it can")
        .text("error", "what the server said; empty while it can be read")
        .key(&["name"])
}

/// At `/destek-e-postalari`.
pub(crate) fn kind() -> Kind {
    let mut kind =
        Kind::new("mail_message", "gelen e-posta", "Gelen e-postalar", "/destek-e-postalari", VIEW);
    kind.default_sort = ("received_at", Direction::Descending);
    kind.fields = vec![
        Field::text("title", "Konusu", 300).listed().searched().read_only(),
        Field::text("sender", "Gönderen", 300).listed().searched().personal().read_only(),
        Field::text("sender_name", "Adı", 300).personal().read_only(),
        Field::choice("state", "Sonuç", &STATES).listed().filtered().read_only(),
        Field::text("why", "Nedeni", 300).listed().read_only(),
        Field::reference("ticket_id", "Destek kaydı", "ticket").filtered().backlinked().read_only(),
        Field::new("text", "Yazılan", FieldKind::LongText { max_length: 20_000 }).read_only(),
        Field::new("received_at", "Geldiği an", FieldKind::Instant).listed().sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "bekleyen", label_tr: "Göndereni tanınmayanlar", query: "state=stranger" },
        View { id: "alinmayan", label_tr: "Alınmayanlar", query: "state=refused" },
    ];
    kind.verbs = vec![
        Verb::new(
            "kayit-ac",
            "Kayıt aç",
            ticket::INTAKE,
            &["stranger", "automatic"],
            "ticket",
            "mail_opened",
        )
        .run(|tx, message, _| Box::pin(open(tx, message))),
        Verb::new("gerek-yok", "Gerek yok", ticket::INTAKE, &["stranger"], "ignored", "mail_ignored").bulk(),
    ];
    kind
}

/// A person makes a ticket of a stranger's message; it is theirs until they say whose it is.
async fn open(tx: &Tx, message: &Record) -> Result<()> {
    let Some(staff) = tx.act().actor.staff_id else {
        let text = "Hesabınız bir personele bağlı değil; kayıt açamazsınız.";
        return Err(Error::rule("EPS-001", "", text));
    };
    let who = format!("{} {}", message.get("sender_name").text(), message.get("sender").text());
    let text = format!("Gönderen: {}\n\n{}", who.trim(), message.get("text").text());
    let draft = taking::draft(tx, staff, message.get("title").text(), &text).await?;
    let ticket = record::create(tx, &ticket::kind(), draft).await?;
    store::set_ticket(tx, message.id, ticket).await
}

fn said(value: &str) -> FieldValue {
    FieldValue::Text(value.into())
}

fn set(draft: &mut Draft, values: &[(&'static str, &str)]) {
    for (column, value) in values {
        draft.set(column, said(value));
    }
}
