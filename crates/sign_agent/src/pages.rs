//! The pages of the program: Turkish, without any script, drawn by the browser of the person who signs.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use time::{OffsetDateTime, UtcOffset};

use crate::desk::{End, Entry, FileState, Told};
use crate::job::Document;
use crate::origin::Origin;
use crate::portal::Trouble;
use crate::signers::{Choice, Found};

/// A page, ready to be answered.
pub(crate) struct Page(Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.0.into_string()).into_response()
    }
}

#[cfg(test)]
impl Page {
    pub fn text(self) -> String {
        self.0.into_string()
    }
}

/// Something that ends the way: what happened, what to do.
pub(crate) struct Problem {
    title: &'static str,
    text: String,
    advice: &'static str,
    back: Option<String>,
}

pub(crate) const NO_SUCH_PAGE: Problem = Problem::fixed(
    "Böyle bir sayfa yok",
    "Bu adres imza programında bulunmuyor. Portaldaki “İmzala” bağlantısını kullanın.",
);
pub(crate) const BROKEN_LINK: Problem = Problem::fixed(
    "İmza bağlantısı eksik ya da bozuk",
    "Bağlantıda portal adresi ya da iş numarası yok. Portala dönüp “İmzala” bağlantısına yeniden tıklayın.",
);
pub(crate) const NO_SUCH_JOB: Problem = Problem::fixed(
    "Bu imza işi artık açık değil",
    "İmza programı yeniden başlatılmış ya da sayfa eskimiş olabilir. Hiçbir belge imzalanmadı; portaldan yeni bir imza \
     bağlantısı açın.",
);

impl Problem {
    const fn fixed(title: &'static str, advice: &'static str) -> Self {
        Problem { title, text: String::new(), advice, back: None }
    }

    /// What went wrong on the way to the portal; `back` is an address there.
    pub fn of(trouble: &Trouble, back: &str) -> Self {
        let (title, advice) = match trouble {
            Trouble::NotTrusted => ("Portala güvenli bağlantı kurulamadı", "Hiçbir belge imzalanmadı."),
            Trouble::Unreachable => {
                ("Portala ulaşılamadı", "Bağlantı düzelince bu sayfayı yenileyin. Hiçbir belge imzalanmadı.")
            }
            Trouble::Gone => (
                "İmza bağlantısı geçersiz",
                "Bağlantılar bir kez ve on beş dakika kullanılabilir. Portaldan yeni bir bağlantı açın.",
            ),
            Trouble::ChangedPdf => {
                ("Belge değişmiş", "Bu belgeyi imzalamayın; portal yöneticinize bildirin.")
            }
            _ => ("Portal işi veremedi", "Portaldan yeniden deneyin; sürerse bilgi işleme bildirin."),
        };
        Problem { title, text: trouble.to_string(), advice, back: Some(back.to_owned()) }
    }
}

/// What the page to sign on shows.
pub(crate) struct SignView<'a> {
    pub entry: &'a Entry,
    pub found: &'a Found,
    pub files: &'a [FileState],
    pub message: Option<&'a str>,
    pub is_trial: bool,
    pub now: OffsetDateTime,
}

pub(crate) fn home(is_trial: bool, portals: &[Origin]) -> Page {
    let body = html! {
        p { "İmza programı çalışıyor. İmzalamak için portaldaki “İmzala” bağlantısına tıklayın." }
        h2 { "İzin verilen portallar" }
        ul { @for portal in portals { li { (portal.text()) } } }
    };
    layout("İmza programı", is_trial, &body)
}

pub(crate) fn problem(is_trial: bool, problem: &Problem) -> Page {
    let body = html! {
        @if !problem.text.is_empty() { p.uyari role="alert" { (problem.text) } }
        p { (problem.advice) }
        @if let Some(back) = &problem.back { p { a href=(back) { "Portala dön" } } }
    };
    layout(problem.title, is_trial, &body)
}

pub(crate) fn foreign_portal(is_trial: bool, portal: &str) -> Page {
    let portal: String = portal.chars().take(200).collect();
    let body = html! {
        p.uyari role="alert" {
            "“" (portal) "” adresi, bu bilgisayardaki imza programının izin verdiği portallardan değil. Hiçbir istek \
             gönderilmedi, hiçbir belge imzalanmadı."
        }
        p {
            "Bağlantıyı belediyenizin portalından açtıysanız bilgi işleme haber verin; imza programına bu adresin \
             eklenmesi gerekir. Bağlantı e-posta ya da başka bir siteden geldiyse kullanmayın."
        }
    };
    layout("Bu portala izin verilmemiş", is_trial, &body)
}

