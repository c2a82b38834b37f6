//! Messages as the real agents send them (shortened, with invented names and serials), broken ones, and hostile ones.
#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write};

use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::unread::Packed;
use super::*;

pub(crate) const FUSION: &str = include_str!("samples/fusioninventory.xml");
pub(crate) const OCS: &str = include_str!("samples/ocs.xml");
pub(crate) const GLPI: &str = include_str!("samples/glpi.json");
pub(crate) const GLPI_PARTIAL: &str = include_str!("samples/glpi_partial.json");

fn inventory(text: &str) -> Inventory {
    match read(text.as_bytes(), None).unwrap() {
        Message::Inventory(inventory) => *inventory,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_machine_of_fusioninventory_is_told_whole() {
    let found = inventory(FUSION);
    assert_eq!(found.device_id, "BIM-PC-07-2026-11-27-19-21-51");
    assert_eq!((found.tag.as_deref(), found.is_partial), (Some("BIM"), false));
    let machine = Machine::of(&found.sections);
    assert_eq!(machine.name.as_deref(), Some("BIM-PC-07"));
    assert_eq!(machine.serial.as_deref(), Some("7XK2QW1"));
    assert_eq!(machine.uuid.as_deref(), Some("4c4c4544-0042-3510-8052-b4c04f4e3732"));
    assert_eq!(
        (machine.manufacturer.as_deref(), machine.model.as_deref()),
        (Some("Dell Inc."), Some("OptiPlex 7010"))
    );
    assert_eq!(machine.category(), Some("desktop"));
    assert_eq!(machine.memory_mb, Some(8192));
    assert_eq!(machine.macs, ["B8:CA:3A:11:22:33"]);
    assert_eq!(machine.ips, ["10.1.2.7"]);
    assert_eq!(machine.disks.len(), 1, "a reader of discs is no disk");
    assert_eq!(machine.disks[0].serial.as_deref(), Some("Z3T1ABCD"));
    assert_eq!(machine.os_text().as_deref(), Some("Microsoft Windows 10 Pro 10.0.19045"));
    let names: Vec<&str> = machine.softwares.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["7-Zip", "AutoCAD & Civil 3D"], "two architectures are one program");
    assert_eq!(machine.antivirus[0].is_up_to_date, Some(false));
}

#[test]
fn the_three_agents_tell_the_same_things_in_their_own_words() {
    let ocs = Machine::of(&inventory(OCS).sections);
    assert_eq!((ocs.serial.as_deref(), ocs.category()), (Some("5CG7301X7K"), Some("laptop")));
    assert_eq!(ocs.processors[0].name.as_deref(), Some("Intel(R) Core(TM) i5-6300U"));
    assert_eq!((ocs.processors[0].cores, ocs.disks[0].size_mb), (Some(2), Some(256_060)));
    let glpi = inventory(GLPI);
    assert_eq!((glpi.tag.as_deref(), glpi.is_json), (Some("MHM"), true));
    let glpi = Machine::of(&glpi.sections);
    assert_eq!((glpi.serial.as_deref(), glpi.memory_mb), (Some("PF3ABCDE"), Some(16_000)));
    assert_eq!(glpi.macs, ["88:AE:DD:10:20:30"]);
    let partial = inventory(GLPI_PARTIAL);
    assert!(partial.is_partial && !partial.sections.contains_key("storages"));
}

#[test]
fn passwords_environment_processes_and_licence_keys_are_dropped_on_receipt() {
    for text in [FUSION, GLPI] {
        let found = inventory(text);
        let unread: Vec<String> = found.unread.values().map(list_of).collect();
        let kept = format!("{}{unread:?}", serde_json::to_string(&found.sections).unwrap());
        for secret in ["cok-gizli", "parola", "BBBBB", "EEEEE", "PERL_ARGS", "perl_args"] {
            assert!(!kept.contains(secret), "{secret} in {kept}");
        }
    }
}

#[test]
fn the_first_questions_and_what_is_not_ours_are_told_apart() {
    let prolog = "<?xml version=\"1.0\"?><REQUEST><DEVICEID>pc-1</DEVICEID><QUERY>PROLOG</QUERY><TOKEN>1</TOKEN></REQUEST>";
    assert_eq!(read(prolog.as_bytes(), None).unwrap(), Message::Prolog { device_id: "pc-1".into() });
    let contact = r#"{"action":"contact","deviceid":"pc-1","name":"GLPI-Agent"}"#;
    assert_eq!(read(contact.as_bytes(), None).unwrap(), Message::Contact { device_id: "pc-1".into() });
    let other = r#"{"action":"get_params","deviceid":"pc-1"}"#;
    assert_eq!(
        read(other.as_bytes(), None).unwrap(),
        Message::Other { what: "get_params".into(), is_json: true }
    );
}

#[test]
fn what_is_no_message_is_refused_with_a_reason() {
    let bomb = format!(
        "<!DOCTYPE x [<!ENTITY a \"{}\">]><REQUEST><DEVICEID>&a;</DEVICEID></REQUEST>",
        "a".repeat(99)
    );
    let deep = "<A>".repeat(100);
    for broken in [
        "",
        "x",
        "{",
        "{}",
        "[]",
        "<",
        "<REQUEST>",
        "<REQUEST/>",
        "<REPLY></REPLY>",
        &bomb,
        &deep,
        "<REQUEST><QUERY>PROLOG</QUERY></REQUEST>",
        "<REQUEST><DEVICEID>a</DEVICEID></REQUEST>",
    ] {
        assert!(read(broken.as_bytes(), None).is_err(), "{broken}");
    }
}

#[test]
fn old_code_pages_and_control_characters_lose_nothing_else() {
    let text = "<REQUEST><CONTENT><HARDWARE><NAME>\u{1}\u{e}ŞEHİR-1</NAME></HARDWARE></CONTENT><DEVICEID>a</DEVICEID></REQUEST>";
    let bytes = encoding_rs::WINDOWS_1254.encode(text).0.into_owned();
    let Message::Inventory(found) = read(&bytes, None).unwrap() else { panic!("an inventory") };
    assert_eq!(found.sections["hardware"][0]["name"], "ŞEHİR-1");
}

#[test]
fn a_message_is_unpacked_by_its_first_bytes_and_answered_as_it_came() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(FUSION.as_bytes()).unwrap();
    for (body, packing) in [
        (FUSION.as_bytes().to_vec(), Packing::Plain),
        (pack(Packing::Zlib, FUSION), Packing::Zlib),
        (gzip.finish().unwrap(), Packing::Gzip),
    ] {
        let (found, text) = unpack(&body).unwrap();
        assert_eq!((found, text.as_slice()), (packing, FUSION.as_bytes()));
        let answer = pack(found, &prolog("").text);
        let is_zlib = answer.starts_with(&[0x78, 0x9C]);
        assert_eq!(is_zlib, packing != Packing::Plain, "{packing:?}");
    }
    let packed = pack(Packing::Zlib, FUSION);
    assert_eq!(unpack(&packed[..packed.len() / 2]).unwrap_err(), Refusal::Damaged);
}

