//! What a refusal means to the dialogue. Pure.

use std::time::{Duration, SystemTime};

use segue_runtime::port::CloudError;
use serde_json::Value;

/// The longest wait that is believed; a server that names more has lost count.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The meaning of a status that is not success. `retry_after` is the header of that name: seconds, or a date, which is
/// compared with `now`; of a header that is neither the wait is unknown.
#[must_use]
pub fn of_status(status: u16, retry_after: Option<&str>, now: SystemTime) -> CloudError {
    match status {
        401 | 403 => CloudError::Unauthorized,
        404 => CloudError::NotFound,
        429 => CloudError::RateLimited(retry_after.and_then(|header| wait(header, now))),
        other => CloudError::Status(other),
    }
}

/// Anthropic's kinds of error, and the status that each would have been in place of a stream.
const KINDS: &[(&str, u16)] = &[
    ("authentication_error", 401),
    ("permission_error", 403),
    ("not_found_error", 404),
    ("rate_limit_error", 429),
    ("overloaded_error", 529),
];

/// The meaning of an error that arrives inside a stream that began well: `{"error": {...}}`.
///
/// Of the server's own words only a short code is kept: messages may quote the conversation or the key.
#[must_use]
pub fn of_event(error: &Value) -> CloudError {
    let field = |name: &str| error.get(name).filter(|value| !value.is_null());
    let code = field("code").or_else(|| field("status"));
    let status = code.and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
    if let Some(status) =
        status.and_then(|status| u16::try_from(status).ok()).filter(|status| (400..600).contains(status))
    {
        return of_status(status, None, SystemTime::UNIX_EPOCH);
    }
    let name = |value: &Value| value.as_str().filter(|name| is_code(name)).map(str::to_owned);
    match code.and_then(name).or_else(|| field("type").and_then(name)) {
        Some(name) if name.contains("rate_limit") => CloudError::RateLimited(None),
        Some(name) => match KINDS.iter().find(|(kind, _)| *kind == name) {
            Some((_, status)) => of_status(*status, None, SystemTime::UNIX_EPOCH),
            None => CloudError::Broken(format!("the server reported {name}")),
        },
        None => CloudError::Broken("the server reported an error".into()),
    }
}

fn is_code(name: &str) -> bool {
    name.len() <= 40 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn wait(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    let seconds = || header.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    // A date that has passed means: now.
    let date = || Some(httpdate::parse_http_date(header).ok()?.duration_since(now).unwrap_or_default());
    seconds().or_else(date).map(|wait| wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_status_has_its_meaning() {
        let of = |status, wait| of_status(status, wait, SystemTime::UNIX_EPOCH);
        assert_eq!(of(401, None), CloudError::Unauthorized);
        assert_eq!(of(403, None), CloudError::Unauthorized);
        assert_eq!(of(404, None), CloudError::NotFound);
        assert_eq!(of(500, Some("3")), CloudError::Status(500));
        assert_eq!(of(302, None), CloudError::Status(302));
    }

    #[test]
    fn waits_are_read_with_care() {
        // Wed, 21 Oct 2026 07:28:00 GMT, but for five seconds.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_792_567_675);
        let wait = |header| of_status(429, header, now);
        assert_eq!(wait(Some(" 7 ")), CloudError::RateLimited(Some(Duration::from_secs(7))));
        assert_eq!(wait(Some("0.5")), CloudError::RateLimited(Some(Duration::from_millis(500))));
        assert_eq!(wait(Some("1e300")), CloudError::RateLimited(None));
        assert_eq!(wait(Some("999999")), CloudError::RateLimited(Some(LONGEST_WAIT)));
        let date = |date| wait(Some(date));
        assert_eq!(date("Wed, 21 Oct 2026 07:28:00 GMT"), CloudError::RateLimited(Some(Duration::from_secs(5))));
        assert_eq!(
            date("Wed, 21 Oct 2026 07:27:00 GMT"),
            CloudError::RateLimited(Some(Duration::ZERO)),
            "it has passed"
        );
        assert_eq!(date("Fri, 31 Dec 9999 23:59:59 GMT"), CloudError::RateLimited(Some(LONGEST_WAIT)));
        for unknown in [None, Some(""), Some("-1"), Some("NaN"), Some("inf"), Some("Wed, 99 Oct 2026 07:28:00 GMT")] {
            assert_eq!(wait(unknown), CloudError::RateLimited(None), "{unknown:?}");
        }
    }

    #[test]
    fn an_error_in_the_stream_keeps_no_words_of_the_conversation() {
        let broken = |name: &str| CloudError::Broken(format!("the server reported {name}"));
        assert_eq!(of_event(&json!({"message": "you said: secret", "type": "server_error"})), broken("server_error"));
        assert_eq!(of_event(&json!({"message": "x", "type": "server_error", "code": null})), broken("server_error"));
        assert_eq!(of_event(&json!({"message": "x", "code": 429})), CloudError::RateLimited(None));
        assert_eq!(of_event(&json!({"code": "rate_limit_exceeded"})), CloudError::RateLimited(None));
        assert_eq!(of_event(&json!({"code": "503"})), CloudError::Status(503));
        assert_eq!(of_event(&json!({"type": "overloaded_error"})), CloudError::Status(529));
        assert_eq!(of_event(&json!({"type": "permission_error"})), CloudError::Unauthorized);
        assert_eq!(of_event(&json!({"type": "Bad key sk-1"})), broken("an error"));
        assert_eq!(of_event(&json!("no object")), broken("an error"));
    }
}