pub(crate) fn foreign_request(is_trial: bool) -> Page {
    let body = html! {
        p.uyari role="alert" { "Bu istek imza programının kendi sayfasından gelmedi; yerine getirilmedi." }
        p { "Portaldaki “İmzala” bağlantısını kullanın." }
    };
    layout("İstek reddedildi", is_trial, &body)
}

/// Nothing of the job can be signed any more.
pub(crate) fn changed(is_trial: bool, entry: &Entry, files: &[FileState]) -> Page {
    let body = html! {
        p.uyari role="alert" { "Hiçbir belge imzalanmadı ve bu iş artık imzalanamaz." }
        ol.belgeler {
            @for (document, state) in entry.job.documents.iter().zip(files) {
                li { strong { (document.title) } p { (why_left_out(*state)) } }
            }
        }
        p { "Durumu portal yöneticinize bildirin, belgeler yeniden imzaya gönderilsin." }
        (back(entry))
    };
    layout("Belge değişmiş", is_trial, &body)
}

/// One letter that was opened cannot be signed any more; perhaps others can.
pub(crate) fn left_out(is_trial: bool, entry: &Entry, index: usize, files: &[FileState]) -> Page {
    if !files.iter().any(|state| state.is_signable()) {
        return changed(is_trial, entry, files);
    }
    let title = entry.job.documents.get(index).map_or("", |document| document.title.as_str());
    let body = html! {
        p.uyari role="alert" { "“" (title) "”: " (why_left_out(files.get(index).copied().unwrap_or_default())) }
        p { "Bu belge imzaya girmeyecek; durumu portal yöneticinize bildirin. Ötekiler imzalanabilir." }
        p { a href=(format!("/is/{}", entry.handle)) { "Ötekileri imzala" } }
    };
    layout("Belge imzaya girmiyor", is_trial, &body)
}

fn why_left_out(state: FileState) -> &'static str {
    match state {
        FileState::Changed => {
            "Belge, imzaya gönderildikten sonra değişmiş: dosyanın özeti iş kaydındakiyle aynı değil."
        }
        FileState::Withdrawn => {
            "Belge artık imzanızı beklemiyor: geri çekilmiş, iade edilmiş ya da imzalanmış olabilir."
        }
        _ => "",
    }
}

pub(crate) fn end(is_trial: bool, entry: &Entry, end: &End, files: &[FileState]) -> Page {
    match end {
        End::Sent(told) => sent(is_trial, entry, &outcomes(entry, told, files)),
        End::Refused(why) => {
            let body = html! {
                p.uyari role="alert" { "Belgeler imzalandı, ama portal imzaları almadı. " (why) }
                (what_now())
                (titles(entry))
                (back(entry))
            };
            layout("Portal imzaları almadı", is_trial, &body)
        }
    }
}

/// Of each letter whether its signature counts, and what is said of it.
fn outcomes<'a>(
    entry: &'a Entry,
    told: &'a [Told],
    files: &[FileState],
) -> Vec<(&'a Document, bool, &'a str)> {
    let one = |(document, state): (&'a Document, &FileState)| {
        let said = told.iter().find(|one| one.id == document.id);
        match said {
            _ if !state.is_signable() => (document, false, why_left_out(*state)),
            Some(one) => (document, one.is_signed, one.text.as_str()),
            // A portal that speaks of each letter and not of this one did not take it.
            None => (document, told.is_empty(), ""),
        }
    };
    entry.job.documents.iter().zip(files).map(one).collect()
}

fn sent(is_trial: bool, entry: &Entry, all: &[(&Document, bool, &str)]) -> Page {
    let count = all.iter().filter(|(_, is_signed, _)| *is_signed).count();
    let list = html! {
        ol.belgeler {
            @for (document, is_signed, text) in all {
                li {
                    strong { (document.title) }
                    @if let Some(number) = &document.number { span { "Sayı: " (number) } }
                    p class=[(!is_signed).then_some("uyari")] {
                        @if !is_signed { "İmzalanmadı. " }
                        (text)
                    }
                }
            }
        }
    };
    let body = html! {
        @if count > 0 { p.tamam role="status" { (count) " belge imzalandı ve imzalar portala iletildi." } }
        @if count < all.len() {
            p.uyari role="alert" { (all.len() - count) " belge imzalanmadı; nedeni aşağıda yazıyor." }
            (what_now())
        }
        (list)
        p { "Kartınızı okuyucudan çıkarabilirsiniz." }
        (back(entry))
    };
    let title = match count {
        0 => "Portal imzaları almadı",
        _ if count < all.len() => "Bazı belgeler imzalanmadı",
        _ => "İmzalandı",
    };
    layout(title, is_trial, &body)
}

