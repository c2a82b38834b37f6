//! What the official form wants of a letter, said while it is written and held against it when it is sent round (Resmî
//! Yazışmalarda Uygulanacak Usul ve Esaslar Hakkında Yönetmelik, 10.06.2020). Pure rules; no database.

use kernel::{Result, tr};
use maud::{Markup, html};
use web::{Ctx, Form, Outcome};

use super::compose::{self, lines};
use super::hands::typed as typed_signer;
use super::people;
use crate::addressee_group;
use crate::correspondent::{Standing, known_as, store};

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
    /// Where those stand whom it is written to.
    pub standings: Vec<Standing>,
    /// Who is to act, and who is to know.
    pub to: Vec<String>,
    pub informed: Vec<String>,
    /// Names of those who sign, in their order, and of those who initial, as typed.
    pub signers: Vec<String>,
    pub initials: Vec<String>,
    /// own, acting, delegated; and the office.
    pub signed_as: String,
    pub on_behalf: String,
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
    found.extend(twice(letter));
    found.extend(hands(letter));
    found.extend(closing(letter));
    found.extend(references(letter));
    found.extend(unfilled(letter));
    found.extend(rest(letter));
    found.sort_by_key(|one| !one.is_error);
    found
}

fn subject(letter: &Written) -> Vec<Finding> {
    let subject = letter.subject.trim();
    let mut found = Vec::new();
    if subject.ends_with(['.', ',', ';', ':', '!', '?']) {
        found.push(error("title", "Konunun sonuna noktalama işareti konmaz."));
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
    if !letter.is_approval && letter.standings.is_empty() {
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

/// Nobody is written to twice.
fn twice(letter: &Written) -> Vec<Finding> {
    let mut found = Vec::new();
    for (field, names) in [("addressees", &letter.to), ("informed", &letter.informed)] {
        let mut seen: Vec<String> = Vec::new();
        for name in names {
            let known = known_as(name);
            if seen.contains(&known) {
                found.push(error(field, format!("“{name}” iki kez yazılmış.")));
            }
            seen.push(known);
        }
    }
    let to: Vec<String> = letter.to.iter().map(|name| known_as(name)).collect();
    for name in letter.informed.iter().filter(|name| to.contains(&known_as(name))) {
        found
            .push(error("informed", format!("“{name}” hem Muhatap’ta hem Bilgi için’de; birinden çıkarın.")));
    }
    found
}

/// Each person has one part in a letter, and who signs for themselves signs for no office.
fn hands(letter: &Written) -> Vec<Finding> {
    let mut found = Vec::new();
    let signers: Vec<String> = letter.signers.iter().map(|name| tr::fold(name)).collect();
    if signers.iter().enumerate().any(|(place, name)| signers[..place].contains(name)) {
        found
            .push(error("second_signer_id", "Aynı kişi iki kez imzalayamaz; ikinci imzaya başkasını seçin."));
    }
    for name in letter.initials.iter().filter(|name| signers.contains(&tr::fold(name))) {
        found.push(error("initialled_by", initials_and_signs(name)));
    }
    if ["", "own"].contains(&letter.signed_as.as_str()) && !letter.on_behalf.trim().is_empty() {
        let text = "Kendi adına imzada makam yazılmaz: imza türünü vekâlet ya da yetki devri yapın, ya da bunu boşaltın.";
        found.push(error("on_behalf", text));
    }
    found
}

/// Said here and where the letter is sent round.
pub(super) fn initials_and_signs(name: &str) -> String {
    format!("{name} yazıyı imzalayacak; ayrıca paraflamaz.")
}

/// What a template leaves open: "…" standing alone or in brackets; a word in brackets may be one.
fn unfilled(letter: &Written) -> Vec<Finding> {
    let mut found = Vec::new();
    for (field, text) in [("title", &letter.subject), ("body", &letter.body)] {
        let is_open = |word: &str| {
            let inner = word.trim_matches(|letter: char| "[](),;:“”\"'".contains(letter));
            inner == "…" || inner.len() >= 2 && inner.chars().all(|one| "._…".contains(one))
        };
        if text.split_whitespace().any(is_open) || text.contains("[]") {
            found.push(error(field, "Üç noktayla bırakılmış bir yer doldurulmamış."));
        } else if let Some(open) = bracketed(text) {
            found.push(hint(
                field,
                format!("“[{open}]” doldurulacak bir yer mi? Doldurup köşeli ayraçları kaldırın."),
            ));
        }
    }
    found
}

/// The first words in square brackets, without figures: boards of the same number have those.
fn bracketed(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('[')?;
    let (inner, _) = rest.split_once(']')?;
    (inner.chars().count() <= 40 && inner.chars().any(char::is_alphabetic)).then_some(inner)
}

/// What an approval ends with.
const ASKED_TO_CONSENT: &str = "olurlarınıza arz ederim";
const ARZ: &str = "arz ederim";
const RICA: &str = "rica ederim";
/// To those above and below at once; the second is the same in short.
const BOTH: [&str; 2] = ["arz ve rica ederim", "arz/rica ederim"];
/// To people, who are nobody's office; companies take them, too.
const TO_PEOPLE: [&str; 3] = ["saygılarımla", "iyi dileklerimle", "bilgilerinize sunulur"];

/// What a letter to these may end with, the usual first: "arz" to those above and of the same rank, "rica" to those below, both where
/// both are written to. `None` while somebody's rank is not known.
pub(super) fn closings(is_approval: bool, to: &[Standing]) -> Option<Vec<&'static str>> {
    if is_approval {
        return Some(vec![ASKED_TO_CONSENT]);
    }
    if to.is_empty() || to.contains(&Standing::Unknown) {
        return None;
    }
    let has = |wanted: &[Standing]| to.iter().any(|one| wanted.contains(one));
    let is_up = has(&[Standing::Above, Standing::Same]);
    Some(match (is_up, has(&[Standing::Below]), has(&[Standing::Company])) {
        (true, true, _) => BOTH.to_vec(),
        // A company is no office below; whoever counts it as one writes both.
        (true, false, true) => [&[ARZ], &BOTH[..]].concat(),
        (true, false, false) => vec![ARZ],
        (false, true, _) => vec![RICA],
        (false, false, true) => [&[RICA], &TO_PEOPLE[..]].concat(),
        (false, false, false) => TO_PEOPLE.to_vec(),
    })
}

/// Everything a letter may end with; what ends like another stands before it.
fn all_closings() -> impl Iterator<Item = &'static str> {
    BOTH.into_iter().chain([ARZ, RICA]).chain(TO_PEOPLE)
}

/// "“saygılarımla” ya da “iyi dileklerimle”", as it is told to the writer.
fn quoted(closings: &[&str]) -> String {
    let all: Vec<String> = closings.iter().map(|one| format!("“{one}”")).collect();
    match all.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} ya da {last}", before.join(", ")),
        _ => all.concat(),
    }
}

