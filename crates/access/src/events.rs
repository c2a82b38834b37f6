//! Verbs this crate publishes.

use kernel::event::VerbLabel;

const fn verb(verb: &'static str, label_tr: &'static str) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official: false }
}

const fn act(verb: &'static str, label_tr: &'static str) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official: true }
}

pub(crate) const VERBS: [VerbLabel; 23] = [
    verb("signed_in", "Giriş yapıldı"),
    verb("signed_in_from_new_place", "Tanınmayan bir adresten giriş yapıldı"),
    verb("signed_out", "Çıkış yapıldı"),
    act("locked", "Hesap kilitlendi"),
    act("unlocked", "Hesap kilidi açıldı"),
    act("closed", "Hesap kapatıldı"),
    act("reopened", "Hesap yeniden açıldı"),
    act("locked_by_guessing", "Hatalı denemeler nedeniyle kilitlendi"),
    verb("lock_ended", "Kilit süresi doldu"),
    verb("password_changed", "Parola değiştirildi"),
    act("password_reset", "Tek kullanımlık parola verildi"),
    act("totp_enabled", "İkinci adım açıldı"),
    act("totp_disabled", "İkinci adım kapatıldı"),
    verb("recovery_codes_renewed", "Kurtarma kodları yenilendi"),
    verb("session_ended", "Oturum kapatıldı"),
    verb("token_created", "API anahtarı oluşturuldu"),
    verb("token_ended", "API anahtarı iptal edildi"),
    verb("token_expiring", "API anahtarının süresi doluyor"),
    act("role_given", "Rol verildi"),
    act("role_withdrawn", "Rol geri alındı"),
    act("secrecy_accepted", "Gizlilik bildirimi onaylandı"),
    act("powers_confirmed", "Yetkiler gözden geçirildi, uygun bulundu"),
    act("powers_withdrawn", "Yetkiler gözden geçirildi, geri alındı"),
];
