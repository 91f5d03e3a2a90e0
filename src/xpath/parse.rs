//! A text into an expression (XPath 1.0, section 3), from the loosest operator to the tightest.

use crate::diagnostic::nearest;
use crate::xpath::{
    BadXPath,
    axis::Axis,
    expression::{Expression, Kind, Operator, Path, Start, Step, Test},
    function::{FUNCTIONS, Function},
    scan::Scanner,
};

/// How deep brackets may nest.
const DEEPEST: usize = 50;
/// How many bytes an expression may have.
const LONGEST: usize = 10_000;

/// How many operators an expression may have: they nest too.
const MOST_OPERATORS: usize = 200;

/// Operators from the loosest to the tightest, longer signs before those that begin them.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[("!=", Operator::NotEqual), ("=", Operator::Equal)],
    &[("<=", Operator::LessOrEqual), (">=", Operator::GreaterOrEqual), ("<", Operator::Less), (">", Operator::Greater)],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("div", Operator::Divide), ("mod", Operator::Remainder)],
];

/// Functions of later versions, and what does the same here.
const LATER: &[(&str, &str)] = &[
    ("matches", "use the matcher `matches` on the text"),
    ("ends-with", "use the matcher `ends_with` on the text"),
    ("lower-case", "use `translate(text, 'ABC…', 'abc…')`"),
    ("upper-case", "use `translate(text, 'abc…', 'ABC…')`"),
    ("exists", "use `boolean(path)`, or the matcher `exists`"),
    ("empty", "use `not(path)`, or the matcher `empty`"),
    ("distinct-values", "use the matcher `unique` on the list"),
    ("string-join", "a node set is a list of texts: write the list"),
    ("max", "use `{each: …}` on the list"),
    ("min", "use `{each: …}` on the list"),
    ("abs", "use the matcher `between`"),
];

/// Reads a whole text.
///
/// # Errors
/// It is no expression, or one of the wrong types.
pub(super) fn parse(text: &str) -> Result<Expression, BadXPath> {
    if text.len() > LONGEST {
        return Err(BadXPath::at(0, format!("an XPath may have {LONGEST} bytes at most")));
    }
    let mut parser = Parser { scanner: Scanner::new(text), depth: 0, operators: 0 };
    let expression = parser.expression()?;
    match parser.scanner.rest() {
        "" => Ok(expression),
        _ => {
            let found = parser.scanner.found();
            Err(BadXPath::at(parser.scanner.at, format!("expected the end, found {found}")))
        }
    }
}

struct Parser<'t> {
    scanner: Scanner<'t>,
    depth: usize,
    operators: usize,
}

