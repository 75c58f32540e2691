//! Operations: what the router has to know of them, and what is read and written for them.

/// An [`OperationInfo`](crate::operation::OperationInfo) as a constant: id, method, path and tag; then, where there are any,
/// the alternatives of its `security`, the media types of its body (`required` or `optional`), and what it `produces`.
///
/// ```
/// # use counterpart_runtime::operation;
/// operation! {
///     /// `GET /customers`
///     LIST_CUSTOMERS: "listCustomers", "GET", "/customers", "Customers", produces ["application/json"]
/// }
/// assert_eq!(LIST_CUSTOMERS.path, "/customers");
/// ```
#[macro_export]
macro_rules! operation {
    (
        $(#[$meta:meta])* $name:ident: $id:literal, $method:literal, $path:literal, $tag:literal
        $(, security [$([$($scheme:path $(: $scopes:tt)?),*]),*])? $(, required $body:tt)? $(, optional $maybe:tt)? $(, produces $produces:tt)?
        $(, servers $servers:tt)?
    ) => {
        $(#[$meta])*
        pub static $name: $crate::operation::OperationInfo = $crate::operation::OperationInfo {
            id: $id,
            method: $method,
            path: $path,
            tag: $tag,
            security: &[$($(&[$($crate::operation::Requirement {
                scheme: &$scheme,
                scopes: &$crate::operation!(@list $($scopes)?),
            }),*]),*)?],
            body: $crate::operation!(@body $(required $body)? $(optional $maybe)?),
            produces: &$crate::operation!(@list $($produces)?),
            servers: &$crate::operation!(@list $($servers)?),
        };
    };
    (@body) => {
        ::core::option::Option::None
    };
    (@body required $types:tt) => {
        ::core::option::Option::Some($crate::operation::BodyInfo { required: true, media_types: &$types })
    };
    (@body optional $types:tt) => {
        ::core::option::Option::Some($crate::operation::BodyInfo { required: false, media_types: &$types })
    };
    (@list) => {
        []
    };
    (@list $types:tt) => {
        $types
    };
}

/// How a request's struct is read and written: every parameter, then the body; all violations of all of them.
///
/// A line is a field: whether it has to be there, where it is, its name, and how its text is taken.
#[macro_export]
macro_rules! request_type {
    (
        $name:ident;
        $($field:ident: $presence:ident $(($default:literal))? $location:ident($($spec:tt)*) $(.$style:ident($($option:tt)*))*,)*
        $(; $body:ident: $body_presence:ident $kind:ident $what:tt)?
    ) => {
        #[cfg(feature = "server")]
        impl $name {
            fn read(input: &$crate::server::Input) -> ::core::result::Result<Self, $crate::Violations> {
                input.collect(|#[allow(unused_mut, reason = "there may be nothing to read")] mut collector| {
                    $(let $field = collector.$presence(
                        &$crate::Parameter::$location($($spec)*)$(.$style($($option)*))* $(, $default)?
                    );)*
                    $(let $body = $crate::request_type!(@read collector input $body_presence $kind $what);)?
                    collector.finish(|| {
                        ::core::option::Option::Some(Self {
                            $($field: $crate::support::request::$presence($field)?,)*
                            $($body: $crate::support::request::$body_presence($body)?,)?
                        })
                    })
                })
            }
        }

        #[cfg(feature = "client")]
        impl $name {
            #[allow(unused_variables, reason = "there may be nothing to write")]
            fn write(&self, out: &mut $crate::client::Outgoing) {
                $(out.$presence(&$crate::Parameter::$location($($spec)*)$(.$style($($option)*))*, &self.$field);)*
                $($crate::request_type!(@write out $body_presence (&self.$body) $kind $what);)?
            }
        }
    };
    (@read $c:ident $input:ident required json $what:tt) => { $c.body() };
    (@read $c:ident $input:ident optional json $what:tt) => { $c.optional_body() };
    (@read $c:ident $input:ident required form $what:tt) => { $input.form(&mut $c, &$crate::Form::new $what) };
    (@read $c:ident $input:ident optional form $what:tt) => { $input.optional_form(&mut $c, &$crate::Form::new $what) };
    (@read $c:ident $input:ident required lines $what:tt) => { $input.lines(&mut $c) };
    (@read $c:ident $input:ident optional lines $what:tt) => { $input.optional_lines(&mut $c) };
    (@read $c:ident $input:ident required raw $what:tt) => { $input.raw_body().or_else(|| $c.missing_body()) };
    (@read $c:ident $input:ident optional raw $what:tt) => { $input.raw_body() };
    (@read $c:ident $input:ident required ways $what:tt) => {
        match $input.media_type() {
            ::core::option::Option::None => $c.missing_body(),
            ::core::option::Option::Some(media_type) => $what::read(media_type, &mut $c, $input),
        }
    };
    (@read $c:ident $input:ident optional ways $what:tt) => {
        $input.media_type().and_then(|media_type| $what::read(media_type, &mut $c, $input))
    };
    (@write $out:ident optional ($body:expr) $kind:ident $what:tt) => {
        if let ::core::option::Option::Some(body) = $body {
            $crate::request_type!(@write $out required (body) $kind $what);
        }
    };
    (@write $out:ident required ($body:expr) json $what:literal) => { $out.json($what, $body) };
    (@write $out:ident required ($body:expr) form $what:tt) => { $out.form(&$crate::Form::new $what, $body) };
    (@write $out:ident required ($body:expr) lines $what:tt) => { $out.lines($what, $body) };
    (@write $out:ident required ($body:expr) raw $what:tt) => { $out.raw($body) };
    (@write $out:ident required ($body:expr) ways $what:tt) => { $body.write($out) };
}

/// How an enum of bodies by media type is read and written.
#[macro_export]
macro_rules! body_type {
    ($name:ident; $($variant:ident($kind:ident [$($type:literal),*] $($how:tt)?)),* $(,)?) => {
        #[allow(dead_code, reason = "a body is of requests or of responses, seldom of both")]
        #[cfg(feature = "server")]
        impl $name {
            fn read(
                media_type: &'static str,
                collector: &mut $crate::Collector<'_>,
                input: &$crate::server::Input,
            ) -> ::core::option::Option<Self> {
                match media_type {
                    $($($type)|* => $crate::body_type!(@read collector input $kind $($how)?).map(Self::$variant),)*
                    _ => ::core::option::Option::None,
                }
            }

            fn put(self, reply: $crate::server::Reply) -> $crate::server::Reply {
                match self {
                    $(Self::$variant(body) => $crate::body_type!(@put reply body $kind [$($type),*] $($how)?),)*
                }
            }
        }

        #[allow(dead_code, reason = "a body is of requests or of responses, seldom of both")]
        #[cfg(feature = "client")]
        impl $name {
            fn write(&self, out: &mut $crate::client::Outgoing) {
                match self {
                    $(Self::$variant(body) => $crate::body_type!(@write out body $kind [$($type),*] $($how)?),)*
                }
            }

            fn take(answer: &$crate::client::Answer) -> ::core::result::Result<Self, $crate::client::ClientError> {
                $(if answer.is_in(&[$($type),*]) {
                    return ::core::result::Result::Ok(Self::$variant($crate::body_type!(@take answer $kind [$($type),*] $($how)?)));
                })*
                ::core::result::Result::Err(answer.undocumented())
            }
        }
    };
    (@read $c:ident $input:ident json) => { $c.optional_body() };
    (@read $c:ident $input:ident form $how:tt) => { $input.form(&mut *$c, &$crate::Form::new $how) };
    (@read $c:ident $input:ident lines) => { $input.lines(&mut *$c) };
    // An answer's: no request is read from it.
    (@read $c:ident $input:ident stream) => { ::core::option::Option::None };
    (@read $c:ident $input:ident raw) => { $input.raw_body() };
    (@put $reply:ident $body:ident json [$first:literal $($more:tt)*]) => { $reply.with_json($first, &$body) };
    (@put $reply:ident $body:ident form $types:tt $how:tt) => { $reply.with_form(&$crate::Form::new $how, &$body) };
    (@put $reply:ident $body:ident lines [$first:literal $($more:tt)*]) => {
        $reply.with_raw($crate::body::RawBody::new($first, $body.write()))
    };
    (@put $reply:ident $body:ident stream [$first:literal $($more:tt)*]) => { $reply.with_stream($first, $body) };
    (@put $reply:ident $body:ident raw $types:tt) => { $reply.with_raw($body) };
    (@write $out:ident $body:ident json [$first:literal $($more:tt)*]) => { $out.json($first, $body) };
    (@write $out:ident $body:ident form $types:tt $how:tt) => { $out.form(&$crate::Form::new $how, $body) };
    (@write $out:ident $body:ident lines [$first:literal $($more:tt)*]) => { $out.lines($first, $body) };
    (@write $out:ident $body:ident stream $types:tt) => {{ let _ = $body; }};
    (@write $out:ident $body:ident raw $types:tt) => { $out.raw($body) };
    (@take $answer:ident json $types:tt) => { $answer.json()? };
    (@take $answer:ident form $types:tt $how:tt) => { $answer.form(&$crate::Form::new $how)? };
    (@take $answer:ident lines $types:tt) => { $answer.lines()? };
    (@take $answer:ident stream $types:tt) => { $answer.stream() };
    (@take $answer:ident raw $types:tt) => { $answer.raw(&$types) };
}

/// How a response's enum is written and read. A line is a variant: its status, and what each of its fields is.
#[macro_export]
macro_rules! response_type {
    ($name:ident; $($key:ident $code:tt $variant:ident { $($part:ident $(: $how:ident $what:tt)?),* }),* $(,)?) => {
        #[cfg(feature = "server")]
        impl $name {
            fn into_reply(self) -> $crate::server::Reply {
                match self {
                    $(Self::$variant { $($part),* } => {
                        let reply = $crate::server::Reply::empty($crate::response_type!(@status $key $code));
                        $(let reply = $crate::response_type!(@put reply $part $($how $what)?);)*
                        reply
                    })*
                }
            }
        }

        #[cfg(feature = "client")]
        impl $name {
            fn take(answer: &$crate::client::Answer) -> ::core::result::Result<Self, $crate::client::ClientError> {
                #[allow(unreachable_patterns, reason = "the document may name every status")]
                match answer.status().as_u16() {
                    $($crate::response_type!(@pattern $key $code) => ::core::result::Result::Ok(Self::$variant {
                        $($part: $crate::response_type!(@take answer $($how $what)?),)*
                    }),)*
                    _ => ::core::result::Result::Err(answer.undocumented()),
                }
            }
        }
    };
    (@status fixed $code:literal) => {
        $crate::operation::StatusCode::from_u16($code).unwrap_or_default()
    };
    (@status $key:ident $code:tt) => { $crate::operation::StatusCode::OK };
    (@pattern fixed $code:literal) => { $code };
    (@pattern range ($code:pat)) => { $code };
    (@pattern default ($code:pat)) => { $code };
    (@put $reply:ident $part:ident) => { $reply.with_status($part) };
    (@put $reply:ident $part:ident json $what:literal) => { $reply.with_json($what, &$part) };
    (@put $reply:ident $part:ident form $what:tt) => { $reply.with_form(&$crate::Form::new $what, &$part) };
    (@put $reply:ident $part:ident stream $what:literal) => { $reply.with_stream($what, $part) };
    (@put $reply:ident $part:ident raw $what:tt) => { $reply.with_raw($part) };
    (@put $reply:ident $part:ident ways $what:tt) => { $part.put($reply) };
    (@put $reply:ident $part:ident of $what:tt) => { $part.on($reply) };
    (@take $answer:ident) => { $answer.status() };
    (@take $answer:ident json $what:tt) => { $answer.json()? };
    (@take $answer:ident form $what:tt) => { $answer.form(&$crate::Form::new $what)? };
    (@take $answer:ident stream $what:tt) => { $answer.stream() };
    (@take $answer:ident raw $what:tt) => { $answer.raw(&$what) };
    (@take $answer:ident ways $what:tt) => { $what::take($answer)? };
    (@take $answer:ident of $what:tt) => { $what::take($answer)? };
}

/// How a struct of response headers is written and read.
#[macro_export]
macro_rules! headers_type {
    ($name:ident; $($presence:ident $field:ident = $key:literal),* $(,)?) => {
        #[cfg(feature = "server")]
        impl $name {
            pub(super) fn on(&self, reply: $crate::server::Reply) -> $crate::server::Reply {
                reply$(.$presence($key, &self.$field))*
            }
        }

        #[cfg(feature = "client")]
        impl $name {
            pub(super) fn take(
                answer: &$crate::client::Answer,
            ) -> ::core::result::Result<Self, $crate::client::ClientError> {
                ::core::result::Result::Ok(Self { $($field: answer.$presence($key)?,)* })
            }
        }
    };
}

/// The function that hands the operations of a tag to a server, and the methods that call them.
#[macro_export]
macro_rules! serve {
    ($name:ident; $($operation:ident => $method:ident($request:ident) -> $response:ident),* $(,)?) => {
        /// Adds the operations of this tag to a server.
        #[cfg(feature = "server")]
        pub(crate) fn serve<S, A>(server: $crate::server::Server<S, A>) -> $crate::server::Server<S, A>
        where
            A: $crate::server::Authenticate,
            S: $name<A::Caller>,
        {
            $(let server = $crate::serve!(@add server $name $operation.path, $operation => $method($request));)*
            server
        }

        $($crate::serve!(@call Client $operation => $method($request) -> $response);)*
    };
    (@add $server:ident $name:ident $path:expr, $operation:ident => $method:ident($request:ident)) => {
        $server.operation(
            $path,
            &$operation,
            |service: ::std::sync::Arc<S>, call: $crate::server::Call<A::Caller>, input: $crate::server::Input| async move {
                let request = $request::read(&input)?;
                Ok($name::$method(&*service, call, request).await.into_reply())
            },
        )
    };
    (@call $client:ident $operation:ident => $method:ident($request:ident) -> $response:ident) => {
        #[cfg(feature = "client")]
        $crate::client_method! { $client $operation => $method($request) -> $response }
    };
}

/// The same for what the API sends: those who receive it have the server, and the API has the client.
#[macro_export]
macro_rules! receive {
    ($name:ident; $($operation:ident => $method:ident($request:ident) -> $response:ident),* $(,)?) => {
        /// Adds them to a server, each at the path that `place` tells.
        #[cfg(feature = "server")]
        pub(crate) fn receive<S, A>(
            server: $crate::server::Server<S, A>,
            place: impl Fn(&'static $crate::operation::OperationInfo) -> &'static str,
        ) -> $crate::server::Server<S, A>
        where
            A: $crate::server::Authenticate,
            S: $name<A::Caller>,
        {
            $(let server = $crate::serve!(@add server $name place(&$operation), $operation => $method($request));)*
            server
        }

        $($crate::serve!(@call Sender $operation => $method($request) -> $response);)*
    };
}

/// A method of the client.
#[expect(
    clippy::crate_in_macro_def,
    reason = "the client is the generated crate's, not the runtime's"
)]
#[doc(hidden)]
#[macro_export]
macro_rules! client_method {
    ($client:ident $operation:ident => $method:ident($request:ident) -> $response:ident) => {
        impl crate::client::$client {
            #[doc = concat!("Calls [`", stringify!($operation), "`].")]
            ///
            /// # Errors
            /// When there is no answer, or none that the document allows.
            pub async fn $method(
                &self,
                request: $request,
            ) -> ::core::result::Result<$response, $crate::client::ClientError> {
                let answer = self.0.call(&$operation, |out| request.write(out)).await?;
                $response::take(&answer)
            }
        }
    };
}

/// The client of a generated crate.
#[macro_export]
macro_rules! client_type {
    ($($(#[$meta:meta])* $name:ident),*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name(pub(crate) $crate::client::Client);

        impl $name {
            /// A client for the deployment at a URL, to which the paths of the document are appended.
            ///
            /// # Errors
            /// When the URL is none of http or https.
            pub fn new(base_url: &str) -> ::core::result::Result<Self, $crate::client::ClientError> {
                $crate::client::Client::new(base_url).map(Self)
            }

            /// A client for one of the document's servers, with values for the variables in its URL; the defaults
            /// for the others.
            ///
            /// # Errors
            /// When there is no such variable, the document does not allow a value, or the URL is relative.
            pub fn at(
                server: &$crate::operation::ServerInfo,
                variables: &[(&str, &str)],
            ) -> ::core::result::Result<Self, $crate::client::ClientError> {
                $crate::client::Client::new(&server.url(variables)?).map(Self)
            }
        }

        impl ::core::convert::From<$crate::client::Client> for $name {
            fn from(inner: $crate::client::Client) -> Self {
                Self(inner)
            }
        }
    )*};
}
