//! Screens of the house itself: start page, notices, search, event log, jobs, settings, preferences, assets, health.

mod assets;
mod crest;
mod events;
mod home;
mod jobs;
pub(crate) mod notices;
mod search;
mod settings;
pub(crate) mod texts;

use kernel::capability::{Capability, MenuEntry, Permission};
use kernel::event::VerbLabel;
use kernel::setting::{Setting, SettingKind};

use crate::routes::{Allow, Routes};

/// Routes of the house.
pub fn house_routes() -> Routes {
    let event = events::kind();
    let job = jobs::kind();
    let settings = Allow::Whole("house.setting.edit");
    Routes::new()
        .get("/", Allow::SignedIn, home::show)
        .get(ui::names::SEARCH, Allow::SignedIn, search::show)
        .get("/ara/secenek", Allow::SignedIn, search::options)
        .get(ui::names::TEXT_SEARCH, Allow::SignedIn, texts::show)
        .get("/api/v1/text-search", Allow::SignedIn, texts::api_list)
        .get("/kisayollar", Allow::SignedIn, search::shortcuts)
        .post(ui::names::PREFERENCES, Allow::SignedIn, settings::preferences)
        .get(notices::PATH, Allow::SignedIn, notices::show)
        .get(format!("{}/{{bildirim}}", notices::PATH), Allow::SignedIn, notices::open)
        .post(format!("{}/okundu", notices::PATH), Allow::SignedIn, notices::mark)
        .post(format!("{}/tercihler", notices::PATH), Allow::SignedIn, notices::choose)
        .get("/api/v1/notice", Allow::SignedIn, notices::api_list)
        .post("/api/v1/notice/{id}/read", Allow::SignedIn, notices::api_read)
        .get("/kayitlar/{id}", Allow::Permission(event.view), events::show)
        .get("/yonetim/ayarlar", settings, settings::show)
        .post("/yonetim/ayarlar", settings, settings::save)
        .get(crest::PATH, settings, crest::show)
        .post(crest::PATH, settings, crest::save)
        .get("/yonetim/bilesenler", settings, assets::gallery)
        .get("/yonetim/bilesenler/{ad}", settings, assets::gallery_screen)
        .get(ui::names::THEME_CSS, Allow::Public, assets::theme)
        .get(ui::names::CREST, Allow::Public, crest::get)
        .get("/varlik/{ad}", Allow::Public, assets::asset)
        .get("/healthz", Allow::Public, assets::health)
        .get("/readyz", Allow::Public, assets::ready)
        .get("/metrics", Allow::Public, assets::metrics)
        .get("/api/v1/openapi.json", Allow::SignedIn, assets::openapi)
        .and(crate::kit::view_routes())
        .and(crate::kit::kind_routes(&event, None))
        .and(crate::kit::kind_routes(&job, None))
}

/// What the house declares about itself.
pub fn house() -> Capability {
    Capability {
        id: "house",
        name_tr: "Belde",
        menu: vec![
            MenuEntry {
                group_tr: "Görev ve denetim",
                label_tr: "Kayıtlar",
                path: "/kayitlar",
                permission: "house.event.view",
            },
            MenuEntry {
                group_tr: "Yönetim",
                label_tr: "Bekleyen işler",
                path: "/yonetim/isler",
                permission: "house.job.view",
            },
            MenuEntry {
                group_tr: "Yönetim",
                label_tr: "Ayarlar",
                path: "/yonetim/ayarlar",
                permission: "house.setting.edit",
            },
        ],
        permissions: permissions(),
        migrations: vec![crate::kit::attachments::migration(), crate::file_texts::migration()],
        jobs: notices::jobs(),
        notices: notices::declared(),
        kinds: vec![events::kind(), jobs::kind()],
        verbs: vec![
            VerbLabel { verb: "sealed", label_tr: "Mühürlendi", is_official: true },
            VerbLabel { verb: "demo_made", label_tr: "Deneme beldesi kuruldu", is_official: false },
        ],
        subjects: vec![("setting", "ayar"), ("saved_view", "görünüm")],
        settings: settings_of_house(),
        duties: vec!["ID-3"],
        ..Capability::default()
    }
}

/// Whoever answers for records; that of a unit for its own.
const TIE: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "all"),
    ("director", "unit_tree"),
    ("chief", "unit"),
    ("technician", "all"),
    ("clerk", "all"),
];

fn permissions() -> Vec<Permission> {
    vec![
        Permission {
            code: "house.event.view",
            sentence_tr: "Yapılan işlemlerin kaydını görür.",
            roles: &[
                ("admin", "all"),
                ("auditor", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
            ],
        },
        Permission {
            code: crate::kit::COMMENT,
            sentence_tr: "Gördüğü kayıtlara not yazar.",
            roles: &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "all"),
                ("chief", "all"),
                ("staff", "all"),
                ("technician", "all"),
                ("clerk", "all"),
            ],
        },
        Permission {
            code: crate::kit::links::LINK,
            sentence_tr: "Gördüğü kayıtları birbirine bağlar, bağı kaldırır.",
            roles: TIE,
        },
        Permission {
            code: "house.job.view",
            sentence_tr: "Sırada bekleyen ve yapılamayan işleri görür.",
            roles: &[("admin", "all"), ("auditor", "all")],
        },
        Permission {
            code: "house.job.revive",
            sentence_tr: "Yapılamayan bir işi yeniden kuyruğa alır.",
            roles: &[("admin", "all")],
        },
        Permission {
            code: "house.job.discard",
            sentence_tr: "Yapılamayan bir işten gerekçesini yazarak vazgeçer.",
            roles: &[("admin", "all")],
        },
        Permission {
            code: crate::kit::views::SHARE,
            sentence_tr: "Kaydettiği liste görünümünü birimiyle, kapsamı bütün kurumsa herkesle paylaşır.",
            roles: &[
                ("admin", "all"),
                ("deputy_mayor", "unit_tree"),
                ("director", "unit_tree"),
                ("chief", "unit"),
            ],
        },
        Permission {
            code: crate::kit::views::MANAGE,
            sentence_tr: "Başkalarının paylaştığı liste görünümlerini geri alır ve siler.",
            roles: &[("admin", "all")],
        },
        Permission {
            code: "house.setting.edit",
            sentence_tr: "Ayarları değiştirir.",
            roles: &[("admin", "all")],
        },
    ]
}

fn settings_of_house() -> Vec<Setting> {
    let text = |key, label_tr, hint_tr, default| Setting {
        key,
        group_tr: "Kurum",
        label_tr,
        hint_tr,
        kind: SettingKind::Text { max_length: 120 },
        default,
    };
    vec![
        text("house.town", "Belediyenin adı", "Sayfa başında ve basılı kâğıtlarda görünür.", "\"Belediye\""),
        text("house.directorate", "Müdürlüğün adı", "", "\"Bilgi İşlem Müdürlüğü\""),
        text("house.address", "Adres", "Basılı kâğıtların altında görünür.", "\"\""),
        Setting {
            key: "house.brand",
            group_tr: "Kurum",
            label_tr: "Kurum rengi",
            hint_tr: "#1a5fb4 biçiminde yazın. Yazıların okunurluğu kendiliğinden korunur.",
            kind: SettingKind::Colour,
            default: "\"#1f5f99\"",
        },
        crate::crest::setting(),
        notices::setting(),
    ]
}
