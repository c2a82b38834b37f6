//! Examples of whole screens: list, detail, form, import, confirmation, error, search.

use maud::{Markup, html};

use super::{Example, parts};
use crate::*;

pub(super) fn examples() -> Vec<Example> {
    vec![
        screen(
            "liste",
            "Liste",
            "Kayıtları süzmek, sıralamak, seçip birlikte işlemek için.",
            list(&sample_list(), "ornek"),
        ),
        screen("bos-liste", "Boş liste", "Süzgece uyan kayıt kalmadığında.", list(&empty_list(), "ornek")),
        screen(
            "ayrinti",
            "Ayrıntı",
            "Bir kaydın ne olduğu, başından geçenler ve şimdi yapılabilecekler.",
            detail(&sample_detail(), "ornek"),
        ),
        screen("form", "Form", "Kayıt eklemek ve değiştirmek için.", form(&sample_form())),
        screen(
            "hatali-form",
            "Reddedilen form",
            "Yanlışları başta toplar, yazılanları korur, çakışmayı yan yana gösterir.",
            form(&refused_form()),
        ),
        screen(
            "onay",
            "Onay",
            "Geri alınamayan ya da gerekçe isteyen işlemden önce.",
            confirm_page(&sample_confirm()),
        ),
        screen(
            "aktarim",
            "Aktarım önizlemesi",
            "Dosyadan aktarılacaklar, hiçbir şey yazılmadan önce.",
            import_preview(&sample_import()),
        ),
        screen(
            "duzeltme",
            "Düzeltme",
            "Okunan metni kaynağıyla yan yana, klavyeyle düzeltmek için.",
            correction(),
        ),
        screen(
            "bildirimler",
            "Bildirimler",
            "Kişinin bakmadan bilmesi gerekenler: önce okunmamışlar, gün gün; sayısı başlıktaki zilde durur.",
            notices(&sample_notices()),
        ),
        screen(
            "hata",
            "Hata sayfası",
            "Bir şey yolunda gitmediğinde ne olduğunu ve çıkışı söyler.",
            error_page(&sample_error()),
        ),
        screen(
            "arama",
            "Arama sayfası",
            "Betik olmadan arama ve tüm sonuçlar.",
            search_page(&sample_search()),
        ),
        screen(
            "metin-arama",
            "Metinlerde arama",
            "Sözleri metinlerin içinde arar; bulunduğu yeri gösterir.",
            text_search_page(&sample_text_search()),
        ),
    ]
}

fn screen(slug: &'static str, name: &'static str, when_tr: &'static str, markup: Markup) -> Example {
    Example { slug, name, when_tr, markup, is_screen: true }
}

/// A believable frame for examples and screenshots.
pub fn sample_shell(title: &str, theme: Theme) -> Shell {
    let item = |label: &str, count: Option<(&str, bool)>| MenuItem {
        label: label.into(),
        href: "/ornek".into(),
        current: label == "Talepler",
        count: count.map(|(text, late)| MenuCount { text: text.into(), late }),
    };
    let group = |title: &str, items| MenuGroup { title: title.into(), items };
    Shell {
        title: title.into(),
        town: "Örnekova Belediyesi".into(),
        directorate: "Bilgi İşlem Müdürlüğü".into(),
        crest_letter: "Ö".into(),
        who: "ornek".into(),
        menu: vec![
            group("", vec![item("Günüm", Some(("3 geciken", true)))]),
            group(
                "Hizmet",
                vec![
                    item("Talepler", Some(("128", false))),
                    item("İş planı", None),
                    item("Bilgi bankası", None),
                ],
            ),
            group(
                "Varlık",
                vec![
                    item("Envanter", Some(("1.842", false))),
                    item("Zimmet", Some(("7 onay", false))),
                    item("Lisanslar", None),
                ],
            ),
            group(
                "Evrak",
                vec![
                    item("Gelen", Some(("14", false))),
                    item("Giden", None),
                    item("Paraf ve imza", Some(("5", false))),
                    item("Arşiv", None),
                ],
            ),
            group(
                "Ağ ve kayıt",
                vec![item("İzleme", None), item("5651 kayıtları", None), item("Yedekler", None)],
            ),
            group(
                "Yönetim",
                vec![item("Yönetmelik ve görevler", None), item("Teşkilat", None), item("Raporlar", None)],
            ),
        ],
        user: Some(UserChip {
            name: "Derya Aksu".into(),
            initials: "DA".into(),
            href: "/hesabim".into(),
            acting: Some("Müdür V. olarak · 28.11’e kadar".into()),
        }),
        bell: Some(Bell { href: "/bildirimler".into(), count_text: "3".into() }),
        theme,
        density: Density::Normal,
        shortcuts: true,
        crumbs: vec![Link::new("Hizmet", "/ornek"), Link::new("Talepler", "/ornek")],
        steps: Vec::new(),
        flash: None,
        csrf: "ornek".into(),
        reload_as: Some("/ornek".into()),
    }
}

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

