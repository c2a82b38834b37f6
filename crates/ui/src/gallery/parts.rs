//! Examples of the parts: badges, fields, notices, timeline, pictures.

use maud::{Markup, html};

use super::Example;
use crate::*;

pub(super) fn examples() -> Vec<Example> {
    let mut examples = words();
    examples.extend(pictures_and_lists());
    examples
}

fn words() -> Vec<Example> {
    vec![
        part(
            "durum",
            "Durum rozeti",
            "Kaydın hangi aşamada olduğunu söz, biçim ve renkle birlikte söyler.",
            states(),
        ),
        part("sure", "Süre", "Kalan ya da geçen süreyi sözle yazar; geciken kalın ve kırmızıdır.", dues()),
        part(
            "bildirim",
            "Bildirim",
            "Az önce yapılan işi ya da bilinmesi gerekeni sayfanın başında söyler.",
            notices(),
        ),
        part(
            "dugme",
            "Düğmeler",
            "Her ekranda bir ana düğme olur; resmî işlemler kenar çizgisiyle ağırlaşır.",
            buttons(),
        ),
        part(
            "alan",
            "Form alanları",
            "Etiket üstte, ipucu altında; alan yanıtı kadar geniştir.",
            fields_sample(),
        ),
        part(
            "adimlar",
            "Adımlar",
            "Kurulum gibi birkaç sayfalık işlerde nerede olunduğunu gösterir.",
            steps(),
        ),
    ]
}

fn pictures_and_lists() -> Vec<Example> {
    vec![
        part(
            "gostergeler",
            "Ana sayılar",
            "Günün ya da birimin dört beş önemli sayısı; her biri listesine gider.",
            figures(),
        ),
        part("cubuklar", "Çubuk listesi", "Birkaç sayıyı karşılaştırır; sayılar yanında yazılıdır.", bars()),
        part(
            "doluluk",
            "Doluluk çubuğu",
            "Bir sürenin ya da hakkın ne kadarının kullanıldığını gösterir ve yazar.",
            meters(),
        ),
        part(
            "egri",
            "Küçük eğri",
            "Bir sayının son zamanlardaki gidişini gösterir; sözle de anlatılır.",
            spark(),
        ),
        part(
            "kayitlar",
            "Kayıt satırları",
            "Cihazların günlük satırlarını geldikleri gibi gösterir; üstündeki sütunlar ne zaman kaç satır geldiğini söyler.",
            logs(),
        ),
        part(
            "cizelge",
            "Zaman çizelgesi",
            "Bir kayıtta konuşulanları, yapılan işlemleri ve değişen alanları sırayla gösterir.",
            line(),
        ),
        part("bilgiler", "Bilgi listesi", "Bir kaydın alanlarını ad ve değer olarak sıralar.", fact_list()),
        part(
            "ozet",
            "Özet listesi",
            "Gönderilmeden önce yanıtları, her birinin değiştirme bağlantısıyla gösterir.",
            summary(),
        ),
        part(
            "tablo",
            "Tablo",
            "Liste olmayan birkaç satır içindir; telefonda her satır bir karta dönüşür, kâğıda basılır.",
            some_rows(),
        ),
        part("ekler", "Ekler", "Kaydın dosyaları ve yenisini ekleme yeri.", files()),
        part("yorum", "Yorum kutusu", "Zaman çizelgesinin altında durur; Ctrl+Enter gönderir.", comment()),
        part(
            "agac",
            "Ağaç",
            "Birimler ve dosya planı gibi iç içe düzenleri betik olmadan açıp kapatır.",
            units(),
        ),
        part("ay", "Ay", "Tatilleri, izinleri ve nöbetleri ay düzeninde gösterir.", month()),
        part(
            "karsilastirma",
            "Karşılaştırma",
            "Aynı metnin iki hâli arasındaki farkı sözcük sözcük işaretler.",
            comparison(),
        ),
        part("bos", "Boş durum", "Neden kayıt olmadığını ve sıradaki adımı söyler.", nothing()),
        part("sonuclar", "Arama sonuçları", "Ctrl+K penceresinin yanıtı.", results()),
        part("kisayollar", "Kısayollar", "? tuşuyla açılan sayfa.", shortcut_sheet()),
    ]
}