#[test]
fn a_bomb_is_stopped_before_it_is_whole() {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0_u8; 1024 * 1024];
    for _ in 0..200 {
        encoder.write_all(&zeros).unwrap();
    }
    let refused = unpack(&encoder.finish().unwrap()).unwrap_err();
    assert!(matches!(refused, Refusal::TooLarge { .. }), "{refused}");
}

#[test]
fn a_message_of_very_many_sections_is_not_so_many_rows() {
    let many: String = (0..5_000).map(|number| format!("<S{number}><A>1</A></S{number}>")).collect();
    let found = inventory(&format!("<REQUEST><CONTENT>{many}</CONTENT><DEVICEID>a</DEVICEID></REQUEST>"));
    assert_eq!((found.sections.len() + found.unread.len(), found.warnings.len()), (120, 1));
}

#[test]
fn a_refusal_cannot_end_its_own_frame() {
    assert!(xml_refusal("a ]]> b").text.contains("<![CDATA[a ]] > b]]>"));
}

proptest! {
    #[test]
    fn no_bytes_at_all_bring_the_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..4_000)) {
        if let Ok((_, text)) = unpack(&bytes) {
            let _ = read(&text, None);
        }
    }

    #[test]
    fn a_damaged_message_is_read_or_refused(at in 0_usize..5_000, with in any::<u8>(), cut in 0_usize..5_000) {
        for sample in [FUSION, OCS, GLPI] {
            let mut bytes = sample.as_bytes().to_vec();
            let place = at % bytes.len();
            bytes[place] = with;
            if let Ok(Message::Inventory(found)) = read(&bytes, None) {
                drop(Machine::of(&found.sections));
            }
            bytes.truncate(cut % bytes.len());
            let _ = read(&bytes, None);
        }
    }
}