fn closing(letter: &Written) -> Vec<Finding> {
    let words = tr::lower(&letter.body).split_whitespace().collect::<Vec<_>>().join(" ").replace(" / ", "/");
    let end = words.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let Some(said) = all_closings().find(|closing| end.ends_with(closing)) else {
        let wanted = closings(letter.is_approval, &letter.standings);
        let wanted = wanted.unwrap_or_else(|| vec![ARZ, RICA, BOTH[0]]);
        return vec![error("body", format!("Metin {} ile bitmelidir.", quoted(&wanted)))];
    };
    match closings(letter.is_approval, &letter.standings) {
        Some(_) if letter.is_approval && end.ends_with(ASKED_TO_CONSENT) => Vec::new(),
        Some(wanted) if !wanted.contains(&said) => {
            vec![error("body", format!("Bu muhataba yazılan metin {} ile biter.", quoted(&wanted)))]
        }
        None if !letter.standings.is_empty() => {
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
    let everybody = lines(&addressee_group::unfold(ctx.db(), &named).await?);
    let unfolded = async |name: &str| -> Result<Vec<String>> {
        Ok(lines(&addressee_group::unfold(ctx.db(), form.get(name)).await?))
    };
    let mut signers = Vec::new();
    for column in ["signer_id", "second_signer_id"] {
        if let Ok(id) = form.get(column).parse()
            && let Some((name, _)) = people::signature(ctx.db(), id).await?
        {
            signers.push(name);
        }
    }
    let has = |name: &str| {
        !form.get(name).is_empty() || !form.get(&format!("{name}{}", ui::names::TYPED_SUFFIX)).is_empty()
    };
    let listed: Vec<String> = lines(form.get("signers"))
        .iter()
        .filter_map(|line| typed_signer(line))
        .map(|(name, ..)| name.to_string())
        .collect();
    let count = listed.len();
    let signers = if listed.is_empty() { signers } else { listed };
    let letter = Written {
        is_approval: form.get("form") == "approval",
        subject: typed("title"),
        body: typed("body"),
        standings: store::standings(ctx.db(), &everybody).await?,
        to: unfolded("addressees").await?,
        informed: unfolded("informed").await?,
        signers,
        initials: lines(form.get("initialled_by")),
        signed_as: typed("signed_as"),
        on_behalf: typed("on_behalf"),
        references: lines(&typed("ilgi")).len(),
        annexes: lines(&typed("annexes")).len(),
        urgency: typed("urgency"),
        due_on: day("due_on"),
        secrecy: typed("secrecy"),
        secret_until: day("secret_until"),
        has_file_code: has("file_code_id"),
        has_signer: count > 0 || has("signer_id"),
        has_second_signer: count > 1 || has("second_signer_id"),
        today: ctx.act.now().day().to_string(),
    };
    let over = match (everybody.as_slice(), typed("addressed_as").as_str()) {
        ([one], "") => Some(compose::proposed(ctx.db(), one).await?),
        _ => None,
    };
    ctx.fragment(html! {
        (said(&look(&letter)))
        @if let Some(over) = &over { p.small { "Metnin üstünde: " strong { (over) } } }
    })
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
