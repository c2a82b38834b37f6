//! What the official form wants of a letter, said while it is written and held against it when it is sent round (Resmî
//! Yazışmalarda Uygulanacak Usul ve Esaslar Hakkında Yönetmelik, 10.06.2020). Pure rules; no database.

use kernel::{Result, tr};
use maud::{Markup, html};
use web::{Ctx, Form, Outcome};

use super::compose::lines;
use crate::addressee_group;
use crate::correspondent::store;

pub(super) const PATH: &str = "/yazilar/denetle";

/// References and annexes are counted off with these.
pub(super) const ALPHABET: [&str; 29] = [
    "a", "b", "c", "ç", "d", "e", "f", "g", "ğ", "h", "ı", "i", "j", "k", "l", "m", "n", "o", "ö", "p", "r",
    "s", "ş", "t", "u", "ü", "v", "y", "z",
];

/// What is looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub is_approval: bool,
    pub subject: String,
    pub body: String,
    /// Ranks of those it is written to: unknown, above, same, below.
    pub ranks: Vec<String>,
    pub references: usize,
    pub annexes: usize,
    pub urgency: String,
    pub due_on: String,
    pub secrecy: String,
    pub secret_until: String,
    pub has_file_code: bool,
    pub has_signer: bool,
    pub has_second_signer: bool,
    pub today: String,
}

/// Something that keeps a letter from being signed, or that its writer should look at once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub field: &'static str,
    pub is_error: bool,
    pub text: String,
}

fn error(field: &'static str, text: impl Into<String>) -> Finding {
    Finding { field, is_error: true, text: text.into() }
}

fn hint(field: &'static str, text: impl Into<String>) -> Finding {
    Finding { field, is_error: false, text: text.into() }
}

/// Everything there is to say, errors first.
pub(super) fn look(letter: &Written) -> Vec<Finding> {
    let mut found = subject(letter);
    found.extend(addressees(letter));
    found.extend(closing(letter));
    found.extend(references(letter));
    found.extend(rest(letter));
    found.sort_by_key(|one| !one.is_error);
    found
}

fn subject(letter: &Written) -> Vec<Finding> {
    let subject = letter.subject.trim();
    let mut found = Vec::new();
    if subject.ends_with('.') {
        found.push(error("title", "Konunun sonuna nokta konmaz."));
    }
    if subject.chars().count() > 100 {
        found.push(hint("title", "Konu bir satıra sığmalıdır; kısaltın."));
    }
    if subject.chars().any(char::is_alphabetic) && subject == tr::upper(subject) {
        found.push(hint("title", "Konu büyük harflerle değil, sözcüklerin ilk harfi büyük yazılır."));
    }
    found
}

fn addressees(letter: &Written) -> Vec<Finding> {
    let mut found = Vec::new();
    if !letter.is_approval && letter.ranks.is_empty() {
        found.push(error("addressees", "Yazının kime gideceğini yazın."));
    }
    if letter.is_approval && !letter.has_second_signer {
        found.push(error("second_signer_id", "Oluru verecek makamı seçin."));
    }
    if !letter.has_signer {
        found.push(error("signer_id", "İmzalayacak kişiyi seçin."));
    }
    if !letter.has_file_code {
        found.push(error("file_code_id", "Dosya kodunu seçin; sayının içinde yer alır."));
    }
    found
}

/// The verb a letter to these ends with; `None` while somebody's rank is not known.
pub(super) fn expected_closing(is_approval: bool, ranks: &[String]) -> Option<&'static str> {
    if is_approval {
        return Some("olurlarınıza arz ederim");
    }
    let above = ranks.iter().filter(|rank| *rank == "above").count();
    let level = ranks.iter().filter(|rank| ["same", "below"].contains(&rank.as_str())).count();
    if ranks.is_empty() || above + level < ranks.len() {
        return None;
    }
    Some(match (above, level) {
        (_, 0) => "arz ederim",
        (0, _) => "rica ederim",
        _ => "arz ve rica ederim",
    })
}

const CLOSINGS: [&str; 3] = ["arz ve rica ederim", "arz ederim", "rica ederim"];

fn closing(letter: &Written) -> Vec<Finding> {
    let body = tr::lower(letter.body.trim());
    let end = body.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let Some(said) = CLOSINGS.into_iter().find(|closing| end.ends_with(closing)) else {
        let text = "Metin “arz ederim”, “rica ederim” ya da “arz ve rica ederim” ile bitmelidir.";
        return vec![error("body", text)];
    };
    match expected_closing(letter.is_approval, &letter.ranks) {
        Some(wanted) if !end.ends_with(wanted) || CLOSINGS[0] == said && wanted != said => {
            vec![error("body", format!("Bu muhataba yazılan metin “{wanted}” ile biter."))]
        }
        None if !letter.ranks.is_empty() => {
            let text = "Muhatabın düzeyi bilinmiyor; Muhataplar sayfasında yazarsanız “arz” ve “rica” da denetlenir.";
            vec![hint("addressees", text)]
        }
        _ => Vec::new(),
    }
}

