//! A scan of the demo town's main building, as an agent would tell it.

use kernel::record::{self, Draft, FieldValue, ListQuery};
use kernel::{Error, Result, Tx};

use super::{device, kind, store, take_in};
use crate::agents;
use crate::wire::{self, Message};

/// A switch that is an asset, a printer that is none, a camera; in the order in which an agent finds them.
const FOUND: &str = "<REQUEST><CONTENT>\
    <DEVICE><IP>10.1.2.2</IP><MAC>00:1b:54:aa:10:02</MAC><SNMPHOSTNAME>omurga</SNMPHOSTNAME><TYPE>NETWORKING</TYPE>\
    <MANUFACTURER>Cisco</MANUFACTURER><MODEL>C9300-24T</MODEL><SERIAL>FOC2345A0BC</SERIAL><AUTHSNMP>1</AUTHSNMP></DEVICE>\
    <DEVICE><IP>10.1.2.40</IP><MAC>b0:5c:da:11:22:33</MAC><SNMPHOSTNAME>fen-yazici</SNMPHOSTNAME><TYPE>PRINTER</TYPE>\
    <MANUFACTURER>HP</MANUFACTURER><MODEL>Color LaserJet Pro M454dn</MODEL><SERIAL>VNB3K12345</SERIAL>\
    <LOCATION>Fen İşleri, 2. kat koridor</LOCATION><AUTHSNMP>1</AUTHSNMP></DEVICE>\
    <DEVICE><IP>10.1.2.71</IP><MAC>9c:14:63:0a:0b:0c</MAC><DNSHOSTNAME>kapi-kamerasi</DNSHOSTNAME><TYPE>VIDEO</TYPE>\
    <MANUFACTURER>Dahua</MANUFACTURER></DEVICE>\
    <AGENT><END>1</END></AGENT><PROCESSNUMBER>1</PROCESSNUMBER></CONTENT><DEVICEID>-</DEVICEID><QUERY>NETDISCOVERY</QUERY></REQUEST>";

/// The printer in detail; `{no}` is its number.
const PRINTER: &str = "<REQUEST><CONTENT><DEVICE><INFO><ID>{no}</ID><TYPE>PRINTER</TYPE><NAME>fen-yazici</NAME></INFO>\
    <PAGECOUNTERS><TOTAL>48213</TOTAL><COLOR>11904</COLOR></PAGECOUNTERS>\
    <CARTRIDGES><TONERBLACK>8</TONERBLACK><TONERCYAN>61</TONERCYAN><TONERMAGENTA>57</TONERMAGENTA><TONERYELLOW>43</TONERYELLOW>\
    </CARTRIDGES></DEVICE><PROCESSNUMBER>2</PROCESSNUMBER></CONTENT><DEVICEID>-</DEVICEID><QUERY>SNMPQUERY</QUERY></REQUEST>";

pub(crate) async fn load(tx: &Tx) -> Result<()> {
    let kinds = agents::kind();
    let all = record::list(tx, &kinds, &ListQuery::first(&kinds), &tx.act().actor, kinds.view).await?;
    let Some(agent) = all.records.iter().find(|agent| agent.get("state").text() == "approved") else {
        return Ok(());
    };
    let mut scans = Vec::new();
    for (name, first, last) in [
        ("Merkez yerleşke ağı", "10.1.2.1", "10.1.2.254"),
        ("Ek hizmet binası ağı", "10.1.3.1", "10.1.3.126"),
    ] {
        let mut draft = Draft::default();
        for (column, text) in [("name", name), ("first_address", first), ("last_address", last)] {
            draft.set(column, FieldValue::Text(text.into()));
        }
        draft.set("agent_id", FieldValue::Id(agent.id));
        draft.set("port", FieldValue::Int(161));
        draft.set("every_hours", FieldValue::Int(24));
        scans.push(record::create(tx, &kind(), draft).await?);
    }
    record::run_verb(tx, &kind(), scans[1], "durdur", "").await?;
    store::asked(tx, scans[0], 1).await?;
    say(tx, agent.id, FOUND).await?;
    for one in store::to_ask(tx, agent.id, tx.at(), 10).await? {
        store::asked_device(tx, one.id).await?;
        if one.kind == "printer" {
            say(tx, agent.id, &PRINTER.replace("{no}", &one.no.to_string())).await?;
            store::read_counter_on(
                tx,
                one.id,
                kernel::Day(tx.at().day().0 - time::Duration::days(30)),
                46_850,
            )
            .await?;
        }
    }
    let devices = device::kind();
    let found =
        record::list(tx, &devices, &ListQuery::first(&devices), &tx.act().actor, devices.view).await?;
    if let Some(camera) = found.records.iter().find(|one| one.get("kind").text() == "video") {
        record::run_verb(tx, &devices, camera.id, "yok-say", "Firmanın kamerası.").await?;
    }
    Ok(())
}

async fn say(tx: &Tx, agent: uuid::Uuid, text: &str) -> Result<()> {
    let Message::Network(message) = wire::read(text.as_bytes(), None).map_err(Error::internal)? else {
        return Ok(());
    };
    take_in::in_tx(tx, agent, &message).await.map(|_| ())
}
