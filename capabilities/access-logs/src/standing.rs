//! How the record stands on this node: doors, what came and what was lost, what is not sealed yet; and a source's own figures.

use intake::{Figures, Kind as OriginKind};
use kernel::record::{Kind, Record};
use kernel::{Boxed, Instant, Result, tr};
use maud::{Markup, html};
use web::{Ctx, Extras, Frame, Outcome};

use crate::keeping::{AccessLogs, sender_of};
use crate::source::store::{self, Hour};
use crate::{READ, columns, keeping};
use crate::{retention, seals, search, source, watching};

pub(crate) const PATH: &str = "/erisim-kayitlari/durum";

const HOUR_US: i64 = 60 * 60 * Instant::SECOND_US;
/// Hours that a source's page draws.
const HOURS: i64 = 48;

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let Ok(logs) = search::logs(&ctx) else { return search::absent(&ctx, "Kayıtların durumu").await };
    let now = ctx.act.now();
    let day = store::sums(ctx.db(), Instant(now.0 - 24 * HOUR_US), Instant(now.0 + HOUR_US)).await?;
    let unexplained = watching::unexplained(ctx.db()).await?;
    let lost = keeping::lost_since(ctx.db(), Instant(now.0 - LOST_DAYS * 24 * HOUR_US)).await?;
    let is_today = |one: &&keeping::Lost| one.hour.0 >= now.0 - 24 * HOUR_US;
    let lost_today: i64 = lost.iter().filter(is_today).map(|one| one.lines).sum();
    let gaps_today: i64 = lost.iter().filter(is_today).map(|one| one.gaps).sum();
    let unread = ctx.actor().may_in_whole(READ).then(|| unread_lines(None, search::ANY_REASON));
    let figures = vec![
        figure("Son 24 saatte satır", tr::grouped(day.iter().map(|one| one.lines).sum()), None, false),
        figure(
            "Okunamayan satır",
            tr::grouped(day.iter().map(|one| one.unread).sum()),
            unread.as_deref(),
            false,
        ),
        figure("Kaybolan satır", tr::grouped(lost_today), None, lost_today > 0),
        figure("Okunmadan değişen dosya", tr::grouped(gaps_today), None, gaps_today > 0),
        figure("Açıklanmamış bulgu", tr::grouped(unexplained), Some(watching::PATH), unexplained > 0),
    ];
    let content = html! {
        div.top {
            h1 { "Kayıtların durumu" }
            div.top-end { a.btn href=(source::PATH) { "Kayıt kaynakları" } a.btn href=(seals::PATH) { "Mühürler" }
                a.btn href=(retention::PATH) { "Saklama" } a.btn href=(watching::PATH) { "Kayıt bulguları" } }
        }
        p.lead { "Bu sunucu açıldığından beri ne geldi, ne kaybedildi, ne henüz mühürlenmedi." }
        @for note in notes(logs) { (ui::notice(ui::FlashKind::Error, html! { p { (note) } })) }
        (ui::key_figures(&figures))
        (doors(logs))
        (came(logs))
        (lost_lines(&lost))
        (senders(logs))
        (sealing(logs))
    };
    ctx.page(Frame::new("Kayıtların durumu").crumb("Kayıt kaynakları", source::PATH), content).await
}

fn figure(label: &str, value: String, href: Option<&str>, late: bool) -> ui::KeyFigure {
    ui::KeyFigure { label: label.into(), value, href: href.map(Into::into), late, ..ui::KeyFigure::default() }
}

/// A search for lines that were not read; why it is made is asked for there.
fn unread_lines(source: Option<i64>, reason: &str) -> String {
    let source = source.map(|number| format!("kaynak={number}&")).unwrap_or_default();
    search::begun(&format!("{source}{}={reason}", search::UNREAD))
}

/// Days of which lost lines are shown.
const LOST_DAYS: i64 = 31;
/// Hours that are shown.
const MOST_LOST: usize = 100;

