//! Text → words of ASCII letters and digits.

/// The words of each part, never none in total.
pub(super) fn words<S: AsRef<str>>(place: &[S]) -> Vec<String> {
    let words: Vec<String> = place
        .iter()
        .flat_map(|part| part_words(part.as_ref()))
        .collect();
    if words.is_empty() {
        vec!["Empty".to_owned()]
    } else {
        words
    }
}

fn part_words(text: &str) -> Vec<String> {
    let plain = text.chars().any(char::is_alphanumeric);
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = text.chars().peekable();
    let mut first = true;
    while let Some(character) = characters.next() {
        let signs_a_number = first && characters.peek().is_some_and(char::is_ascii_digit);
        first = false;
        if character.is_ascii_alphanumeric() {
            word.push(character);
            continue;
        }
        if let Some(folded) = folded(character) {
            word.push_str(folded);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match character {
            '+' if signs_a_number => words.push("Plus".to_owned()),
            '-' if signs_a_number => words.push("Minus".to_owned()),
            // Marks only count where there is nothing else to name the thing by.
            _ if character.is_ascii() => {
                if !plain && let Some(name) = mark(character) {
                    words.push(name.to_owned());
                }
            }
            _ => words.push(format!("u{:x}", u32::from(character))),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

const fn mark(character: char) -> Option<&'static str> {
    Some(match character {
        '!' => "Bang",
        '"' => "Quote",
        '#' => "Hash",
        '$' => "Dollar",
        '%' => "Percent",
        '&' => "And",
        '\'' => "Apostrophe",
        '(' => "Open",
        ')' => "Close",
        '*' => "Star",
        '+' => "Plus",
        ',' => "Comma",
        '-' => "Minus",
        '.' => "Dot",
        '/' => "Slash",
        ':' => "Colon",
        ';' => "Semicolon",
        '<' => "Less",
        '=' => "Equal",
        '>' => "Greater",
        '?' => "Question",
        '@' => "At",
        '[' => "OpenBracket",
        '\\' => "Backslash",
        ']' => "CloseBracket",
        '^' => "Caret",
        '_' => "Underscore",
        '`' => "Backtick",
        '{' => "OpenBrace",
        '|' => "Pipe",
        '}' => "CloseBrace",
        '~' => "Tilde",
        ' ' => "Space",
        _ => return None,
    })
}

/// European letters without their accents: the names people would have written by hand.
const fn folded(character: char) -> Option<&'static str> {
    Some(match character {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' | 'ä' => "a",
        'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ā' | 'Ă' | 'Ą' | 'Ä' => "A",
        'æ' => "ae",
        'Æ' => "Ae",
        'ç' | 'ć' | 'č' => "c",
        'Ç' | 'Ć' | 'Č' => "C",
        'ď' | 'đ' => "d",
        'Ď' | 'Đ' => "D",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ę' | 'Ě' => "E",
        'ğ' => "g",
        'Ğ' => "G",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ī' | 'İ' => "I",
        'ł' => "l",
        'Ł' => "L",
        'ñ' | 'ń' | 'ň' => "n",
        'Ñ' | 'Ń' | 'Ň' => "N",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ő' | 'ö' => "o",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ø' | 'Ō' | 'Ő' | 'Ö' => "O",
        'ř' => "r",
        'Ř' => "R",
        'ś' | 'š' | 'ş' => "s",
        'Ś' | 'Š' | 'Ş' => "S",
        'ß' => "ss",
        'ť' => "t",
        'Ť' => "T",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ü' => "u",
        'Ù' | 'Ú' | 'Û' | 'Ū' | 'Ů' | 'Ű' | 'Ü' => "U",
        'ý' | 'ÿ' => "y",
        'Ý' => "Y",
        'ź' | 'ż' | 'ž' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        _ => return None,
    })
}