fn part(slug: &'static str, name: &'static str, when_tr: &'static str, markup: Markup) -> Example {
    Example { slug, name, when_tr, markup, is_screen: false }
}

fn some_rows() -> Markup {
    let mut columns = heads(&["Unvan", "Birim", "Durum", "Kadro"]);
    columns[3].numeric = true;
    let row = |title: &str, unit: &str, tone, label: &str, count: &str| {
        vec![html! { (title) }, html! { (unit) }, state_badge(tone, label), html! { (count) }]
    };
    let rows = [
        row("Programcı", "Yazılım Servisi", Tone::Done, "Dolu", "3"),
        row("Tekniker", "Donanım ve Destek Servisi", Tone::Waiting, "Boş kadro var", "4"),
        row("Müfettiş", "Teftiş Kurulu Müdürlüğü", Tone::Off, "Kapalı", ""),
    ];
    table("Kadrolar", &columns, &rows)
}

fn states() -> Markup {
    let states = [
        (Tone::New, "Yeni"),
        (Tone::Doing, "Çalışılıyor"),
        (Tone::Waiting, "Onay bekliyor"),
        (Tone::Done, "Çözüldü"),
        (Tone::Bad, "Reddedildi"),
        (Tone::Off, "Kapalı"),
    ];
    html! { p.row-of { @for (tone, label) in states { (state_badge(tone, label)) } } }
}

fn dues() -> Markup {
    html! { p.row-of { (due_badge("2 saat 10 dk kaldı", false)) (due_badge("yarın 12.00", false)) (due_badge("3 gün gecikti", true)) } }
}

fn notices() -> Markup {
    html! {
        (notice(FlashKind::Info, html! { p { "Yeni dönem 1 Ocak’ta başlıyor; eski kayıtlar okunabilir kalır." } }))
        (notice(FlashKind::Success, html! { p { "Personel kaydı oluşturuldu: Selin Yalın, sicil 1042." } }))
        (notice(FlashKind::Warning, html! { p { "Vekâletiniz 28.11.2026 günü saat 17.30’da sona erecek." } }))
        (notice(FlashKind::Error, html! { p { "Dosya 20 MB sınırını aşıyor; sıkıştırıp yeniden yükleyin." } }))
    }
}

fn buttons() -> Markup {
    html! {
        p.row-of {
            a.btn.is-primary href="/ornek" { "Yeni personel" }
            a.btn href="/ornek" { "Dışa aktar" }
            a.btn.is-official href="/ornek" { "İmzala" }
            a.btn.is-danger href="/ornek" { "İmha et" }
            a.btn.is-quiet href="/ornek" { "Vazgeç" }
        }
    }
}

fn fields_sample() -> Markup {
    let base = FieldView::default;
    let fields = [
        FieldView {
            name: "ornek_ad".into(),
            label: "Ad".into(),
            value: "Selin".into(),
            max_length: Some(80),
            ..base()
        },
        FieldView {
            name: "ornek_tutar".into(),
            label: "Tutar".into(),
            kind: Input::Money,
            value: "1.234,56".into(),
            width: Width::Short,
            ..base()
        },
        FieldView {
            name: "ornek_gun".into(),
            label: "Başlama günü".into(),
            hint: "Örneğin 5.11.2026".into(),
            kind: Input::Date,
            value: "31.11.2026".into(),
            width: Width::Short,
            error: Some("Kasım ayı 30 gün çeker; 30.11.2026 ya da 1.12.2026 yazın.".into()),
            ..base()
        },
        FieldView {
            name: "ornek_birim".into(),
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
            name: "ornek_tur".into(),
            label: "İstihdam türü".into(),
            kind: Input::Radio(vec![Opt::new("memur", "Memur", true), Opt::new("isci", "İşçi", false)]),
            ..base()
        },
        FieldView {
            name: "ornek_not".into(),
            label: "Açıklama".into(),
            kind: Input::LongText { rows: 3 },
            optional: true,
            width: Width::Full,
            ..base()
        },
        FieldView {
            name: "ornek_onay".into(),
            label: "Bilgilendirme metnini okudum".into(),
            kind: Input::Checkbox,
            ..base()
        },
    ];
    html! { div.section { @for view in &fields { (field(view)) } } }
}

