//! A cardholder, and the CSV file cardholders can be read from.

use std::fmt;

use crate::error::Error;
use crate::people;

/// One person and card.
#[derive(Clone, PartialEq, Eq)]
pub struct Cardholder {
    /// The card number.
    pub card_number: String,
    /// The name.
    pub name: String,
    /// The ID number.
    pub id_number: String,
    /// The mobile number.
    pub mobile: String,
    /// The sub code the card answers with when the factors agree; none for 101.
    pub state: Option<String>,
}

impl fmt::Debug for Cardholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cardholder").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Cardholder {
    /// The cardholders the sandbox knows when it is given no others.
    #[must_use]
    pub fn built_in() -> Vec<Self> {
        people::built_in()
    }

    /// Reads `card_number,name,id_number,mobile[,state]`, one person a line; a
    /// first line with these names is skipped. A field may stand in double quotes.
    pub fn read_csv(text: &str) -> Result<Vec<Self>, Error> {
        let mut people = Vec::new();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || (index == 0 && line.starts_with("card_number")) {
                continue;
            }
            people.push(Self::read_line(line).ok_or(Error::Registry { line: index + 1 })?);
        }
        Ok(people)
    }

    fn read_line(line: &str) -> Option<Self> {
        let fields = csv_fields(line)?;
        let (card_number, name, id_number, mobile, state) = match fields.as_slice() {
            [card, name, id, mobile] => (card, name, id, mobile, ""),
            [card, name, id, mobile, state] => (card, name, id, mobile, state.as_str()),
            _ => return None,
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let known_state = state.is_empty() || (state.len() == 3 && state.starts_with(['1', '2', '3']));
        if !digits(card_number) || name.is_empty() || !known_state || !(state.is_empty() || digits(state)) {
            return None;
        }
        Some(Self {
            card_number: card_number.clone(),
            name: name.clone(),
            id_number: id_number.clone(),
            mobile: mobile.clone(),
            state: Some(state.to_owned()).filter(|state| !state.is_empty()),
        })
    }
}

/// The fields of one line; `""` inside quotes is a quote.
fn csv_fields(line: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field).trim().to_owned()),
            other => field.push(other),
        }
    }
    fields.push(field.trim().to_owned());
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_with_and_without_states_and_quotes() {
        let text = "\u{feff}card_number,name,id_number,mobile,state\n\
                    6200000000000000,张三,11010519491231002X,13800138000\r\n\n\
                    6200000000000018,\"O\"\"Brien, S\",,,203\n";
        let people = Cardholder::read_csv(text).unwrap();
        assert_eq!(people.len(), 2);
        assert_eq!((people[0].name.as_str(), people[0].state.as_deref()), ("张三", None));
        assert_eq!((people[1].name.as_str(), people[1].state.as_deref()), ("O\"Brien, S", Some("203")));
    }

    #[test]
    fn a_wrong_line_is_named_by_its_number_and_not_repeated() {
        for wrong in
            ["6200,张三", "62 00,a,b,c", "6200,,b,c", "6200,a,b,c,900", "6200,a,b,c,20", "6200,\"a,b,c"]
        {
            let text = format!("6200,a,b,c\n{wrong}\n");
            let error = Cardholder::read_csv(&text).unwrap_err();
            assert!(matches!(error, Error::Registry { line: 2 }), "{wrong}");
            assert!(!error.to_string().contains(wrong));
        }
    }
}
