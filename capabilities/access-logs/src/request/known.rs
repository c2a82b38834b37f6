//! What the municipality itself knows of a device and an account that were found: asset and custody at that moment, member of staff.

use access_stream::who::Chain;
use kernel::{Instant, Result};

use super::answer::Making;

pub(super) async fn facts(making: &Making<'_>, chain: &Chain, at_us: i64) -> Result<Vec<(String, String)>> {
    let mut facts = Vec::new();
    if let (Some(mac), Some(cards_of)) = (chain.mac, making.context.registry.cards_of()) {
        let cards = cards_of(&making.context.db, &mac.to_string().to_uppercase(), Instant(at_us)).await?;
        if cards.is_empty() {
            facts.push(fact("Varlık kaydı", "Bu donanım adresiyle kayıtlı varlık yok.".into()));
        }
        for card in cards {
            facts.push(fact("Varlık kaydı", card.device_tr));
            let none = || "Sorulan anda kimsenin zimmetinde görünmüyor.".into();
            facts.push(fact("O andaki zimmet", card.custody_tr.unwrap_or_else(none)));
        }
    }
    match chain.user.as_deref().map(|user| (user, mobile(user))) {
        Some((_, Some(number))) => facts.extend(by_sms(making, &number, at_us).await?),
        Some((user, None)) => facts.push(fact("Hesabın sahibi", owner(making, user).await?)),
        None => {}
    }
    Ok(facts)
}

fn fact(name: &str, value: String) -> (String, String) {
    (name.to_owned(), value)
}

/// The ten digits of a mobile number that somebody signed in with: what the wireless network sent its code to.
fn mobile(user: &str) -> Option<String> {
    let name = user.split('@').next().unwrap_or(user);
    let digits: String = name.chars().filter(|one| !" -().+".contains(*one)).collect();
    let rest = ["0090", "90", "0"].iter().find_map(|before| digits.strip_prefix(before)).unwrap_or(&digits);
    let is_mobile = rest.len() == 10 && rest.starts_with('5') && rest.bytes().all(|it| it.is_ascii_digit());
    is_mobile.then(|| rest.to_owned())
}

/// Who signed in by a code sent to a telephone: the number itself, and the line where it is one of ours.
async fn by_sms(making: &Making<'_>, number: &str, at_us: i64) -> Result<Vec<(String, String)>> {
    let spaced = format!("0{} {} {} {}", &number[..3], &number[3..6], &number[6..8], &number[8..]);
    let mut facts = vec![fact("SMS ile doğrulanan numara", spaced)];
    let Some(cards_of) = making.context.registry.cards_of() else { return Ok(facts) };
    let lines = cards_of(&making.context.db, number, Instant(at_us)).await?;
    if lines.is_empty() {
        facts.push(fact(
            "Hat kaydı",
            "Belediyenin hatlarından değil; sahibi operatöründen sorulmalıdır.".into(),
        ));
    }
    for line in lines {
        facts.push(fact("Hat kaydı", line.device_tr));
        facts.push(fact("Hattı kullanan", line.custody_tr.unwrap_or_else(|| "Birimin ortak hattı.".into())));
    }
    Ok(facts)
}

/// Whose account it is; names of domains stand before or behind that of the account.
async fn owner(making: &Making<'_>, user: &str) -> Result<String> {
    let name = user.rsplit(['\\', '/']).next().unwrap_or(user);
    let name = name.split('@').next().unwrap_or(name);
    let Some(account) = access::store::accounts::account_by_username(&making.context.db, name).await? else {
        return Ok(
            "Bu adla bir Belde hesabı yok; oturumun açıldığı sistemden (dizin, SMS ile giriş) sorulmalıdır."
                .into(),
        );
    };
    let Some(staff) = account.staff_id else { return Ok(account.name) };
    let Some(person) = directory::store::person(&making.context.db, staff).await? else {
        return Ok(account.name);
    };
    let unit = directory::store::name_of(&making.context.db, "unit", person.unit_id).await?;
    Ok(unit.map_or_else(|| person.name.clone(), |unit| format!("{} ({unit})", person.name)))
}

#[cfg(test)]
mod tests {
    use super::mobile;

    #[test]
    fn a_mobile_number_is_known_however_it_is_written() {
        for user in [
            "5321234567",
            "05321234567",
            "+90 532 123 45 67",
            "905321234567@hotspot",
            "00905321234567",
            "0(532) 123-45-67",
        ] {
            assert_eq!(mobile(user).as_deref(), Some("5321234567"), "{user}");
        }
        for user in ["ali.kaya", "3121234567", "53212345678", "12345678901", "FEN\\05x21234567", ""] {
            assert_eq!(mobile(user), None, "{user}");
        }
    }
}
