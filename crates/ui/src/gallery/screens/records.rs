//! One ticket: its page, its form, and the form that was refused.

use maud::html;

use super::super::parts;
use crate::*;

pub(super) fn sample_detail() -> DetailView {
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

pub(super) fn sample_form() -> FormView {
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

pub(super) fn refused_form() -> FormView {
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
