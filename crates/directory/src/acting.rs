//! Acting-for (vekâlet): who holds the powers of which post at an instant. Powers pass and return by
//! themselves because they are computed from the intervals here and never stored.

use kernel::tr;
use uuid::Uuid;

use crate::Refusal;

/// Longer than a year is no stand-in but an appointment.
pub const MAX_DURATION_DAYS: i64 = 366;

const DAY_US: i64 = 24 * 60 * 60 * 1_000_000;

/// One person standing in for the holder of a post during `[from_us, until_us)`, instants in µs UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    pub id: Uuid,
    /// The post whose powers pass (e.g. head of a unit).
    pub post_id: Uuid,
    /// Who holds the post; `None` when the post is vacant.
    pub principal_id: Option<Uuid>,
    pub substitute_id: Uuid,
    pub from_us: i64,
    /// The first instant at which the powers are back; an early return moves it forward.
    pub until_us: i64,
}

impl Acting {
    /// True at instants from the start on and before the end.
    pub fn is_active(&self, at_us: i64) -> bool {
        (self.from_us..self.until_us).contains(&at_us)
    }

    /// True when the two intervals share an instant.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from_us < other.until_us && other.from_us < self.until_us
    }
}

/// Where a power comes from; every act names it, so that the record can say "vekâleten".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PowerSource {
    /// The person's own post.
    Own { post_id: Uuid },
    /// Another's (or a vacant) post, by an acting.
    Acting { post_id: Uuid, acting_id: Uuid, principal_id: Option<Uuid> },
}

/// The posts whose powers a person holds at an instant, own ones first.
///
/// `own_posts` are the posts that the person holds then; `actings` may be all that are stored, or those of
/// the person. A post that has passed to a substitute is not the holder's until it returns. Only own posts
/// pass: what a person holds as a substitute cannot be acted for by a third.
pub fn powers_at(at_us: i64, person_id: Uuid, own_posts: &[Uuid], actings: &[Acting]) -> Vec<PowerSource> {
    let active = || actings.iter().filter(|acting| acting.is_active(at_us));
    let has_passed = |post_id: Uuid| {
        active().any(|acting| acting.post_id == post_id && acting.principal_id == Some(person_id))
    };
    let mut powers: Vec<PowerSource> = own_posts
        .iter()
        .filter(|&&post_id| !has_passed(post_id))
        .map(|&post_id| PowerSource::Own { post_id })
        .collect();
    powers.extend(active().filter(|acting| acting.substitute_id == person_id).map(|acting| {
        PowerSource::Acting {
            post_id: acting.post_id,
            acting_id: acting.id,
            principal_id: acting.principal_id,
        }
    }));
    powers
}

/// Checks a new (or changed) acting against those that exist; gives every broken rule, none when it may stand.
///
/// `existing` may include the candidate's own earlier version (same id); it is skipped.
/// A person may act for several posts at once. A chain is refused: whoever has given powers away
/// for a time cannot take others' in that time, nor the other way round.
pub fn check(candidate: &Acting, existing: &[Acting]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if candidate.principal_id == Some(candidate.substitute_id) {
        refusals.push(Refusal::new(
            "acting.self",
            "substitute",
            "Kişi kendi görevine vekâlet edemez; başka birini seçin.",
        ));
    }
    if candidate.from_us >= candidate.until_us {
        refusals.push(Refusal::new(
            "acting.interval",
            "until",
            "Vekâletin bitişi başlangıcından sonra olmalıdır.",
        ));
        return refusals;
    }
    if candidate.until_us.saturating_sub(candidate.from_us) > MAX_DURATION_DAYS * DAY_US {
        refusals.push(Refusal::new(
            "acting.too_long",
            "until",
            "Vekâlet bir yıldan uzun olamaz; süre dolduğunda yeniden verin.",
        ));
    }
    let overlapping = existing.iter().filter(|other| other.id != candidate.id && other.overlaps(candidate));
    for other in overlapping {
        refusals.extend(conflict(candidate, other));
    }
    refusals
}

/// "Ayşe Kaya’ya vekâleten"; where the suffix is not certain "Mustafa Kemal yerine vekâleten";
/// for a vacant post "vekâleten".
pub fn phrase(principal_name: Option<&str>) -> String {
    match principal_name {
        None => "vekâleten".to_owned(),
        Some(name) => match tr::dative_name(name) {
            Some(dative) => format!("{dative} vekâleten"),
            None => format!("{} yerine vekâleten", name.trim()),
        },
    }
}

