//! The network of time stamps: one POST to the authority, and what certificates name as places that tell of revocation.
//! What comes back is only read here; whether it may be believed is decided with what it was asked for.

use std::time::Duration;

use kernel::job::JobContext;
use kernel::setting::Settings;
use kernel::{Clock, Error, ErrorKind, Result};
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::{Client, RequestBuilder, Url, redirect};
use signing::kamusm::{self, Account, Chance};
use signing::{Hash, MAX_TIME_STAMP_BYTES, TimeStamp, TimeStampRequest};

use crate::StampPassword;
use crate::settings::{URL, USER};

/// An authority that has not answered by then is taken for down.
const ANSWER_WAIT: Duration = Duration::from_secs(15);
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// Longest answer to the question for credit.
const MOST_CREDIT_BYTES: usize = 4096;

/// One client for all of a job; what it is told to ask never comes back longer than it is told.
pub struct Http(Client);

fn unavailable(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unavailable, text)
}

impl Http {
    /// Trusts the machine's own root certificates.
    pub fn new() -> Result<Self> {
        // reqwest takes the process' provider; a second install is refused and means the same one is there.
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_WAIT)
            .timeout(ANSWER_WAIT)
            .build()
            .map_err(Error::internal)?;
        Ok(Self(client))
    }

    /// `body` to `url`; at most `limit` bytes come back. `who` opens the sentence when it goes wrong.
    pub async fn post(
        &self,
        url: &str,
        (media, body): (&'static str, Vec<u8>),
        (who, limit): (&str, usize),
    ) -> Result<Vec<u8>> {
        let request = self.0.post(address(url, who)?).header(CONTENT_TYPE, media).body(body);
        answered(request, who, limit).await
    }

    /// What lies at `url`; at most `limit` bytes.
    pub async fn get(&self, url: &str, (who, limit): (&str, usize)) -> Result<Vec<u8>> {
        answered(self.0.get(address(url, who)?), who, limit).await
    }
}

fn address(url: &str, who: &str) -> Result<Url> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        unavailable(format!("{who} adresi http:// ya da https:// ile başlayan bir adres değil."))
    })
}

fn lost(who: &str, error: reqwest::Error) -> Error {
    let how = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "zamanında yanıt vermedi",
        (_, true) => "adresine ulaşılamadı",
        _ => "yanıtı yarıda kaldı",
    };
    unavailable(format!("{who} {how}.")).with_context(error.without_url())
}

async fn answered(request: RequestBuilder, who: &str, limit: usize) -> Result<Vec<u8>> {
    let mut response = request.send().await.map_err(|error| lost(who, error))?;
    if !response.status().is_success() {
        return Err(unavailable(format!("{who} isteği geri çevirdi (HTTP {}).", response.status().as_u16())));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(who, error))? {
        if bytes.len() + chunk.len() > limit {
            return Err(unavailable(format!("{who} çok uzun bir yanıt gönderdi; yanıt okunmadı.")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// An authority's answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// All of it, as `openssl ts` takes it (.tsr).
    pub reply: Vec<u8>,
    /// The token in it, read.
    pub stamp: TimeStamp,
}

/// Who stamps, and with KamuSM on whose account.
pub struct Authority {
    url: String,
    /// Customer number and password.
    account: Option<(u64, String)>,
    /// For whatever else has to be asked about its stamps.
    pub http: Http,
}

const WHO: &str = "Zaman damgası sunucusu";

impl Authority {
    /// The authority of the settings; `None` where no server is set. Fails where settings and configuration do not fit
    /// together.
    pub async fn of(context: &JobContext) -> Result<Option<Self>> {
        let settings = Settings::load(&context.db, &context.registry.settings()).await?;
        let url = settings.text(URL);
        if url.is_empty() {
            return Ok(None);
        }
        let account = account(context, &settings.text(USER))?;
        Ok(Some(Self { url, account, http: Http::new()? }))
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it counts what is left for this municipality.
    pub fn has_account(&self) -> bool {
        self.account.is_some()
    }

    /// A stamp over the digest (SHA-256); imprint and nonce are those that were sent.
    pub async fn stamp(&self, clock: &Clock, imprint: &[u8]) -> Result<Answer> {
        let question = TimeStampRequest::new(Hash::Sha256, imprint, &clock.random_bytes::<16>())
            .map_err(Error::internal)?;
        let mut request = self.http.0.post(address(&self.url, WHO)?);
        request = request.header(CONTENT_TYPE, "application/timestamp-query").body(question.encode());
        if let Some(account) = self.account() {
            let identity = kamusm::identity(&account, imprint, chance(clock));
            request = request.header("identity", identity).header(USER_AGENT, kamusm::USER_AGENT);
        }
        let reply = answered(request, WHO, MAX_TIME_STAMP_BYTES).await?;
        let stamp = question.read_answer(&reply).map_err(|error| refused(error, &reply))?;
        Ok(Answer { reply, stamp })
    }

    /// How many stamps KamuSM has left for this customer.
    pub async fn credit(&self, clock: &Clock) -> Result<u64> {
        let account = self.account().ok_or_else(|| Error::internal("no customer number"))?;
        let at_ms = u64::try_from(clock.now().0 / 1_000).unwrap_or(0);
        let mut request = self.http.0.post(address(&self.url, WHO)?).header(USER_AGENT, kamusm::USER_AGENT);
        for (name, value) in kamusm::credit_headers(&account, at_ms, chance(clock)) {
            request = request.header(name, value);
        }
        let answer = answered(request.body(Vec::new()), WHO, MOST_CREDIT_BYTES).await?;
        kamusm::read_credit(&answer).map_err(|error| refused(error, &answer))
    }

    /// Whether somebody answers there, whatever they say to a question that is none.
    pub async fn reach(&self) -> Result<()> {
        match self.http.0.get(address(&self.url, WHO)?).send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(lost(WHO, error)),
        }
    }

    fn account(&self) -> Option<Account<'_>> {
        let (customer, password) = self.account.as_ref()?;
        Some(Account { customer: *customer, password })
    }
}

/// Customer number and password; a number without a password is a fault of the configuration.
fn account(context: &JobContext, user: &str) -> Result<Option<(u64, String)>> {
    if user.is_empty() {
        return Ok(None);
    }
    let number = user
        .parse()
        .map_err(|_| unavailable("KamuSM zaman damgası müşteri numarası yalnızca rakamlardan oluşur."))?;
    let password = context.services.get::<StampPassword>().map_err(|_| {
        unavailable("KamuSM zaman damgası parolası yapılandırma dosyasında yok (stamp_password).")
    })?;
    Ok(Some((number, password.0.clone())))
}

fn chance(clock: &Clock) -> Chance {
    Chance { salt: clock.random_bytes(), iv: clock.random_bytes() }
}

/// The library's sentence, or a clearer one where the answer is no time stamp at all.
fn refused(error: signing::Error, answer: &[u8]) -> Error {
    let text = match &error {
        signing::Error::TimeStampRefused(_) => error.to_string(),
        signing::Error::TimeStampDiffers => {
            "Zaman damgası sunucusu başka bir isteğin damgasını gönderdi; damga kabul edilmedi.".into()
        }
        _ if answer.trim_ascii_start().first() == Some(&b'<') => {
            "Zaman damgası sunucusu damga yerine bir internet sayfası gönderdi; ayarlardaki adresi denetleyin.".into()
        }
        _ => "Zaman damgası sunucusunun yanıtı bir zaman damgası değil; ayarlardaki adresi denetleyin.".into(),
    };
    unavailable(text).with_context(error)
}
