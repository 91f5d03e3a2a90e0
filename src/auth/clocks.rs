//! The clocks of servers, where a rejection made us look: what is signed for them is dated by them from then on.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use crate::auth::date;
use crate::http::{Origin, Response};

/// Seconds that clocks may be apart before it is worth another attempt: `Date` counts whole ones.
pub(crate) const APART: i64 = 2;

/// How many seconds the clocks of origins are ahead.
#[derive(Debug, Default)]
pub(crate) struct Clocks(Mutex<HashMap<Origin, i64>>);

impl Clocks {
    /// What the clock of an origin shows at `now`.
    pub(crate) fn at(&self, origin: &Origin, now: SystemTime) -> SystemTime {
        let ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(origin).copied();
        date::shifted(now, ahead.unwrap_or_default())
    }

    /// Reads the `Date` of an answer that came at `now`; whether it is another time than was known.
    pub(crate) fn learn(&self, response: &Response, now: SystemTime) -> bool {
        let Some(server) = response.header("date").and_then(date::http_date) else { return false };
        let (origin, ahead) = (response.url.origin(), date::ahead(server, now));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.get(&origin).copied().unwrap_or_default();
        let is_news = (ahead - before).abs() >= APART;
        if is_news {
            known.insert(origin, ahead);
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::http::Url;

    #[test]
    fn a_clock_is_learned_once_and_for_its_origin_alone() {
        let now = date::http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        let answer = |date: &str| Response {
            status: 403,
            version: "1.1",
            headers: vec![("date".to_owned(), date.to_owned())],
            url: Url::parse("https://api.example.com/items").unwrap(),
            body: Bytes::new(),
            size: 0,
            peer: None,
        };
        let clocks = Clocks::default();
        let origin = |url: &str| Url::parse(url).unwrap().origin();
        let (own, other) = (origin("https://api.example.com/"), origin("https://api.example.com:444/"));
        for (date, is_news, expected) in [
            ("Sun, 06 Nov 1994 08:49:38 GMT", false, 0),
            ("no date", false, 0),
            ("Sun, 06 Nov 1994 09:49:37 GMT", true, 3600),
            ("Sun, 06 Nov 1994 09:49:38 GMT", false, 3600),
            ("Sun, 06 Nov 1994 08:49:27 GMT", true, -10),
        ] {
            assert_eq!(clocks.learn(&answer(date), now), is_news, "{date}");
            assert_eq!(date::ahead(clocks.at(&own, now), now), expected, "{date}");
            assert_eq!(clocks.at(&other, now), now);
        }
    }
}
