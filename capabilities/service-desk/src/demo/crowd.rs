//! Many tickets for trials of size: rows in batches instead of one action each. Nearly all are closed, as in a desk of ten years.

use directory::store::Post;
use kernel::capability::DemoContext;
use kernel::db::insert_many;
use kernel::record::enter_many;
use kernel::{Instant, NewEvent, Ref, Result, Tx, tr};
use sea_orm::Value;
use uuid::Uuid;

use crate::ticket;

/// Tickets for each step of the scale: ten for each of the town's people.
const PER_STEP: usize = 600;
/// Tickets of one transaction.
const AT_ONCE: usize = 5_000;
/// How far back the first was reported.
const PAST_US: i64 = 3_600 * Instant::DAY_US;

const MATTERS: [(&str, &str); 8] = [
    ("Yazıcı çıktı vermiyor", "printer"),
    ("İnternet bağlantısı kopuyor", "network"),
    ("Bilgisayar açılmıyor", "computer"),
    ("Parola sıfırlansın", "account"),
    ("Program hata veriyor", "software"),
    ("Dahili telefon çalmıyor", "phone"),
    ("Kamera görüntüsü donuyor", "camera"),
    ("Sayfada yanlış bilgi var", "website"),
];

/// Adds tickets; the last hundredth of them is open.
pub(super) async fn load(context: &DemoContext, team: Uuid, workers: &[Uuid]) -> Result<()> {
    let count = PER_STEP * (context.scale.max(1) as usize - 1);
    let people = directory::store::posts(&context.db).await?;
    let mut done = 0;
    while done < count && !people.is_empty() && !workers.is_empty() {
        let until = count.min(done + AT_ONCE);
        let tx = context.db.begin(&context.act).await?;
        let ids: Vec<Uuid> = (done..until).map(|_| tx.new_id()).collect();
        let step_us = PAST_US / count as i64;
        let mut rows = Vec::with_capacity(ids.len() * 34);
        let mut log = Vec::new();
        for (number, id) in (done..until).zip(&ids) {
            let opened = tx.at().plus_us(number as i64 * step_us - PAST_US);
            let is_open = number >= count - count / 100;
            let person = &people[number * 7 % people.len()];
            let worker = workers[number % workers.len()];
            // What is open is in time, as at a desk that keeps up: what ran out would be told of, one by one, for hours.
            let ahead = (2 + number as i64 % 5) * Instant::DAY_US;
            let due = if is_open { tx.at().plus_us(ahead) } else { opened.plus_us(4 * Instant::DAY_US) };
            let one = One { id: *id, number, opened, due, is_open, person, team, worker };
            rows.extend(row(&one));
            log.extend(moves(&tx, &one));
        }
        insert_many(&tx, "ticket", COLUMNS, rows).await?;
        insert_many(&tx, "ticket_state", "id, ticket_id, at, state, priority", log).await?;
        enter_many(&tx, &ticket::kind(), &ids).await?;
        done = until;
        let note = format!("Örnek destek kaydı yüklendi: toplam {}.", tr::grouped(done as i64));
        tx.record(NewEvent::new(Ref::new("unit", team), "Örnek destek kayıtları", "imported").note(note))
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

struct One<'a> {
    id: Uuid,
    number: usize,
    opened: Instant,
    due: Instant,
    is_open: bool,
    person: &'a Post,
    team: Uuid,
    worker: Uuid,
}

const COLUMNS: &str = "id, version, number, former_number, title, description, place, kind, category, urgency, impact, priority, \
    channel, requester_id, unit_id, team_id, assignee_id, state, is_open, opened_at, solved_at, solution, workaround, \
    satisfaction, deadline, response, due_at, near_at";

fn row(one: &One<'_>) -> [Value; 28] {
    let (matter, category) = MATTERS[one.number % MATTERS.len()];
    let place = format!("{}. kat, {}", one.number % 5, 100 + one.number % 40);
    let solved = (!one.is_open).then(|| one.opened.plus_us(Instant::DAY_US).0);
    let priority = ["normal", "normal", "high", "low", "critical"][one.number % 5];
    [
        one.id.into(),
        1_i64.into(),
        format!("2016-DK-{:07}", one.number + 1).into(),
        "".into(),
        format!("{matter}, {place}").into(),
        format!("{matter}. Sabahtan beri böyle, {place} odasındayız.").into(),
        place.into(),
        "fault".into(),
        category.into(),
        "normal".into(),
        "person".into(),
        priority.into(),
        ["portal", "desk", "mail"][one.number % 3].into(),
        one.person.id.into(),
        one.person.unit_id.into(),
        one.team.into(),
        one.worker.into(),
        if one.is_open { "in_progress" } else { "closed" }.into(),
        one.is_open.into(),
        one.opened.into(),
        solved.into(),
        if one.is_open { "" } else { "Ayarları yenilendi, denendi." }.into(),
        "".into(),
        ["unasked", "good", "very_good"][one.number % 3].into(),
        if one.is_open { "on_time" } else { ["met", "met", "met", "missed"][one.number % 4] }.into(),
        "met".into(),
        one.due.into(),
        one.due.plus_us(-Instant::DAY_US).into(),
    ]
}

fn moves(tx: &Tx, one: &One<'_>) -> Vec<Value> {
    let states: &[(&str, i64)] = if one.is_open {
        &[("new", 0), ("in_progress", 1)]
    } else {
        &[("new", 0), ("in_progress", 1), ("solved", 24), ("closed", 96)]
    };
    let of = |(state, hours): &(&'static str, i64)| -> [Value; 5] {
        let at = one.opened.plus_us(hours * Instant::HOUR_US);
        [tx.new_id().into(), one.id.into(), at.into(), (*state).into(), "normal".into()]
    };
    states.iter().flat_map(of).collect()
}
