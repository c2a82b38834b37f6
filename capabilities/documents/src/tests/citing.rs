//! What a letter refers to: found in the register while it is typed, written as the form wants it, kept with the letter, said in its
//! package and on the page of what was cited.

use std::io::Cursor;

use kernel::db::Sql as _;
use testkit::each;

use super::esign::{Keys, begin, link, office, pack, send, signed};
use super::letters::turn;
use super::town::{Town, capabilities};

/// What a suggestion sends.
fn chosen(piece: &str) -> String {
    let at = piece.find("name=\"kayit\" value=\"").unwrap_or_else(|| panic!("{piece}"));
    piece[at..].split('"').nth(3).unwrap().to_string()
}

#[tokio::test]
async fn a_reference_is_found_by_number_subject_or_sender_and_written_as_the_form_wants_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let entry = town.enter("Siber Güvenlik Anketi", "E-12345678-700-4411").await;
        town.enter("Yol Bakımı", "E-12345678-700-4412").await;
        town.as_clerk();
        let asked = async |typed: &str| town.app.post_part("/yazilar/ilgi", &[("ilgi", typed)]).await.ok();
        for typed in ["siber anket", "700-4411", "Valiliğin 3.11.2026 tarihli yazısı.\nsiber"] {
            let page = asked(typed).await;
            assert!(page.text().contains("Siber Güvenlik Anketi"), "{typed}: {}", page.html());
            page.hides("Yol Bakımı");
        }
        asked("valili").await.says("Siber Güvenlik Anketi").says("Yol Bakımı");
        for typed in ["", "si", "hiçbir şey", "3.11.2026 tarihli yazınız."] {
            asked(typed).await.hides("Evrak kaydından");
        }
        let id = chosen(&asked("Kendi sözümüz.\nsiber").await.html());
        assert!(entry.ends_with(&id));
        let form = [("ilgi", "Kendi sözümüz.\nsiber"), ("kayit", id.as_str())];
        let field = town.app.post_part("/yazilar/ilgi", &form).await.ok().html();
        let line = "ve E-12345678-700-4411 sayılı yazısı. [2026-GE-000001]";
        assert!(field.contains("Kendi sözümüz.\nÖrnekil Valiliğinin ") && field.contains(line), "{field}");
        assert!(!field.contains("siber"), "{field}");
        // To whoever wrote it, and to nobody else, it is "your letter".
        for (to, words) in [
            ("örnekil valiliği", "ve E-12345678-700-4411 sayılı yazınız. ["),
            ("Örnekil Valiliği\nKarşıyaka Kaymakamlığı", "Örnekil Valiliğinin "),
        ] {
            let form = [&form[..], &[("addressees", to)]].concat();
            let field = town.app.post_part("/yazilar/ilgi", &form).await.ok().html();
            assert!(field.contains(words), "{to}: {field}");
        }
        // The number in brackets is for Belde; it stands neither in the letter nor on its paper.
        let at = field.find("Kendi sözümüz.").unwrap();
        let typed = field[at..].split("</textarea>").next().unwrap().to_string();
        asked(&typed).await.says("a) Kendi sözümüz.").says("b) Örnekil Valiliğinin").hides("[2026");
        let letter = town.letter(&code, &[("ilgi", &typed)]).await;
        let page = town.app.get(&letter).await.ok().says("b) 2026-GE-000001");
        assert!(
            page.html().contains(&format!("<a href=\"{entry}\">Örnekil Valiliğinin ")),
            "{}",
            page.html()
        );
        let paper = town.app.get(&format!("{letter}/pdf")).await.text();
        assert!(paper.contains("İlgi b) Örnekil Valiliğinin") && !paper.contains("[2026"), "{paper}");
    })
    .await;
}

