//! What the shop holds: items, uploads, sessions.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use bytes::Bytes;

use crate::demo::answer::texts;
use crate::json::{Json, Number};

/// The state of one shop.
pub(in crate::demo) struct Shop {
    pub(super) items: Mutex<Items>,
    /// Latest last; old ones make room.
    pub(super) uploads: Mutex<VecDeque<Upload>>,
    /// Users by the value of their cookie.
    pub(super) sessions: Mutex<HashMap<String, String>>,
    /// A job's number is its place, from 1.
    pub(super) jobs: Mutex<Vec<Job>>,
    /// When the window of each key began, and how many requests it had.
    pub(super) windows: Mutex<HashMap<String, (Duration, u64)>>,
}

/// The items by their id, ascending.
pub(super) struct Items {
    pub(super) by_id: BTreeMap<u64, Item>,
    next_id: u64,
}

/// Something to buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) id: u64,
    pub(super) title: String,
    pub(super) price: Cents,
    pub(super) stock: u64,
    pub(super) tags: Vec<String>,
    /// RFC 3339, in UTC.
    pub(super) created_at: String,
    /// Counts changes, from 1.
    pub(super) version: u64,
}

/// An amount of money in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cents(pub(super) u64);

/// Bytes that somebody left here.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) id: String,
    pub(super) content_type: String,
    /// None where they were too many to be kept.
    pub(super) bytes: Option<Bytes>,
}

/// Work that takes its time.
#[derive(Clone, Debug)]
pub(super) struct Job {
    /// Its `Idempotency-Key`.
    pub(super) key: Option<String>,
    /// When it is done, by the monotonic clock.
    pub(super) due: Duration,
    /// Where its end is told.
    pub(super) inbox: Option<String>,
}

const SEEDS: &[(&str, u64, u64, &[&str])] = &[
    ("Anglepoise lamp", 12_900, 12, &["lighting", "classic"]),
    ("Blue desk lamp", 4_250, 40, &["lighting"]),
    ("Brass bookend", 1_990, 0, &["decoration", "classic"]),
    ("Cork board", 2_400, 7, &["office"]),
    ("Enamel mug", 950, 120, &["kitchen", "classic"]),
    ("Folding chair", 3_999, 25, &["furniture", "classic"]),
    ("Oak shelf", 8_450, 5, &["furniture"]),
    ("Paper globe lamp", 1_500, 60, &["lighting", "classic"]),
    ("Wall clock", 3_120, 18, &["decoration", "classic"]),
    ("Wool blanket", 5_900, 9, &["textiles", "classic"]),
];

impl Shop {
    /// A shop with its first goods on the shelves.
    pub(in crate::demo) fn new() -> Self {
        let mut items = Items { by_id: BTreeMap::new(), next_id: 1 };
        for (day, (title, price, stock, tags)) in (1..).zip(SEEDS) {
            let tags = tags.iter().map(|&tag| tag.to_owned()).collect();
            let draft = Draft { title: (*title).to_owned(), price: Cents(*price), stock: *stock, tags };
            items.add(draft, format!("2026-01-{day:02}T09:30:00Z"));
        }
        let (uploads, sessions) = (Mutex::default(), Mutex::default());
        Self { items: Mutex::new(items), uploads, sessions, jobs: Mutex::default(), windows: Mutex::default() }
    }
}

/// An item before it has a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) price: Cents,
    pub(super) stock: u64,
    pub(super) tags: Vec<String>,
}

impl Items {
    /// Adds an item, and returns it.
    pub(super) fn add(&mut self, draft: Draft, created_at: String) -> Item {
        let Draft { title, price, stock, tags } = draft;
        let item = Item { id: self.next_id, title, price, stock, tags, created_at, version: 1 };
        self.next_id += 1;
        self.by_id.insert(item.id, item.clone());
        item
    }
}

impl Item {
    /// Changes what a draft says.
    pub(super) fn become_like(&mut self, draft: Draft) {
        let Draft { title, price, stock, tags } = draft;
        *self =
            Self { title, price, stock, tags, version: self.version + 1, created_at: self.created_at.clone(), ..*self };
    }

    /// The item as a draft, to be changed in part.
    pub(super) fn draft(&self) -> Draft {
        Draft { title: self.title.clone(), price: self.price, stock: self.stock, tags: self.tags.clone() }
    }

    /// Changes with every change of the item (RFC 9110, section 8.8.3).
    pub(super) fn etag(&self) -> String {
        format!("\"{}-{}\"", self.id, self.version)
    }

    pub(super) fn to_json(&self) -> Json<'static> {
        Json::object([
            ("id", self.id.into()),
            ("title", self.title.clone().into()),
            ("price", self.price.to_json()),
            ("stock", self.stock.into()),
            ("tags", texts(self.tags.iter().map(String::as_str))),
            ("created_at", self.created_at.clone().into()),
        ])
    }
}

impl Cents {
    /// The amount that a number means; none where it is negative, finer than hundredths or beyond all wealth.
    pub(super) fn from_number(number: &Number<'_>) -> Option<Self> {
        let hundred = Number::parse("100")?;
        let cents = number.mul(&hundred).ok()?.to_i64()?;
        (0..=100_000_000).contains(&cents).then(|| Self(cents.unsigned_abs()))
    }

    /// A number with two decimals.
    pub(super) fn to_json(self) -> Json<'static> {
        let text = format!("{}.{:02}", self.0 / 100, self.0 % 100);
        Number::parse(&text).map_or(Json::Null, |number| number.into_owned().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_has_two_decimals_at_most() {
        let table = [
            ("42.50", Some(4250)),
            ("42.5", Some(4250)),
            ("0", Some(0)),
            ("1e2", Some(10_000)),
            ("0.10", Some(10)),
            ("-1", None),
            ("9.999", None),
            ("1e99", None),
            ("123456789012345678901234567890", None),
        ];
        for (text, cents) in table {
            assert_eq!(Cents::from_number(&Number::parse(text).unwrap()), cents.map(Cents), "{text}");
        }
        assert_eq!(Cents(4250).to_json().to_text(), "42.50");
        assert_eq!(Cents(5).to_json().to_text(), "0.05");
    }

    #[test]
    fn a_change_keeps_id_and_birth_and_moves_the_version() {
        let shop = Shop::new();
        let mut item = shop.items.into_inner().unwrap().by_id.remove(&1).unwrap();
        let before = item.clone();
        item.become_like(Draft { title: "Lamp".to_owned(), ..before.draft() });
        assert_eq!((item.id, &item.created_at, item.version), (1, &before.created_at, 2));
        assert_ne!(item.etag(), before.etag());
    }
}
