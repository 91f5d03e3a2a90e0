//! Where an answer leads, and what of the request goes there (RFC 9110 15.4). Pure; who sends it is `exchange`.

use crate::http::{Header, Request, Url};

/// The request that follows a redirect.
#[derive(Debug)]
pub(super) struct Next {
    url: Url,
    method: Option<&'static str>,
}

/// Where an answer leads; none where it leads nowhere.
///
/// # Errors
/// Why its `Location` cannot be followed.
pub(super) fn next(status: u16, location: Option<&str>, request: &Request) -> Result<Option<Next>, String> {
    let method = match status {
        301 | 302 => (request.method == "POST").then_some("GET"),
        303 => (request.method != "GET" && request.method != "HEAD").then_some("GET"),
        307 | 308 => None,
        _ => return Ok(None),
    };
    let location = location.ok_or_else(|| format!("a {status} without a `Location` leads nowhere"))?;
    Ok(Some(Next { url: target(&request.url, location)?, method }))
}

fn target(from: &Url, location: &str) -> Result<Url, String> {
    let url =
        from.0.join(location).map_err(|error| format!("the redirect to `{location}` cannot be followed: {error}"))?;
    if url.scheme() != "http" && url.scheme() != "https" {
        return Err(format!("the redirect to `{location}` cannot be followed: it is neither http nor https"));
    }
    let mut url = Url(url);
    // Nobody but the author of the spec says who a request is sent as.
    url.take_user_info();
    Ok(url)
}

impl Next {
    /// Where it goes.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Changes the request that was answered to the one that follows: what belongs to an origin stays there, and where the
    /// body is dropped the headers about it are.
    pub(super) fn apply(self, request: &mut Request) {
        if !self.url.same_origin(&request.url) {
            request.headers.retain(|header| !is_bound(header));
            request.cookies.clear();
            request.certificate = None;
        }
        if let Some(method) = self.method {
            request.method = method.to_owned();
            request.body = None;
            request.headers.retain(|header| !is_about_body(&header.name));
        }
        request.url = self.url;
    }
}

fn is_bound(header: &Header) -> bool {
    let always = ["authorization", "cookie", "proxy-authorization", "host"];
    header.bound || always.iter().any(|name| header.name.eq_ignore_ascii_case(name))
}

fn is_about_body(name: &str) -> bool {
    let content = name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("content-"));
    content || ["transfer-encoding", "trailer", "expect", "digest"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::ClientCert;

    fn request(method: &str, url: &str) -> Request {
        let header = |name: &str, bound| Header { name: name.to_owned(), value: "v".to_owned(), bound };
        Request {
            method: method.to_owned(),
            url: Url::parse(url).unwrap(),
            headers: vec![
                header("X-Key", true),
                header("X-Own", false),
                header("AUTHORIZATION", false),
                header("Content-Type", false),
                header("cookie", false),
            ],
            body: Some("body".into()),
            timeout: Duration::from_secs(1),
            redirects: 9,
            jar: None,
            cookies: vec![("a".to_owned(), None)],
            certificate: Some(ClientCert::generated()),
        }
    }

    #[test]
    fn method_and_body_follow_the_status() {
        let cases = [
            (301, "POST", "GET", false),
            (302, "POST", "GET", false),
            (303, "POST", "GET", false),
            (307, "POST", "POST", true),
            (308, "POST", "POST", true),
            (301, "PUT", "PUT", true),
            (302, "DELETE", "DELETE", true),
            (303, "PUT", "GET", false),
            (303, "HEAD", "HEAD", true),
            (303, "GET", "GET", true),
            (301, "HEAD", "HEAD", true),
        ];
        for (status, method, expected, body) in cases {
            let mut request = request(method, "http://a.test/x");
            next(status, Some("/y"), &request).unwrap().unwrap().apply(&mut request);
            assert_eq!((request.method.as_str(), request.body.is_some()), (expected, body), "{status} {method}");
            let typed = request.headers.iter().any(|header| header.name == "Content-Type");
            assert_eq!(typed, body, "{status} {method}");
            assert_eq!(request.headers.iter().filter(|header| is_bound(header)).count(), 3);
        }
    }

    #[test]
    fn what_belongs_to_an_origin_stays_there() {
        let cases = [
            ("/y", true),
            ("http://a.test:80/y", true),
            ("http://A.test/y", true),
            ("http://a.test:81/y", false),
            ("https://a.test/y", false),
            ("http://b.a.test/y", false),
            ("//b.test/y", false),
        ];
        for (location, kept) in cases {
            let mut request = request("GET", "http://a.test/x");
            next(302, Some(location), &request).unwrap().unwrap().apply(&mut request);
            assert_eq!(request.headers.len(), if kept { 5 } else { 2 }, "{location}");
            assert_eq!(request.cookies.is_empty(), !kept, "{location}");
            assert_eq!(request.certificate.is_some(), kept, "{location}");
        }
    }

    #[test]
    fn a_location_is_resolved_against_the_url_it_came_from() {
        let cases = [
            ("y", "http://a.test/d/y"),
            ("/y?q=1#f", "http://a.test/y?q=1#f"),
            ("?q", "http://a.test/d/x?q"),
            ("../z", "http://a.test/z"),
            ("http://u:p@b.test/", "http://b.test/"),
            ("/ä b", "http://a.test/%C3%A4%20b"),
        ];
        for (location, expected) in cases {
            let found = next(302, Some(location), &request("GET", "http://a.test/d/x")).unwrap().unwrap();
            assert_eq!(found.url().as_str(), expected, "{location}");
        }
    }

    #[test]
    fn a_redirect_that_leads_nowhere_says_so() {
        let cases = [
            (None, "a 302 without a `Location` leads nowhere"),
            (Some("ftp://b.test/"), "the redirect to `ftp://b.test/` cannot be followed: it is neither http nor https"),
            (Some("http://:99999/"), "the redirect to `http://:99999/` cannot be followed: empty host"),
        ];
        for (location, expected) in cases {
            assert_eq!(next(302, location, &request("GET", "http://a.test/")).unwrap_err(), expected);
        }
        for status in [200, 201, 300, 304, 305, 400] {
            assert!(next(status, None, &request("GET", "http://a.test/")).unwrap().is_none(), "{status}");
        }
    }
}
