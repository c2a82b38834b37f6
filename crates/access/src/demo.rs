//! Accounts of the demo town: one per role, all with the same password, printed when the demo starts.

use kernel::capability::DemoContext;
use kernel::{Boxed, Clock, Result};

use crate::actions::open_account::{NewAccount, open_account};
use crate::actions::powers::{RoleGift, give_role};
use crate::password::{Hashing, hash};
use crate::{roles, rules, store};

/// The password of every demo account.
pub const PASSWORD: &str = "belde-deneme-2026";

/// Role, user name and name of each demo account.
pub const ACCOUNTS: [(&str, &str, &str); 8] = [
    ("admin", "yonetici", "Deniz Aksoy"),
    ("deputy_mayor", "baskanyrd", "Hülya Karaca"),
    ("director", "mudur", "Mehmet Yalçın"),
    ("chief", "sorumlu", "Ayşe Kaya"),
    ("staff", "personel", "Emre Doğan"),
    ("technician", "teknisyen", "Kadir Uçar"),
    ("clerk", "kayit", "Fatma Şimşek"),
    ("auditor", "denetci", "Selim Öztürk"),
];

/// Whoever heads the directorate of information technology leads its technicians' work, and sees it.
const BESIDE: [(&str, &str); 1] = [("mudur", "technician")];

pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let hashed = hashed(&context.clock).await?;
        let tx = context.db.begin(&context.act).await?;
        if let Some(registry) = context.db.registry() {
            roles::sync_roles(&tx, &registry).await?;
        }
        for (role, username, name) in ACCOUNTS {
            let new = NewAccount {
                username: username.into(),
                name: name.into(),
                role: role.into(),
                ..NewAccount::default()
            };
            let account = open_account(&tx, &new).await?;
            for (_, second) in BESIDE.iter().filter(|(of, _)| *of == username) {
                let role = store::roles::by_code(&tx, second).await?.ok_or_else(kernel::Error::not_found)?;
                let gift = RoleGift { account, role: role.id, unit: None, from_at: None, until_at: None };
                give_role(&tx, gift).await?;
            }
            store::accounts::set_password(&tx, account, &hashed, false).await?;
            store::accounts::accept_secrecy(&tx, account).await?;
        }
        // A visitor of the demo has no telephone paired with it.
        let duty = rules::settings().into_iter().find(|setting| setting.key == "access.totp_duty");
        if let Some(setting) = duty {
            kernel::setting::set(&tx, &setting, &"nobody".into()).await?;
        }
        tx.commit().await
    })
}

async fn hashed(clock: &Clock) -> Result<String> {
    let clock = clock.clone();
    let hashed = tokio::task::spawn_blocking(move || hash(Hashing::default(), &clock, PASSWORD)).await;
    hashed.map_err(kernel::Error::internal)?
}
