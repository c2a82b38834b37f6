//! The catalogue of duties (`docs/duties.toml`): its types, its parsing and its rules. Which clause states which duty
//! is decided in `matching`; who serves a duty is filled into the file by the capabilities.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

const BUILT_IN: &str = include_str!("../../../docs/duties.toml");
/// Largest catalogue file accepted, in bytes.
const MAX_BYTES: usize = 1024 * 1024;
/// Most duties one catalogue may have.
const MAX_DUTIES: usize = 1_000;
/// Most keywords one duty may have.
const MAX_KEYWORDS: usize = 60;

/// Name of a duty, such as `ORG-1`: capital letters, a dash, a number from 1. Never reused for another duty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DutyId(String);

impl DutyId {
    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for DutyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<DutyId> for String {
    fn from(id: DutyId) -> Self {
        id.0
    }
}

impl TryFrom<String> for DutyId {
    type Error = CatalogueError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let good = text.split_once('-').is_some_and(|(letters, number)| {
            (2..=4).contains(&letters.len())
                && letters.bytes().all(|letter| letter.is_ascii_uppercase())
                && (1..=3).contains(&number.len())
                && !number.starts_with('0')
                && number.bytes().all(|digit| digit.is_ascii_digit())
        });
        if good { Ok(Self(text)) } else { Err(CatalogueError::BadId(text)) }
    }
}

impl std::str::FromStr for DutyId {
    type Err = CatalogueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

/// A group of duties, one per capability folder as a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub id: String,
    pub name_tr: String,
}

/// One thing that must work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    pub id: DutyId,
    /// Id of the family it belongs to.
    pub family: String,
    pub title_tr: String,
    pub text_tr: String,
    /// What a person at the screen can do when the duty is served.
    pub works_when_tr: String,
    /// Words and phrases that tell this duty in a clause, matched by stem.
    pub keywords_tr: Vec<String>,
    /// Paths of the screens that serve it; empty while none does.
    pub screens: Vec<String>,
    /// Codes of the permissions its screens need.
    pub permissions: Vec<String>,
    /// Names of the tests that guard it.
    pub tests: Vec<String>,
    /// Codes of the evidence capabilities offer for it.
    pub evidence: Vec<String>,
}

impl Duty {
    /// Whether any screen serves the duty yet.
    pub fn is_served(&self) -> bool {
        !self.screens.is_empty()
    }
}

/// All families and duties, in the order of the file. Made only by [`Catalogue::parse`], so it keeps its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    families: Vec<Family>,
    duties: Vec<Duty>,
}

/// The shape of the file, before its rules are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    family: Vec<Family>,
    duty: Vec<Duty>,
}

/// Why a catalogue was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error("catalogue does not parse: {0}")]
    Syntax(String),
    #[error("catalogue is larger than {MAX_BYTES} bytes or has more than {MAX_DUTIES} duties")]
    TooLarge,
    #[error("`{0}` is not a duty id such as ORG-1")]
    BadId(String),
    #[error("`{0}` stands twice")]
    Twice(String),
    #[error("{duty} names the family `{family}`, which does not exist")]
    UnknownFamily { duty: DutyId, family: String },
    #[error("{duty} has an empty or overlong {field}")]
    BadField { duty: DutyId, field: &'static str },
}

impl Catalogue {
    /// The catalogue inside the binary.
    pub fn built_in() -> &'static Catalogue {
        static CATALOGUE: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::parse(BUILT_IN).expect("a test parses the built-in catalogue"));
        &CATALOGUE
    }

    /// Reads a catalogue from TOML and checks its rules: known keys only, unique ids, known families, no empty text.
    ///
    /// # Errors
    /// The first fault found.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        if text.len() > MAX_BYTES {
            return Err(CatalogueError::TooLarge);
        }
        let file: File = toml::from_str(text).map_err(|error| CatalogueError::Syntax(error.to_string()))?;
        let catalogue = Self { families: file.family, duties: file.duty };
        catalogue.check()?;
        Ok(catalogue)
    }

    fn check(&self) -> Result<(), CatalogueError> {
        if self.duties.len() > MAX_DUTIES {
            return Err(CatalogueError::TooLarge);
        }
        let mut families = HashSet::new();
        for family in &self.families {
            if !families.insert(family.id.as_str()) {
                return Err(CatalogueError::Twice(family.id.clone()));
            }
        }
        let mut ids = HashSet::new();
        for duty in &self.duties {
            if !ids.insert(&duty.id) {
                return Err(CatalogueError::Twice(duty.id.to_string()));
            }
            if !families.contains(duty.family.as_str()) {
                return Err(CatalogueError::UnknownFamily {
                    duty: duty.id.clone(),
                    family: duty.family.clone(),
                });
            }
            if let Some(field) = bad_field(duty) {
                return Err(CatalogueError::BadField { duty: duty.id.clone(), field });
            }
        }
        Ok(())
    }

    /// Families in the order of the file.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// Duties in the order of the file.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// The duty of that id.
    pub fn duty(&self, id: &DutyId) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.id == *id)
    }

    /// The family of that id.
    pub fn family(&self, id: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.id == id)
    }

    /// The duties of a family, in the order of the file.
    pub fn duties_of<'a>(&'a self, family: &'a str) -> impl Iterator<Item = &'a Duty> {
        self.duties.iter().filter(move |duty| duty.family == family)
    }
}

