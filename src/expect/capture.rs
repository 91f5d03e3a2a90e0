//! Values taken from an answer for later requests.

use crate::expect::{
    Mismatch, answer::Answer, facts, found::Absence, headers, matcher::resolve_expression, paths, show::Shown, xpath,
};
use crate::json::{Json, Number};
use crate::spec::{
    Path, Unrendered,
    capture::{Capture, Conversion, From},
    xpath::XPathText,
};
use crate::template::Scope;

/// The value of a capture, or why there is none.
///
/// # Errors
/// A template of the capture that cannot be rendered, or that yields no path or expression.
pub(crate) fn capture(
    capture: &Capture,
    answer: &Answer<'_>,
    scope: &Scope<'_>,
) -> Result<Result<Json<'static>, Mismatch>, Unrendered> {
    let taken = take(&capture.from, answer, scope)?;
    Ok(match (taken, &capture.default) {
        (Taken::Value(value), _) => match capture.convert {
            None => Ok(value),
            Some(into) => convert(&value, into).ok_or_else(|| unconvertible(&value, name(into), capture)),
        },
        (Taken::Nothing(_), Some(default)) => Ok(default.render(scope)?.into_owned().into_owned()),
        (Taken::Nothing(lack), None) => Err(lack.mismatch(capture)),
        (Taken::Unreadable(why, path), _) => Err(unreadable(why, path, capture)),
    })
}

/// What a source gave.
enum Taken {
    Value(Json<'static>),
    Nothing(Lack),
    /// The body is not what the source reads: why, and the path.
    Unreadable(String, String),
}

/// Where nothing was found.
struct Lack {
    path: String,
    help: Option<String>,
}

impl Lack {
    fn of(path: impl Into<String>, absence: Absence<'_>) -> Taken {
        Taken::Nothing(Self { path: path.into(), help: absence.help() })
    }

    fn mismatch(self, capture: &Capture) -> Mismatch {
        Mismatch {
            place: capture.place.clone(),
            message: format!("nothing at `{}` to capture as `{}`", self.path, capture.name),
            path: self.path,
            expected: "a value to capture".to_owned(),
            actual: "nothing".to_owned(),
            help: self.help.or_else(|| Some("give it a `default` where it may be missing".to_owned())),
            diff: None,
        }
    }
}

fn take(from: &From, answer: &Answer<'_>, scope: &Scope<'_>) -> Result<Taken, Unrendered> {
    Ok(match from {
        From::JsonPath(path) => return from_path(path, answer, scope),
        From::XPath(path) => return from_xpath(path, answer, scope),
        From::Header(name) => {
            let name = name.render(scope)?.trim().to_ascii_lowercase();
            match headers::value(&name, answer) {
                Some(value) => Taken::Value(value.into_owned()),
                None => {
                    let known: Vec<&str> = answer.response.headers.iter().map(|(name, _)| name.as_str()).collect();
                    Lack::of(format!("header {name}"), Absence::Among(&name, &known))
                }
            }
        }
        From::Cookie(name) => from_cookie(&name.render(scope)?, answer),
        From::Regex(expression) => {
            let expression = resolve_expression(expression, scope)?;
            match answer.read_text() {
                Ok(text) => match expression.first(text) {
                    Some(found) => Taken::Value(Json::from(found.to_owned())),
                    None => Lack::of(format!("body /{}/", expression.text()), Absence::Plain),
                },
                Err(why) => Taken::Unreadable(why.to_owned(), "body".to_owned()),
            }
        }
        From::Body => match answer.read_text() {
            Ok(text) => Taken::Value(Json::from(text.to_owned())),
            Err(why) => Taken::Unreadable(why.to_owned(), "body".to_owned()),
        },
        From::Status => Taken::Value(Json::from(u64::from(answer.response.status))),
        From::Url => Taken::Value(Json::from(answer.response.url.as_str().to_owned())),
        From::Duration => Taken::Value(facts::millis(answer)),
    })
}

fn from_path(path: &Path, answer: &Answer<'_>, scope: &Scope<'_>) -> Result<Taken, Unrendered> {
    let path = paths::resolve(path, scope)?;
    let document = match answer.read_json() {
        Ok(document) => document,
        // A default stands for what is absent, not for what is broken.
        Err(_) if answer.is_empty() => return Ok(Lack::of(path.text(), Absence::Plain)),
        Err(why) => return Ok(Taken::Unreadable(why.to_owned(), path.text().to_owned())),
    };
    let nodes = path.find(document);
    Ok(match nodes.as_slice() {
        _ if !path.is_singular() => {
            Taken::Value(Json::Array(nodes.iter().map(|node| (*node).clone().into_owned()).collect()))
        }
        [node, ..] => Taken::Value((*node).clone().into_owned()),
        [] => Lack::of(path.text(), Absence::Path(&path, document)),
    })
}

fn from_xpath(path: &XPathText, answer: &Answer<'_>, scope: &Scope<'_>) -> Result<Taken, Unrendered> {
    let path = xpath::resolve(path, scope)?;
    let name = format!("xpath {}", path.text());
    if answer.is_empty() {
        return Ok(Lack::of(name, Absence::Plain));
    }
    Ok(match xpath::found(&path, answer) {
        Ok(Some(value)) if value.as_array().is_none_or(|nodes| !nodes.is_empty()) => Taken::Value(value),
        Ok(_) => Lack::of(name, xpath::nearest(&path, answer).as_deref().map_or(Absence::Plain, Absence::Because)),
        Err(why) => Taken::Unreadable(why, name),
    })
}

fn from_cookie(name: &str, answer: &Answer<'_>) -> Taken {
    let cookies = answer.response.cookies();
    match cookies.iter().rfind(|cookie| cookie.name == name) {
        Some(cookie) => Taken::Value(Json::from(cookie.value.clone())),
        None => {
            let known: Vec<&str> = cookies.iter().map(|cookie| cookie.name.as_str()).collect();
            Lack::of(format!("cookie {name}"), Absence::Among(name, &known))
        }
    }
}

fn unreadable(why: String, path: String, capture: &Capture) -> Mismatch {
    Mismatch {
        place: capture.place.clone(),
        message: format!("{path}: {why}, so that `{}` cannot be captured", capture.name),
        path,
        expected: "a value to capture".to_owned(),
        actual: why,
        help: None,
        diff: None,
    }
}

fn unconvertible(value: &Json<'_>, wanted: &str, capture: &Capture) -> Mismatch {
    // What is secret once captured is not shown where it could not be.
    let found = if capture.secret { Shown::words(value.kind().name()) } else { Shown::kind(value) };
    Mismatch {
        place: capture.place.clone(),
        path: format!("capture {}", capture.name),
        message: format!("capture {}: expected what can be read as {wanted}, found {found}", capture.name),
        expected: wanted.to_owned(),
        actual: found.into_text(),
        help: None,
        diff: None,
    }
}

fn name(conversion: Conversion) -> &'static str {
    match conversion {
        Conversion::String => "a string",
        Conversion::Integer => "an integer",
        Conversion::Number => "a number",
        Conversion::Boolean => "a boolean",
        Conversion::Json => "JSON",
    }
}