impl Parser<'_> {
    fn expression(&mut self) -> Result<Expression, BadXPath> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(BadXPath::at(self.scanner.at, format!("brackets nest deeper than {DEEPEST}")));
        }
        let expression = self.level(0)?;
        self.depth -= 1;
        Ok(expression)
    }

    fn level(&mut self, level: usize) -> Result<Expression, BadXPath> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = self.operator(operators) {
            self.one_more_operator()?;
            let right = self.level(level + 1)?;
            left = Expression::Operation(operator, Box::new([left, right]));
        }
        Ok(left)
    }

    fn one_more_operator(&mut self) -> Result<(), BadXPath> {
        self.operators += 1;
        match self.operators > MOST_OPERATORS {
            true => Err(BadXPath::at(self.scanner.at, format!("more than {MOST_OPERATORS} operators in one XPath"))),
            false => Ok(()),
        }
    }

    fn operator(&mut self, operators: &[(&str, Operator)]) -> Option<Operator> {
        let is_word = |sign: &str| sign.starts_with(|c: char| c.is_ascii_lowercase());
        let mut eat = |sign: &str| if is_word(sign) { self.scanner.eat_word(sign) } else { self.scanner.eat(sign) };
        operators.iter().find(|(sign, _)| eat(sign)).map(|(_, operator)| *operator)
    }

    fn unary(&mut self) -> Result<Expression, BadXPath> {
        let mut negative = false;
        let mut signs = 0;
        while self.scanner.eat("-") {
            (negative, signs) = (!negative, signs + 1);
        }
        let inner = self.union()?;
        Ok(match (signs, negative) {
            (0, _) => inner,
            // Two signs still make a number of it.
            (_, false) => Expression::Negative(Box::new(Expression::Negative(Box::new(inner)))),
            (_, true) => Expression::Negative(Box::new(inner)),
        })
    }

    fn union(&mut self) -> Result<Expression, BadXPath> {
        let start = self.start();
        let mut left = self.path()?;
        while self.scanner.eat("|") {
            self.one_more_operator()?;
            let at = self.start();
            let right = self.path()?;
            nodes(&left, start, "a side of `|`")?;
            nodes(&right, at, "a side of `|`")?;
            left = Expression::Operation(Operator::Union, Box::new([left, right]));
        }
        Ok(left)
    }

    /// Where the next sign stands.
    fn start(&mut self) -> usize {
        self.scanner.rest();
        self.scanner.at
    }

    fn path(&mut self) -> Result<Expression, BadXPath> {
        let start = self.start();
        if let Some(primary) = self.primary()? {
            let filtered = self.filtered(primary, start)?;
            if !self.scanner.rest().starts_with('/') {
                return Ok(filtered);
            }
            nodes(&filtered, start, "what stands before `/`")?;
            let mut path = Path { start: Start::Nodes(Box::new(filtered)), steps: Vec::new() };
            self.further_steps(&mut path)?;
            return Ok(Expression::Path(path));
        }
        let mut path = Path { start: Start::Here, steps: Vec::new() };
        if self.scanner.rest().starts_with('/') {
            path.start = Start::Root;
            if !self.scanner.rest().starts_with("//") {
                self.scanner.eat("/");
                if !self.begins_a_step() {
                    return Ok(Expression::Path(path));
                }
                path.steps.push(self.step()?);
            }
        } else {
            path.steps.push(self.step()?);
        }
        self.further_steps(&mut path)?;
        Ok(Expression::Path(path))
    }

    fn further_steps(&mut self, path: &mut Path) -> Result<(), BadXPath> {
        while self.scanner.rest().starts_with('/') {
            let deep = self.scanner.eat("//") || !self.scanner.eat("/");
            let mut step = self.step()?;
            match step.axis {
                // `//a` is all below at once, where no predicate counts among siblings.
                Axis::Child if deep && step.predicates.is_empty() => step.axis = Axis::Descendant,
                _ if deep => {
                    path.steps.push(Step { axis: Axis::DescendantOrSelf, test: Test::Any, predicates: Vec::new() })
                }
                _ => {}
            }
            path.steps.push(step);
        }
        Ok(())
    }

    fn begins_a_step(&mut self) -> bool {
        let next = self.scanner.rest().chars().next();
        next.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '*' | '@' | '.'))
    }

    fn filtered(&mut self, primary: Expression, start: usize) -> Result<Expression, BadXPath> {
        if !self.scanner.rest().starts_with('[') {
            return Ok(primary);
        }
        nodes(&primary, start, "what stands before `[`")?;
        Ok(Expression::Filter(Box::new(primary), self.predicates()?))
    }

    /// A bracket, a literal, a number or a call; none where a path begins.
    fn primary(&mut self) -> Result<Option<Expression>, BadXPath> {
        if self.scanner.rest().starts_with('$') {
            let wrong = BadXPath::at(self.scanner.at, "an XPath has no variables here");
            return Err(wrong.help("write a template, for example `//item[@id='{{id}}']`"));
        }
        if self.scanner.eat("(") {
            let inner = self.expression()?;
            self.scanner.expect(")")?;
            return Ok(Some(inner));
        }
        if let Some(text) = self.scanner.literal()? {
            return Ok(Some(Expression::Text(text.to_owned())));
        }
        if let Some(number) = self.scanner.number() {
            return Ok(Some(Expression::Number(number)));
        }
        self.call()
    }

    fn call(&mut self) -> Result<Option<Expression>, BadXPath> {
        let at = self.start();
        let mut ahead = self.scanner;
        let Some(name) = ahead.name() else { return Ok(None) };
        let is_node_type = matches!(name, "comment" | "text" | "processing-instruction" | "node");
        if is_node_type || !ahead.eat("(") {
            return Ok(None);
        }
        self.scanner = ahead;
        let function = FUNCTIONS.iter().find(|it| it.name == name).ok_or_else(|| unknown_function(name, at))?;
        let mut arguments = Vec::new();
        let mut first = at;
        if !self.scanner.rest().starts_with(')') {
            first = self.start();
            arguments.push(self.expression()?);
            while self.scanner.eat(",") {
                arguments.push(self.expression()?);
            }
        }
        self.scanner.expect(")")?;
        checked(function, &arguments, at, first)?;
        Ok(Some(Expression::Call(function, arguments)))
    }

    fn step(&mut self) -> Result<Step, BadXPath> {
        let own = |axis| Step { axis, test: Test::Any, predicates: Vec::new() };
        if self.scanner.eat("..") {
            return Ok(own(Axis::Parent));
        }
        if self.scanner.eat(".") {
            return Ok(own(Axis::Own));
        }
        let axis = if self.scanner.eat("@") { Axis::Attribute } else { self.axis()?.unwrap_or(Axis::Child) };
        Ok(Step { axis, test: self.test()?, predicates: self.predicates()? })
    }

    fn axis(&mut self) -> Result<Option<Axis>, BadXPath> {
        let at = self.start();
        let mut ahead = self.scanner;
        let Some(name) = ahead.name() else { return Ok(None) };
        if !ahead.eat("::") {
            return Ok(None);
        }
        self.scanner = ahead;
        if let Some((_, axis)) = Axis::ALL.iter().find(|(known, _)| *known == name) {
            return Ok(Some(*axis));
        }
        let wrong = BadXPath::at(at, format!("there is no axis `{name}`"));
        Err(match (name, nearest(name, Axis::ALL.iter().map(|(name, _)| *name))) {
            ("namespace", _) => wrong.help("ask for `namespace-uri()` of an element"),
            (_, Some(near)) => wrong.help(format!("did you mean `{near}`?")),
            (_, None) => wrong,
        })
    }

    fn test(&mut self) -> Result<Test, BadXPath> {
        let at = self.start();
        if self.scanner.eat("*") {
            return Ok(Test::Name { prefix: None, local: None });
        }
        let Some(name) = self.scanner.name() else {
            let found = self.scanner.found();
            return Err(BadXPath::at(at, format!("expected a name, `*`, `@` or `.`, found {found}")));
        };
        if self.scanner.eat("(") {
            return self.node_type(name, at);
        }
        let prefixed = self.scanner.rest().starts_with(':') && !self.scanner.rest().starts_with("::");
        if !prefixed {
            return Ok(Test::Name { prefix: None, local: Some(name.to_owned()) });
        }
        self.scanner.eat(":");
        let prefix = Some(name.to_owned());
        if self.scanner.eat("*") {
            return Ok(Test::Name { prefix, local: None });
        }
        let local = self.scanner.name().map(str::to_owned);
        let missing = || BadXPath::at(at, format!("expected a name or `*` behind `{name}:`"));
        Ok(Test::Name { prefix, local: Some(local.ok_or_else(missing)?) })
    }

    fn node_type(&mut self, name: &str, at: usize) -> Result<Test, BadXPath> {
        let target = if name == "processing-instruction" { self.scanner.literal()?.map(str::to_owned) } else { None };
        self.scanner.expect(")")?;
        match name {
            "node" => Ok(Test::Any),
            "text" => Ok(Test::Text),
            "comment" => Ok(Test::Comment),
            "processing-instruction" => Ok(Test::Instruction(target)),
            _ => {
                let wrong = BadXPath::at(at, format!("`{name}()` cannot be a step of a path"));
                Err(wrong.help(format!("write `{name}(path)` around the path")))
            }
        }
    }

    fn predicates(&mut self) -> Result<Vec<Expression>, BadXPath> {
        let mut predicates = Vec::new();
        while self.scanner.eat("[") {
            predicates.push(self.expression()?);
            self.scanner.expect("]")?;
        }
        Ok(predicates)
    }
}

