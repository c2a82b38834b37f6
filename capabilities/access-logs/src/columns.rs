//! What the columns of lines are called on screens. Columns that a device brings with names of its own keep them.

/// Name and label, in the order of `lines::COLUMNS`, after the columns of the stream itself.
const LABELS: [(&str, &str); 90] = [
    ("at", "Zamanı (UTC)"),
    ("received_at", "Alındığı an (UTC)"),
    ("source", "Kaynağın numarası"),
    ("sender", "Gönderen"),
    ("format", "Kayıt türü"),
    ("doubt", "Neden okunamadı"),
    ("layout", "Satırın kalıbı"),
    ("raw", "Okunamayan satır"),
    ("cut", "Satır yarım geldi"),
    ("tail_file", "Okunduğu dosya"),
    ("tail_offset", "Dosyadaki yeri (bayt)"),
    ("time", "Cihazın yazdığı zaman"),
    ("header_time", "Satır başındaki zaman"),
    ("event_time", "Cihazın yazdığı ikinci zaman"),
    ("until", "Kiranın bitişi"),
    ("device", "Yazan cihaz"),
    ("pid", "Program numarası"),
    ("thread", "Program iş parçası"),
    ("uptime", "Cihazın açık kaldığı saniye"),
    ("event", "Olay"),
    ("log_id", "Satır türünün numarası"),
    ("action", "Yapılan işlem"),
    ("src_ip", "Kaynak adres"),
    ("src_port", "Kaynak port"),
    ("dst_ip", "Hedef adres"),
    ("dst_port", "Hedef port"),
    ("nat_src_ip", "Kaynağın çevrildiği adres"),
    ("nat_src_port", "Kaynağın çevrildiği port"),
    ("nat_dst_ip", "Hedefin çevrildiği adres"),
    ("nat_dst_port", "Hedefin çevrildiği port"),
    ("proto", "Protokol"),
    ("interface_in", "Giriş arayüzü"),
    ("interface_out", "Çıkış arayüzü"),
    ("direction", "Yön"),
    ("session", "Oturum numarası"),
    ("session_name", "Oturum adı"),
    ("rule", "Kural numarası"),
    ("rule_name", "Kural adı"),
    ("sent_bytes", "Gönderilen bayt"),
    ("received_bytes", "Alınan bayt"),
    ("total_bytes", "Toplam bayt"),
    ("sent_packets", "Gönderilen paket"),
    ("received_packets", "Alınan paket"),
    ("duration_seconds", "Süre (saniye)"),
    ("duration", "Süre"),
    ("ip", "Kiralanan ya da hesabın adresi"),
    ("mac", "MAC adresi"),
    ("dst_mac", "Hedefin MAC adresi"),
    ("host", "Cihazın kendine verdiği ad"),
    ("user", "Kullanıcı"),
    ("domain", "Kullanıcının etki alanı"),
    ("dst_user", "Hedefteki kullanıcı"),
    ("server_ip", "Sunucu adresi"),
    ("relay_ip", "Aktarıcının adresi"),
    ("client_id", "İstemci kimliği"),
    ("iaid", "DHCPv6 kira kimliği"),
    ("circuit_id", "Anahtar portu"),
    ("remote_id", "Anahtar"),
    ("subscriber_id", "Abone kimliği"),
    ("relay_info", "Aktarıcının söylediği"),
    ("transaction_id", "Alışveriş numarası"),
    ("lease_seconds", "Kira süresi (saniye)"),
    ("lease_length", "Kira süresi"),
    ("subnet_id", "Alt ağ numarası"),
    ("nas_ip", "Erişim noktasının adresi"),
    ("nas_name", "Erişim noktasının adı"),
    ("nas_port", "Erişim noktasının portu"),
    ("reason", "Gerekçe"),
    ("service", "Hizmet"),
    ("application", "Uygulama"),
    ("category", "Sınıf"),
    ("site", "İstenen site"),
    ("url", "Sayfa adresi"),
    ("src_country", "Kaynağın ülkesi"),
    ("dst_country", "Hedefin ülkesi"),
    ("flags", "Paket bayrakları"),
    ("length", "Paket boyu (bayt)"),
    ("data_length", "Verinin boyu (bayt)"),
    ("ttl", "TTL"),
    ("packet_id", "Paket kimliği"),
    ("sequence", "TCP sıra numarası"),
    ("acknowledged", "TCP onay numarası"),
    ("window", "TCP penceresi"),
    ("tcp_options", "TCP seçenekleri"),
    ("connection_mark", "Bağlantı işareti"),
    ("correlation_id", "Satırları bağlayan numara"),
    ("record", "Cihazdaki kayıt numarası"),
    ("nested", "İçindeki paket"),
    ("message", "İleti"),
    ("rest", "Kalanı"),
];

/// Why a line was not, or not wholly, taken apart: the names that rows have, and what people read.
pub(crate) const DOUBTS: [(&str, &str); 7] = [
    ("message", "Başlığı okundu, iletisi hiçbir türe uymadı"),
    ("no_format", "Başlığı da iletisi de tanınmadı"),
    ("too_long", "Satır ayrıştırılamayacak kadar uzun"),
    ("layout", "Satırın kalıbı çok uzun"),
    ("marks", "İçinde ayrıştırmayı bozan denetim baytları var"),
    ("empty", "Satır boş"),
    ("record", "Alınan kayıt bozuk"),
];

/// The reason as people read it.
pub(crate) fn doubt_label(name: &str) -> &'static str {
    DOUBTS.iter().find(|(known, _)| *known == name).map_or("Bilinmeyen bir nedenle", |(_, label)| *label)
}

/// Whether a column only holds what found no place in its own.
pub(crate) fn is_spare(name: &str) -> bool {
    name.starts_with("spare_")
}

/// The label of a column, if it has one.
pub(crate) fn label(name: &str) -> Option<&'static str> {
    if is_spare(name) {
        return Some("Aynı alanın başka bir değeri");
    }
    // Times are numbers of nanoseconds in the files.
    let plain = name.strip_suffix("_ns").unwrap_or(name);
    LABELS.iter().find(|(known, _)| *known == plain).map(|(_, label)| *label)
}

#[cfg(test)]
mod tests {
    use super::{doubt_label, label};

    #[test]
    fn every_shared_column_has_a_label() {
        for column in &lines::COLUMNS {
            assert!(label(column.name).is_some(), "{}", column.name);
        }
        assert_eq!(label("vendor_key"), None);
        use lines::Doubt;
        for doubt in
            [Doubt::Empty, Doubt::TooLong, Doubt::Marks, Doubt::NoFormat, Doubt::Layout, Doubt::Message]
        {
            assert_ne!(doubt_label(access_stream::doubt_name(doubt)), doubt_label("?"), "{doubt:?}");
        }
    }
}
