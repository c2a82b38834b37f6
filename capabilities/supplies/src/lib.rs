//! Consumables: stock cards, store rooms and the ledger of what came and went. Only the table of contents.

mod account;
mod demo;
mod evidence;
mod item;
mod movable_code;
mod movement;
mod opening;
mod stock_voucher;
mod store_room;
#[cfg(test)]
mod tests;
mod year_end;

use kernel::Capability;
use kernel::capability::{MenuEntry, Permission};
use kernel::event::{Reaction, VerbLabel};
use web::{Allow, Routes};

/// Sees stock cards and store rooms.
pub const VIEW: &str = "supplies.consumable.view";
/// Keeps stock cards and store rooms.
pub const EDIT: &str = "supplies.consumable.edit";
/// Sees movements within a scope; everybody sees what they received.
pub const VIEW_MOVES: &str = "supplies.stock_movement.view";
/// Writes receipts, issues, returns, transfers and counts, and reverses them.
pub const MOVE: &str = "supplies.stock_movement.write";
/// Says that what was issued to oneself was received.
pub const RECEIVE: &str = "supplies.stock_movement.receive";

/// What the capability declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "supplies",
        name_tr: "Ambar ve sarf malzemesi",
        menu: vec![
            entry("Sarf malzemesi", "/malzemeler", VIEW),
            entry("Stok hareketleri", "/stok-hareketleri", VIEW_MOVES),
            entry("Taşınır işlem fişleri", stock_voucher::PATH, VIEW_MOVES),
            entry("Açılış stoku", opening::PATH, VIEW),
            entry("Ambarlar", "/ambarlar", VIEW),
            entry("Taşınır hesabı", "/tasinir-hesabi", VIEW),
            entry("Yıl sonu sayımları", year_end::PATH, VIEW),
            entry("Taşınır kodları", "/tasinir-kodlari", VIEW),
        ],
        permissions: permissions(),
        migrations: vec![
            store_room::migration(),
            movable_code::migration(),
            item::migration(),
            movement::migration(),
            year_end::migration(),
            movement::receiving::migration(),
            stock_voucher::migration(),
            opening::migration(),
        ],
        kinds: vec![
            item::kind(),
            movement::kind(),
            stock_voucher::kind(),
            opening::kind(),
            store_room::kind(),
            movable_code::kind(),
            year_end::kind(),
        ],
        verbs: VERBS.to_vec(),
        reactions: vec![
            Reaction { subject_kind: "stock_movement", verb: "created", run: movement::written },
            Reaction { subject_kind: "stock_voucher", verb: "created", run: stock_voucher::written },
            Reaction { subject_kind: "opening_stock", verb: "created", run: opening::written },
            Reaction { subject_kind: "opening_stock", verb: "changed", run: opening::written },
        ],
        notices: movement::notices(),
        evidence: evidence::all(),
        my_day: vec![evidence::waiting],
        demo: Some(demo::load),
        ..Capability::default()
    }
}

/// Every route: the kit's for each kind, what to order, who used what.
pub fn routes() -> Routes {
    Routes::new()
        .get("/malzemeler/siparis", Allow::Whole(VIEW), item::order::show)
        .get("/malzemeler/siparis/liste", Allow::Whole(VIEW), item::order::paper)
        .get("/malzemeler/siparis/tablo", Allow::Whole(VIEW), item::order::table)
        .get("/malzemeler/kullanim", Allow::Whole(VIEW), item::usage::show)
        .and(web::kind_routes(&item::kind(), Some(item::page::extras)))
        .and(web::kind_routes(&movement::kind(), Some(movement::voucher::extras)))
        .get("/stok-hareketleri/{id}/fis", Allow::Permission(VIEW_MOVES), movement::voucher::print)
        .and(web::kind_routes(&stock_voucher::kind(), Some(stock_voucher::paper::extras)))
        .get("/tasinir-islem-fisleri/{id}/pdf", Allow::Permission(VIEW_MOVES), stock_voucher::paper::print)
        .and(web::kind_routes(&opening::kind(), None))
        .and(web::kind_routes(&store_room::kind(), None))
        .and(web::kind_routes(&movable_code::kind(), None))
        .get("/tasinir-hesabi", Allow::Whole(VIEW), account::show)
        .get("/tasinir-hesabi/cetvel", Allow::Whole(VIEW), account::sheet)
        .and(web::kind_routes(&year_end::kind(), Some(year_end::extras)))
        .get("/yil-sonu-sayimlari/{id}/cetvel", Allow::Permission(VIEW), year_end::print)
}

const fn entry(label_tr: &'static str, path: &'static str, permission: &'static str) -> MenuEntry {
    MenuEntry { group_tr: "Varlık", label_tr, path, permission }
}

const fn verb(verb: &'static str, label_tr: &'static str, is_official: bool) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official }
}

const VERBS: [VerbLabel; 14] = [
    verb("voucher_taken", "Fiş ya da cetvel indirildi", false),
    verb("year_end_submitted", "Yıl sonu cetvelini çıkardı", true),
    verb("year_end_signed", "Sayım kurulu üyesi imzaladı", true),
    verb("year_end_closed", "Ambarın yılını kapattı", true),
    verb("year_end_cancelled", "Yıl sonu sayımından vazgeçti", false),
    verb("store_room_closed", "Ambarı kapattı", false),
    verb("store_room_opened", "Ambarı açtı", false),
    verb("consumable_retired", "Kullanımdan kaldırdı", false),
    verb("consumable_restored", "Kullanıma geri getirdi", false),
    verb("stock_received", "Teslim aldığını bildirdi", true),
    verb("stock_drawn", "Ekranda imzaladı", true),
    verb("stock_signed", "İmzalı fişi geldi", true),
    verb("stock_reversed", "Ters kayıtla düzeltti", true),
    verb("stock_low", "Malzeme azaldı", false),
];

const KEEPERS: &[(&str, &str)] = &[("admin", "all"), ("technician", "all"), ("clerk", "all")];

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(
            VIEW,
            "Malzeme kartlarını, ambarları ve sipariş önerisini görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("technician", "all"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(EDIT, "Malzeme kartı ve ambar açar, değiştirir.", KEEPERS),
        permission(
            VIEW_MOVES,
            "Stok hareketlerini görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("staff", "own"),
                ("technician", "all"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(MOVE, "Malzeme girişi, çıkışı, iadesi ve sayımı yazar, ters kayıtla düzeltir.", KEEPERS),
        permission(
            RECEIVE,
            "Kendi adına çıkan malzemeyi teslim aldığını bildirir.",
            &[
                ("admin", "own"),
                ("deputy_mayor", "own"),
                ("director", "own"),
                ("chief", "own"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "own"),
            ],
        ),
    ]
}
