//! The state table of a referral.

use kernel::record::{Record, Verb};
use kernel::{Error, Result, Tx, tr};

use super::{ANSWER, REFER, store};

pub(super) fn all() -> Vec<Verb> {
    vec![
        Verb::new("geregi-yapildi", "Gereği yapıldı", ANSWER, &["open"], "done", "referral_done")
            .official()
            .asking("Ne yapıldı?")
            .saying("Gereğinin yapıldığı yazıldı.")
            .run(|tx, one, said| Box::pin(done(tx, one, said))),
        Verb::new("bilgi-edindim", "Bilgi edindim", ANSWER, &["open"], "done", "referral_read")
            .bulk()
            .only_where("purpose", &["information"])
            .saying("Bilgi edindiğiniz yazıldı.")
            .run(|tx, one, _| Box::pin(read(tx, one))),
        Verb::new("iade", "İade et", ANSWER, &["open"], "returned", "referral_returned")
            .official()
            .asking("İade gerekçesi")
            .saying("Havale iade edildi.")
            .run(|tx, one, said| Box::pin(store::end(tx, one.id, said))),
        Verb::new("sure-uzat", "Süresini uzat", REFER, &["open"], "open", "referral_prolonged")
            .asking_day("Yeni son gün")
            .saying("Süresi uzatıldı.")
            .run(|tx, one, said| Box::pin(prolong(tx, one, said))),
        Verb::new("geri-cek", "Geri çek", REFER, &["open"], "withdrawn", "referral_withdrawn")
            .official()
            .asking("Gerekçe")
            .saying("Havale geri çekildi.")
            .run(|tx, one, said| Box::pin(store::end(tx, one.id, said))),
    ]
}

async fn done(tx: &Tx, referral: &Record, said: &str) -> Result<()> {
    let below = store::open_below(tx, referral.id).await?;
    if below > 0 {
        let text = format!(
            "Bu havaleden verilen {below} alt havalenin sonucu bekleniyor; önce onları sonuçlandırın ya da geri çekin."
        );
        return Err(Error::rule("HVL-006", "", text));
    }
    store::end(tx, referral.id, said).await
}

async fn read(tx: &Tx, referral: &Record) -> Result<()> {
    if referral.get("purpose").text() != "information" {
        let text = "Gereği istenen havale yalnız bilgi edinilerek kapanmaz; ne yapıldığını yazın.";
        return Err(Error::rule("HVL-007", "", text));
    }
    store::end(tx, referral.id, "Bilgi edinildi.").await
}

async fn prolong(tx: &Tx, referral: &Record, said: &str) -> Result<()> {
    let day = kernel::Day(tr::parse_date(said).map_err(Error::internal)?).to_string();
    if day.as_str() <= referral.get("due_on").text() {
        return Err(Error::rule("HVL-009", "reason", "Yeni gün şimdiki son günden sonra olmalıdır."));
    }
    store::set_due(tx, referral.id, &day).await
}
