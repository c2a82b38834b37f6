//! A small application around the capability: people are recognised by the name of their role in the session cookie.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use kernel::{Actor, Boxed, Registry, Result};
use testkit::{TestDb, role_actor};
use tower::ServiceExt;
use web::{App, AppParts, Authenticator, Prefs, SignedIn};

/// Everything the scenarios need besides the capability.
pub fn capabilities() -> Vec<kernel::Capability> {
    vec![web::house(), crate::capability()]
}

struct Roles(Arc<Registry>);

impl Authenticator for Roles {
    fn by_session<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        let mut actor = role_actor(&self.0, token, &[], None);
        actor.name = format!("{token} kişisi");
        let signed_in =
            SignedIn { actor, session_id: None, prefs: Prefs::default(), must_visit: None, guide: None };
        Box::pin(async { Ok(Some(signed_in)) })
    }

    fn by_api_token<'a>(&'a self, _token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async { Ok(None) })
    }

    fn set_prefs<'a>(&'a self, _actor: &'a Actor, _prefs: Prefs) -> Boxed<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// An answer, checked.
pub struct Page {
    pub status: StatusCode,
    pub body: String,
    /// Where it leads, if it leads anywhere.
    pub location: String,
}

impl Page {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        let shown: String = self.body.chars().take(3_000).collect();
        assert_eq!(self.status.as_u16(), status, "{shown}");
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.body.contains(words), "no `{words}` in {}", self.body);
        self
    }

    #[track_caller]
    pub fn hides(self, words: &str) -> Self {
        assert!(!self.body.contains(words), "`{words}` in {}", self.body);
        self
    }

    /// The id of the record a redirect leads to.
    #[track_caller]
    pub fn id(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.location.split('/').nth(2).expect("/yonetmelik/<id>/…").to_owned()
    }
}

/// The application and whoever sits at it.
pub struct Desk {
    router: Router,
}

impl Desk {
    pub fn new(test: &TestDb) -> Self {
        let authenticator = Arc::new(Roles(test.registry.clone()));
        let parts = AppParts::new(test.db.clone(), test.clock.clone(), test.registry.clone(), authenticator);
        let router = web::router(App::new(parts), web::house_routes().and(crate::routes()));
        Self { router }
    }

    pub async fn get(&self, role: &str, path: &str) -> Page {
        let request = Request::get(path).header(header::COOKIE, format!("belde={role}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, role: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = web::csrf_of(role);
        let pairs = [(ui::names::CSRF, token.as_str())];
        let escape = |text: &str| -> String {
            text.bytes()
                .map(|byte| {
                    if byte.is_ascii_alphanumeric() {
                        (byte as char).to_string()
                    } else {
                        format!("%{byte:02X}")
                    }
                })
                .collect()
        };
        let body: Vec<String> = pairs
            .iter()
            .chain(fields)
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect();
        let request = Request::post(path)
            .header(header::COOKIE, format!("belde={role}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    /// A form with files: `(file name, bytes)`.
    pub async fn upload(
        &self,
        role: &str,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
    ) -> Page {
        let mut body = Vec::new();
        let token = web::csrf_of(role);
        let pairs = [(ui::names::CSRF, token.as_str())];
        for (name, value) in pairs.iter().chain(fields) {
            body.extend(
                format!("--sinir\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .into_bytes(),
            );
        }
        if let Some((name, bytes)) = file {
            let head = format!(
                "--sinir\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n",
                ui::names::FILES
            );
            body.extend(head.into_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--sinir--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, format!("belde={role}"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=sinir");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A pasted text taken in by the director; answers its id.
    pub async fn paste(&self, text: &str) -> String {
        self.upload("director", "/yonetmelik/yeni", &[("metin", text)], None).await.id()
    }

    async fn send(&self, request: Request<Body>) -> Page {
        let what = format!("{} {}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let header = |name| -> String {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (location, kind) = (header(header::LOCATION), header(header::CONTENT_TYPE));
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        if kind.starts_with("text/html") {
            let faults = page_check::page(&body);
            assert!(faults.is_empty(), "{what}: {faults:#?}");
        }
        Page { status, body, location }
    }
}

/// A regulation of an invented town, in the drafting of ministries.
pub const TEXT: &str = "T.C.
KUMKÖY BELEDİYESİ
BİLGİ İŞLEM MÜDÜRLÜĞÜ YÖNETMELİĞİ

BİRİNCİ BÖLÜM
Amaç ve Tanımlar

Amaç
MADDE 1- (1) Bu Yönetmeliğin amacı, Bilgi İşlem Müdürlüğünün çalışma esaslarını düzenlemektir.

Tanımlar
MADDE 2- (1) Bu Yönetmelikte geçen;
a) Başkan: Kumköy Belediye Başkanını,
b) Müdürlük: Bilgi İşlem Müdürlüğünü,
ifade eder.

İKİNCİ BÖLÜM
Teşkilat ve Görevler

Teşkilat
MADDE 3- (1) Müdürlüğün teşkilatı şöyledir:
a) Yazılım Servisi
b) Donanım Servisi

Kadro
MADDE 4- (1) Müdürlükte görev yapanların unvan ve sayıları şöyledir:
a) Müdür 1
b) Şef 2

Görevler
MADDE 5- (1) Müdürlüğün görevleri şunlardır:
a) Belediye birimlerindeki bilgisayarların bakım ve onarımını yapmak,
b) Verilerin düzenli yedeklerini almak,
c) Belediyenin web sitesini güncel tutmak.

ÜÇÜNCÜ BÖLÜM
Son Hükümler

Yürürlük
MADDE 6- (1) Bu Yönetmelik, meclis kararının kesinleşmesiyle yürürlüğe girer.

Yürütme
MADDE 7- (1) Bu Yönetmelik hükümlerini Belediye Başkanı yürütür.
";
