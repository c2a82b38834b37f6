//! How the web recognises people: the web's trait answered by the keeper of accounts.

use kernel::{Act, Actor, Boxed, Result, Source};
use web::{Authenticator, Prefs, SignedIn};

use crate::accounts::{Accounts, Recognised};
use crate::store;

impl Authenticator for Accounts {
    fn by_session<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async move { Ok(self.recognise_session(token).await?.map(signed_in)) })
    }

    fn by_api_token<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async move { Ok(self.recognise_token(token).await?.map(signed_in)) })
    }

    fn set_prefs<'a>(&'a self, actor: &'a Actor, prefs: Prefs) -> Boxed<'a, Result<()>> {
        Box::pin(async move {
            let Some(account) = actor.account_id else { return Ok(()) };
            let act = Act { actor: actor.clone(), ..Act::system(self.clock(), Source::Screen, "") };
            let tx = self.db().begin(&act).await?;
            tx.without_event("how a person likes the screens is nobody's business");
            let (theme, density) = (prefs.theme.value(), prefs.density.value());
            store::accounts::set_prefs(&tx, account, theme, density, prefs.shortcuts).await?;
            store::touch(&tx).await?;
            tx.commit().await
        })
    }
}

fn signed_in(found: Recognised) -> SignedIn {
    let account = &found.account;
    let prefs = Prefs {
        theme: ui::Theme::parse(&account.theme).unwrap_or_default(),
        density: ui::Density::parse(&account.density).unwrap_or_default(),
        shortcuts: account.has_shortcuts,
    };
    SignedIn {
        actor: found.actor,
        session_id: found.session_id,
        prefs,
        must_visit: found.must_visit,
        guide: None,
    }
}
