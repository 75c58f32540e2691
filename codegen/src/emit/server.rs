//! `server.rs`: the router, and rejections in the document's error schema.

use super::File;
use super::module::{Module, Place, ident, rust};
use crate::error::Error;
use crate::names::{Scope, variant_name};
use crate::plan::{Coding, Expr, Plan, TagPlan};
use counterpart_model::api::StatusKey;
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn file(plan: &Plan<'_>) -> Result<File, Error> {
    let mut module = Module::new(
        "src/server.rs",
        Place::Outside,
        "The router, and what it answers to requests it turns away.",
    );
    for name in [
        "Authenticate",
        "Incoming",
        "Options",
        "Problem",
        "Rejection",
        "Reply",
        "Router",
        "Server",
    ] {
        module.import("counterpart_runtime::server", name);
    }
    module.import("std::sync", "Arc");
    module.import("counterpart_runtime::operation", "StatusCode");
    let mut traits = Vec::new();
    let mut serves = Vec::new();
    let mut receivers = Vec::new();
    let mut bounds = Vec::new();
    for tag in &plan.tags {
        let (name, path) = (ident(&tag.name), ident(&tag.module));
        let gate = rust("src/server.rs", &plan.features.of_tag(&tag.module))?;
        if tag.sent {
            module.import("counterpart_runtime::operation", "OperationInfo");
            let receiver = receiver(tag);
            receivers.push(quote!(#gate #receiver));
            continue;
        }
        if plan.features.are_there() {
            let without = rust("src/server.rs", &plan.features.without_tag(&tag.module))?;
            bounds.push(quote!(#gate pub use crate::operations::#name; #without pub use super::Anything as #name;));
            traits.push(quote!(bounds::#name<A::Caller>));
        } else {
            traits.push(quote!(operations::#name<A::Caller>));
        }
        serves.push(quote!(#gate let server = operations::#path::serve(server);));
    }
    if !plan.tags.is_empty() {
        module.import("crate", "operations");
    }
    let bounds = (!bounds.is_empty()).then(|| {
        quote! {
            #[doc = " What is asked of a service for a tag whose feature is off."]
            pub trait Anything<Caller> {}

            impl<S, Caller> Anything<Caller> for S {}

            #[doc = " What is asked of a service for each tag."]
            mod bounds {
                #(#bounds)*
            }
        }
    });
    let mut variants = Vec::new();
    let mut conversions = Vec::new();
    let mut arms = Vec::new();
    for (name, expr, media_type) in error_bodies(plan) {
        module.runtime(&["Instance"]);
        let ty = rust(&name, &module.expr(plan, &expr))?;
        let variant = ident(&name);
        variants.push(quote!(#[doc = " A documented error."] #variant(#ty)));
        arms.push(quote!(Self::#variant(body) => Reply::json(status, #media_type, <#ty as Instance>::SCHEMA, &body)));
        if matches!(expr, Expr::Named(_)) && conversions.is_empty() {
            conversions.push(quote!(impl From<#ty> for RejectionBody { fn from(body: #ty) -> Self { Self::#variant(body) } }));
        }
    }
    module.tokens(quote! {
        #[doc = " The router of all operations."]
        pub fn router<S, A>(service: Arc<S>, authenticator: Arc<A>, options: Options) -> Router
        where
            A: Authenticate,
            S: #(#traits +)* Rejections,
        {
            let server = Server::new(service, authenticator, options, |service: &S, rejection, incoming| {
                Rejections::reject(service, rejection, incoming).into_reply(Rejections::status(service, rejection))
            });
            #(#serves)*
            server.into_router()
        }

        #(#receivers)*

        #bounds

        #[doc = " Turns requests away in the document's own words."]
        pub trait Rejections: Send + Sync + 'static {
            #[doc = " The body of the answer."]
            fn reject(&self, rejection: &Rejection, incoming: &Incoming<'_>) -> RejectionBody;

            #[doc = " The status of the answer: what HTTP suggests, unless the document says otherwise, such as 422 for what is"]
            #[doc = " not valid."]
            fn status(&self, rejection: &Rejection) -> StatusCode {
                rejection.status()
            }
        }

        #[doc = " The errors the document knows, and RFC 9457 for documents that know none."]
        #[derive(Clone, Debug, PartialEq)]
        pub enum RejectionBody {
            #(#variants,)*
            #[doc = " A problem (RFC 9457)."]
            Problem(Problem),
        }

        #(#conversions)*

        impl RejectionBody {
            fn into_reply(self, status: StatusCode) -> Reply {
                match self {
                    #(#arms,)*
                    Self::Problem(problem) => Reply::bytes(status, Problem::MEDIA_TYPE, problem.to_json().into()),
                }
            }
        }
    })?;
    Ok(module.finish())
}

/// The function that makes a router of what the API sends, for those who receive it.
fn receiver(tag: &TagPlan<'_>) -> TokenStream {
    let (name, path) = (ident(&tag.name), ident(&tag.module));
    let function = ident(&format!("receive_{}", tag.module));
    let what = format!(
        " A router that receives the document's {}. `place` tells the path of each: where",
        tag.tag
    );
    quote! {
        #[doc = #what]
        #[doc = " several have the same, it is the first whose request can be read. Rejections are RFC 9457 problems."]
        pub fn #function<S, A>(
            service: Arc<S>,
            authenticator: Arc<A>,
            options: Options,
            place: impl Fn(&'static OperationInfo) -> &'static str,
        ) -> Router
        where
            A: Authenticate,
            S: operations::#name<A::Caller>,
        {
            let server = Server::new(service, authenticator, options, |_: &S, rejection, _| Reply::problem(rejection));
            operations::#path::receive(server, place).into_router()
        }
    }
}

/// Every type of JSON that a 4xx, 5xx or default response has: variant, type, media type.
fn error_bodies(plan: &Plan<'_>) -> Vec<(String, Expr, String)> {
    let mut found: Vec<(String, Expr, String)> = Vec::new();
    let mut scope = Scope::with(["Problem"]);
    let served = plan.tags.iter().filter(|tag| !tag.sent);
    let operations = served.flat_map(|tag| &tag.operations);
    for response in operations.flat_map(|of| &of.responses) {
        let is_error = match response.status {
            StatusKey::Code(code) => (400..600).contains(&code),
            StatusKey::Range(digit) => digit >= 4,
            StatusKey::Default => true,
        };
        for way in response
            .body
            .iter()
            .filter(|_| is_error)
            .flat_map(|body| &body.ways)
        {
            let Some(expr) = way.expr.as_ref().filter(|_| way.coding == Coding::Json) else {
                continue;
            };
            if found.iter().any(|(_, known, _)| known == expr) {
                continue;
            }
            let name = match expr {
                Expr::Named(id) => plan
                    .types
                    .get(id)
                    .map_or_else(|| "Json".to_owned(), |of| of.name.clone()),
                _ => "Json".to_owned(),
            };
            let media_type = way
                .media_types
                .iter()
                .find(|media_type| !media_type.contains('*'));
            let media_type = media_type
                .cloned()
                .unwrap_or_else(|| "application/json".to_owned());
            found.push((scope.take(variant_name(&name)), expr.clone(), media_type));
        }
    }
    found
}
