//! The two texts of a bundle, in Turkish: what was found when it was made, and how to check everything without Belde.

use std::fmt::Write as _;

use kernel::{Instant, tr};
use signing::Trust;
use time::OffsetDateTime;

use super::super::esign::store::Signature;
use super::signed::Files;
use super::slice::Slice;
use crate::delivery::{self, store::Carrying};

/// What the texts are made of.
pub(super) struct Told {
    pub number: String,
    pub title: String,
    pub at: Instant,
    pub slice: Slice,
    pub deliveries: Vec<Carrying>,
    /// How an electronic letter left for each addressee.
    pub sent: Vec<String>,
    /// Signatures with what was found of each when it came.
    pub came: Vec<Signature>,
    /// Name in the bundle, name as it was hung on.
    pub scans: Vec<(String, String)>,
}

/// Each signature judged.
pub(super) fn signatures(
    report: &package::Report,
    named: &[Files],
    (trust, at): (&Trust, OffsetDateTime),
) -> String {
    let mut text = String::new();
    for (one, files) in report.signatures.iter().zip(named) {
        let found = signing::verify(&one.bytes, Some(&one.covered_bytes), trust, at);
        let _ = writeln!(text, "{} ({} için)\n{}", files.signature, one.covers, found.turkish());
    }
    text
}

/// `rapor.txt`.
pub(super) fn report(told: &Told, judged: &str) -> String {
    let mut text = format!("{} sayılı yazının delil dosyası\n", told.number);
    let _ = writeln!(text, "Konu: {}\nDüzenlendiği an: {}", told.title, tr::instant(told.at.0));
    match judged {
        "" => text.push_str("\nKÂĞIT YAZI\nElle imzalandı; yazi.pdf basıldığı hâlidir.\n"),
        judged => {
            let _ = write!(text, "\nPAKET VE İMZALAR\n{judged}");
        }
    }
    text.push_str(&copies(&told.slice));
    for (name, called) in &told.scans {
        let _ = writeln!(text, "{name}: {called}");
    }
    for one in &told.came {
        let _ = writeln!(
            text,
            "İmza {} tarihinde geldiğinde ({}):\n{}",
            tr::instant(one.signed_at.0),
            one.holder,
            one.report
        );
    }
    text.push_str("\nTESLİM\n");
    if told.deliveries.is_empty() {
        text.push_str("Zimmetle teslim kaydı yok.\n");
    }
    told.deliveries.iter().for_each(|one| delivered(&mut text, one));
    for line in &told.sent {
        let _ = writeln!(text, "Gönderim — {line}");
    }
    text.push_str("\nİŞLEM KAYITLARI\n");
    events(&mut text, &told.slice);
    text
}

/// What else left of the letter, and who got it; empty where everybody got the package of the bundle.
pub(super) fn copies(slice: &Slice) -> String {
    let all: Vec<&str> = slice.notes("letter_copied").collect();
    if all.is_empty() {
        return String::new();
    }
    format!(
        "Bu dosyadaki paket, bütün ekleriyle belediyede kalan pakettir. Bazı ekler şu muhataplara konulmadı; onların paketlerinin\n\
         SHA-256 özetleri:\n{}\n",
        all.join("\n")
    )
}

fn delivered(text: &mut String, one: &Carrying) {
    let state = delivery::STATES.iter().find(|state| state.code == one.state);
    let _ = write!(text, "{}: {}, {}", one.number, one.receiver, state.map_or("", |state| state.label_tr));
    if !one.taken_by.is_empty() {
        let _ = write!(text, ", {}", one.taken_by);
    }
    if let Some(at) = one.ended_at {
        let _ = write!(text, ", {}", tr::instant(at.0));
    }
    text.push('\n');
}

