//! Upon whom the regulation lays a duty: what the heading of the article says in which a confirmed clause stands, or
//! what the profile knows of it. Nobody is assigned by it; a person does that.

use kernel::Result;
use kernel::db::Sql;

use super::store::{self, Article, Clause};
use crate::profiles::{self, Profile};
use crate::reading::holders::{HolderKind, of_heading};

/// Upon whom a clause lays its duty, and the article that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub name: String,
    /// `None` for work that is neither a unit nor a title.
    pub kind: Option<Whom>,
    pub article: String,
}

/// What a holder is in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    Unit,
    Title,
}

impl Said {
    /// `Yazılım Servisi (Madde 13)`.
    pub fn in_words(&self) -> String {
        format!("{} (Madde {})", self.name, self.article)
    }
}

/// Every holder the confirmed clauses have, each once.
pub(super) async fn said(db: &impl Sql, clauses: &[Clause]) -> Result<Vec<Said>> {
    let confirmed: Vec<&Clause> = clauses.iter().filter(|clause| clause.state == "confirmed").collect();
    let articles = articles(db, &confirmed).await?;
    let mut found: Vec<Said> = Vec::new();
    for clause in confirmed {
        if let Some(said) = holder(clause, &articles).filter(|said| !found.contains(said)) {
            found.push(said);
        }
    }
    Ok(found)
}

/// The headed articles of the regulations these clauses stand in.
pub(super) async fn articles(db: &impl Sql, clauses: &[&Clause]) -> Result<Vec<Article>> {
    let mut regulations: Vec<_> = clauses.iter().map(|clause| clause.regulation_id).collect();
    regulations.sort_unstable();
    regulations.dedup();
    store::articles(db, &regulations).await
}

/// Whom the article speaks to in which a clause stands; `None` where it is the directorate, which needs no saying.
pub(super) fn holder(clause: &Clause, articles: &[Article]) -> Option<Said> {
    let (article, name, kind) = match clause.profile.as_deref().and_then(Profile::of) {
        Some(profile) => {
            let known = profile.holders.iter().filter(|known| stands_in(&clause.address, &known.at));
            let known = known.max_by_key(|known| known.at.len())?;
            let kind = match known.kind {
                profiles::HolderKind::Unit => Some(Whom::Unit),
                profiles::HolderKind::Title => Some(Whom::Title),
                profiles::HolderKind::Function => None,
            };
            (known.at.as_str(), known.name.clone(), kind)
        }
        None => {
            let own = articles.iter().filter(|article| {
                article.regulation_id == clause.regulation_id && stands_in(&clause.address, &article.address)
            });
            let article = own.max_by_key(|article| article.address.len())?;
            let holder = of_heading(&article.heading)?;
            let kind = match holder.kind {
                HolderKind::Directorate => return None,
                HolderKind::Unit => Some(Whom::Unit),
                HolderKind::Title => Some(Whom::Title),
                HolderKind::Function => None,
            };
            (article.address.as_str(), holder.name, kind)
        }
    };
    Some(Said { name, kind, article: article.to_owned() })
}

fn stands_in(address: &str, article: &str) -> bool {
    address.strip_prefix(article).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_stands_in_its_own_article_and_in_no_other() {
        assert!(stands_in("13/ç", "13") && stands_in("7.6.9/a", "7.6") && stands_in("12", "12"));
        assert!(!stands_in("13/ç", "1") && !stands_in("7.61", "7.6") && !stands_in("2", "12"));
    }
}
