//! PDFs that others signed inside of the file (PAdES), as they come with a message or a scan.

use signing::pdf::{PdfRoom, PdfText, add_pdf_validation_data};
use signing::{Content, Crl, Hash, Key as _, Preparation, Profile, TimeStampRequest, ValidationData};
use testkit::{TestDb, each};

use super::intake::{id, send};
use super::parcels::begin;
use super::stamp::World;
use super::town::{Town, capabilities};

/// One page that says something (ISO 32000-1, 7.5).
pub(super) fn paper() -> Vec<u8> {
    let text = "BT /F1 12 Tf 72 720 Td (Sunucu bakimi hakkinda) Tj ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_string(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_string(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
            .to_string(),
        format!("<</Length {}>>stream\n{text}\nendstream", text.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_string(),
    ];
    let mut file = "%PDF-1.7\n".to_string();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (place, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj{object}endobj\n", place + 1));
    }
    let start = file.len();
    let trailer = format!("trailer<</Root 1 0 R/Size {}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    format!("{file}{table}{trailer}").into_bytes()
}

/// Level LT: signature, its stamp, and the list that says that nobody was revoked.
fn signed(world: &World, test: &TestDb) -> Vec<u8> {
    let key = world.keys.key("veli");
    let text = PdfText { name: "Veli Ak", reason: "Onay", location: "" };
    let now = test.clock.now().utc();
    let room = PdfRoom::new(&paper(), now, text).unwrap();
    let prepared = Preparation::new(Content::Pdf(&room.digests()), key.chain(), Profile::P1, now).unwrap();
    let cms = prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap();
    let imprint = signing::signature_imprint(&cms, 0, Hash::Sha256).unwrap();
    let request = TimeStampRequest::new(Hash::Sha256, &imprint, b"12345678").unwrap();
    let stamp = request.read_answer(&world.desk.stamp(&request.encode(), "good")).unwrap();
    let pdf = room.place(&signing::add_time_stamp(&cms, 0, &stamp).unwrap()).unwrap();
    let list = std::fs::read(world.keys.path("root.crl")).unwrap();
    let evidence = ValidationData {
        certificates: world.keys.anchors(),
        crls: vec![Crl::from_der(&list).unwrap()],
        ocsps: Vec::new(),
    };
    add_pdf_validation_data(&pdf, &evidence).unwrap()
}

#[tokio::test]
async fn a_signed_pdf_is_judged_when_it_arrives_and_a_changed_one_is_not_believed() {
    let world = World::make();
    each(capabilities(), async |test| {
        begin(test, &world.keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, world.keys.services(files.path())).await;
        town.set("documents.electronic_signature", "trial").await;
        let good = signed(&world, test);
        send(&town, &[("imzali.pdf", &good), ("duz.pdf", &paper())]).await.ok();
        let of = |name: &str| format!("SELECT signature FROM intake_item WHERE file_name = '{name}'");
        assert_eq!(town.text(&of("imzali.pdf")).await, "valid");
        assert_eq!(town.text(&of("duz.pdf")).await, "none");
        let item = id(test, "SELECT id FROM intake_item WHERE file_name = 'imzali.pdf'").await;
        let item = format!("/gelen-kutusu/{item}");
        town.app.get(&item).await.ok().says("İmzası geçerli").says("Veli Ak").hides("T.C. kimlik no");
        let fields = [("surum", "1"), ("title", "Bakım"), ("sender", "Veli Ak"), ("sheets", "1")];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        town.act(&item, "kaydet", "").await.leads_to(&item);
        assert_eq!(town.text("SELECT signature FROM document").await, "valid");

        let at = good.windows(6).position(|part| part == b"bakimi").unwrap();
        let mut changed = good.clone();
        changed[at] = b'B';
        send(&town, &[("degismis.pdf", &changed)]).await.ok();
        assert_eq!(town.text(&of("degismis.pdf")).await, "invalid");
        // A file that only looks signed is kept, and says that it could not be judged.
        send(&town, &[("bozuk.pdf", b"%PDF-1.7\n/ByteRange [0 1 2")]).await.ok();
        assert_eq!(town.text(&of("bozuk.pdf")).await, "unchecked");
    })
    .await;
    each(capabilities(), async |test| {
        begin(test, &world.keys);
        // No root is trusted.
        let town = Town::new(test).await;
        town.set("documents.electronic_signature", "trial").await;
        send(&town, &[("imzali.pdf", &signed(&world, test))]).await.ok();
        assert_eq!(town.text("SELECT signature FROM intake_item").await, "unchecked");
    })
    .await;
}
