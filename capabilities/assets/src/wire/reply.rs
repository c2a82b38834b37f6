//! Answers in the exact shapes that agents take for answers.

use serde_json::json;

/// Hours until an agent comes again; it spreads its visits over the last of them by itself.
const CONTACT_HOURS: u32 = 24;
/// GLPI's agent shows so much of a message.
const MOST_MESSAGE: usize = 250;

/// An answer and its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub text: String,
    pub is_json: bool,
}

fn xml(inside: &str) -> Reply {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REPLY>{inside}</REPLY>\n");
    Reply { text, is_json: false }
}

fn json(value: &serde_json::Value) -> Reply {
    Reply { text: value.to_string(), is_json: true }
}

/// "Send": without exactly this word the inventory is not run. `options` is more work, as elements; an agent that has some comes
/// again within the hour.
pub(crate) fn prolog(options: &str) -> Reply {
    let hours = if options.is_empty() { CONTACT_HOURS } else { 1 };
    xml(&format!("<RESPONSE>SEND</RESPONSE><PROLOG_FREQ>{hours}</PROLOG_FREQ>{options}"))
}

/// Taken. An empty `<REPLY/>` would be an error to every agent.
pub(crate) fn xml_ok() -> Reply {
    xml("<RESPONSE>OK</RESPONSE>")
}

pub(crate) fn xml_refusal(why: &str) -> Reply {
    // A CDATA section ends where it says so.
    xml(&format!("<ERROR><![CDATA[{}]]></ERROR>", why.replace("]]>", "]] >")))
}

/// To the first question of a newer agent: it goes on with a contact at once.
pub(crate) fn pending() -> Reply {
    json(&json!({ "status": "pending" }))
}

/// To a contact: run the inventory, leave out what is not kept anyway, and nothing else. An agent that looks through the network is told
/// that these tasks are the plug-in's: it then asks for them by a prolog, as FusionInventory does.
pub(crate) fn contact(looks_through_network: bool) -> Reply {
    let mut tasks = json!({ "inventory": {
        "server": "glpi", "version": "10.0.18", "no-category": "environment,process", "params": []
    } });
    let mut disabled = vec!["deploy", "collect", "esx", "remoteinventory", "wakeonlan"];
    for task in ["netdiscovery", "netinventory"] {
        if looks_through_network {
            tasks[task] = json!({ "server": "glpiinventory", "version": "1.4.0" });
        } else {
            disabled.push(task);
        }
    }
    json(&json!({ "status": "ok", "expiration": CONTACT_HOURS, "tasks": tasks, "disabled": disabled }))
}

pub(crate) fn json_ok() -> Reply {
    json(&json!({ "status": "ok", "expiration": CONTACT_HOURS }))
}

pub(crate) fn json_refusal(why: &str) -> Reply {
    let message: String = why.chars().take(MOST_MESSAGE).collect();
    json(&json!({ "status": "error", "message": message, "expiration": CONTACT_HOURS }))
}

/// To the question for other tasks: none.
pub(crate) fn get_config() -> Reply {
    json(&json!({}))
}
