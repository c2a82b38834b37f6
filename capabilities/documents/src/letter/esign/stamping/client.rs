//! The network of time stamps: one POST to the authority, and what certificates name as places that tell of revocation. What comes
//! back is only read here; whether it may be believed is decided in `stamping.rs` with the signature it belongs to.

use std::time::Duration;

use kernel::{Clock, Error, ErrorKind, Result};
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::{Client, RequestBuilder, Url, redirect};
use signing::kamusm::{self, Account, Chance};
use signing::{Hash, MAX_TIME_STAMP_BYTES, TimeStamp, TimeStampRequest};

/// An authority that has not answered by then is taken for down.
const ANSWER_WAIT: Duration = Duration::from_secs(15);
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// Longest answer to the question for credit.
const MOST_CREDIT_BYTES: usize = 4096;

/// One client for all of a job.
pub(super) struct Http(Client);

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

/// Who stamps, and with KamuSM on whose account.
pub(super) struct Authority {
    pub url: String,
    /// Customer number and password.
    pub account: Option<(u64, String)>,
}

const WHO: &str = "Zaman damgası sunucusu";

impl Authority {
    /// A token over the digest; imprint and nonce are those that were sent.
    pub async fn stamp(&self, http: &Http, clock: &Clock, imprint: &[u8]) -> Result<TimeStamp> {
        let question = TimeStampRequest::new(Hash::Sha256, imprint, &clock.random_bytes::<16>())
            .map_err(Error::internal)?;
        let mut request = http.0.post(address(&self.url, WHO)?);
        request = request.header(CONTENT_TYPE, "application/timestamp-query").body(question.encode());
        if let Some(account) = self.account() {
            let identity = kamusm::identity(&account, imprint, chance(clock));
            request = request.header("identity", identity).header(USER_AGENT, kamusm::USER_AGENT);
        }
        let answer = answered(request, WHO, MAX_TIME_STAMP_BYTES).await?;
        question.read_answer(&answer).map_err(|error| refused(error, &answer))
    }

    /// How many stamps KamuSM has left for this customer.
    pub async fn credit(&self, http: &Http, clock: &Clock) -> Result<u64> {
        let account = self.account().ok_or_else(|| Error::internal("no customer number"))?;
        let at_ms = u64::try_from(clock.now().0 / 1_000).unwrap_or(0);
        let mut request = http.0.post(address(&self.url, WHO)?).header(USER_AGENT, kamusm::USER_AGENT);
        for (name, value) in kamusm::credit_headers(&account, at_ms, chance(clock)) {
            request = request.header(name, value);
        }
        let answer = answered(request.body(Vec::new()), WHO, MOST_CREDIT_BYTES).await?;
        kamusm::read_credit(&answer).map_err(|error| refused(error, &answer))
    }

    /// Whether somebody answers there, whatever they say to a question that is none.
    pub async fn reach(&self, http: &Http) -> Result<()> {
        match http.0.get(address(&self.url, WHO)?).send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(lost(WHO, error)),
        }
    }

    fn account(&self) -> Option<Account<'_>> {
        let (customer, password) = self.account.as_ref()?;
        Some(Account { customer: *customer, password })
    }
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
