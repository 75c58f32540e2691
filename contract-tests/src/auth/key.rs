//! Private keys that sign requests.

use super::SigningError;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use base64::Engine as _;
use std::{fmt, sync::Arc};

/// A private key, read from PKCS#8.
#[derive(Clone)]
pub struct SigningKey(Arc<Pair>);

enum Pair {
    Ed25519(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

/// How an RSA signature is padded (RFC 8017 §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RsaPadding {
    /// RSASSA-PKCS1-v1_5
    #[default]
    Pkcs1,
    /// RSASSA-PSS
    Pss,
}

impl SigningKey {
    /// A key from PKCS#8 in PEM (`-----BEGIN PRIVATE KEY-----`).
    ///
    /// # Errors
    /// When the text is no such PEM, or the key is neither Ed25519 nor RSA.
    pub fn from_pem(pem: &str) -> Result<Self, SigningError> {
        let body: String = pem
            .lines()
            .map(str::trim)
            .skip_while(|line| *line != "-----BEGIN PRIVATE KEY-----")
            .skip(1)
            .take_while(|line| *line != "-----END PRIVATE KEY-----")
            .collect();
        if body.is_empty() {
            return Err(SigningError::NotPem);
        }
        let der = base64::engine::general_purpose::STANDARD
            .decode(body)
            .map_err(|_| SigningError::NotPem)?;
        Self::from_pkcs8(&der)
    }

    /// A key from PKCS#8 in DER (RFC 5208, RFC 5958).
    ///
    /// # Errors
    /// When the key is neither Ed25519 nor RSA.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, SigningError> {
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
            return Ok(Self(Arc::new(Pair::Ed25519(pair))));
        }
        RsaKeyPair::from_pkcs8(der)
            .map(|pair| Self(Arc::new(Pair::Rsa(Box::new(pair)))))
            .map_err(|_| SigningError::UnknownKey)
    }

    /// A new key of the same kind: what belongs to nobody.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn stranger(&self) -> Result<Self, SigningError> {
        match &*self.0 {
            Pair::Ed25519(_) => Ed25519KeyPair::generate()
                .map(|pair| Self(Arc::new(Pair::Ed25519(pair))))
                .map_err(|_| SigningError::Failed),
            Pair::Rsa(_) => RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048)
                .map(|pair| Self(Arc::new(Pair::Rsa(Box::new(pair)))))
                .map_err(|_| SigningError::Failed),
        }
    }

    /// The algorithm's name in `x-signature`.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match &*self.0 {
            Pair::Ed25519(_) => "ed25519",
            Pair::Rsa(_) => "rsa-sha256",
        }
    }

    /// The signature over these bytes.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(&self, message: &[u8], padding: RsaPadding) -> Result<Vec<u8>, SigningError> {
        match &*self.0 {
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding: &'static dyn aws_lc_rs::signature::RsaEncoding = match padding {
                    RsaPadding::Pkcs1 => &RSA_PKCS1_SHA256,
                    RsaPadding::Pss => &RSA_PSS_SHA256,
                };
                pair.sign(padding, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| SigningError::Failed)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, …)", self.algorithm())
    }
}
