//! The built-in cardholders. All are invented: no card, ID number or mobile
//! number here was taken from a person.

use crate::cardholder::Cardholder;
use crate::cards;

/// Digits of the card without the Luhn digit, name, ID number, mobile.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Han, minority (with the dot), Latin and rare-character names; ID numbers with
/// a correct check character (GB 11643), but the last, which is a passport's.
const ROWS: &[Row] = &[
    ("622202123456789012", "张三", "11010519491231002X", "13800138000"),
    ("621700010000000001", "李四", "310101199003070027", "13900139001"),
    ("622848000000000002", "欧阳娜娜", "440306198511023013", "13700137002"),
    ("621226000000000003", "阿依古丽·买买提", "650102197908150430", "13600136003"),
    ("622588000000000004", "迪丽热巴·迪力木拉提", "65310119680214005X", "13500135004"),
    ("621661000000000005", "扎西·多吉", "540102199206060127", "15800158005"),
    ("622908000000000006", "𠮷田", "610104197512250887", "15900159006"),
    ("621799000000000007", "王㛃", "33010620000229015X", "18800188007"),
    ("622155000000000008", "ANNA MARIA SCHMIDT", "91111719880704101X", "18900189008"),
    ("621081000000000009", "赵", "510104196309192206", "17700177009"),
    ("622262000000000010", "O'Brien, Seán", "E12345678", "19900199010"),
];

/// The built-in cardholders; the first is the holder of every test card.
#[must_use]
pub(crate) fn built_in() -> Vec<Cardholder> {
    ROWS.iter()
        .map(|(digits, name, id_number, mobile)| Cardholder {
            card_number: cards::with_luhn_digit(digits),
            name: (*name).to_owned(),
            id_number: (*id_number).to_owned(),
            mobile: (*mobile).to_owned(),
            state: None,
        })
        .collect()
}
