//! The keys callers sign with, and how a signature is checked.

mod file;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, Ed25519KeyPair, KeyPair as _, RsaKeyPair, UnparsedPublicKey};
use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::OnceLock;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Read only.
    Read,
    /// Read and write.
    Write,
}

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519.
    Ed25519,
    /// RSA with SHA-256, PKCS#1 v1.5.
    RsaSha256,
}

impl Algorithm {
    /// The name, as the document writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::RsaSha256 => "rsa-sha256",
        }
    }
}

/// No key could be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signing key cannot be made or read")]
pub struct KeyError;

/// An API key and the key pair bound to it. A throwaway of this sandbox, and still kept out of debug output.
#[derive(Clone)]
pub struct ApiCredential {
    /// What the sandbox calls it.
    pub name: &'static str,
    /// The organisation it belongs to.
    pub organisation: &'static str,
    /// What it may do.
    pub role: Role,
    /// How it signs.
    pub algorithm: Algorithm,
    /// The bearer token.
    pub api_key: String,
    private_key: Vec<u8>,
    public_key: Vec<u8>,
}

impl ApiCredential {
    fn make(
        name: &'static str,
        organisation: &'static str,
        role: Role,
        algorithm: Algorithm,
    ) -> Result<Self, KeyError> {
        let (private_key, public_key) = match algorithm {
            Algorithm::Ed25519 => ed25519()?,
            Algorithm::RsaSha256 => rsa()?,
        };
        let mut random = [0; 24];
        rand::fill(&mut random).map_err(|_| KeyError)?;
        let api_key = format!("ofx_sk_sandbox_{}", hex(&random));
        Ok(Self {
            name,
            organisation,
            role,
            algorithm,
            api_key,
            private_key,
            public_key,
        })
    }

    /// The private key as PKCS#8 in DER.
    #[must_use]
    pub fn private_key_der(&self) -> &[u8] {
        &self.private_key
    }

    /// The private key as PKCS#8 in PEM.
    #[must_use]
    pub fn private_key_pem(&self) -> String {
        let text = STANDARD.encode(&self.private_key);
        let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, tail) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = tail;
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        pem
    }

    /// Signs a message, as the `X-Signature` header carries it.
    ///
    /// # Errors
    /// When the key pair cannot be used, which a key pair made here can.
    pub fn sign(&self, message: &[u8]) -> Result<String, KeyError> {
        let signature = match self.algorithm {
            Algorithm::Ed25519 => {
                let pair = Ed25519KeyPair::from_pkcs8(&self.private_key).map_err(|_| KeyError)?;
                pair.sign(message).as_ref().to_vec()
            }
            Algorithm::RsaSha256 => {
                let pair = RsaKeyPair::from_pkcs8(&self.private_key).map_err(|_| KeyError)?;
                let mut bytes = vec![0; pair.public_modulus_len()];
                pair.sign(
                    &signature::RSA_PKCS1_SHA256,
                    &rand::SystemRandom::new(),
                    message,
                    &mut bytes,
                )
                .map_err(|_| KeyError)?;
                bytes
            }
        };
        Ok(STANDARD.encode(signature))
    }

    /// Whether a text has the form of this key's signatures.
    pub(crate) fn well_formed(&self, signature: &str) -> bool {
        let length = if self.algorithm == Algorithm::Ed25519 {
            64
        } else {
            256
        };
        STANDARD
            .decode(signature)
            .is_ok_and(|bytes| bytes.len() == length)
    }

    /// Whether a signature is this key's, over exactly this message.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let Ok(bytes) = STANDARD.decode(signature) else {
            return false;
        };
        let algorithm: &dyn signature::VerificationAlgorithm = match self.algorithm {
            Algorithm::Ed25519 => &signature::ED25519,
            Algorithm::RsaSha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(algorithm, &self.public_key)
            .verify(message, &bytes)
            .is_ok()
    }
}

impl std::fmt::Debug for ApiCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiCredential")
            .field("name", &self.name)
            .field("organisation", &self.organisation)
            .field("role", &self.role)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// What the document says is signed: method, path with query, timestamp and body, joined by line feeds.
#[must_use]
pub fn signed_message(method: &str, path_and_query: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    let mut message = format!("{method}\n{path_and_query}\n{timestamp}\n").into_bytes();
    message.extend_from_slice(body);
    message
}

