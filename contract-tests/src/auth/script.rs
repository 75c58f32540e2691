//! How a signature is made in a shell: so that a signed request can be sent again by anybody who has the key.

use super::{Encoding, RsaPadding, SignatureRule, TimestampUnit};
use crate::request::{Misuse, Request};

/// By which rule a request was signed, and where that stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The rule.
    pub rule: SignatureRule,
    /// `ed25519` or `rsa-sha256`.
    pub algorithm: &'static str,
    /// The path of the base URL, which is signed as well.
    pub base_path: String,
    /// The header of the signature.
    pub signature_header: String,
    /// The header of the timestamp.
    pub timestamp_header: Option<String>,
}

/// The shell variable that stands for a header.
#[must_use]
pub(crate) fn variable(header: &str) -> String {
    header
        .to_ascii_uppercase()
        .replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

/// The text as one word of a shell.
#[must_use]
pub(crate) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

impl Signed {
    /// Lines for a POSIX shell that set the variables of signature and timestamp, and `BODY` where there is a body. The key
    /// stands in the file that `SIGNING_KEY_FILE` names (PKCS#8 in PEM); `openssl` 3 signs. `None` where the body is no
    /// text.
    #[must_use]
    pub fn script(&self, request: &Request, body: Option<&[u8]>) -> Option<String> {
        let text = |bytes: &[u8]| {
            let text = std::str::from_utf8(bytes).ok()?;
            (!text.contains('\0')).then(|| text.to_owned())
        };
        let misuse = request.access.misuse.as_ref();
        let own = body.map(text).map_or(Some(None), |it| it.map(Some))?;
        let mut lines = Vec::new();
        if let Some(body) = &own {
            lines.push(format!("BODY={}", quote(body)));
        }
        let seconds = match misuse {
            Some(Misuse::Clock(offset)) => format!("$(($(date +%s) + {offset}))"),
            _ => "$(date +%s)".to_owned(),
        };
        let thousand = match self.rule.unit {
            TimestampUnit::Seconds => "",
            TimestampUnit::Milliseconds => "000",
        };
        let time = self.timestamp_header.as_deref().map(variable);
        let signed_at = time.clone().unwrap_or_else(|| "TIMESTAMP".to_owned());
        lines.push(format!("{signed_at}={seconds}{thousand}"));
        let signed_body = match misuse {
            Some(Misuse::SignedBody(other)) => quote(&text(other)?),
            _ if own.is_some() => "\"$BODY\"".to_owned(),
            _ => "''".to_owned(),
        };
        let method = match misuse {
            Some(Misuse::SignedMethod(method)) => method,
            _ => &request.method,
        };
        let path = match misuse {
            Some(Misuse::SignedPath(path)) => path,
            _ => &request.path,
        };
        let query = match misuse {
            Some(Misuse::SignedQuery(query)) => query.clone(),
            _ => request.raw_query(),
        };
        // What is signed, with marks that no text holds in place of what the shell fills in.
        let message = self.rule.message(
            method,
            &format!("{}{path}", self.base_path),
            &query,
            "\u{0}t\u{0}",
            b"\0b\0",
        );
        let message = String::from_utf8(message).ok()?;
        let words = message.split('\0').filter(|word| !word.is_empty());
        let words = words.map(|word| match word {
            "t" => ("%s", format!("\"${signed_at}\"")),
            "b" => ("%s", signed_body.clone()),
            // On one line, whatever is in it.
            other => {
                let escaped = other.replace('\\', "\\\\").replace('\n', "\\n");
                ("%b", quote(&escaped))
            }
        });
        let (formats, words): (Vec<&str>, Vec<String>) = words.unzip();
        lines.push("MESSAGE=$(mktemp)".to_owned());
        lines.push(format!(
            "printf '{}' {} > \"$MESSAGE\"",
            formats.concat(),
            words.join(" ")
        ));
        let sign = match (self.algorithm, self.rule.rsa_padding) {
            ("ed25519", _) => {
                "openssl pkeyutl -sign -rawin -inkey \"$SIGNING_KEY_FILE\" -in \"$MESSAGE\""
            }
            (_, RsaPadding::Pkcs1) => {
                "openssl dgst -sha256 -sign \"$SIGNING_KEY_FILE\" \"$MESSAGE\""
            }
            (_, RsaPadding::Pss) => {
                "openssl dgst -sha256 -sign \"$SIGNING_KEY_FILE\" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest \"$MESSAGE\""
            }
        };
        let encode = match self.rule.encoding {
            Encoding::Base64 => "openssl base64 -A",
            Encoding::Base64Url => "openssl base64 -A | tr '+/' '-_' | tr -d '='",
            Encoding::Hex => "od -An -v -tx1 | tr -d ' \\n'",
        };
        let name = variable(&self.signature_header);
        lines.push(format!("{name}=$({sign} | {encode})"));
        match misuse {
            Some(Misuse::Truncated) => lines.push(format!("{name}=${{{name}%????}}")),
            Some(Misuse::TimestampMismatch(offset)) => {
                lines.push(format!(
                    "{signed_at}=$((${signed_at} + {offset}{thousand}))"
                ));
            }
            Some(Misuse::OtherKey | Misuse::KeyOf(_)) => {
                lines.insert(
                    0,
                    "# SIGNING_KEY_FILE: a key that is not the caller's".to_owned(),
                );
            }
            Some(Misuse::Wrong(_)) => {
                lines.push(format!("{name}=$(printf %s \"${name}\" | rev)"));
            }
            _ => {}
        }
        Some(lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::SigningKey;
    use aws_lc_rs::signature::Ed25519KeyPair;
    use base64::Engine as _;
    use std::process::Command;

    /// What the lines make, with the key in a file.
    fn run(script: &str, pem: &str) -> Option<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key.pem");
        std::fs::write(&file, pem).expect("the key is written");
        let found = Command::new("sh")
            .arg("-c")
            .arg(format!(
                "{script}\nprintf '%s %s' \"$X_TIME\" \"$X_SIGNATURE\""
            ))
            .env("SIGNING_KEY_FILE", &file)
            .env("TMPDIR", folder.path())
            .output()
            .expect("a shell");
        found
            .status
            .success()
            .then(|| String::from_utf8(found.stdout).expect("text"))
    }

    #[test]
    fn a_shell_signs_as_the_tests_do() {
        if Command::new("openssl").arg("version").output().is_err() {
            eprintln!("skipped: there is no openssl");
            return;
        }
        let pair = Ed25519KeyPair::generate().expect("a key");
        let der = pair.to_pkcs8v1().expect("PKCS#8");
        let text = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
        let key = SigningKey::from_pem(&pem).expect("the key");
        for encoding in [Encoding::Base64, Encoding::Base64Url, Encoding::Hex] {
            let rule = SignatureRule {
                scheme: "signature".to_owned(),
                algorithms: vec!["ed25519".to_owned()],
                rsa_padding: RsaPadding::Pkcs1,
                payload: "{timestamp}.{method}\n\\n%s{path}{?query}.{body}".to_owned(),
                encoding,
                timestamp_scheme: None,
                timestamp_header: Some("x-time".to_owned()),
                unit: TimestampUnit::Seconds,
                tolerance: 300,
            };
            let signed = Signed {
                rule: rule.clone(),
                algorithm: key.algorithm(),
                base_path: "/v1".to_owned(),
                signature_header: "x-signature".to_owned(),
                timestamp_header: Some("x-time".to_owned()),
            };
            let body = "{\"name\": \"it's $HOME\\n\"}";
            let request = Request::new("POST", "/things").with_query("q", "a b");
            let script = signed.script(&request, Some(body.as_bytes()));
            let made = run(&script.expect("a script"), &pem).expect("it runs");
            let (time, signature) = made.split_once(' ').expect("both");
            let query = request.raw_query();
            let message = rule.message("POST", "/v1/things", &query, time, body.as_bytes());
            let wanted = key.sign(&message, RsaPadding::Pkcs1).expect("a signature");
            assert_eq!(signature, encoding.encode(&wanted));
        }
    }
}
