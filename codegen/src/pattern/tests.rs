//! Every engine says what an ECMA-262 engine says.

use super::{Engine, engine, matcher};

/// Patterns with the kind of engine they are expected to get.
const PATTERNS: &[(&str, &str)] = &[
    (
        "^cus_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        "straight",
    ),
    ("^[A-Z]{2}$", "straight"),
    ("^[a-zA-Z0-9_-]{1,40}$", "straight"),
    (r"^\+[1-9]\d{6,14}$", "straight"),
    (r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$", "straight"),
    (r"^(?:a|bc)*d$", "straight"),
    ("^(USD|EUR|GBP)$", "straight"),
    ("^[^/]{1,3}$", "straight"),
    ("^[^\\s]+$", "linear"),
    ("^(ab|ac)$", "linear"),
    ("^a*ab$", "linear"),
    ("^[a-z]+", "straight"),
    ("^(ab)*", "linear"),
    ("[A-Z]", "linear"),
    (r"^.{1,5}$", "linear"),
    (r"\bfoo\b", "linear"),
    (r"^\p{L}+$", "linear"),
    (r"^(?!0)[0-9]+$", "backtracking"),
    (r"^(a)\1$", "backtracking"),
    ("^a$|^b$", "straight"),
    ("^$", "straight"),
    ("^", "straight"),
    ("", "linear"),
    (r"^[\w.-]+@[\w-]+\.[\w.]+$", "straight"),
    (r"^[\w.@-]+@[\w-]+$", "linear"),
    (r"^é{2}$", "linear"),
    (r"^é$", "straight"),
    (r"^[^a]é?$", "linear"),
    (r"^\u{1F980}[\uD83D\uDE00]$", "straight"),
    (r"^a{0}b?$", "straight"),
    (r"^(?<year>\d{4})-(?:0[1-9]|1[0-2])$", "straight"),
    (r"^[]$", "straight"),
    (r"^[^]$", "straight"),
    (r"^(a|)b$", "straight"),
    (r"^(a|)a$", "linear"),
];

fn kind(engine: Option<&Engine>) -> &'static str {
    match engine {
        Some(Engine::Straight(_)) => "straight",
        Some(Engine::Linear(_)) => "linear",
        Some(Engine::Backtracking) => "backtracking",
        None => "none",
    }
}

#[test]
fn the_cheapest_engine_is_chosen() {
    for (pattern, expected) in PATTERNS {
        assert_eq!(kind(engine(pattern).as_ref()), *expected, "{pattern}");
    }
}

#[test]
fn what_nothing_takes_has_no_engine() {
    for pattern in ["(", "[", "a**", "[z-a]", r"(?<=", "a{2,1}"] {
        assert_eq!(kind(engine(pattern).as_ref()), "none", "{pattern}");
    }
}

#[test]
fn nesting_ends_somewhere() {
    let deep = format!("{}{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(super::parse::parse(&deep).is_err());
}

/// A small generator with a seed, so that a failure can be told.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

const ALPHABET: &[&str] = &[
    "a", "b", "c", "d", "z", "A", "U", "S", "D", "E", "R", "0", "1", "7", "9", "-", "_", ".", "+",
    "/", "@", " ", "\n", "\r", "é", "ß", "\u{2028}", "\u{a0}", "🦀", "😀", "foo", "cus_", "f", "8",
];

fn texts(pattern: &str, random: &mut Random) -> Vec<String> {
    let mut texts: Vec<String> = vec![
        String::new(),
        "USD".into(),
        "aa".into(),
        "2024-12".into(),
        "-1.50".into(),
    ];
    texts.push("cus_018f3a5b-1c2d-7e3f-8a4b-0123456789ab".into());
    let own: Vec<String> = pattern.chars().map(String::from).collect();
    for _ in 0..3000 {
        let length = random.below(8);
        let text = (0..length).map(|_| {
            if random.below(3) == 0 && !own.is_empty() {
                own[random.below(own.len())].clone()
            } else {
                ALPHABET[random.below(ALPHABET.len())].into()
            }
        });
        texts.push(text.collect());
    }
    // One change each to a long text that matches.
    for _ in 0..200 {
        let mut text: Vec<char> = texts[5].chars().collect();
        let at = random.below(text.len());
        text[at] = ALPHABET[random.below(ALPHABET.len())]
            .chars()
            .next()
            .unwrap();
        texts.push(text.into_iter().collect());
    }
    texts
}

#[test]
fn engines_agree_with_ecma_262() {
    let mut random = Random(2026);
    let mut compared = 0;
    let mut matches = 0;
    for (pattern, _) in PATTERNS {
        let ecma = regress::Regex::with_flags(pattern, "u")
            .or_else(|_| regress::Regex::new(pattern))
            .unwrap();
        let engine = engine(pattern).unwrap();
        let linear = match &engine {
            Engine::Linear(text) => Some(regex::Regex::new(text).unwrap()),
            _ => None,
        };
        for text in texts(pattern, &mut random) {
            let found = match &engine {
                Engine::Straight(steps) => matcher::is_match(&steps.0, &text),
                Engine::Linear(_) => linear.as_ref().unwrap().is_match(&text),
                Engine::Backtracking => continue,
            };
            assert_eq!(found, ecma.find(&text).is_some(), "{pattern} on {text:?}");
            compared += 1;
            matches += usize::from(found);
        }
    }
    println!("{compared} compared, {matches} of them match");
    assert!(
        compared > 90_000 && matches > 2_000,
        "{compared} compared, {matches} match"
    );
}

/// A text that a pattern matches, if luck has it: classes and counts are drawn, assertions are not looked at.
fn sample(hir: &regex_syntax::hir::Hir, random: &mut Random, out: &mut String) {
    use regex_syntax::hir::{Class, HirKind};
    if out.len() > 400 {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            if !ranges.is_empty() {
                let range = ranges[random.below(ranges.len())];
                let (from, to) = (u32::from(range.start()), u32::from(range.end()));
                let width = usize::try_from(to - from).unwrap().min(40) + 1;
                let character = from + u32::try_from(random.below(width)).unwrap();
                out.extend(char::from_u32(character));
            }
        }
        HirKind::Class(Class::Bytes(_)) => {}
        HirKind::Repetition(repetition) => {
            let least = usize::try_from(repetition.min).unwrap();
            let most = repetition
                .max
                .map_or(least + 3, |max| usize::try_from(max).unwrap());
            // At both limits as often as between them.
            let count = match random.below(3) {
                0 => least,
                1 => most.min(least + 300),
                _ => least + random.below((most - least).min(300) + 1),
            };
            for _ in 0..count {
                sample(&repetition.sub, random, out);
            }
        }
        HirKind::Capture(capture) => sample(&capture.sub, random, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| sample(part, random, out)),
        HirKind::Alternation(parts) => sample(&parts[random.below(parts.len())], random, out),
    }
}

