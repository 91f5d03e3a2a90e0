//! From an answer to a verdict: captures first, then every expectation, so that an answer can be compared with itself.

use crate::expect;
use crate::expect::Answer;
use crate::http::{Exchange, Response};
use crate::json::Json;
use crate::outcome::Outcome;
use crate::run::{
    case::{CaseRun, Cause},
    spec::SpecRun,
};
use crate::secret::Secret;
use crate::spec::capture::Capture;

/// How much of a body outlives its verdict, for reports.
const KEPT: usize = 64 * 1024;

impl SpecRun<'_> {
    /// Judges the last answer of an outcome.
    pub(crate) fn judge(&mut self, of: &CaseRun<'_>, outcome: &mut Outcome) -> Result<(), Cause> {
        let Some(last) = outcome.exchanges.last_mut() else { return Ok(()) };
        let judged = match &last.exchange.result {
            Ok(response) => self.answer(of, response, &last.exchange),
            Err(_) => return Ok(()),
        };
        if let Ok(response) = &mut last.exchange.result {
            response.keep(KEPT);
        }
        outcome.mismatches = judged?;
        Ok(())
    }

    fn answer(
        &mut self,
        of: &CaseRun<'_>,
        response: &Response,
        exchange: &Exchange,
    ) -> Result<Vec<expect::Mismatch>, Cause> {
        let redirects: Vec<String> = targets(exchange, response);
        let answer = Answer::new(response, &redirects, exchange.timing.total);
        let mut missed = self.captures(of, &answer)?;
        let layers = self.layers(of.case, of.draws, of.own);
        let checked = layers.with(|scope| expect::check(of.expect, &answer, &of.case.id.place, scope));
        let mut mismatches = match checked {
            Ok(mismatches) => mismatches,
            // What cannot be rendered for want of a capture is the fault of the answer.
            Err(_) if !missed.is_empty() => Vec::new(),
            Err(why) => return Err(why.into()),
        };
        mismatches.append(&mut missed);
        mismatches.extend(self.snapshot(of, &answer, mismatches.is_empty())?);
        self.remember(of, &answer, response, exchange);
        Ok(mismatches)
    }

    /// Takes every capture; those that find nothing are mismatches.
    fn captures(&mut self, of: &CaseRun<'_>, answer: &Answer<'_>) -> Result<Vec<expect::Mismatch>, Cause> {
        let mut missed = Vec::new();
        for capture in &of.request.capture {
            let layers = self.layers(of.case, of.draws, of.own);
            match layers.with(|scope| expect::capture(capture, answer, scope))? {
                Ok(value) => self.captured(capture, value, of.request.fragment),
                Err(mismatch) => missed.push(mismatch),
            }
        }
        Ok(missed)
    }

    fn captured(&mut self, capture: &Capture, value: Json<'static>, fragment: Option<usize>) {
        if capture.secret {
            self.hide(&capture.name, &value);
        }
        self.keep(&capture.name, value, fragment);
    }

    /// Hides a value, and every value in it: what holds it may be written with blanks or without.
    fn hide(&self, name: &str, value: &Json<'_>) {
        match value {
            Json::Object(members) => members.iter().for_each(|(_, value)| self.hide(name, value)),
            Json::Array(elements) => elements.iter().for_each(|element| self.hide(name, element)),
            Json::Null | Json::Bool(_) => {}
            _ => {
                let text = value.as_str().map_or_else(|| value.to_text(), str::to_owned);
                let _ = self.world.redactor.register(name, &Secret::new(text));
            }
        }
    }

    /// Keeps an answer that templates of later requests read.
    fn remember(&mut self, of: &CaseRun<'_>, answer: &Answer<'_>, response: &Response, exchange: &Exchange) {
        if !self.read_responses.contains(of.request.name.as_str()) {
            return;
        }
        let headers = response.headers.iter().map(|(name, value)| (name.clone().into(), Json::from(value.clone())));
        let body = answer.json().map(|json| json.clone().into_owned());
        let body = body.or_else(|| answer.text().map(|text| Json::from(text.to_owned()))).unwrap_or_default();
        let millis = u64::try_from(exchange.timing.total.as_millis()).unwrap_or(u64::MAX);
        let facts = Json::Object(vec![
            ("status".into(), Json::from(u64::from(response.status))),
            ("headers".into(), Json::Object(headers.collect())),
            ("body".into(), body),
            ("url".into(), Json::from(response.url.as_str().to_owned())),
            ("duration".into(), Json::from(millis)),
        ]);
        self.responses.insert(of.request.name.clone(), facts);
    }
}

/// The URLs that redirects led to, the last one included.
fn targets(exchange: &Exchange, response: &Response) -> Vec<String> {
    if exchange.hops.is_empty() {
        return Vec::new();
    }
    let later = exchange.hops.iter().skip(1).map(|hop| hop.url.as_str());
    later.chain([response.url.as_str()]).map(str::to_owned).collect()
}
