//! The demo town Örnekova as data: units, titles, norms and who is where. Invented; any likeness is chance.

/// Code, name, kind, parent's code, founded on.
pub(super) const UNITS: [(&str, &str, &str, &str, &str); 24] = [
    ("BSK", "Başkanlık Makamı", "mayoralty", "", "2014-04-01"),
    ("BY1", "Başkan Yardımcılığı (İdari ve Mali İşler)", "deputy", "BSK", "2014-04-01"),
    ("BY2", "Başkan Yardımcılığı (Teknik İşler)", "deputy", "BSK", "2014-04-01"),
    ("OZK", "Özel Kalem Müdürlüğü", "directorate", "BSK", "2014-04-01"),
    ("TFT", "Teftiş Kurulu Müdürlüğü", "directorate", "BSK", "2016-02-01"),
    ("HKK", "Hukuk İşleri Müdürlüğü", "directorate", "BSK", "2014-04-01"),
    ("BIM", "Bilgi İşlem Müdürlüğü", "directorate", "BY1", "2014-04-01"),
    ("BIM-YZL", "Yazılım Servisi", "service", "BIM", "2014-04-01"),
    ("BIM-AGS", "Ağ ve Sistem Servisi", "service", "BIM", "2014-04-01"),
    ("BIM-DST", "Donanım ve Destek Servisi", "service", "BIM", "2014-04-01"),
    ("BIM-CBS", "Kent Bilgi Sistemi Bürosu", "bureau", "BIM", "2018-09-03"),
    ("BIM-GUV", "Bilgi Güvenliği Servisi", "service", "BIM", "2024-02-05"),
    ("BIM-IDR", "İdari İşler Bürosu", "bureau", "BIM", "2014-04-01"),
    ("YZI", "Yazı İşleri Müdürlüğü", "directorate", "BY1", "2014-04-01"),
    ("INK", "İnsan Kaynakları ve Eğitim Müdürlüğü", "directorate", "BY1", "2014-04-01"),
    ("MHM", "Mali Hizmetler Müdürlüğü", "directorate", "BY1", "2014-04-01"),
    ("DES", "Destek Hizmetleri Müdürlüğü", "directorate", "BY1", "2014-04-01"),
    ("KSI", "Kültür ve Sosyal İşler Müdürlüğü", "directorate", "BY1", "2015-01-05"),
    ("FEN", "Fen İşleri Müdürlüğü", "directorate", "BY2", "2014-04-01"),
    ("IMR", "İmar ve Şehircilik Müdürlüğü", "directorate", "BY2", "2014-04-01"),
    ("PBM", "Park ve Bahçeler Müdürlüğü", "directorate", "BY2", "2014-04-01"),
    ("TEM", "Temizlik İşleri Müdürlüğü", "directorate", "BY2", "2014-04-01"),
    ("ZAB", "Zabıta Müdürlüğü", "directorate", "BY2", "2014-04-01"),
    ("RUH", "Ruhsat ve Denetim Müdürlüğü", "directorate", "BY2", "2017-06-01"),
];

/// Name, employment, leads its unit.
pub(super) const TITLES: [(&str, &str, bool); 14] = [
    ("Belediye Başkanı", "elected", true),
    ("Belediye Başkan Yardımcısı", "officer", true),
    ("Müdür", "officer", true),
    ("Şef", "officer", true),
    ("Mühendis", "officer", false),
    ("Programcı", "officer", false),
    ("Çözümleyici", "officer", false),
    ("Tekniker", "officer", false),
    ("Veri Hazırlama ve Kontrol İşletmeni", "officer", false),
    ("Memur", "officer", false),
    ("Zabıta Memuru", "officer", false),
    ("Müfettiş", "officer", false),
    ("Büro Personeli", "company", false),
    ("İşçi", "worker", false),
];

/// Unit, title and how many posts the table grants.
pub(super) const NORMS: [(&str, &str, u32); 16] = [
    ("BSK", "Belediye Başkanı", 1),
    ("BY1", "Belediye Başkan Yardımcısı", 1),
    ("BY2", "Belediye Başkan Yardımcısı", 1),
    ("BIM", "Müdür", 1),
    ("BIM-YZL", "Şef", 1),
    ("BIM-YZL", "Programcı", 3),
    ("BIM-YZL", "Çözümleyici", 2),
    ("BIM-AGS", "Şef", 1),
    ("BIM-AGS", "Mühendis", 2),
    ("BIM-AGS", "Tekniker", 2),
    ("BIM-DST", "Şef", 1),
    ("BIM-DST", "Tekniker", 4),
    ("BIM-CBS", "Mühendis", 2),
    ("BIM-GUV", "Mühendis", 1),
    ("BIM-IDR", "Veri Hazırlama ve Kontrol İşletmeni", 2),
    ("TFT", "Müfettiş", 3),
];

