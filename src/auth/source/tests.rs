use std::time::SystemTime;

use super::*;
use crate::auth::{grant::Part, token::tests::issued};

fn at(seconds: u64) -> Moment {
    Moment { wall: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds), mono: Duration::from_secs(seconds) }
}

const MINUTE: Duration = Duration::from_secs(60);

fn take_off(next: Next) -> (Flight, Landing) {
    match next {
        Next::Fetch(flight, landing) => (flight, landing),
        other => panic!("a fetch was due, not {other:?}"),
    }
}

fn with_token(text: &str, seconds: u64) -> (Arc<Source>, Arc<Token>) {
    let source = Arc::new(Source::default());
    let (_, landing) = take_off(source.next(at(0), MINUTE));
    landing.token(issued(text, seconds), at(0));
    let token = source.token().unwrap();
    (source, token)
}

fn passing(retry_after: Option<u64>) -> Refusal {
    Refusal::new("busy", Part::TokenUrl).passing(retry_after.map(Duration::from_secs))
}

#[tokio::test]
async fn many_wait_for_one_fetch_and_share_its_end() {
    let source = Arc::new(Source::default());
    let (first, landing) = take_off(source.next(at(0), MINUTE));
    let waiting: Vec<_> = (0..50)
        .map(|_| match source.next(at(0), MINUTE) {
            Next::Wait(flight) => tokio::spawn(flight.end()),
            other => panic!("{other:?}"),
        })
        .collect();
    landing.token(issued("t", 3600), at(0));
    assert_eq!(first.end().await.unwrap().generation, 1);
    for task in waiting {
        assert_eq!(task.await.unwrap().unwrap().text().expose(), "t");
    }
    assert!(matches!(source.next(at(1), MINUTE), Next::Use(_)));
}

#[tokio::test]
async fn a_fetch_that_panics_is_an_error_and_not_a_hang() {
    let source = Arc::new(Source::default());
    let (flight, landing) = take_off(source.next(at(0), MINUTE));
    let task = tokio::spawn(async move {
        let _landing = landing;
        panic!("on purpose");
    });
    let refusal = flight.end().await.unwrap_err();
    assert_eq!(refusal.message, "the token request broke off");
    assert!(task.await.is_err());
    take_off(source.next(at(0), MINUTE));
}

#[tokio::test]
async fn a_waiter_that_goes_away_takes_nothing_down() {
    let source = Arc::new(Source::default());
    let (flight, landing) = take_off(source.next(at(0), MINUTE));
    drop(flight);
    let Next::Wait(other) = source.next(at(0), MINUTE) else { panic!("nobody fetches any more") };
    landing.token(issued("t", 3600), at(0));
    assert!(other.end().await.is_ok());
}

#[test]
fn fifty_rejections_of_one_token_renew_it_once() {
    let (source, token) = with_token("a", 3600);
    let (_, landing) = take_off(source.replace(&token, at(1)));
    assert!(landing.renews);
    for _ in 0..25 {
        assert!(matches!(source.replace(&token, at(1)), Next::Wait(_)));
    }
    landing.token(issued("b", 3600), at(1));
    for _ in 0..24 {
        match source.replace(&token, at(1)) {
            Next::Use(new) => assert_eq!((new.generation, new.text().expose()), (2, "b")),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_key_that_was_never_accepted_is_renewed_once_in_all() {
    let (source, first) = with_token("a", 3600);
    let (_, landing) = take_off(source.replace(&first, at(1)));
    landing.token(issued("b", 3600), at(1));
    let second = source.token().unwrap();
    assert!(matches!(source.replace(&second, at(2)), Next::Leave));
    assert!(matches!(source.next(at(2), MINUTE), Next::Use(_)), "it stays in use");
    source.accept();
    take_off(source.replace(&second, at(3)));
}

#[test]
fn a_renewal_that_brought_nothing_new_is_not_tried_again() {
    let (source, first) = with_token("a", 3600);
    source.accept();
    let (_, landing) = take_off(source.replace(&first, at(1)));
    landing.token(issued("a", 3600), at(1));
    let same = source.token().unwrap();
    source.leave(&same);
    assert!(matches!(source.replace(&same, at(2)), Next::Leave));
}

#[test]
fn refusals_are_remembered_as_long_as_they_last() {
    let rows = [(passing(None), 29, 30), (passing(Some(5)), 4, 5), (passing(Some(100_000)), 599, 600)];
    for (refusal, last, first) in rows {
        let source = Arc::new(Source::default());
        let (_, landing) = take_off(source.next(at(0), MINUTE));
        landing.refusal(refusal, at(0));
        assert!(matches!(source.next(at(last), MINUTE), Next::Refused(_)), "{last}");
        let (_, landing) = take_off(source.next(at(first), MINUTE));
        assert!(matches!(source.next(at(first), MINUTE), Next::Wait(_)), "one caller tries again");
        landing.token(issued("t", 3600), at(first));
        assert!(matches!(source.next(at(first), MINUTE), Next::Use(_)));
    }
    let source = Arc::new(Source::default());
    let (_, landing) = take_off(source.next(at(0), MINUTE));
    landing.refusal(Refusal::new("never", Part::Client), at(0));
    assert!(matches!(source.next(at(1_000_000), MINUTE), Next::Refused(_)));
}

#[test]
fn an_old_token_serves_while_the_endpoint_is_at_fault() {
    let (source, _) = with_token("a", 600);
    let (_, landing) = take_off(source.next(at(560), MINUTE));
    landing.refusal(passing(None), at(563));
    assert!(source.spare(&passing(None), at(563)).is_some());
    assert!(source.spare(&Refusal::new("never", Part::Client), at(563)).is_none());
    assert!(matches!(source.next(at(564), MINUTE), Next::Use(_)));
    take_off(source.next(at(593), MINUTE)).1.refusal(passing(None), at(594));
    assert!(matches!(source.next(at(595), MINUTE), Next::Refused(_)), "five seconds are too few");
}

#[test]
fn a_rejected_token_is_no_spare() {
    let (source, token) = with_token("a", 3600);
    let (_, landing) = take_off(source.replace(&token, at(1)));
    landing.refusal(passing(None), at(2));
    assert!(source.spare(&passing(None), at(2)).is_none());
    assert!(matches!(source.next(at(3), MINUTE), Next::Refused(_)));
    assert!(matches!(source.replace(&token, at(3)), Next::Refused(_)));
}
