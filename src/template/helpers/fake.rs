//! `fake`: names, addresses and texts that look real and belong to nobody, drawn from the seed of the run.
//!
//! Domains are those that RFC 2606 keeps free, telephone numbers those that the North American plan keeps for fiction.

use super::{Given, Helper};
use crate::json::Json;
use crate::template::RenderFault;

pub(super) const HELPERS: &[Helper] = &[Helper::new(
    "fake",
    &["kind"],
    "a made-up `name`, `email`, `street` and the like, different for each case and the same for each seed",
    ("{{fake \"email\"}}", "mateo.tanaka697@dawn.example.org"),
    fake,
)
.choices(KINDS)];

const KINDS: &[&str] = &[
    "name",
    "first_name",
    "last_name",
    "username",
    "email",
    "phone",
    "street",
    "postcode",
    "city",
    "country",
    "address",
    "company",
    "job",
    "product",
    "color",
    "word",
    "sentence",
    "paragraph",
    "domain",
    "url",
    "ipv4",
];

const FIRST_NAMES: &str = "Ada Bruno Chiara Dmitri Elif Farid Greta Hana Ivan Jonas Keiko Lena Mateo Nadia Omar Priya \
    Quinn Rosa Samir Tara Ugo Vera Wanda Ximena Yusuf Zoe Amara Björn Célia Dara Emil Fatou";
const LAST_NAMES: &str = "Adler Bianchi Castro Dubois Eriksen Fischer Garcia Haddad Ivanova Jansen Keller Lindqvist Moreau \
    Nakamura Osei Petrov Quist Rossi Silva Tanaka Ueda Vargas Weber Xu Yilmaz Zhang Okafor Novak Hansen Kaya Lopez Meyer";
const STREETS: &str =
    "Oak Maple Cedar Station Harbour Mill Church Garden River Hill Park Bridge Lake Market Orchard Chestnut";
const STREET_KINDS: &str = "Street Road Avenue Lane Way Square";
const CITIES: &str = "Amsterdam Bergen Cordoba Dresden Edinburgh Florence Ghent Helsinki Izmir Jaipur Kyoto Lisbon Montreal \
    Nairobi Oslo Porto Quito Riga Seville Turin Uppsala Valencia Warsaw York Zagreb Accra Bogota Lagos";
const COUNTRIES: &str = "Argentina Belgium Canada Denmark Estonia Finland Ghana Hungary India Japan Kenya Latvia Mexico Norway \
    Oman Portugal Romania Spain Turkey Uruguay Vietnam Zambia";
const COMPANY_KINDS: &str = "Ltd Inc GmbH Group Labs & Sons";
const JOBS: &str = "accountant baker carpenter designer electrician florist gardener historian illustrator jeweller librarian \
    mechanic nurse optician plumber researcher surveyor teacher upholsterer vet welder";
const COLORS: &str = "amber azure beige coral crimson emerald indigo ivory lavender maroon olive orange pink purple silver teal \
    turquoise violet white yellow";
const MATERIALS: &str =
    "brass ceramic copper cork cotton enamel glass leather linen oak paper slate steel velvet walnut wool";
const PRODUCTS: &str = "basket bench blanket bowl chair clock cushion desk kettle lamp mirror mug rug shelf stool vase";
const WORDS: &str = "again along answer away bright carry close dawn deep draw early every field find follow garden gentle green \
    harbour hold island keep late letter light little long morning mountain near never north open paper quiet rain river road \
    season silver simple slow small south stone story summer table tomorrow travel under valley walk warm water while window \
    winter yellow";

fn fake(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let kind = given.text(0)?;
    if let Some((message, help)) = given.helper.refuses(kind) {
        return Err(RenderFault::cured(message, help));
    }
    Ok(Json::from(Maker(given).make(kind)))
}

/// Draws one value after the other.
struct Maker<'m, 'g>(&'m Given<'g>);

impl Maker<'_, '_> {
    fn make(&self, kind: &str) -> String {
        match kind {
            "first_name" => self.of(FIRST_NAMES).to_owned(),
            "last_name" => self.of(LAST_NAMES).to_owned(),
            "username" => self.username(),
            "email" => format!("{}@{}", self.username(), self.domain()),
            "phone" => format!("+1-{}-555-01{:02}", 201 + self.below(780), self.below(100)),
            "street" => self.street(),
            "postcode" => format!("{:05}", 10_000 + self.below(90_000)),
            "city" => self.of(CITIES).to_owned(),
            "country" => self.of(COUNTRIES).to_owned(),
            "address" => format!("{}, {} {}", self.street(), self.make("postcode"), self.of(CITIES)),
            "company" => self.company(),
            "job" => self.of(JOBS).to_owned(),
            "product" => format!("{} {}", self.of(MATERIALS), self.of(PRODUCTS)),
            "color" => self.of(COLORS).to_owned(),
            "word" => self.of(WORDS).to_owned(),
            "sentence" => self.sentence(),
            "paragraph" => (0..3 + self.below(3)).map(|_| self.sentence()).collect::<Vec<_>>().join(" "),
            "domain" => self.domain(),
            "url" => format!("https://{}/{}", self.domain(), self.of(WORDS)),
            // TEST-NET-3 (RFC 5737).
            "ipv4" => format!("203.0.113.{}", 1 + self.below(254)),
            _ => format!("{} {}", self.of(FIRST_NAMES), self.of(LAST_NAMES)),
        }
    }

