//! Operations: what the router has to know of them, and what is read and written for them.

/// An [`OperationInfo`](crate::server::OperationInfo) as a constant: id, method, path and tag; then, where there are any,
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
    ) => {
        $(#[$meta])*
        pub static $name: $crate::server::OperationInfo = $crate::server::OperationInfo {
            id: $id,
            method: $method,
            path: $path,
            tag: $tag,
            security: &[$($(&[$($crate::server::Requirement {
                scheme: &$scheme,
                scopes: &$crate::operation!(@list $($scopes)?),
            }),*]),*)?],
            body: $crate::operation!(@body $(required $body)? $(optional $maybe)?),
            produces: &$crate::operation!(@list $($produces)?),
        };
    };
    (@body) => {
        ::core::option::Option::None
    };
    (@body required $types:tt) => {
        ::core::option::Option::Some($crate::server::BodyInfo { required: true, media_types: &$types })
    };
    (@body optional $types:tt) => {
        ::core::option::Option::Some($crate::server::BodyInfo { required: false, media_types: &$types })
    };
    (@list) => {
        []
    };
    (@list $types:tt) => {
        $types
    };
}

/// How a request's struct is read: every parameter, then the body; all violations of all of them.
///
/// A line is a field: whether it has to be there, where it is, its name, and how its text is taken.
#[macro_export]
macro_rules! request_type {
    (
        $name:ident;
        $($field:ident: $presence:ident $(($default:literal))? $location:ident($($spec:tt)*) $(.$style:ident($($option:tt)*))*,)*
        $(; $body:ident: $body_presence:ident |$c:ident, $input:ident| $read:expr)?
    ) => {
        impl $name {
            fn read(input: &$crate::server::Input) -> ::core::result::Result<Self, $crate::Violations> {
                input.collect(|#[allow(unused_mut, reason = "there may be nothing to read")] mut collector| {
                    $(let $field = collector.$presence(
                        &$crate::Parameter::$location($($spec)*)$(.$style($($option)*))* $(, $default)?
                    );)*
                    $(let $body = {
                        #[allow(unused_variables, reason = "JSON is read by the collector, anything else from the input")]
                        let ($c, $input) = (&mut collector, input);
                        $read
                    };)?
                    collector.finish(|| {
                        ::core::option::Option::Some(Self {
                            $($field: $crate::support::request::$presence($field)?,)*
                            $($body: $crate::support::request::$body_presence($body)?,)?
                        })
                    })
                })
            }
        }
    };
}

/// How a response's enum is written.
#[macro_export]
macro_rules! response_type {
    ($name:ident; $($variant:ident $({ $($field:ident),* })? => $reply:expr),* $(,)?) => {
        impl $name {
            fn into_reply(self) -> $crate::server::Reply {
                match self {
                    $(Self::$variant $({ $($field),* })? => $reply,)*
                }
            }
        }
    };
}

/// The function that hands the operations of a tag to a server.
#[macro_export]
macro_rules! serve {
    ($name:ident; $($operation:ident => $method:ident($request:ident)),* $(,)?) => {
        /// Adds the operations of this tag to a server.
        pub(crate) fn serve<S, A>(server: $crate::server::Server<S, A>) -> $crate::server::Server<S, A>
        where
            A: $crate::server::Authenticate,
            S: $name<A::Caller>,
        {
            $(let server = server.operation(
                &$operation,
                |service: ::std::sync::Arc<S>, call: $crate::server::Call<A::Caller>, input: $crate::server::Input| async move {
                    let request = $request::read(&input)?;
                    Ok($name::$method(&*service, call, request).await.into_reply())
                },
            );)*
            server
        }
    };
}