fn lost_lines(lost: &[keeping::Lost]) -> Markup {
    let rows: Vec<Vec<Markup>> = lost
        .iter()
        .take(MOST_LOST)
        .map(|one| {
            let sender = if one.sender.is_empty() { "bilinmiyor" } else { one.sender.as_str() };
            vec![
                html! { (tr::instant(one.hour.0)) },
                html! { (how_many(one)) },
                html! { (one.door) },
                html! { (sender) },
                html! { code { (one.node) } },
            ]
        })
        .collect();
    html! {
        section {
            h2 { "Kaybolan satırlar" }
            @if rows.is_empty() { p { "Son " (LOST_DAYS) " günde kaybolduğu bilinen satır yok." } }
            @else {
                p { "Bu saatlere ilişkin yanıtlarda kayıp, kuşku olarak yazılır. Kayıp olmasın diye cihazdan TCP ya da TLS ile gönderin; dosyayı, Belde okuyana dek silmeyen bir düzenle döndürün." }
                (ui::table("Kaybolan satırlar", &ui::heads(&["Saat", "En az satır", "Kapı", "Gönderen", "Sunucu"]), &rows))
            }
        }
    }
}

/// Lines where they are known; of a file that was gone since when they are missing.
fn how_many(one: &keeping::Lost) -> String {
    match (one.gaps, one.since_at) {
        (0, _) => tr::grouped(one.lines),
        (_, Some(since)) => {
            format!("bilinmiyor: dosya okunmadan değişti, son satırı {}", tr::instant(since.0))
        }
        (_, None) => "bilinmiyor: dosya okunmadan değişti".into(),
    }
}

/// What keeps lines from coming in or from being kept; what the system said stands beside it as it is.
fn notes(logs: &AccessLogs) -> Vec<Markup> {
    let standing = logs.standing();
    let mut notes = Vec::new();
    if let Some(why) = &standing.trouble {
        notes.push(html! { "Kayıtlar açılamadı; Belde beş saniyede bir yeniden dener. " code { (why) } });
    }
    for (door, why) in &standing.closed {
        notes.push(html! { (door) " dinlenemiyor; Belde yeniden denemeyi sürdürüyor. " code { (why) } });
    }
    if let Some(why) = &standing.handing_over {
        notes.push(html! {
            "Mühürlenen bölümler ortak depoya aktarılamıyor. Kayıtlar bu sunucunun diskinde bekliyor, kaybolan yok. " code { (why) }
        });
    }
    if let Some(why) = logs.journal().ok().and_then(|journal| journal.status().trouble) {
        notes.push(html! { "Dolan günlük mühürlenemiyor. Diskte yer açın; Belde kendiliğinden sürdürür. " code { (why) } });
    }
    let (given, wanted) = standing.udp_buffer;
    if given < wanted {
        notes.push(html! {
            "Çekirdek UDP için " (tr::file_size(given as u64)) " tampon verdi, istenen " (tr::file_size(wanted as u64))
            ". Yoğun anlarda kayıp olmasın diye sunucuda " code { "net.core.rmem_max" } " değerini büyütün."
        });
    }
    notes
}

fn doors(logs: &AccessLogs) -> Markup {
    let standing = logs.standing();
    html! {
        section {
            h2 { "Dinlenen kapılar" }
            @if standing.open.is_empty() && standing.closed.is_empty() {
                p { "Hiçbir kapı dinlenmiyor. Yapılandırma dosyasına şöyle bir satır yazın: " code { "log_listen = \"udp:0.0.0.0:514, tcp:0.0.0.0:514\"" } }
            } @else {
                ul {
                    @for door in &standing.open { li { (door) " " (ui::state_badge(ui::Tone::Done, "açık")) } }
                    @for (door, _) in &standing.closed { li { (door) " " (ui::state_badge(ui::Tone::Bad, "kapalı")) } }
                }
            }
        }
    }
}

const KINDS: [(OriginKind, &str); 6] = [
    (OriginKind::Udp, "UDP"),
    (OriginKind::Tcp, "TCP"),
    (OriginKind::Tls, "TLS"),
    (OriginKind::Http, "HTTP"),
    (OriginKind::File, "Dosya"),
    (OriginKind::Import, "Arşiv"),
];

