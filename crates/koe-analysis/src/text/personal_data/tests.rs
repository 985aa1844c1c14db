use proptest::prelude::*;

use super::*;

fn hidden(text: &str) -> Vec<(&str, Kind)> {
    find_personal_data(text)
        .into_iter()
        .map(|data| (data.span.of(text), data.kind))
        .collect()
}

#[test]
fn what_points_to_a_person_is_found() {
    use Kind::{Card, Email, Phone, PostalCode};
    let cases: &[(&str, &[(&str, Kind)])] = &[
        // E-mail.
        (
            "taro.yamada@example.co.jpまで",
            &[("taro.yamada@example.co.jp", Email)],
        ),
        (
            "連絡先：ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ",
            &[("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", Email)],
        ),
        (
            "mail me (a_b+c@mail.example.org).",
            &[("a_b+c@mail.example.org", Email)],
        ),
        (
            "x..y.@docomo.example.jp です",
            &[("x..y.@docomo.example.jp", Email)],
        ),
        (
            "a@example.com,b@example.com",
            &[("a@example.com", Email), ("b@example.com", Email)],
        ),
        // Japanese phone numbers.
        ("電話は090-1234-5678です", &[("090-1234-5678", Phone)]),
        (
            "０９０－１２３４－５６７８",
            &[("０９０－１２３４－５６７８", Phone)],
        ),
        ("080ー1234ー5678へ", &[("080ー1234ー5678", Phone)]),
        ("09012345678", &[("09012345678", Phone)]),
        ("03-1234-5678", &[("03-1234-5678", Phone)]),
        ("（03）1234-5678に", &[("（03）1234-5678", Phone)]),
        ("03(1234)5678", &[("03(1234)5678", Phone)]),
        ("0422-12-3456", &[("0422-12-3456", Phone)]),
        ("04992-2-1234", &[("04992-2-1234", Phone)]),
        ("0120-123-456", &[("0120-123-456", Phone)]),
        ("0800-123-4567", &[("0800-123-4567", Phone)]),
        ("+81 90-1234-5678", &[("+81 90-1234-5678", Phone)]),
        ("+81-3-1234-5678", &[("+81-3-1234-5678", Phone)]),
        ("TEL03-1234-5678", &[("03-1234-5678", Phone)]),
        ("TEL:0312345678", &[("0312345678", Phone)]),
        // British phone numbers.
        ("call 020 7946 0958 today", &[("020 7946 0958", Phone)]),
        ("07700 900123", &[("07700 900123", Phone)]),
        ("07700900123.", &[("07700900123", Phone)]),
        ("(0161) 496 0000", &[("(0161) 496 0000", Phone)]),
        ("01632 960 001", &[("01632 960 001", Phone)]),
        ("+44 20 7946 0958", &[("+44 20 7946 0958", Phone)]),
        ("+44 (0)20 7946 0958", &[("+44 (0)20 7946 0958", Phone)]),
        ("+447700900123", &[("+447700900123", Phone)]),
        ("0044 7700 900123", &[("0044 7700 900123", Phone)]),
        ("01632.960.001", &[("01632.960.001", Phone)]),
        // Cards: test numbers their issuers publish.
        (
            "card 4111 1111 1111 1111 was",
            &[("4111 1111 1111 1111", Card)],
        ),
        ("4111-1111-1111-1111", &[("4111-1111-1111-1111", Card)]),
        ("5555555555554444", &[("5555555555554444", Card)]),
        ("3782 822463 10005", &[("3782 822463 10005", Card)]),
        (
            "３５３０１１１３３３３０００００",
            &[("３５３０１１１３３３３０００００", Card)],
        ),
        // Postal codes.
        ("〒100-0001 東京", &[("〒100-0001", PostalCode)]),
        ("〒 1000001", &[("〒 1000001", PostalCode)]),
        (
            "１００－０００１に住む",
            &[("１００－０００１", PostalCode)],
        ),
        // Several.
        (
            "090-1234-5678 か taro@example.jp へ",
            &[("090-1234-5678", Phone), ("taro@example.jp", Email)],
        ),
        (
            "090-1234-5678 03-1234-5678",
            &[("090-1234-5678", Phone), ("03-1234-5678", Phone)],
        ),
        ("090-1234-5678 2名", &[("090-1234-5678", Phone)]),
    ];
    for (text, expected) in cases {
        assert_eq!(hidden(text), *expected, "{text}");
    }
}