/// How many events, under which seals, and what is not here.
pub(super) fn events(text: &mut String, slice: &Slice) {
    let unsealed = slice.unsealed();
    let sealed = slice.events.len() - unsealed;
    let _ = writeln!(text, "{sealed} olay mühürlü, {unsealed} olay henüz mühürlenmemiş.");
    for one in &slice.seals {
        let _ = writeln!(text, "Mühür {}:{} ({})", one.no, one.hash, tr::instant(one.sealed_at_us));
    }
    for of in &slice.left_out {
        let of = match of.as_str() {
            "document" => "evrak kaydının",
            "delivery" => "zimmetle teslimlerin",
            "letter_sending" => "gönderimlerin",
            "route_step" => "paraf ve imzaların",
            _ => "yazının",
        };
        let _ =
            writeln!(text, "Dosyada olmayan: {of} olayları ya da bir kısmı (görme yetkisi ya da çokluğu).");
    }
}

/// `OKU.txt`. Lines that begin with four blanks are commands.
pub(super) fn guide(told: &Told, named: &[Files]) -> String {
    let mut text = format!(
        "{} SAYILI YAZININ DELİL DOSYASI\n\n\
         Bu dosya, yazının kimin imzasıyla, ne zaman ve nasıl çıktığını Belde olmadan denetlemek içindir. Belde varsa tek\n\
         komut yeter: belde verify DOSYA.zip --anchors kok.pem\n\n\
         Aşağıdaki komutlar dosyanın açıldığı klasörde, Linux, macOS ya da Windows'ta WSL ile çalışır. Gerekenler: openssl,\n\
         unzip, sha256sum, python3. kok.pem, güvendiğiniz kök sertifikaların dosyasıdır; onu bu dosyadan değil, sertifikayı\n\
         veren kurumun kendi sayfasından alın (Kamu SM: https://depo.kamusm.gov.tr).\n\n\
         DOSYALAR BÜTÜN MÜ?\nHer satırda OK ya da BAŞARILI yazmalıdır:\n    sha256sum -c ozet.txt\n",
        told.number
    );
    text.push_str(
        "ozet.txt aktarım hatalarını gösterir; bilerek değiştirilen bir dosyayı imzalar ve mühürler gösterir.\n\n",
    );
    if named.is_empty() {
        text.push_str(
            "YAZI\nYazı elle imzalanmıştır: yazi.pdf basıldığı hâlidir, taramalar klasöründe varsa imzalı nüshanın taraması\n\
             durur. Elektronik imza yoktur; yazının yolunu aşağıdaki işlem kayıtları gösterir.\n\n",
        );
    } else {
        package_and_signatures(&mut text, named);
    }
    text.push_str(EVENTS);
    text
}

fn package_and_signatures(text: &mut String, named: &[Files]) {
    text.push_str("e-YAZIŞMA PAKETİ\nPaket bir zip dosyasıdır:\n    unzip -q -o paket.eyp -d paket\n");
    text.push_str("İmzaların kapsadığı dosyalar paketteki ile aynıdır; komut bir şey yazmamalıdır:\n");
    for one in named {
        let _ = writeln!(text, "    cmp {} 'paket/{}'", one.covered, plain(&one.of.covers));
    }
    text.push_str(
        "Bu dosyalarda paketteki her parçanın özeti yazar (SHA-384 ve SHA-512, base64). Bir parçanınkini görmek için:\n\
         openssl dgst -sha512 -binary paket/PARÇA | base64\n\n\
         İMZALAR\nHer komutun sonunda “CMS Verification successful” yazmalıdır:\n",
    );
    for one in named {
        let _ = writeln!(
            text,
            "    openssl cms -verify -binary -inform DER -in {} -content {} -CAfile kok.pem -certfile sertifikalar.pem -purpose any -out /dev/null",
            one.signature, one.covered
        );
    }
    text.push_str(
        "Sertifikanın süresi bugün dolmuşsa imza anına göre bakın: komuta -attime ile imza anını (1970'ten beri saniye)\n\
         ekleyin. Sertifikaların kimin olduğunu görmek için:\n\
         \x20   openssl crl2pkcs7 -nocrl -certfile sertifikalar.pem | openssl pkcs7 -print_certs -noout\n\
         İptal edilip edilmediğini sertifikayı veren kurumun listesi söyler.\n\n",
    );
    let stamps: Vec<&(String, String)> = named.iter().flat_map(|one| &one.stamps).collect();
    text.push_str("ZAMAN DAMGALARI\n");
    if stamps.is_empty() {
        text.push_str("İmzalarda zaman damgası yoktur.\n\n");
        return;
    }
    text.push_str("Damga imzanın değerini kapsar; “Verification: OK” yazmalıdır:\n");
    for (token, covered) in stamps {
        let _ = writeln!(
            text,
            "    openssl ts -verify -in {token} -token_in -data {covered} -CAfile kok.pem -untrusted sertifikalar.pem"
        );
    }
    text.push('\n');
}