/// The first field of the duty that a reader or the matcher could do nothing with.
fn bad_field(duty: &Duty) -> Option<&'static str> {
    let texts = [
        ("title_tr", &duty.title_tr, 80),
        ("text_tr", &duty.text_tr, 400),
        ("works_when_tr", &duty.works_when_tr, 300),
    ];
    for (name, text, longest) in texts {
        if text.trim().is_empty() || text.chars().count() > longest {
            return Some(name);
        }
    }
    let empty = duty.keywords_tr.iter().any(|keyword| keyword.trim().is_empty());
    let unique: HashSet<&String> = duty.keywords_tr.iter().collect();
    (duty.keywords_tr.is_empty()
        || empty
        || duty.keywords_tr.len() > MAX_KEYWORDS
        || unique.len() != duty.keywords_tr.len())
    .then_some("keywords_tr")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const ONE: &str = r#"
[[family]]
id = "archive"
name_tr = "Arşiv"

[[duty]]
id = "AR-1"
family = "archive"
title_tr = "Devir"
text_tr = "Yıl sonunda devredilir."
works_when_tr = "Liste çıkar."
keywords_tr = ["devir"]
screens = []
permissions = []
tests = []
evidence = []
"#;

    #[test]
    fn the_built_in_catalogue_has_every_row_of_the_design() {
        let catalogue = Catalogue::parse(BUILT_IN).unwrap();
        assert_eq!(catalogue.duties().len(), 117);
        assert_eq!(catalogue.families().len(), 20);
        for family in catalogue.families() {
            assert!(catalogue.duties_of(&family.id).count() > 0, "{} has no duty", family.id);
        }
    }

    #[test]
    fn ids_of_a_family_share_their_letters_and_count_up_from_one() {
        let catalogue = Catalogue::built_in();
        for family in catalogue.families() {
            let ids: Vec<&str> = catalogue.duties_of(&family.id).map(|duty| duty.id.as_str()).collect();
            let letters = ids[0].split('-').next().unwrap();
            let wanted: Vec<String> = (1..=ids.len()).map(|number| format!("{letters}-{number}")).collect();
            assert_eq!(ids, wanted);
        }
    }

    #[test]
    fn every_text_a_person_reads_is_a_sentence() {
        for duty in Catalogue::built_in().duties() {
            for text in [&duty.text_tr, &duty.works_when_tr] {
                assert!(text.ends_with('.'), "{}: {text}", duty.id);
                assert!(text.chars().next().unwrap().is_uppercase(), "{}: {text}", duty.id);
            }
            assert!(!duty.title_tr.ends_with('.'), "{}", duty.id);
        }
    }

    #[test]
    fn a_duty_without_screens_is_said_to_be_unserved() {
        let mut duty = Catalogue::parse(ONE).unwrap().duties()[0].clone();
        assert!(!duty.is_served());
        duty.screens.push("/arsiv".into());
        assert!(duty.is_served());
    }

    #[test]
    fn a_duty_is_found_by_its_id() {
        let id: DutyId = "AC-1".parse().unwrap();
        let duty = Catalogue::built_in().duty(&id).unwrap();
        assert_eq!(Catalogue::built_in().family(&duty.family).unwrap().id, "accesslog");
        assert_eq!(Catalogue::built_in().duty(&"ZZ-1".parse().unwrap()), None);
    }

    #[test]
    fn two_duties_with_one_id_are_refused() {
        let second = ONE.split("[[duty]]").nth(1).unwrap();
        let error = Catalogue::parse(&format!("{ONE}\n[[duty]]{second}")).unwrap_err();
        assert_eq!(error, CatalogueError::Twice("AR-1".into()));
    }

    #[test]
    fn a_family_standing_twice_is_refused() {
        let error = Catalogue::parse(&format!("[[family]]\nid = \"archive\"\nname_tr = \"Arşiv\"\n{ONE}"));
        assert_eq!(error.unwrap_err(), CatalogueError::Twice("archive".into()));
    }

    #[test]
    fn a_duty_of_an_unknown_family_is_refused() {
        let error = Catalogue::parse(&ONE.replace("family = \"archive\"", "family = \"atlas\"")).unwrap_err();
        assert!(matches!(error, CatalogueError::UnknownFamily { family, .. } if family == "atlas"));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let error = Catalogue::parse(&ONE.replace("screens = []", "screen = []")).unwrap_err();
        assert!(matches!(&error, CatalogueError::Syntax(text) if text.contains("screen")), "{error}");
    }

    #[test]
    fn an_id_that_is_not_letters_dash_number_is_refused() {
        for bad in ["", "ORG", "org-1", "ORG-", "ORG-01", "ORG-1a", "ORGAN-1", "ORG-1234", "O-1", "ÖRG-1"] {
            assert_eq!(bad.parse::<DutyId>(), Err(CatalogueError::BadId(bad.into())));
        }
        assert_eq!("ORG-12".parse::<DutyId>().unwrap().to_string(), "ORG-12");
    }

    #[test]
    fn empty_texts_and_repeated_keywords_are_refused() {
        let cases = [
            ("title_tr = \"Devir\"", "title_tr = \" \"", "title_tr"),
            ("text_tr = \"Yıl sonunda devredilir.\"", "text_tr = \"\"", "text_tr"),
            ("works_when_tr = \"Liste çıkar.\"", "works_when_tr = \"\"", "works_when_tr"),
            ("[\"devir\"]", "[]", "keywords_tr"),
            ("[\"devir\"]", "[\"devir\", \"devir\"]", "keywords_tr"),
            ("[\"devir\"]", "[\"\"]", "keywords_tr"),
        ];
        for (from, to, wanted) in cases {
            let error = Catalogue::parse(&ONE.replace(from, to)).unwrap_err();
            assert!(matches!(error, CatalogueError::BadField { field, .. } if field == wanted), "{to}");
        }
    }

    #[test]
    fn a_file_beyond_the_limit_is_refused_before_it_is_parsed() {
        assert_eq!(Catalogue::parse(&" ".repeat(MAX_BYTES + 1)), Err(CatalogueError::TooLarge));
    }
}
