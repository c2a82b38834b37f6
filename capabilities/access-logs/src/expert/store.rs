//! Questions about lines, as somebody who knows SQL would write them.

/// Questions to begin with.
pub(crate) const EXAMPLES: [(&str, &str); 4] = [
    (
        "Bugün en çok veri gönderen on adres",
        "SELECT src_ip, count(*) AS baglanti, sum(sent_bytes) AS bayt\nFROM access_logs\nWHERE at >= date('now')\nGROUP BY src_ip\nORDER BY bayt DESC\nLIMIT 10",
    ),
    (
        "Bir adresin son bir gündeki bağlantıları",
        "SELECT at, dst_ip, dst_port, action, line\nFROM access_logs\nWHERE src_ip = '10.0.0.5'\n  AND at >= datetime('now', '-1 day')\nORDER BY at DESC\nLIMIT 100",
    ),
    (
        "Aynı anda birden çok MAC adresinin kullandığı adresler",
        "SELECT ip, count(DISTINCT mac) AS cihaz, group_concat(DISTINCT mac) AS macler\nFROM access_logs\nWHERE at >= date('now') AND ip IS NOT NULL AND mac IS NOT NULL\nGROUP BY ip\nHAVING cihaz > 1\nORDER BY cihaz DESC",
    ),
    (
        "Kaynaklara göre saatlik satır sayısı",
        "SELECT s.name AS kaynak, substr(a.at, 1, 13) AS saat, count(*) AS satir\nFROM access_logs a\nJOIN sources s ON s.number = a.source\nWHERE a.at >= date('now')\nGROUP BY 1, 2\nORDER BY 1, 2",
    ),
];