fn number(value: u64) -> Markup {
    html! { (tr::grouped(value.cast_signed())) }
}

fn numeric(labels: &[&str]) -> Vec<ui::Head> {
    let mut heads = ui::heads(labels);
    heads.iter_mut().skip(1).for_each(|head| head.numeric = true);
    heads
}

fn came(logs: &AccessLogs) -> Markup {
    let all: Vec<(&str, Figures)> = KINDS
        .iter()
        .map(|(kind, label)| (*label, logs.counters().of(*kind)))
        .filter(|(_, of)| of.lines > 0 || of.lost() > 0)
        .collect();
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|(label, of)| {
            vec![
                html! { (label) },
                number(of.lines),
                number(of.kept),
                number(of.lost_in_kernel),
                number(of.lost_in_queue),
                number(of.lost_at_sink),
                number(of.truncated + of.cut),
            ]
        })
        .collect();
    let heads =
        numeric(&["Yol", "Gelen", "Tutulan", "Çekirdekte kayıp", "Kuyrukta kayıp", "Alınmayan", "Kesilen"]);
    html! {
        section {
            h2 { "Gelen ve kaybolan satırlar" }
            @if rows.is_empty() { p { "Bu sunucu açıldığından beri satır gelmedi." } }
            @else { (ui::table("Gelen ve kaybolan satırlar", &heads, &rows)) }
            @if logs.counters().is_kernel_silent() {
                p.muted { "İşletim sistemi çekirdekteki kayıpları göstermiyor; o sütun bilinmiyor demektir." }
            }
        }
    }
}

/// Senders that are shown.
const MOST_SENDERS: usize = 50;

fn senders(logs: &AccessLogs) -> Markup {
    let mut all = logs.counters().senders();
    all.sort_by_key(|(_, figures)| std::cmp::Reverse(figures.lines));
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .take(MOST_SENDERS)
        .map(|(origin, of)| {
            let last = if of.last_at_us > 0 { tr::instant(of.last_at_us) } else { String::new() };
            vec![
                html! { (sender_of(origin)) },
                number(of.lines),
                number(of.lost()),
                number(of.connections),
                html! { (last) },
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { "En çok kayıt gönderenler" }
                (ui::table("En çok kayıt gönderenler", &numeric(&["Gönderen", "Satır", "Kaybolan", "Açık bağlantı", "Son satır"]), &rows))
            }
        }
    }
}

fn sealing(logs: &AccessLogs) -> Markup {
    let Ok(journal) = logs.journal() else { return html! {} };
    let status = journal.status();
    let rows = vec![
        vec![html! { "Sunucunun adı" }, html! { code { (logs.node()) } }],
        vec![html! { "Diske yazılmış, henüz mühürlenmemiş satır" }, number(status.rows_in_memory as u64)],
        vec![html! { "Bunların bellekteki yeri" }, html! { (tr::file_size(status.memory_bytes as u64)) }],
        vec![html! { "Mühürlenmeyi bekleyen günlük" }, number(status.logs_waiting as u64)],
        vec![html! { "Açılışta yarım bulunup atılan" }, html! { (tr::file_size(status.cut_bytes)) }],
    ];
    html! {
        section {
            h2 { "Mühürlenecekler" }
            p { "Satırlar alındığı anda diske yazılır; en geç bir saat içinde mühürlü bölümlere dönüşür." }
            (ui::table("Mühürlenecekler", &ui::heads(&["Ne", "Ne kadar"]), &rows))
        }
    }
}

/// A source's last two days beside its facts.
pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, source: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let Some(number) = source.get("number").int() else { return Ok(Extras::default()) };
        let now = ctx.act.now();
        let first = Instant(now.0 - now.0.rem_euclid(HOUR_US) - (HOURS - 1) * HOUR_US);
        let hours = store::hours(ctx.db(), number, first).await?;
        let skew_us = store::one(ctx.db(), number).await?.and_then(|one| one.skew_us);
        let offset_minutes = source.get("offset_minutes").int().unwrap_or_default();
        let unread = store::unread(ctx.db(), number, first).await?;
        let reads = ctx.actor().may_in_whole(READ).then_some(number);
        let part = html! { (last_days(&hours, first)) (reasons(&unread, reads)) p { (clock_text(skew_us, offset_minutes)) } };
        Ok(Extras { before_timeline: vec![part], ..Extras::default() })
    })
}

