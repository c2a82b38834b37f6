//! The list of tickets, full and empty.

use crate::*;

/// Number, subject, under the subject, tone, state, who, due, whether late, last move.
type Sample = (
    &'static str,
    &'static str,
    &'static str,
    Tone,
    &'static str,
    &'static str,
    &'static str,
    bool,
    &'static str,
);

#[rustfmt::skip]
const SAMPLES: [Sample; 10] = [
    ("T-2026-004817", "Vezne 3 yazıcısı kâğıt sıkıştırıyor", "Mali Hizmetler · HP M404, 253.03-0412", Tone::Doing, "Çalışılıyor", "S. Yalın", "2 saat 10 dk kaldı", false, "10.42"),
    ("T-2026-004815", "Yeni işe başlayan için hesap ve telefon", "İnsan Kaynakları · hizmet kataloğu", Tone::Waiting, "Onay bekliyor", "", "yarın 12.00", false, "10.31"),
    ("T-2026-004809", "E-imza kartı okunmuyor", "Yazı İşleri · DESKTOP-7F2", Tone::New, "Yeni", "", "40 dk gecikti", true, "09.58"),
    ("T-2026-004802", "Fen İşleri ek binada internet yok", "Ağ · SW-FEN-02, 24 kullanıcı etkileniyor", Tone::Doing, "Çalışılıyor", "M. Ergün", "1 saat 5 dk kaldı", false, "09.40"),
    ("T-2026-004790", "Kamera 14 kayıt almıyor", "Otopark · NVR-2", Tone::Waiting, "Firmada", "K. Tan", "27.11.2026", false, "dün 16.20"),
    ("T-2026-004776", "Muhasebe programı rapor vermiyor", "Mali Hizmetler · otomasyon", Tone::Done, "Çözüldü", "S. Yalın", "süresinde", false, "dün 15.02"),
    ("T-2026-004771", "Toner talebi (2 adet)", "Zabıta · Kyocera P3145", Tone::Done, "Çözüldü", "A. Koç", "süresinde", false, "dün 14.47"),
    ("T-2026-004768", "Disk doluluk uyarısı: DB-01 %91", "İzleme · kendiliğinden açıldı", Tone::Doing, "Çalışılıyor", "M. Ergün", "1 gün gecikti", true, "dün 11.15"),
    ("T-2026-004755", "Eski sunucunun kayıttan düşülmesi", "Ağ ve Sistem · 253.02-0007", Tone::Bad, "Reddedildi", "D. Aksu", "20.11.2026", false, "20.11 17.05"),
    ("T-2026-004741", "Toplantı salonu projeksiyonu", "Özel Kalem · Epson EB-X49", Tone::Off, "Kapalı", "A. Koç", "süresinde", false, "19.11 09.12"),
];

fn rows() -> Vec<Row> {
    SAMPLES.iter().map(row).collect()
}

fn row(&(number, subject, sub, tone, state, who, due, late, moved): &Sample) -> Row {
    let href = format!("/talepler/{number}");
    let person = if who.is_empty() { Cell::Empty } else { Cell::Person { name: who.into() } };
    Row {
        id: number.into(),
        href: href.clone(),
        selected_label: format!("{number} kaydını seç"),
        cells: vec![
            Cell::Text(number.into()),
            Cell::Link { href, label: subject.into(), sub: Some(sub.into()) },
            Cell::State { tone, label: state.into() },
            person,
            Cell::Due { text: due.into(), late },
            Cell::Muted(moved.into()),
        ],
    }
}

fn filter(name: &str, label: &str, options: &[(&str, &str, bool)]) -> FilterView {
    let options = options.iter().map(|(value, label, selected)| Opt::new(*value, *label, *selected));
    FilterView {
        name: name.into(),
        label: label.into(),
        kind: FilterKind::Choice(options.collect()),
        ..FilterView::default()
    }
}

fn sample_filters() -> Vec<FilterView> {
    let plain = |name: &str, label: &str, kind| FilterView {
        name: name.into(),
        label: label.into(),
        kind,
        ..FilterView::default()
    };
    vec![
        filter("durum", "Durum", &[("acik", "açık", true), ("kapali", "kapalı", false)]),
        filter("atanan", "Atanan", &[("ben", "ben", true), ("yok", "kimse", false)]),
        filter("birim", "Birim", &[("fen", "Fen İşleri", false), ("mali", "Mali Hizmetler", false)]),
        filter("oncelik", "Öncelik", &[("yuksek", "yüksek", false), ("orta", "orta", false)]),
        plain("firma", "Firmada", FilterKind::YesNo),
        plain("acilis", "Açılış", FilterKind::DateRange { from: "1.11.2026".into(), to: String::new() }),
        plain("cihaz", "Cihaz", FilterKind::Text),
    ]
}

