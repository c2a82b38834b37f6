//! Boot configuration: TOML and environment, at most 25 keys, an unknown key is refused. Everything else is a
//! setting on a screen.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use signing::token::TokenUri;

/// A backup or a check of the log holds one for minutes; people must not wait for it.
const LEAST_READERS: u32 = 4;

/// Keys of `belde.toml`. Each can be overridden by `BELDE_<KEY>` in the environment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Address people type; `https://…` switches on secure cookies and HSTS.
    pub public_url: String,
    /// Folder for the SQLite file, uploaded files and the installation key.
    pub data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; empty means SQLite in `data`.
    pub database: String,
    /// Readers at the same time, and on PostgreSQL as many writers; two for each core, because more only wait for each other there
    /// (docs/benchmarks.md).
    pub database_connections: u32,
    /// Endpoint of an S3-compatible store; empty keeps files in `data`.
    pub s3_endpoint: String,
    pub s3_bucket: String,
    pub s3_region: String,
    pub s3_access_key: String,
    pub s3_secret_key: String,
    /// 64 hexadecimal digits that encrypt personal data; empty means a key file in `data`. All nodes share it.
    pub key: String,
    /// Mailbox of the service desk, `imaps://user:password@host/INBOX`; empty means none.
    pub desk_mailbox: String,
    /// Where the desk's letters are given to, `smtps://user:password@host/from@address`; empty means none are sent.
    pub desk_sender: String,
    /// Mailbox of the office whose messages enter the register, `imaps://user:password@host/INBOX`; empty means none.
    pub documents_mailbox: String,
    /// How network devices are asked, `v2c:public, v3:user:sha:password:aes:password`; empty means over no SNMP.
    pub snmp_access: String,
    /// PEM file with the root certificates that electronic signatures must lead to; empty means none is trusted.
    pub trust_anchors: String,
    /// The municipality's seal: `pkcs11:token=…;object=…?module-path=…&pin-source=file:/…` (RFC 7512), or for trials a PEM file with
    /// the unencrypted PKCS #8 key and the certificates; empty means none.
    pub seal_key: String,
    /// The key that opens packages encrypted for the municipality, as `seal_key`; RSA. Empty means none.
    pub decrypt_key: String,
    /// Password of the KamuSM time stamp account whose number stands in the settings; empty means none.
    pub stamp_password: String,
    /// Where log lines come in: `udp:0.0.0.0:514, tcp:0.0.0.0:514, tls:0.0.0.0:6514;cert=/F;key=/F;ca=/F, file:/var/log/dhcpd.log`;
    /// empty means nowhere.
    pub log_listen: String,
    /// Requests a second from one address.
    pub requests_per_second: u32,
    /// Largest upload in megabytes.
    pub upload_limit_mb: usize,
    /// `text` or `json`.
    pub log_format: String,
    /// Such as `info` or `info,sqlx=warn`.
    pub log_level: String,
    /// Workers for jobs on this node; 0 leaves jobs to other nodes.
    pub job_workers: u32,
}

fn readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(cores).unwrap_or(1).saturating_mul(2).max(LEAST_READERS)
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            data: PathBuf::from("belde-data"),
            database: String::new(),
            database_connections: readers(),
            s3_endpoint: String::new(),
            s3_bucket: String::new(),
            s3_region: "eu-central-1".into(),
            s3_access_key: String::new(),
            s3_secret_key: String::new(),
            key: String::new(),
            desk_mailbox: String::new(),
            desk_sender: String::new(),
            documents_mailbox: String::new(),
            snmp_access: String::new(),
            trust_anchors: String::new(),
            seal_key: String::new(),
            decrypt_key: String::new(),
            stamp_password: String::new(),
            log_listen: String::new(),
            requests_per_second: 50,
            upload_limit_mb: 100,
            log_format: "text".into(),
            log_level: "info".into(),
            job_workers: 1,
        }
    }
}

