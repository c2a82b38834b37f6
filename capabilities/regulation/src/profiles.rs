//! Built-in profiles: what is known of five real regulations as facts (names, units, titles, decisions and which
//! clause states which duty), never their texts. Reading a text and proposing matches are done elsewhere.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;
use time::Date;

use crate::catalogue::{Catalogue, DutyId};

const BUILT_IN: [&str; 5] = [
    include_str!("profiles/kars.toml"),
    include_str!("profiles/cayirova.toml"),
    include_str!("profiles/karabaglar.toml"),
    include_str!("profiles/kecioren.toml"),
    include_str!("profiles/caycuma.toml"),
];
/// Largest profile file accepted, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// Most duties one clause may be confirmed to state.
const MAX_DUTIES_PER_CLAUSE: usize = 8;

/// Facts of one municipality's regulation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Short ASCII name: `kars`.
    pub id: String,
    /// `Kars Belediyesi`.
    pub municipality: String,
    pub province: String,
    /// Name of the regulation.
    pub regulation_title: String,
    /// Decisions the text tells of, oldest first.
    #[serde(default)]
    pub decisions: Vec<Decision>,
    /// The directorate first, then what stands under it.
    pub units: Vec<ProfileUnit>,
    /// Titles of the staff, in the order of the text.
    pub titles: Vec<ProfileTitle>,
    /// Who the duties of an article are laid upon, where the text says so.
    #[serde(default)]
    pub holders: Vec<Holder>,
    /// In the order of the text.
    pub matches: Vec<ConfirmedMatch>,
}

/// A decision about the directorate or its regulation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub what: DecisionKind,
    /// Day of the decision, written `YYYY-MM-DD`.
    #[serde(deserialize_with = "plain_date")]
    pub on: Date,
    pub number: String,
}

/// What a decision did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The council founded the directorate.
    Founding,
    /// The council adopted this regulation.
    Adoption,
    /// The governor's office approved it; it is in force from that day.
    Approval,
    /// The decision that had adopted the regulation which this one repeals.
    Repealed,
}

/// A unit of the directorate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileUnit {
    pub name: String,
    /// Name of the unit above; none for the directorate itself.
    pub parent: Option<String>,
}

/// A staff title.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileTitle {
    pub name: String,
    /// How many the text allows, when it says so.
    pub count: Option<u32>,
}

/// The unit, title or function an article speaks to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// Address of the article.
    pub at: String,
    pub kind: HolderKind,
    pub name: String,
}

/// What kind of holder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// One of [`Profile::units`].
    Unit,
    /// One of [`Profile::titles`].
    Title,
    /// Work given to somebody without being a title, such as a person in charge of an archive.
    Function,
}

/// The duties a clause states.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmedMatch {
    /// Address as the reader gives it: `13/ç`, `7.6.9/a`, `9/•3`.
    pub at: String,
    /// Best first.
    pub duties: Vec<DutyId>,
}

/// Why a profile was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    #[error("profile does not parse: {0}")]
    Syntax(String),
    #[error("profile is larger than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("`{0}` stands twice")]
    Twice(String),
    #[error("{at} names the duty {duty}, which the catalogue does not have")]
    UnknownDuty { at: String, duty: DutyId },
    #[error("{at} has no duty or more than {MAX_DUTIES_PER_CLAUSE}")]
    BadCount { at: String },
    #[error("`{0}` is named and not declared before")]
    UnknownName(String),
}

impl Profile {
    /// The profiles inside the binary, in the order Kars, Çayırova, Karabağlar, Keçiören, Çaycuma.
    pub fn built_in() -> &'static [Profile] {
        static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
            let parse = |text: &&str| {
                Profile::parse(text, Catalogue::built_in()).expect("a test parses the built-in profiles")
            };
            BUILT_IN.iter().map(parse).collect()
        });
        &PROFILES
    }

    /// Reads a profile from TOML and checks it against the catalogue.
    ///
    /// # Errors
    /// The first fault found.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Self, ProfileError> {
        if text.len() > MAX_BYTES {
            return Err(ProfileError::TooLarge);
        }
        let profile: Self = toml::from_str(text).map_err(|error| ProfileError::Syntax(error.to_string()))?;
        profile.check_names()?;
        profile.check_matches(catalogue)?;
        Ok(profile)
    }

    /// The built-in profile of that id.
    pub fn of(id: &str) -> Option<&'static Profile> {
        Self::built_in().iter().find(|profile| profile.id == id)
    }

    /// The duties confirmed for the clause at exactly that address; empty when it states none.
    pub fn duties_at(&self, address: &str) -> &[DutyId] {
        self.matches.iter().find(|known| known.at == address).map_or(&[], |known| &known.duties)
    }

    /// The clauses that state a duty, best statement of it first, otherwise in the order of the text.
    pub fn clauses_of<'a>(&'a self, duty: &DutyId) -> Vec<&'a ConfirmedMatch> {
        let place = |known: &&ConfirmedMatch| known.duties.iter().position(|known| known == duty);
        let mut found: Vec<&ConfirmedMatch> =
            self.matches.iter().filter(|known| place(known).is_some()).collect();
        found.sort_by_key(place);
        found
    }

    fn check_names(&self) -> Result<(), ProfileError> {
        let mut units = HashSet::new();
        for unit in &self.units {
            if let Some(parent) = unit.parent.as_ref().filter(|parent| !units.contains(parent)) {
                return Err(ProfileError::UnknownName(parent.clone()));
            }
            if !units.insert(&unit.name) {
                return Err(ProfileError::Twice(unit.name.clone()));
            }
        }
        let mut titles = HashSet::new();
        for title in &self.titles {
            if !titles.insert(&title.name) {
                return Err(ProfileError::Twice(title.name.clone()));
            }
        }
        for holder in &self.holders {
            let is_known = match holder.kind {
                HolderKind::Unit => units.contains(&holder.name),
                HolderKind::Title => titles.contains(&holder.name),
                HolderKind::Function => true,
            };
            if !is_known {
                return Err(ProfileError::UnknownName(holder.name.clone()));
            }
        }
        Ok(())
    }

    fn check_matches(&self, catalogue: &Catalogue) -> Result<(), ProfileError> {
        let mut addresses = HashSet::new();
        for known in &self.matches {
            if !addresses.insert(&known.at) {
                return Err(ProfileError::Twice(known.at.clone()));
            }
            if known.duties.is_empty() || known.duties.len() > MAX_DUTIES_PER_CLAUSE {
                return Err(ProfileError::BadCount { at: known.at.clone() });
            }
            let mut duties = HashSet::new();
            for duty in &known.duties {
                if !duties.insert(duty) {
                    return Err(ProfileError::Twice(format!("{duty} at {}", known.at)));
                }
                if catalogue.duty(duty).is_none() {
                    return Err(ProfileError::UnknownDuty { at: known.at.clone(), duty: duty.clone() });
                }
            }
        }
        Ok(())
    }
}

/// A date written `YYYY-MM-DD`.
fn plain_date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(&text, format).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests;