/// The title under a signature given by a substitute: "Bilgi İşlem Müdürü V."
pub fn signature_title(title: &str) -> String {
    format!("{} V.", title.trim())
}

/// Why two actings that share time cannot both stand.
fn conflict(candidate: &Acting, other: &Acting) -> Option<Refusal> {
    let span = format!("{} – {}", tr::instant(other.from_us), tr::instant(other.until_us));
    if other.post_id == candidate.post_id {
        return Some(Refusal::new(
            "acting.overlap",
            "from",
            format!("Bu göreve {span} arasında zaten vekâlet ediliyor; tarihler çakışamaz."),
        ));
    }
    if other.principal_id == Some(candidate.substitute_id) {
        return Some(Refusal::new(
            "acting.chain",
            "substitute",
            format!("Seçilen kişi {span} arasında kendi görevini vekile bırakmış; başka birini seçin."),
        ));
    }
    if candidate.principal_id == Some(other.substitute_id) {
        return Some(Refusal::new(
            "acting.chain",
            "from",
            format!(
                "Görevi bırakacak kişi {span} arasında başka bir göreve vekâlet ediyor; \
                 önce o vekâlet devredilmeli ya da sona ermelidir."
            ),
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    const AYSE: Uuid = Uuid::from_u128(1);
    const BURAK: Uuid = Uuid::from_u128(2);
    const CEM: Uuid = Uuid::from_u128(3);
    const DIRECTOR: Uuid = Uuid::from_u128(11);
    const CHIEF: Uuid = Uuid::from_u128(12);

    fn at(text: &str) -> i64 {
        tr::parse_instant(text).unwrap()
    }

    fn acting(id: u128, post_id: Uuid, principal: Uuid, substitute: Uuid, from: &str, until: &str) -> Acting {
        Acting {
            id: Uuid::from_u128(id),
            post_id,
            principal_id: Some(principal),
            substitute_id: substitute,
            from_us: at(from),
            until_us: at(until),
        }
    }

    fn leave_of_ayse() -> Acting {
        acting(100, DIRECTOR, AYSE, BURAK, "5.11.2026 08:00", "12.11.2026 08:00")
    }

    fn codes(refusals: &[Refusal]) -> Vec<&'static str> {
        refusals.iter().map(|r| r.code).collect()
    }

    #[test]
    fn powers_pass_at_the_start_and_return_at_the_end() {
        let actings = [leave_of_ayse()];
        let of_ayse = |text| powers_at(at(text), AYSE, &[DIRECTOR], &actings);
        let of_burak = |text| powers_at(at(text), BURAK, &[CHIEF], &actings);
        let own = |post_id| PowerSource::Own { post_id };
        let acted = PowerSource::Acting {
            post_id: DIRECTOR,
            acting_id: Uuid::from_u128(100),
            principal_id: Some(AYSE),
        };
        assert_eq!(of_ayse("5.11.2026 07:59"), [own(DIRECTOR)]);
        assert_eq!(of_burak("5.11.2026 07:59"), [own(CHIEF)]);
        assert_eq!(of_ayse("5.11.2026 08:00"), []);
        assert_eq!(of_burak("5.11.2026 08:00"), [own(CHIEF), acted.clone()]);
        assert_eq!(of_burak("12.11.2026 07:59"), [own(CHIEF), acted]);
        assert_eq!(of_ayse("12.11.2026 08:00"), [own(DIRECTOR)]);
        assert_eq!(of_burak("12.11.2026 08:00"), [own(CHIEF)]);
    }

    #[test]
    fn a_vacant_post_can_be_acted_for() {
        let vacant = Acting { principal_id: None, ..leave_of_ayse() };
        assert_eq!(check(&vacant, &[]), []);
        let powers = powers_at(at("6.11.2026 10:00"), BURAK, &[], &[vacant]);
        assert!(matches!(powers[..], [PowerSource::Acting { principal_id: None, .. }]));
    }

    #[test]
    fn only_the_post_that_was_passed_leaves_its_holder() {
        let powers = powers_at(at("6.11.2026 10:00"), AYSE, &[DIRECTOR, CHIEF], &[leave_of_ayse()]);
        assert_eq!(powers, [PowerSource::Own { post_id: CHIEF }]);
    }

    #[test]
    fn nobody_acts_for_oneself() {
        let own = acting(1, DIRECTOR, AYSE, AYSE, "5.11.2026 08:00", "6.11.2026 08:00");
        assert_eq!(codes(&check(&own, &[])), ["acting.self"]);
    }

    #[test]
    fn an_interval_runs_forward_and_not_over_a_year() {
        let backwards = acting(1, DIRECTOR, AYSE, BURAK, "6.11.2026 08:00", "5.11.2026 08:00");
        assert_eq!(codes(&check(&backwards, &[])), ["acting.interval"]);
        let endless = acting(1, DIRECTOR, AYSE, BURAK, "6.11.2026 08:00", "8.11.2027 08:00");
        assert_eq!(codes(&check(&endless, &[])), ["acting.too_long"]);
        let extreme = Acting { from_us: i64::MIN, until_us: i64::MAX, ..endless };
        assert_eq!(codes(&check(&extreme, &[])), ["acting.too_long"]);
    }

    #[test]
    fn one_post_has_one_substitute_at_a_time() {
        let second = acting(2, DIRECTOR, AYSE, CEM, "11.11.2026 08:00", "15.11.2026 08:00");
        let refusals = check(&second, &[leave_of_ayse()]);
        assert_eq!(codes(&refusals), ["acting.overlap"]);
        assert!(refusals[0].reason.contains("05.11.2026 08:00 – 12.11.2026 08:00"));
        let following = acting(2, DIRECTOR, AYSE, CEM, "12.11.2026 08:00", "15.11.2026 08:00");
        assert_eq!(check(&following, &[leave_of_ayse()]), []);
        let corrected = Acting { until_us: at("10.11.2026 08:00"), ..leave_of_ayse() };
        assert_eq!(check(&corrected, &[leave_of_ayse()]), []);
    }

    #[test]
    fn a_substitute_who_is_away_cannot_stand_in() {
        let away = acting(1, CHIEF, BURAK, CEM, "1.11.2026 08:00", "6.11.2026 08:00");
        let refusals = check(&leave_of_ayse(), std::slice::from_ref(&away));
        assert_eq!((refusals[0].code, refusals[0].field), ("acting.chain", "substitute"));
        let refusals = check(&away, &[leave_of_ayse()]);
        assert_eq!((refusals[0].code, refusals[0].field), ("acting.chain", "from"));
    }

    #[test]
    fn a_person_may_stand_in_for_two() {
        let other = acting(1, CHIEF, CEM, BURAK, "5.11.2026 08:00", "12.11.2026 08:00");
        assert_eq!(check(&leave_of_ayse(), &[other]), []);
    }

    #[test]
    fn acts_say_that_they_were_done_as_a_substitute() {
        assert_eq!(phrase(Some("Ayşe Kaya")), "Ayşe Kaya’ya vekâleten");
        assert_eq!(phrase(Some("Hasan Ünal")), "Hasan Ünal yerine vekâleten");
        assert_eq!(phrase(None), "vekâleten");
        assert_eq!(signature_title("Bilgi İşlem Müdürü"), "Bilgi İşlem Müdürü V.");
    }

    fn any_acting() -> impl Strategy<Value = Acting> {
        (1_u128..5, 1_u128..5, 0_i64..60, 1_i64..20).prop_map(|(principal, substitute, from, days)| Acting {
            id: Uuid::from_u128(
                u128::from(u64::MAX) + from.unsigned_abs() as u128 * 100 + principal * 10 + substitute,
            ),
            // Everybody holds one post of their own here.
            post_id: Uuid::from_u128(principal + 10),
            principal_id: Some(Uuid::from_u128(principal)),
            substitute_id: Uuid::from_u128(substitute),
            from_us: from * DAY_US,
            until_us: (from + days) * DAY_US,
        })
    }

    proptest! {
        #[test]
        fn every_post_always_has_exactly_one_holder(wishes in proptest::collection::vec(any_acting(), 0..12), day in 0_i64..80) {
            let mut standing: Vec<Acting> = Vec::new();
            for wish in wishes {
                if check(&wish, &standing).is_empty() {
                    // The same id is the same acting written again: it takes its own place.
                    standing.retain(|known| known.id != wish.id);
                    standing.push(wish);
                }
            }
            let mut held: Vec<Uuid> = Vec::new();
            for person in 1_u128..5 {
                let own = [Uuid::from_u128(person + 10)];
                for power in powers_at(day * DAY_US, Uuid::from_u128(person), &own, &standing) {
                    held.push(match power {
                        PowerSource::Own { post_id } | PowerSource::Acting { post_id, .. } => post_id,
                    });
                }
            }
            held.sort();
            prop_assert_eq!(held, (11_u128..15).map(Uuid::from_u128).collect::<Vec<_>>());
        }
    }
}