fn what_now() -> Markup {
    html! {
        p {
            "Yazıların portaldaki durumuna bakın: imzalı görünmüyorlarsa portaldan yeni bir imza bağlantısı açın. Sürerse \
             bilgi işleme bildirin."
        }
    }
}

/// Signed, but the portal was away.
pub(crate) fn unsent(is_trial: bool, entry: &Entry, message: Option<&str>) -> Page {
    let body = html! {
        p.uyari role="alert" {
            @if let Some(message) = message { (message) " " }
            "Belgeler imzalandı, imzalar henüz portala iletilemedi. Program açık kaldıkça imzalar saklanır; PIN yeniden \
             istenmez."
        }
        (titles(entry))
        form method="post" action="/gonder" {
            (secrets(entry))
            button type="submit" { "Yeniden gönder" }
        }
    };
    layout("İmzalar iletilemedi", is_trial, &body)
}

pub(crate) fn sign(view: &SignView) -> Page {
    let (entry, job) = (view.entry, &view.entry.job);
    let usable = view.found.choices.iter().filter(|one| one.is_usable(view.now));
    let usable: Vec<&Choice> = usable.collect();
    let count = view.files.iter().filter(|state| state.is_signable()).count();
    let body = html! {
        @if let Some(message) = view.message { p.uyari role="alert" { (message) } }
        dl {
            dt { "Portal" } dd { (entry.origin.text()) }
            dt { "İmzalayacak kişi" } dd { (job.signer) }
            dt { "Bağlantının sonu" } dd { (minute(job.expires_at)) }
        }
        h2 { "Belgeler" }
        ol.belgeler {
            @for (at, document) in job.documents.iter().enumerate() {
                li {
                    strong { (document.title) }
                    @if let Some(number) = &document.number { span { "Sayı: " (number) } }
                    a href=(format!("/belge/{}/{at}", entry.handle)) target="_blank" rel="noopener" {
                        "Belgeyi gör"
                    }
                    (file_note(view.files.get(at).copied().unwrap_or_default()))
                }
            }
        }
        form method="post" action="/imzala" autocomplete="off" {
            (secrets(entry))
            fieldset {
                legend { "Sertifika" }
                @if let Some(trouble) = &view.found.trouble { p.uyari role="alert" { (trouble) } }
                @for one in &view.found.choices { (choice(one, view, usable.len() == 1)) }
            }
            @if usable.is_empty() {
                p { a href=(format!("/is/{}", entry.handle)) { "Kartı yeniden ara" } }
            } @else {
                (ticks(view, &usable))
                @if !view.is_trial { (pin_field()) }
                button type="submit" { "İmzala (" (count) " belge)" }
            }
        }
    };
    layout("Belgeleri imzala", view.is_trial, &body)
}

fn choice(one: &Choice, view: &SignView, is_only: bool) -> Markup {
    let is_usable = one.is_usable(view.now);
    html! {
        label.sertifika {
            input type="radio" name="sertifika" value=(one.id) required disabled[!is_usable]
                checked[is_usable && is_only];
            span {
                strong { (one.holder) }
                @if let Some(tckn) = &one.tckn { " · TCKN " (tckn) }
                br;
                "Veren: " (one.issuer) " · " (day(one.valid_until)) " gününe kadar geçerli"
                @if let Some(card) = &one.card { " · Kart: " (card) }
                @for note in notes(one, view) { br; em { (note) } }
            }
        }
    }
}