    fn below(&self, bound: u128) -> u128 {
        self.0.scope.draws.below(bound)
    }

    fn of(&self, words: &'static str) -> &'static str {
        let count = words.split_whitespace().count();
        let index = usize::try_from(self.below(count as u128)).unwrap_or(0);
        words.split_whitespace().nth(index).unwrap_or_default()
    }

    /// `ada.keller42`, in ASCII.
    fn username(&self) -> String {
        let plain = |c: char| match c {
            'ö' => 'o',
            'é' => 'e',
            other => other.to_ascii_lowercase(),
        };
        let name = format!("{}.{}", self.of(FIRST_NAMES), self.of(LAST_NAMES));
        format!("{}{}", name.chars().map(plain).collect::<String>(), self.below(1000))
    }

    fn domain(&self) -> String {
        format!("{}.example.{}", self.of(WORDS), self.of("com org net"))
    }

    fn street(&self) -> String {
        format!("{} {} {}", 1 + self.below(200), self.of(STREETS), self.of(STREET_KINDS))
    }

    fn company(&self) -> String {
        match self.of(COMPANY_KINDS) {
            "&" | "Sons" => format!("{} & Sons", self.of(LAST_NAMES)),
            kind => format!("{} {kind}", self.of(LAST_NAMES)),
        }
    }

    fn sentence(&self) -> String {
        let words: Vec<_> = (0..5 + self.below(6)).map(|_| self.of(WORDS)).collect();
        let text = words.join(" ");
        let first = text.get(..1).unwrap_or_default().to_uppercase();
        format!("{first}{}.", text.get(1..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regular_expression::RegularExpression;
    use crate::template::{Template, tests::rendered};

    #[test]
    fn every_kind_looks_like_what_it_is() {
        let rows = [
            ("name", r"^\p{Lu}\p{L}+ \p{Lu}\p{L}*$"),
            ("first_name", r"^\p{Lu}\p{L}+$"),
            ("last_name", r"^\p{Lu}\p{L}+$"),
            ("username", r"^[a-z]+\.[a-z]+\d{1,3}$"),
            ("email", r"^[a-z]+\.[a-z]+\d{1,3}@[a-z]+\.example\.(com|org|net)$"),
            ("phone", r"^\+1-[2-9]\d\d-555-01\d\d$"),
            ("street", r"^\d{1,3} [A-Z][a-z]+ [A-Z][a-z]+$"),
            ("postcode", r"^\d{5}$"),
            ("city", r"^[A-Z][a-z]+$"),
            ("country", r"^[A-Z][a-z]+$"),
            ("address", r"^\d+ \w+ \w+, \d{5} \w+$"),
            ("company", r"^\p{L}+ (\w+|& Sons)$"),
            ("job", r"^[a-z]+$"),
            ("product", r"^[a-z]+ [a-z]+$"),
            ("color", r"^[a-z]+$"),
            ("word", r"^[a-z]+$"),
            ("sentence", r"^[A-Z][a-z]*( [a-z]+){4,9}\.$"),
            ("paragraph", r"^([A-Z][a-z ]+\. ?){3,5}$"),
            ("domain", r"^[a-z]+\.example\.(com|org|net)$"),
            ("url", r"^https://[a-z]+\.example\.(com|org|net)/[a-z]+$"),
            ("ipv4", r"^203\.0\.113\.\d{1,3}$"),
        ];
        assert_eq!(rows.map(|(kind, _)| kind), KINDS);
        for (kind, pattern) in rows {
            let text = rendered(&format!("{{{{fake \"{kind}\"}}}}"), "{}");
            let text = text.trim_matches('"');
            assert!(RegularExpression::compile(pattern).unwrap().is_match(text), "{kind}: {text}");
        }
    }

    #[test]
    fn values_differ_from_one_to_the_next() {
        let both = rendered("{{fake \"email\"}} {{fake \"email\"}}", "{}");
        let (one, other) = both.trim_matches('"').split_once(' ').unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn a_kind_that_nobody_knows_is_found_when_the_template_is_read() {
        let bad = Template::compile("{{fake \"emial\"}}").unwrap_err();
        assert_eq!(bad.message, "`fake` knows no `emial`");
        assert_eq!(bad.help.as_deref(), Some("did you mean `email`?"));
        assert!(Template::compile("{{fake kind}}").is_ok());
    }
}
