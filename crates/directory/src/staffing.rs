//! Staffing norm (norm kadro): how many people may hold a title. The norm table itself is stored elsewhere.

use kernel::tr;

use crate::Refusal;

/// Refuses one more person in a title whose norm is used up.
///
/// `filled` are people in the title today, `reserved` are posts promised by a running procedure
/// (an announced exam, a pending transfer). Without a norm for the title there is no limit.
/// Source: Norm Kadro İlke ve Standartlarına Dair Yönetmelik (municipalities), articles on exceeding norms.
pub fn check_capacity(title: &str, norm: Option<u32>, filled: u32, reserved: u32) -> Result<(), Refusal> {
    let Some(norm) = norm else { return Ok(()) };
    if u64::from(filled) + u64::from(reserved) < u64::from(norm) {
        return Ok(());
    }
    let advice = if reserved > 0 {
        "Önce dolu bir kadronun boşalması, ayrılmış bir kadronun bırakılması ya da norm kadronun artırılması gerekir."
    } else {
        "Önce dolu bir kadronun boşalması ya da norm kadronun artırılması gerekir."
    };
    Err(Refusal::new(
        "staffing.norm_exceeded",
        "title",
        format!("{title} unvanında boş kadro yok ({}). {advice}", situation(norm, filled, reserved)),
    ))
}

/// Refuses a norm below the posts that are filled or reserved already.
pub fn check_norm(title: &str, norm: u32, filled: u32, reserved: u32) -> Result<(), Refusal> {
    if u64::from(filled) + u64::from(reserved) <= u64::from(norm) {
        return Ok(());
    }
    Err(Refusal::new(
        "staffing.norm_too_low",
        "norm",
        format!(
            "{title} unvanının norm kadrosu dolu ve ayrılmış kadroların altına indirilemez ({}).",
            situation(norm, filled, reserved)
        ),
    ))
}

fn situation(norm: u32, filled: u32, reserved: u32) -> String {
    let number = |n: u32| tr::grouped(i64::from(n));
    let mut text = format!("norm kadro {}, dolu {}", number(norm), number(filled));
    if reserved > 0 {
        text.push_str(&format!(", ayrılmış {}", number(reserved)));
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_free_post_may_be_filled() {
        assert_eq!(check_capacity("Programcı", Some(3), 2, 0), Ok(()));
        assert_eq!(check_capacity("Programcı", None, 500, 500), Ok(()));
    }

    #[test]
    fn an_exceeded_norm_is_refused_with_the_numbers() {
        let refusal = check_capacity("Programcı", Some(3), 3, 0).unwrap_err();
        assert_eq!((refusal.code, refusal.field), ("staffing.norm_exceeded", "title"));
        assert_eq!(
            refusal.reason,
            "Programcı unvanında boş kadro yok (norm kadro 3, dolu 3). \
             Önce dolu bir kadronun boşalması ya da norm kadronun artırılması gerekir."
        );
    }

    #[test]
    fn reserved_posts_are_not_free() {
        let refusal = check_capacity("Mühendis", Some(3), 2, 1).unwrap_err();
        assert!(refusal.reason.contains("norm kadro 3, dolu 2, ayrılmış 1"));
        assert!(check_capacity("Mühendis", Some(0), 0, 0).is_err());
    }

    #[test]
    fn a_norm_cannot_be_lowered_under_the_people_who_are_there() {
        assert_eq!(check_norm("Mühendis", 3, 2, 1), Ok(()));
        let refusal = check_norm("Mühendis", 2, 2, 1).unwrap_err();
        assert_eq!(refusal.field, "norm");
        assert!(refusal.reason.contains("altına indirilemez"));
    }

    proptest! {
        #[test]
        fn a_post_is_free_exactly_when_one_more_is_allowed(norm in any::<u32>(), filled in any::<u32>(), reserved in any::<u32>()) {
            let is_allowed = check_capacity("U", Some(norm), filled, reserved).is_ok();
            let is_free = norm.saturating_sub(filled).saturating_sub(reserved) > 0;
            prop_assert_eq!(is_free, is_allowed);
        }
    }
}
