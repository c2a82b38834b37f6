//! Rules of accounts that need no database, and the settings that steer them.

use kernel::setting::{Setting, SettingKind, Settings};
use kernel::{Instant, Violation, tr};

use crate::throttle::Limits;

/// What sign-in compares: `AYŞE.Kaya` and `ayse.kaya` are one account.
pub fn username_key(username: &str) -> String {
    tr::fold(&tr::clean_line(username).text)
}

pub const USERNAME_MAX_LENGTH: usize = 64;

/// Letters, digits and `. _ - @`, three at least.
pub fn check_username(username: &str) -> Vec<Violation> {
    let length = username.chars().count();
    let is_fine = |c: char| c.is_alphanumeric() || "._-@".contains(c);
    if (3..=USERNAME_MAX_LENGTH).contains(&length) && username.chars().all(is_fine) {
        return Vec::new();
    }
    let text = format!(
        "Kullanıcı adı 3 ile {USERNAME_MAX_LENGTH} karakter arasında olmalı; harf, rakam, nokta, tire, alt çizgi ve @ içerebilir."
    );
    vec![Violation::new("HSP-001", "username", text)]
}

/// Whose second factor is compulsory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TotpDuty {
    Nobody,
    Administrators,
    Everybody,
}

/// The settings of this crate at one moment.
#[derive(Clone, Debug)]
pub struct Policy {
    pub password_min_length: i64,
    /// 0: passwords do not age.
    pub password_max_age_days: i64,
    pub limits: Limits,
    pub session_idle_seconds: i64,
    pub session_seconds: i64,
    pub totp_duty: TotpDuty,
    pub must_accept_secrecy: bool,
    pub secrecy_text: String,
    pub review_days: i64,
    pub token_max_days: i64,
}

impl Policy {
    pub fn of(settings: &Settings) -> Self {
        Self {
            password_min_length: settings.int("access.password_min_length"),
            password_max_age_days: settings.int("access.password_max_age_days"),
            limits: Limits {
                lock_after: settings.int("access.lock_after"),
                lock_seconds: settings.int("access.lock_minutes") * 60,
            },
            session_idle_seconds: settings.int("access.session_idle_minutes") * 60,
            session_seconds: settings.int("access.session_hours") * 3_600,
            totp_duty: match settings.text("access.totp_duty").as_str() {
                "everybody" => TotpDuty::Everybody,
                "nobody" => TotpDuty::Nobody,
                _ => TotpDuty::Administrators,
            },
            must_accept_secrecy: settings.bool("access.secrecy_required"),
            secrecy_text: settings.text("access.secrecy_text"),
            review_days: settings.int("access.review_days"),
            token_max_days: settings.int("access.token_max_days"),
        }
    }

    pub async fn load(db: &impl kernel::db::Sql) -> kernel::Result<Self> {
        Ok(Self::of(&Settings::load(db, &settings()).await?))
    }

    /// Is a password set at `changed_at` too old at `now`?
    pub fn is_password_old(&self, changed_at: Instant, now: Instant) -> bool {
        self.password_max_age_days > 0 && now.0 - changed_at.0 > self.password_max_age_days * Instant::DAY_US
    }

    /// Powers confirmed before this instant are due for review.
    pub fn review_before(&self, now: Instant) -> Instant {
        now.plus_us(-self.review_days * Instant::DAY_US)
    }
}

const SECRECY_TEXT: &str = "\"Görevim nedeniyle eriştiğim kişisel verileri ve kurum bilgilerini yalnız görevimin gerektirdiği \
ölçüde kullanacağımı, yetkisiz kişilerle paylaşmayacağımı, parolamı kimseye vermeyeceğimi, hesabımla yapılan her işlemin \
kayıt altına alındığını ve bundan sorumlu olduğumu, bu yükümlülüğün görevimden ayrıldıktan sonra da süreceğini biliyorum.\"";

/// Everything an administrator can steer.
pub fn settings() -> Vec<Setting> {
    password_settings().into_iter().chain(session_settings()).chain(duty_settings()).collect()
}

