//! Subjects of a bus, and the patterns that they fit.
//!
//! A subject is words joined by dots. In a pattern `*` stands for one word, and `>` at the end for one or more.

/// Whether a text can be one word of a subject: nothing in it separates words, or stands for others.
#[must_use]
pub fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '.' | '*' | '>'))
}

/// Whether a text is a subject, or a pattern of subjects.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    let mut words = text.split('.').peekable();
    while let Some(word) = words.next() {
        let is_rest = word == ">" && words.peek().is_none();
        if !(is_word(word) || word == "*" || is_rest) {
            return false;
        }
    }
    true
}

/// Whether a text is a subject that can be published to.
#[must_use]
pub fn is_subject(text: &str) -> bool {
    text.split('.').all(is_word)
}

/// Whether a subject fits a pattern.
#[must_use]
pub fn matches(pattern: &str, subject: &str) -> bool {
    let mut words = subject.split('.');
    for wanted in pattern.split('.') {
        match (wanted, words.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (wanted, Some(word)) if wanted == word => {}
            _ => return false,
        }
    }
    words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_nats() {
        for (pattern, subject, fits) in [
            ("a.b", "a.b", true),
            ("a.b", "a.b.c", false),
            ("a.b", "a", false),
            ("a.*", "a.b", true),
            ("a.*", "a.b.c", false),
            ("*.b", "a.b", true),
            ("a.>", "a.b.c", true),
            ("a.>", "a", false),
            (">", "a.b", true),
        ] {
            assert_eq!(matches(pattern, subject), fits, "{pattern} {subject}");
        }
    }

    #[test]
    fn what_is_no_pattern() {
        for text in ["", "a..b", "a b", "a.>.b", "a*", ".a", "a."] {
            assert!(!is_pattern(text), "{text:?}");
        }
        for text in ["a", "a.*", "a.>", "*", ">"] {
            assert!(is_pattern(text), "{text:?}");
        }
        assert!(is_subject("a.b") && !is_subject("a.*") && !is_subject("a.>"));
    }
}