fn steps() -> Markup {
    let step = |label: &str, state| Step { label: label.into(), state, href: None };
    let mut first = step("Belediye", StepState::Done);
    first.href = Some("/ornek".into());
    stepper(&[
        first,
        step("Yönetmelik", StepState::Current),
        step("Düzeltmeler", StepState::Ahead),
        step("İlk yönetici", StepState::Ahead),
    ])
}

fn figures() -> Markup {
    let figure = |value: &str, label: &str, note: &str, late| KeyFigure {
        value: value.into(),
        label: label.into(),
        note: note.into(),
        href: Some("/ornek".into()),
        late,
    };
    key_figures(&[
        figure("12", "Bende bekleyen", "4’ü bugün", false),
        figure("3", "Geciken", "en eskisi 6 gün", true),
        figure("128", "Açık talep", "geçen haftadan 9 az", false),
        figure("%96", "Süresinde çözülen", "son 30 gün", false),
    ])
}

fn bars() -> Markup {
    let bar = |label: &str, share, text: &str, tone| Bar {
        label: label.into(),
        href: None,
        share,
        text: text.into(),
        tone,
    };
    bar_list(
        "Birimlere göre açık talepler",
        &[
            bar("Mali Hizmetler", 1.0, "46", Tone::New),
            bar("Fen İşleri", 0.63, "29", Tone::New),
            bar("Zabıta", 0.35, "16", Tone::New),
            bar("Yazı İşleri", 0.11, "5", Tone::Done),
        ],
    )
}

fn meters() -> Markup {
    let one = |share, text: &str, late| meter(&Meter { share, text: text.into(), late });
    html! {
        div.halves {
            (one(0.48, "Çözüm: 2 saatin %48’i. Mesai saatleri sayılır, tatiller sayılmaz.", false))
            (one(1.0, "Yanıt: 30 dakikalık süre 10 dakika aşıldı.", true))
        }
    }
}

fn spark() -> Markup {
    sparkline(&Sparkline {
        label: "Haftalık talep sayısı on hafta içinde 84’ten 128’e çıktı.".into(),
        values: vec![84.0, 90.0, 88.0, 97.0, 104.0, 99.0, 112.0, 118.0, 121.0, 128.0],
    })
}

fn logs() -> Markup {
    let piece = |text: &str, is_found| TextPiece { text: text.into(), is_found };
    let pillar = |hour: u32, count: u64| Pillar {
        label: format!("22.11.2026 {hour:02}.00"),
        count,
        text: count.to_string(),
        href: None,
    };
    html! {
        (histogram("Saatlere göre satır sayısı", ("09.00", "12.00"), &[pillar(9, 120), pillar(10, 340), pillar(11, 90)]))
        (log_lines("Satırlar", &[LogLine {
            at: "22.11.2026 09.15.02".into(),
            iso: "2026-11-22T09:15:02+03:00".into(),
            source: "Ana bina güvenlik duvarı".into(),
            kind: "FortiGate".into(),
            pieces: vec![piece("type=traffic srcip=", false), piece("10.20.4.17", true), piece(" dstport=443", false)],
            href: Some("/ornek/satir".into()),
        }]))
    }
}

