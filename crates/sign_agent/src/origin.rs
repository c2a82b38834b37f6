//! The address of a portal: scheme, host and port, as browsers compare them.

use std::net::IpAddr;

use reqwest::Url;

/// A portal's origin. Two are equal if a browser would call them the same origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(Url);

impl Origin {
    /// Takes `https://host[:port]`, or `http://` if the host is this machine. A path other than `/`, a user name
    /// or a query make it none.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_safe = match url.scheme() {
            "https" => url.host_str().is_some(),
            "http" => is_this_machine(url.host_str()?),
            _ => false,
        };
        (is_bare && is_safe).then_some(Origin(url))
    }

    /// `https://belde.ornek.bel.tr`, without a slash at the end.
    pub fn text(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// An address on this portal. None if `target` (whole or relative) leads anywhere else: what a portal sends
    /// is never a reason to ask a third machine.
    pub fn join(&self, target: &str) -> Option<Url> {
        let url = self.0.join(target).ok()?;
        let is_own = url.origin() == self.0.origin() && url.username().is_empty() && url.password().is_none();
        is_own.then_some(url)
    }

    /// The address of a job and of what hangs below it.
    pub fn job(&self, token: &str) -> Option<Url> {
        let mut url = self.0.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(["api", "v1", "sign-job", token]);
        Some(url)
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_without_tls_is_taken_on_this_machine_only() {
        for good in
            ["https://belde.ornek.bel.tr", "https://b.tr:8443/", "http://127.0.0.1:8080", "http://[::1]"]
        {
            assert!(Origin::parse(good).is_some(), "{good}");
        }
        for bad in
            ["http://belde.ornek.bel.tr", "https://b.tr/yol", "https://u@b.tr", "ftp://127.0.0.1", "b.tr", ""]
        {
            assert!(Origin::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_a_portal_names_lies_on_the_portal() {
        let portal = Origin::parse("https://belde.ornek.bel.tr:443").expect("a portal");
        assert_eq!(portal, Origin::parse("https://BELDE.ornek.bel.tr/").expect("a portal"));
        assert!(portal.join("/belge/1.pdf").is_some());
        assert!(portal.join("https://belde.ornek.bel.tr/belge/1.pdf").is_some());
        for elsewhere in ["https://baska.tr/1.pdf", "//baska.tr/1.pdf", "http://belde.ornek.bel.tr/1.pdf"] {
            assert!(portal.join(elsewhere).is_none(), "{elsewhere}");
        }
        let job = portal.job("a/../b?c").expect("an address");
        assert_eq!(job.path(), "/api/v1/sign-job/a%2F..%2Fb%3Fc", "a token never walks through the portal");
    }
}
