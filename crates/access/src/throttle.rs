//! Slowing down those who guess: how long to wait after how many wrong tries. Pure; the counts are in the store.

use kernel::Instant;

/// Wrong tries that cost nothing: people mistype.
const FREE_TRIES: i64 = 3;
const LONGEST_DELAY_SECONDS: i64 = 60;
const LONGEST_LOCK_SECONDS: i64 = 24 * 3_600;
/// One address may be a whole building behind one router, so it is allowed more.
const FREE_TRIES_OF_ADDRESS: i64 = 30;

/// Settings that decide when guessing locks.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Wrong tries before an account is locked.
    pub lock_after: i64,
    /// How long the first lock lasts; each following one is twice as long, up to a day.
    pub lock_seconds: i64,
}

/// What follows from a number of wrong tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub seconds: i64,
    pub is_locked: bool,
}

/// After `count` wrong tries on one account.
pub fn wait_of_account(count: i64, limits: Limits) -> Wait {
    if count >= limits.lock_after {
        let doublings = u32::try_from((count - limits.lock_after).clamp(0, 20)).unwrap_or(20);
        let seconds = limits.lock_seconds.saturating_mul(1_i64 << doublings).min(LONGEST_LOCK_SECONDS);
        return Wait { seconds, is_locked: true };
    }
    Wait { seconds: delay(count - FREE_TRIES), is_locked: false }
}

/// After `count` wrong tries from one network address, whatever the account.
pub fn wait_of_address(count: i64) -> Wait {
    Wait { seconds: delay(count - FREE_TRIES_OF_ADDRESS), is_locked: false }
}

/// 1, 2, 4, 8 … seconds.
fn delay(over: i64) -> i64 {
    match u32::try_from(over) {
        Ok(over) if over > 0 => (1_i64 << (over - 1).min(10)).min(LONGEST_DELAY_SECONDS),
        _ => 0,
    }
}

/// Says when the next try is possible.
pub fn sentence(opens_at: Instant, now: Instant) -> String {
    let left = (opens_at.0 - now.0 + Instant::SECOND_US - 1).div_euclid(Instant::SECOND_US).max(1);
    if left <= LONGEST_DELAY_SECONDS {
        return format!("Çok sayıda hatalı deneme yapıldı. {left} saniye bekleyip yeniden deneyin.");
    }
    format!(
        "Çok sayıda hatalı deneme yapıldığı için giriş geçici olarak kilitlendi. Kilit {} tarihinde kendiliğinden açılır; \
         beklemek istemiyorsanız sistem yöneticinize başvurun.",
        kernel::tr::instant(opens_at.0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { lock_after: 10, lock_seconds: 900 };

    #[test]
    fn mistyping_costs_nothing_and_guessing_ever_more() {
        let waits: Vec<i64> = (0..=10).map(|count| wait_of_account(count, LIMITS).seconds).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 900]);
        assert!(wait_of_account(10, LIMITS).is_locked && !wait_of_account(9, LIMITS).is_locked);
    }

    #[test]
    fn each_lock_is_longer_but_none_longer_than_a_day() {
        assert_eq!(wait_of_account(11, LIMITS).seconds, 1_800);
        assert_eq!(wait_of_account(12, LIMITS).seconds, 3_600);
        assert_eq!(wait_of_account(1_000, LIMITS).seconds, 24 * 3_600);
        assert_eq!(wait_of_account(i64::MAX, LIMITS).seconds, 24 * 3_600);
    }

    #[test]
    fn a_building_behind_one_address_is_slowed_and_never_locked() {
        assert_eq!(wait_of_address(30).seconds, 0);
        assert_eq!(wait_of_address(31).seconds, 1);
        assert_eq!(wait_of_address(10_000), Wait { seconds: 60, is_locked: false });
    }

    #[test]
    fn the_sentence_says_when_it_opens() {
        let now = Instant(1_793_862_000_000_000);
        assert!(sentence(now.plus_seconds(8), now).contains("8 saniye"));
        assert!(sentence(now.plus_us(1), now).contains("1 saniye"));
        assert!(sentence(now.plus_seconds(900), now).contains("05.11.2026 10:15"));
    }
}
