//! The same questions to the database's own full-text search, under the same rule: FTS5 in SQLite, tsvector('turkish') with GIN
//! in PostgreSQL. One statement gives the twenty best and the count, as the page needs both.

use std::time::Instant;

use kernel::Db;
use kernel::db::Sql;
use sea_orm::{DbBackend, FromQueryResult, Value};

use super::asking::{Asked, Asker, askers, line, questions};
use super::letters::{Letters, owner, unit};

#[derive(FromQueryResult)]
struct Counted {
    total: i64,
}

async fn prepare(db: &Db) {
    let began = Instant::now();
    let all: &[&str] = if db.backend() == DbBackend::Sqlite {
        &[
            "CREATE VIRTUAL TABLE paper_fts USING fts5(body, content='', tokenize='unicode61 remove_diacritics 2')",
            "INSERT INTO paper_fts (rowid, body) SELECT no, replace(replace(body, 'ı', 'i'), 'I', 'i') FROM paper",
            "INSERT INTO paper_fts (paper_fts) VALUES ('optimize')",
        ]
    } else {
        &[
            "ALTER TABLE paper ADD COLUMN words tsvector",
            "UPDATE paper SET words = to_tsvector('turkish', body)",
            "CREATE INDEX paper_words ON paper USING gin (words)",
        ]
    };
    for sql in all {
        db.execute_housekeeping(sql).await.unwrap();
    }
    db.settle().await.unwrap();
    println!("\nthe peer's index made in {:.0} s", began.elapsed().as_secs_f64());
}

/// The rule over `paper AS p`, with its values behind the one that is there.
fn rule(asker: &Asker, values: &mut Vec<Value>) -> String {
    let mut parts = Vec::new();
    let own = asker.owner.map(|place| {
        values.push(owner(usize::from(place)).into());
        format!("p.owner_id = ${}", values.len())
    });
    if let Some(units) = &asker.units {
        let list: Vec<String> = units
            .iter()
            .map(|place| {
                values.push(unit(usize::from(*place)).into());
                format!("${}", values.len())
            })
            .collect();
        parts.push(format!("p.unit_id IN ({})", list.join(", ")));
    } else if let Some(own) = &own {
        parts.push(own.clone());
    }
    if !asker.sees_secret {
        parts.push(match &own {
            Some(own) => format!("(p.state NOT IN ('secret') OR {own})"),
            None => "p.state NOT IN ('secret')".into(),
        });
    }
    if parts.is_empty() { "TRUE".into() } else { parts.join(" AND ") }
}

/// As a person's words are looked for there: in FTS5 by their beginnings, in PostgreSQL by its stems.
fn statement(db: &Db, asked: &Asked, asker: &Asker) -> (String, Vec<Value>) {
    let folded: Vec<String> =
        kernel::tr::words(&asked.typed).map(|word| word.chars().take(5).collect()).collect();
    let plain = asked.typed.replace('"', "");
    if db.backend() == DbBackend::Sqlite {
        // FTS5 has no beginnings inside a phrase but for the last word: the phrase is asked as it stands.
        let typed = if asked.is_phrase {
            format!("\"{}\"", kernel::tr::fold(&plain))
        } else {
            folded.iter().map(|word| format!("{word}*")).collect::<Vec<_>>().join(" AND ")
        };
        let mut values = vec![typed.into()];
        let rule = rule(asker, &mut values);
        let sql = format!(
            "SELECT p.id, count(*) OVER () AS total FROM paper_fts AS f JOIN paper AS p ON p.no = f.rowid \
             WHERE f.paper_fts MATCH $1 AND {rule} ORDER BY f.rank LIMIT 20"
        );
        return (sql, values);
    }
    let mut values = vec![plain.into()];
    let rule = rule(asker, &mut values);
    let query = if asked.is_phrase { "phraseto_tsquery" } else { "plainto_tsquery" };
    let sql = format!(
        "SELECT p.id, count(*) OVER () AS total FROM paper AS p, {query}('turkish', $1) AS q \
         WHERE p.words @@ q AND {rule} ORDER BY ts_rank(p.words, q) DESC LIMIT 20"
    );
    (sql, values)
}

pub async fn measure(db: &Db, letters: &Letters) {
    prepare(db).await;
    println!(
        "| question | asked by | p50 ms | p95 ms | p99 ms | most found | counts |\n|---|---|---:|---:|---:|---:|---|"
    );
    let all = questions();
    let mut every = Vec::new();
    for class in ["a common word", "a rare word", "two words", "three words", "a phrase"] {
        for asker in askers() {
            let (mut times, mut wrong, mut most) = (Vec::new(), 0, 0);
            // Two of each class: the peer takes its time.
            for asked in all.iter().filter(|asked| asked.class == class).take(2) {
                let truth = asked.truth(letters, &asker);
                most = most.max(truth);
                let (sql, values) = statement(db, asked, &asker);
                let began = Instant::now();
                let rows: Vec<Counted> = db.rows(&sql, values).await.unwrap();
                times.push(began.elapsed());
                wrong += usize::from(rows.first().map_or(0, |row| row.total) != truth as i64);
            }
            every.extend(times.iter().copied());
            line(class, asker.name, times, wrong, most);
        }
    }
    line("all of them", "all of them", every, 0, 0);
}