pub(super) fn line() -> Markup {
    let item = |kind, who: &str, verb: &str, at: &str, iso: &str| TimelineItem {
        kind,
        who: who.into(),
        verb_text: verb.into(),
        at_text: at.into(),
        at_title: "22 Kasım 2026 Pazar".into(),
        at_iso: iso.into(),
        sealed: true,
        ..TimelineItem::default()
    };
    timeline(&[
        TimelineItem {
            body: Some("Ek binadaki bütün bilgisayarlarda internet ve otomasyon kesik. Santral çalışıyor. Sabah 09.15’ten beri böyle.".into()),
            source: Some("telefonla, kaydeden A. Koç".into()),
            ..item(TimelineKind::Said, "Hale Tuna", "", "bugün 09.40", "2026-11-22T09:40:00+03:00")
        },
        TimelineItem {
            changes: vec![
                Change { field: "Öncelik".into(), old: "orta".into(), new: "yüksek".into() },
                Change { field: "Etkilenen".into(), old: String::new(), new: "24 kişi".into() },
            ],
            ..item(TimelineKind::Change, "Sistem", "önceliği hesapladı", "09.40", "2026-11-22T09:40:02+03:00")
        },
        TimelineItem {
            body: Some("İş emri açıldı: yerinde inceleme, araç 36 ABC 104, 10.15".into()),
            permalink: Some("/ornek/olay/3".into()),
            ..item(TimelineKind::Act, "M. Ergün", "talebi üstlendi", "09.46", "2026-11-22T09:46:00+03:00")
        },
        TimelineItem {
            body: Some("SW-FEN-02 güç kaynağı arızalı. Garanti 14.03.2027’ye kadar sürüyor; depoda yedek var, değiştiriyorum.".into()),
            source: Some("telefondan".into()),
            ..item(TimelineKind::Said, "M. Ergün", "", "10.38", "2026-11-22T10:38:00+03:00")
        },
        TimelineItem {
            acting_for: Some("Müdür V. Derya Aksu adına vekâleten".into()),
            body: Some("Güç kaynağı 150.02-0098 · depo çıkışı imza bekliyor".into()),
            sealed: false,
            ..item(TimelineKind::Act, "M. Ergün", "parça çıkışı istedi", "10.40", "2026-11-22T10:40:00+03:00")
        },
    ])
}

pub(super) fn fact_list() -> Markup {
    facts(&[
        ("Birim".into(), html! { "Fen İşleri Müdürlüğü" }),
        ("Yer".into(), html! { "Ek bina, 2. kat" }),
        ("Cihaz".into(), html! { a href="/ornek/cihaz" { "SW-FEN-02" } }),
        ("Garanti".into(), html! { "14.03.2027’ye kadar" }),
        ("Kanal".into(), html! { "Telefon" }),
    ])
}

fn summary() -> Markup {
    let change = || Some(Link::new("değiştir", "/ornek"));
    summary_list(&[
        ("Belediye".into(), html! { "Örnekova Belediyesi" }, change()),
        ("Yönetmelik".into(), html! { "22 madde, 9 birim, 14 unvan" }, change()),
        ("İlk yönetici".into(), html! { "Derya Aksu" }, None),
    ])
}

pub(super) fn files() -> Markup {
    attachments(&Attachments {
        files: vec![
            Attachment {
                name: "kabin-fotografi.jpg".into(),
                href: "/ornek/dosya/1".into(),
                size_text: "1,2 MB".into(),
                by_text: "M. Ergün, bugün 10.38".into(),
                remove_href: Some("/ornek/dosya/1/kaldir".into()),
            },
            Attachment {
                name: "garanti-belgesi.pdf".into(),
                href: "/ornek/dosya/2".into(),
                size_text: "240 KB".into(),
                by_text: "A. Koç, dün 16.20".into(),
                remove_href: None,
            },
        ],
        upload_action: Some("/ornek/dosya".into()),
        csrf: "ornek".into(),
        once: String::new(),
        hint: "En çok 20 MB; PDF, Word, Excel ve resim.".into(),
    })
}

