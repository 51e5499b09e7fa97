//! Text on a terminal: how wide it is, where it breaks, which colour it has. Never here: what is said, or writing it.

/// Columns of a whole line.
pub(super) const WIDTH: usize = 108;

/// A colour of the terminal, as its escape code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// As the terminal writes.
    Plain,
    /// Less important.
    Dim,
    /// A heading.
    Bold,
    /// Education.
    Green,
    /// Police.
    Blue,
    /// Fire.
    Red,
    /// The clock.
    Yellow,
    /// The hub itself.
    Cyan,
}

impl Paint {
    /// The text in this colour; unchanged without colours.
    pub(super) fn on(self, text: &str, colours: bool) -> String {
        let code = match self {
            Paint::Plain => return text.to_owned(),
            Paint::Dim => "2",
            Paint::Bold => "1",
            Paint::Green => "32",
            Paint::Blue => "1;34",
            Paint::Red => "31",
            Paint::Yellow => "33",
            Paint::Cyan => "36",
        };
        if colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Columns of a character: Chinese characters and full-width signs take two.
fn columns(letter: char) -> usize {
    let wide = matches!(u32::from(letter), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD);
    if wide { 2 } else { 1 }
}

/// Columns of a text.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text in lines of at most `most` columns: English breaks between words, Chinese anywhere but before a sign that
/// closes a phrase.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if !line.is_empty() && width(&line) + width(piece.trim_end()) > most && !closes(piece) {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        line.push_str(piece);
    }
    lines.push(line.trim_end().to_owned());
    lines
}

fn closes(piece: &str) -> bool {
    piece.chars().next().is_some_and(|letter| "，。、；：！？）》〉”’〕".contains(letter))
}

/// Words with the space behind them, and single wide characters.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (place, letter) in text.char_indices() {
        let next = place + letter.len_utf8();
        if columns(letter) == 2 {
            pieces.extend(text.get(from..place).filter(|word| !word.is_empty()));
            pieces.extend(text.get(place..next));
            from = next;
        } else if letter == ' ' {
            pieces.extend(text.get(from..next));
            from = next;
        }
    }
    pieces.extend(text.get(from..).filter(|rest| !rest.is_empty()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_breaks_between_words_and_chinese_anywhere_but_before_a_closing_sign() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("公安机关签收。", 8), ["公安机关", "签收。"]);
        assert_eq!(wrap("公安机关。签收", 8), ["公安机关。", "签收"]);
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn a_chinese_character_is_two_columns_wide() {
        assert_eq!(width("U1：一级"), 8);
    }
}
