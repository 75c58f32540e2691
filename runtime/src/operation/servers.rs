//! The servers of a document, and their variables (OAS §4.8.5, §4.8.6).

/// A server: a URL, with `{variables}` in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// The URL template, as the document has it; it may be relative to where the document is served.
    pub url: &'static str,
    /// What the document says of it; empty where it says nothing.
    pub description: &'static str,
    /// The variables.
    pub variables: &'static [ServerVariable],
}

/// A variable of a server's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name between the braces.
    pub name: &'static str,
    /// What it is where nobody says.
    pub default: &'static str,
    /// What it may be; anything where that is empty.
    pub allowed: &'static [&'static str],
}

/// Why variables make no URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The URL has no such variable.
    #[error("`{name}` is no variable of the server `{url}`")]
    NoVariable {
        /// The name that was given.
        name: String,
        /// The URL template.
        url: &'static str,
    },
    /// The document lists the values, and this is none of them.
    #[error("`{value}` is not among what the server variable `{name}` may be: {}", allowed.join(", "))]
    NotAllowed {
        /// The variable.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// What it may be.
        allowed: &'static [&'static str],
    },
}

impl ServerInfo {
    /// The URL with these values for its variables, and the defaults for the others.
    ///
    /// # Errors
    /// Where there is no variable of a name, or the document does not allow a value.
    pub fn url(&self, values: &[(&str, &str)]) -> Result<String, ServerError> {
        let unknown = |name: &str| self.variables.iter().all(|variable| variable.name != name);
        if let Some((name, _)) = values.iter().find(|(name, _)| unknown(name)) {
            return Err(ServerError::NoVariable {
                name: (*name).to_owned(),
                url: self.url,
            });
        }
        let mut url = self.url.to_owned();
        for variable in self.variables {
            let given = values.iter().find(|(name, _)| *name == variable.name);
            let value = given.map_or(variable.default, |(_, value)| value);
            if given.is_some() && !variable.allowed.is_empty() && !variable.allowed.contains(&value)
            {
                return Err(ServerError::NotAllowed {
                    name: variable.name,
                    value: value.to_owned(),
                    allowed: variable.allowed,
                });
            }
            url = url.replace(&format!("{{{}}}", variable.name), value);
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: ServerInfo = ServerInfo {
        url: "https://{region}.example.com:{port}/v1",
        description: "",
        variables: &[
            ServerVariable {
                name: "region",
                default: "eu",
                allowed: &["eu", "us"],
            },
            ServerVariable {
                name: "port",
                default: "443",
                allowed: &[],
            },
        ],
    };

    #[test]
    fn variables_make_a_url() {
        let url = |values: &[(&str, &str)]| SERVER.url(values).map_err(|error| error.to_string());
        assert_eq!(url(&[]), Ok("https://eu.example.com:443/v1".to_owned()));
        assert_eq!(
            url(&[("port", "8443"), ("region", "us")]),
            Ok("https://us.example.com:8443/v1".to_owned())
        );
        assert_eq!(
            url(&[("region", "mars")]),
            Err("`mars` is not among what the server variable `region` may be: eu, us".to_owned())
        );
        assert_eq!(
            url(&[("planet", "mars")]),
            Err(
                "`planet` is no variable of the server `https://{region}.example.com:{port}/v1`"
                    .to_owned()
            )
        );
    }
}
