//! Examples of whole screens: list, detail, form, import, confirmation, error, search.

mod lists;
mod others;
mod records;

use maud::Markup;

use super::Example;
use crate::*;

pub(super) fn examples() -> Vec<Example> {
    vec![
        screen(
            "liste",
            "Liste",
            "Kayıtları süzmek, sıralamak, seçip birlikte işlemek için.",
            list(&lists::sample_list(), "ornek"),
        ),
        screen(
            "bos-liste",
            "Boş liste",
            "Süzgece uyan kayıt kalmadığında.",
            list(&lists::empty_list(), "ornek"),
        ),
        screen(
            "ayrinti",
            "Ayrıntı",
            "Bir kaydın ne olduğu, başından geçenler ve şimdi yapılabilecekler.",
            detail(&records::sample_detail(), "ornek"),
        ),
        screen("form", "Form", "Kayıt eklemek ve değiştirmek için.", form(&records::sample_form())),
        screen(
            "hatali-form",
            "Reddedilen form",
            "Yanlışları başta toplar, yazılanları korur, çakışmayı yan yana gösterir.",
            form(&records::refused_form()),
        ),
        screen(
            "onay",
            "Onay",
            "Geri alınamayan ya da gerekçe isteyen işlemden önce.",
            confirm_page(&others::sample_confirm()),
        ),
        screen(
            "aktarim",
            "Aktarım önizlemesi",
            "Dosyadan aktarılacaklar, hiçbir şey yazılmadan önce.",
            import_preview(&others::sample_import()),
        ),
        screen(
            "duzeltme",
            "Düzeltme",
            "Okunan metni kaynağıyla yan yana, klavyeyle düzeltmek için.",
            others::correction(),
        ),
        screen(
            "bildirimler",
            "Bildirimler",
            "Kişinin bakmadan bilmesi gerekenler: önce okunmamışlar, gün gün; sayısı başlıktaki zilde durur.",
            notices(&others::sample_notices()),
        ),
        screen(
            "hata",
            "Hata sayfası",
            "Bir şey yolunda gitmediğinde ne olduğunu ve çıkışı söyler.",
            error_page(&others::sample_error()),
        ),
        screen(
            "arama",
            "Arama sayfası",
            "Betik olmadan arama ve tüm sonuçlar.",
            search_page(&others::sample_search()),
        ),
        screen(
            "metin-arama",
            "Metinlerde arama",
            "Sözleri metinlerin içinde arar; bulunduğu yeri gösterir.",
            text_search_page(&others::sample_text_search()),
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
        crest_href: None,
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
