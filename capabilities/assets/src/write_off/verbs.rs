//! The state table of a write-off, and what each step needs before it is taken.

use kernel::record::{Record, Verb, signatures};
use kernel::{Error, Result, Tx, tr};

use super::{EDIT, REASONS, assets_of, kind, refusal, store};
use crate::custody::lines;
use crate::custody::store::Line;
use crate::{asset, software, voucher};

/// Kinds of hardware that keep data.
const KEEPS_DATA: [&str; 5] = ["desktop", "laptop", "server", "phone", "tablet"];

/// The commission's signatures, by the verb that takes each.
const SIGNED_BY: [(&str, &str, &str); 3] = [
    ("baskan-imzala", "Başkana imzalat", "head_id"),
    ("uye-imzala", "Üyeye imzalat", "member_id"),
    ("ikinci-uye-imzala", "İkinci üyeye imzalat", "second_member_id"),
];

pub(super) fn all() -> Vec<Verb> {
    let mut verbs = vec![
        Verb::new("komisyona-sun", "Komisyona sun", EDIT, &["draft"], "commission", "write_off_submitted")
            .official()
            .run(|tx, one, _| Box::pin(submit(tx, one))),
    ];
    verbs.extend(SIGNED_BY.map(|(id, label_tr, field)| {
        Verb::new(id, label_tr, EDIT, &["commission"], "commission", "write_off_signed")
            .staying()
            .drawn_by(field)
            .official()
    }));
    verbs.extend([
        Verb::new("karara-bagla", "Karara bağla", EDIT, &["commission"], "decided", "write_off_decided")
            .asking("Onayın tarihi ve sayısı")
            .official()
            .run(|tx, one, said| Box::pin(decide(tx, one, said))),
        Verb::new("kayittan-dus", "Kayıttan düş", EDIT, &["decided"], "written_off", "write_off_done")
            .official()
            .danger()
            .run(|tx, one, _| Box::pin(finish(tx, one))),
        Verb::new("elden-cikar", "Elden çıkarıldı", EDIT, &["written_off"], "disposed", "write_off_disposed")
            .official()
            .run(|tx, one, _| Box::pin(async move { dispose(tx, one) })),
        Verb::new(
            "vazgec",
            "Vazgeç",
            EDIT,
            &["draft", "commission", "decided"],
            "cancelled",
            "write_off_cancelled",
        )
        .asking("Gerekçe")
        .danger()
        .run(|tx, one, _| Box::pin(cancel(tx, one))),
    ]);
    verbs
}

async fn submit(tx: &Tx, one: &Record) -> Result<()> {
    if SIGNED_BY.iter().any(|(_, _, field)| one.get(field).is_null()) {
        return Err(Error::rule("HRD-005", "", "Önce komisyonun başkanını ve iki üyesini yazın."));
    }
    let (assets, found) = lines::named(tx, one.get(lines::FIELD).text(), &refusal()).await?;
    if !found.is_empty() {
        return Err(Error::invalid(found));
    }
    if let Some(held) = assets.iter().find(|line| line.holder_id.is_some()) {
        let name = held.holder_name.as_deref().unwrap_or("birinin");
        let text = format!("{}: hâlâ {name} adına zimmetli; önce iade alın.", held.in_words());
        return Err(Error::rule("HRD-006", "", text));
    }
    for line in &assets {
        asset::store::set_state(tx, line.id, "condemned").await?;
    }
    store::set_statement(tx, one.id, &statement(one, &assets)).await?;
    super::tell(tx, one, "condemned", "").await
}

/// What the commission puts its name to.
fn statement(one: &Record, assets: &[Line]) -> String {
    let reason = REASONS.iter().find(|reason| reason.code == one.get("reason").text());
    let mut text = format!(
        "{} sayılı işlemle komisyonumuza sunulan aşağıdaki {} incelenmiştir.\n{}Sebebi: {}.\nTeknik rapor: {}\n",
        one.number(&kind()),
        lines::counted(assets),
        lines::numbered(assets),
        reason.map_or("", |reason| reason.label_tr),
        one.get("report").text().trim(),
    );
    for (label, column) in [("Onarım bedeli", "repair_kurus"), ("Bugünkü değeri", "value_kurus")] {
        if let Some(kurus) = one.get(column).int() {
            text.push_str(&format!("{label}: {} TL.\n", tr::money(kurus)));
        }
    }
    if !one.get("replacement").text().is_empty() {
        text.push_str(&format!("Yerine verilecek: {}.\n", one.get("replacement").text()));
    }
    text.push_str("Komisyonumuz yukarıda yazılı varlıkların kayıttan düşülmesini uygun bulmuştur.");
    text
}

/// All three drew their names, or the signed paper hangs on the record.
async fn decide(tx: &Tx, one: &Record, said: &str) -> Result<()> {
    let subject = one.reference(&kind());
    let drawn = signatures(tx, &subject).await?;
    let is_drawn = SIGNED_BY.iter().all(|(verb, ..)| drawn.iter().any(|known| known.verb == *verb));
    // Paper counts when it can be seen.
    if !is_drawn && !web::has_attachment(tx, &subject).await? {
        let text =
            "Önce komisyonun üç imzasını ekranda alın ya da imzalı tutanağın taramasını eklere yükleyin.";
        return Err(Error::rule("HRD-007", "", text));
    }
    store::set_decision(tx, one.id, said).await
}

async fn finish(tx: &Tx, one: &Record) -> Result<()> {
    let assets = assets_of(tx, one).await?;
    let needs_erasure = assets.iter().any(|line| KEEPS_DATA.contains(&line.category.as_str()));
    let erasure = one.get("erasure").text();
    if erasure == "unknown" || (needs_erasure && erasure == "none") {
        let text = "Önce “değiştir” ile verinin nasıl silindiğini yazın; bilgisayar, sunucu, telefon ve tablet veri taşır.";
        return Err(Error::rule("HRD-008", "", text));
    }
    let written = one.get("voucher").text();
    // One that was made out on paper before counts; else the house makes it out.
    let voucher = match written.is_empty() {
        true if !tx.act().actor.may(voucher::ISSUE) => {
            let text = "Önce “değiştir” ile taşınır işlem fişinin numarasını yazın.";
            return Err(Error::rule("HRD-009", "", text));
        }
        true => voucher::exit(tx, &assets, one.get("decision").text()).await?,
        false => written.to_string(),
    };
    for line in &assets {
        asset::store::set_written_off(tx, line.id).await?;
        software::store::clear(tx, line.id).await?;
    }
    store::set_written_off(tx, one.id, &voucher).await?;
    let note = format!("Taşınır işlem fişi: {voucher}.");
    super::tell(tx, one, "written_off", &note).await
}

fn dispose(_tx: &Tx, one: &Record) -> Result<()> {
    if one.get("disposal").text() == "unknown" || one.get("disposed_to").text().is_empty() {
        let text = "Önce “değiştir” ile nasıl elden çıkarıldığını ve kimin teslim aldığını yazın.";
        return Err(Error::rule("HRD-010", "", text));
    }
    Ok(())
}

/// What was set apart lies in the store again.
async fn cancel(tx: &Tx, one: &Record) -> Result<()> {
    if one.get("state").text() == "draft" {
        return Ok(());
    }
    for line in assets_of(tx, one).await?.iter().filter(|line| line.state == "condemned") {
        asset::store::set_state(tx, line.id, "in_stock").await?;
    }
    super::tell(tx, one, "spared", "").await
}