fn notes(one: &Choice, view: &SignView) -> Vec<&'static str> {
    let is_early = view.now < one.valid_from;
    let all = [
        (is_early, "Geçerliliği henüz başlamamış; seçilemez."),
        (!is_early && !one.is_valid_at(view.now), "Süresi dolmuş; seçilemez. Sertifikanızı yeniletin."),
        (one.pin.is_locked, "Kart kilitli; kilidi kartı veren kuruluş açar."),
        (one.is_blocked, "PIN iki kez yanlış girildi; imza programı yeniden başlatılana kadar seçilemez."),
        (one.pin.is_final_try, "Kartta tek PIN denemesi kaldı."),
        (one.pin.is_count_low && !one.pin.is_final_try, "Bu kartta daha önce yanlış PIN girilmiş."),
        (one.is_trial, "Deneme sertifikası; hukukî geçerliliği yoktur."),
        (!one.is_qualified && !one.is_trial, "Nitelikli elektronik sertifika değil."),
        (!one.is_of(&view.entry.job.signer), "Ad, imzalayacak kişinin adından farklı."),
    ];
    all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, note)| note).collect()
}

/// What a person must say in so many words before the card is asked.
fn ticks(view: &SignView, usable: &[&Choice]) -> Markup {
    let has_other_name = usable.iter().any(|one| !one.is_of(&view.entry.job.signer));
    let has_final_try = usable.iter().any(|one| one.pin.is_final_try);
    let tick = |name: &str, text: &str| {
        html! { label.onay { input type="checkbox" name=(name) value="1"; span { (text) } } }
    };
    html! {
        @if has_other_name {
            (tick("ad_farki", "Sertifikadaki ad farklı; yine de bu sertifikayla imzalamak istiyorum"))
        }
        @if view.files.contains(&FileState::NotBound) {
            p.uyari {
                "Gördüğünüz bazı belgelerin özeti, imzalanacak içerikte bulunamadı. Program, imzaladığınız şeyin bu \
                 belge olduğunu doğrulayamıyor; portal yöneticinize danışın."
            }
            (tick("ozet_yok", "Uyarıyı okudum; yine de imzalamak istiyorum"))
        }
        @if has_final_try { (tick("son_deneme", "Son deneme olduğunu biliyorum")) }
    }
}

fn pin_field() -> Markup {
    html! {
        label.pin {
            "Kart PIN'i"
            input type="password" name="pin" inputmode="numeric" autocomplete="off" maxlength="64" required;
        }
        p.ipucu { "PIN bir kez sorulur, yalnız karta verilir; saklanmaz ve portala gönderilmez." }
    }
}

fn file_note(state: FileState) -> Markup {
    html! {
        @match state {
            FileState::Unseen => {}
            FileState::Bound => small { "Özeti doğrulandı; imzalanacak içerikte yer alıyor." }
            FileState::NotBound => small { "Özeti iş kaydıyla aynı; imzalanacak içerikte bulunamadı." }
            FileState::Changed | FileState::Withdrawn => p.uyari { "İmzaya girmeyecek. " (why_left_out(state)) }
        }
    }
}

fn titles(entry: &Entry) -> Markup {
    html! {
        ol.belgeler {
            @for document in &entry.job.documents {
                li {
                    strong { (document.title) }
                    @if let Some(number) = &document.number { span { "Sayı: " (number) } }
                }
            }
        }
    }
}

fn secrets(entry: &Entry) -> Markup {
    html! {
        input type="hidden" name="is" value=(entry.handle);
        input type="hidden" name="gizli" value=(entry.secret);
    }
}

fn back(entry: &Entry) -> Markup {
    html! { p { a href=(entry.job.back) { "Portala dön" } } }
}

fn layout(title: &str, is_trial: bool, body: &Markup) -> Page {
    Page(html! {
        (DOCTYPE)
        html lang="tr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Belde imza programı" }
                link rel="stylesheet" href="/stil.css";
            }
            body {
                header {
                    "Belde imza programı"
                    @if is_trial { p.deneme { "DENEME ANAHTARI — hukukî geçerliliği yoktur" } }
                }
                main { h1 { (title) } (body) }
                footer { "Bu sayfayı kendi bilgisayarınızdaki imza programı gösteriyor." }
            }
        }
    })
}

/// Türkiye is UTC+3 all year.
fn local(at: OffsetDateTime) -> OffsetDateTime {
    UtcOffset::from_hms(3, 0, 0).ok().and_then(|offset| at.checked_to_offset(offset)).unwrap_or(at)
}

fn day(at: OffsetDateTime) -> String {
    let at = local(at);
    format!("{:02}.{:02}.{}", at.day(), u8::from(at.month()), at.year())
}

fn minute(at: OffsetDateTime) -> String {
    format!("{} {:02}.{:02}", day(at), local(at).hour(), local(at).minute())
}
