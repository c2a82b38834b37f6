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
    if let Some(user) = &chain.user {
        facts.push(fact("Hesabın sahibi", owner(making, user).await?));
    }
    Ok(facts)
}

fn fact(name: &str, value: String) -> (String, String) {
    (name.to_owned(), value)
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