fn convert(value: &Json<'static>, conversion: Conversion) -> Option<Json<'static>> {
    match (conversion, value) {
        (Conversion::String, Json::Number(_) | Json::Bool(_)) => Some(Json::from(value.to_text())),
        (Conversion::String, Json::String(_)) => Some(value.clone()),
        (Conversion::Integer, _) => {
            let number = number(value)?;
            let whole = number.is_integer();
            let small = number.to_i64().map(Json::from);
            small.or_else(|| Some(Json::Number(number)).filter(|_| whole))
        }
        (Conversion::Number, _) => number(value).map(Json::Number),
        (Conversion::Boolean, Json::Bool(_)) => Some(value.clone()),
        (Conversion::Boolean, Json::String(text)) => text.trim().parse::<bool>().ok().map(Json::from),
        (Conversion::Json, Json::String(text)) => Json::parse(text).ok().map(Json::into_owned),
        (Conversion::Json, _) => Some(value.clone()),
        (Conversion::String | Conversion::Boolean, _) => None,
    }
}

fn number(value: &Json<'static>) -> Option<Number<'static>> {
    match value {
        Json::Number(number) => Some(number.clone()),
        Json::String(text) => Number::parse(text.trim()).map(Number::into_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Reply, captured};

    #[test]
    fn values_are_taken_and_converted() {
        let reply = Reply::body(r#"{"id": 7, "price": "1.50", "yes": "true", "text": "[1]", "none": null, "list": [{"id": 1}, {"id": 2}], "big": "123456789012345678901"}"#)
            .header("location", "/items/7")
            .header("link", "a")
            .header("link", "b")
            .header("set-cookie", "sid=abc");
        let rows = [
            ("$.id", Some("7")),
            ("$.none", Some("null")),
            ("\"$.list[*].id\"", Some("[1,2]")),
            ("\"$.nobody[*]\"", Some("[]")),
            ("{header: Location}", Some("\"/items/7\"")),
            ("{header: link}", Some("[\"a\",\"b\"]")),
            ("{cookie: sid}", Some("\"abc\"")),
            ("{regex: '\"id\": (\\d+)'}", Some("\"7\"")),
            ("{regex: '\"id\": (\\d+)', as: integer}", Some("7")),
            ("{regex: '\"id\": \\d'}", Some("\"\\\"id\\\": 7\"")),
            ("{status: true}", Some("200")),
            ("{url: true}", Some("\"http://localhost/x\"")),
            ("{duration: true}", Some("120")),
            ("{jsonpath: $.price, as: number}", Some("1.50")),
            ("{jsonpath: $.big, as: integer}", Some("123456789012345678901")),
            ("{jsonpath: $.id, as: string}", Some("\"7\"")),
            ("{jsonpath: $.yes, as: boolean}", Some("true")),
            ("{jsonpath: $.text, as: json}", Some("[1]")),
            ("{jsonpath: $.nobody, default: 5}", Some("5")),
            ("{jsonpath: $.none, default: 5}", Some("null")),
            ("{header: x, default: \"{{five}}\"}", Some("5")),
            ("{jsonpath: \"$['{{word}}']\", default: 1}", Some("1")),
            ("$.nobody", None),
            ("{header: x}", None),
            ("{cookie: x}", None),
            ("{regex: xyz}", None),
            ("{jsonpath: $.price, as: integer}", None),
            ("{jsonpath: $.text, as: boolean}", None),
            ("{jsonpath: $.list, as: string}", None),
            ("{jsonpath: $.none, as: string}", None),
            ("{jsonpath: $.list, as: number}", None),
            ("{header: location, as: json}", None),
        ];
        for (capture, expected) in rows {
            let found = captured(capture, &reply).unwrap();
            assert_eq!(found.as_ref().ok().map(|it| it.to_text()).as_deref(), expected, "{capture} {found:?}");
        }
        assert!(captured("\"$[{{word}}\"", &reply).is_err());
        assert!(captured("{regex: \"({{word}}\"}", &reply).is_err());
    }

    #[test]
    fn values_are_taken_from_xml_and_html() {
        let reply = Reply::body("<items><item id='7'>1.50</item><item id='8'/></items>");
        let rows = [
            ("{xpath: string(//item/@id)}", Some("\"7\"")),
            ("{xpath: string(//item/@id), as: integer}", Some("7")),
            ("{xpath: number(//item)}", Some("1.5")),
            ("{xpath: count(//item)}", Some("2")),
            ("{xpath: //item/@id}", Some("[\"7\",\"8\"]")),
            ("{xpath: \"//item[@id='8']\"}", Some("[\"\"]")),
            ("{xpath: //nobody, default: 5}", Some("5")),
            ("{xpath: string(//nobody), default: 5}", Some("5")),
            ("{xpath: //nobody}", None),
            ("{xpath: string(//nobody)}", None),
            ("{xpath: //x:item, default: 5}", None),
        ];
        for (capture, expected) in rows {
            let found = captured(capture, &reply).unwrap();
            assert_eq!(found.as_ref().ok().map(|it| it.to_text()).as_deref(), expected, "{capture} {found:?}");
        }
        let lost = captured("{xpath: string(//itm)}", &reply).unwrap().unwrap_err();
        assert_eq!(lost.message, "nothing at `xpath string(//itm)` to capture as `it`");
        assert!(lost.help.unwrap().contains("`item`"));
        let broken = captured("{xpath: //a, default: 1}", &Reply::body("{}")).unwrap().unwrap_err();
        assert!(broken.message.contains("the body is not XML"), "{broken:?}");
        assert!(captured("{xpath: //a, default: 1}", &Reply::body("")).unwrap().is_ok());
    }

    #[test]
    fn what_cannot_be_captured_says_why() {
        let reply = Reply::body("{\"price\": \"x\"}").header("location", "/a");
        let told = |capture: &str| captured(capture, &reply).unwrap().unwrap_err();
        let lost = told("$.pirce");
        assert_eq!((lost.message.as_str(), lost.place.text()), ("nothing at `$.pirce` to capture as `it`", "it"));
        assert!(lost.help.unwrap().contains("$.price"));
        assert!(told("{header: locatoin}").help.unwrap().contains("`location`"));
        let wrong = told("{jsonpath: $.price, as: integer}").message;
        assert_eq!(wrong, "capture it: expected what can be read as an integer, found string `\"x\"`");
        let secret = told("{jsonpath: $.price, as: integer, secret: true}");
        assert!(!format!("{secret:?}").contains("`\\\"x"), "{secret:?}");
    }

    #[test]
    fn a_default_stands_for_what_is_absent_not_for_what_is_broken() {
        let capture = "{jsonpath: $.a, default: 1}";
        assert!(captured(capture, &Reply::body("")).unwrap().is_ok());
        let broken = captured(capture, &Reply::body("<html>")).unwrap().unwrap_err();
        assert!(broken.message.starts_with("$.a: the body is not JSON"), "{broken:?}");
        let bytes = captured("{body: true, default: 1}", &Reply::body(b"\xff".as_slice())).unwrap();
        assert!(bytes.unwrap_err().message.contains("UTF-8"));
    }
}
