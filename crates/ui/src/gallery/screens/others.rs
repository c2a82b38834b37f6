//! What stands beside lists and records: questions, imports, notices, errors, search, correction.

use maud::{Markup, html};

use crate::*;

pub(super) fn sample_confirm() -> ConfirmView {
    ConfirmView {
        title: "12 talep iptal edilsin mi?".into(),
        text: "İptal edilen talep yeniden açılamaz; talep sahiplerine bildirim gider.".into(),
        rows: vec![
            ("Talepler".into(), "T-2026-004817 ve 11 kayıt daha".into()),
            ("Süzgeç".into(), "Durum: açık, Atanan: ben".into()),
        ],
        action: "/talepler/toplu".into(),
        csrf: "ornek".into(),
        hidden: vec![("eylem".into(), "iptal".into()), ("tumu".into(), "evet".into())],
        reason_label: Some("İptal gerekçesi".into()),
        submit: "12 talebi iptal et".into(),
        danger: true,
        cancel_href: "/talepler".into(),
        ..ConfirmView::default()
    }
}

pub(super) fn sample_import() -> ImportView {
    let row = |line, cells: [&str; 4], outcome: &str| ImportRow {
        line,
        cells: cells.map(String::from).to_vec(),
        outcome: outcome.into(),
        ..ImportRow::default()
    };
    let mut wrong = row(3, ["1043", "Hakan", "Yalçın", "31.11.2026"], "");
    wrong.errors = vec![(Some(3), "Kasım ayı 30 gün çeker.".into())];
    let mut twice = row(5, ["1042", "Selin", "Yalın", "2.11.2026"], "");
    twice.errors = vec![(None, "2. satırla aynı sicil.".into())];
    ImportView {
        title: "Personel aktarımı".into(),
        columns: ["Sicil", "Ad", "Soyad", "Başlama"].map(String::from).to_vec(),
        rows: vec![
            wrong,
            twice,
            row(2, ["1042", "Selin", "Yalın", "2.11.2026"], "eklenecek"),
            row(4, ["1001", "Derya", "Aksu", "4.5.2015"], "değişmedi"),
        ],
        counts: vec![
            ("9.996 satır eklenecek".into(), false),
            ("1 satır değişmedi".into(), false),
            ("2 satır hatalı".into(), true),
        ],
        more_text: Some("9.995 satır daha var.".into()),
        action: "/personel/aktar".into(),
        csrf: "ornek".into(),
        hidden: vec![("yukleme".into(), "7".into())],
        again: Some(("adim".into(), "esleme-degistir".into())),
        submit: Some("Hatasız satırları aktar".into()),
        cancel_href: "/personel".into(),
        errors_href: Some("/personel/aktar/7/hatali.csv".into()),
    }
}

pub(super) fn sample_notices() -> NoticesView {
    let line = |sentence: &str, at_text: &str| NoticeLine {
        sentence: sentence.into(),
        at_text: at_text.into(),
        at_title: "22.11.2026 09:40".into(),
        at_iso: "2026-11-22T06:40:00Z".into(),
        ..NoticeLine::default()
    };
    let comment = "Ayşe Kaya, “Ağ ve Sistem Sorumlusu” kaydına not yazdı.";
    let unread = vec![
        NoticeItem {
            id: "1".into(),
            is_unread: true,
            href: Some("/ornek".into()),
            newest: NoticeLine {
                excerpt: "Olur yazısı bugün imzada.".into(),
                ..line(comment, "bugün 09:40")
            },
            earlier: vec![line(comment, "bugün 09:12")],
        },
        NoticeItem {
            id: "2".into(),
            is_unread: true,
            newest: line("Artık görme yetkiniz olmayan bir kayıtla ilgili.", "bugün 08:55"),
            ..NoticeItem::default()
        },
    ];
    let read = vec![NoticeItem {
        id: "3".into(),
        href: Some("/ornek".into()),
        newest: line("“Parola Yönergesi” yürürlüğe kondu; okumanız bekleniyor.", "dün 16:20"),
        ..NoticeItem::default()
    }];
    let section = |title: &str, day: &str, items| NoticeSection {
        title: title.into(),
        days: vec![NoticeDay { title: day.into(), items }],
    };
    let choice =
        |key: &str, label: &str, is_wanted| NoticeChoice { key: key.into(), label: label.into(), is_wanted };
    NoticesView {
        action: "/ornek".into(),
        csrf: "ornek".into(),
        sections: vec![
            section("Okunmamışlar", "22 Kasım 2026 Pazar", unread),
            section("Okunanlar", "21 Kasım 2026 Cumartesi", read),
        ],
        mark_all: Some("1".into()),
        next_href: Some("/ornek".into()),
        choices: NoticeChoices {
            action: "/ornek".into(),
            choices: vec![
                choice("a", "İlgili olduğum bir kayda not yazıldığında", true),
                choice("b", "Bir yönetmelik yürürlüğe girdiğinde", false),
            ],
        },
    }
}

