//! What people are told of their own account, and whom other notices reach: accounts of people, holders of a power.

use kernel::event::Event;
use kernel::notice::{About, Notice, Reach, own_account};
use kernel::{Boxed, Result, Tx};
use uuid::Uuid;

use crate::store;

const OWN_PAGE: &str = "/hesabim";

pub(crate) fn all() -> Vec<Notice> {
    let own = |key, on, sentence_tr| Notice {
        key,
        label_tr: "Hesabımın güvenliği",
        on,
        receivers: own_account,
        sentence_tr,
        path: Some(OWN_PAGE),
        many: None,
        about: About::Account,
    };
    vec![
        own(
            "access.new_place",
            &[("account", "signed_in_from_new_place")],
            "Hesabınıza daha önce kullanmadığınız bir adresten girildi. Siz değilseniz parolanızı değiştirin.",
        ),
        own(
            "access.password",
            &[("account", "password_changed"), ("account", "password_reset")],
            "Hesabınızın parolası değiştirildi ({who}). Bilginiz yoksa sistem yöneticinize başvurun.",
        ),
        own(
            "access.second_factor",
            &[
                ("account", "totp_enabled"),
                ("account", "totp_disabled"),
                ("account", "recovery_codes_renewed"),
            ],
            "Hesabınızın ikinci adımında değişiklik yapıldı ({who}).",
        ),
        own(
            "access.guessed",
            &[("account", "locked_by_guessing")],
            "Hesabınıza art arda yanlış parolayla girilmek istendi; hesap bir süre kilitlendi.",
        ),
        own(
            "access.powers",
            &[("account", "role_given"), ("account", "role_withdrawn")],
            "Hesabınızın rollerinde değişiklik yapıldı ({who}).",
        ),
        own(
            "access.token",
            &[("account", "token_created")],
            "Hesabınız adına çalışacak bir API anahtarı oluşturuldu ({who}).",
        ),
        own(
            "access.token_expiring",
            &[("account", "token_expiring")],
            "API anahtarlarınızdan birinin süresi bir hafta içinde doluyor; kullanan program duracak.",
        ),
        Notice {
            key: "access.job_died",
            label_tr: "Arka planda yapılan bir iş yapılamadığında",
            on: &[("job", "job_died")],
            receivers: keepers_of_jobs,
            sentence_tr: "Yapılamayan bir iş var: {title}.",
            path: None,
            many: None,
            about: About::Record,
        },
    ]
}

/// Answers the kernel: a person is known by account or by staff record, and is told on the account.
pub(crate) fn accounts_of<'a>(tx: &'a Tx, people: &'a [Uuid]) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(store::accounts_among(tx, people))
}

fn keepers_of_jobs<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = store::who_may(tx, "house.job.revive", &[], tx.at()).await?;
        Ok(holders.into_iter().map(|holder| holder.id).collect())
    })
}

/// Accounts, with their staff members, whose roles give a permission on records of a unit; `units` is the unit and
/// those above it. Powers that somebody has by acting for another are the directory's to add.
pub async fn who_may(tx: &Tx, permission: &str, units: &[Uuid]) -> Result<Vec<store::Holder>> {
    store::who_may(tx, permission, units, tx.at()).await
}
