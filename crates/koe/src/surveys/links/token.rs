//! Tokens and signatures, all made with the organisation's link secret.
//!
//! A link's token is derived from its id, so that the address can be shown and
//! printed again while the store keeps only a hash to look it up by.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::LinkSecret;
use crate::base::id;
use crate::surveys::answers::Fields;

/// 26 characters of 5 bits hold 128.
const TOKEN_CHARACTERS: usize = 26;

fn digest(secret: &str, purpose: &str, message: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(purpose.as_bytes());
    mac.update(b"\n");
    mac.update(message.as_bytes());
    mac
}

/// HMAC-SHA-256 in URL-safe base64 without padding (43 characters).
pub(super) fn mac(secret: &str, purpose: &str, message: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(secret, purpose, message).finalize().into_bytes())
}

/// Compares in constant time.
pub(super) fn verify(secret: &str, purpose: &str, message: &str, signature: &str) -> bool {
    URL_SAFE_NO_PAD.decode(signature).is_ok_and(|bytes| {
        digest(secret, purpose, message)
            .verify_slice(&bytes)
            .is_ok()
    })
}

/// The token of a link: 128 bits in Crockford's base 32, lower case, which has
/// no letters that are mistaken for digits when typed from paper.
pub fn token_of(secret: &LinkSecret, link: &id::LinkId) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let digest = digest(&secret.0, "link token", link.as_str())
        .finalize()
        .into_bytes();
    let bits = digest
        .iter()
        .take(16)
        .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    (0..TOKEN_CHARACTERS)
        .rev()
        .map(|at| char::from(ALPHABET[(bits >> (at * 5) & 31) as usize]))
        .collect()
}

/// The signature of hidden fields brought in a link's address. Lengths stand
/// before names and values, so that no two sets of fields read alike.
pub fn sign(secret: &LinkSecret, link: &id::LinkId, fields: &Fields) -> String {
    secret.sign("link fields", &spelled(link, fields))
}

/// Whether `signature` vouches for exactly these fields on this link.
pub(super) fn vouched(
    secret: &LinkSecret,
    link: &id::LinkId,
    fields: &Fields,
    signature: &str,
) -> bool {
    secret.verify("link fields", &spelled(link, fields), signature)
}

fn spelled(link: &id::LinkId, fields: &Fields) -> String {
    let mut message = link.to_string();
    for (name, value) in fields {
        message.push_str(&format!("\n{}:{name}={}:{value}", name.len(), value.len()));
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Id;

    fn secret(text: &str) -> LinkSecret {
        LinkSecret::new(text.to_owned())
    }

    fn link(n: u8) -> id::LinkId {
        Id::stored(format!("lnk_{n:026}"))
    }

    #[test]
    fn a_token_belongs_to_one_link_of_one_organisation() {
        let token = token_of(&secret("a"), &link(1));
        assert_eq!(token.len(), TOKEN_CHARACTERS);
        assert!(
            token
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
        );
        assert_eq!(token, token_of(&secret("a"), &link(1)));
        assert_ne!(token, token_of(&secret("a"), &link(2)));
        assert_ne!(token, token_of(&secret("b"), &link(1)));
    }

    #[test]
    fn a_signature_vouches_for_exactly_its_fields() {
        let fields = |pairs: &[(&str, &str)]| -> Fields {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect()
        };
        let s = secret("a");
        let signature = sign(&s, &link(1), &fields(&[("plan", "gold"), ("shop", "3")]));
        let vouches =
            |secret: &LinkSecret, n, pairs| vouched(secret, &link(n), &fields(pairs), &signature);
        assert!(vouches(&s, 1, &[("plan", "gold"), ("shop", "3")]));
        assert!(!vouches(&s, 1, &[("plan", "gold"), ("shop", "4")]));
        assert!(!vouches(&s, 1, &[("plan", "gold")]));
        assert!(!vouches(&s, 1, &[("plan", "gold\n4:shop=1:3")]));
        assert!(!vouches(&s, 2, &[("plan", "gold"), ("shop", "3")]));
        assert!(!vouches(
            &secret("b"),
            1,
            &[("plan", "gold"), ("shop", "3")]
        ));
        assert!(!vouched(&s, &link(1), &fields(&[]), "not base64 !"));
    }
}