fn references(letter: &Written) -> Vec<Finding> {
    let body = tr::lower(&letter.body);
    let mut found = Vec::new();
    if letter.references > ALPHABET.len() {
        found.push(error("ilgi", "En çok 29 ilgi yazılabilir."));
    }
    if letter.references > 0 && !tr::words(&letter.body).any(|word| word.starts_with("ilgi")) {
        found.push(hint("body", "Yazının ilgisi var ama metinde geçmiyor: “İlgi yazı ile…”."));
    }
    for (place, letter_of) in ALPHABET.iter().enumerate() {
        let mentions = [format!("ilgi ({letter_of})"), format!("ilgi {letter_of})")];
        if place >= letter.references && mentions.iter().any(|mention| body.contains(mention.as_str())) {
            found.push(error("body", format!("Metinde ilgi ({letter_of}) geçiyor ama öyle bir ilgi yok.")));
        }
    }
    let mentions_annex = tr::words(&letter.body)
        .any(|word| ["ek", "ekte", "ekli", "ekleri", "ekteki"].contains(&word.as_str()));
    if letter.annexes > 0 && !mentions_annex {
        found.push(hint("body", "Yazının eki var ama metinde geçmiyor."));
    }
    if letter.annexes == 0 && mentions_annex {
        found.push(hint("annexes", "Metinde ekten söz ediliyor ama Ekler boş."));
    }
    found
}

fn rest(letter: &Written) -> Vec<Finding> {
    let mut found = Vec::new();
    if letter.urgency == "GNL" && letter.due_on.is_empty() {
        found.push(error("due_on", "Günlü yazıda yanıtın istendiği günü yazın."));
    }
    if !letter.due_on.is_empty() && letter.due_on < letter.today {
        found.push(error("due_on", "Yanıt için istenen gün geçmiş."));
    }
    if letter.secrecy != "YOK" && !letter.secret_until.is_empty() && letter.secret_until <= letter.today {
        found.push(error("secret_until", "Gizliliğin süresi bugünden sonra dolmalıdır."));
    }
    if letter.secrecy == "YOK" && !letter.secret_until.is_empty() {
        found.push(error("secret_until", "Gizlilik derecesi olmayan yazıda gizlilik süresi yazılmaz."));
    }
    let long = letter.body.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    if long > 60 {
        found.push(hint("body", "Metinde boşluksuz çok uzun bir sözcük var; kâğıtta taşabilir."));
    }
    found
}

/// While the text is typed: what the form as it stands would be told.
pub(super) async fn show(ctx: Ctx, form: Form) -> Outcome {
    let typed = |name: &str| form.get(name).to_string();
    let day = |name: &str| {
        tr::parse_date(form.get(name)).map(|day| kernel::Day(day).to_string()).unwrap_or_default()
    };
    let named = format!("{}\n{}", typed("addressees"), typed("informed"));
    let to = lines(&addressee_group::unfold(ctx.db(), &named).await?);
    let has = |name: &str| {
        !form.get(name).is_empty() || !form.get(&format!("{name}{}", ui::names::TYPED_SUFFIX)).is_empty()
    };
    let letter = Written {
        is_approval: form.get("form") == "approval",
        subject: typed("title"),
        body: typed("body"),
        ranks: ranks(&ctx, &to).await?,
        references: lines(&typed("ilgi")).len(),
        annexes: lines(&typed("annexes")).len(),
        urgency: typed("urgency"),
        due_on: day("due_on"),
        secrecy: typed("secrecy"),
        secret_until: day("secret_until"),
        has_file_code: has("file_code_id"),
        has_signer: has("signer_id"),
        has_second_signer: has("second_signer_id"),
        today: ctx.act.now().day().to_string(),
    };
    ctx.fragment(said(&look(&letter)))
}

async fn ranks(ctx: &Ctx, names: &[String]) -> Result<Vec<String>> {
    store::ranks(ctx.db(), names).await
}

/// The findings as a list; a good letter is said to be one.
pub(super) fn said(found: &[Finding]) -> Markup {
    html! {
        @if found.is_empty() {
            p { "Biçim denetimi: eksik yok." }
        } @else {
            p { strong { "Biçim denetimi" } }
            ul { @for one in found {
                li { @if one.is_error { strong { "Düzeltilmeli: " } } @else { "Bakın: " } (one.text) }
            } }
        }
    }
}

#[cfg(test)]
mod tests;