fn sample_list() -> ListView {
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

fn empty_list() -> ListView {
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

fn sample_detail() -> DetailView {
    let verb = |label: &str, primary, post, official| Verb {
        label: label.into(),
        href: "/talepler/T-2026-004802/islem".into(),
        post,
        value: if post { "coz".into() } else { String::new() },
        primary,
        danger: false,
        official,
    };
    let tab = |label: &str, current, count: &str| Tab {
        label: label.into(),
        href: "/ornek".into(),
        current,
        count: Some(count.into()),
    };
    DetailView {
        identity: Identity {
            number: "T-2026-004802".into(),
            title: "Fen İşleri ek binada internet yok".into(),
            state: Some((Tone::Doing, "Çalışılıyor".into())),
            facts: vec![
                ("Çözüm süresi".into(), Cell::Due { text: "1 saat 5 dk kaldı · 11.45".into(), late: false }),
                ("Atanan".into(), Cell::Person { name: "M. Ergün, Ağ birimi".into() }),
                ("Öncelik".into(), Cell::Text("Yüksek (24 kişi)".into())),
            ],
            verbs: vec![
                verb("Çözüldü", true, true, false),
                verb("Firmaya ver", false, false, true),
                verb("Beklet", false, false, false),
                verb("Havale et", false, false, true),
                verb("Birleştir", false, false, false),
                Verb { danger: true, ..verb("İptal et", false, false, false) },
            ],
        },
        tabs: vec![
            tab("Yazışma ve olaylar", true, "5"),
            tab("İş ve parça", false, "1"),
            tab("İlgili", false, "3"),
            tab("Ekler", false, "2"),
        ],
        story: html! { (parts::line()) (parts::comment()) },
        side: vec![
            Card {
                title: "Bilgiler".into(),
                edit_href: Some("/ornek/degistir".into()),
                body: parts::fact_list(),
            },
            Card { title: "Ekler".into(), edit_href: None, body: parts::files() },
        ],
    }
}

fn person_fields() -> Vec<FieldView> {
    let base = FieldView::default;
    vec![
        FieldView {
            name: "ad".into(),
            label: "Ad".into(),
            value: "Selin".into(),
            max_length: Some(80),
            ..base()
        },
        FieldView {
            name: "soyad".into(),
            label: "Soyad".into(),
            value: "Yalın".into(),
            max_length: Some(80),
            ..base()
        },
        FieldView {
            name: "tckn".into(),
            label: "T.C. kimlik numarası".into(),
            hint: "11 rakam; boşluk bırakabilirsiniz.".into(),
            value: "1000000014".into(),
            width: Width::Short,
            ..base()
        },
        FieldView {
            name: "eposta".into(),
            label: "E-posta".into(),
            kind: Input::Email,
            optional: true,
            width: Width::Long,
            ..base()
        },
        FieldView {
            name: "telefon".into(),
            label: "Cep telefonu".into(),
            kind: Input::Phone,
            optional: true,
            ..base()
        },
    ]
}

fn post_fields() -> Vec<FieldView> {
    let base = FieldView::default;
    vec![
        FieldView {
            name: "birim".into(),
            label: "Birim".into(),
            kind: Input::Combobox {
                source_href: "/ornek/birimler".into(),
                chosen_label: "Ağ ve Sistem Birimi".into(),
            },
            value: "3".into(),
            width: Width::Long,
            ..base()
        },
        FieldView {
            name: "unvan".into(),
            label: "Unvan".into(),
            kind: Input::Select(vec![Opt::new("muh", "Mühendis", true), Opt::new("tek", "Tekniker", false)]),
            ..base()
        },
        FieldView {
            name: "baslama".into(),
            label: "Göreve başlama günü".into(),
            hint: "Örneğin 5.11.2026".into(),
            kind: Input::Date,
            value: "31.11.2026".into(),
            width: Width::Short,
            ..base()
        },
        FieldView {
            name: "tur".into(),
            label: "İstihdam türü".into(),
            kind: Input::Radio(vec![
                Opt::new("memur", "Memur", true),
                Opt::new("sozlesmeli", "Sözleşmeli personel", false),
                Opt::new("isci", "İşçi", false),
            ]),
            ..base()
        },
        FieldView {
            name: "not".into(),
            label: "Açıklama".into(),
            kind: Input::LongText { rows: 3 },
            optional: true,
            width: Width::Full,
            ..base()
        },
    ]
}

fn sample_form() -> FormView {
    FormView {
        title: "Yeni personel".into(),
        lead: "Kayıt açılınca kişi için hesap önerilir; norm kadro doluysa nedeni söylenir.".into(),
        action: "/personel".into(),
        csrf: "ornek".into(),
        sections: vec![
            FormSection {
                title: "Kimlik ve iletişim".into(),
                fields: person_fields(),
                ..FormSection::default()
            },
            FormSection { title: "Görevi".into(), fields: post_fields(), ..FormSection::default() },
        ],
        submit: "Personeli ekle".into(),
        cancel_href: Some("/personel".into()),
        draft_key: Some("personel-yeni".into()),
        ..FormView::default()
    }
}

fn refused_form() -> FormView {
    let mut form = sample_form();
    let faults = [
        ("tckn", "T.C. kimlik numarası", "10 rakam yazdınız, 11 olmalı."),
        ("baslama", "Göreve başlama günü", "Kasım ayı 30 gün çeker; 30.11.2026 ya da 1.12.2026 yazın."),
    ];
    for (name, label, text) in faults {
        form.errors.push(FieldError { field: name.into(), label: label.into(), text: text.into() });
        let mut fields = form.sections.iter_mut().flat_map(|section| &mut section.fields);
        if let Some(field) = fields.find(|field| field.name == name) {
            field.error = Some(text.into());
        }
    }
    form.title = "Selin Yalın kaydını değiştir".into();
    form.version = Some("4".into());
    form.conflict = Some(ConflictView {
        by_text: "Derya Aksu, bugün 10.42".into(),
        rows: vec![ConflictRow {
            label: "Unvan".into(),
            yours: "Mühendis".into(),
            theirs: "Tekniker".into(),
        }],
    });
    form
}

fn sample_confirm() -> ConfirmView {
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

fn sample_import() -> ImportView {
    let row = |line, cells: [&str; 4], outcome: &str| ImportRow {
        line,
        cells: cells.map(String::from).to_vec(),
        outcome: outcome.into(),
        errors: Vec::new(),
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

fn sample_notices() -> NoticesView {
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

fn sample_error() -> ErrorView {
    ErrorView {
        code: 404,
        heading: "Bu sayfa bulunamadı".into(),
        text: "Adres yanlış yazılmış olabilir, kayıt kaldırılmış ya da sizin görebileceğiniz kayıtlar arasında değil.".into(),
        reference: Some("7F3K-2M".into()),
        ways_back: vec![Link::new("Günüme dön", "/"), Link::new("Ara", "/ara")],
    }
}

fn sample_search() -> PaletteView {
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

fn correction() -> Markup {
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

fn sample_text_search() -> TextSearchView {
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