#[tokio::test]
async fn a_reference_stays_of_its_entry_until_its_line_says_something_else_and_the_entry_tells_of_the_letter()
{
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let entry = town.enter("Siber Güvenlik Anketi", "E-12345678-700-4411").await;
        town.as_clerk();
        let letter = town.letter(&code, &[("ilgi", "2026-GE-000001")]).await;
        let kept = async || town.text("SELECT cited FROM letter").await;
        assert_eq!(kept().await, "a) 2026-GE-000001");
        let ilgi = town.text("SELECT ilgi FROM letter").await;
        assert!(ilgi.ends_with(" tarihli ve E-12345678-700-4411 sayılı yazınız."), "{ilgi}");
        let change = async |version: &str, ilgi: &str| {
            let fields = [("surum", version), ("ilgi", ilgi)];
            town.app.post(&format!("{letter}/duzenle"), &fields).await
        };
        let said = "Valiliğin 3.11.2026 tarihli ve E-12345678-700-4411 sayılı yazısı.";
        change("1", &format!("Başka bir söz.\n{said}")).await.leads_to(&letter);
        assert_eq!(kept().await, "b) 2026-GE-000001", "other words around the same number");
        change("2", "3.11.2026 tarihli yazınız.").await.leads_to(&letter);
        assert_eq!(kept().await, "");
        // Free words keep an entry, too.
        change("3", "3.11.2026 tarihli yazınız. [2026-GE-000001]").await.leads_to(&letter);
        assert_eq!(town.text("SELECT ilgi FROM letter").await, "3.11.2026 tarihli yazınız.");
        assert_eq!(kept().await, "a) 2026-GE-000001");
        change("4", "Yazınız. [2026-GE-000009]")
            .await
            .status(422)
            .says("numaralı evrak yok ya da size açık değil");
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        town.as_veli();
        let sign = turn(&town).await;
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        town.as_clerk();
        town.app.get(&entry).await.ok().says("Bir yazıda ilgi tutuldu").says("Z-24312041-700-1");
    })
    .await;
}

#[tokio::test]
async fn nobody_finds_or_cites_what_they_may_not_see() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let code = town.file_code().await;
        let entry = town.enter("Siber Güvenlik Anketi", "E-12345678-700-4411").await;
        let id = entry.rsplit('/').next().unwrap().to_string();
        town.as_mehmet();
        town.app.post_part("/yazilar/ilgi", &[("ilgi", "siber")]).await.ok().hides("Anketi");
        town.app.post_part("/yazilar/ilgi", &[("ilgi", "siber"), ("kayit", &id)]).await.status(404);
        let fields = [
            ("title", "Anket"),
            ("form", "letter"),
            ("body", "Arz ederim."),
            ("file_code_id", code.as_str()),
        ];
        let bracketed = [&fields[..], &[("ilgi", "Yazınız. [2026-GE-000001]")]].concat();
        town.app.post("/yazilar/yeni", &bracketed).await.status(422).says("size açık değil");
        town.new_at("/yazilar", &[&fields[..], &[("ilgi", "2026-GE-000001")]].concat()).await;
        assert_eq!(town.text("SELECT ilgi || '|' || cited FROM letter").await, "2026-GE-000001|");
    })
    .await;
}