/// A part's name without its leading slash and without what a shell would read.
fn plain(name: &str) -> String {
    name.trim_start_matches('/').chars().filter(|letter| !letter.is_control() && *letter != '\'').collect()
}

/// The check of the audit slice, with nothing but Python's own library.
const EVENTS: &str = r#"İŞLEM KAYITLARI
olaylar.json, yazının, evrak kaydının, paraf ve imzaların, teslimlerin her işlemini taşır. Her olay bir mührün altında durur: kaydın
özeti, kardeş özetlerle birleşe birleşe mührün köküne çıkar (RFC 6962). Aşağıdaki program her olayı yeniden hesaplar; sonunda TAMAM
yazmalıdır; python3 satırından SON satırına kadar olduğu gibi yapıştırın:
python3 - <<'SON'
import base64, hashlib, json, uuid
h = lambda b: hashlib.sha256(b).digest()
x = bytes.fromhex
d = json.load(open("olaylar.json", encoding="utf-8"))
seals = {s["no"]: s for s in d["seals"]}
names = ("id at_us actor_id actor_name acting_for_id acting_for_name source request_id address subject_kind subject_id "
         "subject_title related_kind related_id unit_id owner_id verb changes note").split()
def field(name, value):
    if value is None: return b"\0"
    if name == "at_us": value = value.to_bytes(8, "big", signed=True)
    elif name.endswith("id"): value = uuid.UUID(value).bytes
    else: value = value.encode()
    return b"\1" + len(value).to_bytes(8, "big") + value
for s in seals.values():
    n = lambda k: s[k].to_bytes(8, "big", signed=True)
    all = n("no") + n("first") + n("count") + x(s["root"]) + x(s["previous"]) + n("sealed_at_us")
    assert h(b"\2" + all).hex() == s["hash"], ("muhur degismis", s["no"])
    print("muhur", str(s["no"]) + ":" + s["hash"])
for e in d["events"]:
    record = b"".join(field(name, e[name]) for name in names)
    leaf = h(b"\0" + record)
    assert base64.b64decode(e["record"]) == record and leaf.hex() == e["leaf"], ("olay degismis", e["id"])
    if e["proof"] is None:
        print("henuz muhurlenmemis", e["id"], e["verb"])
        continue
    s = seals[e["proof"]["seal"]]
    at, last = e["proof"]["index"], s["count"] - 1
    assert at <= last, ("kanit tutmuyor", e["id"])
    for sibling in map(x, e["proof"]["path"]):
        if at % 2 or at == last:
            leaf = h(b"\1" + sibling + leaf)
            while at % 2 == 0 and at: at, last = at // 2, last // 2
        else:
            leaf = h(b"\1" + leaf + sibling)
        at, last = at // 2, last // 2
    assert last == 0 and leaf.hex() == s["root"], ("kanit tutmuyor", e["id"])
print("TAMAM", len(d["events"]), "olay")
SON

Mühürler birbirine bağlıdır; geçmişi değiştiren bütün sonraki mühürleri de değiştirmek zorundadır. Yukarıda yazan “numara:özet”
satırlarını belediyenin daha önce başka yerde sakladığı mühürlerle karşılaştırın ya da belediyeden şu komutun çıktısını isteyin:
belde verify --anchor NUMARA:ÖZET. Elektronik yazıda letter_packed olayının notu, paket.eyp dosyasının SHA-256 özetidir:
mühür paketi de kapsar. Bir olayın bu dosyaya hiç konmadığını ise mühür göstermez; eksik olup olmadığını belediyenin kütüğü gösterir.
"#;