fn number(
    key: &'static str,
    label_tr: &'static str,
    hint_tr: &'static str,
    (min, max): (i64, i64),
    default: &'static str,
) -> Setting {
    Setting { key, group_tr: GROUP, label_tr, hint_tr, kind: SettingKind::Int { min, max }, default }
}

const GROUP: &str = "Giriş ve parola";

fn password_settings() -> [Setting; 4] {
    let length_hint = "Uzun parola, karmaşık paroladan daha güvenlidir.";
    let age_hint = "0 yazarsanız parolalar eskimez. Sık değiştirmeye zorlamak parolaları zayıflatır.";
    let lock_hint = "Her yeni kilit öncekinin iki katı sürer.";
    [
        number("access.password_min_length", "En kısa parola (karakter)", length_hint, (8, 64), "12"),
        number("access.password_max_age_days", "Parola geçerlilik süresi (gün)", age_hint, (0, 3_650), "0"),
        number("access.lock_after", "Kaç hatalı denemeden sonra kilitlensin", "", (5, 100), "10"),
        number("access.lock_minutes", "İlk kilidin süresi (dakika)", lock_hint, (1, 1_440), "15"),
    ]
}

fn session_settings() -> [Setting; 4] {
    let idle = "Kullanılmayan oturum ne kadar sonra kapansın (dakika)";
    [
        number("access.session_idle_minutes", idle, "", (5, 1_440), "120"),
        number("access.session_hours", "Bir oturum en çok ne kadar sürsün (saat)", "", (1, 168), "12"),
        number("access.review_days", "Yetkiler kaç günde bir gözden geçirilsin", "", (30, 730), "180"),
        number("access.token_max_days", "API anahtarı en çok kaç gün geçerli olsun", "", (1, 3_650), "365"),
    ]
}

const TOTP_DUTIES: &[(&str, &str)] = &[
    ("nobody", "Kimse için zorunlu değil"),
    ("administrators", "Hesapları yönetenler için zorunlu"),
    ("everybody", "Herkes için zorunlu"),
];

fn duty_settings() -> [Setting; 3] {
    let setting = |key, label_tr, hint_tr, kind, default| Setting {
        key,
        group_tr: GROUP,
        label_tr,
        hint_tr,
        kind,
        default,
    };
    let totp_hint = "Telefondaki doğrulama uygulamasının ürettiği kodla giriş.";
    let text_hint = "Kullanıcı ilk girişte bu metni okuyup onaylar.";
    let long = SettingKind::LongText { max_length: 4_000 };
    let choice = SettingKind::Choice(TOTP_DUTIES);
    [
        setting("access.totp_duty", "İkinci adım (doğrulama kodu)", totp_hint, choice, "\"administrators\""),
        setting(
            "access.secrecy_required",
            "İlk girişte gizlilik bildirimi onaylatılsın",
            "",
            SettingKind::Bool,
            "true",
        ),
        setting("access.secrecy_text", "Gizlilik bildirimi", text_hint, long, SECRECY_TEXT),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn usernames_that_look_alike_are_one() {
        assert_eq!(username_key(" AYŞE.Kaya "), username_key("ayse.kaya"));
        assert_eq!(username_key("IŞIK"), username_key("isik"));
        assert_ne!(username_key("ayse"), username_key("ayse2"));
    }

    #[test]
    fn a_username_is_short_and_without_spaces() {
        for good in ["ayşe", "ayse.kaya", "a_b-c@d", "123"] {
            assert!(check_username(good).is_empty(), "{good}");
        }
        for bad in ["", "ab", "ayşe kaya", "a<b>", &"x".repeat(65)] {
            assert_eq!(check_username(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn every_setting_has_a_default_that_it_accepts() {
        let values = Settings::default();
        assert_eq!(values.int("access.lock_after"), 0);
        for setting in settings() {
            let default = setting.default_json();
            assert!(!default.is_null(), "{}", setting.key);
            let typed = match &default {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(setting.parse(&typed).unwrap(), default, "{}", setting.key);
        }
    }
}