/// Name, unit, title and, for those who can sign in, the user name of the demo account.
pub(super) const PEOPLE: [(&str, &str, &str, &str); 24] = [
    ("Nurettin Altın", "BSK", "Belediye Başkanı", ""),
    ("Hülya Karaca", "BY1", "Belediye Başkan Yardımcısı", "baskanyrd"),
    ("Orhan Tezcan", "BY2", "Belediye Başkan Yardımcısı", ""),
    ("Mehmet Yalçın", "BIM", "Müdür", "mudur"),
    ("Deniz Aksoy", "BIM-AGS", "Mühendis", "yonetici"),
    ("Ayşe Kaya", "BIM-AGS", "Şef", "sorumlu"),
    ("Burak Erdem", "BIM-AGS", "Tekniker", ""),
    ("Emre Doğan", "BIM-DST", "Tekniker", "personel"),
    ("Gülşen Acar", "BIM-DST", "Şef", ""),
    ("Kadir Uçar", "BIM-DST", "Tekniker", "teknisyen"),
    ("Sevgi Polat", "BIM-DST", "Tekniker", ""),
    ("Tolga Işık", "BIM-YZL", "Şef", ""),
    ("Elif Çetin", "BIM-YZL", "Programcı", ""),
    ("Murat Şahin", "BIM-YZL", "Programcı", ""),
    ("Zeynep Koç", "BIM-YZL", "Çözümleyici", ""),
    ("Onur Güneş", "BIM-CBS", "Mühendis", ""),
    ("Pınar Özkan", "BIM-GUV", "Mühendis", ""),
    ("Fatma Şimşek", "BIM-IDR", "Veri Hazırlama ve Kontrol İşletmeni", "kayit"),
    ("Hasan Bulut", "BIM-IDR", "Büro Personeli", ""),
    ("Selim Öztürk", "TFT", "Müfettiş", "denetci"),
    ("Leyla Tunç", "TFT", "Müdür", ""),
    ("Rıza Ekinci", "ZAB", "Zabıta Memuru", ""),
    ("Songül Bayrak", "PBM", "İşçi", ""),
    ("Yusuf Keskin", "TEM", "İşçi", ""),
];

/// Directorates whose director and two officers are drawn from the names below.
pub(super) const DIRECTORATES: [&str; 13] =
    ["OZK", "HKK", "YZI", "INK", "MHM", "DES", "KSI", "FEN", "IMR", "PBM", "TEM", "ZAB", "RUH"];

pub(super) const FIRST_NAMES: [&str; 37] = [
    "Ahmet", "Ali", "Arda", "Aslı", "Aylin", "Bahar", "Barış", "Bülent", "Canan", "Cem", "Çağla", "Çiğdem",
    "Derya", "Dilek", "Ege", "Esra", "Ferhat", "Filiz", "Gamze", "Gökhan", "Hakan", "Halil", "Işıl",
    "İbrahim", "İlker", "Kemal", "Levent", "Mert", "Nalan", "Oğuz", "Özlem", "Ramazan", "Seda", "Şule",
    "Tuğba", "Ufuk", "Ümit",
];

pub(super) const LAST_NAMES: [&str; 41] = [
    "Acar", "Akın", "Alkan", "Arslan", "Avcı", "Aydın", "Balcı", "Başaran", "Bilgin", "Bozkurt", "Ceylan",
    "Çakır", "Çelik", "Demir", "Dinçer", "Duman", "Erdoğdu", "Ergin", "Eroğlu", "Gök", "Güler", "Gündüz",
    "Işık", "İnan", "Karadağ", "Kılıç", "Korkmaz", "Kurt", "Mutlu", "Oral", "Öz", "Özdemir", "Pektaş",
    "Sarı", "Soylu", "Şen", "Taş", "Toprak", "Uysal", "Ünal", "Yıldız",
];

/// A name that repeats only after the product of both lists (1,517): the lengths share no factor.
pub(super) fn name(number: usize) -> String {
    let first = FIRST_NAMES[number * 7 % FIRST_NAMES.len()];
    let last = LAST_NAMES[number * 11 % LAST_NAMES.len()];
    format!("{first} {last}")
}
