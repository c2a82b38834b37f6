//! What is set on the screen. The keys begin with the name of the capability that had time stamps first: they stand in
//! databases.

use kernel::setting::{Setting, SettingKind};

/// Address of the time stamp server; empty means none.
pub(crate) const URL: &str = "documents.stamp_url";
/// Customer number at KamuSM; empty for other authorities.
pub(crate) const USER: &str = "documents.stamp_user";
/// Credit below which is warned.
pub(crate) const LOW: &str = "documents.stamp_low";

const GROUP: &str = "Zaman damgası";

pub(crate) fn all() -> Vec<Setting> {
    let text = |key, label_tr, hint_tr, max_length| Setting {
        key,
        group_tr: GROUP,
        label_tr,
        hint_tr,
        kind: SettingKind::Text { max_length },
        default: "\"\"",
    };
    vec![
        text(
            URL,
            "Zaman damgası sunucusu",
            "RFC 3161 adresi; KamuSM’de http://zd.kamusm.gov.tr. Boşsa imzalar ve erişim kayıtları damgalanmaz; doluysa damgasız paket yapılmaz.",
            300,
        ),
        text(
            USER,
            "KamuSM zaman damgası müşteri numarası",
            "Yalnızca KamuSM’den alınıyorsa. Parolası ekrana değil, yapılandırma dosyasına yazılır (stamp_password).",
            20,
        ),
        Setting {
            key: LOW,
            group_tr: GROUP,
            label_tr: "Kalan zaman damgası kaçın altına inince haber verilsin?",
            hint_tr: "Bir yazı için en az üç damga alınır: her imza, mühür ve arşiv. Erişim kayıtları saatte bir damga ister.",
            kind: SettingKind::Int { min: 0, max: 1_000_000 },
            default: "100",
        },
    ]
}
