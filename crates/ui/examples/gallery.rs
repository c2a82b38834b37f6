//! Writes the gallery and its screens as static pages, to be looked at and photographed:
//! `cargo run -p ui --example gallery -- OUTDIR`.

use std::fs;
use std::path::{Path, PathBuf};

use ui::{BareShell, FieldView, FormSection, FormView, Input, PrintPage, Theme};

fn main() -> std::io::Result<()> {
    let out = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "gallery".into()));
    fs::create_dir_all(out.join("varlik"))?;
    for asset in ui::assets() {
        fs::write(out.join(asset.path.trim_start_matches('/')), asset.body)?;
    }
    fs::write(out.join("varlik/tema.css"), ui::theme_css("#0b5c91"))?;

    let themes = [("", Theme::Light), ("-koyu", Theme::Dark), ("-karsit", Theme::Contrast)];
    for (suffix, theme) in themes {
        let shell = ui::sample_shell("Bileşenler", theme);
        write(&out, &format!("bilesenler{suffix}"), ui::page(&shell, ui::gallery_page("/bilesenler")))?;
        for example in ui::gallery().into_iter().filter(|example| example.is_screen) {
            let title = heading(&example.markup.clone().into_string());
            write(
                &out,
                &format!("{}{suffix}", example.slug),
                ui::page(&ui::sample_shell(&title, theme), example.markup),
            )?;
        }
        let bare = BareShell {
            title: "Giriş yapın".into(),
            town: "Örnekova Belediyesi".into(),
            theme,
            crest_href: None,
        };
        write(&out, &format!("giris{suffix}"), ui::bare_page(&bare, ui::form(&log_in())))?;
    }
    // What the server answers to the palette and to a combobox, for trying the script by hand.
    let palette = ui::PaletteView { groups: sample_results(), ..ui::PaletteView::default() };
    fs::write(out.join("parca-palet.txt"), ui::palette_results(&palette).into_string())?;
    let unit = |value: &str, label: &str| ui::ComboOption {
        value: value.into(),
        label: label.into(),
        sub: "18 kişi".into(),
    };
    let units = [unit("3", "Ağ ve Sistem Birimi"), unit("4", "Yazılım Birimi")];
    fs::write(out.join("parca-secenek.txt"), ui::combobox_options(&units).into_string())?;

    let paper = PrintPage {
        title: "Talepler".into(),
        town: "Örnekova Belediyesi".into(),
        directorate: "Bilgi İşlem Müdürlüğü".into(),
        crest_letter: "Ö".into(),
        crest_href: None,
        filter_text: "Durum: açık · Atanan: ben".into(),
        printed_text: "Derya Aksu, 22.11.2026 11.40".into(),
        signatures: vec!["Hazırlayan".into(), "Onaylayan".into()],
    };
    let columns: Vec<_> =
        ["No", "Konu", "Durum"].map(|label| ui::Head { label: label.into(), ..ui::Head::default() }).into();
    let cells = |number: &str, subject: &str| {
        let link = ui::Cell::Link { href: "/ornek".into(), label: subject.into(), sub: None };
        vec![
            ui::Cell::Text(number.into()),
            link,
            ui::Cell::State { tone: ui::Tone::Done, label: "Çözüldü".into() },
        ]
    };
    let row = |number: &str, subject: &str| cells(number, subject).iter().map(ui::Cell::printed).collect();
    let rows = [
        row("T-2026-004776", "Muhasebe programı rapor vermiyor"),
        row("T-2026-004771", "Toner talebi (2 adet)"),
    ];
    write(&out, "kagit", ui::print_page(&paper, ui::table("Zimmet listesi", &columns, &rows)))
}

fn sample_results() -> Vec<ui::PaletteGroup> {
    let item = |label: &str, href: &str| ui::PaletteItem {
        href: href.into(),
        label: label.into(),
        detail: "Git".into(),
    };
    vec![ui::PaletteGroup {
        title: "Git".into(),
        items: vec![item("Talepler", "/liste.html"), item("Personel", "/form.html")],
    }]
}

fn log_in() -> FormView {
    let field = |name: &str, label: &str, kind| FieldView {
        name: name.into(),
        label: label.into(),
        kind,
        ..FieldView::default()
    };
    FormView {
        title: "Giriş yapın".into(),
        action: "/giris".into(),
        csrf: "ornek".into(),
        sections: vec![FormSection {
            title: String::new(),
            fields: vec![
                FieldView {
                    autocomplete: Some("username".into()),
                    ..field("ad", "Kullanıcı adı", Input::Text)
                },
                field("parola", "Parola", Input::Password { new: false }),
            ],
            ..FormSection::default()
        }],
        submit: "Giriş yap".into(),
        ..FormView::default()
    }
}

/// The text of the h1, without the count beside it.
fn heading(html: &str) -> String {
    let after = html.split_once("<h1>").map_or("", |(_, after)| after);
    after.split('<').next().unwrap_or_default().trim().to_owned()
}

fn write(out: &Path, name: &str, page: maud::Markup) -> std::io::Result<()> {
    // Opened from a folder, a page finds its files beside it.
    fs::write(out.join(format!("{name}.html")), page.into_string().replace("\"/varlik/", "\"varlik/"))
}