#[test]
fn ordinary_figures_stay() {
    let cases = [
        "12,000円でした",
        "１２，０００円",
        "¥12,000 per night",
        "£1,234.50",
        "$10000000000",
        "合計 0312345678円ではなく ¥0312345678",
        "2026-04-01",
        "2026/04/01 10:30",
        "2026-04-01 10:30:00",
        "20260401",
        "01/04/2026",
        "01.04.2026 12:30",
        "01-04-2026",
        "令和8年4月1日",
        "10/10",
        "10/10, 9/10, 8/10",
        "0 1 2 3 4 5 6 7 8 9 10",
        "注文 12 件、返品 3 件",
        "3 orders, 120 items",
        "room 1203",
        "1203号室",
        "101-1203号室",
        "A-101",
        "No. 12345",
        "order ORD-0123456789",
        "AB0312345678",
        "ISBN 978-4-00-310101-8",
        "4901234567894",
        "4111 1111 1111 1112",
        "1234567890",
        "1,234,567,890",
        "3.14159265358979",
        "99.99999%",
        "24時間365日",
        "9:00-18:00",
        "10-12人",
        "100-200円",
        "1-2-3",
        "東京都千代田区1-2-3",
        "@koe",
        "a@b",
        "5 @ 3.50",
        "me@home",
        "+10 points",
        "+1,000,000円",
        "(3)",
        "C++",
        "111に電話",
        "999",
        "★4.5 (1,024)",
        "192.168.100.200",
        "version 2026.11.22",
        "０",
        "",
    ];
    for text in cases {
        assert_eq!(hidden(text), [], "{text}");
    }
}

#[test]
fn masking_keeps_the_rest_and_hides_the_length() {
    let cases = [
        ("電話は090-1234-5678です。😀", "電話は●●●です。😀"),
        ("a@example.com", "●●●"),
        ("〒100-0001 東京、0120-123-456", "●●● 東京、●●●"),
        ("12,000円", "12,000円"),
    ];
    for (text, expected) in cases {
        assert_eq!(mask(text, &find_personal_data(text)), expected);
    }
}

#[test]
fn spans_that_make_no_sense_do_no_harm() {
    let data = |start, end| PersonalData {
        span: Span { start, end },
        kind: Kind::Phone,
    };
    let spans = [data(1, 2), data(0, 1), data(3, 3), data(5, 1), data(9, 12)];
    assert_eq!(mask("abcd", &spans), "a●●●cd");
}

#[test]
fn luhn_agrees_with_the_patents_example() {
    // ISO/IEC 7812-1 annex: 7992739871 has the check digit 3.
    assert!(passes_luhn("79927398713"));
    for wrong in "012456789".chars() {
        assert!(!passes_luhn(&format!("7992739871{wrong}")));
    }
}

proptest! {
    #[test]
    fn nothing_is_found_twice_and_masking_hides_it(text in "[0-9０-９@.＠（）() +ー－〒a-z円-]{0,60}") {
        let found = find_personal_data(&text);
        let mut before = 0;
        for data in &found {
            prop_assert!(data.span.start >= before && data.span.start < data.span.end);
            before = data.span.end;
        }
        prop_assert!(before <= text.chars().count());
        let masked = mask(&text, &found);
        prop_assert_eq!(masked.matches(MASK).count(), found.len());
    }

    #[test]
    fn any_text_is_read_without_harm(text in any::<String>()) {
        let masked = mask(&text, &find_personal_data(&text));
        prop_assert!(masked.is_empty() == text.is_empty());
    }
}