/// Texts that match, and each with a character changed, left out or put in.
fn near(hir: Option<&regex_syntax::hir::Hir>, random: &mut Random) -> Vec<String> {
    let mut texts = Vec::new();
    for _ in 0..60 {
        let mut text = String::new();
        if let Some(hir) = hir {
            sample(hir, random, &mut text);
        }
        let mut changed: Vec<char> = text.chars().collect();
        let other = ALPHABET[random.below(ALPHABET.len())]
            .chars()
            .next()
            .unwrap();
        let at = random.below(changed.len() + 1);
        match random.below(3) {
            0 if at < changed.len() => changed[at] = other,
            1 if at < changed.len() => _ = changed.remove(at),
            _ => changed.insert(at, other),
        }
        texts.push(changed.into_iter().collect());
        texts.push(text);
    }
    texts
}

/// Every pattern of the documents of real companies, on texts at and beside what it matches. Without those documents
/// there is nothing to compare, and it says so.
#[test]
fn patterns_of_real_documents_agree_with_ecma_262() {
    let Some(shared) = std::env::var_os("COUNTERPART_SHARED") else {
        println!("skipped: COUNTERPART_SHARED names no folder with specs/");
        return;
    };
    let specs = std::path::Path::new(&shared).join("specs");
    let manifest = std::fs::read_to_string(specs.join("MANIFEST.tsv")).unwrap();
    let mut patterns = std::collections::BTreeSet::new();
    for name in manifest
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
    {
        let Some(api) = counterpart_model::load(specs.join(name)).api else {
            panic!("{name} cannot be used");
        };
        for schema in &api.schemas {
            patterns.extend(schema.string.pattern.clone());
            patterns.extend(schema.object.pattern_properties.keys().cloned());
        }
    }
    let mut random = Random(2026);
    let (mut compared, mut matches, mut own) = (0_usize, 0_usize, 0_usize);
    for pattern in &patterns {
        let Ok(ecma) =
            regress::Regex::with_flags(pattern, "u").or_else(|_| regress::Regex::new(pattern))
        else {
            continue;
        };
        let engine = engine(pattern).unwrap();
        let linear = match &engine {
            Engine::Linear(text) => Some(regex::Regex::new(text).unwrap()),
            Engine::Straight(_) => None,
            // That is the ECMA engine itself.
            Engine::Backtracking => {
                own += 1;
                continue;
            }
        };
        let hir = super::parse::parse(pattern)
            .ok()
            .and_then(|node| super::translate::translate(&node))
            .and_then(|text| regex_syntax::parse(&text).ok());
        let mut all = near(hir.as_ref(), &mut random);
        all.extend(texts(pattern, &mut random).into_iter().take(60));
        for text in all {
            let found = match &engine {
                Engine::Straight(steps) => matcher::is_match(&steps.0, &text),
                _ => linear.as_ref().unwrap().is_match(&text),
            };
            assert_eq!(found, ecma.find(&text).is_some(), "{pattern} on {text:?}");
            compared += 1;
            matches += usize::from(found);
        }
    }
    println!(
        "{} patterns ({own} with the ECMA engine itself), {compared} texts compared, {matches} of them match: no disagreement",
        patterns.len()
    );
    assert!(
        compared > 10_000 && matches > compared / 10,
        "{compared} compared, {matches} match"
    );
}
