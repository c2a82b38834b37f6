//! How devices are asked over SNMP. The passwords stand in the server's configuration and in no database: they go to the agents
//! that look, and to nobody else.

use std::str::FromStr;

/// The ways, in the order in which they are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnmpAccess(Vec<Way>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Community { version: &'static str, name: String },
    User { name: String, auth: (String, String), privacy: (String, String) },
}

/// Ways that one installation has at most.
const MOST: usize = 10;

impl FromStr for SnmpAccess {
    type Err = ();

    /// `v2c:public, v1:old, v3:user:sha:password:aes:password`
    fn from_str(text: &str) -> Result<Self, ()> {
        let ways: Result<Vec<Way>, ()> = text.split(',').map(|one| way(one.trim())).collect();
        let ways = ways?;
        if ways.len() > MOST { Err(()) } else { Ok(Self(ways)) }
    }
}

fn way(text: &str) -> Result<Way, ()> {
    let parts: Vec<&str> = text.split(':').collect();
    if parts.iter().any(|part| part.is_empty() || part.chars().any(char::is_control)) {
        return Err(());
    }
    match parts.as_slice() {
        ["v1", name] => Ok(Way::Community { version: "1", name: (*name).into() }),
        ["v2c", name] => Ok(Way::Community { version: "2c", name: (*name).into() }),
        ["v3", name, auth @ ("md5" | "sha"), password, privacy @ ("des" | "aes"), secret] => Ok(Way::User {
            name: (*name).into(),
            auth: ((*auth).into(), (*password).into()),
            privacy: ((*privacy).into(), (*secret).into()),
        }),
        _ => Err(()),
    }
}

impl SnmpAccess {
    /// The elements by which an agent learns them, numbered from 1.
    pub(crate) fn elements(&self) -> String {
        let one = |(number, way): (usize, &Way)| match way {
            Way::Community { version, name } => format!(
                "<AUTHENTICATION ID=\"{number}\" VERSION=\"{version}\" COMMUNITY=\"{}\"/>",
                attribute(name)
            ),
            Way::User { name, auth, privacy } => format!(
                "<AUTHENTICATION ID=\"{number}\" VERSION=\"3\" USERNAME=\"{}\" AUTHPROTOCOL=\"{}\" AUTHPASSPHRASE=\"{}\" \
                 PRIVPROTOCOL=\"{}\" PRIVPASSPHRASE=\"{}\"/>",
                attribute(name),
                auth.0,
                attribute(&auth.1),
                privacy.0,
                attribute(&privacy.1)
            ),
        };
        (1..).zip(&self.0).map(one).collect()
    }
}

/// A text as the value of an attribute.
pub(crate) fn attribute(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_read_from_one_line_and_written_for_the_agent() {
        let access: SnmpAccess = "v2c:public, v3:belde:sha:gizli\"1:aes:gizli2".parse().unwrap_or_default();
        assert_eq!(
            access.elements(),
            "<AUTHENTICATION ID=\"1\" VERSION=\"2c\" COMMUNITY=\"public\"/><AUTHENTICATION ID=\"2\" VERSION=\"3\" \
             USERNAME=\"belde\" AUTHPROTOCOL=\"sha\" AUTHPASSPHRASE=\"gizli&quot;1\" PRIVPROTOCOL=\"aes\" PRIVPASSPHRASE=\"gizli2\"/>"
        );
        for wrong in ["", "public", "v2c:", "v3:belde:sha:gizli", "v4:public"] {
            assert!(wrong.parse::<SnmpAccess>().is_err(), "{wrong}");
        }
    }
}
