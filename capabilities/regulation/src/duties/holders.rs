//! Upon whom the regulation lays a duty: what the heading of the article says in which a confirmed clause stands, or
//! what the profile knows of it. Nobody is assigned by it; a person does that.

use kernel::Result;
use kernel::db::Sql;

use super::store::{self, Article, Clause};
use crate::profiles::Profile;
use crate::reading::holders::{HolderKind, of_heading};

/// `Yazılım Servisi (Madde 13)` for every holder the confirmed clauses have, each once.
pub(super) async fn said(db: &impl Sql, clauses: &[Clause]) -> Result<Vec<String>> {
    let confirmed: Vec<&Clause> = clauses.iter().filter(|clause| clause.state == "confirmed").collect();
    let mut regulations: Vec<_> = confirmed.iter().map(|clause| clause.regulation_id).collect();
    regulations.sort_unstable();
    regulations.dedup();
    let articles = store::articles(db, &regulations).await?;
    let mut found: Vec<String> = Vec::new();
    for clause in confirmed {
        if let Some(said) = holder(clause, &articles).filter(|said| !found.contains(said)) {
            found.push(said);
        }
    }
    Ok(found)
}

fn holder(clause: &Clause, articles: &[Article]) -> Option<String> {
    let (article, name) = match clause.profile.as_deref().and_then(Profile::of) {
        Some(profile) => {
            let known = profile.holders.iter().filter(|known| stands_in(&clause.address, &known.at));
            let known = known.max_by_key(|known| known.at.len())?;
            (known.at.as_str(), known.name.clone())
        }
        None => {
            let own = articles.iter().filter(|article| {
                article.regulation_id == clause.regulation_id && stands_in(&clause.address, &article.address)
            });
            let article = own.max_by_key(|article| article.address.len())?;
            let holder = of_heading(&article.heading)?;
            // That the directorate does what its regulation says needs no saying.
            let is_news = holder.kind != HolderKind::Directorate;
            (article.address.as_str(), is_news.then_some(holder.name)?)
        }
    };
    Some(format!("{name} (Madde {article})"))
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