pub(super) fn sample_error() -> ErrorView {
    ErrorView {
        code: 404,
        heading: "Bu sayfa bulunamadı".into(),
        text: "Adres yanlış yazılmış olabilir, kayıt kaldırılmış ya da sizin görebileceğiniz kayıtlar arasında değil.".into(),
        reference: Some("7F3K-2M".into()),
        ways_back: vec![Link::new("Günüme dön", "/"), Link::new("Ara", "/ara")],
    }
}

pub(super) fn sample_search() -> PaletteView {
    let item = |label: &str, detail: &str| PaletteItem {
        href: "/ornek".into(),
        label: label.into(),
        detail: detail.into(),
    };
    PaletteView {
        query: "yal".into(),
        groups: vec![PaletteGroup {
            title: "Personel".into(),
            items: vec![item("Selin Yalın", "Ağ ve Sistem Birimi"), item("Hakan Yalçın", "Destek Birimi")],
        }],
        more_href: None,
        texts_href: Some("/ara/metin?q=yal".into()),
    }
}

pub(super) fn correction() -> Markup {
    let choice = |value: &str, label: &str, key: &str, primary| ReviewChoice {
        value: value.into(),
        label: label.into(),
        key: key.into(),
        primary,
    };
    let item = |id: &str, source: &str, title: &str, state, text: &str| ReviewItem {
        id: id.into(),
        source_id: source.into(),
        title: title.into(),
        state,
        body: html! { p { (text) } },
        choices: vec![
            choice("onayla", "Onayla", "o", true),
            choice("baslik", "Başlık yap", "b", false),
            choice("birlestir", "Öncekiyle birleştir", "r", false),
        ],
    };
    let source = html! {
        p { b { "Görevler" } }
        p #yer-1 { "Madde 9 – (1) Ağ ve Sistem Birimi; sunucuları, ağ donanımını ve yedekleri işletir." }
        p.is-doubtful #yer-2 { "a) Kablolu ve kablosuz ağı kurar, arızaları süresinde giderir. b) Yedekleri alır, geri dönüşü dener," }
        p #yer-3 { "(2) Yazılım Birimi; belediye otomasyonunun bakımını yürütür." }
    };
    let view = ReviewView {
        source_title: "Yönetmelik metni".into(),
        source,
        items_title: "Okunanlar".into(),
        items: vec![
            item(
                "oge-1",
                "yer-1",
                "Madde 9, fıkra 1",
                Some((Tone::Done, "Onaylandı".into())),
                "Ağ ve Sistem Birimi; sunucuları, ağ donanımını ve yedekleri işletir.",
            ),
            item(
                "oge-2",
                "yer-2",
                "Madde 9/1, bent a",
                Some((Tone::New, "Kuşkulu".into())),
                "Bir satırda iki bent var gibi görünüyor: a ve b.",
            ),
            item(
                "oge-3",
                "yer-3",
                "Madde 9, fıkra 2",
                None,
                "Yazılım Birimi; belediye otomasyonunun bakımını yürütür.",
            ),
        ],
        action: "/kurulum/duzeltme".into(),
        csrf: "ornek".into(),
    };
    html! { div.top { h1 { "Düzeltmeler" } } (review(&view)) }
}

pub(super) fn sample_text_search() -> TextSearchView {
    let piece = |text: &str, is_found| TextPiece { text: text.into(), is_found };
    TextSearchView {
        path: "/ornek".into(),
        query: "ağ bakımı".into(),
        count_text: "1 sonuç".into(),
        hits: vec![TextHit {
            href: "/ornek".into(),
            title: "Sunucu odası".into(),
            facts: vec!["Yazı".into(), "5.11.2026".into()],
            pieces: vec![
                piece("Hafta sonu yapılacak ", false),
                piece("ağ bakımı", true),
                piece(" sırasında", false),
            ],
            begins_inside: true,
            ends_inside: true,
        }],
        pager: Pager { range_text: "1–1 / 1 sonuç".into(), ..Pager::default() },
        ..TextSearchView::default()
    }
}
