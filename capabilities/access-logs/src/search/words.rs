//! Numbers and codes of devices in words, for whoever reads a line and does not know the device's handbook.

use lines::Format;

/// Numbers of events, by format.
const EVENTS: [(Format, &str, &str); 42] = [
    (Format::WindowsDhcp, "10", "yeni kira verildi"),
    (Format::WindowsDhcp, "11", "kira yenilendi"),
    (Format::WindowsDhcp, "12", "kira bırakıldı"),
    (Format::WindowsDhcp, "13", "adres ağda kullanımda bulundu"),
    (Format::WindowsDhcp, "14", "verilecek adres kalmadı"),
    (Format::WindowsDhcp, "15", "kira verilmedi"),
    (Format::WindowsDhcp, "16", "kira silindi"),
    (Format::WindowsDhcp, "17", "kiranın süresi doldu"),
    (Format::WindowsDhcp, "18", "kiranın süresi doldu, DNS kaydı silindi"),
    (Format::WindowsDhcp, "20", "BOOTP kirası verildi"),
    (Format::WindowsDhcp, "21", "BOOTP kirası verildi"),
    (Format::WindowsDhcp, "24", "adres temizliği başladı"),
    (Format::WindowsDhcp, "25", "adres temizliği bitti"),
    (Format::WindowsDhcp, "30", "DNS güncellenmesi istendi"),
    (Format::WindowsDhcp, "31", "DNS güncellenemedi"),
    (Format::WindowsDhcp, "32", "DNS güncellendi"),
    (Format::CiscoAsa, "302013", "TCP bağlantısı kuruldu"),
    (Format::CiscoAsa, "302014", "TCP bağlantısı bitti"),
    (Format::CiscoAsa, "302015", "UDP bağlantısı kuruldu"),
    (Format::CiscoAsa, "302016", "UDP bağlantısı bitti"),
    (Format::CiscoAsa, "302020", "ICMP oturumu kuruldu"),
    (Format::CiscoAsa, "302021", "ICMP oturumu bitti"),
    (Format::CiscoAsa, "305009", "sabit adres çevirisi kuruldu"),
    (Format::CiscoAsa, "305010", "sabit adres çevirisi kalktı"),
    (Format::CiscoAsa, "305011", "adres çevirisi (NAT) kuruldu"),
    (Format::CiscoAsa, "305012", "adres çevirisi (NAT) kalktı"),
    (Format::CiscoAsa, "106001", "gelen TCP bağlantısı engellendi"),
    (Format::CiscoAsa, "106006", "gelen UDP paketi engellendi"),
    (Format::CiscoAsa, "106014", "gelen ICMP paketi engellendi"),
    (Format::CiscoAsa, "106015", "bağlantısı olmayan TCP paketi engellendi"),
    (Format::CiscoAsa, "106021", "dönüş yolu tutmayan paket engellendi"),
    (Format::CiscoAsa, "106023", "erişim listesi engelledi"),
    (Format::CiscoAsa, "106100", "erişim listesine uydu"),
    (Format::WindowsLogon, "4624", "oturum açıldı"),
    (Format::WindowsLogon, "4625", "oturum açılamadı"),
    (Format::WindowsLogon, "4634", "oturum kapandı"),
    (Format::WindowsLogon, "4647", "kullanıcı oturumu kapattı"),
    (Format::WindowsLogon, "4768", "Kerberos bileti istendi"),
    (Format::WindowsLogon, "4769", "Kerberos hizmet bileti istendi"),
    (Format::WindowsLogon, "4771", "Kerberos ön denetimi başarısız"),
    (Format::WindowsLogon, "4776", "parola denetlendi"),
    (Format::CiscoAsa, "113019", "VPN oturumu bitti"),
];

/// States of leases in Kea's lease files.
const KEA_STATES: [(&str, &str); 4] =
    [("0", "kirada"), ("1", "geri çevrildi"), ("2", "süresi doldu"), ("3", "geri verildi")];

/// A value of a column in words, if it is a code of this format.
pub(super) fn of(format: Format, column: &str, value: &str) -> Option<&'static str> {
    if format == Format::KeaLeases {
        let is_state = column == "event" || column.ends_with("state");
        return KEA_STATES.iter().find(|(code, _)| is_state && *code == value).map(|(_, words)| *words);
    }
    let is_this = |(known, code, _): &&(Format, &str, &str)| *known == format && *code == value;
    EVENTS.iter().find(is_this).filter(|_| column == "event").map(|(_, _, words)| *words)
}