fn columns() -> Vec<Head> {
    let sortable = |label: &str, state| Head {
        label: label.into(),
        sort: Some(SortLink { href: "/talepler?sirala=no".into(), state }),
        numeric: false,
    };
    let plain = |label: &str| Head { label: label.into(), ..Head::default() };
    vec![
        sortable("No", Direction::None),
        plain("Konu"),
        plain("Durum"),
        plain("Atanan"),
        sortable("Süre", Direction::Ascending),
        sortable("Son hareket", Direction::None),
    ]
}

/// The list with its head; rows and what can be done with them are added by [`sample_list`].
fn sample_list_head() -> ListView {
    let tab = |label: &str, current, count: &str| Tab {
        label: label.into(),
        href: "/talepler".into(),
        current,
        count: Some(count.into()),
    };
    ListView {
        title: "Talepler".into(),
        count_text: "128".into(),
        path: "/talepler".into(),
        keep: vec![("sirala".into(), "sure".into())],
        primary: Some(Link::new("Yeni talep", "/talepler/yeni")),
        tabs: vec![
            tab("Bende ve süresi gelen", true, "12"),
            tab("Birimim", false, "128"),
            tab("Atanmamış", false, "9"),
            tab("Firmada", false, "6"),
            tab("Bu hafta kapanan", false, "214"),
        ],
        search: Some(SearchBox {
            name: "ara".into(),
            value: String::new(),
            hint: "Numara, konu, kişi, cihaz".into(),
        }),
        filters: sample_filters(),
        chips: vec![
            Chip { label: "Durum: açık".into(), remove_href: "/talepler?atanan=ben".into() },
            Chip { label: "Atanan: ben".into(), remove_href: "/talepler?durum=acik".into() },
            Chip {
                label: "Açılış: 1.11.2026’dan beri".into(),
                remove_href: "/talepler?durum=acik&atanan=ben".into(),
            },
        ],
        clear_href: "/talepler".into(),
        ..ListView::default()
    }
}

pub(super) fn sample_list() -> ListView {
    let bulk = |verb: &str, label: &str, needs_reason, danger| BulkAction {
        action: None,
        verb: verb.into(),
        label: label.into(),
        needs_reason,
        danger,
        confirm: false,
    };
    ListView {
        columns: columns(),
        rows: rows(),
        bulk: vec![
            bulk("ata", "Ata", false, false),
            bulk("beklet", "Beklet", true, false),
            bulk("iptal", "İptal et", true, true),
        ],
        bulk_action_path: "/talepler/toplu".into(),
        all_matching_count: Some("12".into()),
        pager: Pager {
            range_text: "1–10 / 12 kayıt".into(),
            prev_href: None,
            next_href: Some("/talepler?sonra=abc".into()),
            sizes: [("25", true), ("50", false), ("100", false)]
                .map(|(size, current)| PageSize {
                    link: Link::new(size, format!("/talepler?boy={size}")),
                    current,
                })
                .to_vec(),
        },
        exports: vec![Link::new("Excel (XLSX)", "/talepler.xlsx"), Link::new("CSV", "/talepler.csv")],
        tools: vec![Link::new("İçe aktar…", "/talepler/ice-aktar")],
        columns_form: Some(ColumnsForm {
            action: "/talepler".into(),
            keep: vec![("durum".into(), "acik".into())],
            columns: ["Konu", "Durum", "Atanan", "Süre", "Son hareket", "Öncelik"]
                .map(|label| ColumnChoice {
                    name: label.to_lowercase(),
                    label: label.into(),
                    chosen: label != "Öncelik",
                })
                .to_vec(),
        }),
        save_view: Some(SaveView {
            action: "/gorunumler".into(),
            query: "durum=acik".into(),
            audiences: vec![Opt::new("ben", "Yalnız ben", true), Opt::new("birim", "Birimim", false)],
            manage_href: Some("/gorunumler".into()),
        }),
        print_href: Some("/talepler/yazdir".into()),
        texts_href: Some("/ara/metin".into()),
        ..sample_list_head()
    }
}

pub(super) fn empty_list() -> ListView {
    ListView {
        rows: Vec::new(),
        count_text: "0".into(),
        pager: Pager { range_text: "0 kayıt".into(), ..Pager::default() },
        empty: Empty {
            text: "Bu süzgece uyan talep yok. Süzgeçleri temizleyin ya da yeni bir talep açın.".into(),
            action: Some(Link::new("Süzgeçleri temizle", "/talepler")),
        },
        ..sample_list()
    }
}
