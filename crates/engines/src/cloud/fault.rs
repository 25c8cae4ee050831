//! What a refusal means to the dialogue. Pure.

use std::time::Duration;

use segue_runtime::port::CloudError;
use serde_json::Value;

/// The longest wait that is believed; a server that names more has lost count.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The meaning of a status that is not success. `retry_after` is the header of that name: seconds (a date is not
/// understood, and then the wait is unknown).
#[must_use]
pub fn of_status(status: u16, retry_after: Option<&str>) -> CloudError {
    match status {
        401 | 403 => CloudError::Unauthorized,
        404 => CloudError::NotFound,
        429 => CloudError::RateLimited(retry_after.and_then(wait)),
        other => CloudError::Status(other),
    }
}

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
        return of_status(status, None);
    }
    let name = |value: &Value| value.as_str().filter(|name| is_code(name)).map(str::to_owned);
    match code.and_then(name).or_else(|| field("type").and_then(name)) {
        Some(name) if name.contains("rate_limit") => CloudError::RateLimited(None),
        Some(name) => CloudError::Broken(format!("the server reported {name}")),
        None => CloudError::Broken("the server reported an error".into()),
    }
}

fn is_code(name: &str) -> bool {
    name.len() <= 40 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn wait(header: &str) -> Option<Duration> {
    let seconds = header.trim().parse::<f64>().ok().filter(|seconds| *seconds >= 0.0)?;
    Duration::try_from_secs_f64(seconds).ok().map(|wait| wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_status_has_its_meaning() {
        assert_eq!(of_status(401, None), CloudError::Unauthorized);
        assert_eq!(of_status(403, None), CloudError::Unauthorized);
        assert_eq!(of_status(404, None), CloudError::NotFound);
        assert_eq!(of_status(500, Some("3")), CloudError::Status(500));
        assert_eq!(of_status(302, None), CloudError::Status(302));
    }

    #[test]
    fn waits_are_read_with_care() {
        let wait = |header| of_status(429, header);
        assert_eq!(wait(Some(" 7 ")), CloudError::RateLimited(Some(Duration::from_secs(7))));
        assert_eq!(wait(Some("0.5")), CloudError::RateLimited(Some(Duration::from_millis(500))));
        assert_eq!(wait(Some("1e300")), CloudError::RateLimited(None));
        assert_eq!(wait(Some("999999")), CloudError::RateLimited(Some(LONGEST_WAIT)));
        for unknown in [None, Some(""), Some("-1"), Some("NaN"), Some("Wed, 21 Oct 2026 07:28:00 GMT")] {
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
        assert_eq!(of_event(&json!({"type": "Bad key sk-1"})), broken("an error"));
        assert_eq!(of_event(&json!("no object")), broken("an error"));
    }
}
