//! Institutions, people and companies into XML, in the order that the schemas demand.

use super::xml::Xml;
use crate::codes::Version;
use crate::model::{Company, Contact, Institution, Party, Person};

pub(super) fn party(xml: &mut Xml, party: &Party, version: Version) {
    match party {
        Party::Institution(it) => institution(xml, it, version),
        Party::Person(it) => {
            xml.open("GercekSahis");
            person(xml, it);
            xml.close();
        }
        Party::Company(it) => company(xml, it),
    }
}

fn institution(xml: &mut Xml, institution: &Institution, version: Version) {
    xml.open("KurumKurulus");
    xml.text("KKK", &institution.detsis);
    if version == Version::V1 {
        xml.optional("BYK", institution.byk.as_deref());
    }
    xml.optional("Adi", institution.name.as_deref());
    contact(xml, institution.contact.as_ref());
    xml.optional("BirimKKK", institution.unit_detsis.as_deref());
    xml.close();
}

/// What is inside of an element that is a person: `GercekSahis`, `Imzalayan`.
pub(super) fn person(xml: &mut Xml, person: &Person) {
    xml.open("Kisi");
    xml.text("IlkAdi", &person.first_name);
    xml.text("Soyadi", &person.last_name);
    xml.optional("IkinciAdi", person.middle_name.as_deref());
    xml.optional("Unvan", person.title.as_deref());
    xml.optional("OnEk", person.prefix.as_deref());
    xml.close();
    xml.optional("TCKN", person.tckn.as_deref());
    xml.optional("Gorev", person.duty.as_deref());
    contact(xml, person.contact.as_ref());
}

fn company(xml: &mut Xml, company: &Company) {
    xml.open("TuzelSahis");
    let scheme: Vec<(&str, &str)> = company.scheme.iter().map(|it| ("schemeID", it.as_str())).collect();
    xml.text_with("Id", &scheme, &company.id);
    xml.optional("Adi", company.name.as_deref());
    contact(xml, company.contact.as_ref());
    xml.close();
}

fn contact(xml: &mut Xml, contact: Option<&Contact>) {
    let Some(contact) = contact else { return };
    let rows = [
        ("Telefon", &contact.phone),
        ("TelefonDiger", &contact.other_phone),
        ("EPosta", &contact.email),
        ("KepAdresi", &contact.kep),
        ("Faks", &contact.fax),
        ("WebAdresi", &contact.website),
        ("Adres", &contact.address),
        ("Il", &contact.province),
        ("Ilce", &contact.district),
        ("Ulke", &contact.country),
    ];
    xml.open("IletisimBilgisi");
    for (name, value) in rows {
        xml.optional(name, value.as_deref());
    }
    xml.close();
}
