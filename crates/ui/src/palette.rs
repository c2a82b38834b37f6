//! Finding things: the Ctrl+K palette, the search page, suggestions of a combobox, and the sheet of shortcuts.

use maud::{Markup, html};

use crate::names;

#[derive(Clone, Debug, Default)]
pub struct PaletteItem {
    pub href: String,
    pub label: String,
    /// The quiet second part: number, unit, state.
    pub detail: String,
}

/// Results of one kind, such as `Git`, `Oluştur`, `Personel`.
#[derive(Clone, Debug, Default)]
pub struct PaletteGroup {
    pub title: String,
    pub items: Vec<PaletteItem>,
}

#[derive(Clone, Debug, Default)]
pub struct PaletteView {
    pub query: String,
    pub groups: Vec<PaletteGroup>,
    /// The search page with every result.
    pub more_href: Option<String>,
    /// The same words looked for in texts.
    pub texts_href: Option<String>,
}

/// The answer of `GET /ara?q=` for the palette: options of a list box, not a page.
pub fn palette_results(view: &PaletteView) -> Markup {
    let mut index = 0_usize;
    let mut next = || {
        index += 1;
        format!("palet-{index}")
    };
    html! {
        @if view.groups.iter().all(|group| group.items.is_empty()) {
            p.palette-none role="option" aria-disabled="true" { "Sonuç yok. Numara, ad ya da konu yazın." }
        }
        @for (at, group) in view.groups.iter().enumerate().filter(|(_, group)| !group.items.is_empty()) {
            div role="group" aria-labelledby={ "palet-baslik-" (at) } {
                p.palette-title #{ "palet-baslik-" (at) } role="presentation" { (group.title) }
                @for item in &group.items { (option(&next(), item)) }
            }
        }
        @if let Some(href) = &view.more_href {
            a.palette-more #(next()) role="option" tabindex="-1" href=(href) aria-selected="false" { "Tüm sonuçlar" }
        }
        @if let Some(href) = &view.texts_href {
            a.palette-more #(next()) role="option" tabindex="-1" href=(href) aria-selected="false" {
                "Metinlerde ara: “" (view.query) "”"
            }
        }
    }
}

fn option(id: &str, item: &PaletteItem) -> Markup {
    html! {
        a.palette-item #(id) role="option" tabindex="-1" href=(item.href) aria-selected="false" {
            span { (item.label) }
            @if !item.detail.is_empty() { small { (item.detail) } }
        }
    }
}

/// The search page: the same results as plain links, for a browser without script.
pub fn search_page(view: &PaletteView) -> Markup {
    html! {
        h1 { "Ara" }
        form.filters role="search" method="get" action=(names::SEARCH) {
            div.filter.is-search {
                label.visually-hidden for="ara-metni" { "Aranacak söz" }
                (crate::icons::search())
                input #ara-metni type="search" name="q" value=(view.query) placeholder="Numara, ad, konu" autocomplete="off";
            }
            button.btn.is-primary type="submit" { "Ara" }
        }
        @if let Some(href) = &view.texts_href { p { a href=(href) { "Metinlerde ara: “" (view.query) "”" } } }
        @if view.groups.iter().all(|group| group.items.is_empty()) && !view.query.is_empty() {
            (crate::pieces::empty_state("Aradığınız sözle bulunan bir şey yok. Daha kısa yazmayı ya da numarayla aramayı deneyin.", None))
        }
        @for group in view.groups.iter().filter(|group| !group.items.is_empty()) {
            section.card {
                h2 { (group.title) }
                ul.results {
                    @for item in &group.items { li { a href=(item.href) { (item.label) } " " small { (item.detail) } } }
                }
            }
        }
    }
}

pub(crate) fn palette_dialog() -> Markup {
    html! {
        dialog.palette #palet aria-label="Ara, git, oluştur" {
            form method="get" action=(names::SEARCH) {
                (crate::icons::search())
                input #palet-metni type="search" name="q" role="combobox" aria-label="Aranacak söz" aria-controls="palet-sonuc"
                    aria-expanded="false" aria-autocomplete="list" placeholder="Numara, ad ya da komut yazın" autocomplete="off";
                button.btn.is-quiet type="button" data-close { "Kapat" }
            }
            div.palette-results #palet-sonuc role="listbox" aria-label="Sonuçlar" {}
            p.palette-foot aria-hidden="true" { kbd { "↑" } kbd { "↓" } " gez " kbd { "Enter" } " aç " kbd { "Esc" } " kapat" }
        }
    }
}

/// One suggestion of a combobox.
#[derive(Clone, Debug, Default)]
pub struct ComboOption {
    pub value: String,
    pub label: String,
    pub sub: String,
}

/// The answer of a combobox's source (`?q=`): options of a list box, not a page.
pub fn combobox_options(options: &[ComboOption]) -> Markup {
    html! {
        @if options.is_empty() { p.palette-none role="option" aria-disabled="true" { "Uyan kayıt yok." } }
        @for option in options {
            div.palette-item role="option" aria-selected="false" data-value=(option.value) data-label=(option.label) {
                span { (option.label) }
                @if !option.sub.is_empty() { small { (option.sub) } }
            }
        }
    }
}

/// Keys and what they do, as a table.
pub fn shortcut_sheet() -> Markup {
    /// Keys, what they do, and whether only lists know them: the script replaces these on a correction screen.
    const KEYS: [(&str, &str, bool); 11] = [
        ("Ctrl K", "Ara, git, oluştur", false),
        ("?", "Bu sayfa", false),
        ("j k ↓ ↑", "Listede sonraki, önceki satır", true),
        ("Enter", "Satırı aç", true),
        ("x", "Satırı seç", true),
        ("t", "Seçilenlerle yapılacaklara geç", true),
        ("n", "Yeni kayıt", true),
        ("Esc", "Listeye, aynı satıra dön", true),
        ("Ctrl Enter", "Formu gönder", false),
        ("Tab", "Sonraki alan; sayfa başında: içeriğe geç", false),
        ("Ctrl P", "Yazdır", false),
    ];
    html! {
        table.keys {
            thead { tr { th scope="col" { "Tuş" } th scope="col" { "Ne yapar" } } }
            tbody {
                @for (keys, what, is_of_lists) in KEYS {
                    tr data-of-lists[is_of_lists] { th scope="row" { @for key in keys.split(' ') { kbd { (key) } " " } } td { (what) } }
                }
            }
        }
    }
}

pub(crate) fn shortcut_dialog() -> Markup {
    html! {
        dialog.sheet-dialog #kisayollar aria-labelledby="kisayol-baslik" {
            h2 #kisayol-baslik { "Klavye kısayolları" }
            (shortcut_sheet())
            p.muted { "Tek tuş kısayolları bir alana yazarken çalışmaz; adınızın altındaki menüden kapatılabilir." }
            form method="dialog" action="#" { button.btn type="submit" { "Kapat" } }
        }
    }
}