/// The credentials of a sandbox: made when it starts, gone when it stops.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// May read and write.
    pub write: ApiCredential,
    /// May read.
    pub read: ApiCredential,
    /// May read and write in another organisation.
    pub other_org: ApiCredential,
    /// May read and write, and signs with RSA.
    pub rsa: ApiCredential,
}

/// The organisation the seed data mostly belongs to.
pub(crate) const HOME: &str = "org_home";
/// The other organisation.
pub(crate) const OTHER: &str = "org_other";

impl Credentials {
    /// Makes fresh credentials.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn make() -> Result<Self, KeyError> {
        Ok(Self {
            write: ApiCredential::make("write", HOME, Role::Write, Algorithm::Ed25519)?,
            read: ApiCredential::make("read", HOME, Role::Read, Algorithm::Ed25519)?,
            other_org: ApiCredential::make("other_org", OTHER, Role::Write, Algorithm::Ed25519)?,
            rsa: ApiCredential::make("rsa", HOME, Role::Write, Algorithm::RsaSha256)?,
        })
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> [&ApiCredential; 4] {
        [&self.write, &self.read, &self.other_org, &self.rsa]
    }

    /// The credential of an API key. The comparison is of digests, so its time tells nothing about the key.
    #[must_use]
    pub fn find(&self, api_key: &str) -> Option<&ApiCredential> {
        let wanted = digest::digest(&digest::SHA256, api_key.as_bytes());
        self.all().into_iter().find(|credential| {
            digest::digest(&digest::SHA256, credential.api_key.as_bytes()).as_ref()
                == wanted.as_ref()
        })
    }
}

fn ed25519() -> Result<(Vec<u8>, Vec<u8>), KeyError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| KeyError)?;
    let private = pair.to_pkcs8v1().map_err(|_| KeyError)?;
    Ok((
        private.as_ref().to_vec(),
        pair.public_key().as_ref().to_vec(),
    ))
}

/// One RSA key pair serves all sandboxes of a process: making one takes longer than everything else at the start.
fn rsa() -> Result<(Vec<u8>, Vec<u8>), KeyError> {
    static PAIR: OnceLock<Option<(Vec<u8>, Vec<u8>)>> = OnceLock::new();
    let made = PAIR.get_or_init(|| {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).ok()?;
        let private: Pkcs8V1Der<'static> = pair.as_der().ok()?;
        Some((
            private.as_ref().to_vec(),
            pair.public_key().as_ref().to_vec(),
        ))
    });
    made.clone().ok_or(KeyError)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_verifies_its_own_signature_and_no_other_message() {
        let credentials = Credentials::make().unwrap();
        let message = signed_message("POST", "/v1/accounts?x=1", "1740500000", b"{}");
        assert_eq!(message, b"POST\n/v1/accounts?x=1\n1740500000\n{}");
        for credential in credentials.all() {
            let signature = credential.sign(&message).unwrap();
            assert!(
                credential.verifies(&message, &signature),
                "{}",
                credential.name
            );
            for other in [
                signed_message("GET", "/v1/accounts?x=1", "1740500000", b"{}"),
                signed_message("POST", "/v1/accounts?x=2", "1740500000", b"{}"),
                signed_message("POST", "/v1/accounts?x=1", "1740500001", b"{}"),
                signed_message("POST", "/v1/accounts?x=1", "1740500000", b"{ }"),
            ] {
                assert!(
                    !credential.verifies(&other, &signature),
                    "{}",
                    credential.name
                );
            }
            assert!(!credential.verifies(&message, "not base64"));
        }
    }

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn ed25519_agrees_with_the_vector_of_rfc_8032() {
        let public = unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature = unhex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        );
        let credential = ApiCredential {
            name: "vector",
            organisation: HOME,
            role: Role::Read,
            algorithm: Algorithm::Ed25519,
            api_key: String::new(),
            private_key: Vec::new(),
            public_key: public,
        };
        assert!(credential.verifies(&[0x72], &STANDARD.encode(&signature)));
        assert!(!credential.verifies(&[0x73], &STANDARD.encode(&signature)));
    }

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn debug_output_and_only_debug_output_hides_the_keys() {
        let credentials = Credentials::make().unwrap();
        let debug = format!("{credentials:?}");
        assert!(!debug.contains(&credentials.write.api_key));
        let toml = credentials.to_toml();
        assert!(toml.contains(&credentials.write.api_key) && toml.contains("BEGIN PRIVATE KEY"));
    }
}
