//! Where an MQTT broker is, taken from its URL.

use url::Url;

use crate::secret::Secret;

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// Name or address, without brackets.
    pub host: String,
    /// 1883 unless named, 8883 with TLS.
    pub port: u16,
    /// Whether the connection is encrypted and the broker proves who it is.
    pub tls: bool,
    /// The user, if one is named.
    pub user: Option<String>,
    /// The password, if one is named.
    pub password: Option<Secret>,
}

impl Broker {
    /// Reads `mqtt://` and `mqtts://` URLs. `None` for what is neither, has no host, or carries a path that would be
    /// left unread.
    pub(crate) fn from_url(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let tls = match url.scheme() {
            "mqtt" => false,
            "mqtts" => true,
            _ => return None,
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return None;
        }
        let host = url.host_str()?.trim_matches(['[', ']']).to_string();
        let decoded = |text: &str| percent_decoded(text).filter(|text| !text.is_empty());
        Some(Self {
            host: Some(host).filter(|host| !host.is_empty())?,
            port: url.port().unwrap_or(if tls { 8883 } else { 1883 }),
            tls,
            user: decoded(url.username()),
            password: url.password().and_then(decoded).as_deref().and_then(Secret::new),
        })
    }

    /// `host:port`, for people: without user and password.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}:{}{}", self.host, self.port, if self.tls { " (TLS)" } else { "" })
    }
}

/// Turns `%41` into `A`. `None` when the result is no UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    let digit = |index: usize| bytes.get(index).and_then(|byte| char::from(*byte).to_digit(16));
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}
