//! `format`: whether a text is a UUID, a date, an address.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use crate::expect::{
    found::At,
    matcher::{Judge, Verdict},
};
use crate::json::Json;
use crate::spec::matcher::{Format, Matcher};

impl Judge<'_> {
    pub(super) fn format(&mut self, matcher: &Matcher, format: Format, at: At<'_>) -> Verdict {
        let Some(text) = at.text() else { return self.void(matcher, at, "text in this format") };
        self.verdict(is(format, text), matcher, at)
    }
}

fn is(format: Format, text: &str) -> bool {
    match format {
        Format::Uuid => text.len() == 36 && uuid::Uuid::parse_str(text).is_ok(),
        Format::Date => is_date(text),
        Format::DateTime => is_date_time(text),
        Format::Time => is_time(text),
        Format::Email => is_email(text),
        Format::Uri => is_uri(text),
        Format::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
        Format::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
        Format::Hostname => is_hostname(text),
        Format::Jwt => is_jwt(text),
        Format::Base64 => STANDARD.decode(text).is_ok(),
        Format::Ulid => is_ulid(text),
        Format::Semver => is_semver(text),
    }
}

/// `full-date` (RFC 3339 5.6).
fn is_date(text: &str) -> bool {
    has_shape(text, "0000-00-00") && text.parse::<jiff::civil::Date>().is_ok()
}

/// `date-time` (RFC 3339 5.6).
fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else { return false };
    is_date(date) && rest.strip_prefix(['T', 't']).is_some_and(is_time)
}

/// `full-time` (RFC 3339 5.6), with an offset; a leap second only where UTC may have one.
fn is_time(text: &str) -> bool {
    let Some((clock, rest)) = text.split_at_checked(8).filter(|(clock, _)| has_shape(clock, "00:00:00")) else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
        None => rest,
    };
    let [hour, minute, second] = [0, 3, 6].map(|at| two_digits(clock, at));
    let Some(offset) = offset_minutes(zone) else { return false };
    let in_utc = (hour * 60 + minute - offset).rem_euclid(24 * 60);
    hour < 24 && minute < 60 && (second < 60 || (second == 60 && in_utc == 24 * 60 - 1))
}

fn offset_minutes(zone: &str) -> Option<i32> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let offset = zone.strip_prefix(['+', '-']).filter(|offset| has_shape(offset, "00:00"))?;
    let (hours, minutes) = (two_digits(offset, 0), two_digits(offset, 3));
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Whether a text has digits where the shape has zeros, and is the same elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(c, wanted): (u8, u8)| if wanted == b'0' { c.is_ascii_digit() } else { c == wanted };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

fn two_digits(text: &str, at: usize) -> i32 {
    text.get(at..at + 2).and_then(|digits| digits.parse().ok()).unwrap_or(i32::MAX / 120)
}

/// An address that mail can be sent to (RFC 5321 4.1.2), in ASCII.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let domain = match literal {
        Some(address) => match address.strip_prefix("IPv6:") {
            Some(address) => is(Format::Ipv6, address),
            None => is(Format::Ipv4, address),
        },
        None => is_hostname(domain),
    };
    domain && text.len() <= 254 && !local.is_empty() && local.len() <= 64 && (is_dot_atom(local) || is_quoted(local))
}

fn is_dot_atom(text: &str) -> bool {
    let atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atext))
}

fn is_quoted(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        let printable = match c {
            '\\' => characters.next().is_some_and(|c| matches!(c, ' '..='~')),
            '"' => false,
            _ => matches!(c, ' '..='~'),
        };
        if !printable {
            return false;
        }
    }
    true
}

/// An absolute URI (RFC 3986 3), in ASCII.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let in_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let mut escapes = rest.split('%').skip(1);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(in_scheme)
        && rest.chars().all(allowed)
        && escapes.all(|part| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
        && rest.matches('#').count() <= 1
        && url::Url::parse(text).is_ok()
}

/// A host name (RFC 1123 2.1).
fn is_hostname(text: &str) -> bool {
    let label = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        inner && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// A signed token in compact form (RFC 7519 3): header and claims are JSON objects, the header names its `alg`.
fn is_jwt(text: &str) -> bool {
    let mut parts = text.split('.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let names_algorithm = |json: &Json<'_>| json.get("alg").is_some_and(|alg| alg.as_str().is_some());
    holds_object(header, names_algorithm) && holds_object(claims, |_| true) && URL_SAFE_NO_PAD.decode(signature).is_ok()
}

fn holds_object(part: &str, holds: impl Fn(&Json<'_>) -> bool) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(part) else { return false };
    Json::parse_bytes(&bytes).is_ok_and(|json| json.as_object().is_some() && holds(&json))
}

/// 128 bits in Crockford's base 32.
fn is_ulid(text: &str) -> bool {
    let digit = |c: char| c.is_ascii_alphanumeric() && !"ILOU".contains(c.to_ascii_uppercase());
    text.len() == 26 && text.chars().all(digit) && text.starts_with(|c: char| ('0'..='7').contains(&c))
}

/// Semantic Versioning 2.0.0.
fn is_semver(text: &str) -> bool {
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, before) = rest.split_once('-').map_or((rest, None), |(core, before)| (core, Some(before)));
    let named = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = |part: &str| digits(part) && (part == "0" || !part.starts_with('0'));
    let identifiers = |text: &str| text.split('.').all(|part| named(part) && (number(part) || !digits(part)));
    core.split('.').count() == 3
        && core.split('.').all(number)
        && before.is_none_or(identifiers)
        && build.is_none_or(|build| build.split('.').all(named))
}

#[cfg(test)]
mod tests;
