//! Duties of the inspection view: complete, honest about gaps, read only, and on paper.
#![allow(clippy::unwrap_used)]

use http::StatusCode;
use printing::{Block, Document, Printer};

use crate::duties::sync;
use crate::duties::tests::town::{Town, UNIT, capabilities};

/// Prints the titles, texts and cells of the document as plain text, so that a test can read it.
fn plain(document: &Document, _at: time::OffsetDateTime) -> Result<Vec<u8>, printing::Error> {
    document.check()?;
    let mut text = format!("{}\n{}\n{}\n", document.head.municipality, document.title, document.printed_by);
    for block in &document.blocks {
        match block {
            Block::Heading(one) | Block::Paragraph(one) | Block::Note(one) => {
                text.push_str(&format!("{one}\n"))
            }
            Block::Facts(facts) => {
                facts.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\n")))
            }
            Block::Table { rows, .. } => {
                rows.iter().for_each(|row| text.push_str(&format!("{}\n", row.join(" | "))))
            }
            _ => {}
        }
    }
    Ok(text.into_bytes())
}

#[tokio::test]
async fn an_inspector_finds_every_duty_with_source_and_gaps_in_words() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, Printer(plain)).await;
        let page = town.get("auditor", "/denetim").await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(text.contains("ID-1") && text.contains("Madde 6, bent a"));
        for word in ["Dayanağı teyit bekliyor", "Sorumlusu yok", "Kanıtı yok", "Yönetmelikte yok"] {
            assert!(text.contains(word), "{word}");
        }
        assert!(text.contains("Yönetmelikteki görev"));
    })
    .await;
}

#[tokio::test]
async fn only_gaps_leaves_out_what_lacks_nothing() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, Printer(plain)).await;
        let text = town.get("auditor", "/denetim?eksik=evet").await.text();
        assert!(text.contains("SD-1") && !text.contains("ORG-1 "));
        let unit = UNIT.to_string();
        let path = format!("/gorevler/{}/kimde", sync::id_of("NE-1"));
        assert_eq!(town.post("director", &path, &[("birim", &unit)]).await.status, StatusCode::SEE_OTHER);
        let printed = town.get("auditor", "/denetim/yazdir?eksik=evet").await.text();
        assert!(printed.contains("NE-1") && printed.contains("Yazılım Birimi"));
    })
    .await;
}

#[tokio::test]
async fn the_view_says_when_no_regulation_is_in_force() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, Printer(plain)).await;
        use kernel::db::Sql;
        let tx = test.begin().await;
        tx.without_event("the town's regulation ends");
        tx.run("UPDATE regulation SET state = 'repealed'", vec![]).await.unwrap();
        sync::restate(&tx, None).await.unwrap();
        tx.commit().await.unwrap();
        let text = town.get("auditor", "/denetim").await.text();
        assert!(text.contains("Yürürlükte bir yönetmelik yok"));
        assert!(
            town.get("auditor", "/denetim?eksik=evet").await.text().contains("Eksiği olan bir görev yok.")
        );
    })
    .await;
}

#[tokio::test]
async fn the_paper_has_the_towns_head_the_duties_and_its_download_is_an_event() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, Printer(plain)).await;
        let paper = town.get("auditor", "/denetim/pdf").await;
        assert_eq!((paper.status, paper.content_type.as_str()), (StatusCode::OK, "application/pdf"));
        let text = paper.text();
        let duty = town.duty("SD-1").await;
        assert!(text.contains("Denetim görünümü") && text.contains("auditor"));
        assert!(text.contains(&format!("SD-1 {} | Teyit bekliyor", duty.title)), "{text}");
        assert_eq!(town.events("paper_taken").await, 1);
        // A paper is read on another day: it says the moment, not how long ago.
        let now = test.clock.now();
        let tx = test.begin().await;
        tx.without_event("the scenario stands in for a refresh");
        let sql = "UPDATE duty SET evidence_at = $1, evidence = 'Alınan yedek: 12.' WHERE code = 'SD-1'";
        assert_eq!(kernel::db::Sql::run(&tx, sql, vec![now.into()]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let text = town.get("auditor", "/denetim/pdf").await.text();
        let said = format!("{}: Alınan yedek: 12.", kernel::tr::instant(now.0));
        assert!(text.contains(&said), "{said} in {text}");
        let gaps = town.get("auditor", "/denetim/pdf?eksik=evet").await.text();
        assert!(gaps.contains("SD-1") && !gaps.contains("ORG-1 "));
    })
    .await;
}

#[tokio::test]
async fn a_paper_that_cannot_be_printed_is_said_so_and_leaves_no_event() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, Printer(|_, _| Err(printing::Error::Typesetting("font".into())))).await;
        let paper = town.get("auditor", "/denetim/pdf").await;
        assert_eq!(paper.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(paper.text().contains("Belge hazırlanamadı"));
        assert_eq!(town.events("paper_taken").await, 0);
    })
    .await;
}

#[tokio::test]
async fn those_without_the_permission_see_neither_page_nor_paper() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, Printer(plain)).await;
        for role in ["staff", "clerk", "chief"] {
            for path in ["/denetim", "/denetim/yazdir", "/denetim/pdf"] {
                assert_eq!(town.get(role, path).await.status, StatusCode::FORBIDDEN, "{role} {path}");
            }
        }
        for role in ["auditor", "director", "deputy_mayor", "admin"] {
            assert_eq!(town.get(role, "/denetim").await.status, StatusCode::OK, "{role}");
        }
    })
    .await;
}

/// Needs the typesetter: `cargo test -p regulation --features pdf`.
#[cfg(feature = "pdf")]
#[tokio::test]
async fn the_paper_is_a_pdf_in_which_a_duty_can_be_read() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, Printer(printing::pdf)).await;
        let paper = town.get("auditor", "/denetim/pdf").await;
        assert!(paper.bytes.starts_with(b"%PDF"));
        let folder = std::env::temp_dir().join(format!("belde-denetim-{}-{}", test.name, std::process::id()));
        std::fs::write(&folder, &paper.bytes).unwrap();
        let read = std::process::Command::new("pdftotext").arg(&folder).arg("-").output();
        let _ = std::fs::remove_file(&folder);
        match read {
            Ok(read) => assert!(String::from_utf8_lossy(&read.stdout).contains("SD-1")),
            Err(_) => eprintln!("skipped: the text of the PDF, because pdftotext is not installed"),
        }
    })
    .await;
}
