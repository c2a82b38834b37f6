//! A register of ten years for trials of size: rows in batches instead of one action each. Nearly all of it is filed.

use std::collections::HashMap;

use directory::store::Post;
use kernel::capability::DemoContext;
use kernel::db::insert_many;
use kernel::record::enter_many;
use kernel::{Day, Instant, NewEvent, Ref, Result, number, tr};
use sea_orm::Value;
use uuid::Uuid;

use super::words;
use crate::{correspondent, document, file_code};

/// Entries for each step of the scale: ten for each of the town's people.
const PER_STEP: usize = 600;
/// Entries of one transaction.
const AT_ONCE: usize = 5_000;
const YEARS: i32 = 10;

/// Of ten entries six came, three went, one stayed inside: places in [`document::BOOKS`].
const SHARES: [usize; 10] = [0, 1, 0, 2, 0, 1, 0, 0, 1, 0];

type Book = (&'static str, &'static str, &'static str);

const WRITERS: [&str; 12] = [
    "Örnekil Valiliği",
    "Örnekil Defterdarlığı",
    "Örnekil Emniyet Müdürlüğü",
    "Örnekil İl Sağlık Müdürlüğü",
    "Komşu İlçe Belediyesi",
    "Örnek Yazılım A.Ş.",
    "Örnek Elektrik Dağıtım A.Ş.",
    "Merkez Mahallesi Muhtarlığı",
    "Yeni Mahalle Muhtarlığı",
    "Örnekil Üniversitesi",
    "Kamu Denetçiliği Kurumu",
    "Örnekil Barosu",
];

const SUBJECTS: [&str; 12] = [
    "Yazılım bakım sözleşmesi",
    "Sunucu odası bakımı",
    "Personel bilgilerinin güncellenmesi",
    "Bilgi edinme başvurusu",
    "Erişim kayıtlarının istenmesi",
    "Kamera görüntülerinin istenmesi",
    "Mahalle internet hattı talebi",
    "Siber olay bildirimi",
    "Ödenek aktarımı",
    "Eğitim programı",
    "Elektronik imza başvurusu",
    "Donanım ihtiyacı",
];

struct One<'a> {
    id: Uuid,
    place: usize,
    book: Book,
    year: i32,
    number: i64,
    at: Instant,
    state: &'static str,
    person: &'a Post,
    writer: (Uuid, &'static str),
    code: Option<Uuid>,
}

/// Adds entries to the books of the last ten years, without a gap; the last hundredth of them waits.
pub(super) async fn load(context: &DemoContext) -> Result<()> {
    let count = PER_STEP * (context.scale.max(1) as usize - 1);
    let people = directory::store::posts(&context.db).await?;
    if count == 0 || people.is_empty() {
        return Ok(());
    }
    let tx = context.db.begin(&context.act).await?;
    let first_year = tx.at().day().year() - YEARS;
    let code = file_code::store::current(&tx, "700").await?;
    let mut writers = Vec::new();
    for name in WRITERS {
        writers.push((correspondent::named(&tx, name).await?, name));
    }
    tx.commit().await?;
    let mut last: HashMap<(Book, i32), i64> = HashMap::new();
    let mut done = 0;
    while done < count {
        let until = count.min(done + AT_ONCE);
        let tx = context.db.begin(&context.act).await?;
        let mut rows = Vec::with_capacity((until - done) * COLUMNS.split(',').count());
        let mut ids = Vec::with_capacity(until - done);
        for place in done..until {
            let book = document::BOOKS[SHARES[place % SHARES.len()]];
            let year = first_year + (place * YEARS as usize / count) as i32;
            let number = last.entry((book, year)).or_default();
            *number += 1;
            let one = One {
                id: tx.new_id(),
                place,
                book,
                year,
                number: *number,
                at: moment(year, place, count),
                state: if place >= count - count / 100 { "registered" } else { "filed" },
                person: &people[place * 7 % people.len()],
                writer: writers[place * 5 % writers.len()],
                code,
            };
            ids.push(one.id);
            rows.extend(row(&one));
        }
        insert_many(&tx, "document", COLUMNS, rows).await?;
        enter_many(&tx, &document::kind(), &ids).await?;
        for (((.., series), year), number) in &last {
            number::reach(&tx, series, *year, *number).await?;
        }
        done = until;
        let note = format!("Örnek evrak kaydı yüklendi: toplam {}.", tr::grouped(done as i64));
        let of = Ref::new("unit", people[0].unit_id);
        tx.record(NewEvent::new(of, "Örnek evrak kayıtları", "imported").note(note)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The entries of a year stand evenly in it.
fn moment(year: i32, place: usize, count: usize) -> Instant {
    let in_year = (place * YEARS as usize) % count;
    let first = Day(time::Date::from_ordinal_date(year, 1).expect("a year has a first day")).start();
    first.plus_us((in_year as i64 * 365 / count as i64) * Instant::DAY_US + 9 * Instant::HOUR_US)
}

const COLUMNS: &str = "id, version, number, book, book_year, book_number, title, correspondent, correspondent_id, their_number, \
    received_on, medium, secrecy, urgency, file_code_id, unit_id, owner_id, sheets, is_copy, package_id, note, state, created_at";

fn row(one: &One<'_>) -> [Value; 23] {
    let subject = SUBJECTS[one.place * 11 % SUBJECTS.len()];
    [
        one.id.into(),
        1_i64.into(),
        number::format(one.year, one.book.1, one.number).into(),
        one.book.0.into(),
        i64::from(one.year).into(),
        one.number.into(),
        format!("{subject}, {} sayılı dosya", 1_000 + one.place % 90_000).into(),
        one.writer.1.into(),
        one.writer.0.into(),
        format!("E-12345678-700-{}", one.place).into(),
        one.at.day().to_string().into(),
        ["post", "package", "hand", "scan", "email"][one.place % 5].into(),
        ["YOK", "YOK", "YOK", "HZO", "YOK", "YOK", "YOK", "GZL"][one.place % 8].into(),
        ["NRM", "NRM", "NRM", "ACL"][one.place % 4].into(),
        one.code.into(),
        one.person.unit_id.into(),
        one.person.id.into(),
        ((one.place % 4) as i64).into(),
        false.into(),
        "".into(),
        words::text(one.place, subject).into(),
        one.state.into(),
        one.at.into(),
    ]
}