/// Why lines were not read, each reason with a search for its lines for whoever may read them.
fn reasons(unread: &[store::Unread], reads: Option<i64>) -> Markup {
    html! {
        @if !unread.is_empty() {
            ul {
                @for one in unread {
                    li {
                        (columns::doubt_label(&one.reason)) ": "
                        @match reads {
                            Some(number) => a href=(unread_lines(Some(number), &one.reason)) { (tr::grouped(one.lines)) " satır" },
                            None => { (tr::grouped(one.lines)) " satır" },
                        }
                    }
                }
            }
        }
    }
}

/// What is known of the source's clock. A line comes a moment after it was written, so that a little behind is nothing; whole half hours
/// are a zone that was taken for another.
fn clock_text(skew_us: Option<i64>, offset_minutes: i64) -> String {
    const NOTHING_SECONDS: i64 = 2;
    const NEAR_SECONDS: i64 = 90;
    let Some(behind) = skew_us.map(|us| us / Instant::SECOND_US) else {
        return "Satırlarında saat yazmıyor; alındıkları an sayılıyor.".into();
    };
    let halves = (behind + behind.signum() * 900) / 1_800;
    if halves != 0 && (behind - halves * 1_800).abs() <= NEAR_SECONDS {
        let right = offset_minutes - halves * 30;
        return format!(
            "Saati {} dakika farklı görünüyor. “Saat farkı” alanına {right} yazmayı deneyin.",
            (halves * 30).abs()
        );
    }
    match behind {
        _ if behind.abs() <= NOTHING_SECONDS => "Saati doğru.".into(),
        1.. => format!("Satırları {} saniye geç geliyor ya da saati o kadar geri.", tr::grouped(behind)),
        _ => {
            format!("Saati {} saniye ileri; cihazda saat sunucusunu (NTP) denetleyin.", tr::grouped(-behind))
        }
    }
}

fn last_days(hours: &[Hour], first: Instant) -> Markup {
    let pillars: Vec<ui::Pillar> = (0..HOURS)
        .map(|at| {
            let hour = first.0 + at * HOUR_US;
            let lines = hours.iter().find(|one| one.hour.0 == hour).map_or(0, |one| one.lines);
            ui::Pillar {
                label: tr::instant(hour),
                count: lines.unsigned_abs(),
                text: tr::grouped(lines),
                href: None,
            }
        })
        .collect();
    let sum = |of: fn(&Hour) -> i64| hours.iter().map(of).sum::<i64>();
    let (lines, bytes) = (sum(|one| one.lines), sum(|one| one.bytes));
    let (unread, cut) = (sum(|one| one.unread), sum(|one| one.cut));
    let ends = (tr::instant(first.0), tr::instant(first.0 + HOURS * HOUR_US));
    html! {
        h2 { "Son iki gün" }
        (ui::histogram("Saatlere göre satır sayısı", (&ends.0, &ends.1), &pillars))
        p {
            (tr::grouped(lines)) " satır geldi (" (tr::file_size(bytes.unsigned_abs())) "); " (tr::grouped(unread))
            " satır bütünüyle okunamadı, " (tr::grouped(cut)) " satır kesik geldi; hepsi olduğu gibi tutuluyor."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_told_right_behind_ahead_or_in_another_zone() {
        let text = |seconds: i64| clock_text(Some(seconds * Instant::SECOND_US), 180);
        assert_eq!(text(1), "Saati doğru.");
        assert!(text(75).contains("75 saniye geç"));
        assert!(text(-75).contains("75 saniye ileri"));
        assert!(text(10_803).contains("alanına 0 yazmayı"), "{}", text(10_803));
        assert!(text(-3_590).contains("alanına 240 yazmayı"), "{}", text(-3_590));
        assert!(clock_text(None, 180).contains("saat yazmıyor"));
    }
}
