//! Tables of notices: what was given to whom, what a person does not want, what they follow.

use sea_orm::DbBackend;

use crate::schema::Table;

pub(crate) fn tables() -> Vec<Table> {
    vec![notice(), notice_mute(), follow()]
}

fn notice() -> Table {
    Table::new("notice", "an event that a person must know of; holds nothing of the event itself")
        .uuid("account_id", "who is told")
        .uuid("event_id", "what happened")
        .text("key", "declared notice")
        .at_null("read_at", "when the person read it")
        .key(&["account_id", "event_id"])
        .index_where(&["account_id", "event_id"], "read_at IS NULL")
        .index_where(&["read_at"], "read_at IS NOT NULL")
}

fn notice_mute() -> Table {
    Table::new("notice_mute", "notices a person does not want")
        .uuid("account_id", "whose")
        .text("key", "declared notice")
        .key(&["account_id", "key"])
}

fn follow() -> Table {
    Table::new("follow", "records a person wants to hear of")
        .text("kind", "record kind")
        .uuid("record_id", "record")
        .uuid("account_id", "who follows")
        .key(&["kind", "record_id", "account_id"])
}

/// What is told in one act is gathered: one row with how many more it stands for.
pub(crate) fn gathered(backend: DbBackend) -> Vec<String> {
    let widened = Table::new("notice", "wider by the act it was given in")
        .uuid_null("act_id", "first event of the act; null for what was told one by one")
        .int("more", "others of the same act that it stands for")
        .default("0")
        .unique(&["account_id", "act_id", "key"]);
    widened.add_columns(backend)
}