#[tokio::test]
async fn own_letters_those_of_another_unit_and_approvals_are_named_each_in_their_way() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        town.as_clerk();
        for (name, kind) in [("Zeynep Koç", "person"), ("Örnekil Valiliği", "institution"), ("Bilgi İşlem Müdürlüğü", "unit")] {
            town.new_at("/muhataplar", &[("name", name), ("kind", kind), ("rank", "same")]).await;
        }
        let petition = [("book", "incoming"), ("correspondent", "Zeynep Koç"), ("title", "Dilekçe"), ("medium", "hand")];
        town.new_at("/evrak", &[&petition[..], &[("their_on", "3.11.2025")]].concat()).await;
        // Of Mehmet's unit: one that goes out, one to a unit of the house, an approval.
        let ayse = town.ayse.to_string();
        let within = [("addressees", "Bilgi İşlem Müdürlüğü")];
        let approval = [
            ("form", "approval"),
            ("addressees", ""),
            ("second_signer_id", ayse.as_str()),
            ("body", "Olurlarınıza arz ederim."),
        ];
        for more in [&[][..], &within, &approval] {
            town.as_mehmet();
            let arz = [("body", "Bilgilerinizi arz ederim.")];
            let letter = town.letter(&code, &[more, &arz[..]].concat()).await;
            town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
            town.as_veli();
            let sign = turn(&town).await;
            town.act(&sign, "imzala", "").await.leads_to(&sign);
        }
        town.as_clerk();
        let sign = turn(&town).await;
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        let all = "2026-GE-000001\n2026-GI-000001\n2026-IC-000001\n2026-IC-000002";
        let today = kernel::tr::date(test.clock.now().day().0);
        let own = |unit: &str| {
            format!(
                "Zeynep Koç’un 03.11.2025 tarihli dilekçesi.\n{today} tarihli ve Z-24312041-700-1 sayılı yazımız.\n\
                 {unit}\n{today} tarihli ve Z-24312041-700-3 sayılı olur."
            )
        };
        town.as_clerk();
        town.letter(&code, &[("ilgi", all)]).await;
        let newest = "SELECT ilgi FROM letter ORDER BY id DESC LIMIT 1";
        let theirs = format!("Fen İşleri Müdürlüğünün {today} tarihli ve Z-24312041-700-2 sayılı yazısı.");
        assert_eq!(town.text(newest).await, own(&theirs));
        let works = town.works.to_string();
        town.letter(&code, &[("ilgi", all), ("unit_id", &works)]).await;
        let ours = format!("{today} tarihli ve Z-24312041-700-2 sayılı yazımız.");
        assert_eq!(town.text(newest).await, own(&ours));
        town.letter(&code, &[("ilgi", all), ("addressees", "Zeynep Koç")]).await;
        let to_her = town.text(newest).await;
        assert!(to_her.starts_with("03.11.2025 tarihli dilekçeniz.\n"), "{to_her}");
    })
    .await;
}

#[tokio::test]
async fn a_package_names_the_cited_letter_by_the_number_day_and_id_that_the_register_has() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        town.enter("Siber Güvenlik Anketi", "E-12345678-700-4411").await;
        let tx = test.begin().await;
        let sql = "UPDATE document SET package_id = '3f2a9c1e-0b7d-4e65-9a14-5d8c2b6e7f01', their_on = '2026-11-03'";
        tx.run(sql, vec![]).await.unwrap();
        tx.without_event("arranged");
        tx.commit().await.unwrap();
        town.as_clerk();
        let ilgi = "Valiliğin anket hakkındaki yazısı. [2026-GE-000001]\nKendi sözümüz.";
        let letter = town.letter(&code, &[("medium", "electronic"), ("ilgi", ilgi)]).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        let token = link(&town, &letter).await;
        let cms = signed(&town, &token, &keys.key("veli")).await;
        send(&town, &token, &cms).await.status(200);
        pack(test, keys.services(town.files.path())).await.unwrap();
        town.as_veli();
        let eyp = town.app.get(&format!("{letter}/paket")).await;
        let mut package =
            package::Package::open(Cursor::new(eyp.bytes.clone()), &package::Limits::default()).unwrap();
        assert!(package::verify(&mut package).is_valid());
        let said = package.letter().unwrap();
        let [one, other] = said.references.as_slice() else { panic!("{:?}", said.references) };
        assert_eq!((one.label.as_str(), other.label.as_str()), ("a", "b"));
        assert_eq!(one.number.as_deref(), Some("E-12345678-700-4411"));
        assert_eq!(one.name.as_deref(), Some("Valiliğin anket hakkındaki yazısı."));
        assert_eq!(one.dated_at, Some(kernel::Day(time::macros::date!(2026 - 11 - 03)).start().utc()));
        let own = one.own_id.as_ref().unwrap();
        assert_eq!(
            (own.scheme.as_deref(), own.value.as_str()),
            (Some("GUID"), "3F2A9C1E-0B7D-4E65-9A14-5D8C2B6E7F01")
        );
        assert_eq!((&other.number, &other.dated_at, &other.own_id), (&None, &None, &None));
    })
    .await;
}
