//! Digest files (ParafOzeti, PaketOzeti, NihaiOzet) as they are written; `verify` judges them.

use crate::role::Role;
use crate::xml::Element;

/// A digest file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Which of the three.
    pub role: Role,
    /// Name of its part.
    pub part: String,
    /// Its bytes, which a signature covers.
    pub bytes: Vec<u8>,
    /// Id, which should be that of the letter.
    pub id: Option<String>,
    /// What it covers.
    pub references: Vec<DigestReference>,
}

/// The digests of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DigestReference {
    /// URI; none when missing or blank.
    pub uri: Option<String>,
    /// Is the file outside of the package?
    pub is_external: bool,
    /// Is the element empty altogether?
    pub is_empty: bool,
    /// One in version 1, two in version 2.
    pub items: Vec<DigestItem>,
}

/// One digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DigestItem {
    /// Is there a DigestMethod at all?
    pub has_method: bool,
    /// Algorithm; none when missing or blank.
    pub algorithm: Option<String>,
    /// The digest in Base64, blanks removed.
    pub value: String,
}

pub(crate) fn summary(root: &Element, role: Role, part: &str, bytes: Vec<u8>) -> Summary {
    Summary {
        role,
        part: part.to_owned(),
        bytes,
        id: root.attribute("Id").map(str::to_owned),
        references: root.all("Reference").map(reference).collect(),
    }
}

fn reference(element: &Element) -> DigestReference {
    // Version 1 puts method and value directly below; version 2 puts each pair into an item.
    let mut items: Vec<DigestItem> = element.all("DigestItem").map(item).collect();
    if items.is_empty() && (element.child("DigestMethod").is_some() || element.child("DigestValue").is_some())
    {
        items.push(item(element));
    }
    let uri = element.attribute("URI").map(str::to_owned);
    let is_external = element.attribute("Type").is_some_and(|kind| kind.to_lowercase().ends_with("#harici"));
    DigestReference { is_empty: uri.is_none() && element.children().is_empty(), uri, is_external, items }
}

fn item(element: &Element) -> DigestItem {
    let method = element.child("DigestMethod");
    DigestItem {
        has_method: method.is_some(),
        algorithm: method.and_then(|method| method.attribute("Algorithm")).map(str::to_owned),
        value: element
            .child("DigestValue")
            .map(|value| value.text().split_whitespace().collect())
            .unwrap_or_default(),
    }
}
