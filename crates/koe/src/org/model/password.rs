//! Passwords and tokens, stored as hashes only.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};

use crate::base::app::App;
use crate::base::hexadecimal::hexadecimal;
use crate::base::problem::{Outcome, Problem};

/// argon2id with the parameters that OWASP's password storage cheat sheet
/// recommends first: 19 MiB, two passes, one lane.
fn argon() -> Argon2<'static> {
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19 * 1024, 2, 1, None).unwrap_or_default(),
    )
}

/// Hashes a password, on a thread that may block.
///
/// # Errors
/// 422 on `password` when it is shorter than 10 or longer than 200 characters.
pub async fn hash_password(app: &App, password: &str) -> Outcome<String> {
    let length = password.chars().count();
    if !(10..=200).contains(&length) {
        return Err(Problem::invalid(
            "password",
            "must have 10 to 200 characters; a few words in a row are good",
        ));
    }
    let mut salt = [0u8; 16];
    app.chance.fill(&mut salt);
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        let salt = SaltString::encode_b64(&salt).map_err(|e| anyhow::anyhow!("salt: {e}"))?;
        argon()
            .hash_password(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|e| anyhow::anyhow!("argon2: {e}"))
    })
    .await
    .map_err(Problem::internal)?
    .map_err(Problem::internal)
}

/// A hash of no password, verified against when the account does not exist,
/// so that timing does not tell which addresses have accounts.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether `password` belongs to `hash`; with no hash it takes as long and
/// says no.
pub async fn verify_password(hash: Option<String>, password: String) -> bool {
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let matches = PasswordHash::new(&hash)
            .is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok());
        known && matches
    })
    .await
    .unwrap_or(false)
}

/// SHA-256 in hexadecimal: tokens of 32 random bytes need no salt.
pub fn token_hash(token: &str) -> String {
    hexadecimal(Sha256::digest(token.as_bytes()))
}