/// What is packed, as text, after its digest and its length were looked at.
fn list_of(packed: &Packed) -> String {
    let mut text = String::new();
    flate2::read::ZlibDecoder::new(packed.zlib.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!((packed.text_bytes, &packed.digest), (text.len(), &hex::encode(Sha256::digest(&text))));
    text
}

#[test]
fn what_nobody_reads_is_packed_and_never_a_tree_in_either_language() {
    let xml = "<REQUEST><CONTENT><PORTS><NAME>Gi1</NAME><X/></PORTS><HARDWARE><NAME>omurga</NAME></HARDWARE>\
                <PORTS><NAME>Gi2</NAME></PORTS><ENVS><KEY>A</KEY></ENVS></CONTENT><DEVICEID>a</DEVICEID></REQUEST>";
    let json = r#"{"action":"inventory","deviceid":"a","more":{"a":[1]},"content":{"Ports":[{"NAME":"Gi1","x":""},7,
                  {"name":"Gi2"}],"hardware":{"name":"omurga"},"envs":[{"key":"A"}],"odd":3,"none":null}}"#;
    for text in [xml, json] {
        let found = inventory(text);
        assert_eq!(list_of(&found.unread["ports"]), r#"[{"name":"Gi1"},{"name":"Gi2"}]"#);
        assert_eq!(found.unread.len(), 1, "{text}");
        assert_eq!(
            found.sections.keys().collect::<Vec<_>>(),
            ["hardware"],
            "what is dropped is never packed"
        );
    }
    let one = r#"{"deviceid":"a","partial":true,"tag":"BIM","content":{"ports":{"NAME":"Gi1"}}}"#;
    let found = inventory(one);
    assert_eq!(list_of(&found.unread["ports"]), r#"[{"name":"Gi1"}]"#, "one object is a list of one");
    assert_eq!((found.is_partial, found.tag.as_deref()), (true, Some("BIM")));
    for wrong in [
        "{",
        r#"{"deviceid":"a","content":{"ports":[}"#,
        r#"{"deviceid":"a"} {"#,
        r#"{"content":[1],"deviceid":"a"}"#,
    ] {
        assert!(matches!(read(wrong.as_bytes(), None), Err(Refusal::Unreadable(_))), "{wrong}");
    }
}

#[test]
fn items_beyond_the_most_are_counted_and_said_in_both_languages() {
    let xml: String = (0..20_003).map(|number| format!("<PORTS><NAME>{number}</NAME></PORTS>")).collect();
    let json: Vec<String> = (0..20_003).map(|number| format!(r#"{{"name":"{number}"}}"#)).collect();
    for text in [
        format!("<REQUEST><CONTENT>{xml}</CONTENT><DEVICEID>a</DEVICEID></REQUEST>"),
        format!(r#"{{"deviceid":"a","content":{{"ports":[{}]}}}}"#, json.join(",")),
    ] {
        let found = inventory(&text);
        assert_eq!(found.warnings, ["ports: 20003 öğenin ilk 20000 tanesi alındı."]);
        assert!(list_of(&found.unread["ports"]).ends_with(r#"{"name":"19999"}]"#));
    }
}

#[test]
fn a_large_message_is_counted_before_room_is_made_for_it() {
    // Numbers that do not pack well, so that the message is large while it is packed.
    let text: String =
        (0_u64..400_000).map(|number| (number.wrapping_mul(0x9E37_79B9_7F4A_7C15)).to_string()).collect();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    zlib.write_all(text.as_bytes()).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    for (packed, packing) in
        [(zlib.finish().unwrap(), Packing::Zlib), (gzip.finish().unwrap(), Packing::Gzip)]
    {
        assert!(packed.len() > 1_000_000);
        let (known, bytes) = unpack(&packed).unwrap();
        assert_eq!((known, bytes.len()), (packing, text.len()));
        assert!(bytes.capacity() <= text.len() + 1, "{}", bytes.capacity());
        assert!(bytes == text.as_bytes());
        assert_eq!(unpack(&packed[..packed.len() - 1_000]), Err(Refusal::Damaged));
    }
}
