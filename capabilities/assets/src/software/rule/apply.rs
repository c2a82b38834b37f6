//! Rules held against programs. A rule that comes, changes or stops is held against all that nobody judged by hand; a program that
//! comes against all rules.

use std::collections::BTreeMap;

use kernel::{Result, Tx, tr};
use uuid::Uuid;

use super::store::{self, Rule, Seen};
use crate::software::counting;

/// Programs that are looked at together.
const AT_ONCE: u32 = 5_000;

/// A rule with its words folded once.
struct Folded<'a> {
    rule: &'a Rule,
    name: String,
    publisher: String,
    source: String,
}

fn folded(rules: &[Rule]) -> Vec<Folded<'_>> {
    let fold = |text: &str| tr::fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
    rules
        .iter()
        .map(|rule| Folded {
            rule,
            name: fold(&rule.name_part),
            publisher: fold(&rule.publisher_part),
            source: fold(&rule.source),
        })
        .collect()
}

impl Folded<'_> {
    /// Whatever the rule asks for must fit.
    fn fits(&self, program: &Seen) -> bool {
        let is_name = match self.rule.name_match.as_str() {
            "starts" => program.known_as.starts_with(&self.name),
            _ => program.known_as.contains(&self.name),
        };
        is_name
            && (self.publisher.is_empty() || tr::fold(&program.publisher).contains(&self.publisher))
            && (self.source.is_empty() || tr::fold(&program.source) == self.source)
    }
}

/// Writes what the rules say of these programs now; answers whether something is forbidden now, or no longer.
async fn judge(tx: &Tx, rules: &[Folded<'_>], programs: &[Seen]) -> Result<bool> {
    let mut changed: BTreeMap<(&str, Option<Uuid>), Vec<Uuid>> = BTreeMap::new();
    let mut is_prohibition = false;
    for program in programs {
        let rule = rules.iter().find(|rule| rule.fits(program)).map(|one| one.rule);
        let (verdict, id) = rule.map_or(("unjudged", None), |rule| (rule.verdict.as_str(), Some(rule.id)));
        if (program.state.as_str(), program.rule_id) != (verdict, id) {
            is_prohibition |= verdict == "forbidden" || program.state == "forbidden";
            changed.entry((verdict, id)).or_default().push(program.id);
        }
    }
    for ((verdict, rule), ids) in changed {
        store::set_ruled(tx, &ids, verdict, rule).await?;
    }
    Ok(is_prohibition)
}

/// All that nobody judged by hand.
pub(super) async fn to_all(tx: &Tx) -> Result<()> {
    let rules = store::in_force(tx).await?;
    let rules = folded(&rules);
    let (mut after, mut is_prohibition) = (Uuid::nil(), false);
    loop {
        let programs = store::judgeable(tx, after, AT_ONCE).await?;
        is_prohibition |= judge(tx, &rules, &programs).await?;
        match programs.last() {
            Some(last) if programs.len() == AT_ONCE as usize => after = last.id,
            _ => break,
        }
    }
    if is_prohibition { counting::forbidden(tx).await } else { Ok(()) }
}

/// Programs that were never seen before, or of which more is known now.
pub(in crate::software) async fn to_new(tx: &Tx, ids: &[Uuid]) -> Result<()> {
    let rules = store::in_force(tx).await?;
    if rules.is_empty() {
        return Ok(());
    }
    let programs = store::judgeable_of(tx, ids).await?;
    judge(tx, &folded(&rules), &programs).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_fits_where_everything_does_that_the_rule_asks_for() {
        let program = Seen {
            known_as: tr::fold("İnternet Download Manager"),
            publisher: "Tonec Inc.".into(),
            source: "registry".into(),
            ..Seen::default()
        };
        for (name_match, name, publisher, source, expected) in [
            ("contains", "download", "", "", true),
            ("contains", "DOWNLOAD  manager", "", "", true),
            ("starts", "download", "", "", false),
            ("starts", "internet", "", "", true),
            ("contains", "", "tonec", "", true),
            ("contains", "download", "microsoft", "", false),
            ("contains", "", "", "Registry", true),
            ("contains", "", "", "reg", false),
            ("contains", "", "tonec", "deb", false),
        ] {
            let rules = [Rule {
                name_match: name_match.into(),
                name_part: name.into(),
                publisher_part: publisher.into(),
                source: source.into(),
                ..Rule::default()
            }];
            assert_eq!(
                folded(&rules)[0].fits(&program),
                expected,
                "{name_match} {name} {publisher} {source}"
            );
        }
    }
}