/// That an expression yields nodes.
fn nodes(expression: &Expression, at: usize, what: &str) -> Result<(), BadXPath> {
    match expression.kind() {
        Kind::Nodes => Ok(()),
        other => Err(BadXPath::at(at, format!("{what} must be a node set, found {}", other.name()))),
    }
}

fn unknown_function(name: &str, at: usize) -> BadXPath {
    if let Some((_, help)) = LATER.iter().find(|(known, _)| *known == name) {
        return BadXPath::at(at, format!("`{name}` is not a function of XPath 1.0")).help(*help);
    }
    let wrong = BadXPath::at(at, format!("there is no function `{name}`"));
    match nearest(name, FUNCTIONS.iter().map(|function| function.name)) {
        Some(near) => wrong.help(format!("did you mean `{near}`?")),
        None => wrong,
    }
}

fn checked(function: &Function, arguments: &[Expression], at: usize, first: usize) -> Result<(), BadXPath> {
    let count = arguments.len();
    if count < function.least || count > function.most {
        let takes = match (function.least, function.most) {
            (0, 0) => "no argument".to_owned(),
            (1, 1) => "1 argument".to_owned(),
            (least, usize::MAX) => format!("{least} or more arguments"),
            (least, most) if least == most => format!("{least} arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        };
        return Err(BadXPath::at(at, format!("`{}` takes {takes}, found {count}", function.name)));
    }
    match arguments.first() {
        Some(argument) if function.takes_nodes => {
            nodes(argument, first, &format!("the argument of `{}`", function.name))
        }
        _ => Ok(()),
    }
}
