//! The state table of an agenda item, and the number of a decision as the clerk of the council types it.

use kernel::record::{Record, Verb};
use kernel::{Day, Error, Result, Tx, Violation, tr};

use super::agenda_item::body_name;
use super::{KEEP, PROPOSE, store};

pub(super) fn all() -> Vec<Verb> {
    vec![
        Verb::new("gundeme-al", "Gündeme al", KEEP, &["proposed"], "on_agenda", "agenda_put_on")
            .official()
            .saying("Madde gündeme alındı.")
            .bulk(),
        Verb::new("karara-baglandi", "Karara bağlandı", KEEP, &["on_agenda"], "decided", "agenda_decided")
            .asking_line("Karar numarası")
            .hint("Yılıyla: 2026/45 gibi.")
            .saying("Karar numarasıyla yazıldı.")
            .official()
            .run(|tx, one, said| Box::pin(decide(tx, one, said))),
        Verb::new("ertele", "Ertele", KEEP, &["on_agenda"], "on_agenda", "agenda_postponed")
            .asking_day("Yeni toplantı günü")
            .saying("Görüşülmesi ertelendi.")
            .run(|tx, one, said| Box::pin(postpone(tx, one, said))),
        Verb::new("iade", "İade et", KEEP, &["proposed", "on_agenda"], "returned", "agenda_returned")
            .asking("İade gerekçesi")
            .saying("Teklif iade edildi.")
            .official(),
        Verb::new("yeniden-sun", "Yeniden sun", PROPOSE, &["returned"], "proposed", "agenda_submitted_again")
            .saying("Teklif yeniden sunuldu."),
        Verb::new(
            "geri-cek",
            "Geri çek",
            PROPOSE,
            &["proposed", "on_agenda", "returned"],
            "withdrawn",
            "agenda_withdrawn",
        )
        .asking("Gerekçe")
        .saying("Teklif geri çekildi.")
        .official()
        .danger(),
        Verb::new("uygulandi", "Uygulandı", KEEP, &["decided"], "decided", "agenda_applied")
            .asking("Karar nasıl uygulandı?")
            .saying("Kararın uygulandığı yazıldı.")
            .official()
            .run(|tx, one, _| Box::pin(applied(tx, one))),
    ]
}

/// Year and number of a decision, as `2026/45`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DecisionNumber {
    pub year: i64,
    pub place: i64,
}

impl DecisionNumber {
    /// Reads `2026/45`, with or without blanks; the year has four digits and the number one to five, without zeros before it.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, place) = text.split_once('/')?;
        let (year, place) = (year.trim(), place.trim());
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_shaped = year.len() == 4 && (1..=5).contains(&place.len()) && !place.starts_with('0');
        if !is_shaped || !is_plain(year) || !is_plain(place) {
            return None;
        }
        Some(Self { year: year.parse().ok()?, place: place.parse().ok()? })
    }
}

impl std::fmt::Display for DecisionNumber {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.year, self.place)
    }
}

async fn decide(tx: &Tx, item: &Record, said: &str) -> Result<()> {
    let refuse = |code, text: String| Err(Error::rule(code, "reason", text));
    let mut missing = Vec::new();
    if item.get("decision_text").text().is_empty() {
        missing.push(Violation::new("MEC-005", "decision_text", "Önce karar metnini yazın."));
    }
    if item.get("vote").text() == "none" {
        missing.push(Violation::new("MEC-013", "vote", "Önce oylama sonucunu seçin."));
    }
    if !missing.is_empty() {
        return Err(Error::invalid(missing));
    }
    let Some(number) = DecisionNumber::parse(said) else {
        return refuse("MEC-006", "Karar numarasını yılıyla, 2026/45 biçiminde yazın.".into());
    };
    let decided_on = match item.get("decided_on").text() {
        "" => item.get("meets_on").text(),
        day => day,
    };
    if decided_on > tx.at().day().to_string().as_str() {
        let text = "Toplantı henüz yapılmadı; karar günü bugünden ileri olamaz.";
        return refuse("MEC-007", text.into());
    }
    if !decided_on.starts_with(&format!("{}-", number.year)) {
        return refuse("MEC-008", "Karar numarasının yılı kararın alındığı yıl olmalıdır.".into());
    }
    let body = item.get("body").text();
    if let Some(other) = store::decided_as(tx, body, number.year, number.place).await? {
        let text = format!("{number} sayılı {} kararı zaten var: {other}.", body_name(body));
        return refuse("MEC-009", text);
    }
    // What was rejected needs no applying.
    let application = if item.get("vote").text() == "rejected" { "none" } else { "waiting" };
    let decision = store::Decision { number: &number.to_string(), year: number.year, place: number.place };
    store::set_decided(tx, item.id, &decision, decided_on, application).await
}

async fn postpone(tx: &Tx, item: &Record, said: &str) -> Result<()> {
    let day = Day(tr::parse_date(said).map_err(Error::internal)?).to_string();
    if day.as_str() <= item.get("meets_on").text() {
        let text = "Yeni gün şimdiki toplantı gününden sonra olmalıdır.";
        return Err(Error::rule("MEC-011", "reason", text));
    }
    store::set_meets_on(tx, item.id, &day).await
}

/// A decision that needed nobody's work, or whose work was not written down here.
async fn applied(tx: &Tx, item: &Record) -> Result<()> {
    if item.get("application").text() != "waiting" {
        return Err(Error::conflict("Bu kararın uygulanması beklenmiyor; sayfayı yenileyin."));
    }
    let open = store::standing(tx, item.id).await?.open;
    if open > 0 {
        let text = format!("Bu kararın {open} işi sonuçlanmadı; önce onları sonuçlandırın ya da iptal edin.");
        return Err(Error::rule("MEC-012", "", text));
    }
    store::set_application(tx, item.id, "applied").await
}

#[cfg(test)]
mod tests {
    use super::DecisionNumber;

    #[test]
    fn a_decision_number_is_a_year_and_a_number_and_nothing_else() {
        let number = DecisionNumber::parse(" 2026 / 45 ").expect("blanks are no matter");
        assert_eq!((number.year, number.place, number.to_string().as_str()), (2026, 45, "2026/45"));
        for wrong in
            ["", "45", "2026/", "/45", "26/45", "2026/045", "2026/0", "2026-45", "2026/4a", "2026/123456"]
        {
            assert_eq!(DecisionNumber::parse(wrong), None, "{wrong:?}");
        }
    }
}