impl Config {
    /// Reads the file (if given), then the environment. The error names the key.
    pub fn read(path: Option<&Path>) -> Result<Self, String> {
        let mut table = toml::Table::new();
        if let Some(path) = path {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
        }
        for (name, value) in std::env::vars() {
            let Some(key) =
                name.strip_prefix("BELDE_").map(str::to_lowercase).filter(|key| KEYS.contains(&key.as_str()))
            else {
                continue;
            };
            // A password may be made of digits alone.
            let number = if NUMBERS.contains(&key.as_str()) { value.parse::<i64>().ok() } else { None };
            let parsed = number.map_or(toml::Value::String(value), toml::Value::Integer);
            table.insert(key, parsed);
        }
        let mut config: Self = table.try_into().map_err(|error| format!("configuration: {error}"))?;
        if config.public_url.is_empty() {
            config.public_url = format!("http://{}", config.listen);
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if !self.key.is_empty()
            && (self.key.len() != 64 || !self.key.bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            return Err("key: 64 hexadecimal digits are needed".into());
        }
        if !self.s3_endpoint.is_empty() && self.s3_bucket.is_empty() {
            return Err("s3_bucket: a bucket is needed with s3_endpoint".into());
        }
        if !self.desk_mailbox.is_empty() && self.desk_mailbox.parse::<mail::Mailbox>().is_err() {
            return Err("desk_mailbox: imaps://user:password@host/INBOX is needed".into());
        }
        if !self.documents_mailbox.is_empty() && self.documents_mailbox.parse::<mail::Mailbox>().is_err() {
            return Err("documents_mailbox: imaps://user:password@host/INBOX is needed".into());
        }
        if !self.desk_sender.is_empty() && self.desk_sender.parse::<mail::Sender>().is_err() {
            return Err("desk_sender: smtps://user:password@host/from@address is needed".into());
        }
        if !self.snmp_access.is_empty() && self.snmp_access.parse::<assets::SnmpAccess>().is_err() {
            return Err("snmp_access: v2c:community or v3:user:sha:password:aes:password is needed, separated by commas".into());
        }
        for (name, value) in [("seal_key", &self.seal_key), ("decrypt_key", &self.decrypt_key)] {
            if TokenUri::is_one(value)
                && let Err(error) = value.parse::<TokenUri>()
            {
                return Err(format!(
                    "{name}: pkcs11:token=LABEL;object=LABEL?module-path=/FILE&pin-source=file:/FILE is needed ({error})"
                ));
            }
        }
        if let Err(error) = self.log_listen.parse::<access_logs::Doors>() {
            return Err(format!("log_listen: {error}"));
        }
        if !["text", "json"].contains(&self.log_format.as_str()) {
            return Err("log_format: text or json".into());
        }
        Ok(())
    }

    /// The database's address; SQLite in the data folder unless another is named.
    pub fn database_url(&self) -> String {
        if !self.database.is_empty() {
            return self.database.clone();
        }
        format!("sqlite:{}", self.data.join("belde.sqlite").display())
    }
}

/// Those of them that are numbers.
const NUMBERS: [&str; 4] = ["database_connections", "requests_per_second", "upload_limit_mb", "job_workers"];

/// Names that may come from the environment.
const KEYS: [&str; 25] = [
    "listen",
    "public_url",
    "data",
    "database",
    "database_connections",
    "s3_endpoint",
    "s3_bucket",
    "s3_region",
    "s3_access_key",
    "s3_secret_key",
    "key",
    "desk_mailbox",
    "desk_sender",
    "documents_mailbox",
    "snmp_access",
    "trust_anchors",
    "seal_key",
    "decrypt_key",
    "stamp_password",
    "log_listen",
    "requests_per_second",
    "upload_limit_mb",
    "log_format",
    "log_level",
    "job_workers",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let table: toml::Table = "lisen = \"127.0.0.1:1\"".parse().unwrap_or_default();
        let error = table.try_into::<Config>().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("lisen"), "{error}");
    }

    #[test]
    fn the_environment_may_set_every_key_and_there_are_at_most_25() {
        let listed = format!("{:?}", Config::default());
        for key in KEYS {
            assert!(listed.contains(&format!("{key}:")), "{key} is not a key");
        }
        assert!(KEYS.len() <= 25);
    }

    #[test]
    fn a_key_on_a_module_is_told_by_its_address_and_a_broken_address_is_refused_at_start() {
        let with = |key: &str| Config { seal_key: key.into(), ..Config::default() }.check();
        assert!(with("pkcs11:token=a;object=b?module-path=/l.so&pin-source=file:/p").is_ok());
        assert!(with("/etc/belde/muhur.pem").is_ok());
        assert!(with("pkcs11:token=a?module-path=/l.so&pin-source=file:/p&pin-value=1").is_err());
    }

    #[test]
    fn a_short_key_is_refused() {
        let config = Config { key: "abc".into(), ..Config::default() };
        assert!(config.check().is_err());
    }
}
