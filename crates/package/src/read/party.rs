//! Institutions, people and companies out of XML.

use crate::model::{Company, Contact, Institution, Party, Person};
use crate::xml::Element;

/// The party that an element such as `Olusturan` or `Dagitim` chooses.
pub(crate) fn party_in(element: &Element) -> Option<Party> {
    element.children().iter().find_map(|child| match child.name.as_str() {
        "KurumKurulus" => Some(Party::Institution(institution(child))),
        "GercekSahis" => Some(Party::Person(person(child))),
        "TuzelSahis" => Some(Party::Company(company(child))),
        _ => None,
    })
}

fn institution(element: &Element) -> Institution {
    Institution {
        detsis: element.child_text("KKK").unwrap_or_default(),
        byk: element.child_text("BYK"),
        name: element.child_text("Adi"),
        contact: contact(element),
        unit_detsis: element.child_text("BirimKKK"),
    }
}

pub(super) fn person(element: &Element) -> Person {
    let name = element.child("Kisi").cloned().unwrap_or_default();
    Person {
        first_name: name.child_text("IlkAdi").unwrap_or_default(),
        last_name: name.child_text("Soyadi").unwrap_or_default(),
        middle_name: name.child_text("IkinciAdi"),
        title: name.child_text("Unvan"),
        prefix: name.child_text("OnEk"),
        tckn: element.child_text("TCKN"),
        duty: element.child_text("Gorev"),
        contact: contact(element),
    }
}

fn company(element: &Element) -> Company {
    let id = element.child("Id");
    Company {
        id: id.map(|id| id.text().to_owned()).unwrap_or_default(),
        scheme: id.and_then(|id| id.attribute("schemeID")).map(str::to_owned),
        name: element.child_text("Adi"),
        contact: contact(element),
    }
}

fn contact(element: &Element) -> Option<Contact> {
    let contact = element.child("IletisimBilgisi")?;
    Some(Contact {
        phone: contact.child_text("Telefon"),
        other_phone: contact.child_text("TelefonDiger"),
        email: contact.child_text("EPosta"),
        kep: contact.child_text("KepAdresi"),
        fax: contact.child_text("Faks"),
        website: contact.child_text("WebAdresi"),
        address: contact.child_text("Adres"),
        province: contact.child_text("Il"),
        district: contact.child_text("Ilce"),
        country: contact.child_text("Ulke"),
    })
}
