//! Tables of units, titles, staff, appointments and actings. Days are ISO text, instants microseconds.

use kernel::migrate::{Migration, create};
use kernel::schema::Table;

pub(crate) fn all() -> Vec<Migration> {
    vec![
        Migration { id: "directory/0001_directory", up: |backend| create(backend, &tables()) },
        Migration {
            id: "directory/0002_by_date",
            up: |backend| {
                let wider = [
                    phased("appointment", &["subject_key", "starts_on"]),
                    phased("acting", &["from_at", "until_at", "name_key"]),
                    moved(),
                ];
                wider.iter().flat_map(|table| table.add_columns(backend)).collect()
            },
        },
        Migration { id: "directory/0003_leaving", up: |backend| leaving().add_columns(backend) },
    ]
}

/// Where what is dated stands today; the job of this crate keeps it true.
fn phased(table: &'static str, sorts: &[&'static str]) -> Table {
    let wider = Table::new(table, "wider by where it stands today")
        .text("phase", "none, coming, current, over: by its dates, kept by a job")
        .default("'none'");
    sorts.iter().fold(wider, |table, sort| table.index(&["phase", sort, "id"]))
}

fn moved() -> Table {
    Table::new("staff", "wider by the day of the last move")
        .on_null("effective_on", "day of the last change of unit or title; null before the first")
}

/// Until the day the person is as active as others.
fn leaving() -> Table {
    Table::new("staff", "wider by a leaving that is still to come")
        .text("leaving", "none, coming: left_on is a day on which the person will leave")
        .default("'none'")
        .index(&["leaving", "name_key", "id"])
        .index(&["leaving", "registry_no", "id"])
        .index(&["leaving", "started_on", "id"])
}

fn tables() -> Vec<Table> {
    vec![unit(), unit_version(), title(), staffing_norm(), staff(), staff_position(), appointment(), acting()]
}

fn unit() -> Table {
    Table::new("unit", "units as they are now")
        .id()
        .int("version", "for concurrent edits")
        .text("code", "short code people and imports know it by")
        .text("name", "full name")
        .text("name_key", "Turkish sort key of the name")
        .text("kind", "mayoralty, deputy, directorate, chiefdom, service, bureau, other")
        .uuid_null("parent_id", "unit it reports to; null at the top")
        .references("unit")
        .text("state", "open, closed")
        .default("'open'")
        .text("effective_on", "day of the last change of name, kind, parent or state")
        .int("sort_no", "place among its siblings")
        .default("0")
        .unique(&["code"])
        .index(&["parent_id"])
        .listing(&["state", "kind", "parent_id"], &["name_key", "code", "effective_on"])
}

fn unit_version() -> Table {
    Table::new("unit_version", "what a unit was called and where it stood, by dates")
        .id()
        .uuid("unit_id", "which unit")
        .references("unit")
        .uuid_null("parent_id", "unit it reported to")
        .text("name", "name in this time")
        .text("kind", "kind in this time")
        .text("valid_from_on", "first day")
        .text_null("valid_to_on", "first day it no longer holds; null while it does")
        .unique(&["unit_id", "valid_from_on"])
        .index(&["valid_from_on"])
}

fn title() -> Table {
    Table::new("title", "titles people hold")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "name of the title")
        .text("name_key", "Turkish sort key of the name")
        .text("employment", "officer, contract, worker, elected, company")
        .bool("is_head", "its holder leads the unit")
        .default("FALSE")
        .text("state", "open, closed")
        .default("'open'")
        .unique(&["name_key"])
        .listing(&["employment", "is_head", "state"], &["name_key"])
}

fn staffing_norm() -> Table {
    Table::new("staffing_norm", "how many people may hold a title in a unit")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "unit and title, for people")
        .text("name_key", "Turkish sort key of the name")
        .uuid("unit_id", "in which unit")
        .references("unit")
        .uuid("title_id", "which title")
        .references("title")
        .int("count", "posts the table grants")
        .text("decision", "council decision the table rests on; may be empty")
        .default("''")
        .unique(&["unit_id", "title_id"])
        .listing(&["unit_id", "title_id"], &["name_key", "count"])
}

fn staff() -> Table {
    Table::new("staff", "people who work for the municipality")
        .id()
        .int("version", "for concurrent edits")
        .text("registry_no", "number in the personnel registry")
        .text("name", "name and surname")
        .text("name_key", "Turkish sort key of the name")
        .uuid("unit_id", "where the person works now, or worked last")
        .references("unit")
        .uuid("title_id", "title held now, or last")
        .references("title")
        .text("email", "work e-mail or empty")
        .default("''")
        .text("phone", "work telephone or empty")
        .default("''")
        .text("state", "active, left")
        .default("'active'")
        .text("started_on", "first day of work")
        .text_null("left_on", "first day the person no longer works")
        .unique(&["registry_no"])
        .index(&["title_id", "unit_id", "state"])
        .listing(&["unit_id", "title_id", "state"], &["name_key", "registry_no", "started_on"])
}

fn staff_position() -> Table {
    Table::new("staff_position", "in which unit and title a person worked, by dates")
        .id()
        .uuid("staff_id", "who")
        .references("staff")
        .uuid("unit_id", "where")
        .references("unit")
        .uuid("title_id", "as what")
        .references("title")
        .text("from_on", "first day")
        .text_null("to_on", "first day it no longer holds; null while it does")
        .unique(&["staff_id", "from_on"])
        .index(&["unit_id", "title_id", "from_on"])
        .index(&["title_id", "from_on"])
}

fn appointment() -> Table {
    Table::new("appointment", "responsible persons: proposed by the director, approved by the deputy mayor")
        .id()
        .int("version", "for concurrent edits")
        .text("subject", "what the person answers for")
        .text("subject_key", "Turkish sort key of the subject")
        .uuid("staff_id", "who")
        .references("staff")
        .uuid("unit_id", "for which unit")
        .references("unit")
        .text("state", "draft, proposed, approved, rejected, ended")
        .default("'draft'")
        .text("starts_on", "first day")
        .text_null("ends_on", "last day, when there is one")
        .text("decision_no", "number of the written approval; may be empty")
        .default("''")
        .at_null("proposed_at", "when it was proposed last")
        .at_null("approved_at", "when it was approved")
        .uuid_null("proposed_by_id", "account that proposed it")
        .index(&["staff_id", "state"])
        .listing(&["state", "unit_id", "staff_id"], &["subject_key", "starts_on"])
}

fn acting() -> Table {
    Table::new("acting", "who stands in for whom, and between which instants")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "both names, for people")
        .text("name_key", "Turkish sort key of the name")
        .uuid("unit_id", "unit whose post is filled")
        .references("unit")
        .uuid("principal_id", "whose powers pass")
        .references("staff")
        .uuid("substitute_id", "to whom")
        .references("staff")
        .at("from_at", "powers pass at this instant")
        .at("until_at", "powers are back at this instant")
        .text("reason", "leave, duty, vacancy")
        .default("''")
        .text("state", "proposed, approved, rejected, ended")
        .default("'proposed'")
        .uuid_null("proposed_by_id", "account that asked for it")
        .index(&["substitute_id", "state", "until_at"])
        .index(&["principal_id", "state", "until_at"])
        .listing(&["state", "unit_id", "principal_id", "substitute_id"], &["from_at", "until_at", "name_key"])
}
