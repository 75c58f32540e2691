//! Credentials in a file, as TOML: a table each.

use super::{Algorithm, ApiCredential, Credentials, HOME, KeyError, OTHER, Role};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A credential in a file.
#[derive(serde::Deserialize)]
struct Stored {
    role: String,
    algorithm: String,
    api_key: String,
    private_key: String,
}

#[derive(serde::Deserialize)]
struct StoredAll {
    write: Stored,
    read: Stored,
    other_org: Stored,
    rsa: Stored,
}

impl ApiCredential {
    /// The credential of a table as [`Credentials::to_toml`] writes it.
    fn read(
        name: &'static str,
        organisation: &'static str,
        stored: &Stored,
    ) -> Result<Self, KeyError> {
        let text: String = stored
            .private_key
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let private_key = STANDARD.decode(text.trim()).map_err(|_| KeyError)?;
        let (algorithm, public_key) = match stored.algorithm.as_str() {
            "ed25519" => {
                let pair = Ed25519KeyPair::from_pkcs8(&private_key).map_err(|_| KeyError)?;
                (Algorithm::Ed25519, pair.public_key().as_ref().to_vec())
            }
            "rsa-sha256" => {
                let pair = RsaKeyPair::from_pkcs8(&private_key).map_err(|_| KeyError)?;
                (Algorithm::RsaSha256, pair.public_key().as_ref().to_vec())
            }
            _ => return Err(KeyError),
        };
        let role = if stored.role == "read" {
            Role::Read
        } else {
            Role::Write
        };
        Ok(Self {
            name,
            organisation,
            role,
            algorithm,
            api_key: stored.api_key.clone(),
            private_key,
            public_key,
        })
    }
}

impl Credentials {
    /// The credentials of an earlier run, as [`Credentials::to_toml`] wrote them.
    ///
    /// # Errors
    /// When the text is not that, or a key in it cannot be used. The text itself is not repeated.
    pub fn from_toml(text: &str) -> Result<Self, KeyError> {
        let stored: StoredAll = toml::from_str(text).map_err(|_| KeyError)?;
        Ok(Self {
            write: ApiCredential::read("write", HOME, &stored.write)?,
            read: ApiCredential::read("read", HOME, &stored.read)?,
            other_org: ApiCredential::read("other_org", OTHER, &stored.other_org)?,
            rsa: ApiCredential::read("rsa", HOME, &stored.rsa)?,
        })
    }

    /// All of them as TOML: a table each, with `organisation`, `role`, `algorithm`, `api_key` and `private_key`.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::from("# Throwaway credentials of one run of the OpenFX sandbox.\n");
        for credential in self.all() {
            let role = if credential.role == Role::Read {
                "read"
            } else {
                "write"
            };
            text.push_str(&format!(
                "\n[{}]\norganisation = \"{}\"\nrole = \"{role}\"\nalgorithm = \"{}\"\napi_key = \"{}\"\nprivate_key = \"\"\"\n{}\"\"\"\n",
                credential.name,
                credential.organisation,
                credential.algorithm.as_str(),
                credential.api_key,
                credential.private_key_pem(),
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_a_file_and_back() {
        let credentials = Credentials::make().unwrap();
        let read = Credentials::from_toml(&credentials.to_toml()).unwrap();
        for (one, two) in credentials.all().into_iter().zip(read.all()) {
            assert_eq!(
                (&one.api_key, one.role, one.algorithm),
                (&two.api_key, two.role, two.algorithm)
            );
            assert!(two.verifies(b"message", &one.sign(b"message").unwrap()));
        }
        assert_eq!(Credentials::from_toml("nonsense").unwrap_err(), KeyError);
    }
}