pub(super) fn comment() -> Markup {
    comment_box(&CommentBox {
        action: "/ornek/yorum".into(),
        csrf: "ornek".into(),
        label: "Yanıt veya not".into(),
        hint: "Yanıtı talep sahibi de görür.".into(),
        internal_offered: true,
        draft_key: Some("yorum-ornek".into()),
        ..CommentBox::default()
    })
}

fn units() -> Markup {
    let leaf = |label: &str, detail: &str| TreeNode {
        label: label.into(),
        href: Some("/ornek".into()),
        detail: detail.into(),
        ..TreeNode::default()
    };
    let system = TreeNode {
        children: vec![leaf("Sunucu Odası", "2 kişi"), leaf("Yedekleme", "1 kişi")],
        open: true,
        ..leaf("Ağ ve Sistem Birimi", "6 kişi")
    };
    tree(
        "Teşkilat",
        &[TreeNode {
            children: vec![
                system,
                TreeNode { current: true, ..leaf("Yazılım Birimi", "4 kişi") },
                leaf("Destek Birimi", "5 kişi"),
            ],
            open: true,
            ..leaf("Bilgi İşlem Müdürlüğü", "18 kişi")
        }],
    )
}

fn month() -> Markup {
    let days = (1..=30_u8).map(|number| {
        // 1 Kasım 2026 bir pazardır.
        let weekday = (number + 5) % 7;
        let mut day =
            CalendarDay { number, free: weekday >= 5, today: number == 22, ..CalendarDay::default() };
        if number == 10 {
            day.note = "Atatürk’ü Anma Günü".into();
        }
        if number == 24 {
            let entry =
                |label: &str, tone| CalendarEntry { label: label.into(), href: Some("/ornek".into()), tone };
            day.entries = vec![entry("S. Yalın izinli", Tone::Off), entry("Kabul komisyonu", Tone::Doing)];
        }
        day
    });
    calendar_month(&CalendarMonth {
        title: "Kasım 2026".into(),
        offset: 6,
        days: days.collect(),
        prev_href: Some("/ornek/ekim".into()),
        compact: false,
        next_href: Some("/ornek/aralik".into()),
    })
}

fn comparison() -> Markup {
    side_by_side(&DiffView {
        old_title: "Yürürlükteki".into(),
        new_title: "Yeni".into(),
        old: "Arızalar yazılı olarak bildirilir ve beş iş günü içinde giderilir.".into(),
        new: "Arızalar sistem üzerinden bildirilir ve üç iş günü içinde giderilir.".into(),
    })
}

fn nothing() -> Markup {
    empty_state(
        "Bu süzgece uyan kayıt yok. Süzgeçleri temizleyin ya da yeni bir kayıt açın.",
        Some(&Link::new("Süzgeçleri temizle", "/ornek")),
    )
}

fn results() -> Markup {
    let item = |label: &str, detail: &str| PaletteItem {
        href: "/ornek".into(),
        label: label.into(),
        detail: detail.into(),
    };
    html! {
        div.palette-results role="listbox" aria-label="Örnek sonuçlar" {
            (palette_results(&PaletteView {
                query: "yal".into(),
                groups: vec![
                    PaletteGroup { title: "Personel".into(), items: vec![item("Selin Yalın", "Ağ ve Sistem Birimi"), item("Hakan Yalçın", "Destek Birimi")] },
                    PaletteGroup { title: "Git".into(), items: vec![item("Yalın görünüm ayarları", "Ayarlar")] },
                ],
                more_href: Some("/ara?q=yal".into()),
                texts_href: Some("/ara/metin?q=yal".into()),
            }))
        }
    }
}
