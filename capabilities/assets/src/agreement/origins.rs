//! How another program heads its list of contracts, so that its export is known again: GLPI 10's search list.

use kernel::record::{Origin, REST};

const TYPES: &[(&str, &str, &str)] = &[
    ("type", "Maintenance", "maintenance"),
    ("type", "Bakım", "maintenance"),
    ("type", "Support", "maintenance"),
    ("type", "Destek", "maintenance"),
    ("type", "Service", "service"),
    ("type", "Hizmet", "service"),
    ("type", "Rental", "service"),
    ("type", "Kiralama", "service"),
    ("type", "Leasing", "service"),
    ("type", "Certificate", "certificate"),
    ("type", "Domain", "domain"),
    ("type", "Other", "other"),
];

pub(super) const ORIGINS: &[Origin] = &[Origin {
    label_tr: "GLPI",
    columns: &[
        ("ID", "former_number"),
        ("Name", "title"),
        ("Ad", "title"),
        ("Number", "document"),
        ("Sayı", "document"),
        ("Contract types", "type"),
        ("Contract type", "type"),
        ("Sözleşme türleri", "type"),
        ("Type", "type"),
        ("Supplier", "supplier"),
        ("Suppliers", "supplier"),
        ("Tedarikçi", "supplier"),
        ("Start date", "from_on"),
        ("Başlangıç tarihi", "from_on"),
        ("End date", "until_on"),
        ("Expiration", "until_on"),
        ("Bitiş tarihi", "until_on"),
        ("Sona erme", "until_on"),
        ("Cost", "price_kurus"),
        ("Total cost", "price_kurus"),
        ("Comments", "note"),
        ("Açıklamalar", "note"),
        ("Status", REST),
        ("Initial contract period", REST),
        ("Notice", REST),
        ("Renewal", REST),
        ("Account number", REST),
    ],
    words: TYPES,
    instead: &[],
}];
